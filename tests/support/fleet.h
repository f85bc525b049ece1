/* fleet.h -- what the tests against real servers stand on: a database of their own, servers as child processes, people
 * in the database with tokens, the send trace.
 *
 * From the environment (./hub test): CLUBHUB, PG_SH, PG_DIR; without PG_DIR a cluster is made and removed again.
 * Everything is ended by its process id and within a bounded time.  What goes wrong in setting up ends the program.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "client.h"

struct db_sync;
struct fleet;

enum { FLEET_SERVERS_MAX = 12, FLEET_WORKERS_MAX = 8, FLEET_TOKEN_BYTES = 1024 };

/* Who is in the database after fleet_seed. */
enum {
    FLEET_CLUB = 101,    /* everybody's club; FLEET_CLUB + 1 is empty */
    FLEET_CATEGORY = 11, /* of FLEET_CLUB; + 1 is a second one */
    FLEET_FIRST_MEMBER =
        1001,         /* and up; handle "m1001", name "Realname 1001", e-mail "m1001@example.org" */
    FLEET_EDITOR = 51 /* staff of FLEET_CLUB with every role */
};
#define FLEET_POS_KEY "chaos-key-of-the-till-0123456789abcdef"
/* The first key of RFC 8032, 7.1. */
#define FLEET_RECEIPT_KEY                                                \
    "-----BEGIN PRIVATE KEY-----\n"                                      \
    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n" \
    "-----END PRIVATE KEY-----\n"
#define FLEET_PII_KEY \
    "0f1e2d3c4b5a69788796a5b4c3d2e1f00112233445566778899aabbccddeeff0" /* seals names and addresses */

/* Opens an empty, migrated database. */
struct fleet *fleet_open(void);
/* Joins a server that is there already, and its database, instead; server 0 is that one, and nothing of either is begun or
 * ended.  Addresses are http://HOST:PORT, admin_url may be NULL; from the environment: MIGRATE_URL and
 * CLUBHUB_PII_KEY_FILE.
 */
struct fleet *fleet_join(const char *url, const char *admin_url);
/* The network that servers see this program come from, "127.0.0.0/24" unless joined. */
const char *fleet_network(const struct fleet *f);
/* Where it is: NULL: here. */
const char *fleet_host(const struct fleet *f);
const char *fleet_admin_host(const struct fleet *f);
/* Stops what still runs.  Returns how many servers ended badly (sanitizer reports, exit status); prints their logs. */
int fleet_close(struct fleet *f);

/* Clubs, texts, staff, the till's key and `members` members of FLEET_CLUB; every third has rank 2, others rank 0.
 * mkt.offers (FLEET_CATEGORY, inapp), com.profile and com.badge (FLEET_CLUB) are given by all with the texts' version 1.
 */
void fleet_seed(struct fleet *f, int members);

/* The owner's connection, search_path club, with the key of names set.  fleet_run ends the program on an error. */
struct db_sync *fleet_db(struct fleet *f);
struct db_sync *fleet_db_new(struct fleet *f); /* one more, for locks; db_sync_close */
void fleet_run(struct fleet *f, const char *format, ...) __attribute__((format(printf, 2, 3)));
int64_t fleet_number(struct fleet *f, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
const char *fleet_text(struct fleet *f, const char *format, ...)
    __attribute__((format(printf, 2, 3)));    /* borrowed */
const char *fleet_dir(const struct fleet *f); /* holds server-<index>.log and what commands said */
const char *fleet_postgres_log(const struct fleet *f);
const char *fleet_database_url(const struct fleet *f); /* as club_server */
const char *fleet_admin_url(const struct fleet *f);    /* as the superuser */
void fleet_postgres_kill(struct fleet *f);  /* -9 to all of it; the owner's connection is gone */
void fleet_postgres_pause(struct fleet *f); /* all its processes stand still */
void fleet_postgres_resume(struct fleet *f);
void fleet_postgres_wal(
    struct fleet *f, const char *folder);     /* its log is moved there; NULL: back */
void fleet_postgres_restart(struct fleet *f); /* and connects the owner again */

/* Processes started from now on may open so many descriptors; 0: as many as this one. */
void fleet_limit_descriptors(struct fleet *f, int most);
/* Starts `clubhub serve` with options like "--stall_ms=2000" (ends with NULL, may be NULL itself) and waits until all
 * workers are ready.  Returns its index.
 */
int fleet_serve(struct fleet *f, int workers, const char *const *options);
void fleet_stop(struct fleet *f, int server);               /* SIGTERM, and waits */
void fleet_signal(struct fleet *f, int server, int number); /* to the supervisor alone */
void fleet_restart(struct fleet *f, int server); /* starts it again on its ports, after it died */
bool fleet_wait_ready(struct fleet *f, int server, int timeout_ms);
int fleet_port(const struct fleet *f, int server);
int fleet_admin_port(const struct fleet *f, int server);
pid_t fleet_pid(const struct fleet *f, int server);
/* Process ids of the workers there are now; returns their count. */
int fleet_workers(const struct fleet *f, int server, pid_t out_pids[FLEET_WORKERS_MAX]);
/* Is there such a process and not only its zombie? */
bool fleet_is_alive(pid_t pid);

/* A token, "m:1001" or "s:51", into out (FLEET_TOKEN_BYTES); it lives for an hour. */
void fleet_token(struct fleet *f, const char *who, char *out);
void fleet_token_for(struct fleet *f, const char *who, int lifetime_s, char *out);
/* A signed-in client of a member, of the editor, of the till; NULL when refused. */
struct client *fleet_member(struct fleet *f, int server, int64_t member);
struct client *fleet_editor(struct fleet *f, int server);
struct client *fleet_till(struct fleet *f, int server);
/* Value of a metric line that starts with `name`, summed over the workers and labels; -1: none. */
int64_t fleet_metric(struct fleet *f, int server, const char *name);

/* One line of the send trace (hub/trace.h) of all servers. */
struct fleet_trace {
    bool is_ack, is_signal; /* else sent */
    int64_t at_ns, session;
    int64_t member;   /* 0: not one */
    int64_t about;    /* of signal: the member it shows */
    char stream[80];  /* of sent and signal; the method of ack */
    int64_t from, to; /* seqs of sent; from is the sys_seq of ack */
    char purposes[160];
};
typedef void fleet_trace_fn(void *arg, const struct fleet_trace *t);
size_t fleet_trace_each(
    const struct fleet *f, fleet_trace_fn *each, void *arg); /* returns the number of lines */
