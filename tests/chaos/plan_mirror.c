/* plan_mirror.c -- see plan_mirror.h. */
#include "plan_mirror.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/json.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "client.h"
#include "coverage.h"
#include "fleet.h"

enum {
    OPEN_MS = 300,
    ANSWER_MS = 8000, /* then the connection counts as dead */
    RETRY_MS = 100,
    TOLD_MS = 3000, /* so long a device waits to be told that it is out */
    HOP_MOST_MS = 1500,
    NOT_FOUND = 1002,
    STREAM_BYTES = 40
};

const char *const plan_kind_names[PLAN_KINDS] = {
    "plan", "member", "item", "poll", "proposal", "expense", "settlement", "comment"};
static const char *const types[PLAN_KINDS] = {"plan.changed", "plan.member", "plan.item_changed",
    "poll.changed", "plan.proposal", "expense.changed", "settlement.changed", "plan.comment"};
static const char *const lists[PLAN_KINDS] = {
    NULL, "members", "items", "polls", "proposals", NULL, NULL, NULL}; /* of the snapshot */

const char *plan_mirror_stream(const struct plan_mirror *m, char *out, size_t out_bytes)
{
    snprintf(out, out_bytes, "plan:%lld", (long long)m->plan);
    return out;
}

int64_t plan_mirror_position(const struct plan_mirror *m)
{
    char stream[STREAM_BYTES];

    return coverage_position(m->coverage, plan_mirror_stream(m, stream, sizeof stream), NULL);
}

static void complain(struct plan_mirror *m, const char *what, const char *more)
{
    if (m->problem[0] == '\0')
        snprintf(m->problem, sizeof m->problem, "member %lld: %s %.120s", (long long)m->member,
            what, more == NULL ? "" : more);
}

/* --- things --------------------------------------------------------------------------------------- */

static struct plan_thing *find(struct plan_mirror *m, enum plan_kind kind, int64_t id)
{
    for (size_t i = 0; i < m->count; i++)
        if (m->things[i].kind == kind && m->things[i].id == id)
            return &m->things[i];
    mem_grow((void **)&m->things, &m->capacity, m->count + 1, sizeof *m->things);
    m->things[m->count] = (struct plan_thing){.kind = kind, .id = id};
    return &m->things[m->count++];
}

static void keep(struct plan_mirror *m,
    enum plan_kind kind,
    int64_t id,
    int64_t version,
    const struct json *view)
{
    struct plan_thing *t = find(m, kind, id);
    struct buf b;

    mem_free(t->view);
    t->view = NULL;
    t->version = version;
    (void)json_integer(json_member(view, "version"), &t->version);
    if (view == NULL)
        return;
    buf_init(&b, 0);
    json_print(view, &b);
    t->view = buf_take(&b, NULL);
}

const struct plan_thing *plan_mirror_any(
    const struct plan_mirror *m, enum plan_kind kind, bool is_there)
{
    const struct plan_thing *chosen = NULL;
    long seen = 0;

    for (size_t i = 0; i < m->count; i++)
        if (m->things[i].kind == kind && (m->things[i].view != NULL) == is_there &&
            random() % ++seen == 0)
            chosen = &m->things[i];
    return chosen;
}

void plan_mirror_print(const struct plan_mirror *m, struct buf *out)
{
    for (int kind = 0; kind < PLAN_KINDS; kind++) {
        const char *comma = "";

        buf_printf(out, "%s\"%s\":{", kind == 0 ? "{" : ",", plan_kind_names[kind]);
        for (size_t i = 0; i < m->count; i++) {
            const struct plan_thing *t = &m->things[i];

            if ((int)t->kind != kind || t->view == NULL)
                continue;
            buf_printf(out, "%s\"%lld\":", comma, (long long)t->id);
            buf_add_text(out, t->view);
            comma = ",";
        }
        buf_add_char(out, '}');
    }
    buf_add_char(out, '}');
}

/* --- what comes ----------------------------------------------------------------------------------- */

static void take_snapshot(struct plan_mirror *m, const struct json *snapshot)
{
    for (int kind = 0; kind < PLAN_KINDS; kind++)
        for (const struct json *x =
                 lists[kind] == NULL ? NULL : json_first(json_member(snapshot, lists[kind]));
             x != NULL; x = json_next(x)) {
            int64_t id = 0;

            if (json_id(json_member(x, plan_kind_names[kind]), &id))
                keep(m, (enum plan_kind)kind, id, 0, x);
        }
    keep(m, PLAN_ITSELF, m->plan, 0, snapshot);
    (void)json_integer(json_member(snapshot, "op_seq"), &m->last_op);
}

/* The row of a member stands one deeper in what its event shows. */
static const struct json *view_of(enum plan_kind kind, const struct json *data)
{
    const struct json *view = json_member(data, "view");

    return kind == PLAN_MEMBER ? json_member(view, "member") : view;
}

static void take_event(struct plan_mirror *m, const struct json *event)
{
    const char *type = json_text(json_member(event, "type"));
    const struct json *data = json_member(event, "data");
    int kind = 0;
    int64_t id = 0, version = 0;

    while (kind < PLAN_KINDS && (type == NULL || strcmp(type, types[kind]) != 0))
        kind++;
    if (kind == PLAN_KINDS || !json_id(json_member(data, plan_kind_names[kind]), &id)) {
        complain(m, "an event that is not known:", type);
        return;
    }
    m->events++;
    (void)json_integer(json_member(data, "op"), &m->last_op);
    (void)json_integer(json_member(data, "ver"), &version);
    keep(m, (enum plan_kind)kind, id, version, view_of((enum plan_kind)kind, data));
}

static void take_answer(struct plan_mirror *m, const struct json *result)
{
    const struct json *events = json_member(result, "events");

    coverage_answered(m->coverage, m->after, result);
    if (m->is_out)
        m->late++;
    if (!json_is_true(json_member(result, "recovered")))
        take_snapshot(m, json_member(result, "snapshot"));
    for (const struct json *e = json_first(events); e != NULL; e = json_next(e))
        take_event(m, e);
}

static bool is_of_plan(const struct plan_mirror *m, const struct client_message *message)
{
    char stream[STREAM_BYTES];
    const char *of = json_text(json_member(message->params, "stream"));

    return of != NULL && strcmp(of, plan_mirror_stream(m, stream, sizeof stream)) == 0;
}

/* --- the connection ------------------------------------------------------------------------------- */

static void leave(struct plan_mirror *m, int64_t due_ms)
{
    client_free(m->client);
    m->client = NULL;
    m->state = MIRROR_CLOSED;
    m->asked = 0;
    m->is_out = m->is_out || m->is_probing;
    m->is_probing = false;
    m->due_ms = due_ms;
}

static void subscribe(struct plan_mirror *m)
{
    char stream[STREAM_BYTES], params[200];
    const char *epoch;

    m->after = coverage_position(m->coverage, plan_mirror_stream(m, stream, sizeof stream), &epoch);
    if (m->after < 0)
        snprintf(params, sizeof params, "{\"stream\":\"%s\"}", stream);
    else
        snprintf(params, sizeof params, "{\"stream\":\"%s\",\"after\":%lld,\"epoch\":\"%s\"}",
            stream, (long long)m->after, epoch);
    m->asked = client_request(m->client, "stream.subscribe", params);
    m->state = MIRROR_SUBSCRIBING;
}

/* The answer to what was asked. */
static void on_reply(struct plan_mirror *m, const struct client_message *reply)
{
    int code = client_error(reply);

    m->asked = 0;
    if (m->is_probing) {
        m->is_probing = false;
        m->is_out = true;
        if (code != NOT_FOUND)
            complain(m, "reads the plan after the removal:", client_message_text(reply, NULL));
    } else if (code == NOT_FOUND && m->is_out) {
        m->refused++;
        m->due_ms = 0; /* leaves */
    } else if (code != 0) {
        if (code == NOT_FOUND)
            complain(m, "is not found:", client_message_text(reply, NULL));
        m->due_ms = 0;
    } else if (m->state == MIRROR_SIGNING_IN) {
        subscribe(m);
    } else {
        take_answer(m, reply->result);
        m->state = MIRROR_OPEN;
        m->has_ended = false;
    }
}

static bool on_message(void *arg, struct client *c, const struct client_message *message)
{
    struct plan_mirror *m = arg;

    (void)c;
    if (message->kind == CLIENT_REPLY && message->id == m->asked && m->asked != 0)
        on_reply(m, message);
    else if (message->kind != CLIENT_REPLY && is_of_plan(m, message)) {
        m->late += m->is_out && message->kind != CLIENT_ENDED;
        m->has_ended = m->has_ended || message->kind == CLIENT_ENDED;
        (void)coverage_message(m->coverage, message);
        if (message->kind == CLIENT_EVENT)
            take_event(m, message->params);
        else if (message->kind == CLIENT_SKIP)
            complain(m, "a skip:", client_message_text(message, NULL));
    }
    return true;
}

static void arrive(struct plan_mirror *m, int64_t now_ms)
{
    int server = m->servers[random() % m->server_count];
    struct client_options o = {.port = fleet_port(m->fleet, server), .timeout_ms = OPEN_MS};
    char token[FLEET_TOKEN_BYTES], who[32], params[FLEET_TOKEN_BYTES + 20];

    leave(m, now_ms + RETRY_MS);
    m->client = client_open(&o, NULL);
    if (m->client == NULL)
        return;
    client_on_message(m->client, on_message, m);
    client_set_add(m->set, m->client);
    snprintf(who, sizeof who, "m:%lld", (long long)m->member);
    fleet_token(m->fleet, who, token);
    snprintf(params, sizeof params, "{\"token\":\"%s\"}", token);
    m->state = MIRROR_SIGNING_IN;
    m->asked = client_request(m->client, "session.auth", params);
    m->due_ms = now_ms + ANSWER_MS;
    m->hop_ms = now_ms + random() % HOP_MOST_MS;
    m->hops++;
}

void plan_mirror_act(struct plan_mirror *m, int64_t now_ms)
{
    bool is_cut = m->client == NULL || !client_is_open(m->client);
    bool is_done = m->asked == 0 && m->state != MIRROR_OPEN; /* it was refused */
    bool is_lost = m->asked != 0 && now_ms > m->due_ms;
    bool waits = m->is_probing || (m->is_out && !m->has_ended && now_ms < m->out_ms + TOLD_MS);
    bool hops = !waits && !m->is_steady && now_ms > m->hop_ms;

    if (m->state == MIRROR_CLOSED) {
        if (now_ms >= m->due_ms)
            arrive(m, now_ms);
    } else if (is_cut || is_done || is_lost || hops) {
        m->has_ended = m->has_ended || is_cut;
        leave(m, now_ms + RETRY_MS);
    }
}

void plan_mirror_out(struct plan_mirror *m)
{
    char params[64];

    m->is_steady = false;
    m->is_out = true;
    m->out_ms = clock_mono().ms;
    if (m->state != MIRROR_OPEN || !client_is_open(m->client)) {
        m->has_ended = true;
        leave(m, 0);
        return;
    }
    m->is_out = false;
    m->is_probing = true;
    m->due_ms = m->out_ms + ANSWER_MS;
    snprintf(params, sizeof params, "{\"plan\":\"%lld\"}", (long long)m->plan);
    m->asked = client_request(m->client, "plan.get", params);
}

void plan_mirror_init(struct plan_mirror *m)
{
    m->coverage = coverage_new();
}

void plan_mirror_done(struct plan_mirror *m)
{
    client_free(m->client);
    coverage_free(m->coverage);
    for (size_t i = 0; i < m->count; i++)
        mem_free(m->things[i].view);
    mem_free(m->things);
}
