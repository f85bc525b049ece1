/* ledger_moves.c -- the sorts of moves: how each is chosen, made in the model, and printed. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/buf.h"
#include "base/clock.h"
#include "fleet.h"
#include "ledger_private.h"

enum {
    EARN_MAX = 500,
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
    bought(move, BACK_DAYS);
    ledger_model_earn(m->model, move->member, credit_of(move));
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
        "\",\"lines\":[{\"amount\":{\"minor\":%" PRId64 ",\"cur\":\"EUR\"}}],\"at\":\"",
        id_of(move->member), FLEET_CLUB, move->handle, move->amount);
    print_time(out, move->at_ms);
    buf_add_text(out, "\"}");
}

static void print_earn_pending(
    const struct market *m, const struct market_move *move, struct buf *out)
{
    (void)m;
    buf_printf(out,
        "{\"member\":\"%d\",\"club\":\"%d\",\"receipt\":\"market-%" PRId64
        "\",\"lines\":[{\"amount\":{\"minor\":%" PRId64
        ",\"cur\":\"EUR\"}}],\"return_days\":%d,\"at\":\"",
        id_of(move->member), FLEET_CLUB, move->handle, move->amount, RETURN_DAYS);
    print_time(out, move->at_ms);
    buf_add_text(out, "\"}");
}

const struct market_kind market_kinds[] = {
    {"earn", "points.earn", MARKET_TILL, 24, choose_earn, print_earn, "tx", "earn"},
    {"earn with return window", "points.earn", MARKET_TILL, 6, choose_earn_pending,
        print_earn_pending, "tx", "earn"},
    {.name = NULL},
};
