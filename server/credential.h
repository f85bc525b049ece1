/* credential.h -- `clubhub token` and `clubhub apikey`: credentials made on the command line, printed on stdout. */
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
