/* evidence.h -- `clubhub verify-consent`: do the chains of consent evidence still prove themselves?
 *
 * Found are a piece that was changed, one that is missing, one that does not follow the one before, and an end that
 * was cut off (table consent_head holds number and hash of each member's last piece).  Who can write both tables can
 * still cut an end; a copy of consent_head kept elsewhere would tell.
 */
#pragma once

#include <stdbool.h>

#include "config.h"

/* Walks all chains, page by page, and prints the first broken link of each member and a summary on stdout.
 *   errors  what the database says, in out_message
 */
MUST_CHECK enum err evidence_verify(
    const char *migrate_url, bool *out_whole, char out_message[CONFIG_MESSAGE_BYTES]);
