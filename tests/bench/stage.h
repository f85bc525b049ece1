/* stage.h -- what the benches of the hub stand on: seeded data, a server of its own, tokens, an owner's connection.
 *
 * From the environment (./hub bench): CLUBHUB, DATABASE_URL, MIGRATE_URL, CLUBHUB_TOKEN_KEY_FILE, CLUBHUB_PII_KEY_FILE.
 */
#pragma once

#include <stddef.h>
#include <sys/types.h>

enum { STAGE_CLUBS = 100, STAGE_FIRST_MEMBER = 100001, STAGE_WORKERS_MAX = 4 };
#define STAGE_API_KEY "bench-key-of-the-till-0123456789abcdef"

struct db_sync;

struct stage {
    pid_t pid; /* the supervisor */
    pid_t workers[STAGE_WORKERS_MAX];
    int worker_count, port;
};

/* Clubs 1..STAGE_CLUBS, `members` members from STAGE_FIRST_MEMBER on: all in club 1, each also in one of the others;
 * mkt.offers given by all; the till's key.  Once per database.
 */
void stage_seed(int members);
/* From now on PostgreSQL notes the instant of each commit; restarts it, so first of all. */
void stage_track_commits(void);
struct stage stage_start(
    const char *binary, int workers, const char *const *options); /* ends with NULL */
void stage_stop(struct stage *s);
/* A token of a member (stage-wide buffer: valid until the next call). */
const char *stage_token(long long member);
const char *stage_staff_token(long long staff);
struct db_sync *stage_owner(void); /* connected as club_owner; one per process */
void stage_run(const char *sql);   /* as the owner; exits on a failure */
/* Last number of a stream: subscribing after it needs no snapshot. */
long long stage_head(const char *stream);
const char *stage_env(const char *name);
