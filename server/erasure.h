/* erasure.h -- `clubhub erasures` and `clubhub replay-erasures`: a backup does not bring back who was erased since.
 *
 * One line per erasure: pseudonym, what became of posts and comments (delete or anonymise), when.
 */
#pragma once

#include <stdio.h>

#include "config.h"

/* Prints the journal of the database, oldest first. */
MUST_CHECK enum err erasure_print(const char *migrate_url, char out_message[CONFIG_MESSAGE_BYTES]);

/* Erases all whom the lines of `in` name and who are there; prints how many those were. */
MUST_CHECK enum err erasure_replay(
    const char *migrate_url, FILE *in, char out_message[CONFIG_MESSAGE_BYTES]);
