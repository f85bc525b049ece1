/* ledger_moves.c -- the sorts of moves: how each is chosen, made in the model, and printed. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/clock.h"
#include "fleet.h"
#include "ledger_private.h"

enum {
    CODE_USED = 1031,
    LIMIT = 1024,
    CODE_MS = 12000, /* a code is used so soon, and repeated while it is good */
    OWN_HOLD_S = 1800,
    TILL_HOLD_S = 86400,
    TRANSFER_MAX = 2000, /* far from what a member may give in 30 days */
    ADJUST_MAX = 200,
    ADJUSTED_MAX = 9000, /* of one member: more would take a second person */
    OFFERS_MAX = 3,      /* in 24 hours */
    EARN_MAX = 500,
    RICH = 800, /* who has more buys less: else nobody would owe or lack anything in the end */
    HOLD_MAX = 300,
    BACK_DAYS = 355,
    EXPIRY_MONTHS = 24,
    RETURN_DAYS = 20,
    OPERATOR_DAYS = 30,
    HOUR_MS = 3600000
};
#define DAY_MS 86400000LL

static int id_of(int member)
{
    return FLEET_FIRST_MEMBER + member;
}

static int64_t server_id(const struct market *m, int64_t handle)
{
    return m->ids[handle];
}

static void print_time(struct buf *out, int64_t at_ms)
{
    time_t at = (time_t)(at_ms / 1000);
    char text[40];
    struct tm t;

    (void)gmtime_r(&at, &t);
    (void)strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &t);
    buf_add_text(out, text);
}

/* The end of the month (the club keeps UTC), so many months after. */
static int64_t expiry_of(int64_t at_ms)
{
    time_t at = (time_t)(at_ms / 1000);
    struct tm t;

    (void)gmtime_r(&at, &t);
    t = (struct tm){.tm_year = t.tm_year, .tm_mon = t.tm_mon + EXPIRY_MONTHS + 1, .tm_mday = 1};
    return (int64_t)timegm(&t) * 1000;
}

/* --- earning --------------------------------------------------------------------------------------- */

static void bought(struct market_move *move, int64_t most_days)
{
    int64_t back_ms = HOUR_MS + (int64_t)market_below((int)(most_days * 24)) * HOUR_MS;

    move->amount = 1 + market_below(EARN_MAX);
    move->at_ms = (clock_wall().ms - back_ms) / 1000 * 1000;
}

static struct ledger_credit credit_of(const struct market_move *move)
{
    return (struct ledger_credit){move->handle, move->amount, expiry_of(move->at_ms)};
}

static bool choose_earn(struct market *m, struct market_move *move)
{
    if (ledger_model_sums(m->model, move->member).available > RICH && market_below(6) > 0)
        return false;
    bought(move, BACK_DAYS);
    ledger_model_earn(m->model, move->member, credit_of(move));
    m->people[move->member].receipt = (struct receipt){move->handle, move->amount, move->at_ms};
    market_add_tx(m, move->member, move->handle);
    return true;
}

static bool choose_earn_pending(struct market *m, struct market_move *move)
{
    if (m->people[move->member].pending != 0)
        return false;
    bought(move, RETURN_DAYS - 1);
    ledger_model_earn_pending(m->model, move->member, credit_of(move));
    m->people[move->member].pending = move->handle;
    market_add_tx(m, move->member, move->handle);
    return true;
}

static void print_earn(const struct market *m, const struct market_move *move, struct buf *out)
{
    (void)m;
    buf_printf(out,
        "{\"member\":\"%d\",\"club\":\"%d\",\"receipt\":\"market-%" PRId64
        "\",\"lines\":[{\"amount\":{\"minor\":%" PRId64 ",\"cur\":\"EUR\"}}],",
        id_of(move->member), FLEET_CLUB, move->about == 0 ? move->handle : move->about,
        move->amount);
    if (move->kind->choose == choose_earn_pending)
        buf_printf(out, "\"return_days\":%d,", RETURN_DAYS);
    buf_add_text(out, "\"at\":\"");
    print_time(out, move->at_ms);
    buf_add_text(out, "\"}");
}

/* A receipt that was credited comes again, under another key. */
static bool choose_receipt_again(struct market *m, struct market_move *move)
{
    struct person *p = &m->people[move->member];

    if (p->receipt.handle == 0)
        return false;
    move->about = p->receipt.handle;
    move->amount = p->receipt.amount;
    move->at_ms = p->receipt.at_ms;
    return true;
}

/* --- holding --------------------------------------------------------------------------------------- */

/* Mostly of what there is, sometimes more; 0: not now. */
static int64_t some_of(const struct market *m, int member)
{
    int64_t have = ledger_model_sums(m->model, member).available;

    if (market_below(15) == 0)
        return have + 1 + market_below(HOLD_MAX);
    if (have > HOLD_MAX)
        have = HOLD_MAX;
    return have == 0 ? 0 : 1 + market_below((int)have);
}

static bool hold_amount(struct market *m, struct market_move *move, enum holder holder, int to)
{
    move->code = market_code(ledger_model_hold(m->model, move->member, move->handle, move->amount));
    if (move->code == 0)
        market_add_hold(m, move->member,
            (struct open_hold){.handle = move->handle, .holder = holder, .to = to});
    return true;
}

static bool hold_as(struct market *m, struct market_move *move, enum holder holder)
{
    if (m->people[move->member].hold_count == PERSON_HOLDS)
        return false;
    move->amount = some_of(m, move->member);
    return move->amount > 0 && hold_amount(m, move, holder, -1);
}

static bool choose_hold(struct market *m, struct market_move *move)
{
    return hold_as(m, move, HOLDER_TILL);
}

static bool choose_own_hold(struct market *m, struct market_move *move)
{
    return hold_as(m, move, HOLDER_MEMBER);
}

static void print_hold(const struct market *m, const struct market_move *move, struct buf *out)
{
    bool is_own = move->kind->side == MARKET_DEVICE;

    (void)m;
    buf_printf(out, "{\"points\":%" PRId64 ",\"seconds\":%d", move->amount,
        is_own ? OWN_HOLD_S : TILL_HOLD_S);
    if (!is_own)
        buf_printf(out, ",\"member\":\"%d\"", id_of(move->member));
    buf_add_char(out, '}');
}

/* One of the member's holds that `holder` may resolve; -1: none. */
static int any_hold(const struct market *m, int member, enum holder holder)
{
    const struct person *p = &m->people[member];

    for (int i = 0; i < p->hold_count; i++)
        if (p->holds[i].holder == holder)
            return i;
    return -1;
}

static bool choose_capture(struct market *m, struct market_move *move)
{
    int at = any_hold(m, move->member, HOLDER_TILL);
    struct ledger_credit c = {.tx = move->handle};
    int64_t held;

    if (at < 0)
        return false;
    move->about = m->people[move->member].holds[at].handle;
    held = ledger_model_held_by(m->model, move->member, move->about);
    c.amount = market_below(3) == 0 ? held : 1 + market_below((int)held);
    if (market_below(15) == 0)
        c.amount = held + 1;
    move->amount = c.amount;
    move->code = market_code(ledger_model_capture(m->model, move->member, move->about, c));
    if (move->code != 0)
        return true;
    market_drop_hold(m, move->member, at);
    market_add_tx(m, move->member, move->handle);
    return true;
}

static void print_capture(const struct market *m, const struct market_move *move, struct buf *out)
{
    buf_printf(out, "{\"hold\":\"%" PRId64 "\",\"points\":%" PRId64 "}", server_id(m, move->about),
        move->amount);
}

static bool release(struct market *m, struct market_move *move, enum holder holder)
{
    int at = any_hold(m, move->member, holder);

    if (at < 0)
        return false;
    move->about = m->people[move->member].holds[at].handle;
    move->amount = ledger_model_held_by(m->model, move->member, move->about);
    move->code = market_code(ledger_model_release(m->model, move->member, move->about));
    market_drop_hold(m, move->member, at);
    return true;
}

static bool choose_release(struct market *m, struct market_move *move)
{
    return release(m, move, HOLDER_TILL);
}

static bool choose_own_release(struct market *m, struct market_move *move)
{
    return release(m, move, HOLDER_MEMBER);
}

static bool choose_release_again(struct market *m, struct market_move *move)
{
    move->about = m->people[move->member].resolved;
    if (move->about == 0)
        return false;
    move->code = market_code(ledger_model_release(m->model, move->member, move->about));
    return true;
}

static bool choose_capture_again(struct market *m, struct market_move *move)
{
    move->about = m->people[move->member].resolved;
    move->amount = 1;
    if (move->about == 0)
        return false;
    move->code = market_code(ledger_model_capture(
        m->model, move->member, move->about, (struct ledger_credit){.amount = 1}));
    return true;
}

static void print_release(const struct market *m, const struct market_move *move, struct buf *out)
{
    buf_printf(out, "{\"hold\":\"%" PRId64 "\"}", server_id(m, move->about));
}

/* --- a card's code --------------------------------------------------------------------------------- */

static bool take_code(struct market *m, struct market_move *move)
{
    struct person *p = &m->people[move->member];

    if (p->code[0] == '\0' || clock_wall().ms - m->codes_ms > CODE_MS)
        return false;
    snprintf(move->text, sizeof move->text, "%s", p->code);
    return true;
}

static void use_code(struct market *m, int member)
{
    struct person *p = &m->people[member];

    memcpy(p->used, p->code, sizeof p->used);
    p->code[0] = '\0';
}

static bool choose_redeem(struct market *m, struct market_move *move)
{
    if (!take_code(m, move))
        return false;
    move->amount = some_of(m, move->member);
    if (move->amount == 0)
        return false;
    move->code =
        market_code(ledger_model_redeem(m->model, move->member, move->handle, move->amount));
    if (move->code == 0) {
        use_code(m, move->member);
        market_add_tx(m, move->member, move->handle);
    }
    return true;
}

static bool choose_code_hold(struct market *m, struct market_move *move)
{
    if (!take_code(m, move) || !hold_as(m, move, HOLDER_TILL))
        return false;
    if (move->code == 0)
        use_code(m, move->member);
    return true;
}

static bool choose_code_again(struct market *m, struct market_move *move)
{
    const struct person *p = &m->people[move->member];

    if (p->used[0] == '\0' || clock_wall().ms - m->codes_ms > CODE_MS)
        return false;
    snprintf(move->text, sizeof move->text, "%s", p->used);
    move->amount = 1;
    move->code = CODE_USED;
    return true;
}

static void print_code(const struct market *m, const struct market_move *move, struct buf *out)
{
    buf_printf(out,
        "{\"till\":\"%d\",\"card\":\"%s\",\"code\":\"%s\",\"amount\":%" PRId64
        ",\"mode\":\"%s\",\"receipt\":\"code-%" PRId64 "\",\"club\":\"%d\",\"seconds\":%d}",
        move->member, m->people[move->member].card, move->text, move->amount,
        move->kind->result != NULL && strcmp(move->kind->result, "hold") == 0 ? "hold" : "redeem",
        move->handle, FLEET_CLUB, TILL_HOLD_S);
}

/* --- taking back and correcting ---------------------------------------------------------------------- */

static bool choose_reverse(struct market *m, struct market_move *move)
{
    const struct person *p = &m->people[move->member];
    int64_t left;

    if (p->tx_count == 0)
        return false;
    move->about = p->txs[market_below(p->tx_count)];
    left = ledger_model_left(m->model, move->member, move->about);
    if (left == 0 && market_below(5) > 0)
        return false;
    if (left == 0)
        move->amount = 1;
    else
        move->amount = market_below(2) == 0 ? left : 1 + market_below((int)left);
    if (market_below(20) == 0)
        move->amount = left + 1;
    move->code = market_code(ledger_model_reverse(m->model, move->member, move->about, move->amount,
        move->kind->side == MARKET_STAFF ? clock_wall().ms + OPERATOR_DAYS * DAY_MS : 0));
    if (m->people[move->member].pending == move->about &&
        ledger_model_left(m->model, move->member, move->about) == 0)
        m->people[move->member].pending = 0;
    return true;
}

static void print_reverse(const struct market *m, const struct market_move *move, struct buf *out)
{
    buf_printf(out, "{\"tx\":\"%" PRId64 "\",\"amount\":%" PRId64 ",", server_id(m, move->about),
        move->amount);
    if (move->kind->side == MARKET_STAFF)
        buf_add_text(out, "\"operator\":true,\"reason\":\"ours\"}");
    else
        buf_printf(out, "\"return\":\"back-%" PRId64 "\"}", move->handle);
}

static bool choose_adjust_up(struct market *m, struct market_move *move)
{
    struct ledger_credit c = {
        move->handle, 1 + market_below(ADJUST_MAX), expiry_of(clock_wall().ms)};

    if (m->people[move->member].adjusted + c.amount > ADJUSTED_MAX)
        return false;
    m->people[move->member].adjusted += c.amount;
    move->amount = c.amount;
    ledger_model_adjust_up(m->model, move->member, c);
    return true;
}

static bool choose_adjust_down(struct market *m, struct market_move *move)
{
    move->amount = 1 + market_below(ADJUST_MAX);
    if (m->people[move->member].adjusted + move->amount > ADJUSTED_MAX)
        return false;
    move->code = market_code(ledger_model_adjust_down(m->model, move->member, move->amount));
    if (move->code == 0)
        m->people[move->member].adjusted += move->amount;
    return true;
}

static void print_adjust(const struct market *m, const struct market_move *move, struct buf *out)
{
    (void)m;
    buf_printf(out,
        "{\"member\":\"%d\",\"club\":\"%d\",\"amount\":%s%" PRId64 ",\"reason\":\"market\"}",
        id_of(move->member), FLEET_CLUB, move->kind->choose == choose_adjust_down ? "-" : "",
        move->amount);
}

/* --- from one member to another ---------------------------------------------------------------------- */

static bool is_in_debt(const struct market *m, int member)
{
    return ledger_model_sums(m->model, member).debt > 0;
}

static bool choose_transfer(struct market *m, struct market_move *move)
{
    struct person *p = &m->people[move->member];
    int to = market_below(m->devices);

    if (to == move->member || m->people[to].is_busy || p->hold_count == PERSON_HOLDS)
        return false;
    move->other = to;
    move->amount = some_of(m, move->member);
    if (move->amount == 0 || move->amount > TRANSFER_MAX)
        return false;
    if (is_in_debt(m, move->member) || is_in_debt(m, to))
        move->code = market_code((struct ledger_outcome){.verdict = LEDGER_IN_DEBT});
    else if (p->offers == OFFERS_MAX && market_below(10) > 0)
        return false;
    else if (p->offers == OFFERS_MAX)
        move->code = LIMIT;
    else
        (void)hold_amount(m, move, HOLDER_OFFER, to);
    p->offers += move->code == 0;
    return true;
}

static void print_transfer(const struct market *m, const struct market_move *move, struct buf *out)
{
    (void)m;
    buf_printf(out, "{\"member\":\"%d\",\"amount\":%" PRId64 "}", id_of(move->other), move->amount);
}

/* An offer of somebody idle to this member: into the move.  Returns its place among the sender's holds, -1: none. */
static int find_offer(const struct market *m, struct market_move *move)
{
    for (int i = 0, from = market_below(m->devices); i < m->devices; i++) {
        const struct person *p = &m->people[from = (from + 1) % m->devices];

        for (int at = 0; !p->is_busy && at < p->hold_count; at++)
            if (p->holds[at].holder == HOLDER_OFFER && p->holds[at].to == move->member) {
                move->other = from;
                move->about = p->holds[at].handle;
                move->amount = ledger_model_held_by(m->model, from, move->about);
                return at;
            }
    }
    return -1;
}

static bool choose_accept(struct market *m, struct market_move *move)
{
    int at = find_offer(m, move);

    if (at < 0)
        return false;
    move->code = market_code(ledger_model_accept(m->model, move->other, move->about, move->member));
    if (move->code == 0)
        market_drop_hold(m, move->other, at);
    return true;
}

static bool choose_decline(struct market *m, struct market_move *move)
{
    int at = find_offer(m, move);

    if (at < 0)
        return false;
    move->code = market_code(ledger_model_release(m->model, move->other, move->about));
    market_drop_hold(m, move->other, at);
    return true;
}

const struct market_kind market_kinds[] = {
    {"earn", "points.earn", MARKET_TILL, 24, choose_earn, print_earn, "tx", "earn"},
    {"earn with return window", "points.earn", MARKET_TILL, 6, choose_earn_pending, print_earn,
        "tx", "earn"},
    {"receipt again", "points.earn", MARKET_TILL, 2, choose_receipt_again, print_earn, NULL, NULL},
    {"hold", "points.hold", MARKET_TILL, 12, choose_hold, print_hold, "hold", "hold"},
    {"capture", "points.capture", MARKET_TILL, 10, choose_capture, print_capture, "tx", "capture"},
    {"release", "points.release", MARKET_TILL, 4, choose_release, print_release, NULL, "release"},
    {"release again", "points.release", MARKET_TILL, 4, choose_release_again, print_release, NULL,
        NULL},
    {"capture again", "points.capture", MARKET_TILL, 3, choose_capture_again, print_capture, NULL,
        NULL},
    {"redeem by code", "points.redeem_code", MARKET_TILL, 8, choose_redeem, print_code, "tx",
        "redeem"},
    {"hold by code", "points.redeem_code", MARKET_TILL, 4, choose_code_hold, print_code, "hold",
        "hold"},
    {"code again", "points.redeem_code", MARKET_TILL, 1, choose_code_again, print_code, NULL, NULL},
    {"return", "points.reverse", MARKET_TILL, 10, choose_reverse, print_reverse, NULL, "reverse"},
    {"reverse by staff", "points.reverse", MARKET_STAFF, 4, choose_reverse, print_reverse, NULL,
        "reverse"},
    {"adjust upwards", "points.adjust", MARKET_STAFF, 4, choose_adjust_up, print_adjust, NULL,
        "adjust"},
    {"adjust downwards", "points.adjust", MARKET_STAFF, 3, choose_adjust_down, print_adjust, NULL,
        "adjust"},
    {"own hold", "points.hold", MARKET_DEVICE, 3, choose_own_hold, print_hold, "hold", "hold"},
    {"own release", "points.release", MARKET_DEVICE, 3, choose_own_release, print_release, NULL,
        "release"},
    {"transfer", "points.transfer", MARKET_DEVICE, 4, choose_transfer, print_transfer, "hold",
        "hold"},
    {"accept", "points.transfer_accept", MARKET_DEVICE, 3, choose_accept, print_release, "tx",
        "transfer"},
    {"decline", "points.transfer_decline", MARKET_DEVICE, 2, choose_decline, print_release, NULL,
        "release"},
    {.name = NULL},
};
