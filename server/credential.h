/* credential.h -- `clubhub token`, `clubhub apikey`, `clubhub identity`: credentials made and undone on the command
 * line.  What is undone closes its sessions on every node.
 */
#pragma once

#include "config.h"

/* A token for `who` ("m:5", "s:7") that is valid for ttl_s.
 *   errors  ERR_INVALID_PARAMS with out_message
 */
MUST_CHECK enum err credential_print_token(
    const struct config *c, const char *who, int ttl_s, char out_message[CONFIG_MESSAGE_BYTES]);

/* A new API key of a service; the database (as club_owner) keeps its hash only.  scopes: "pos,booking". */
MUST_CHECK enum err credential_print_apikey(const char *migrate_url,
    const char *service,
    const char *scopes,
    char out_message[CONFIG_MESSAGE_BYTES]);

/* Revokes a service's keys: which is "all", or "older" (all but the newest).  Says on stdout how many.
 *   errors  ERR_INVALID_PARAMS and those of the database, with out_message
 */
MUST_CHECK enum err credential_revoke_apikeys(const char *migrate_url,
    const char *service,
    const char *which,
    char out_message[CONFIG_MESSAGE_BYTES]);

/* Makes an outside provider's subject stand for `who` ("m:5", "s:7"); NULL: for nobody. */
MUST_CHECK enum err credential_set_identity(const char *migrate_url,
    const char *issuer,
    const char *subject,
    const char *who,
    char out_message[CONFIG_MESSAGE_BYTES]);
