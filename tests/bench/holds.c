/* holds.c -- see holds.h. */
#include "holds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/db.h"
#include "base/mem.h"
#include "crowd.h"
#include "rate.h"
#include "report.h"
#include "stage.h"

enum {
    FIRST_AGENT = 5001,
    FIRST_OFFER = 900001,
    ANSWER_S = 60,
    TEXT_BYTES = 512,
    ID_BYTES = 24,
    SOLD_OUT = 1009
};

struct meter {
    const struct holds_load *load;
    struct crowd *crowd;
    long long offer, run;
    double *asked_s, *answered_s, *took_ms;
    char *yes; /* ids of what is held, as an array of SQL */
    size_t yes_bytes;
    int asked, answered;
    struct holds_outcome out;
};

static long long number_of(const char *sql, const char *arg)
{
    char message[256];
    const char *value;

    if (db_sync_run(stage_owner(), sql, 1, &arg, message, sizeof message) != ERR_OK) {
        fprintf(stderr, "holds: %s\n", message);
        exit(1);
    }
    value = db_sync_value(stage_owner(), 0, 0);
    return value == NULL ? 0 : atoll(value);
}

void holds_seed(int agents)
{
    char sql[512];

    snprintf(sql, sizeof sql,
        "insert into staff (staff_id, login, roles) select s, 'agent' || s, '{agent}' from generate_series(%d, %d) s;"
        "insert into staff_club (staff_id, club_id) select s, 1 from generate_series(%d, %d) s",
        FIRST_AGENT, FIRST_AGENT + agents - 1, FIRST_AGENT, FIRST_AGENT + agents - 1);
    stage_run(sql);
}

/* The offer, its pool and its class have one id. */
long long holds_offer(int capacity)
{
    static long long next = FIRST_OFFER;
    long long o = next++;
    char sql[1024];

    snprintf(sql, sizeof sql,
        "insert into offer (offer_id, club_id, kind, title, organiser_name, starts_at, ends_at, public_open_at,"
        " booking_close_at, name_deadline, currency, state)"
        " values (%lld, 1, 'event', 'On sale', 'Bench', now() + interval '90 days', now() + interval '91 days',"
        " now() - interval '1 day', now() + interval '80 days', now() + interval '77 days', 'EUR', 'open');"
        "insert into seat_pool (pool_id, offer_id, code, capacity) values (%lld, %lld, 'total', %d);"
        "insert into seat_class (class_id, offer_id, code, title, persons, unit_price_minor)"
        " values (%lld, %lld, 'seat', 'Seat', 1, 10000);"
        "insert into seat_class_pool (class_id, pool_id, offer_id) values (%lld, %lld, %lld)",
        o, o, o, capacity, o, o, o, o, o);
    stage_run(sql);
    return o;
}

int holds_held(long long offer)
{
    char text[ID_BYTES];

    snprintf(text, sizeof text, "%lld", offer);
    return (int)number_of(
        "select coalesce(sum(l.qty), 0) from reservation r join reservation_leg l using (resv_id)"
        " where r.offer_id = $1 and r.state = 'held'",
        text);
}

/* --- the hub ----------------------------------------------------------------------------------------- */

static void ask(struct meter *m)
{
    char text[TEXT_BYTES];
    int n = m->asked++, length;

    length = snprintf(text, sizeof text,
        "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"reservation.hold\",\"params\":{\"offer\":\"%lld\","
        "\"items\":[{\"class\":\"%lld\",\"qty\":1}],\"member\":\"%d\",\"idem\":\"hold-%lld-%d\"}}",
        n + 1, m->offer, m->offer, STAGE_FIRST_MEMBER + n, m->run, n);
    m->asked_s[n] = report_now_s();
    crowd_send(m->crowd, n % m->load->sockets, text, (size_t)length);
}

static void note(struct meter *m, const char *text, size_t length_bytes)
{
    const char *resv = memmem(text, length_bytes, "\"reservation\":", 14),
               *code = memmem(text, length_bytes, "\"code\":", 7);

    if (resv != NULL) {
        m->out.yes++;
        m->yes_bytes += (size_t)snprintf(m->yes + m->yes_bytes, ID_BYTES, "%c%lld",
            m->yes_bytes == 0 ? '{' : ',', atoll(resv + 14 + strspn(resv + 14, " \"")));
    } else if (code != NULL && atoi(code + 7) == SOLD_OUT) {
        m->out.sold_out++;
    } else {
        fprintf(stderr, "holds: %.*s\n", (int)length_bytes, text);
        exit(1);
    }
}

static void on_frame(void *arg, int index, const char *payload, size_t length_bytes)
{
    struct meter *m = arg;
    const char *id = memmem(payload, length_bytes, "\"id\":", 5);
    int n = id == NULL ? -1 : atoi(id + 5) - 1;

    (void)index;
    if (m->asked == 0 || n < 0)
        return; /* the answers to session.auth */
    m->answered_s[m->answered] = report_now_s();
    m->took_ms[m->answered] = (m->answered_s[m->answered] - m->asked_s[n]) * 1000;
    m->answered++;
    note(m, payload, length_bytes);
    if (m->asked < m->load->requests)
        ask(m);
}

static void sign_in_all(struct meter *m, int port)
{
    char text[RATE_TEXT_BYTES];

    for (int i = 0; i < m->load->sockets; i++) {
        int at = crowd_add(m->crowd, port, true, ""),
            n = snprintf(text, sizeof text,
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"session.auth\",\"params\":{\"token\":\"%s\"}}",
                stage_staff_token(FIRST_AGENT + i));

        crowd_send(m->crowd, at, text, (size_t)n);
    }
    crowd_wait(m->crowd, (uint64_t)m->load->sockets, ANSWER_S);
}

static void measure(struct meter *m)
{
    const struct holds_load *l = m->load;
    double until = report_now_s() + ANSWER_S;

    for (int i = 0; i < l->in_flight; i++)
        ask(m);
    while (m->answered < l->requests && report_now_s() < until)
        crowd_poll(m->crowd, 10);
    if (m->answered < l->requests) {
        fprintf(stderr, "holds: %d of %d requests were answered\n", m->answered, l->requests);
        exit(1);
    }
    m->out.per_s =
        (l->requests - 2 * l->in_flight) /
        (m->answered_s[l->requests - l->in_flight - 1] - m->answered_s[l->in_flight - 1]);
    m->out.p50_ms = report_quantile(m->took_ms, (size_t)l->requests, 0.5);
    m->out.p99_ms = report_quantile(m->took_ms, (size_t)l->requests, 0.99);
}

struct holds_outcome holds_of_hub(long long offer, const struct holds_load *l)
{
    struct stage s = stage_start(stage_env("CLUBHUB"), 1, l->options);
    size_t n = (size_t)l->requests;
    struct meter m = {.load = l,
        .offer = offer,
        .run = (long long)getpid() * 1000 + offer % 1000,
        .asked_s = mem_alloc(n * sizeof(double)),
        .answered_s = mem_alloc(n * sizeof(double)),
        .took_ms = mem_alloc(n * sizeof(double)),
        .yes = mem_alloc((n + 1) * ID_BYTES)};

    m.crowd = crowd_new(l->sockets, on_frame, &m);
    sign_in_all(&m, s.port);
    measure(&m);
    crowd_free(m.crowd);
    stage_stop(&s);
    snprintf(m.yes + m.yes_bytes, ID_BYTES, m.yes_bytes == 0 ? "{}" : "}");
    m.out.without_row = (int)number_of(
        "select count(*) - count(distinct r.resv_id) from unnest($1::bigint[]) as y (id)"
        " left join reservation r on r.resv_id = y.id and r.state = 'held'",
        m.yes);
    mem_free(m.asked_s);
    mem_free(m.answered_s);
    mem_free(m.took_ms);
    mem_free(m.yes);
    return m.out;
}

/* --- pgbench ----------------------------------------------------------------------------------------- */

/* Each client counts through members of its own.  chr(58) is a colon: pgbench takes one before a letter for a variable,
 * in texts as well.
 */
double holds_of_pgbench(long long offer, int members, int seconds)
{
    char script[RATE_TEXT_BYTES];

    snprintf(script, sizeof script,
        "\\set n :n + 1\n\\set m %d + :client_id * %d + :n\n\\set r random(1, 9000000000000000)\n"
        "select * from api.reservation_hold('s' || chr(58) || '%d', 'pgbench-' || :r::bigint, '\\x%%s'::bytea, %lld,"
        " jsonb_build_array(jsonb_build_object('class', '%lld', 'qty', 1)), null, null, :m::bigint);\n",
        STAGE_FIRST_MEMBER, members / HOLDS_PGBENCH_CLIENTS, FIRST_AGENT, offer, offer);
    return rate_pgbench_of(script, HOLDS_PGBENCH_CLIENTS, seconds);
}
