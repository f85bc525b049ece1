/* test_rights.c -- the server needs no rights: it serves without capabilities as a user of no importance, and lets nobody
 * read its memory.  Run by root it is started as PostgreSQL's user, whom the sockets of that let in.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "client_http.h"
#include "fleet.h"
#include "scratch.h"

enum { TEXT_BYTES = 4096 };

static struct fleet *fleet;

static const char *read_text(const char *path, char out[TEXT_BYTES])
{
    FILE *file = fopen(path, "re");
    size_t n = 0;

    if (file != NULL) {
        n = fread(out, 1, TEXT_BYTES - 1, file);
        (void)fclose(file);
    }
    out[n] = '\0';
    return out;
}

/* No new rights, no capabilities, no core dumps, no other process of the user that reads its memory. */
static void has_no_rights(pid_t pid, bool is_private)
{
    char path[64], text[TEXT_BYTES];
    struct stat st;

    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    read_text(path, text);
    assert_non_null(strstr(text, "\nNoNewPrivs:\t1\n"));
    assert_non_null(strstr(text, "\nCapEff:\t0000000000000000\n"));
    assert_null(strstr(text, "\nUid:\t0\t"));
    snprintf(path, sizeof path, "/proc/%d/environ", (int)pid);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(
        st.st_uid == 0, is_private); /* root's: so the kernel shows what may not be dumped */
}

static void serves(const char *option, bool is_private)
{
    const char *const options[] = {option, NULL};
    int server = fleet_serve(fleet, 1, options), status;
    pid_t workers[FLEET_WORKERS_MAX];
    char log[TEXT_BYTES], path[400];
    struct client_http r = {.port = fleet_port(fleet, server),
        .method = "POST",
        .path = "/v1/rpc",
        .body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"club.list\",\"params\":{}}"};
    struct buf body;

    buf_init(&body, 0);
    status = client_http(&r, NULL, &body);
    assert_int_equal(status, 200);
    assert_non_null(strstr(body.bytes, "\"result\""));
    buf_done(&body);
    assert_int_equal(fleet_workers(fleet, server, workers), 1);
    has_no_rights(fleet_pid(fleet, server), is_private);
    has_no_rights(workers[0], is_private);
    snprintf(path, sizeof path, "%s/server-%d.log", fleet_dir(fleet), server);
    assert_null(strstr(read_text(path, log), "serving_as_root"));
    fleet_stop(fleet, server);
}

static void test_without_rights(void **state)
{
    (void)state;
    serves("--development=false", true);
}

/* Where somebody looks for a fault, a debugger and core dumps work. */
static void test_development(void **state)
{
    (void)state;
    serves("--development=true", false);
}

static void test_root_is_told(void **state)
{
    char log[TEXT_BYTES], path[400];
    int server;

    (void)state;
    if (geteuid() != 0)
        skip();
    setenv("AS_ROOT", "1", 1);
    server = fleet_serve(fleet, 1, NULL);
    unsetenv("AS_ROOT");
    snprintf(path, sizeof path, "%s/server-%d.log", fleet_dir(fleet), server);
    assert_non_null(strstr(read_text(path, log), "\"event\":\"serving_as_root\""));
    fleet_stop(fleet, server);
}

/* A copy of the program where everybody may run it, and in front of it what takes root's rights away. */
static void install(const char *binary)
{
    char command[2048];

    snprintf(command, sizeof command, "cp '%s' '%s' && chmod 0755 '%s'", binary,
        scratch_path("clubhub"), scratch_path("clubhub"));
    assert_int_equal(system(command), 0);
    snprintf(command, sizeof command,
        "#!/bin/sh\n[ -z \"$AS_ROOT\" ] || exec '%s' \"$@\"\nexec %s '%s' \"$@\"\n",
        scratch_path("clubhub"),
        geteuid() == 0 ? "setpriv --reuid=postgres --regid=postgres --clear-groups "
                         "--bounding-set=-all --inh-caps=-all"
                       : "",
        scratch_path("clubhub"));
    scratch_write("serve.sh", command);
    assert_int_equal(chmod(scratch_path("serve.sh"), 0755), 0);
    assert_int_equal(chmod(scratch_path("."), 0755), 0);
}

static int set_up(void **state)
{
    static const char *const keys[] = {
        "CLUBHUB_TOKEN_KEY_FILE", "CLUBHUB_PII_KEY_FILE", "CLUBHUB_RECEIPT_KEY_FILE", NULL};
    const struct passwd *user = getpwnam("postgres"); /* its sockets let nobody else in */
    const char *binary = getenv("CLUBHUB") != NULL ? getenv("CLUBHUB") : "build/asan/clubhub";

    (void)state;
    assert_non_null(user);
    (void)scratch_make();
    install(binary);
    setenv("AS_ROOT", "1", 1); /* to migrate */
    setenv("CLUBHUB", scratch_path("serve.sh"), 1);
    fleet = fleet_open();
    unsetenv("AS_ROOT");
    unsetenv("CLUBHUB_TRACE_FILE");
    for (int i = 0; geteuid() == 0 && keys[i] != NULL; i++)
        assert_int_equal(chown(getenv(keys[i]), user->pw_uid, user->pw_gid), 0);
    return 0;
}

static int tear_down(void **state)
{
    int problems = fleet_close(fleet);

    (void)state;
    scratch_remove();
    return problems;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_rights),
        cmocka_unit_test(test_development),
        cmocka_unit_test(test_root_is_told),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
