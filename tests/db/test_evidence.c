/* test_evidence.c -- `clubhub verify-consent` finds what somebody with all rights in the database has changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sys/wait.h>

#include "fleet.h"

enum { OUTPUT_BYTES = 8192, MEMBERS = 3, FIRST = FLEET_FIRST_MEMBER, SECOND = FIRST + 1 };

static struct fleet *fleet;

/* Exit status of the command, and what it said. */
static int verify(char out[OUTPUT_BYTES])
{
    const char *binary = getenv("CLUBHUB") != NULL ? getenv("CLUBHUB") : "build/asan/clubhub";
    char command[1024];
    size_t used;
    int status;
    FILE *pipe;

    snprintf(command, sizeof command, "timeout 60 '%s' verify-consent 2>&1", binary);
    pipe = popen(command, "r");
    assert_non_null(pipe);
    used = fread(out, 1, OUTPUT_BYTES - 1, pipe);
    out[used] = '\0';
    status = pclose(pipe);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void say(int64_t member, const char *action)
{
    fleet_run(fleet,
        "set search_path = club, pg_temp;"
        "select lib.consent_record(%lld, 50::smallint, 1, 0::smallint, '%s', 1, 'en', 'm:%lld',"
        " 'test', '{}')",
        (long long)member, action, (long long)member);
}

static void test_whole(void **state)
{
    char out[OUTPUT_BYTES];

    (void)state;
    say(FIRST, "give");
    say(FIRST, "withdraw");
    say(FIRST, "give");
    say(SECOND, "refuse");
    assert_int_equal(verify(out), 0);
    assert_non_null(strstr(out, "chains: whole\n"));
}

static void breaks(const char *sql, int64_t member, int64_t piece, const char *problem)
{
    char out[OUTPUT_BYTES], expected[128];

    fleet_run(fleet,
        "create table kept_event as table club.consent_event;"
        "alter table club.consent_state drop constraint if exists consent_state_event_id_fkey;"
        "alter table club.consent_event disable trigger append_only; %s;",
        sql);
    snprintf(expected, sizeof expected, "member %lld: broken at piece %lld (%s)\n",
        (long long)member, (long long)piece, problem);
    assert_int_equal(verify(out), 1);
    if (strstr(out, expected) == NULL)
        print_error("said: %s", out);
    assert_non_null(strstr(out, expected));
    assert_non_null(strstr(out, "chains: 1 broken\n"));
    fleet_run(fleet, "delete from club.consent_event;"
                     "insert into club.consent_event overriding system value table kept_event;"
                     "drop table kept_event;"
                     "alter table club.consent_event enable trigger append_only;");
    assert_int_equal(verify(out), 0);
}

static void test_broken(void **state)
{
    int64_t last =
        fleet_number(fleet, "select max(seq) from club.consent_event where member_id = %d", FIRST);
    char sql[256];

    (void)state;
    assert_true(last > 2);
    snprintf(sql, sizeof sql,
        "update club.consent_event set method = 'x' where member_id = %d and seq = 2", FIRST);
    breaks(sql, FIRST, 2, "changed");
    snprintf(
        sql, sizeof sql, "delete from club.consent_event where member_id = %d and seq = 1", FIRST);
    breaks(sql, FIRST, 2, "missing");
    snprintf(sql, sizeof sql, "delete from club.consent_event where member_id = %d and seq = %d",
        FIRST, (int)last);
    breaks(sql, FIRST, last, "cut");
    last =
        fleet_number(fleet, "select max(seq) from club.consent_event where member_id = %d", SECOND);
    snprintf(sql, sizeof sql, "delete from club.consent_event where member_id = %d", SECOND);
    breaks(sql, SECOND, last, "cut");
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
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_broken),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
