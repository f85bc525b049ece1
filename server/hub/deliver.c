/* deliver.c -- shared batches for those up to date, batches of their own for those behind.
 *
 * (1) Nothing is handed over without a verdict made in the same turn (session_deliver takes one).
 * (2) A cursor moves only over what was handed over: sent, or told as a skip.  What is not known yet makes it wait.
 * (3) A batch is made, asked about and written within one turn, so no loss can be applied in between.
 */
#include "hub/deliver.h"

#include <string.h>

#include "hub/batch.h"
#include "hub/event.h"
#include "hub/frame.h"
#include "hub/gate.h"
#include "hub/hub.h"
#include "hub/lease.h"
#include "hub/node.h"
#include "hub/note.h"
#include "hub/outgoing.h"
#include "hub/session.h"
#include "hub/sessions.h"
#include "hub/stream.h"
#include "hub/sub.h"
#include "io/loop.h"
#include "io/ws.h"
#include "base/mem.h"

enum {
    BATCH_BYTES_MAX = 65536,
    ROUNDS_PER_TURN = 4,
    ASK_AHEAD_EVENTS = 256,
    CACHE_LINE_BYTES = 64
};

static bool may_deliver(const struct hub *h)
{
    return lease_is_held(h->lease) && node_is_delivering(h->node);
}

static int64_t common_viewer(const struct stream *st)
{
    return st->kind == STREAM_ME ? st->id : 0;
}

/* --- one batch for all --- */

/* Asks for what comes after an event that is not rendered yet, so that one query brings all. */
static void ask_ahead(struct hub *h, const struct stream *st, int64_t seq)
{
    for (int64_t last = seq + ASK_AHEAD_EVENTS; seq <= st->ring.head && seq < last; seq++) {
        struct event *e = ring_get(&st->ring, seq);

        if (e != NULL)
            (void)event_fragment(h->frames, e, common_viewer(st)); /* NULL: asked for now */
    }
}

/* Collects what is rendered from `flushed` on; NULL if the first event is not. */
static struct batch *collect_shared(struct hub *h, struct stream *st)
{
    struct batch_maker *m = batch_begin(h, stream_wire_name(st->name), st->flushed + 1);
    int64_t seq = st->flushed + 1, skip_from = 0;

    for (; seq <= st->ring.head && batch_size(m) < BATCH_BYTES_MAX; seq++) {
        struct event *e = ring_get(&st->ring, seq);
        const struct fragment *g =
            e == NULL ? NULL : event_fragment(h->frames, e, common_viewer(st));

        if (g == NULL) {
            ask_ahead(h, st, seq + 1);
            break;
        }
        if (g->state == FRAGMENT_NOTHING) {
            batch_withhold(m, e);
            skip_from = skip_from == 0 ? seq : skip_from;
            continue;
        }
        if (skip_from != 0)
            batch_skip(m, skip_from, seq - 1);
        skip_from = 0;
        batch_add(m, e, g);
    }
    if (skip_from != 0)
        batch_skip(m, skip_from, seq - 1);
    return batch_end(m, seq - 1);
}

static void note_shared(
    struct hub *h, const struct stream *st, const struct batch *b, unsigned recipients)
{
    if (recipients == 0)
        return;
    for (int64_t seq = b->from; seq <= b->to; seq++) {
        struct event *e = ring_get(&st->ring, seq);
        const struct fragment *g =
            e == NULL ? NULL : event_fragment(h->frames, e, common_viewer(st));

        if (g != NULL && g->state == FRAGMENT_READY)
            notes_sent(h->notes, e, recipients, g->redacted);
    }
}

/* Memory of the next deliveries is fetched while the kernel is busy with this one: what a delivery looks at is spread
 * over as many cache lines as there are sessions.
 */
static void prefetch_ahead(const struct stream *st, size_t i)
{
    if (i + 4 < st->sub_count)
        __builtin_prefetch(st->subs[i + 4]);
    if (i + 3 < st->sub_count) {
        __builtin_prefetch(st->subs[i + 3]->session);
        __builtin_prefetch((const char *)st->subs[i + 3]->session + CACHE_LINE_BYTES);
    }
    if (i + 2 < st->sub_count) {
        ws_prefetch_far(st->subs[i + 2]->session->conn);
        gate_prefetch(st->subs[i + 2]->session);
    }
    if (i + 1 < st->sub_count)
        ws_prefetch_near(st->subs[i + 1]->session->conn);
}

static void hand_out(struct hub *h, struct stream *st, struct batch *b)
{
    unsigned recipients = 0;

    for (size_t i = 0; i < st->sub_count; i++) {
        struct sub *sub = st->subs[i];
        struct session *s = sub->session;
        struct verdict v;

        prefetch_ahead(st, i);
        if (!sub->live || sub->cursor >= b->to)
            continue;
        if (sub->cursor == b->from - 1 && session_may_receive(s)) {
            v = gate_ask(h->gate, b, s);
            if (v.answer == GATE_SEND && session_deliver(s, v, st->name) != SENT_NOT) {
                sub->cursor = b->to;
                recipients++;
                continue;
            }
        }
        session_lag(s);
    }
    note_shared(h, st, b, recipients);
}

/* Returns true if there may be more to hand out this turn. */
static bool flush_stream(struct hub *h, struct stream *st)
{
    struct batch *b;
    bool more;

    if (st->sub_count == 0 || st->flushed < ring_first(&st->ring) - 1) {
        st->flushed = st->sub_count == 0 ? st->ring.head : ring_first(&st->ring) - 1;
        for (size_t i = 0; i < st->sub_count; i++)
            session_lag(st->subs[i]->session);
    }
    b = collect_shared(h, st);
    more = b->to > st->flushed;
    if (more) {
        st->flushed = b->to;
        hand_out(h, st, b);
    }
    batch_unref(b);
    return more && st->flushed < st->ring.head;
}

/* --- a batch of one's own --- */

enum { TALLY_MAX = 256 };

/* What was decided while collecting; written down only once the batch has gone out. */
struct tally {
    struct {
        struct event *event;
        enum gate_reason reason;
        bool redacted;
    } items[TALLY_MAX];
    size_t count;
};

static void tally_add(struct tally *t, struct event *e, enum gate_reason reason, bool redacted)
{
    if (t->count == TALLY_MAX)
        return;
    t->items[t->count].event = e;
    t->items[t->count].reason = reason;
    t->items[t->count++].redacted = redacted;
}

static void tally_note(struct notes *n, const struct tally *t)
{
    for (size_t i = 0; i < t->count; i++) {
        if (t->items[i].reason == REASON_NONE)
            notes_sent(n, t->items[i].event, 1, t->items[i].redacted);
        else
            notes_suppressed(n, t->items[i].event, t->items[i].reason);
    }
}

/* Will a newer state of the same key reach s anyway? */
static bool is_superseded(struct hub *h, const struct sub *sub, const struct event *e)
{
    enum gate_reason reason;

    if (e->key == NULL || e->kind == NULL || e->kind->keep != KEEP_LATEST)
        return false;
    for (int64_t seq = e->seq + 1; seq <= sub->stream->ring.head; seq++) {
        const struct event *later = ring_get(&sub->stream->ring, seq);

        if (later != NULL && later->key != NULL && later->kind == e->kind &&
            strcmp(later->key, e->key) == 0 &&
            gate_event(h->gate, later, sub->session, &reason) == GATE_SEND)
            return true;
    }
    return false;
}

static bool has_id(const int64_t *ids, uint32_t count, int64_t id)
{
    for (uint32_t i = 0; i < count; i++) {
        if (ids[i] == id)
            return true;
    }
    return false;
}

const struct fragment *deliver_fragment(struct hub *h, struct event *e, const struct member *m)
{
    bool is_own_stream = stream_kind_of(e->stream) == STREAM_ME;
    const struct fragment *g =
        event_fragment(h->frames, e, is_own_stream ? stream_id_of(e->stream) : 0);

    if (g == NULL || g->viewer != 0 || m == NULL)
        return g;
    if (g->state == FRAGMENT_NOTHING ? has_id(e->subjects, e->subject_count, m->id)
                                     : g->redacted && has_id(g->subjects, g->subject_count, m->id))
        g = event_fragment(h->frames, e, m->id);
    return g;
}

enum step { STEP_ADD, STEP_SKIP, STEP_WAIT };

static enum step look_at(struct hub *h,
    const struct sub *sub,
    struct event *e,
    const struct fragment **out_fragment,
    struct tally *t)
{
    enum gate_reason reason;
    enum gate_answer answer;

    if (e->kind == NULL || e->is_broken || is_superseded(h, sub, e))
        return STEP_SKIP;
    answer = gate_event(h->gate, e, sub->session, &reason);
    if (answer == GATE_WAIT)
        return STEP_WAIT;
    if (answer == GATE_SPLIT) {
        tally_add(t, e, reason, false);
        return STEP_SKIP;
    }
    *out_fragment = deliver_fragment(h, e, sub->session->member);
    if (*out_fragment == NULL)
        return STEP_WAIT;
    if ((*out_fragment)->state == FRAGMENT_NOTHING) {
        tally_add(t, e, REASON_SUBJECT, false);
        return STEP_SKIP;
    }
    tally_add(t, e, REASON_NONE, (*out_fragment)->redacted);
    return STEP_ADD;
}

/* The same for one who is behind: also what lies before the ring, and only what may be sent. */
static void ask_ahead_own(struct hub *h, const struct sub *sub, int64_t seq)
{
    enum gate_reason reason;

    for (int64_t last = seq + ASK_AHEAD_EVENTS; seq <= sub->stream->ring.head && seq < last;
         seq++) {
        struct event *e = sub_peek(sub, seq);

        if (e != NULL && e->kind != NULL && !is_superseded(h, sub, e) &&
            gate_event(h->gate, e, sub->session, &reason) == GATE_SEND)
            (void)deliver_fragment(h, e, sub->session->member); /* NULL: asked for now */
    }
}

/* Adds events and skips from the cursor on; returns the last seq covered. */
static int64_t collect_own(
    struct hub *h, struct sub *sub, size_t limit_bytes, struct batch_maker *m, struct tally *t)
{
    int64_t seq = sub->cursor + 1, skip_from = 0;

    for (; seq <= sub->stream->ring.head && batch_size(m) < limit_bytes && t->count < TALLY_MAX;
         seq++) {
        struct event *e = sub_event(sub, seq);
        const struct fragment *g = NULL;
        enum step step = e == NULL ? STEP_WAIT : look_at(h, sub, e, &g, t);

        if (step == STEP_WAIT) {
            ask_ahead_own(h, sub, seq + 1);
            break;
        }
        if (step == STEP_SKIP) {
            skip_from = skip_from == 0 ? seq : skip_from;
            continue;
        }
        if (skip_from != 0)
            batch_skip(m, skip_from, seq - 1);
        skip_from = 0;
        batch_add(m, e, g);
    }
    if (skip_from != 0)
        batch_skip(m, skip_from, seq - 1);
    return seq - 1;
}

enum progress { PROGRESS_NONE, PROGRESS_MADE, PROGRESS_HELD };

static enum progress deliver_own(struct hub *h, struct sub *sub)
{
    struct batch_maker *m = batch_begin(h, stream_wire_name(sub->stream->name), sub->cursor + 1);
    struct tally t = {.count = 0};
    struct batch *b = batch_end(m, collect_own(h, sub, BATCH_BYTES_MAX, m, &t));
    enum progress progress = PROGRESS_NONE;

    if (b->to > sub->cursor) {
        struct verdict v = gate_ask(h->gate, b, sub->session);
        enum sent sent =
            v.answer == GATE_SEND ? session_deliver(sub->session, v, sub->stream->name) : SENT_NOT;

        if (sent != SENT_NOT) {
            sub->cursor = b->to;
            tally_note(h->notes, &t);
            sub_forget_backlog(sub);
            progress = sent == SENT_HELD ? PROGRESS_HELD : PROGRESS_MADE;
        } else if (v.answer == GATE_SPLIT) {
            session_lag(sub->session); /* a consent ended while it was being made */
        }
    }
    batch_unref(b);
    return progress;
}

static void catch_up(struct hub *h, struct session *s)
{
    bool again = false;

    for (uint32_t i = 0; i < s->sub_count && session_may_receive(s); i++) {
        struct sub *sub = s->subs[i];
        int rounds = 0;

        if (!sub->live)
            continue;
        while (sub->cursor < sub->stream->ring.head && rounds < ROUNDS_PER_TURN &&
               deliver_own(h, sub) == PROGRESS_MADE)
            rounds++;
        again = again || rounds == ROUNDS_PER_TURN;
    }
    if (again)
        session_lag(s);
}

struct batch *deliver_history(struct sub *sub, int64_t up_to, size_t limit_bytes)
{
    struct hub *h = sub->session->hub;
    struct batch_maker *m = batch_begin(h, stream_wire_name(sub->stream->name), sub->cursor + 1);
    struct tally t = {.count = 0};
    int64_t to = may_deliver(h) ? collect_own(h, sub, limit_bytes, m, &t) : sub->cursor;
    bool is_full = batch_size(m) >= limit_bytes || t.count == TALLY_MAX;
    struct batch *b = batch_end_as_list(m, to);

    if (!may_deliver(h) || (to < up_to && !is_full)) {
        batch_unref(b);
        return NULL;
    }
    tally_note(h->notes, &t);
    sub->cursor = to;
    sub_forget_backlog(sub);
    return b;
}

/* --- the turn --- */

void deliver_turn(struct hub *h)
{
    struct list *dirty = streams_dirty(h->streams), *lagging = sessions_lagging(h->sessions);
    struct list *opening = streams_opening(h->streams);
    struct list_node *n;

    if (!may_deliver(h))
        return;
    while ((n = list_shift(dirty)) != NULL) {
        struct stream *st = LIST_ITEM(n, struct stream, in_dirty);

        st->is_dirty = false;
        while (flush_stream(h, st)) {
        }
    }
    for (size_t left = lagging->count; left > 0 && (n = list_shift(lagging)) != NULL; left--)
        catch_up(h, LIST_ITEM(n, struct session, in_lagging));
    if (lagging->count > 0)
        loop_again(h->loop);
    for (size_t left = opening->count; left > 0 && (n = list_shift(opening)) != NULL; left--) {
        struct sub *sub = LIST_ITEM(n, struct sub, in_opening);

        list_append(opening, n);
        if (sub->opened != NULL)
            sub->opened(sub->opened_arg, sub);
    }
}
