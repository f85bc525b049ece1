/* plan_moves.c -- see plan_moves.h.  A call that cannot be made by what is seen becomes a comment. */
#include "plan_moves.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/json.h"
#include "base/mem.h"
#include "check.h"

enum { FIRST_CODE = 1000, WRONG_TOLD = 5, ITEMS_MOST = 40 };

static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

static int chance(int of)
{
    return (int)(random() % of);
}

static void call(struct goer *g, const char *method, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void call(struct goer *g, const char *method, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g->method = method;
    vsnprintf(g->params, sizeof g->params, format, args);
    va_end(args);
}

static void order_key(char out[4])
{
    for (int i = 0; i < 3; i++)
        out[i] = letters[chance(sizeof letters - 1)];
    out[3] = '\0';
}

static void comment(struct plan_moves *m, const struct plan_mirror *seen, struct goer *g)
{
    const struct plan_thing *item = plan_mirror_any(seen, PLAN_ITEM, true);

    if (item == NULL || chance(2) == 0)
        call(g, "plan.comment", "{\"plan\":\"%lld\",\"body\":\"c%d\"}", (long long)m->plan,
            ++m->number);
    else
        call(g, "plan.comment", "{\"plan\":\"%lld\",\"item\":\"%lld\",\"body\":\"c%d\"}",
            (long long)m->plan, (long long)item->id, ++m->number);
}

/* --- items ---------------------------------------------------------------------------------------- */

/* One or two fields, each with a value that nobody else sets. */
static void fields(struct plan_moves *m, char *out, size_t out_bytes)
{
    int n = ++m->number, at = chance(m->member_count);

    switch (chance(6)) {
    case 0:
        snprintf(out, out_bytes, "{\"title\":\"t%d\"}", n);
        break;
    case 1:
        snprintf(out, out_bytes, "{\"place\":\"p%d\",\"start_min\":%d}", n, n % 1440);
        break;
    case 2:
        snprintf(out, out_bytes, "{\"day\":\"2131-05-%02d\",\"end_min\":%d}", 1 + n % 28, n % 2000);
        break;
    case 3:
        snprintf(
            out, out_bytes, "{\"lat_micro\":%d,\"lon_micro\":%d}", 32000000 + n, -17000000 - n);
        break;
    case 4:
        snprintf(out, out_bytes, "{\"assignees\":[\"%lld\"]}", (long long)m->members[at]);
        break;
    default:
        snprintf(out, out_bytes, "{\"notes\":\"n%d\",\"title\":\"t%d\"}", n, n);
    }
}

/* What was seen last, or what was there a little before. */
static int64_t base_of(const struct plan_thing *item)
{
    int64_t base = item->version - (chance(3) == 0 ? chance(4) : 0);

    return base < 1 ? 1 : base;
}

static void add(struct plan_moves *m, struct plan_asked *asked, struct goer *g)
{
    char key[4];

    order_key(key);
    asked->kind = "item_add";
    snprintf(asked->patch, sizeof asked->patch,
        "{\"kind\":\"activity\",\"title\":\"i%d\",\"order_key\":\"%s\",\"day\":\"2131-05-%02d\"}",
        ++m->number, key, 1 + chance(28));
    call(g, "plan.item_add", "{\"plan\":\"%lld\",\"set\":%s}", (long long)m->plan, asked->patch);
}

static void set(
    struct plan_moves *m, struct plan_asked *asked, const struct plan_thing *item, struct goer *g)
{
    long long id = item->id, base = base_of(item);

    asked->kind = "item_set";
    if (chance(8) == 0) {
        snprintf(asked->patch, sizeof asked->patch, "{\"place\":null}");
        call(g, "plan.item_set", "{\"item\":\"%lld\",\"base\":%lld,\"clear\":[\"place\"]}", id,
            base);
        return;
    }
    fields(m, asked->patch, sizeof asked->patch);
    call(
        g, "plan.item_set", "{\"item\":\"%lld\",\"base\":%lld,\"set\":%s}", id, base, asked->patch);
}

static void move(struct plan_asked *asked, const struct plan_thing *item, struct goer *g)
{
    char key[4];

    order_key(key);
    asked->kind = "item_move";
    snprintf(asked->patch, sizeof asked->patch, "{\"order_key\":\"%s\"}", key);
    call(g, "plan.item_move", "{\"item\":\"%lld\",\"base\":%lld,\"order_key\":\"%s\"}",
        (long long)item->id, (long long)base_of(item), key);
}

static void change_item(
    struct plan_moves *m, struct plan_asked *asked, const struct plan_mirror *seen, struct goer *g)
{
    const struct plan_thing *item = plan_mirror_any(seen, PLAN_ITEM, true),
                            *gone = plan_mirror_any(seen, PLAN_ITEM, false);
    int what = chance(100);

    asked->item = item == NULL ? 0 : item->id;
    if (item == NULL || (what < 12 && seen->count < ITEMS_MOST * 4)) {
        add(m, asked, g);
    } else if (what < 24) {
        move(asked, item, g);
    } else if (what < 30) {
        asked->kind = "item_delete";
        call(g, "plan.item_delete", "{\"item\":\"%lld\",\"base\":%lld}", (long long)item->id,
            (long long)item->version);
    } else if (what < 38 && gone != NULL) {
        asked->kind = "item_restore";
        asked->item = gone->id;
        call(g, "plan.item_restore", "{\"item\":\"%lld\"}", (long long)gone->id);
    } else if (what < 48 && seen->last_op > 10) {
        asked->item = 0;
        call(g, "plan.undo", "{\"plan\":\"%lld\",\"op\":%lld}", (long long)m->plan,
            (long long)seen->last_op - chance(10));
    } else {
        set(m, asked, item, g);
    }
}

/* --- polls, money --------------------------------------------------------------------------------- */

static bool vote(const struct plan_mirror *seen, struct goer *g)
{
    const struct plan_thing *poll = plan_mirror_any(seen, PLAN_POLL, true);
    const struct json *options;
    const char *option = NULL;
    struct json *view;
    int at;

    if (poll == NULL || json_parse(poll->view, strlen(poll->view), &view, NULL) != ERR_OK)
        return false;
    options = json_member(view, "options");
    at = options == NULL ? 0 : chance((int)json_count(options));
    for (const struct json *o = json_first(options); o != NULL; o = json_next(o))
        if (at-- == 0)
            option = json_text(json_member(o, "option"));
    if (option != NULL && chance(6) == 0)
        call(g, "plan.unvote", "{\"poll\":\"%lld\"}", (long long)poll->id);
    else if (option != NULL)
        call(g, "plan.vote", "{\"poll\":\"%lld\",\"votes\":[{\"option\":\"%s\"}]}",
            (long long)poll->id, option);
    json_free(view);
    return option != NULL;
}

static void spend(struct plan_moves *m, const struct plan_mirror *seen, struct goer *g)
{
    const struct plan_thing *expense = plan_mirror_any(seen, PLAN_EXPENSE, true);
    const struct plan_thing *paid = plan_mirror_any(seen, PLAN_SETTLEMENT, true);
    int what = chance(100), minor = 100 + chance(100000);

    if (expense == NULL || what < 40)
        call(g, "plan.expense_add",
            "{\"plan\":\"%lld\",\"title\":\"e%d\",\"amount\":{\"minor\":%d,\"cur\":\"%s\"}%s}",
            (long long)m->plan, ++m->number, minor, what % 2 == 0 ? "EUR" : "NOK",
            what % 2 == 0 ? "" : ",\"fx_ppb\":87654321");
    else if (what < 65)
        call(g, "plan.expense_set",
            "{\"expense\":\"%lld\",\"base\":%lld,\"amount\":{\"minor\":%d,\"cur\":\"EUR\"}}",
            (long long)expense->id, (long long)expense->version, minor);
    else if (what < 72)
        call(g, "plan.expense_delete", "{\"expense\":\"%lld\",\"base\":%lld}",
            (long long)expense->id, (long long)expense->version);
    else if (what < 88 && paid != NULL)
        call(g, what < 84 ? "plan.settle_confirm" : "plan.settle_dispute",
            "{\"settlement\":\"%lld\"}", (long long)paid->id);
    else if (g->member != m->owner)
        call(g, "plan.settle_mark",
            "{\"plan\":\"%lld\",\"to\":\"%lld\",\"amount\":{\"minor\":%d,\"cur\":\"EUR\"}}",
            (long long)m->plan, (long long)m->owner, minor);
    else
        comment(m, seen, g);
}

static void propose(struct plan_moves *m, const struct plan_mirror *seen, struct goer *g)
{
    const struct plan_thing *item = plan_mirror_any(seen, PLAN_ITEM, true),
                            *proposal = plan_mirror_any(seen, PLAN_PROPOSAL, true);

    if (proposal != NULL && g->member != m->voter && chance(2) == 0)
        call(g, chance(4) == 0 ? "plan.proposal_reject" : "plan.proposal_accept",
            "{\"proposal\":\"%lld\"}", (long long)proposal->id);
    else if (item != NULL)
        call(g, "plan.propose",
            "{\"plan\":\"%lld\",\"action\":\"change\",\"item\":\"%lld\",\"base\":%lld,"
            "\"set\":{\"notes\":\"proposed %d\"}}",
            (long long)m->plan, (long long)item->id, (long long)item->version, ++m->number);
    else
        comment(m, seen, g);
}

/* What was refused of the owner's must stay refused, for that client sends its calls twice at once (goers.h). */
static void next_of_owner(
    struct plan_moves *m, struct plan_asked *asked, const struct plan_mirror *seen, struct goer *g)
{
    const struct plan_thing *itself = plan_mirror_any(seen, PLAN_ITSELF, true);
    int what = chance(100);

    if (what < 30)
        add(m, asked, g);
    else if (what < 50 && itself != NULL)
        call(g, "plan.update", "{\"plan\":\"%lld\",\"base\":%lld,\"title\":\"Trip %d\"}",
            (long long)m->plan, (long long)itself->version, ++m->number);
    else if (what < 75)
        spend(m, seen, g);
    else if (what < 85 || !vote(seen, g))
        comment(m, seen, g);
}

void plan_moves_next(
    struct plan_moves *m, struct plan_asked *asked, const struct plan_mirror *seen, struct goer *g)
{
    int what = chance(100);

    *asked = (struct plan_asked){.item = 0};
    if (g->member == m->owner)
        next_of_owner(m, asked, seen, g);
    else if (what < 65 && g->member != m->voter)
        change_item(m, asked, seen, g);
    else if (what < 80)
        spend(m, seen, g);
    else if (what < 87)
        propose(m, seen, g);
    else if (what < 94 || !vote(seen, g))
        comment(m, seen, g);
}

/* --- answers -------------------------------------------------------------------------------------- */

static void keep_told(
    struct plan_moves *m, const struct plan_asked *asked, int64_t member, const struct json *result)
{
    struct plan_told t = {.member = member, .kind = asked->kind};

    snprintf(t.patch, sizeof t.patch, "%s", asked->patch);
    (void)json_id(json_member(result, "item"), &t.item);
    (void)json_integer(json_member(result, "version"), &t.version);
    (void)json_integer(json_member(result, "op"), &t.op);
    mem_grow((void **)&m->told, &m->told_capacity, m->told_count + 1, sizeof *m->told);
    m->told[m->told_count++] = t;
}

void plan_moves_answer(struct plan_moves *m,
    const struct plan_asked *asked,
    const struct goer *g,
    const struct json *result,
    int code)
{
    bool is_expense = strncmp(g->method, "plan.expense", 12) == 0;
    bool is_money = is_expense || strncmp(g->method, "plan.settle", 11) == 0;

    if (code == 0) {
        m->expenses += is_expense;
        if (asked->kind != NULL || strcmp(g->method, "plan.undo") == 0)
            keep_told(m, asked, g->member, result);
        return;
    }
    if (code >= FIRST_CODE && code < FIRST_CODE + 40)
        m->refusals[code - FIRST_CODE]++;
    if (code == 1003 || code == 1004 || code == 1017 || code == 1024 || (code == 1001 && is_money))
        return;
    if (m->wrong++ < WRONG_TOLD)
        check_note("%s %s: %d", g->method, g->params, code);
}

void plan_moves_done(struct plan_moves *m)
{
    mem_free(m->told);
}
