/* signal.c -- the bytes of signals: to the sockets of this node, and between nodes.  Who is present is presence.c.
 *
 * (1) Nothing is written without the lease, a verdict of the gate and the look at the evidence, all in the same turn.
 * (2) The payload of a NOTIFY is lines of words: who sent it and its lineage, then one signal each.  Ids only.
 */
#include "hub/signal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hub/batch.h"
#include "hub/gate.h"
#include "hub/hub.h"
#include "hub/lease.h"
#include "hub/node.h"
#include "hub/outgoing.h"
#include "hub/presence.h"
#include "hub/session.h"
#include "hub/sub.h"
#include "hub/tail.h"
#include "io/db.h"
#include "io/loop.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"

enum {
    PAYLOAD_BYTES_MAX = 7900, /* PostgreSQL takes less than 8,000 */
    LINE_BYTES_MAX = 112,
    NAME_BYTES = 48,
    NEW_FOR_PACES = 3,   /* who came within so many paces is new */
    TYPING_FOR_PACES = 2 /* a sign of typing holds so long */
};

enum drop { DROP_RATE, DROP_FULL, DROP_LEASE, DROP_STALE, DROP_GATE, DROP_BACKLOG, DROP_COUNT };

struct signals {
    struct hub *hub;
    struct buf pending; /* lines of the next NOTIFY */
    struct loop_timer *timer;
    bool is_armed; /* a NOTIFY left less than signal_batch_ms ago */
    uint64_t sent[SIGNAL_TYPES], dropped[DROP_COUNT], notifies, heard;
};

static const char letters[SIGNAL_TYPES] = {'t', 'h', 'a', 'g', 'w'};
static const char *const words[SIGNAL_TYPES] = {"typing", "here", "again", "gone", "who"};

const struct signal_rule *signal_rule_of(const struct hub *h, const struct stream *st)
{
    for (const struct signal_rule *r = h->signal_rules; r != NULL && r->purpose != NULL; r++) {
        if (r->stream == st->kind)
            return r;
    }
    return NULL;
}

/* --- pace ------------------------------------------------------------------------------------ */

bool signal_is_due(struct signals *all, const struct session *s)
{
    int64_t pace_ms = all->hub->limits.signal_pace_ms;
    bool is_due = s->signalled_at.ms == 0 || clock_mono().ms - s->signalled_at.ms >= pace_ms;

    all->dropped[DROP_RATE] += !is_due;
    return is_due;
}

void signal_take(struct session *s)
{
    s->signalled_at = clock_mono();
}

/* --- to sockets ------------------------------------------------------------------------------ */

static void add_data(struct buf *b, const struct signal *sg, const struct hub *h)
{
    buf_printf(b, "{\"member\":\"%" PRId64 "\"", sg->member);
    if (sg->type == SIGNAL_TYPING) {
        if (sg->item != 0)
            buf_printf(b, ",\"item\":\"%" PRId64 "\"", sg->item);
        buf_printf(b, ",\"ttl_ms\":%u}", TYPING_FOR_PACES * h->limits.signal_pace_ms);
    } else if (sg->type == SIGNAL_GONE) {
        buf_add_text(b, ",\"on\":false}");
    } else {
        buf_printf(b, ",\"on\":true,\"ttl_ms\":%u}", h->limits.presence_ttl_ms);
    }
}

static struct batch *make_batch(struct hub *h, const struct signal *sg, const char *purpose)
{
    const char *type = sg->type == SIGNAL_TYPING ? "typing" : "presence";
    struct batch *b;
    struct buf text;

    buf_init(&text, 0);
    buf_printf(&text,
        "{\"jsonrpc\":\"2.0\",\"method\":\"signal\",\"params\":{\"stream\":\"%s\",\"type\":\"%s\",\"data\":",
        stream_wire_name(sg->stream), type);
    add_data(&text, sg, h);
    buf_add_text(&text, "}}");
    b = batch_of_signal(type, text.bytes, text.length_bytes,
        gate_key(h->gate, purpose, 0, NULL, sg->stream), sg->member);
    buf_done(&text);
    return b;
}

static void hand_over(
    struct signals *all, struct batch *b, const struct signal *sg, const struct sub *sub)
{
    struct session *s = sub->session;
    struct verdict v;

    if (!sub->live || (s->member != NULL && s->member->id == sg->member))
        return;
    if (!session_may_receive(s)) {
        all->dropped[DROP_BACKLOG]++;
        return;
    }
    v = gate_ask(all->hub->gate, b, s);
    if (v.answer != GATE_SEND)
        all->dropped[DROP_GATE]++;
    else if (session_deliver(s, v, sub->stream->name) == SENT_NOT)
        all->dropped[DROP_BACKLOG]++;
    else
        all->sent[sg->type]++;
}

/* What may be written now; NULL: nothing. */
static struct batch *open_batch(
    struct signals *all, const struct signal *sg, const struct stream *st)
{
    struct hub *h = all->hub;
    const struct signal_rule *rule = signal_rule_of(h, st);

    if (rule == NULL)
        return NULL;
    if (!lease_is_held(h->lease) || !node_is_delivering(h->node)) {
        all->dropped[DROP_LEASE]++;
        return NULL;
    }
    if (node_touched(h->node, sg->sys_seq, &sg->member, 1, NULL) != TOUCH_NO) {
        all->dropped[DROP_STALE]++;
        return NULL;
    }
    return make_batch(h, sg, rule->purpose);
}

static bool is_new(const struct signals *all, const struct sub *sub)
{
    return clock_mono().ms - sub->opened_at.ms <=
           (int64_t)NEW_FOR_PACES * all->hub->limits.signal_pace_ms;
}

static void hand_out(struct signals *all, const struct signal *sg)
{
    struct stream *st = stream_find(all->hub->streams, sg->stream);
    struct batch *b = st == NULL || st->sub_count == 0 ? NULL : open_batch(all, sg, st);

    for (size_t i = 0; b != NULL && i < st->sub_count; i++) {
        if (sg->type != SIGNAL_AGAIN || is_new(all, st->subs[i]))
            hand_over(all, b, sg, st->subs[i]);
    }
    batch_unref(b);
}

void signal_show(struct signals *all, const struct signal *sg, const struct sub *sub)
{
    struct batch *b = open_batch(all, sg, sub->stream);

    if (b != NULL)
        hand_over(all, b, sg, sub);
    batch_unref(b);
}

/* --- to other nodes -------------------------------------------------------------------------- */

static void on_notified(void *arg, const struct answer *a)
{
    (void)arg;
    (void)a; /* what is lost is lost: it would be late */
}

static void notify(struct signals *all)
{
    const char *args[] = {all->pending.bytes};

    all->is_armed = true;
    all->notifies++;
    loop_timer_set(all->timer, all->hub->limits.signal_batch_ms, 0);
    db_query(all->hub->db, LANE_NODE, "select api.signal($1)", 1, args, on_notified, all);
    buf_clear(&all->pending);
}

static void on_timer(void *arg)
{
    struct signals *all = arg;

    all->is_armed = false;
    if (all->pending.length_bytes > 0)
        notify(all);
}

bool signals_have_room(const struct signals *all, size_t count)
{
    return all->pending.length_bytes + (count + 1) * LINE_BYTES_MAX <= PAYLOAD_BYTES_MAX;
}

void signal_pass(struct signals *all, const struct signal *sg)
{
    struct hub *h = all->hub;

    if (node_peers(h->node) == 0 || !node_is_delivering(h->node))
        return;
    if (!signals_have_room(all, 1)) {
        all->dropped[DROP_FULL]++;
        return;
    }
    if (all->pending.length_bytes == 0)
        buf_printf(&all->pending, "%s %s\n", tail_origin(h->tail), node_lineage(h->node));
    buf_printf(&all->pending, "%c %s %" PRId64 " %" PRId64 " %" PRId64 "\n", letters[sg->type],
        sg->stream, sg->member, sg->sys_seq, sg->item);
    if (all->is_armed)
        return;
    all->is_armed = true;
    loop_timer_set(all->timer, 0, 0); /* with what else this turn brings */
}

void signal_send(struct signals *all, const struct signal *sg)
{
    hand_out(all, sg);
    signal_pass(all, sg);
}

/* --- from other nodes ------------------------------------------------------------------------ */

static bool read_line(const char *line, struct signal *sg, char *name)
{
    char letter;
    const char *at;

    if (sscanf(line, "%c %47s %" SCNd64 " %" SCNd64 " %" SCNd64, &letter, name, &sg->member,
            &sg->sys_seq, &sg->item) != 5)
        return false;
    at = memchr(letters, letter, sizeof letters);
    if (at == NULL)
        return false;
    sg->type = (enum signal_type)(at - letters);
    sg->stream = name;
    return true;
}

/* The first line: not of this node, and of the same lineage, or numbers of `sys` mean nothing. */
static bool is_for_us(const struct signals *all, const char *payload)
{
    const char *origin = tail_origin(all->hub->tail), *lineage = node_lineage(all->hub->node);
    size_t origin_bytes = strlen(origin), lineage_bytes = strlen(lineage);
    const char *space = strchr(payload, ' ');

    if (space == NULL ||
        ((size_t)(space - payload) == origin_bytes && strncmp(payload, origin, origin_bytes) == 0))
        return false;
    return strncmp(space + 1, lineage, lineage_bytes) == 0 && space[1 + lineage_bytes] == '\n';
}

void signals_heard(struct signals *all, const char *payload)
{
    char name[NAME_BYTES];
    struct signal sg;

    if (!is_for_us(all, payload))
        return;
    for (const char *line = strchr(payload, '\n'); line != NULL && line[1] != '\0';
         line = strchr(line + 1, '\n')) {
        if (!read_line(line + 1, &sg, name))
            return;
        all->heard++;
        if (presence_hears(all->hub->presence, &sg))
            hand_out(all, &sg);
    }
}

/* --- life ------------------------------------------------------------------------------------ */

void signals_print(const struct signals *all, struct buf *out)
{
    static const char *const reasons[DROP_COUNT] = {
        "rate", "full", "lease", "stale", "gate", "backlog"};

    buf_add_text(out, "# HELP clubhub_signals_sent_total Signals handed to sockets, by type.\n"
                      "# TYPE clubhub_signals_sent_total counter\n");
    for (int i = 0; i < SIGNAL_WHO; i++)
        buf_printf(
            out, "clubhub_signals_sent_total{type=\"%s\"} %" PRIu64 "\n", words[i], all->sent[i]);
    buf_add_text(out, "# HELP clubhub_signals_dropped_total Signals not handed over, by reason.\n"
                      "# TYPE clubhub_signals_dropped_total counter\n");
    for (int i = 0; i < DROP_COUNT; i++)
        buf_printf(out, "clubhub_signals_dropped_total{reason=\"%s\"} %" PRIu64 "\n", reasons[i],
            all->dropped[i]);
    buf_printf(out,
        "# HELP clubhub_signal_notifies_total Payloads of signals sent to other nodes.\n"
        "# TYPE clubhub_signal_notifies_total counter\nclubhub_signal_notifies_total %" PRIu64 "\n"
        "# HELP clubhub_signals_heard_total Signals that came from other nodes.\n"
        "# TYPE clubhub_signals_heard_total counter\nclubhub_signals_heard_total %" PRIu64 "\n",
        all->notifies, all->heard);
}

struct signals *signals_new(struct hub *h)
{
    struct signals *all = mem_zalloc(sizeof *all);

    all->hub = h;
    buf_init(&all->pending, 0);
    all->timer = loop_timer_new(h->loop, on_timer, all);
    return all;
}

void signals_free(struct signals *all)
{
    if (all == NULL)
        return;
    buf_done(&all->pending);
    loop_timer_free(all->timer);
    mem_free(all);
}
