/* faults.h -- what the parts of chaos_faults share: one fleet, two servers, a load that never stops. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct client;
struct client_set;
struct fleet;
struct load;
struct relay;
struct watch;

enum {
    FAULTS_STORM = 5000, /* sessions that come back at once; as many members */
    FAULTS_LEASE_MS = 800,
    FAULTS_CALL_MS = 10000,
    FAULTS_BACK_MS = 60000 /* so long a recovery may take on a busy machine */
};

struct faults {
    struct fleet *fleet;
    int near, far; /* servers; the second one's road to PostgreSQL is the relay */
    struct relay *relay;
    struct client_set *set;
    struct load *load;
};

/* faults_sleeper.c: a member who reads nothing, with news waiting at its server. */
struct watch *faults_sleeper_new(struct faults *f, int server, int64_t member);
void faults_sleeper_end(struct faults *f, struct watch *w);   /* reads on to the head first */
void faults_publish(struct faults *f, int server, int count); /* news for all, long ones */
/* Lines of the send trace between two moments; member 0: of anyone; purpose "": of any. */
long faults_sent_between(
    struct faults *f, int64_t from_ns, int64_t to_ns, int64_t member, const char *purpose);

/* faults_ready.c */
bool faults_is_unready(struct faults *f, int server, const char *reason); /* /readyz says this */
bool faults_wait_unready(struct faults *f, int server, const char *reason);
bool faults_wait_ready(struct faults *f, int server);
bool faults_reads(struct faults *f, struct client *c); /* a call that only reads is answered */

void faults_goes_on(struct faults *f);             /* both servers get ready, posts are taken */
void faults_replace(struct faults *f, int server); /* by its successor, under load */

/* faults_database.c, faults_disk.c */
void faults_paused(struct faults *f);
void faults_cut(struct faults *f);
void faults_connections(struct faults *f);
void faults_disk(struct faults *f);
void faults_log(struct faults *f);
/* faults_clock.c, faults_servers.c, faults_tls.c, faults_storm.c */
void faults_clock(struct faults *f);
void faults_rolling(struct faults *f);
void faults_descriptors(struct faults *f);
void faults_certificate(struct faults *f);
void faults_storm(struct faults *f);
