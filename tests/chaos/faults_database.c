/* faults_database.c -- PostgreSQL stands still, cannot be reached, has no connection left. */
#include <stdlib.h>
#include <string.h>

#include "io/db.h"
#include "check.h"
#include "faults.h"
#include "fleet.h"
#include "load.h"
#include "relay.h"
#include "watch.h"

enum {
    PAUSE_MS = 3000,
    NEWS = 8, /* far more than the kernel holds for one socket */
    FILLERS_MAX = 250,
    ROUNDS = 100,
    MESSAGE_BYTES = 300,
    NS_PER_MS = 1000000,
    FULL_MS = 2500 /* longer than a call waits for a connection */
};

struct leases {
    struct faults *faults;
    int server;
    int64_t before;
};

static int64_t leases_lost(struct faults *f, int server)
{
    return fleet_metric(f->fleet, server, "clubhub_leases_lost_total");
}

static bool has_lost_lease(void *arg)
{
    const struct leases *l = arg;

    return leases_lost(l->faults, l->server) > l->before;
}

/* --- what every such fault has in common --------------------------------------------------------- */

struct before {
    struct load_counts counts;
    const char *what;
};

static struct before begin(struct faults *f, const char *what)
{
    return (struct before){load_counts(f->load), what};
}

static void judge_calls(struct faults *f, const struct before *b)
{
    struct load_counts now = load_counts(f->load);

    check(now.refused > b->counts.refused && now.others == b->counts.others,
        "%s: calls wait, then answer UNAVAILABLE (%zu), nothing else (%zu)", b->what,
        now.refused - b->counts.refused, now.others - b->counts.others);
    check(now.broken == b->counts.broken && now.silent == b->counts.silent,
        "  no socket closes (%zu), no call stays without an answer (%zu)",
        now.broken - b->counts.broken, now.silent - b->counts.silent);
}

struct than {
    struct load *load;
    size_t acknowledged;
};

static bool has_more(void *arg)
{
    const struct than *t = arg;

    return load_counts(t->load).acknowledged > t->acknowledged + 20;
}

void faults_goes_on(struct faults *f)
{
    struct than than = {f->load, load_counts(f->load).acknowledged};

    check(faults_wait_ready(f, f->near) && faults_wait_ready(f, f->far),
        "  both servers get ready by themselves");
    check(load_until(f->load, has_more, &than, FAULTS_BACK_MS), "  and posts go on");
}

/* --- paused -------------------------------------------------------------------------------------- */

void faults_paused(struct faults *f)
{
    struct before before = begin(f, "PostgreSQL paused");
    struct watch *sleeper = faults_sleeper_new(f, f->near, FLEET_FIRST_MEMBER + LOAD_MEMBERS);
    struct leases lease = {f, f->near, leases_lost(f, f->near)};
    int64_t paused_ns;

    faults_publish(f, f->far, NEWS);
    load_run(f->load, 300); /* what the kernel takes has gone out */
    fleet_postgres_pause(f->fleet);
    paused_ns = clock_boot().ns;
    check(load_until(f->load, has_lost_lease, &lease, FAULTS_BACK_MS), "the lease ends");
    check(faults_is_unready(f, f->near, "lease"), "  readiness says so");
    watch_wake(sleeper); /* now there is room in its socket */
    load_run(f->load, PAUSE_MS - (int)((clock_boot().ns - paused_ns) / NS_PER_MS));
    fleet_postgres_resume(f->fleet);
    faults_goes_on(f);
    judge_calls(f, &before);
    faults_sleeper_end(f, sleeper);
}

/* --- cut ----------------------------------------------------------------------------------------- */

/* Through the other server; waits for the one that is cut to be fenced. */
static bool withdraw(struct faults *f, int64_t member)
{
    struct client *c = fleet_member(f->fleet, f->near, member);
    struct client_message *m = c == NULL
                                   ? NULL
                                   : client_write(c, "consent.withdraw",
                                         "{\"purpose\":\"mkt.offers\"}", NULL, FAULTS_CALL_MS);
    bool done = m != NULL && m->result != NULL;

    client_message_free(m);
    client_free(c);
    return done;
}

void faults_cut(struct faults *f)
{
    struct before before = begin(f, relay_has_network(f->relay) ? "network cut" : "road cut");
    struct watch *sleeper = faults_sleeper_new(f, f->far, FLEET_FIRST_MEMBER + FAULTS_STORM);
    struct leases lease = {f, f->far, leases_lost(f, f->far)};
    int64_t near_lost = leases_lost(f, f->near), acknowledged_ns;

    faults_publish(f, f->near, NEWS);
    load_run(f->load, 300);
    relay_cut(f->relay);
    check(withdraw(f, sleeper->member), "a loss is acknowledged by the other server meanwhile");
    acknowledged_ns = clock_boot().ns;
    check(load_until(f->load, has_lost_lease, &lease, FAULTS_BACK_MS), "  the lease ended");
    check(faults_is_unready(f, f->far, "lease"), "  readiness says so");
    check(leases_lost(f, f->near) == near_lost, "  the other server notices nothing");
    watch_wake(sleeper);
    load_run(f->load, PAUSE_MS);
    relay_mend(f->relay);
    faults_goes_on(f);
    judge_calls(f, &before);
    check(faults_sent_between(f, acknowledged_ns, INT64_MAX, sleeper->member, "mkt.offers") == 0,
        "P5: nothing of it is written to who withdrew afterwards");
    faults_sleeper_end(f, sleeper);
}

/* --- no connections ------------------------------------------------------------------------------ */

struct crowd {
    struct db_sync *held[FILLERS_MAX];
    int count;
};

/* Until the cluster refuses. */
static void take_all(struct crowd *c, const char *url)
{
    char message[MESSAGE_BYTES];

    while (c->count < FILLERS_MAX &&
           db_sync_open(url, &c->held[c->count], message, sizeof message) == ERR_OK)
        c->count++;
}

static int hub_connections(struct db_sync *admin)
{
    char message[MESSAGE_BYTES];

    if (db_sync_run(admin,
            "select count(pg_terminate_backend(pid)) from pg_stat_activity where usename = 'club_server'",
            0, NULL, message, sizeof message) != ERR_OK)
        return -1;
    return (int)strtol(db_sync_value(admin, 0, 0), NULL, 10);
}

void faults_connections(struct faults *f)
{
    struct before before = begin(f, "no connection left");
    struct client *reader = fleet_member(f->fleet, f->near, FLEET_FIRST_MEMBER + LOAD_MEMBERS + 2);
    char message[MESSAGE_BYTES];
    struct crowd crowd = {.count = 0};
    struct db_sync *admin = NULL;

    if (!check(db_sync_open(fleet_admin_url(f->fleet), &admin, message, sizeof message) == ERR_OK,
            "the superuser's connection"))
        return;
    for (int round = 0; round < ROUNDS; round++) {
        take_all(&crowd, fleet_admin_url(f->fleet));
        if (hub_connections(admin) == 0)
            break;
    }
    check_note("%d connections taken by others", crowd.count);
    check(faults_wait_unready(f, f->near, "database"), "readiness says that there is none");
    load_run(f->load, FULL_MS);
    check(client_is_open(reader), "  who is signed in stays");
    while (crowd.count > 0)
        db_sync_close(crowd.held[--crowd.count]);
    faults_goes_on(f);
    judge_calls(f, &before);
    check(faults_reads(f, reader), "  and is served again");
    client_free(reader);
    db_sync_close(admin);
}
