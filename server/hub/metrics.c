/* metrics.c -- counters and their Prometheus text. */
#include "hub/metrics.h"

#include <inttypes.h>
#include <stddef.h>

#include "hub/call.h"
#include "hub/coalesce.h"
#include "hub/drain.h"
#include "hub/gate.h"
#include "hub/hub.h"
#include "hub/lease.h"
#include "hub/node.h"
#include "hub/presence.h"
#include "hub/session.h"
#include "hub/sessions.h"
#include "hub/signal.h"
#include "hub/stream.h"
#include "hub/tail.h"
#include "io/db.h"
#include "io/ws.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"

enum { BUCKETS = 12, REASONS = REASON_SUBJECT + 1, CLOSE_CODES = 16 };

/* Upper bounds of a latency histogram, in microseconds; above the last: +Inf. */
static const int64_t bounds_us[BUCKETS] = {
    250, 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 1000000, 3000000};

struct histogram {
    uint64_t counts[BUCKETS + 1];
    uint64_t sum_us;
};

struct method_counts {
    const struct method *method;
    uint64_t outcomes[ERR_COUNT];
    struct histogram took;
};

struct metrics {
    struct map_int *methods; /* struct method_counts by the row's address */
    uint64_t delivered_events, delivered_bytes, skipped, broken, rereads, incidents;
    uint64_t suppressed[REASONS];
    uint64_t malformed[ERR_COUNT];
    struct histogram barrier;
    struct {
        int code;
        uint64_t count;
    } closed[CLOSE_CODES];
};

struct metrics *metrics_new(void)
{
    struct metrics *m = mem_zalloc(sizeof *m);

    m->methods = map_int_new();
    return m;
}

void metrics_free(struct metrics *m)
{
    size_t cursor = 0;
    uint64_t key;
    void *counts;

    if (m == NULL)
        return;
    while (map_int_next(m->methods, &cursor, &key, &counts))
        mem_free(counts);
    map_int_free(m->methods);
    mem_free(m);
}

/* --- counting -------------------------------------------------------------------------------- */

static void observe(struct histogram *h, int64_t took_us)
{
    int i = 0;

    while (i < BUCKETS && took_us > bounds_us[i])
        i++;
    h->counts[i]++;
    h->sum_us += took_us > 0 ? (uint64_t)took_us : 0;
}

void metrics_call(struct metrics *m, const struct method *method, enum err outcome, int64_t took_us)
{
    uint64_t key = (uint64_t)(uintptr_t)method;
    struct method_counts *c = map_int_get(m->methods, key);

    if (c == NULL) {
        c = mem_zalloc(sizeof *c);
        c->method = method;
        map_int_set(m->methods, key, c);
    }
    c->outcomes[outcome]++;
    observe(&c->took, took_us);
}

void metrics_delivered(struct metrics *m, uint64_t events, uint64_t bytes)
{
    m->delivered_events += events;
    m->delivered_bytes += bytes;
}

void metrics_suppressed(struct metrics *m, int reason)
{
    if (reason >= 0 && reason < REASONS)
        m->suppressed[reason]++;
}

void metrics_skipped(struct metrics *m, uint64_t seqs)
{
    m->skipped += seqs;
}

void metrics_broken(struct metrics *m)
{
    m->broken++;
}

void metrics_barrier(struct metrics *m, int64_t took_us)
{
    observe(&m->barrier, took_us);
}

void metrics_closed(struct metrics *m, int close_code)
{
    for (int i = 0; i < CLOSE_CODES; i++) {
        if (m->closed[i].code != close_code && m->closed[i].code != 0)
            continue;
        m->closed[i].code = close_code;
        m->closed[i].count++;
        return;
    }
}

void metrics_malformed(struct metrics *m, enum err e)
{
    m->malformed[e]++;
}

void metrics_reread(struct metrics *m)
{
    m->rereads++;
}

void metrics_incident(struct metrics *m)
{
    m->incidents++;
}

/* --- printing -------------------------------------------------------------------------------- */

static void head(struct buf *out, const char *name, const char *type, const char *help)
{
    buf_printf(out, "# HELP clubhub_%s %s\n# TYPE clubhub_%s %s\n", name, help, name, type);
}

static void counter(struct buf *out, const char *name, const char *help, uint64_t value)
{
    head(out, name, "counter", help);
    buf_printf(out, "clubhub_%s %" PRIu64 "\n", name, value);
}

static void gauge(struct buf *out, const char *name, const char *help, int64_t value)
{
    head(out, name, "gauge", help);
    buf_printf(out, "clubhub_%s %" PRId64 "\n", name, value);
}

/* One series of a histogram; label is "" or like `method="x"`. */
static void histogram(
    struct buf *out, const char *name, const char *label, const struct histogram *h)
{
    const char *between = label[0] != '\0' ? "," : "";
    uint64_t sum = 0;

    for (int i = 0; i < BUCKETS; i++) {
        sum += h->counts[i];
        buf_printf(out, "clubhub_%s_bucket{%s%sle=\"%g\"} %" PRIu64 "\n", name, label, between,
            (double)bounds_us[i] / 1e6, sum);
    }
    sum += h->counts[BUCKETS];
    buf_printf(out, "clubhub_%s_bucket{%s%sle=\"+Inf\"} %" PRIu64 "\n", name, label, between, sum);
    buf_printf(out, "clubhub_%s_sum{%s} %g\n", name, label, (double)h->sum_us / 1e6);
    buf_printf(out, "clubhub_%s_count{%s} %" PRIu64 "\n", name, label, sum);
}

static void print_calls(const struct metrics *m, struct buf *out)
{
    size_t cursor = 0;
    uint64_t key;
    void *value;
    struct buf label;

    head(out, "calls_total", "counter", "Calls by method and outcome.");
    while (map_int_next(m->methods, &cursor, &key, &value)) {
        const struct method_counts *c = value;

        for (int e = 0; e < ERR_COUNT; e++) {
            if (c->outcomes[e] > 0)
                buf_printf(out, "clubhub_calls_total{method=\"%s\",outcome=\"%s\"} %" PRIu64 "\n",
                    c->method->name, err_reason((enum err)e), c->outcomes[e]);
        }
    }
    head(out, "call_seconds", "histogram", "From the whole message to the reply.");
    buf_init(&label, 0);
    for (cursor = 0; map_int_next(m->methods, &cursor, &key, &value);) {
        const struct method_counts *c = value;

        buf_clear(&label);
        buf_printf(&label, "method=\"%s\"", c->method->name);
        histogram(out, "call_seconds", label.bytes, &c->took);
    }
    buf_done(&label);
}

void metrics_print_events(const struct metrics *m, struct buf *out)
{
    static const char *const reasons[REASONS] = {
        "none", "inactive", "audience", "blocked", "basis", "subject"};

    counter(out, "events_delivered_total", "Events handed to sockets.", m->delivered_events);
    counter(
        out, "event_bytes_total", "Bytes of event frames handed to sockets.", m->delivered_bytes);
    counter(out, "events_skipped_total", "Seqs covered by stream.skip.", m->skipped);
    counter(
        out, "events_broken_total", "Events skipped because they cannot be rendered.", m->broken);
    counter(out, "rereads_total", "Answers read again because a loss touched them.", m->rereads);
    head(out, "events_suppressed_total", "counter", "Events not sent, by reason.");
    for (int i = 1; i < REASONS; i++)
        buf_printf(out, "clubhub_events_suppressed_total{reason=\"%s\"} %" PRIu64 "\n", reasons[i],
            m->suppressed[i]);
    head(out, "malformed_total", "counter", "Messages that are no request, by error.");
    for (int e = 0; e < ERR_COUNT; e++) {
        if (m->malformed[e] > 0)
            buf_printf(out, "clubhub_malformed_total{error=\"%s\"} %" PRIu64 "\n",
                err_reason((enum err)e), m->malformed[e]);
    }
    head(out, "closed_total", "counter", "Sessions closed by the server, by code.");
    for (int i = 0; i < CLOSE_CODES && m->closed[i].code != 0; i++)
        buf_printf(out, "clubhub_closed_total{code=\"%d\"} %" PRIu64 "\n", m->closed[i].code,
            m->closed[i].count);
    head(out, "barrier_seconds", "histogram", "How long acknowledgements of losses waited.");
    histogram(out, "barrier_seconds", "", &m->barrier);
}

struct reason_count {
    const char *reason;
    uint64_t count;
};

static void by_reason(struct buf *out,
    const char *name,
    const char *help,
    const struct reason_count *reasons,
    size_t count)
{
    head(out, name, "counter", help);
    for (size_t i = 0; i < count; i++)
        buf_printf(out, "clubhub_%s{reason=\"%s\"} %" PRIu64 "\n", name, reasons[i].reason,
            reasons[i].count);
}

static void print_sockets(const struct ws *w, struct buf *out)
{
    struct ws_counts c = ws_count(w);
    const struct reason_count refused[] = {
        {"rate", c.refused_rate},
        {"tls", c.refused_tls},
        {"address", c.refused_address},
        {"half_open", c.refused_half_open},
        {"full", c.refused_full},
        {"origin", c.refused_origin},
    };
    const struct reason_count ended[] = {
        {"binary", c.ended_binary},
        {"frame", c.ended_frame},
        {"fragments", c.ended_pieces},
        {"slow_message", c.ended_slow},
        {"half_open", c.ended_half_open},
        {"tls", c.ended_tls},
        {"request", c.ended_request},
        {"unread_answer", c.ended_unread},
    };

    gauge(out, "sockets", "Open sockets.", c.open);
    gauge(out, "sockets_half_open", "Sockets that have not finished their handshake.", c.half_open);
    counter(out, "sockets_opened_total", "WebSockets opened.", c.opened);
    counter(out, "sockets_closed_total", "WebSockets closed.", c.closed);
    counter(out, "tls_handshakes_total", "TLS handshakes begun.", c.tls_handshakes);
    counter(out, "messages_too_big_total", "Messages over message_bytes.", c.too_big);
    counter(out, "ping_timeouts_total", "Peers that missed two pongs.", c.ping_timeouts);
    by_reason(out, "sockets_refused_total", "Handshakes refused, by reason.", refused,
        sizeof refused / sizeof refused[0]);
    by_reason(out, "sockets_ended_total",
        "Sockets ended for what came before it was a message or request, by reason.", ended,
        sizeof ended / sizeof ended[0]);
    head(out, "http_answers_total", "counter",
        "HTTP answers by status, refused handshakes included.");
    for (int i = 0; i < WS_STATUSES_MAX && c.answered[i].status != 0; i++)
        buf_printf(out, "clubhub_http_answers_total{status=\"%d\"} %" PRIu64 "\n",
            c.answered[i].status, c.answered[i].count);
}

static void print_database(const struct db *d, struct buf *out)
{
    static const char *const lanes[LANE_COUNT] = {"read", "write", "slow", "node"};

    gauge(out, "database_ready", "1 while every lane has a connection.", db_is_ready(d));
    head(out, "database_connections", "gauge", "Connections by lane.");
    for (int i = 0; i < LANE_COUNT; i++)
        buf_printf(out, "clubhub_database_connections{lane=\"%s\"} %d\n", lanes[i],
            db_connected(d, (enum lane)i));
    gauge(out, "database_room", "0 while statements are refused for want of disk.", db_has_room(d));
    head(out, "database_statements_total", "counter", "Statements asked for, by lane.");
    for (int i = 0; i < LANE_COUNT; i++)
        buf_printf(out, "clubhub_database_statements_total{lane=\"%s\"} %" PRIu64 "\n", lanes[i],
            db_statements(d, (enum lane)i));
    head(out, "database_outstanding", "gauge", "Statements sent and not answered, by lane.");
    for (int i = 0; i < LANE_COUNT; i++)
        buf_printf(out, "clubhub_database_outstanding{lane=\"%s\"} %d\n", lanes[i],
            db_outstanding(d, (enum lane)i));
}

static void print_node(const struct metrics *m, const struct hub *h, struct buf *out)
{
    gauge(out, "node_id", "Id of this node.", node_id(h->node));
    gauge(out, "node_peers", "Other nodes at the last renewal.", node_peers(h->node));
    gauge(out, "node_delivering", "1 while events may leave.", node_is_delivering(h->node));
    gauge(out, "node_applied_seq", "Last entry of sys applied here.", node_applied(h->node));
    gauge(out, "barrier_last_us", "Latest wait for all nodes.", node_barrier_last_us(h->node));
    gauge(out, "lease_left_ms", "Time left of the lease.", lease_left_ms(h->lease));
    counter(out, "leases_lost_total", "Leases that ended.", lease_lost_count(h->lease));
    counter(out, "tail_rows_total", "Outbox rows read.", tail_rows_read(h->tail));
    if (h->worker_ends != NULL)
        counter(out, "worker_ends_total", "Workers of this server that died and were replaced.",
            __atomic_load_n(h->worker_ends, __ATOMIC_RELAXED));
    counter(
        out, "incidents_total", "Incidents that jobs opened while they ran here.", m->incidents);
    gauge(out, "draining", "1 after SIGTERM.", h->drain != NULL && drain_is_on(h->drain));
}

static void print_work(const struct hub *h, struct buf *out)
{
    head(out, "sessions", "gauge", "Sessions by state.");
    buf_printf(out, "clubhub_sessions{state=\"opening\"} %d\n",
        sessions_count(h->sessions, SESSION_OPENING));
    buf_printf(
        out, "clubhub_sessions{state=\"ready\"} %d\n", sessions_count(h->sessions, SESSION_READY));
    buf_printf(out, "clubhub_sessions{state=\"closing\"} %d\n",
        sessions_count(h->sessions, SESSION_CLOSING));
    gauge(out, "calls_running", "Calls not finished.", call_engine_running(h->calls));
    gauge(out, "work_waiting", "Calls that wait for the thread pool.",
        call_engine_waiting_work(h->calls));
    gauge(out, "coalesce_waiting", "Requests that wait for the next batch of their key.",
        coalesce_waiting(h->coalescer));
    gauge(out, "streams", "Streams with a ring here.", streams_count(h->streams));
    gauge(out, "subscriptions", "Subscriptions of sessions here.", streams_sub_count(h->streams));
    struct stream_load load = streams_load(h->streams);

    gauge(out, "ring_events", "Events in the rings of all streams.", (int64_t)load.ring_events);
    gauge(out, "ring_events_max",
        "Events in the fullest ring; ring_events of the configuration bounds it.",
        (int64_t)load.ring_events_max);
    gauge(out, "cursor_lag", "Events that subscriptions are behind, together.", (int64_t)load.lag);
    gauge(out, "cursor_lag_max", "Events that the last of them is behind.", (int64_t)load.lag_max);
    gauge(out, "present", "Members told as present in a stream by this node, by stream.",
        presence_count(h->presence));
    gauge(out, "members", "Members whose gate state is held here.", gate_member_count(h->gate));
}

void metrics_print(const struct metrics *m, const struct hub *h, struct buf *out)
{
    print_calls(m, out);
    metrics_print_events(m, out);
    print_work(h, out);
    signals_print(h->signals, out);
    print_node(m, h, out);
    print_database(h->db, out);
    if (h->ws != NULL)
        print_sockets(h->ws, out);
}
