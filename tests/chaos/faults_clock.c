/* faults_clock.c -- somebody sets the clock of a machine: the time of day of one server jumps, by libfaketime, while
 * everybody is at that server; the other server and the database go on by the right one.
 */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "check.h"
#include "client.h"
#include "faults.h"
#include "fleet.h"
#include "load.h"
#include "scratch.h"
#include "watch.h"

enum { SHORT_S = 3, NEWS = 2, OPTIONS_BYTES = 400, WHO_BYTES = 32 };

static const char library_anywhere[] = "/usr/lib/*/faketime/libfaketimeMT.so.1";

static void set_clock(const char *difference)
{
    scratch_write("clock", difference);
}

static void set_or_unset(const char *name, const char *value)
{
    if (value != NULL)
        (void)setenv(name, value, 1);
    else
        (void)unsetenv(name);
}

/* The first server's successor asks the library for the time of day; monotonic clocks stay as they are. */
static void give_clock(struct faults *f, const char *library)
{
    const char *given = getenv("ASAN_OPTIONS");
    char *kept = given != NULL ? mem_copy(given, strlen(given)) : NULL, options[OPTIONS_BYTES];

    snprintf(options, sizeof options, "%s%sverify_asan_link_order=0", kept == NULL ? "" : kept,
        kept == NULL ? "" : ":");
    set_clock("+0");
    (void)setenv("ASAN_OPTIONS", options, 1);
    (void)setenv("LD_PRELOAD", library, 1);
    (void)setenv("FAKETIME_TIMESTAMP_FILE", scratch_path("clock"), 1);
    (void)setenv("FAKETIME_NO_CACHE", "1", 1);
    (void)setenv("FAKETIME_DONT_FAKE_MONOTONIC", "1", 1);
    faults_replace(f, f->near);
    (void)unsetenv("LD_PRELOAD");
    set_or_unset("ASAN_OPTIONS", kept);
    mem_free(kept);
    faults_replace(f, f->far); /* so that everybody goes to the first one */
}

static bool may_sign_in(struct faults *f)
{
    struct client *c = fleet_member(f->fleet, f->near, FLEET_FIRST_MEMBER + LOAD_MEMBERS + 4);
    bool may = c != NULL;

    client_free(c);
    return may;
}

static int64_t leases_lost(struct faults *f)
{
    return fleet_metric(f->fleet, f->near, "clubhub_leases_lost_total");
}

static void jump(struct faults *f, const char *difference)
{
    set_clock(difference);
    check(may_sign_in(f) == (strcmp(difference, "+0") == 0),
        "%s s: a new token is judged by that clock", difference);
    faults_goes_on(f);
}

static bool is_closed(void *arg)
{
    return !client_is_open(arg);
}

/* A session of few seconds: the clock is set back, its end stays where it was. */
static void outlive(struct faults *f)
{
    struct client_options o = {.port = fleet_port(f->fleet, f->near)};
    char who[WHO_BYTES], token[FLEET_TOKEN_BYTES];
    struct client *c;

    snprintf(who, sizeof who, "m:%d", FLEET_FIRST_MEMBER + LOAD_MEMBERS + 5);
    fleet_token_for(f->fleet, who, SHORT_S, token);
    c = client_sign_in(&o, token);
    if (!check(c != NULL, "a member signs in for %d seconds", SHORT_S))
        return;
    client_set_add(f->set, c);
    jump(f, "-7200");
    (void)load_until(f->load, is_closed, c, FAULTS_BACK_MS);
    check(client_close_code(c) == 4401, "  its session ends when it would have (%d)",
        client_close_code(c));
    client_free(c);
}

static bool has_offers(void *arg)
{
    return ((const struct watch *)arg)->offers >= NEWS;
}

/* A withdrawal that is acknowledged a day late counts from then on. */
static void withdraw(struct faults *f, struct watch *w, struct client *c)
{
    struct client_message *m;

    faults_publish(f, f->far, NEWS);
    check(load_until(f->load, has_offers, w, FAULTS_BACK_MS), "  and come");
    m = client_write(c, "consent.withdraw", "{\"purpose\":\"mkt.offers\"}", NULL, FAULTS_CALL_MS);
    check(m != NULL && m->result != NULL, "a withdrawal is acknowledged");
    client_message_free(m);
    w->is_forbidden = true;
    faults_publish(f, f->far, NEWS);
    load_run(f->load, 500);
    check(w->forbidden == 0 && w->offers == NEWS, "P5: nothing of it comes afterwards (%zu)",
        w->forbidden);
}

static void play(struct faults *f)
{
    struct load_counts before = load_counts(f->load), after;
    int64_t member = FLEET_FIRST_MEMBER + FAULTS_STORM + 1, lost = leases_lost(f);
    struct client *c = fleet_member(f->fleet, f->near, member);
    struct watch w = {
        .fleet = f->fleet, .server = f->near, .member = member, .set = f->set, .position = -1};

    check(c != NULL && watch_open(&w) &&
              fleet_metric(f->fleet, f->near, "clubhub_sockets ") == LOAD_MEMBERS + 2,
        "everybody is at the server whose clock is set");
    jump(f, "+7200");
    jump(f, "+0");
    outlive(f);
    jump(f, "+86400");
    withdraw(f, &w, c);
    jump(f, "-86400");
    jump(f, "+0");
    after = load_counts(f->load);
    check(after.refused == before.refused && after.others == before.others &&
              after.silent == before.silent,
        "clock jumps: no call fails (%zu, %zu, %zu)", after.refused - before.refused,
        after.others - before.others, after.silent - before.silent);
    check(after.broken == before.broken && after.drained == before.drained && w.reconnects == 0 &&
              client_is_open(c),
        "  no session ends that would not have (%zu)", after.broken - before.broken);
    check(leases_lost(f) == lost, "  the lease is held");
    check(w.problem[0] == '\0', "  no gap: %s", w.problem);
    watch_close(&w);
    client_free(c);
}

struct lease {
    struct faults *faults;
    int64_t lost;
};

static bool has_ended(void *arg)
{
    const struct lease *l = arg;

    return leases_lost(l->faults) > l->lost;
}

/* Nobody renews the lease, and the clock goes back: by it there would be two hours left. */
static void stand_still(struct faults *f)
{
    struct lease lease = {f, leases_lost(f)};

    fleet_postgres_pause(f->fleet);
    set_clock("-7200");
    check(load_until(f->load, has_ended, &lease, FAULTS_BACK_MS),
        "P6: a lease that is not renewed ends all the same");
    fleet_postgres_resume(f->fleet);
    set_clock("+0");
    faults_goes_on(f);
}

void faults_clock(struct faults *f)
{
    glob_t found;

    if (glob(library_anywhere, 0, NULL, &found) == 0) {
        give_clock(f, found.gl_pathv[0]);
        play(f);
        stand_still(f);
    } else {
        check(false, "clock jumps: there is no %s, of Debian's package faketime", library_anywhere);
    }
    globfree(&found);
}
