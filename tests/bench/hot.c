/* hot.c -- see hot.h. */
#include "hot.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crowd.h"
#include "rate.h"
#include "stage.h"

enum { MEMBERS = 10, PLACES = RATE_PGBENCH_CLIENTS, FIRST_STAFF = 70, FAMILY = 1 };

enum step { EARN, HOLD, CAPTURE, HOLD_AGAIN, RELEASE, ADJUST, TRANSFER, REVERSE, STEPS };

struct place {
    enum step step;
    int member, other;
    long long tx, hold;
};

struct hot {
    struct place places[PLACES];
    long long number, run;
};

void hot_seed(void)
{
    char sql[1024];

    snprintf(sql, sizeof sql,
        "insert into family (family_id, head, max_members) values (%d, %d, 11);"
        "insert into family_member (family_id, member_id, role, state, joined_at)"
        " select %d, m, 'adult', 'active', now() from generate_series(%d, %d) m;"
        "insert into staff (staff_id, login, roles) select s, 'hot' || s, '{manager}' from generate_series(%d, %d) s;"
        "insert into staff_club (staff_id, club_id) select s, 1 from generate_series(%d, %d) s",
        FAMILY, STAGE_FIRST_MEMBER, FAMILY, STAGE_FIRST_MEMBER, STAGE_FIRST_MEMBER + MEMBERS - 1,
        FIRST_STAFF, FIRST_STAFF + PLACES - 1, FIRST_STAFF, FIRST_STAFF + PLACES - 1);
    stage_run(sql);
}

/* --- the hub ----------------------------------------------------------------------------------------- */

/* First the tills, then the staff, then the members. */
static int client_of(int place, const struct place *p)
{
    if (p->step == ADJUST)
        return PLACES + place;
    if (p->step == TRANSFER)
        return 2 * PLACES + p->member - STAGE_FIRST_MEMBER;
    return place;
}

static void sign_in(struct crowd *c, int port, const char *token)
{
    int at = crowd_add(c, port, true, "");
    char text[RATE_TEXT_BYTES];
    int n = snprintf(text, sizeof text,
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"session.auth\",\"params\":{\"token\":\"%s\"}}",
        token);

    crowd_send(c, at, text, (size_t)n);
}

static void open_all(void *arg, struct crowd *c, int port)
{
    (void)arg;
    rate_open_tills(c, port, PLACES);
    for (int i = 0; i < PLACES; i++)
        sign_in(c, port, stage_staff_token(FIRST_STAFF + i));
    for (int i = 0; i < MEMBERS; i++)
        sign_in(c, port, stage_token(STAGE_FIRST_MEMBER + i));
}

static int print_step(const struct hot *h, const struct place *p, char text[RATE_TEXT_BYTES])
{
    long long n = h->number;

    switch (p->step) {
    case EARN:
        return snprintf(text, RATE_TEXT_BYTES,
            "points.earn\",\"params\":{\"member\":\"%d\",\"club\":\"1\",\"receipt\":\"h%lld-%lld\","
            "\"lines\":[{\"amount\":{\"minor\":150,\"cur\":\"EUR\"}}]",
            p->member, h->run, n);
    case HOLD:
    case HOLD_AGAIN:
        return snprintf(text, RATE_TEXT_BYTES,
            "points.hold\",\"params\":{\"member\":\"%d\",\"points\":30", p->member);
    case CAPTURE:
        return snprintf(text, RATE_TEXT_BYTES,
            "points.capture\",\"params\":{\"hold\":\"%lld\",\"points\":20", p->hold);
    case RELEASE:
        return snprintf(
            text, RATE_TEXT_BYTES, "points.release\",\"params\":{\"hold\":\"%lld\"", p->hold);
    case ADJUST:
        return snprintf(text, RATE_TEXT_BYTES,
            "points.adjust\",\"params\":{\"member\":\"%d\",\"club\":\"1\",\"amount\":1,\"reason\":\"goodwill\"",
            p->member);
    case TRANSFER:
        return snprintf(text, RATE_TEXT_BYTES,
            "points.transfer\",\"params\":{\"member\":\"%d\",\"amount\":1", p->other);
    default:
        return snprintf(text, RATE_TEXT_BYTES,
            "points.reverse\",\"params\":{\"tx\":\"%lld\",\"amount\":100,\"return\":\"h%lld-%lld\"",
            p->tx, h->run, n);
    }
}

static int ask(void *arg, int place, char text[RATE_TEXT_BYTES], int *out_client)
{
    struct hot *h = arg;
    struct place *p = &h->places[place];
    int n;

    h->number++;
    if (p->step == EARN) {
        int member = rand() % MEMBERS;

        p->member = STAGE_FIRST_MEMBER + member;
        p->other = STAGE_FIRST_MEMBER + (member + 1 + rand() % (MEMBERS - 1)) % MEMBERS;
    }
    *out_client = client_of(place, p);
    n = print_step(h, p, text);
    return n + snprintf(text + n, (size_t)(RATE_TEXT_BYTES - n), ",\"idem\":\"hot-%lld-%lld\"}",
                   h->run, h->number);
}

static long long id_after(const char *text, size_t length_bytes, const char *name)
{
    const char *at = memmem(text, length_bytes, name, strlen(name));

    return at == NULL ? 0 : atoll(at + strlen(name) + strspn(at + strlen(name), " \""));
}

static bool answer(void *arg, int place, const char *text, size_t length_bytes)
{
    struct hot *h = arg;
    struct place *p = &h->places[place];

    if (p->step == EARN)
        p->tx = id_after(text, length_bytes, "\"tx\":");
    if (p->step == HOLD || p->step == HOLD_AGAIN)
        p->hold = id_after(text, length_bytes, "\"hold\":");
    p->step = (p->step + 1) % STEPS;
    return memmem(text, length_bytes, "\"error\":", 8) == NULL;
}

double hot_of_hub(int seconds, const char *const *options)
{
    static long long runs;
    struct hot h = {.run = (long long)getpid() * 100 + ++runs};

    return rate_hub(&(struct rate_load){.clients = 2 * PLACES + MEMBERS,
        .places = PLACES,
        .seconds = seconds,
        .options = options,
        .open = open_all,
        .ask = ask,
        .answer = answer,
        .arg = &h});
}

/* --- pgbench ----------------------------------------------------------------------------------------- */

/* chr(58) is a colon: pgbench takes one before a letter for a variable, in texts as well. */
#define KEY(n) "'hot-" n "-' || :r::bigint, '\\x%s'::bytea"
#define TILL "'v' || chr(58) || 'till', "

static const char script[] =
    "\\set i random(0, 9)\n\\set j (:i + random(1, 9)) % 10\n\\set r random(1, 9000000000000000)\n"
    "\\set m 100001 + :i\n\\set o 100001 + :j\n\\set s 70 + :client_id\n"
    "select reply ->> 'tx' as tx from api.points_earn(" TILL KEY(
        "earn") ", :m::bigint, 1, 'p' || :r::bigint,"
                " jsonb_build_array(jsonb_build_object('amount', jsonb_build_object('minor', 150, 'cur', 'EUR'))), null, null) \\gset\n"
                "select reply ->> 'hold' as hold from api.points_hold(" TILL KEY(
                    "hold") ", :m::bigint, 30, null, null, null) \\gset\n"
                            "select * from api.points_capture(" TILL KEY(
                                "capture") ", :hold::bigint, 20);\n"
                                           "select reply ->> 'hold' as hold from api.points_hold(" TILL KEY(
                                               "again") ", :m::bigint, 30, null, null, null) \\gset\n"
                                                        "select * from api.points_release(" TILL KEY(
                                                            "release") ", :hold::bigint);\n"
                                                                       "select * from api.points_adjust('s' || chr(58) || :s::bigint, " KEY(
                                                                           "adjust") ", :m::bigint, 1, 1, 'goodwill', null);\n"
                                                                                     "select * from api.points_transfer('m' || chr(58) || :m::bigint, " KEY(
                                                                                         "transfer") ", :o::bigint, null, 1);\n"
                                                                                                     "select * from api.points_reverse(" TILL
                                                                                                         KEY("reverse") ", :tx::bigint, 100, 'back-' || :r::bigint, null, null);\n";

double hot_of_pgbench(int seconds)
{
    return rate_pgbench(script, seconds) * STEPS;
}
