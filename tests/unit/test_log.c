/* test_log.c -- what lands on stderr: one valid JSON line per event, and no more than the limit. */
#include "base/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/json.h"

enum { FLOOD = 5000 };

static int saved_stderr = -1;
static FILE *captured;

static void capture(void)
{
    captured = tmpfile();
    assert_non_null(captured);
    saved_stderr = dup(STDERR_FILENO);
    assert_true(dup2(fileno(captured), STDERR_FILENO) >= 0);
}

static int release(void **state)
{
    (void)state;
    if (saved_stderr >= 0) {
        dup2(saved_stderr, STDERR_FILENO);
        close(saved_stderr);
        saved_stderr = -1;
    }
    if (captured != NULL)
        fclose(captured);
    captured = NULL;
    log_set_level(LOG_INFO);
    log_set_name(NULL);
    return 0;
}

/* A second of its own, so that one test's lines do not count for the next. */
static int fresh_second(void **state)
{
    struct timespec now;

    (void)state;
    clock_gettime(CLOCK_MONOTONIC, &now);
    const struct timespec rest = {.tv_nsec = 999999999 - now.tv_nsec};

    nanosleep(&rest, NULL);
    nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    return 0;
}

/* The captured lines; the caller frees the text. */
static char *captured_text(void)
{
    long length = lseek(fileno(captured), 0, SEEK_END);
    char *text = calloc(1, (size_t)length + 1);

    assert_non_null(text);
    assert_int_equal(pread(fileno(captured), text, (size_t)length, 0), length);
    return text;
}

static struct json *parse_line(const char *line)
{
    struct json *j = NULL;

    assert_int_equal(json_parse(line, strcspn(line, "\n"), &j, NULL), ERR_OK);
    return j;
}

static void check_member(const struct json *line, const char *name, const char *expected)
{
    const char *text = json_text(json_member(line, name));

    assert_non_null(text);
    assert_string_equal(text, expected);
}

static void one_line_with_its_fields(void **state)
{
    (void)state;
    capture();
    log_set_name("worker 2");
    log_info("worker_ready", "worker=%d port=%d", 1, 8080);
    char *text = captured_text();
    struct json *line = parse_line(text);

    assert_non_null(strchr(text, '\n'));
    assert_string_equal(strchr(text, '\n'), "\n");
    assert_int_equal(strlen(json_text(json_member(line, "at"))), 24);
    check_member(line, "level", "info");
    check_member(line, "event", "worker_ready");
    check_member(line, "process", "worker 2");
    check_member(line, "worker", "1");
    check_member(line, "port", "8080");
    json_free(line);
    free(text);
}

static void values_with_spaces_and_quotes(void **state)
{
    (void)state;
    capture();
    log_warn("odd", "text=%s next=%s empty= last=1", "a \"b\" c\\d\n=x y", "b=c");
    char *text = captured_text();
    struct json *line = parse_line(text);

    check_member(line, "text", "a \"b\" c\\d\n=x y");
    check_member(line, "next", "b=c");
    check_member(line, "empty", "");
    check_member(line, "last", "1");
    check_member(line, "level", "warn");
    json_free(line);
    free(text);
}

static void bad_bytes_and_overlong_values_stay_json(void **state)
{
    char value[3000];

    (void)state;
    memset(value, 0xc3, sizeof value - 1);
    value[sizeof value - 1] = '\0';
    capture();
    log_error("long", "code=7 value=%s", value);
    char *text = captured_text();
    struct json *line = parse_line(text);

    check_member(line, "code", "7");
    assert_true(strlen(json_text(json_member(line, "value"))) < 1100);
    assert_int_equal(json_text(json_member(line, "value"))[0], '?');
    json_free(line);
    free(text);
}

static void levels_below_the_least_are_silent(void **state)
{
    (void)state;
    capture();
    log_debug("quiet", "a=%d", 1);
    log_set_level(LOG_WARN);
    log_info("quiet", "a=%d", 1);
    log_set_level(LOG_DEBUG);
    log_debug("heard", "a=%d", 1);
    char *text = captured_text();

    assert_null(strstr(text, "quiet"));
    assert_non_null(strstr(text, "heard"));
    free(text);
}

static size_t count_of(const char *text, const char *what)
{
    size_t count = 0;

    for (const char *p = strstr(text, what); p != NULL; p = strstr(p + 1, what))
        count++;
    return count;
}

static void a_flood_is_cut_and_told_once(void **state)
{
    (void)state;
    capture();
    for (int i = 0; i < FLOOD; i++)
        log_info("flood", "number=%d", i);
    fresh_second(NULL);
    log_info("after", "number=%d", 1);
    log_info("after", "number=%d", 2);
    char *text = captured_text();
    const char *told = strstr(text, "\"log_lines_dropped\"");
    size_t written = count_of(text, "\"flood\"");

    assert_in_range(written, 1000, 3000); /* a slow machine may need more than one second */
    assert_non_null(told);
    size_t dropped = 0;

    for (const char *p = strstr(text, "\"lines\":\""); p != NULL; p = strstr(p + 1, "\"lines\":\""))
        dropped += strtoul(p + strlen("\"lines\":\""), NULL, 10);
    assert_int_equal(written + dropped, FLOOD);
    assert_int_equal(count_of(text, "\"after\""), 2);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(one_line_with_its_fields, release),
        cmocka_unit_test_teardown(values_with_spaces_and_quotes, release),
        cmocka_unit_test_teardown(bad_bytes_and_overlong_values_stay_json, release),
        cmocka_unit_test_teardown(levels_below_the_least_are_silent, release),
        cmocka_unit_test_setup_teardown(a_flood_is_cut_and_told_once, fresh_second, release),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
