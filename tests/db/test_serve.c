/* test_serve.c -- `clubhub serve` as an operator sees it: refusals, workers that die, drain, a killed supervisor. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/db.h"
#include "io/json.h"
#include "base/buf.h"
#include "base/clock.h"
#include "client.h"
#include "client_http.h"
#include "fleet.h"

enum { OUTPUT_BYTES = 8192, WAIT_MS = 20000, MEMBERS = 3 };

static struct fleet *fleet;

/* Runs a command of the program; its exit status, and both its outputs. */
static int run(char out[OUTPUT_BYTES], const char *format, ...)
{
    const char *binary = getenv("CLUBHUB") != NULL ? getenv("CLUBHUB") : "build/asan/clubhub";
    char arguments[1024], command[2048];
    va_list args;
    size_t used = 0, n;
    FILE *pipe;

    va_start(args, format);
    vsnprintf(arguments, sizeof arguments, format, args);
    va_end(args);
    snprintf(command, sizeof command, "timeout 60 '%s' %s 2>&1", binary, arguments);
    pipe = popen(command, "r");
    assert_non_null(pipe);
    while ((n = fread(out + used, 1, OUTPUT_BYTES - 1 - used, pipe)) > 0)
        used += n;
    out[used] = '\0';
    n = (size_t)pclose(pipe);
    return WIFEXITED((int)n) ? WEXITSTATUS((int)n) : -1;
}

static void refuses(const char *arguments, const char *why)
{
    char out[OUTPUT_BYTES];
    int status = run(out, "serve --listen=127.0.0.1:0 --admin_listen=127.0.0.1:0 %s", arguments);

    if (status != 1 || strncmp(out, "clubhub: ", 9) != 0 || strstr(out, why) == NULL ||
        strchr(out, '\n') != out + strlen(out) - 1)
        print_error("%s: status %d, said: %s", arguments, status, out);
    assert_int_equal(status, 1);
    assert_non_null(strstr(out, why));
    assert_ptr_equal(strchr(out, '\n'), out + strlen(out) - 1); /* one line */
}

static bool wait_gone(pid_t pid)
{
    for (int64_t until_ms = clock_mono().ms + WAIT_MS; clock_mono().ms < until_ms; usleep(10000))
        if (!fleet_is_alive(pid))
            return true;
    return false;
}

static void test_refusals(void **state)
{
    char taken[64], url[1024];
    int server = fleet_serve(fleet, 1, NULL);
    const char *name;

    (void)state;
    refuses("--call_timeout_ms=9", "call_timeout_ms must be 50..60000 milliseconds, not '9'");
    refuses("--database_url=", "database_url is missing");
    refuses("--mailer=log", "mailer = log is for development");
    refuses("--token_key_file=/nowhere", "token_key_file: /nowhere: No such file");
    refuses("--receipt_key_file=", "receipt_key_file is missing");
    refuses("--receipt_key_file=/dev/null", "receipt_key_file: /dev/null: not a PEM file");
    refuses("--workers=100", "100 workers need 1000 database connections");
    refuses("--tls_cert_file=/nowhere --tls_key_file=/nowhere", "tls_cert_file: /nowhere");
    refuses("--listen=localhost", "listen must be host:port, not 'localhost'");
    refuses("--no_such=1", "'--no_such' is not an option");
    snprintf(taken, sizeof taken, "--listen=127.0.0.1:%d", fleet_port(fleet, server));
    refuses(taken, "Address already in use");
    snprintf(taken, sizeof taken, "--admin_listen=127.0.0.1:%d", fleet_admin_port(fleet, server));
    refuses(taken, "Address already in use");

    name =
        strstr(fleet_database_url(fleet), "@/"); /* the same cluster, a database without tables */
    assert_non_null(name);
    snprintf(url, sizeof url, "'--database_url=%.*s@/template1%s'",
        (int)(name - fleet_database_url(fleet)), fleet_database_url(fleet),
        name + 2 + strcspn(name + 2, "?"));
    refuses(url, "the database is not prepared, run `clubhub migrate`");
    fleet_stop(fleet, server);
}

/* A row that asks for what the functions do not give is found before anyone is served. */
static void test_mismatch(void **state)
{
    (void)state;
    fleet_run(fleet, "alter function api.club_list rename to club_list_away");
    refuses("", "methods do not match the database, run `clubhub migrate`; the first: club.list");
    fleet_run(fleet, "alter function api.club_list_away rename to club_list");
}

static void test_commands(void **state)
{
    char out[OUTPUT_BYTES];

    (void)state;
    assert_int_equal(run(out, "migrate"), 0);
    assert_string_equal(out, "0 migrations run, functions as they should be\n");
    assert_int_equal(run(out, "check-config"), 0);
    assert_string_equal(out, "ok\n");
    assert_int_equal(run(out, "apikey --service till-2 --scopes pos,booking"), 0);
    assert_int_equal(strlen(out), 44);
    assert_int_equal(fleet_number(fleet, "select count(*) from api_key where service = 'till-2' "
                                         "and scopes = '{pos,booking}'"),
        1);
    assert_int_equal(run(out, "apikey --service till-2 --scopes pos,king"), 1);
    assert_non_null(strstr(out, "not 'king'"));
    assert_int_equal(run(out, "apikey --service till-2 --revoke older"), 0);
    assert_string_equal(out, "keys revoked: 0\n");
    assert_int_equal(run(out, "apikey --service till-2 --revoke some"), 1);
    assert_int_equal(run(out, "apikey --service till-2 --revoke all"), 0);
    assert_string_equal(out, "keys revoked: 1\n");
    assert_int_equal(run(out, "identity --issuer x --subject y"), 1);
    assert_int_equal(run(out, "identity --issuer x --subject y --member 4711"), 1);
    assert_non_null(strstr(out, "no such member"));
    assert_int_equal(
        run(out, "identity --issuer x --subject y --member %d", FLEET_FIRST_MEMBER), 0);
    assert_int_equal(
        fleet_number(fleet, "select count(*) from identity where issuer = 'x' and subject = 'y'"),
        1);
    assert_int_equal(run(out, "identity --issuer x --subject y --remove"), 0);
    assert_string_equal(out, "removed\n");
    assert_int_equal(run(out, "token --member x"), 1);
    assert_int_equal(run(out, "token --member 5 --ttl-s 0"), 1);
    assert_int_equal(run(out, "version"), 0);
    assert_int_equal(run(out, "serve --help"), 0);
    assert_int_equal(run(out, "no-such-command"), 2);
}

/* What `clubhub token` prints signs in. */
static void test_token(void **state)
{
    int server = fleet_serve(fleet, 1, NULL);
    struct client_options o = {.port = fleet_port(fleet, server)};
    char out[OUTPUT_BYTES];
    struct client *c;

    (void)state;
    assert_int_equal(run(out, "token --member %d --ttl-s 60", FLEET_FIRST_MEMBER), 0);
    out[strcspn(out, "\n")] = '\0';
    c = client_sign_in(&o, out);
    assert_non_null(c);
    client_free(c);
    fleet_stop(fleet, server);
}

static void check_metric(int server, const char *line)
{
    struct client_http r = {
        .port = fleet_admin_port(fleet, server), .method = "GET", .path = "/metrics"};
    struct buf body;

    buf_init(&body, 0);
    assert_int_equal(client_http(&r, NULL, &body), 200);
    assert_non_null(strstr(body.bytes, line));
    buf_done(&body);
}

/* A worker that is killed comes back on its listener; the other one goes on serving. */
static void test_worker_returns(void **state)
{
    int server = fleet_serve(fleet, 2, NULL);
    pid_t before[FLEET_WORKERS_MAX], after[FLEET_WORKERS_MAX];

    (void)state;
    assert_int_equal(fleet_workers(fleet, server, before), 2);
    for (int i = 0; i < 3; i++) {
        pid_t killed;

        assert_int_equal(fleet_workers(fleet, server, before), 2);
        killed = before[i % 2];
        assert_int_equal(kill(killed, SIGKILL), 0);
        assert_true(wait_gone(killed));
        assert_true(fleet_wait_ready(fleet, server, WAIT_MS));
        assert_int_equal(fleet_workers(fleet, server, after), 2);
        assert_true(fleet_is_alive(before[(i + 1) % 2]));
    }
    check_metric(server, "\nclubhub_worker_ends_total 3\n");
    fleet_stop(fleet, server);
}

static void wait_notice(struct client *c)
{
    struct client_message *m;
    int64_t wait_ms;

    while ((m = client_next(c, WAIT_MS)) != NULL && m->kind != CLIENT_NOTICE)
        client_message_free(m);
    assert_non_null(m);
    assert_string_equal(json_text(json_member(m->params, "kind")), "draining");
    assert_true(json_integer(json_member(m->params, "reconnect_ms"), &wait_ms));
    assert_in_range(wait_ms, 1, 60000);
    client_message_free(m);
}

/* SIGTERM: a notice, 1012, and no row left in the node table. */
static void test_drain(void **state)
{
    int server;
    struct client *c;

    (void)state;
    fleet_run(fleet, "delete from node"); /* of workers that were killed */
    server = fleet_serve(fleet, 2, NULL);
    c = fleet_member(fleet, server, FLEET_FIRST_MEMBER);
    assert_non_null(c);
    fleet_signal(fleet, server, SIGTERM);
    wait_notice(c);
    while (client_pump(c, WAIT_MS)) {
    }
    assert_int_equal(client_close_code(c), 1012);
    client_free(c);
    assert_true(wait_gone(fleet_pid(fleet, server)));
    fleet_stop(fleet, server);
    assert_int_equal(fleet_number(fleet, "select count(*) from node"), 0);
}

static void count_ack(void *arg, const struct fleet_trace *t)
{
    *(int *)arg += t->is_ack && strcmp(t->stream, "consent.withdraw") == 0;
}

static void hold(struct db_sync *d, const char *sql)
{
    char message[200];

    if (db_sync_run(d, sql, 0, NULL, message, sizeof message) != ERR_OK)
        fail_msg("%s: %s", sql, message);
}

/* What is acknowledged during the drain is in the send trace, too, by which withdrawals are judged. */
static void test_drain_is_traced(void **state)
{
    int server = fleet_serve(fleet, 1, NULL), acks = 0;
    struct client *c = fleet_member(fleet, server, FLEET_FIRST_MEMBER);
    struct db_sync *holder = fleet_db_new(fleet);
    int64_t id, end_ms = clock_mono().ms + WAIT_MS;
    struct client_message *m;

    (void)state;
    assert_non_null(c);
    hold(holder, "begin; lock table club.consent_event in access exclusive mode");
    id = client_request_once(c, "consent.withdraw", "{\"purpose\":\"mkt.offers\"}", NULL);
    while (clock_mono().ms < end_ms &&
           fleet_number(fleet, "select count(*) from pg_locks where not granted"
                               " and relation = 'club.consent_event'::regclass") == 0)
        usleep(5000);
    fleet_signal(fleet, server, SIGTERM);
    wait_notice(c);
    hold(holder, "commit");
    m = client_wait(c, id, WAIT_MS);
    assert_int_equal(client_error(m), 0);
    client_message_free(m);
    client_free(c);
    db_sync_close(holder);
    assert_true(wait_gone(fleet_pid(fleet, server)));
    fleet_stop(fleet, server);
    (void)fleet_trace_each(fleet, count_ack, &acks);
    assert_int_equal(acks, 1);
}

/* Workers end when their supervisor is killed, and its ports are free for the next one. */
static void test_supervisor_killed(void **state)
{
    int server = fleet_serve(fleet, 2, NULL);
    pid_t workers[FLEET_WORKERS_MAX];
    struct client *c;

    (void)state;
    assert_int_equal(fleet_workers(fleet, server, workers), 2);
    fleet_signal(fleet, server, SIGKILL);
    assert_true(wait_gone(workers[0]));
    assert_true(wait_gone(workers[1]));
    fleet_restart(fleet, server);
    assert_true(fleet_wait_ready(fleet, server, WAIT_MS));
    c = fleet_member(fleet, server, FLEET_FIRST_MEMBER);
    assert_non_null(c);
    client_free(c);
    fleet_stop(fleet, server);
}

/* The log level is read again, and nobody is disturbed. */
static void test_hangup(void **state)
{
    int server = fleet_serve(fleet, 2, NULL);
    pid_t before[FLEET_WORKERS_MAX], after[FLEET_WORKERS_MAX];
    struct client *c = fleet_member(fleet, server, FLEET_FIRST_MEMBER);
    struct client_message *m;

    (void)state;
    assert_non_null(c);
    assert_int_equal(fleet_workers(fleet, server, before), 2);
    fleet_signal(fleet, server, SIGHUP);
    m = client_call(c, "club.list", NULL, WAIT_MS);
    assert_int_equal(client_error(m), 0);
    client_message_free(m);
    client_free(c);
    assert_int_equal(fleet_workers(fleet, server, after), 2);
    assert_true(before[0] == after[0] || before[0] == after[1]);
    fleet_stop(fleet, server);
}

static int set_up(void **state)
{
    (void)state;
    fleet = fleet_open();
    fleet_seed(fleet, MEMBERS);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return fleet_close(fleet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_mismatch),
        cmocka_unit_test(test_commands),
        cmocka_unit_test(test_token),
        cmocka_unit_test(test_worker_returns),
        cmocka_unit_test(test_drain),
        cmocka_unit_test(test_drain_is_traced),
        cmocka_unit_test(test_supervisor_killed),
        cmocka_unit_test(test_hangup),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
