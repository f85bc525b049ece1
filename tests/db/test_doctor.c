/* test_doctor.c -- `clubhub doctor` tells what is wrong with a deployment, and what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "certificate.h"
#include "fleet.h"
#include "scratch.h"

enum { OUTPUT_BYTES = 16384, LINE_BYTES = 1024 };

static struct fleet *fleet;
static char said[OUTPUT_BYTES];

/* Runs the command with further settings of the environment; returns its exit status. */
static int doctor(const char *settings)
{
    const char *binary = getenv("CLUBHUB") != NULL ? getenv("CLUBHUB") : "build/asan/clubhub";
    char command[4 * LINE_BYTES];
    size_t used;
    int status;
    FILE *pipe;

    snprintf(command, sizeof command, "%s timeout 60 '%s' doctor 2>&1", settings, binary);
    pipe = popen(command, "r");
    assert_non_null(pipe);
    used = fread(said, 1, sizeof said - 1, pipe);
    said[used] = '\0';
    status = pclose(pipe);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* One line of the report has this verdict, this check and this text. */
static void tells(const char *verdict, const char *check, const char *text)
{
    char head[64], line[LINE_BYTES];
    const char *at;

    snprintf(head, sizeof head, "%-7s %-24s ", verdict, check);
    at = strstr(said, head);
    if (at == NULL || (at != said && at[-1] != '\n'))
        fail_msg("no line '%s' in:\n%s", head, said);
    snprintf(line, sizeof line, "%.*s", (int)strcspn(at, "\n"), at);
    if (strstr(line, text) == NULL)
        fail_msg("'%s' does not say '%s'", line, text);
}

static void test_as_it_is(void **state)
{
    int status = doctor("");

    (void)state;
    tells("fine", "keys", "are read");
    tells("fine", "libraries", "libwebsockets 4.");
    tells("fine", "libraries", "OpenSSL 3.");
    tells("fine", "libraries", "libpq 1");
    tells("fine", "libraries", "cJSON 1.7.");
    tells("fine", "libraries", "libuv 1.");
    tells("fine", "database", "reached");
    tells("fine", "version", "15");
    tells("fine", "primary", "a primary");
    tells("fine", "encoding", "UTF8");
    tells("fine", "rights of the hub", "nothing else");
    tells("fine", "functions", "of this version");
    tells("fine", "connections", "workers need");
    tells("fine", "log of the database", "no parameters");
    if (strcmp(fleet_text(fleet, "show fsync"), "off") == 0) {
        tells("wrong", "settings", "fsync is off");
        assert_non_null(strstr(said, "fsync = on"));
        assert_int_equal(status, 1);
    }
}

static void test_too_many_rights(void **state)
{
    (void)state;
    assert_int_equal(doctor("CLUBHUB_DATABASE_URL=\"$CLUBHUB_MIGRATE_URL\""), 1);
    tells("wrong", "rights of the hub", "sees schema club");
}

/* The superuser's session has the setting of PostgreSQL. */
static void doctor_with(const char *setting)
{
    char settings[2 * LINE_BYTES];

    snprintf(settings, sizeof settings, "CLUBHUB_DATABASE_URL='%s&options=-c%%20%s'",
        fleet_admin_url(fleet), setting);
    assert_int_equal(doctor(settings), 1);
}

static void test_log_of_the_database(void **state)
{
    (void)state;
    doctor_with("log_min_error_statement%3Derror");
    tells("change", "log of the database", "statements that fail");
    assert_non_null(strstr(said, "log_min_error_statement = panic"));
    doctor_with("log_statement%3Dall");
    tells("wrong", "log of the database", "parameters");
}

static void test_another_version(void **state)
{
    (void)state;
    fleet_run(fleet, "create table kept_state as table club.api_state;"
                     "update club.api_state set sha256 = repeat('0', 64)");
    assert_int_equal(doctor(""), 1);
    tells("wrong", "functions", "another version");
    assert_non_null(strstr(said, "clubhub migrate"));
    fleet_run(fleet, "update club.api_state set sha256 = (select sha256 from kept_state);"
                     "drop table kept_state");
}

static void test_no_database(void **state)
{
    (void)state;
    assert_int_equal(doctor("CLUBHUB_DATABASE_URL='host=/nowhere dbname=none'"), 1);
    tells("wrong", "database", "/nowhere");
    assert_null(strstr(said, " version "));
    assert_null(strstr(said, "rights of the hub"));
}

/* What libpq would say of these repeats a piece of the password. */
static void test_password_in_the_address(void **state)
{
    static const char *const urls[] = {"postgresql://u:hunter2zwei@host@h/d",
        "postgresql://u:hunter2/zwei@h/d", "postgresql://u:4/hunter2@h/d",
        "postgresql://u:hunter2%zz@h/d", "postgres//u:hunter2@h/d",
        "password=hunter2 zwei hunter2 host=h", "hunter2"};

    (void)state;
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        char settings[LINE_BYTES];

        snprintf(settings, sizeof settings, "CLUBHUB_DATABASE_URL='%s'", urls[i]);
        assert_int_equal(doctor(settings), 1);
        tells("wrong", "database", "the database's address ");
        if (strstr(said, "hunter2") != NULL || strstr(said, "zwei") != NULL)
            fail_msg("of %s it says: %s", urls[i], said);
    }
}

static void test_too_few_connections(void **state)
{
    (void)state;
    assert_int_equal(doctor("CLUBHUB_WORKERS=200"), 1);
    tells("wrong", "connections", "200 workers need");
}

static void test_open_key(void **state)
{
    char settings[LINE_BYTES];

    (void)state;
    scratch_write("open_key", "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n");
    assert_int_equal(chmod(scratch_path("open_key"), 0644), 0);
    snprintf(settings, sizeof settings, "CLUBHUB_TOKEN_KEY_FILE='%s'", scratch_path("open_key"));
    assert_int_equal(doctor(settings), 1);
    tells("wrong", "files of keys", "token_key_file");
    assert_null(strstr(said, "00112233445566778899"));
    assert_int_equal(doctor("CLUBHUB_TOKEN_KEY_FILE=/nowhere/key"), 1);
    tells("wrong", "keys", "/nowhere/key");
}

static void test_certificate(void **state)
{
    char settings[LINE_BYTES];

    (void)state;
    (void)doctor("");
    tells("change", "certificate", "no TLS");
    certificate_write(scratch_path("cert.pem"), scratch_path("key.pem"), "localhost");
    snprintf(settings, sizeof settings, "CLUBHUB_TLS_CERT_FILE='%s' CLUBHUB_TLS_KEY_FILE='%s'",
        scratch_path("cert.pem"), scratch_path("key.pem"));
    (void)doctor(settings);
    tells("change", "certificate", "good for");
    snprintf(settings, sizeof settings, "CLUBHUB_TLS_CERT_FILE='%s' CLUBHUB_TLS_KEY_FILE='%s'",
        scratch_path("key.pem"), scratch_path("key.pem"));
    assert_int_equal(doctor(settings), 1);
    tells("wrong", "certificate", "cannot be read");
}

static void test_limits_of_an_address(void **state)
{
    char settings[LINE_BYTES];

    (void)state;
    (void)doctor("");
    tells("change", "limits of an address", "0: per_address_max handshakes_per_address_per_s");
    assert_non_null(strstr(said, "behind a proxy"));
    tells("fine", "half-open sockets", "no TLS");
    (void)doctor("CLUBHUB_PER_ADDRESS_MAX=200");
    tells("change", "limits of an address", "0: handshakes_per_address_per_s");
    (void)doctor("CLUBHUB_PER_ADDRESS_MAX=200 CLUBHUB_HANDSHAKES_PER_ADDRESS_PER_S=20");
    tells("fine", "limits of an address", "has limits"); /* there is no TLS to limit */
    certificate_write(scratch_path("cert.pem"), scratch_path("key.pem"), "localhost");
    snprintf(settings, sizeof settings,
        "CLUBHUB_TLS_CERT_FILE='%s' CLUBHUB_TLS_KEY_FILE='%s' CLUBHUB_PER_ADDRESS_MAX=200"
        " CLUBHUB_HANDSHAKES_PER_ADDRESS_PER_S=20 CLUBHUB_HALF_OPEN_MAX=90000",
        scratch_path("cert.pem"), scratch_path("key.pem"));
    (void)doctor(settings);
    tells("change", "limits of an address", "0: tls_handshakes_per_address_per_s");
    tells("change", "half-open sockets", "at most");
}

static int set_up(void **state)
{
    (void)state;
    (void)scratch_make();
    fleet = fleet_open();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scratch_remove();
    return fleet_close(fleet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_it_is),
        cmocka_unit_test(test_too_many_rights),
        cmocka_unit_test(test_log_of_the_database),
        cmocka_unit_test(test_another_version),
        cmocka_unit_test(test_no_database),
        cmocka_unit_test(test_password_in_the_address),
        cmocka_unit_test(test_too_few_connections),
        cmocka_unit_test(test_open_key),
        cmocka_unit_test(test_certificate),
        cmocka_unit_test(test_limits_of_an_address),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
