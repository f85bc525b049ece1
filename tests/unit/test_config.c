/* test_config.c -- config.h: where an option's value comes from, and what a wrong one is told. */
#include "config.h"
#include "secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char message[CONFIG_MESSAGE_BYTES];
static char path[] = "/tmp/test_config.XXXXXX";

static void write_file(const void *bytes, size_t length)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static enum err load(struct config *c, int count, const char *const *args)
{
    message[0] = '\0';
    return config_load(count, (char *const *)args, c, message);
}

static void refused(int count, const char *const *args, const char *expected)
{
    struct config c;

    assert_int_equal(load(&c, count, args), ERR_INVALID_PARAMS);
    assert_string_equal(message, expected);
}

static void test_defaults(void **state)
{
    struct config c;

    (void)state;
    assert_int_equal(load(&c, 0, NULL), ERR_OK);
    assert_int_equal(c.call_timeout_ms, 3000);
    assert_int_equal(c.lease_ms, 800);
    assert_string_equal(c.listen, "127.0.0.1:8080");
    assert_string_equal(c.database_url, "");
    assert_false(c.development);
    assert_int_equal(config_db_read(&c), 3);
    assert_int_equal(config_db_write(&c), 4);
    config_done(&c);
}

static void test_precedence(void **state)
{
    static const char text[] = "# a comment\n\n  lease_ms = 900 \nrenew_ms=100\nwake_ms = 7\n"
                               "token_issuer = a b\n";
    char flag[64];
    const char *args[] = {flag, "--lease_ms=1000", "--development=true", "--origins="};
    struct config c;

    (void)state;
    snprintf(flag, sizeof flag, "--config=%s", path);
    write_file(text, sizeof text - 1);
    setenv("CLUBHUB_RENEW_MS", "120", 1);
    setenv("CLUBHUB_LEASE_MS", "950", 1);
    assert_int_equal(load(&c, 4, args), ERR_OK);
    unsetenv("CLUBHUB_RENEW_MS");
    unsetenv("CLUBHUB_LEASE_MS");
    assert_int_equal(c.lease_ms, 1000); /* flag over environment over file */
    assert_int_equal(c.renew_ms, 120);  /* environment over file */
    assert_int_equal(c.wake_ms, 7);     /* file over default */
    assert_int_equal(c.tail_ms, 1000);  /* default */
    assert_string_equal(c.token_issuer, "a b");
    assert_true(c.development);
    config_done(&c);
}

static void test_wrong_values(void **state)
{
    (void)state;
    refused(1, (const char *[]){"--call_timeout_ms=9"},
        "call_timeout_ms must be 50..60000 milliseconds, not '9'");
    refused(1, (const char *[]){"--workers=two"}, "workers must be 0..256 processes, not 'two'");
    refused(1, (const char *[]){"--workers="}, "workers must be 0..256 processes, not ''");
    refused(1, (const char *[]){"--workers=99999999999999999999"},
        "workers must be 0..256 processes, not '99999999999999999999'");
    refused(1, (const char *[]){"--development=yes"},
        "development must be one of: true false, not 'yes'");
    refused(1, (const char *[]){"--log_level=loud"},
        "log_level must be one of: debug info warn error, not 'loud'");
    refused(1, (const char *[]){"--lease=1"}, "'--lease' is not an option (--name=value)");
    refused(1, (const char *[]){"serve"}, "'serve' is not an option (--name=value)");
    refused(1, (const char *[]){"--workers"}, "'--workers' is not an option (--name=value)");
    refused(1, (const char *[]){"--database-url=postgresql://u:hunter2@h/d"},
        "'--database-url' is not an option (--name=value)");
    refused(1, (const char *[]){"postgresql://u:hunter2@h/d?sslmode=require"},
        "'...' is not an option (--name=value)");
}

static void test_wrong_files(void **state)
{
    char flag[64], expected[128];
    const char *args[] = {flag};

    (void)state;
    snprintf(flag, sizeof flag, "--config=%s", path);
    write_file("a = 1\n", 6);
    snprintf(expected, sizeof expected, "%s:1: there is no option 'a'", path);
    refused(1, args, expected);
    write_file("\nworkers\n", 9);
    snprintf(expected, sizeof expected, "%s:2: this is not `name = value`", path);
    refused(1, args, expected);
    write_file("database_url postgresql://u:hunter2@h/d\n", 40);
    snprintf(expected, sizeof expected, "%s:1: this is not `name = value`", path);
    refused(1, args, expected);
    write_file("postgresql://u:hunter2@h/d?sslmode=require\n", 43);
    snprintf(expected, sizeof expected, "%s:1: there is no option '...'", path);
    refused(1, args, expected);
    args[0] = "--config=/nowhere/at/all";
    refused(1, args, "/nowhere/at/all: No such file or directory");
}

static void check(int count, const char *const *more, const char *expected)
{
    const char *args[8] = {
        "--database_url=x", "--token_key_file=x", "--pii_key_file=x", "--receipt_key_file=x"};
    struct config c;

    for (int i = 0; i < count; i++)
        args[4 + i] = more[i];
    assert_int_equal(load(&c, 4 + count, args), ERR_OK);
    if (expected == NULL) {
        assert_int_equal(config_check_serve(&c, message), ERR_OK);
    } else {
        assert_int_equal(config_check_serve(&c, message), ERR_INVALID_PARAMS);
        assert_string_equal(message, expected);
    }
    config_done(&c);
}

static void test_serve_refuses(void **state)
{
    const char *bad_urls[] = {"--public_url=", "--public_url=club.example",
        "--public_url=https://club.example/", "--public_url=https://club example",
        "--public_url=https://"};

    (void)state;
    check(0, NULL, NULL);
    check(1, (const char *[]){"--database_url="},
        "database_url is missing: the database as role club_server");
    check(1, (const char *[]){"--receipt_key_file="},
        "receipt_key_file is missing: an Ed25519 key (openssl genpkey -algorithm ed25519)");
    check(2, (const char *[]){"--receipt_key_file=", "--development=true"}, NULL);
    check(1, (const char *[]){"--mailer=log"}, "mailer = log is for development = true only");
    check(2, (const char *[]){"--mailer=log", "--development=true"}, NULL);
    check(1, (const char *[]){"--public_url=https://club.example/app"}, NULL);
    for (size_t i = 0; i < sizeof bad_urls / sizeof bad_urls[0]; i++)
        check(1, &bad_urls[i],
            "public_url must begin with http:// or https:// and end without a slash");
    check(
        1, (const char *[]){"--tls_cert_file=a"}, "tls_cert_file and tls_key_file belong together");
    check(1, (const char *[]){"--renew_ms=400"}, "renew_ms must be less than half of lease_ms");
    check(1, (const char *[]){"--fence_ms=700"}, "fence_ms must not be less than lease_ms");
    check(1, (const char *[]){"--lock_timeout_ms=2500"},
        "lock_timeout_ms must be less than statement_timeout_ms");
    check(1, (const char *[]){"--statement_timeout_ms=3000"},
        "statement_timeout_ms must be less than call_timeout_ms");
}

/* What --print-config prints is a file that changes nothing, with every option once, in order. */
static void test_example(void **state)
{
    char line[256], last[64] = "", flag[64], name[64];
    const char *args[] = {flag};
    FILE *file = fopen(path, "w+");
    struct config c;
    int options = 0;

    (void)state;
    assert_non_null(file);
    config_print_example(file);
    rewind(file);
    while (fgets(line, sizeof line, file) != NULL) {
        assert_true(strlen(line) <= 101);
        if (line[0] != '#' || line[1] == ' ' || line[1] == '\n')
            continue;
        snprintf(name, sizeof name, "%.*s", (int)strcspn(line + 1, " ="), line + 1);
        assert_true(strcmp(last, name) < 0);
        memcpy(last, name, sizeof last);
        options++;
    }
    assert_int_equal(fclose(file), 0);
    assert_true(options > 40);
    snprintf(flag, sizeof flag, "--config=%s", path);
    assert_int_equal(load(&c, 1, args), ERR_OK);
    assert_int_equal(c.call_timeout_ms, 3000);
    config_done(&c);
}

/* --- keys ------------------------------------------------------------------------------------ */

static void test_secrets(void **state)
{
    char hex[2 * 40 + 1], why[SECRET_MESSAGE_BYTES];
    uint8_t bytes[40];
    struct secret s;

    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(i * 7 + 128);
        snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
    }
    write_file(bytes, sizeof bytes);
    assert_int_equal(secret_read("k", path, &s, why), ERR_OK);
    assert_int_equal(s.length_bytes, sizeof bytes);
    assert_memory_equal(s.bytes, bytes, sizeof bytes);

    write_file(hex, 80);
    assert_int_equal(secret_read("k", path, &s, why), ERR_OK);
    assert_int_equal(s.length_bytes, sizeof bytes);
    assert_memory_equal(s.bytes, bytes, sizeof bytes);

    /* 33 bytes of 0xff in both alphabets */
    write_file("////////////////////////////////////////////\n", 45);
    assert_int_equal(secret_read("k", path, &s, why), ERR_OK);
    assert_int_equal(s.length_bytes, 33);
    assert_int_equal(s.bytes[32], 0xff);
    write_file("____________________________________________", 44);
    assert_int_equal(secret_read("k", path, &s, why), ERR_OK);
    assert_int_equal(s.length_bytes, 33);
}

static void test_bad_secrets(void **state)
{
    char why[SECRET_MESSAGE_BYTES], large[1100];
    struct secret s;

    (void)state;
    write_file("short", 5);
    assert_int_equal(secret_read("token_key_file", path, &s, why), ERR_INVALID_PARAMS);
    assert_string_equal(why, "token_key_file must hold 32..512 bytes, not 5");
    write_file("", 0);
    assert_int_equal(secret_read("k", path, &s, why), ERR_INVALID_PARAMS);
    memset(large, '!', sizeof large);
    write_file(large, sizeof large);
    assert_int_equal(secret_read("k", path, &s, why), ERR_INVALID_PARAMS);
    assert_int_equal(secret_read("k", "/nowhere", &s, why), ERR_INVALID_PARAMS);
    assert_string_equal(why, "k: /nowhere: No such file or directory");
}

static int set_up(void **state)
{
    int fd = mkstemp(path);

    (void)state;
    return fd < 0 ? -1 : close(fd);
}

static int tear_down(void **state)
{
    (void)state;
    return unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_precedence),
        cmocka_unit_test(test_wrong_values),
        cmocka_unit_test(test_wrong_files),
        cmocka_unit_test(test_serve_refuses),
        cmocka_unit_test(test_example),
        cmocka_unit_test(test_secrets),
        cmocka_unit_test(test_bad_secrets),
    };

    unsetenv("CLUBHUB_CONFIG"); /* of whoever runs the tests */
    unsetenv("CLUBHUB_DATABASE_URL");
    unsetenv("CLUBHUB_MIGRATE_URL");
    unsetenv("CLUBHUB_TOKEN_KEY_FILE");
    unsetenv("CLUBHUB_PII_KEY_FILE");
    unsetenv("CLUBHUB_RECEIPT_KEY_FILE");
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
