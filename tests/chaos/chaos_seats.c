/* chaos_seats.c -- P8: no seat is sold twice, nobody is told yes without a seat, no seat is lost, whatever is killed.
 *
 * Ten clients for each seat of an offer ask at the same instant, over several workers; workers and PostgreSQL are killed
 * with -9 in the middle; each client repeats its call with its key until it is answered, and then twice more.  Then
 * groups want seats of two pools, all or nothing; and tiers come early and meet their caps (domain.md 9.3, 19.5);
 * who comes first is served first; and an offer is cancelled while payments arrive, in time and late.  After each,
 * I-01 ... I-15 and I-20 ... I-29 hold.
 *
 * CHAOS_SEATS_CLIENTS (or the first argument) says how many clients there are: 5000 is the long form.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/json.h"
#include "base/buf.h"
#include "check.h"
#include "fleet.h"
#include "goers.h"
#include "seats.h"

enum { WORKERS = 3, CLIENTS = 600, CLIENTS_LEAST = 300, GIFT = 2000, SEED = 6 };

/* --- what the stories share --------------------------------------------------------------------------- */

void seats_offer(const struct seats *s, int64_t offer, int total, int doubles)
{
    long long o = offer;

    fleet_run(s->fleet,
        "insert into offer (offer_id, club_id, kind, title, organiser_name, starts_at, ends_at, announce_at,"
        " public_open_at, booking_close_at, name_deadline, currency, cancel_policy, state)"
        " values (%lld, %d, 'trip', 'Fjords', 'Chaos', now() + interval '90 days', now() + interval '97 days',"
        " now() - interval '9 days', now() - interval '1 day', now() + interval '80 days', now() + interval '77 days', 'EUR',"
        " '[{\"hours_before\":24,\"refund_ppm\":500000},{\"hours_before\":0,\"refund_ppm\":0}]', 'open');"
        "insert into seat_pool (pool_id, offer_id, code, capacity)"
        " values (%lld, %lld, 'total', %d), (%lld, %lld, 'double', %d);"
        "insert into seat_class (class_id, offer_id, code, title, persons, unit_price_minor, points_price)"
        " values (%lld, %lld, 'single', 'Single', 1, %d, %d), (%lld, %lld, 'double', 'Double', 2, 30000, null);"
        "insert into seat_class_pool (class_id, pool_id, offer_id)"
        " values (%lld, %lld, %lld), (%lld, %lld, %lld), (%lld, %lld, %lld)",
        o, FLEET_CLUB, o + SEATS_TOTAL_POOL, o, total, o + SEATS_DOUBLE_POOL, o, doubles,
        o + SEATS_SINGLE, o, SEATS_PRICE, SEATS_POINTS, o + SEATS_DOUBLE, o, o + SEATS_SINGLE,
        o + SEATS_TOTAL_POOL, o, o + SEATS_DOUBLE, o + SEATS_TOTAL_POOL, o, o + SEATS_DOUBLE,
        o + SEATS_DOUBLE_POOL, o);
}

void seats_print_hold(
    char *out, size_t out_bytes, int64_t offer, int singles, int doubles, int in_points)
{
    struct buf b;
    const char *comma = singles > 0 && doubles > 0 ? "," : "";

    buf_init(&b, 0);
    buf_printf(&b, "{\"offer\":\"%lld\",\"items\":[", (long long)offer);
    if (singles > 0)
        buf_printf(&b, "{\"class\":\"%lld\",\"qty\":%d}", (long long)offer + SEATS_SINGLE, singles);
    buf_add_text(&b, comma);
    if (doubles > 0)
        buf_printf(&b, "{\"class\":\"%lld\",\"qty\":%d}", (long long)offer + SEATS_DOUBLE, doubles);
    buf_add_text(&b, "]");
    if (in_points > 0)
        buf_printf(&b, ",\"points\":[{\"class\":\"%lld\",\"qty\":%d}]",
            (long long)offer + SEATS_SINGLE, in_points);
    buf_add_text(&b, "}");
    snprintf(out, out_bytes, "%.*s", (int)b.length_bytes, b.bytes);
    buf_done(&b);
}

struct seats_told seats_told(const struct json *result, int code)
{
    struct seats_told told = {.code = code};

    if (result != NULL && !json_id(json_member(result, "reservation"), &told.resv))
        told.code = -1;
    return told;
}

void seats_write_told(const struct seats *s, const struct seats_told *told, int count)
{
    struct buf b;

    buf_init(&b, 0);
    buf_add_text(&b, "drop table if exists told;"
                     "create temp table told (member bigint, code int, resv bigint);"
                     "insert into told values (0, -1, 0)");
    for (int i = 0; i < count; i++)
        buf_printf(
            &b, ",(%d,%d,%lld)", FLEET_FIRST_MEMBER + i, told[i].code, (long long)told[i].resv);
    fleet_run(s->fleet, "%s; delete from told where member = 0; analyze told", b.bytes);
    buf_done(&b);
}

void seats_judge(const struct seats *s, const char *after)
{
    struct fleet *f = s->fleet;
    int64_t seats = fleet_number(f, "select count(*) from lib.seat_violations()"),
            points = fleet_number(f, "select count(*) from lib.ledger_violations()"),
            deadlocks = fleet_number(
                f, "select deadlocks from pg_stat_database where datname = current_database()");

    if (!check(seats == 0, "%s: I-20 ... I-29 hold (%lld violations)", after, (long long)seats))
        check_note("%s",
            fleet_text(f,
                "select string_agg(concat_ws(' ', invariant, object, found), '; ') from (select * from lib.seat_violations() limit 10) v"));
    if (!check(points == 0, "%s: I-01 ... I-15 hold (%lld violations)", after, (long long)points))
        check_note("%s",
            fleet_text(f,
                "select string_agg(concat_ws(' ', invariant, what, detail), '; ') from (select * from lib.ledger_violations() limit 10) v"));
    check(deadlocks == 0, "%s: the lock order holds: no deadlock (%lld)", after,
        (long long)deadlocks);
}

/* --- the run ------------------------------------------------------------------------------------------ */

static int clients_of(int count, char **args)
{
    const char *text = count > 1 ? args[1] : getenv("CHAOS_SEATS_CLIENTS");
    long n = text == NULL ? CLIENTS : strtol(text, NULL, 10);

    return n < CLIENTS_LEAST ? CLIENTS_LEAST : (int)n;
}

static void begin(struct seats *s)
{
    static const char *const options[] = {"--db_connections=6", "--service_calls_per_s=100000",
        "--session_calls_per_s=1000", "--session_calls_burst=1000", "--session_calls_in_flight=100",
        "--coalesce_max=20", NULL}; /* small batches, so that there are some to be killed in */

    fleet_seed(s->fleet, s->clients);
    fleet_run(s->fleet,
        "select lib.points_lock(array(select member_id from member));"
        "select count(lib.points_credit('earn', 'm', member_id, %d, lib.posting_of('gift:' || member_id, 'v:till'))) from member;"
        "analyze",
        GIFT);
    s->server = fleet_serve(s->fleet, WORKERS, options);
    s->goers = goers_new(s->fleet, s->server, s->clients, SEATS_DESKS, 1);
    goers_gather(s->goers);
}

int main(int count, char **args)
{
    struct seats s = {.fleet = fleet_open(), .clients = clients_of(count, args)};

    srandom(SEED);
    begin(&s);
    seats_rush(&s);
    seats_groups(&s);
    seats_caps(&s);
    seats_order(&s);
    seats_cancelled(&s);
    goers_free(s.goers);
    check(fleet_close(s.fleet) == 0, "the servers ended well");
    return check_end();
}
