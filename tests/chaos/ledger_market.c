/* ledger_market.c -- see ledger_market.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/json.h"
#include "base/buf.h"
#include "base/mem.h"
#include "check.h"
#include "fleet.h"
#include "ledger_private.h"

enum { TRIES = 12, DEVICES_SHARE = 4, WRONG_TOLD = 8 };

struct market *market_new(struct fleet *f, int members, int devices)
{
    struct market *m = mem_zalloc(sizeof *m);

    m->fleet = f;
    m->members = members;
    m->devices = devices;
    m->model = ledger_model_new(members);
    m->people = mem_zalloc((size_t)members * sizeof *m->people);
    (void)market_handle(m); /* 0 is nobody's */
    return m;
}

void market_free(struct market *m)
{
    ledger_model_free(m->model);
    mem_free(m->people);
    mem_free(m->ids);
    mem_free(m->records);
    mem_free(m->waiting);
    mem_free(m);
}

int market_below(int n)
{
    return (int)(random() % n);
}

int64_t market_handle(struct market *m)
{
    mem_grow((void **)&m->ids, &m->id_capacity, m->id_count + 1, sizeof *m->ids);
    m->ids[m->id_count] = 0;
    return (int64_t)m->id_count++;
}

/* --- what a member has to choose from ---------------------------------------------------------------- */

int64_t market_hold_id(const struct market *m, struct open_hold h)
{
    return m->ids[h.handle];
}

void market_add_hold(struct market *m, int member, struct open_hold h)
{
    struct person *p = &m->people[member];

    p->holds[p->hold_count++] = h;
}

void market_drop_hold(struct market *m, int member, int at)
{
    struct person *p = &m->people[member];

    if (p->holds[at].holder == HOLDER_TILL)
        p->resolved = p->holds[at].handle;
    p->holds[at] = p->holds[--p->hold_count];
}

void market_add_tx(struct market *m, int member, int64_t handle)
{
    struct person *p = &m->people[member];

    if (p->tx_count == PERSON_TXS)
        memmove(p->txs, p->txs + 1, (size_t)--p->tx_count * sizeof *p->txs);
    p->txs[p->tx_count++] = handle;
}

/* --- moves ------------------------------------------------------------------------------------------- */

static const struct market_kind *any_kind(enum market_side side)
{
    int sum = 0, at;

    for (const struct market_kind *k = market_kinds; k->name != NULL; k++)
        if (k->side == side)
            sum += k->weight;
    at = sum == 0 ? 0 : market_below(sum);
    for (const struct market_kind *k = market_kinds; k->name != NULL; k++)
        if (k->side == side && (at -= k->weight) < 0)
            return k;
    return NULL;
}

/* Those with devices get their share, for they also deal with one another. */
static int anyone(const struct market *m)
{
    return market_below(DEVICES_SHARE) == 0 ? market_below(m->devices) : market_below(m->members);
}

bool market_choose(struct market *m, enum market_side side, int device, struct market_move *out)
{
    for (int i = 0; i < TRIES; i++) {
        struct market_move move = {.kind = any_kind(side), .other = -1};

        move.member = side == MARKET_DEVICE ? device : anyone(m);
        if (move.kind == NULL || m->people[move.member].is_busy)
            continue;
        move.handle = (int64_t)m->id_count;
        if (!move.kind->choose(m, &move))
            continue;
        (void)market_handle(m);
        move.available = ledger_model_sums(m->model, move.member).available;
        m->people[move.member].is_busy = true;
        if (move.other >= 0)
            m->people[move.other].is_busy = true;
        client_idem(move.idem);
        *out = move;
        return true;
    }
    return false;
}

const char *market_method(const struct market_move *move)
{
    return move->kind->method;
}

void market_print(
    const struct market *m, const struct market_move *move, char out[MARKET_PARAMS_BYTES])
{
    struct buf b;

    buf_init(&b, 0);
    move->kind->print(m, move, &b);
    snprintf(out, MARKET_PARAMS_BYTES, "%.*s", (int)b.length_bytes, b.bytes);
    buf_done(&b);
}

int market_code(struct ledger_outcome o)
{
    static const int codes[] = {
        [LEDGER_OK] = 0,
        [LEDGER_INSUFFICIENT] = 1027,
        [LEDGER_HOLD_EXPIRED] = 1025,
        [LEDGER_HOLD_RESOLVED] = 1026,
        [LEDGER_ABOVE_HOLD] = 1024,
        [LEDGER_IN_DEBT] = 1017,
        [LEDGER_ALREADY_REVERSED] = 1029,
    };

    return codes[o.verdict];
}

/* Whether the sweeper was there before tells the two ends of a hold apart. */
static bool agrees(const struct market_move *move, int code)
{
    return code == move->code || (move->code == 1025 && code == 1026);
}

/* Some answers tell what can be spent now. */
static bool is_available(const struct market_move *move, const struct json *result)
{
    const struct json *told = json_member(result, "available");
    int64_t available = 0;

    return told == NULL || (json_integer(told, &available) && available == move->available);
}

static void record(struct market *m, const struct market_move *move, const struct json *result)
{
    int64_t tx = 0;

    if (move->kind->result != NULL && move->code == 0)
        (void)json_id(json_member(result, move->kind->result), &m->ids[move->handle]);
    if (move->kind->ledger == NULL)
        return;
    (void)json_id(json_member(result, "tx"), &tx);
    mem_grow((void **)&m->records, &m->record_capacity, m->record_count + 1, sizeof *m->records);
    m->records[m->record_count++] = (struct record){move->kind->ledger, tx, move->amount};
}

void market_answered(
    struct market *m, const struct market_move *move, const struct json *result, int code)
{
    size_t kind = (size_t)(move->kind - market_kinds);

    m->people[move->member].is_busy = false;
    if (move->other >= 0)
        m->people[move->other].is_busy = false;
    m->answered++;
    m->counts[kind]++;
    m->refusals[kind] += code != 0;
    if (result != NULL && !is_available(move, result) && m->wrong++ < WRONG_TOLD)
        check_note("%s of member %d: the answer does not tell the model's %lld points",
            move->kind->name, FLEET_FIRST_MEMBER + move->member, (long long)move->available);
    if (!agrees(move, code) && m->wrong++ < WRONG_TOLD)
        check_note("%s of member %d, %lld points: code %d, the model says %d", move->kind->name,
            FLEET_FIRST_MEMBER + move->member, (long long)move->amount, code, move->code);
    if (result != NULL)
        record(m, move, result);
}

bool market_is_quiet(const struct market *m)
{
    for (int i = 0; i < m->members; i++)
        if (m->people[i].is_busy)
            return false;
    return true;
}

size_t market_moves(const struct market *m)
{
    return m->answered;
}

void market_note_kinds(const struct market *m)
{
    for (const struct market_kind *k = market_kinds; k->name != NULL; k++)
        check_note("%6zu %s, %zu of them refused", m->counts[k - market_kinds], k->name,
            m->refusals[k - market_kinds]);
    check_note("%6zu times lots ended, %zu holds lapsed, %zu return windows closed", m->lapsed_lots,
        m->lapsed_holds, m->matured);
}

struct ledger_sums market_sums(const struct market *m, int member)
{
    return ledger_model_sums(m->model, member);
}
