/* chaos_faults.c -- every fault of architecture.md, 9, that no other program makes: what members and operators see of it,
 * and that nothing is lost or doubled.
 *
 * Two servers of one worker; PostgreSQL is reached by the first through its unix socket, by the second along a road that
 * can be cut (relay.h).  A load goes on through all of it and is judged in the end.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "check.h"
#include "client.h"
#include "faults.h"
#include "fleet.h"
#include "load.h"
#include "relay.h"
#include "scratch.h"

static void raise_descriptors(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max < 20000 ? limit.rlim_max : 20000;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

static void open_servers(struct faults *f)
{
    char url[600];
    const char *options[] = {"--db_connections=4", "--session_calls_per_s=1000",
        "--session_calls_burst=1000", "--stall_ms=60000", "--call_timeout_ms=2000",
        "--statement_timeout_ms=1500", "--lock_timeout_ms=1000", "--lease_ms=800",
        "--handshakes_per_s=100000", "--sign_in_ms=60000", url, NULL};

    snprintf(url, sizeof url, "--database_url=%s", fleet_database_url(f->fleet));
    f->near = fleet_serve(f->fleet, 1, options);
    snprintf(url, sizeof url, "--database_url=%s", relay_url(f->relay));
    f->far = fleet_serve(f->fleet, 1, options);
}

static const struct part {
    const char *name;
    void (*fault)(struct faults *f);
    bool has_load;
} parts[] = {
    {"paused", faults_paused, true},
    {"cut", faults_cut, true},
    {"connections", faults_connections, true},
    {"disk", faults_disk, true},
    {"log", faults_log, true},
    {"rolling", faults_rolling, true},
    {"clock", faults_clock, true}, /* from here on the first server goes by another clock */
    {"descriptors", faults_descriptors, false},
    {"certificate", faults_certificate, false},
    {"storm", faults_storm, false},
};

static void run(struct faults *f, const char *only, bool has_load)
{
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        int64_t begun_ms = clock_mono().ms;

        if (parts[i].has_load != has_load || (only != NULL && strcmp(only, parts[i].name) != 0))
            continue;
        parts[i].fault(f);
        check_note("%s: %lld ms", parts[i].name, (long long)(clock_mono().ms - begun_ms));
    }
}

static void run_under_load(struct faults *f, const char *only)
{
    int servers[] = {f->near, f->far};

    f->load = load_new(f->fleet, f->set, servers, 2);
    load_run(f->load, 500);
    run(f, only, true);
    load_judge(f->load);
    load_free(f->load);
}

/* With an argument: that part alone. */
int main(int argc, char **argv)
{
    const char *only = argc > 1 ? argv[1] : NULL;
    struct faults f = {.fleet = NULL};
    int64_t begun_ms = clock_mono().ms;

    raise_descriptors();
    (void)scratch_make();
    f.fleet = fleet_open();
    fleet_seed(f.fleet, FAULTS_STORM + 2); /* two withdraw */
    fleet_run(f.fleet, "update club set settings = '{\"posts_per_day\":1000000}'");
    f.relay = relay_new(fleet_database_url(f.fleet));
    if (!check(f.relay != NULL, "a road to PostgreSQL"))
        exit(check_end());
    check_note("it is %s", relay_has_network(f.relay) ? "a network of its own" : "on loopback");
    f.set = client_set_new();
    open_servers(&f);
    check_note("ready after %lld ms", (long long)(clock_mono().ms - begun_ms));
    run_under_load(&f, only);
    run(&f, only, false);
    check(fleet_close(f.fleet) == 0, "the servers ended well");
    scratch_remove();
    relay_free(f.relay);
    client_set_free(f.set);
    return check_end();
}
