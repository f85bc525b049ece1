/* plans.c -- see plans.h. */
#include "plans.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "crowd.h"
#include "rate.h"
#include "report.h"
#include "stage.h"

enum { FIRST_PLAN = 800001, ITEMS_PER_PLAN = 1000, CHUNK = 100, WAIT_S = 60, TEXT_BYTES = 512 };

static long long item_of(long long plan, int number)
{
    return plan * ITEMS_PER_PLAN + number;
}

/* Plans of the first plans * editors members, each with so many items; returns the first. */
static long long new_plans(int plans, int editors, int items)
{
    static long long next = FIRST_PLAN;
    long long first = next;
    char sql[2048];

    next += plans;
    snprintf(sql, sizeof sql,
        "insert into plan (plan_id, club_id, title, currency, state, op_seq)"
        " select %lld + p, 1, 'Journey', 'EUR', 'planning', %d from generate_series(0, %d) p;"
        "insert into plan_member (plan_id, member_id, role, state, joined_at)"
        " select %lld + p, %d + p * %d + e, case e when 0 then 'owner' else 'editor' end, 'joined', now()"
        " from generate_series(0, %d) p, generate_series(0, %d) e;"
        "insert into plan_item (item_id, plan_id, kind, day, order_key, title, notes, created_by, updated_by)"
        " select (%lld + p) * %d + i, %lld + p, 'activity', date '2027-05-01' + i / 20, 'V' || i, 'Item ' || i,"
        " repeat('Where to meet. ', 10), %d + p * %d, %d + p * %d"
        " from generate_series(0, %d) p, generate_series(0, %d) i;"
        "insert into plan_op (plan_id, op_seq, actor, kind, object, patch, new_ver)"
        " select i.plan_id, i.item_id %% %d + 1, 'm:' || i.created_by, 'item_add', 'item:' || i.item_id, '{}', 1"
        " from plan_item i where i.plan_id >= %lld;"
        "analyze plan, plan_member, plan_item, plan_op",
        first, items, plans - 1, first, STAGE_FIRST_MEMBER, editors, plans - 1, editors - 1, first,
        ITEMS_PER_PLAN, first, STAGE_FIRST_MEMBER, editors, STAGE_FIRST_MEMBER, editors, plans - 1,
        items - 1, ITEMS_PER_PLAN, first);
    stage_run(sql);
    return first;
}

static long long number_after(const char *text, size_t length_bytes, const char *name)
{
    const char *at = memmem(text, length_bytes, name, strlen(name));

    return at == NULL ? -1 : atoll(at + strlen(name) + strspn(at + strlen(name), " \"e"));
}

static void sign_in(struct crowd *c, int port, long long member)
{
    char text[RATE_TEXT_BYTES];
    int at = crowd_add(c, port, true, "");
    int n = snprintf(text, sizeof text,
        "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"session.auth\",\"params\":{\"token\":\"%s\"}}",
        stage_token(member));

    crowd_send(c, at, text, (size_t)n);
}

static void follow(struct crowd *c, int client, long long plan)
{
    char text[TEXT_BYTES];
    int n = snprintf(text, sizeof text,
        "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"stream.subscribe\",\"params\":{\"stream\":\"plan:%lld\"}}",
        plan);

    crowd_send(c, client, text, (size_t)n);
}

/* --- many plans -------------------------------------------------------------------------------------- */

struct editor {
    long long version; /* of its item */
    bool is_waiting;   /* for an answer */
};

struct editing {
    const struct plans_load *load;
    struct crowd *crowd;
    struct editor *editors;
    int editor_count;
    long long first_plan, run;
    int asked, answered, seen; /* since the run began */
    double *due_s;             /* by edit */
    int *author;
    double *took_ms; /* by frame seen */
};

static void edit(struct editing *e, int editor, double due_s)
{
    int plan = editor / e->load->editors, n = e->asked++, length;
    char text[TEXT_BYTES];

    e->due_s[n] = due_s;
    e->author[n] = editor;
    e->editors[editor].is_waiting = true;
    length = snprintf(text, sizeof text,
        "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"plan.item_set\",\"params\":{\"item\":\"%lld\",\"base\":%lld,"
        "\"set\":{\"title\":\"e%d\"},\"idem\":\"edit-of-plan-%lld-%d\"}}",
        n + 1, item_of(e->first_plan + plan, editor % e->load->editors), e->editors[editor].version,
        n, e->run, n);
    crowd_send(e->crowd, editor, text, (size_t)length);
}

static void note_answer(struct editing *e, long long id, const char *text, size_t length_bytes)
{
    struct editor *author = &e->editors[e->author[id - 1]];

    author->version = number_after(text, length_bytes, "\"version\":");
    if (author->version < 2) {
        fprintf(stderr, "plans: %.*s\n", (int)length_bytes, text);
        exit(1);
    }
    author->is_waiting = false;
    e->answered++;
}

static void on_frame(void *arg, int index, const char *payload, size_t length_bytes)
{
    struct editing *e = arg;
    const char *at = payload, *end = payload + length_bytes;
    long long id = number_after(payload, length_bytes, "\"id\":");
    double now = report_now_s();

    if (e->asked == 0)
        return; /* signing in */
    if (id > 0) {
        note_answer(e, id, payload, length_bytes);
        return;
    }
    while ((at = memmem(at, (size_t)(end - at), "\"title\":", 8)) != NULL) {
        long long n = number_after(at, (size_t)(end - at), "\"title\":");

        at += 8;
        if (n >= 0 && n < e->asked && e->author[n] != index)
            e->took_ms[e->seen++] = (now - e->due_s[n]) * 1000;
    }
}

static void open_all(struct editing *e, int port)
{
    for (int i = 0; i < e->editor_count; i++) {
        sign_in(e->crowd, port, STAGE_FIRST_MEMBER + i);
        if (i % CHUNK == CHUNK - 1 || i == e->editor_count - 1)
            crowd_wait(e->crowd, (uint64_t)i + 1, WAIT_S);
    }
    for (int i = 0; i < e->editor_count; i++) {
        follow(e->crowd, i, e->first_plan + i / e->load->editors);
        if (i % CHUNK == CHUNK - 1 || i == e->editor_count - 1)
            crowd_wait(e->crowd, (uint64_t)(e->editor_count + i) + 1, WAIT_S);
    }
}

/* Until every edit was answered and has come to all others; ends the program when that does not happen. */
static void settle(struct editing *e)
{
    int frames = e->asked * (e->load->editors - 1);
    double until = report_now_s() + WAIT_S;

    while ((e->answered < e->asked || e->seen < frames) && report_now_s() < until)
        crowd_poll(e->crowd, 1);
    if (e->answered < e->asked || e->seen != frames) {
        fprintf(stderr, "plans: %d of %d edits were answered, %d of %d frames came\n", e->answered,
            e->asked, e->seen, frames);
        exit(1);
    }
}

/* The next editor who waits for nothing, far from the last one. */
static int next_editor(const struct editing *e, int *at)
{
    for (int tries = 0; tries < e->editor_count; tries++) {
        *at = (*at + e->load->editors + 1) % e->editor_count;
        if (!e->editors[*at].is_waiting)
            return *at;
    }
    return -1;
}

static void edit_alone(struct editing *e)
{
    double until = report_now_s() + e->load->alone_seconds;

    for (int at = 0; report_now_s() < until;) {
        edit(e, next_editor(e, &at), report_now_s());
        settle(e);
    }
}

static void edit_together(struct editing *e)
{
    const struct plans_load *l = e->load;
    double began = report_now_s();
    int first = e->asked, most = l->per_s * l->seconds, at = 0;

    while (e->asked - first < most) {
        int due = (int)((report_now_s() - began) * l->per_s);

        while (e->asked - first < due && e->asked - first < most) {
            int editor = next_editor(e, &at);

            if (editor < 0)
                break; /* all wait: it is late, and counted so */
            edit(e, editor, began + (double)(e->asked - first) / l->per_s);
        }
        crowd_poll(e->crowd, 1);
    }
    settle(e);
}

static struct plans_seen seen_since(struct editing *e, int first_edit, int first_frame)
{
    size_t n = (size_t)(e->seen - first_frame);

    return (struct plans_seen){.p50_ms = report_quantile(e->took_ms + first_frame, n, 0.5),
        .p99_ms = report_quantile(e->took_ms + first_frame, n, 0.99),
        .edits = e->asked - first_edit,
        .frames = (int)n};
}

struct plans_outcome plans_edited(const struct plans_load *l)
{
    static int runs;
    enum { ALONE_PER_S_MAX = 2000 };
    size_t most = (size_t)(l->per_s * l->seconds + ALONE_PER_S_MAX * l->alone_seconds);
    struct editing e = {.load = l,
        .editor_count = l->plans * l->editors,
        .run = (long long)getpid() * 100 + ++runs,
        .first_plan = new_plans(l->plans, l->editors, 2 * l->editors),
        .due_s = mem_alloc(most * sizeof(double)),
        .author = mem_alloc(most * sizeof(int)),
        .took_ms = mem_alloc(most * (size_t)l->editors * sizeof(double))};
    struct stage s = stage_start(stage_env("CLUBHUB"), 1, l->options);
    struct plans_outcome out;
    int alone, frames;

    e.crowd = crowd_new(e.editor_count, on_frame, &e);
    e.editors = mem_zalloc((size_t)e.editor_count * sizeof *e.editors);
    for (int i = 0; i < e.editor_count; i++)
        e.editors[i].version = 1;
    open_all(&e, s.port);
    edit_alone(&e);
    out.alone = seen_since(&e, 0, 0);
    alone = e.asked;
    frames = e.seen;
    edit_together(&e);
    out.together = seen_since(&e, alone, frames);
    crowd_free(e.crowd);
    stage_stop(&s);
    mem_free(e.editors);
    mem_free(e.due_s);
    mem_free(e.author);
    mem_free(e.took_ms);
    return out;
}

/* --- one plan ---------------------------------------------------------------------------------------- */

struct hot {
    const struct plans_hot *load;
    long long plan, run, number;
    long long *versions; /* by place */
};

static void hot_open(void *arg, struct crowd *c, int port)
{
    const struct hot *h = arg;

    for (int i = 0; i < h->load->editors; i++)
        sign_in(c, port, STAGE_FIRST_MEMBER + i);
    crowd_wait(c, (uint64_t)h->load->editors, WAIT_S);
    for (int i = 0; i < h->load->watching; i++)
        follow(c, i, h->plan);
    crowd_wait(c, (uint64_t)(h->load->editors + h->load->watching), WAIT_S);
}

static int hot_ask(void *arg, int place, char text[RATE_TEXT_BYTES], int *out_client)
{
    struct hot *h = arg;
    long long n = ++h->number;

    *out_client = place % h->load->editors;
    return snprintf(text, RATE_TEXT_BYTES,
        "plan.item_set\",\"params\":{\"item\":\"%lld\",\"base\":%lld,\"set\":{\"title\":\"e%lld\"},"
        "\"idem\":\"hot-plan-%lld-%lld\"}",
        item_of(h->plan, place), h->versions[place], n, h->run, n);
}

static bool hot_answer(void *arg, int place, const char *text, size_t length_bytes)
{
    struct hot *h = arg;

    h->versions[place] = number_after(text, length_bytes, "\"version\":");
    return memmem(text, length_bytes, "\"error\":", 8) == NULL && h->versions[place] > 1;
}

double plans_hot_of_hub(const struct plans_hot *l)
{
    static int runs;
    struct hot h = {.load = l,
        .run = (long long)getpid() * 100 + ++runs,
        .plan = new_plans(1, l->editors, l->in_flight),
        .versions = mem_alloc((size_t)l->in_flight * sizeof(long long))};
    double per_s;

    for (int i = 0; i < l->in_flight; i++)
        h.versions[i] = 1;
    per_s = rate_hub(&(struct rate_load){.clients = l->editors,
        .places = l->in_flight,
        .seconds = l->seconds,
        .options = l->options,
        .open = hot_open,
        .ask = hot_ask,
        .answer = hot_answer,
        .arg = &h});
    mem_free(h.versions);
    return per_s;
}

/* chr(58) is a colon: pgbench takes one before a letter for a variable, in texts as well. */
double plans_hot_of_pgbench(int seconds)
{
    long long plan = new_plans(1, PLANS_PGBENCH_CLIENTS, PLANS_PGBENCH_CLIENTS);
    char script[RATE_TEXT_BYTES];

    snprintf(script, sizeof script,
        "\\set m %d + :client_id\n\\set i %lld + :client_id\n\\set r random(1, 9000000000000000)\n"
        "select (reply ->> 'version')::bigint - 1 as n from api.plan_item_set('m' || chr(58) || :m::bigint,"
        " 'pgbench-' || :r::bigint, '\\x%%s'::bytea, :i::bigint, :n::bigint + 1,"
        " jsonb_build_object('title', 'e' || :n::bigint), null) \\gset\n",
        STAGE_FIRST_MEMBER, item_of(plan, 0));
    return rate_pgbench_of(script, PLANS_PGBENCH_CLIENTS, seconds);
}
