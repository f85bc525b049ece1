/* ledger_model.c -- see ledger_model.h. */
#include "ledger_model.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

/* Points that came from a lot of the same member. */
struct use {
    size_t lot;
    int64_t amount;
};

struct uses {
    struct use *at;
    size_t count, capacity;
};

enum tx_kind { TX_EARN, TX_PENDING, TX_SPENT };

struct tx {
    int64_t id, amount, reversed, expires_ms;
    enum tx_kind kind;
    struct uses uses; /* of what was spent and is not given back */
};

enum hold_state { HOLD_ACTIVE, HOLD_CAPTURED, HOLD_RELEASED, HOLD_EXPIRED };

struct hold {
    int64_t id, amount;
    enum hold_state state;
    struct uses uses;
};

struct purse {
    struct ledger_lot *lots; /* in order of creation */
    struct tx *txs;
    struct hold *holds;
    size_t *live; /* filled by ledger_model_lots */
    size_t lot_count, lot_capacity, tx_count, tx_capacity, hold_count, hold_capacity, live_count,
        live_capacity;
    int64_t debt, pending;
};

struct ledger_model {
    struct purse *purses;
    int members;
};

static struct ledger_outcome verdict(enum ledger_verdict v, int64_t amount)
{
    return (struct ledger_outcome){v, amount};
}

struct ledger_model *ledger_model_new(int members)
{
    struct ledger_model *m = mem_zalloc(sizeof *m);

    m->members = members;
    m->purses = mem_zalloc((size_t)members * sizeof *m->purses);
    return m;
}

void ledger_model_free(struct ledger_model *m)
{
    for (struct purse *p = m->purses; p < m->purses + m->members; p++) {
        for (size_t i = 0; i < p->tx_count; i++)
            mem_free(p->txs[i].uses.at);
        for (size_t i = 0; i < p->hold_count; i++)
            mem_free(p->holds[i].uses.at);
        mem_free(p->lots);
        mem_free(p->txs);
        mem_free(p->holds);
        mem_free(p->live);
    }
    mem_free(m->purses);
    mem_free(m);
}

/* --- looking up ---------------------------------------------------------------------------------- */

static _Noreturn void unknown(const char *what, int64_t id)
{
    (void)fprintf(stderr, "ledger_model: there is no %s %lld\n", what, (long long)id);
    abort();
}

static struct tx *tx_of(const struct ledger_model *m, int member, int64_t id)
{
    const struct purse *p = &m->purses[member];

    for (size_t i = p->tx_count; i > 0; i--)
        if (p->txs[i - 1].id == id)
            return &p->txs[i - 1];
    unknown("transaction", id);
}

static struct hold *hold_of(const struct ledger_model *m, int member, int64_t id)
{
    const struct purse *p = &m->purses[member];

    for (size_t i = p->hold_count; i > 0; i--)
        if (p->holds[i - 1].id == id)
            return &p->holds[i - 1];
    unknown("hold", id);
}

static struct tx *add_tx(struct purse *p, enum tx_kind kind, const struct ledger_credit *c)
{
    mem_grow((void **)&p->txs, &p->tx_capacity, p->tx_count + 1, sizeof *p->txs);
    p->txs[p->tx_count] =
        (struct tx){.id = c->tx, .amount = c->amount, .expires_ms = c->expires_ms, .kind = kind};
    return &p->txs[p->tx_count++];
}

static void add_lot(struct purse *p, const struct ledger_lot *lot)
{
    mem_grow((void **)&p->lots, &p->lot_capacity, p->lot_count + 1, sizeof *p->lots);
    p->lots[p->lot_count++] = *lot;
}

static void add_use(struct uses *u, size_t lot, int64_t amount)
{
    mem_grow((void **)&u->at, &u->capacity, u->count + 1, sizeof *u->at);
    u->at[u->count++] = (struct use){lot, amount};
}

static int64_t available(const struct purse *p)
{
    int64_t sum = 0;

    for (size_t i = 0; i < p->lot_count; i++)
        if (!p->lots[i].is_over)
            sum += p->lots[i].remaining;
    return sum;
}

/* --- the two ways points move ---------------------------------------------------------------------- */

/* The lot to spend from: what ends first; of several, the oldest.  With `tx` (0: any) only what that earn made. */
static size_t first_lot(const struct purse *p, int64_t tx)
{
    size_t best = p->lot_count;

    for (size_t i = 0; i < p->lot_count; i++) {
        const struct ledger_lot *l = &p->lots[i];

        if (l->remaining > 0 && !l->is_over && (tx == 0 || l->tx == tx) &&
            (best == p->lot_count || l->expires_ms < p->lots[best].expires_ms))
            best = i;
    }
    return best;
}

/* Takes points from the lots, first in, first out; returns how many were missing. */
static int64_t take(struct purse *p, int64_t amount, int64_t tx, struct uses *out_uses)
{
    for (size_t at; amount > 0 && (at = first_lot(p, tx)) < p->lot_count;) {
        int64_t part = p->lots[at].remaining < amount ? p->lots[at].remaining : amount;

        p->lots[at].remaining -= part;
        amount -= part;
        if (out_uses != NULL)
            add_use(out_uses, at, part);
    }
    return amount;
}

/* What is owed is repaid first; the rest of the credit is the answer. */
static int64_t repay(struct purse *p, int64_t amount)
{
    int64_t repaid = amount < p->debt ? amount : p->debt;

    p->debt -= repaid;
    return amount - repaid;
}

/* The use whose lot ends last; of several, the newest lot. */
static struct use *last_use(const struct purse *p, const struct uses *u)
{
    struct use *best = NULL;

    for (struct use *x = u->at; x < u->at + u->count; x++)
        if (x->amount > 0 &&
            (best == NULL || p->lots[x->lot].expires_ms > p->lots[best->lot].expires_ms ||
                (p->lots[x->lot].expires_ms == p->lots[best->lot].expires_ms &&
                    x->lot > best->lot)))
            best = x;
    return best;
}

/* Moves points from the end of `u` to `out`: those of the lots that end last. */
static void cut(const struct purse *p, struct uses *u, int64_t amount, struct uses *out)
{
    while (amount > 0) {
        struct use *x = last_use(p, u);
        int64_t part = x->amount < amount ? x->amount : amount;

        x->amount -= part;
        amount -= part;
        if (out != NULL)
            add_use(out, x->lot, part);
    }
}

/* Points come back to the lots they came from: what is owed takes those that end first.  A lot that ended meanwhile
 * takes them with it, unless `new_end_ms` (0: none) says until when they live: then they are a lot of their own.
 */
static void give_back(struct purse *p, struct uses *u, int64_t amount, int64_t new_end_ms)
{
    int64_t rest = repay(p, amount);
    struct uses back = {0};

    cut(p, u, rest, &back);
    cut(p, u, amount - rest, NULL);
    for (size_t i = back.count; i > 0; i--) {
        const struct use *x = &back.at[i - 1];
        struct ledger_lot lot = p->lots[x->lot];

        if (!lot.is_over) {
            p->lots[x->lot].remaining += x->amount;
        } else if (new_end_ms != 0) {
            lot.is_over = lot.has_moved = false;
            lot.is_about = true;
            lot.remaining = x->amount;
            lot.expires_ms = new_end_ms;
            add_lot(p, &lot);
        }
    }
    mem_free(back.at);
}

/* --- credits --------------------------------------------------------------------------------------- */

static void credit(struct purse *p, int member, const struct ledger_credit *c)
{
    int64_t rest = repay(p, c->amount);

    if (rest > 0)
        add_lot(
            p, &(struct ledger_lot){
                   .tx = c->tx, .remaining = rest, .expires_ms = c->expires_ms, .origin = member});
}

void ledger_model_earn(struct ledger_model *m, int member, struct ledger_credit c)
{
    (void)add_tx(&m->purses[member], TX_EARN, &c);
    credit(&m->purses[member], member, &c);
}

void ledger_model_earn_pending(struct ledger_model *m, int member, struct ledger_credit c)
{
    (void)add_tx(&m->purses[member], TX_PENDING, &c);
    m->purses[member].pending += c.amount;
}

void ledger_model_mature(struct ledger_model *m, int member, int64_t tx)
{
    struct purse *p = &m->purses[member];
    struct tx *t = tx_of(m, member, tx);
    struct ledger_credit c = {tx, t->amount - t->reversed, t->expires_ms};

    if (t->kind != TX_PENDING)
        unknown("pending transaction", tx);
    t->kind = TX_EARN;
    p->pending -= c.amount;
    credit(p, member, &c);
}

void ledger_model_adjust_up(struct ledger_model *m, int member, struct ledger_credit c)
{
    credit(&m->purses[member], member, &c);
}

/* --- debits ---------------------------------------------------------------------------------------- */

static struct ledger_outcome spend(struct purse *p, int64_t amount, struct uses *out_uses)
{
    int64_t have = available(p);

    if (have < amount)
        return verdict(LEDGER_INSUFFICIENT, have);
    (void)take(p, amount, 0, out_uses);
    return verdict(LEDGER_OK, amount);
}

struct ledger_outcome ledger_model_adjust_down(struct ledger_model *m, int member, int64_t amount)
{
    return spend(&m->purses[member], amount, NULL);
}

struct ledger_outcome ledger_model_redeem(
    struct ledger_model *m, int member, int64_t tx, int64_t amount)
{
    struct uses uses = {0};
    struct ledger_outcome o = spend(&m->purses[member], amount, &uses);

    if (o.verdict == LEDGER_OK)
        add_tx(&m->purses[member], TX_SPENT, &(struct ledger_credit){tx, amount, 0})->uses = uses;
    return o;
}

struct ledger_outcome ledger_model_forfeit(struct ledger_model *m, int member)
{
    return spend(&m->purses[member], available(&m->purses[member]), NULL);
}

/* --- holds ----------------------------------------------------------------------------------------- */

struct ledger_outcome ledger_model_hold(
    struct ledger_model *m, int member, int64_t hold, int64_t amount)
{
    struct purse *p = &m->purses[member];
    struct uses uses = {0};
    struct ledger_outcome o = spend(p, amount, &uses);

    if (o.verdict != LEDGER_OK)
        return o;
    mem_grow((void **)&p->holds, &p->hold_capacity, p->hold_count + 1, sizeof *p->holds);
    p->holds[p->hold_count++] =
        (struct hold){.id = hold, .amount = amount, .state = HOLD_ACTIVE, .uses = uses};
    return o;
}

static struct ledger_outcome resolved(const struct hold *h)
{
    if (h->state == HOLD_ACTIVE)
        return verdict(LEDGER_OK, h->amount);
    return verdict(h->state == HOLD_EXPIRED ? LEDGER_HOLD_EXPIRED : LEDGER_HOLD_RESOLVED, 0);
}

struct ledger_outcome ledger_model_capture(
    struct ledger_model *m, int member, int64_t hold, struct ledger_credit c)
{
    struct purse *p = &m->purses[member];
    struct hold *h = hold_of(m, member, hold);
    struct ledger_outcome o = resolved(h);

    if (o.verdict != LEDGER_OK)
        return o;
    if (c.amount > h->amount)
        return verdict(LEDGER_ABOVE_HOLD, h->amount);
    h->state = HOLD_CAPTURED;
    give_back(p, &h->uses, h->amount - c.amount, 0);
    add_tx(p, TX_SPENT, &c)->uses = h->uses;
    h->uses = (struct uses){0};
    return verdict(LEDGER_OK, c.amount);
}

static void release(struct purse *p, struct hold *h, enum hold_state state)
{
    h->state = state;
    give_back(p, &h->uses, h->amount, 0);
}

struct ledger_outcome ledger_model_release(struct ledger_model *m, int member, int64_t hold)
{
    struct hold *h = hold_of(m, member, hold);
    struct ledger_outcome o = resolved(h);

    if (o.verdict == LEDGER_OK)
        release(&m->purses[member], h, HOLD_RELEASED);
    return o;
}

void ledger_model_hold_lapses(struct ledger_model *m, int member, int64_t hold)
{
    release(&m->purses[member], hold_of(m, member, hold), HOLD_EXPIRED);
}

struct ledger_outcome ledger_model_accept(struct ledger_model *m, int from, int64_t hold, int to)
{
    struct hold *h = hold_of(m, from, hold);
    struct purse *p = &m->purses[from];
    struct ledger_outcome o = resolved(h);

    if (o.verdict != LEDGER_OK)
        return o;
    if (p->debt > 0 || m->purses[to].debt > 0)
        return verdict(LEDGER_IN_DEBT, 0);
    h->state = HOLD_CAPTURED;
    for (const struct use *x = h->uses.at; x < h->uses.at + h->uses.count; x++) {
        struct ledger_lot lot = p->lots[x->lot];

        p->lots[x->lot].has_moved = true;
        lot.remaining = x->amount;
        lot.has_moved = false;
        add_lot(&m->purses[to], &lot);
    }
    return o;
}

/* --- reversals and ends ------------------------------------------------------------------------------ */

int64_t ledger_model_left(const struct ledger_model *m, int member, int64_t tx)
{
    const struct tx *t = tx_of(m, member, tx);

    return t->amount - t->reversed;
}

/* Of an earn: what it made first, then first in, first out; what is not there is owed.  Of what was spent: new_end_ms is
 * for what expired meanwhile.
 */
struct ledger_outcome ledger_model_reverse(
    struct ledger_model *m, int member, int64_t tx, int64_t amount, int64_t new_end_ms)
{
    struct purse *p = &m->purses[member];
    struct tx *t = tx_of(m, member, tx);

    if (amount > t->amount - t->reversed)
        return verdict(LEDGER_ALREADY_REVERSED, t->amount - t->reversed);
    t->reversed += amount;
    if (t->kind == TX_PENDING)
        p->pending -= amount;
    else if (t->kind == TX_EARN)
        p->debt += take(p, take(p, amount, tx, NULL), 0, NULL);
    else
        give_back(p, &t->uses, amount, new_end_ms);
    return verdict(LEDGER_OK, amount);
}

void ledger_model_lapse(struct ledger_model *m, int member, int64_t expires_ms, int64_t past_ms)
{
    struct purse *p = &m->purses[member];

    for (size_t i = 0; i < p->lot_count; i++)
        if (p->lots[i].expires_ms == expires_ms && !p->lots[i].has_moved) {
            p->lots[i].expires_ms = past_ms;
            p->lots[i].is_over = true;
        }
}

/* --- what there is --------------------------------------------------------------------------------- */

int64_t ledger_model_held_by(const struct ledger_model *m, int member, int64_t hold)
{
    const struct hold *h = hold_of(m, member, hold);

    return h->state == HOLD_ACTIVE ? h->amount : 0;
}

struct ledger_sums ledger_model_sums(const struct ledger_model *m, int member)
{
    const struct purse *p = &m->purses[member];
    struct ledger_sums s = {available(p), 0, p->pending, p->debt};

    for (size_t i = 0; i < p->hold_count; i++)
        if (p->holds[i].state == HOLD_ACTIVE)
            s.held += p->holds[i].amount;
    return s;
}

size_t ledger_model_lots(struct ledger_model *m, int member)
{
    struct purse *p = &m->purses[member];

    p->live_count = 0;
    for (size_t i = 0; i < p->lot_count; i++) {
        const struct ledger_lot *l = &p->lots[i];
        size_t at;

        if (l->is_over || l->remaining == 0)
            continue;
        mem_grow((void **)&p->live, &p->live_capacity, p->live_count + 1, sizeof *p->live);
        for (at = p->live_count++; at > 0 && p->lots[p->live[at - 1]].expires_ms > l->expires_ms;
             at--)
            p->live[at] = p->live[at - 1];
        p->live[at] = i;
    }
    return p->live_count;
}

const struct ledger_lot *ledger_model_lot(const struct ledger_model *m, int member, size_t at)
{
    const struct purse *p = &m->purses[member];

    return &p->lots[p->live[at]];
}
