/* migrate.h -- `clubhub migrate`: tables by migration, functions from files (sql/README.md).
 *
 *   lock -> ledger.sql -> each migration not in the ledger, in a transaction of its own -> schemas api and lib built
 *   anew in one transaction, unless they are of these files already -> partitions of the outbox
 *
 * Safe to run from many places at once, and again: a second run changes nothing and disturbs no running worker.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum { MIGRATE_MESSAGE_BYTES = 1024, MIGRATE_HASH_BYTES = 65 };

struct migrate_outcome {
    int applied;  /* migrations run now */
    bool rebuilt; /* api and lib */
};

/* `url` is the database as club_owner.
 *   errors  out_message says in one line which file failed and why
 */
MUST_CHECK enum err migrate_run(
    const char *url, struct migrate_outcome *out_outcome, char out_message[MIGRATE_MESSAGE_BYTES]);

/* Loads demo data: `path`, or the demo.sql of the binary when NULL; not when there are members already (*out_loaded).
 * What they say about persons is sealed with the key.
 */
MUST_CHECK enum err migrate_demo(const char *url,
    const char *path,
    const char *pii_key_hex,
    bool *out_loaded,
    char out_message[MIGRATE_MESSAGE_BYTES]);

/* What api.schema_state() answers once these files are in force. */
void migrate_hashes(char out_migrations[MIGRATE_HASH_BYTES], char out_api[MIGRATE_HASH_BYTES]);
