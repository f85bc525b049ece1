/* test_secrets.c -- what is planted where a server reads, and in all that can go wrong, is in nothing that it says.
 *
 * The logs of whole conversations are searched by the wire suite (tests/wire/planted.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <signal.h>
#include <unistd.h>

#include "io/db.h"
#include "base/buf.h"
#include "client.h"
#include "client_http.h"
#include "fleet.h"

enum { LONG_BYTES = 9000, SAID_BYTES = 64 << 20, PATH_BYTES = 400 };

/* Nothing else says this; not so long that somebody would cut it. */
#define PLANTED "Plant3d"
#define DATABASE_PASSWORD "Plant3d-database-9"

static struct fleet *fleet;
static int server;
static struct buf said; /* all that was said, by whatever way */

static void add_file(const char *path)
{
    FILE *file = fopen(path, "re");
    char piece[4096];
    size_t n, all = 0;

    while (file != NULL && (n = fread(piece, 1, sizeof piece, file)) > 0) {
        buf_add(&said, piece, n);
        all += n;
    }
    if (file != NULL)
        (void)fclose(file);
    if (all == 0)
        fail_msg("nothing in %s", path);
}

static int ask(const char *method, const char *path, const char *header, const char *body)
{
    struct client_http r = {.port = fleet_port(fleet, server),
        .method = method,
        .path = path,
        .headers = header,
        .body = body,
        .timeout_ms = 5000};
    struct buf answer;
    int status;

    buf_init(&answer, 0);
    status = client_http(&r, NULL, &answer);
    buf_done(&answer);
    return status;
}

static void call(const char *method, const char *params)
{
    char body[LONG_BYTES];

    snprintf(body, sizeof body, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":%s}",
        method, params);
    assert_int_equal(ask("POST", "/v1/rpc", NULL, body), 200);
}

/* --- what goes wrong ------------------------------------------------------------------------- */

static void wrong_calls(void)
{
    call("account.login", "{\"email\":\"Plant3d@example.org\",\"password\":\"Plant3d password\"}");
    call("account.login", "{\"email\":\"Plant3d\",\"password\":[\"Plant3d\"]}");
    call("account.refresh", "{\"refresh\":\"Plant3d-Plant3d-Plant3d-Plant3d-Plant3d\"}");
    call("account.reset_confirm",
        "{\"email\":\"Plant3d@example.org\",\"code\":\"Plant3d\",\"password\":\"Plant3d password\"}");
    call("join.start",
        "{\"club\":\"101\",\"email\":\"Plant3d@example.org\",\"password\":\"Plant3d Plant3d\","
        "\"handle\":\"plant3d_x\",\"name\":\"Plant3d\",\"locale\":\"nb\",\"country\":\"NO\"}");
    call("join.verify",
        "{\"join\":\"Plant3d\",\"code\":\"Plant3d\",\"birth\":\"Plant3d\",\"terms_ver\":1}");
    call("Plant3d.method", "{\"Plant3d\":\"Plant3d\"}");
    call("club.get", "{\"Plant3d\":\"Plant3d\"}");
    (void)ask("POST", "/v1/rpc", NULL, "{\"Plant3d\":");
    (void)ask("POST", "/v1/rpc", NULL, "Plant3d\xff\xfe");
}

static void wrong_requests(void)
{
    static char header[LONG_BYTES + 20], path[LONG_BYTES];

    (void)ask("GET", "/v1?ticket=" PLANTED, NULL, NULL);
    (void)ask("GET", "/v1/export/" PLANTED, NULL, NULL);
    (void)ask("GET", "/v1/unsubscribe/" PLANTED, NULL, NULL);
    (void)ask("GET", "/" PLANTED "%00%2e%2e/%zz?" PLANTED "=" PLANTED, NULL, NULL);
    (void)ask(PLANTED, "/" PLANTED, NULL, NULL);
    (void)ask("GET", PLANTED, NULL, NULL);
    (void)ask(
        "POST", "/v1/rpc", "Authorization: Bearer " PLANTED "." PLANTED "." PLANTED "\r\n", "{}");
    (void)ask(
        "POST", "/v1/rpc", "Authorization: Key " PLANTED "-" PLANTED "-" PLANTED "\r\n", "{}");
    (void)ask("GET", "/v1",
        "Upgrade: " PLANTED "\r\nConnection: " PLANTED "\r\nOrigin: https://" PLANTED "\r\n", NULL);
    (void)ask("GET", "/v1",
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " PLANTED
        "\r\nSec-WebSocket-Protocol: " PLANTED "\r\nCookie: " PLANTED "\r\n",
        NULL);
    for (size_t i = 0; i + 8 < LONG_BYTES; i += 7)
        memcpy(path + i, PLANTED, 8);
    path[0] = '/';
    (void)ask("GET", path, NULL, NULL);
    snprintf(header, sizeof header, "X-Long: %.*s\r\n", LONG_BYTES - 10, path);
    (void)ask("GET", "/healthz", header, NULL);
    snprintf(header, sizeof header, "Sec-WebSocket-Protocol: %.*s\r\n", LONG_BYTES / 4, path);
    (void)ask("GET", "/v1", header, NULL);
}

static void wrong_frames(void)
{
    static const char *const authorizations[] = {
        "Bearer " PLANTED "." PLANTED "." PLANTED, "Key " PLANTED "-" PLANTED "-" PLANTED, NULL};

    for (int i = 0; i < 2; i++) {
        struct client_options o = {
            .port = fleet_port(fleet, server), .authorization = authorizations[i]};

        client_free(client_open(&o, NULL));
    }
    for (int opcode = 0; opcode < 16; opcode++) {
        struct client *c = fleet_member(fleet, server, FLEET_FIRST_MEMBER);

        assert_non_null(c);
        (void)client_send_frame(c, opcode, opcode % 2 == 0, "\x03\xe8" PLANTED, 9);
        (void)client_send(c, PLANTED, sizeof PLANTED - 1);
        (void)client_pump(c, 20);
        client_free(c);
    }
}

/* What libpq still remembers of the last error is in its words for a lost connection. */
static void lose_connections(void)
{
    struct db_sync *admin;
    char why[500];
    enum err e = db_sync_open(fleet_admin_url(fleet), &admin, why, sizeof why);

    assert_int_equal(e, ERR_OK);
    e = db_sync_run(admin,
        "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'club_server'", 0,
        NULL, why, sizeof why);
    assert_int_equal(e, ERR_OK);
    db_sync_close(admin);
    assert_true(fleet_wait_ready(fleet, server, 20000));
}

/* False: refused, perhaps because its connection to the database has just been lost. */
static bool done(const char *method, struct client *c, const char *params)
{
    struct client_message *m = client_call(c, method, params, 10000);
    bool is_done = client_error(m) == 0;

    client_message_free(m);
    return is_done;
}

/* A row that breaks a rule of its table, and a value that is none: PostgreSQL's words of them hold what was written. */
static void wrong_rows(void)
{
    static const char post[] =
        "{\"club\":\"101\",\"kind\":\"story\",\"body\":\"Plant3d in a body\",\"idem\":\"Plant3d-1\"}";
    struct client *c = fleet_member(fleet, server, FLEET_FIRST_MEMBER);

    assert_non_null(c);
    fleet_run(fleet, "alter table post add constraint planted check (body not like '%%Plant3d%%')");
    assert_false(done("feed.post", c, post));
    lose_connections();
    fleet_run(fleet, "alter table post drop constraint planted");
    for (int i = 0; i < 100 && !done("stream.subscribe", c, "{\"stream\":\"club:101\"}"); i++)
        usleep(50000);
    for (int i = 0; i < 100 && !done("feed.post", c, post); i++)
        usleep(50000); /* and the trace tells what went to whom, not its words */
    client_message_free(client_next(c, 10000));
    client_free(c);
}

/* --- what is said ---------------------------------------------------------------------------- */

static void add_page(const char *path)
{
    struct client_http r = {
        .port = fleet_admin_port(fleet, server), .method = "GET", .path = path, .timeout_ms = 5000};

    assert_int_equal(client_http(&r, NULL, &said), 200);
}

static void add_processes(void)
{
    pid_t pids[FLEET_WORKERS_MAX + 1];
    int count = fleet_workers(fleet, server, pids);
    char path[PATH_BYTES];

    pids[count++] = fleet_pid(fleet, server);
    for (int i = 0; i < count;
         i++) { /* environ is for the user itself and root, who may read the files, too */
        snprintf(path, sizeof path, "/proc/%d/cmdline", (int)pids[i]);
        add_file(path);
    }
}

static void add_command(const char *arguments)
{
    const char *binary = getenv("CLUBHUB") != NULL ? getenv("CLUBHUB") : "build/asan/clubhub";
    char command[PATH_BYTES * 2], piece[4096];
    size_t n, all = 0;
    FILE *pipe;

    snprintf(command, sizeof command, "timeout 60 '%s' %s 2>&1", binary, arguments);
    pipe = popen(command, "re");
    assert_non_null(pipe);
    while ((n = fread(piece, 1, sizeof piece, pipe)) > 0) {
        buf_add(&said, piece, n);
        all += n;
    }
    assert_true(all > 0);
    (void)pclose(pipe);
}

static void is_silent(const char *secret)
{
    const char *at = memmem(said.bytes, said.length_bytes, secret, strlen(secret));
    const char *begin = at;

    while (begin != NULL && begin > said.bytes && begin[-1] != '\n')
        begin--;
    if (at != NULL)
        fail_msg("%s is in: %.*s", secret, (int)strcspn(begin, "\n"), begin);
}

static void test_nothing_is_said(void **state)
{
    char path[PATH_BYTES], token[FLEET_TOKEN_BYTES];

    (void)state;
    wrong_calls();
    wrong_requests();
    wrong_frames();
    wrong_rows();
    fleet_token(fleet, "m:1001", token);
    add_page("/metrics");
    add_page("/readyz");
    add_processes();
    add_command("doctor");
    add_command("check-config");
    add_command("describe");
    fleet_signal(fleet, server, SIGHUP);
    fleet_stop(fleet, server);
    snprintf(path, sizeof path, "%s/server-%d.log", fleet_dir(fleet), server);
    add_file(path);
    add_file(fleet_postgres_log(fleet));
    add_file(getenv("CLUBHUB_TRACE_FILE"));
    assert_true(buf_ok(&said));
    assert_non_null(memmem(said.bytes, said.length_bytes, "session_closed", 14));
    assert_non_null(
        memmem(said.bytes, said.length_bytes, "db_connection_lost", 18)); /* it was talkative */
    is_silent(PLANTED);
    is_silent("plant3d_x");
    is_silent(FLEET_PII_KEY);
    is_silent("a3f1c5d7e9b20436587a9cbedf001122"); /* the token key of the fleet */
    is_silent("MC4CAQAwBQYDK2Vw");                 /* the receipt key */
    is_silent(FLEET_POS_KEY);
    *strchr(token, '.') = '\0'; /* what all tokens begin with */
    is_silent(token);
}

static int set_up(void **state)
{
    static char url[PATH_BYTES], option[PATH_BYTES + 20];
    const char *const options[] = {"--log_level=debug", "--development=true", option, NULL};

    (void)state;
    fleet = fleet_open();
    fleet_seed(fleet, 3);
    snprintf(url, sizeof url, "%s&password=" DATABASE_PASSWORD, fleet_database_url(fleet));
    setenv("CLUBHUB_DATABASE_URL", url, 1);
    snprintf(option, sizeof option, "--database_url=%s", url);
    server = fleet_serve(fleet, 2, options);
    buf_init(&said, SAID_BYTES);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    buf_done(&said);
    return fleet_close(fleet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_nothing_is_said)};

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
