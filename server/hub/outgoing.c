/* outgoing.c -- the two ways out of a session: replies (end of turn, or when the socket drains) and event batches.
 *
 * (1) Nothing is written while the socket holds bytes of an earlier write.
 * (2) A guarded reply is looked at right before its write: touched since its snapshot, it is read again instead; and it
 *     needs the lease, like events.
 * (3) What the socket layer holds back of event bytes or guarded replies is remembered in `held`, and its descriptor is
 *     in the lease's list, so that a loss or the end of the lease can cut it.
 */
#include <string.h>

#include "hub/batch.h"
#include "hub/hub.h"
#include "hub/lease.h"
#include "hub/metrics.h"
#include "hub/node.h"
#include "hub/outgoing.h"
#include "hub/sessions.h"
#include "hub/trace.h"
#include "io/loop.h"
#include "io/ws.h"
#include "base/buf.h"
#include "base/mem.h"

enum { WRITE_BYTES_MAX = 65536, HEADER_BYTES_MAX = 10 };

static void reply_free(struct reply *r)
{
    mem_free(r->bytes);
    mem_free(r->subjects);
    mem_free(r);
}

static void reply_remove(struct session *s, struct reply *r)
{
    list_remove(&s->replies, &r->node);
    s->reply_bytes -= r->length_bytes;
}

void outgoing_drop(struct session *s)
{
    struct list_node *n;

    while ((n = list_first(&s->replies)) != NULL) {
        struct reply *r = LIST_ITEM(n, struct reply, node);

        reply_remove(s, r);
        if (r->sent != NULL)
            r->sent(r->arg);
        reply_free(r);
    }
    lease_unlist(s->hub->lease, &s->cut_slot);
    batch_unref(s->held);
    s->held = NULL;
}

static void flush_later(struct session *s)
{
    if (!list_is_linked(&s->in_flush))
        list_append(&s->hub->sessions->flush, &s->in_flush);
    loop_again(s->hub->loop);
}

void session_reply(struct session *s, struct reply *r)
{
    list_append(&s->replies, &r->node);
    r->queued_at = clock_mono();
    s->reply_bytes += r->length_bytes;
    flush_later(s);
    if (s->reply_bytes > s->hub->limits.reply_bytes)
        session_close(s, CLOSE_OVERLOADED);
}

void session_tell(struct session *s, const char *text, size_t length_bytes)
{
    struct reply *r;

    if (!session_is_open(s))
        return;
    r = mem_zalloc(sizeof *r);
    list_node_init(&r->node);
    r->bytes = mem_copy(text, length_bytes);
    r->length_bytes = length_bytes;
    session_reply(s, r);
}

/* --- what the socket holds --- */

static void hold(struct session *s, struct batch *b)
{
    s->stalled_since = clock_mono();
    batch_unref(s->held); /* its bytes are out, though the socket layer has not told so yet */
    s->held = b == NULL ? NULL : batch_ref(b);
    if (b == NULL)
        lease_unlist(s->hub->lease, &s->cut_slot);
    else if (!lease_list(s->hub->lease, ws_fd(s->conn), &s->cut_slot))
        session_cut(s);
}

void outgoing_drained(struct session *s)
{
    s->stalled_since.ms = 0;
    lease_unlist(s->hub->lease, &s->cut_slot);
    batch_unref(s->held);
    s->held = NULL;
    if (s->replies.count > 0 && !list_is_linked(&s->in_flush))
        list_append(&s->hub->sessions->flush, &s->in_flush);
    session_lag(s);
}

enum sent session_deliver(struct session *s, struct verdict v, const char *stream)
{
    struct lease *lease = s->hub->lease;
    bool fine, is_held;
    struct boot_ns written_at = {0};

    if (v.answer != GATE_SEND || ws_is_choked(s->conn) || !lease_may_write(lease))
        return SENT_NOT;
    fine = ws_send(s->conn, v.of->bytes, v.of->length_bytes);
    is_held = fine && ws_is_choked(s->conn);
    if (is_held)
        hold(s, (struct batch *)v.of); /* listed before the flag falls: the signal must find it */
    if (trace_is_on())
        written_at =
            clock_boot(); /* before the flag falls: a stop from here on does not make the write look late */
    lease_wrote(lease);
    if (!fine)
        return SENT_NOT;
    if (v.of->signal == NULL)
        metrics_delivered(s->hub->metrics, v.of->events, v.of->length_bytes);
    metrics_skipped(s->hub->metrics, v.of->skipped);
    if (trace_is_on())
        trace_sent(s, v.of, stream, written_at);
    return is_held ? SENT_HELD : SENT_ALL;
}

/* --- replies --- */

static bool is_stale(const struct session *s, const struct reply *r)
{
    const struct node *node = s->hub->node;

    if (r->anyone && !node_is_at(node, r->sys_seq))
        return true;
    if (s->member != NULL && node_touched(node, r->sys_seq, &s->member->id, 1, NULL) != TOUCH_NO)
        return true;
    if (r->own_only)
        return false;
    return node_touched(node, r->sys_seq, r->subjects, r->subject_count, "*") !=
           TOUCH_NO; /* it may show any object */
}

static void read_again(struct session *s, struct reply *r)
{
    metrics_reread(s->hub->metrics);
    reply_remove(s, r);
    r->again(r->arg);
    reply_free(r);
}

/* The next reply that may leave now; a stale one is handed back to its call.  NULL: none. */
static struct reply *next_reply(struct session *s, bool has_lease)
{
    LIST_EACH_SAFE(&s->replies, n, after)
    {
        struct reply *r = LIST_ITEM(n, struct reply, node);

        if (!r->guarded)
            return r;
        if (!has_lease)
            continue;
        if (!is_stale(s, r))
            return r;
        read_again(s, r);
    }
    return NULL;
}

/* Without a lease a call is to end as UNAVAILABLE by its deadline, though its answer is here. */
void outgoing_expire(struct session *s, struct mono_ms before)
{
    LIST_EACH_SAFE(&s->replies, n, after)
    {
        struct reply *r = LIST_ITEM(n, struct reply, node);

        if (r->guarded && r->queued_at.ms < before.ms)
            read_again(s, r);
    }
}

/* What a write of replies shows, for `held`. */
struct shown {
    int64_t *ids;
    size_t count, capacity;
    bool guarded, anyone;
};

static void add_shown(struct shown *shown, const struct reply *r)
{
    if (!r->guarded)
        return;
    shown->guarded = true;
    shown->anyone = shown->anyone || r->anyone;
    if (r->subject_count == 0)
        return;
    mem_grow((void **)&shown->ids, &shown->capacity, shown->count + r->subject_count,
        sizeof *shown->ids);
    memcpy(shown->ids + shown->count, r->subjects, r->subject_count * sizeof *r->subjects);
    shown->count += r->subject_count;
}

static void add_frame(struct buf *out, const struct reply *r)
{
    uint8_t header[HEADER_BYTES_MAX];

    buf_add(out, header, ws_frame_header(r->length_bytes, header));
    buf_add(out, r->bytes, r->length_bytes);
}

/* What of a guarded write the socket did not take is held like events. */
static void hold_replies(struct session *s, struct shown *shown)
{
    struct batch *about = NULL;

    if (shown->guarded) {
        about = mem_zalloc(sizeof *about);
        about->refs = 1;
        about->subjects = shown->ids;
        about->subject_count = (uint32_t)shown->count;
        about->any_object = true;
        about->anyone = shown->anyone;
        shown->ids = NULL;
    }
    hold(s, about);
    batch_unref(about);
}

static bool write_replies(struct session *s, const struct buf *out, struct shown *shown)
{
    bool fine = ws_send(s->conn, out->bytes, out->length_bytes);

    if (fine && ws_is_choked(s->conn))
        hold_replies(s, shown); /* listed before the flag falls: the signal must find it */
    if (shown->guarded)
        lease_wrote(s->hub->lease);
    return fine;
}

/* One write of as many replies as fit; true if something left. */
static bool flush_some(struct session *s)
{
    bool has_lease = lease_is_held(s->hub->lease) && node_is_delivering(s->hub->node);
    struct shown shown = {0};
    struct list leaving;
    struct list_node *n;
    struct buf out;
    bool may_write, fine;

    buf_init(&out, 0);
    list_init(&leaving);
    while (out.length_bytes < WRITE_BYTES_MAX) {
        struct reply *r = next_reply(s, has_lease);

        if (r == NULL)
            break;
        reply_remove(s, r);
        list_append(&leaving, &r->node);
        add_shown(&shown, r);
        add_frame(&out, r);
    }
    may_write = leaving.count > 0 && (!shown.guarded || lease_may_write(s->hub->lease));
    fine = may_write && write_replies(s, &out, &shown);
    while ((n = list_shift(&leaving)) != NULL) {
        struct reply *r = LIST_ITEM(n, struct reply, node);

        if (may_write) {
            if (r->sent != NULL)
                r->sent(r->arg);
            reply_free(r);
        } else { /* the lease ended a moment ago: they wait for the next one */
            list_append(&s->replies, &r->node);
            s->reply_bytes += r->length_bytes;
            flush_later(s); /* what needs no lease among them leaves in the next turn */
        }
    }
    mem_free(shown.ids);
    buf_done(&out);
    return fine;
}

/* A request over HTTP takes its one reply itself. */
static void flush_http(struct session *s)
{
    struct reply *r =
        next_reply(s, lease_is_held(s->hub->lease) && node_is_delivering(s->hub->node));

    if (r != NULL)
        s->http_done(s->http_arg, s);
}

static void flush_session(struct session *s)
{
    if (s->kind == SESSION_HTTP) {
        flush_http(s);
        return;
    }
    while (session_is_open(s) && s->replies.count > 0 && !ws_is_choked(s->conn) && flush_some(s)) {
    }
    if (s->close_after_replies && s->replies.count == 0 && s->barriers_held == 0)
        session_close(s, (enum close_code)s->close_code);
    else if (s->sub_count > 0)
        session_lag(s);
}

void sessions_flush(struct sessions *all)
{
    struct list_node *n;

    for (size_t left = all->flush.count; left > 0 && (n = list_shift(&all->flush)) != NULL; left--)
        flush_session(LIST_ITEM(n, struct session, in_flush));
}
