/* faults_servers.c -- servers are replaced one after the other under load; a server has few descriptors. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "check.h"
#include "client.h"
#include "client_http.h"
#include "faults.h"
#include "fleet.h"
#include "load.h"

enum { DESCRIPTORS = 320, TOO_MANY = 400, SHORT_MS = 700, LONG_MS = 5000 };

/* --- one after the other ------------------------------------------------------------------------- */

static bool is_gone(void *arg)
{
    return !fleet_is_alive(*(const pid_t *)arg);
}

void faults_replace(struct faults *f, int server)
{
    pid_t pid = fleet_pid(f->fleet, server);

    fleet_signal(f->fleet, server, SIGTERM);
    check(load_until(f->load, is_gone, &pid, FAULTS_BACK_MS), "a server told to end does");
    fleet_stop(f->fleet, server);
    fleet_restart(f->fleet, server);
    check(faults_wait_ready(f, server), "  the next one is ready");
    load_run(f->load, 500);
}

void faults_rolling(struct faults *f)
{
    struct load_counts before = load_counts(f->load), after;

    faults_replace(f, f->near);
    faults_replace(f, f->far);
    after = load_counts(f->load);
    check(after.drained > before.drained && after.broken == before.broken,
        "rolling restart: sockets close with 1012 (%zu), none otherwise (%zu)",
        after.drained - before.drained, after.broken - before.broken);
    check(after.others == before.others && after.silent == before.silent,
        "  each call is answered, or its socket closes before it (%zu, %zu)",
        after.others - before.others, after.silent - before.silent);
}

/* --- few descriptors ----------------------------------------------------------------------------- */

static bool answers(struct client *c)
{
    struct client_message *m = client_call(c, "club.list", NULL, FAULTS_CALL_MS);
    bool fine = m != NULL && m->result != NULL;

    client_message_free(m);
    return fine;
}

/* Opens sockets until one is refused; returns how many there are. */
static int open_many(int port, struct client *all[TOO_MANY], int *status)
{
    struct client_options o = {.port = port, .timeout_ms = LONG_MS};
    int count = 0;

    *status = 101;
    while (count < TOO_MANY && (all[count] = client_open(&o, status)) != NULL)
        count++;
    return count;
}

/* An administrator lowers the limit of a process that runs: not even accept() works. */
static void exhaust(struct faults *f, int server, struct client *old)
{
    struct client_options o = {.port = fleet_port(f->fleet, server), .timeout_ms = SHORT_MS};
    struct rlimit usual, none = {.rlim_cur = 3, .rlim_max = DESCRIPTORS};
    pid_t pids[FLEET_WORKERS_MAX];
    struct client *c;

    if (!check(fleet_workers(f->fleet, server, pids) == 1 &&
                   prlimit(pids[0], RLIMIT_NOFILE, &none, &usual) == 0,
            "none left at all"))
        return;
    c = client_open(&o, NULL);
    check(c == NULL && answers(old), "  who is there is served, who comes waits");
    client_free(c);
    (void)prlimit(pids[0], RLIMIT_NOFILE, &usual, NULL);
    o.timeout_ms = LONG_MS;
    c = client_open(&o, NULL);
    check(c != NULL && answers(c), "  and comes in when there are some");
    client_free(c);
}

void faults_descriptors(struct faults *f)
{
    static const char *const options[] = {"--db_connections=4", "--session_calls_burst=1000", NULL};
    struct client *old, *all[TOO_MANY];
    int server, count, status, more;

    fleet_limit_descriptors(f->fleet, DESCRIPTORS);
    server = fleet_serve(f->fleet, 1, options);
    fleet_limit_descriptors(f->fleet, 0);
    old = fleet_member(f->fleet, server, FLEET_FIRST_MEMBER + LOAD_MEMBERS + 3);
    count = open_many(fleet_port(f->fleet, server), all, &status);
    check(count > 50 && count < DESCRIPTORS && status == 503,
        "few descriptors: after %d sockets the next is refused politely (%d)", count, status);
    check(old != NULL && answers(old) && answers(all[count - 1]),
        "  those that are there are served");
    check(fleet_wait_ready(f->fleet, server, FAULTS_BACK_MS), "  and the operator's probe");
    more = count / 2;
    while (count > more)
        client_free(all[--count]);
    check(fleet_metric(f->fleet, server, "clubhub_sockets_refused_total{reason=\"full\"}") > 0,
        "  the refusal is counted");
    more = open_many(fleet_port(f->fleet, server), all + count, &status);
    check(more >= count - 1, "  when some go, others come in (%d)", more);
    for (int i = 0; i < count + more; i++)
        client_free(all[i]);
    exhaust(f, server, old);
    client_free(old);
    fleet_stop(f->fleet, server);
}
