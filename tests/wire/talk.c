/* talk.c -- requests out, replies and pushes in.  Everything that comes is judged when it is read. */
#include <stdio.h>
#include <string.h>

#include "io/json.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "client.h"
#include "coverage.h"

#include "audit.h"
#include "planted.h"
#include "protocol.h"
#include "stage.h"
#include "talk.h"

enum { REPLY_MS = 15000, PUSH_MS = 8000 };

static char *print(const struct json *j)
{
    struct buf b;

    buf_init(&b, 0);
    if (j != NULL)
        json_print(j, &b);
    return buf_take(&b, NULL);
}

/* --- out ------------------------------------------------------------------------------------- */

/* The positions that a subscription starts after; -1 where it gives none. */
static void note_after(struct pending *p, const struct json *params)
{
    const struct json *one = json_first(json_member(params, "streams"));

    for (int i = 0; i < 50; i++)
        p->after[i] = -1;
    (void)json_integer(json_member(params, "after"), &p->after[0]);
    for (int i = 0; i < 50 && one != NULL; i++, one = json_next(one))
        (void)json_integer(json_member(one, "after"), &p->after[i]);
}

/* Remembers what was asked under which id; a reply without id is for whoever reads it. */
static void note_request(struct actor *a, const struct json *request)
{
    const struct json *id = json_member(request, "id");
    const char *method = json_text(json_member(request, "method")), *member;
    struct pending *p = &a->pending[a->pending_count];

    if (id == NULL || a->pending_count == PENDING_MAX)
        return;
    p->id = print(id);
    p->method = method != NULL ? mem_copy(method, strlen(method)) : NULL;
    member = audit_member(json_member(request, "params"));
    p->member = member != NULL ? mem_copy(member, strlen(member)) : NULL;
    note_after(p, json_member(request, "params"));
    a->pending_count++;
}

static void note_requests(struct actor *a, const char *text)
{
    struct json *root;

    if (json_parse(text, strlen(text), &root, NULL) != ERR_OK)
        return;
    if (json_type_of(root) == JSON_LIST) {
        for (const struct json *r = json_first(root); r != NULL; r = json_next(r))
            note_request(a, r);
    } else {
        note_request(a, root);
    }
    json_free(root);
}

bool actor_send_raw(struct stage *s, struct actor *a, const char *text, struct problem *out_problem)
{
    if (strstr(text, "\"$") != NULL)
        return problem_set(out_problem, "nobody knows %.40s", strstr(text, "\"$"));
    note_requests(a, text);
    planted_request(s->planted, text);
    if (a->is_http)
        return post_call(s, a, text, out_problem);
    if (a->client == NULL)
        return problem_set(out_problem, "%s is not connected", a->name);
    return client_send(a->client, text, strlen(text)) ||
           problem_set(out_problem, "%s's socket is closed", a->name);
}

/* A request with a fresh id; writes get a fresh key unless they bring one. */
bool actor_send(struct stage *s,
    struct actor *a,
    const char *method,
    const char *params,
    struct problem *out_problem)
{
    struct buf b;
    bool ok;

    buf_init(&b, 0);
    params += params[0] == '{';
    params += strspn(params, " ");
    buf_printf(&b, "{\"jsonrpc\":\"2.0\",\"id\":%lld,\"method\":\"%s\",\"params\":{",
        (long long)++a->last_id, method);
    if (protocol_wants_idem(s->protocol, method) && strstr(params, "\"idem\"") == NULL)
        buf_printf(&b, "\"idem\":\"wire-%03d-%06lld\"%s", s->number, (long long)++s->last_key,
            params[0] == '}' || params[0] == '\0' ? "" : ",");
    buf_add_text(&b, params[0] == '\0' ? "}" : params);
    buf_add_char(&b, '}');
    ok = a->asked_count < PENDING_MAX && actor_send_raw(s, a, b.bytes, out_problem);
    buf_clear(&b);
    buf_printf(&b, "%lld", (long long)a->last_id);
    if (ok)
        a->asked[a->asked_count++] = buf_take(&b, NULL);
    buf_done(&b);
    return ok || problem_set(out_problem, "too many calls");
}

/* --- in -------------------------------------------------------------------------------------- */

static void cover(struct actor *a, const struct pending *p, const struct json *result)
{
    const struct json *one = json_first(json_member(result, "streams"));

    if (result == NULL || p->method == NULL || a->coverage == NULL)
        return;
    if (strcmp(p->method, "stream.subscribe") == 0)
        coverage_answered(a->coverage, p->after[0], result);
    if (strcmp(p->method, "stream.subscribe_many") != 0)
        return;
    for (int i = 0; i < 50 && one != NULL; i++, one = json_next(one)) {
        if (json_member(one, "error") == NULL)
            coverage_answered(a->coverage, p->after[i], one);
    }
}

/* A reply, with what was asked under its id. */
static void judge_reply(struct stage *s, struct actor *a, const struct json *reply)
{
    char *id = print(json_member(reply, "id"));
    struct pending *p = NULL;

    for (size_t i = 0; i < a->pending_count && p == NULL; i++) {
        if (strcmp(a->pending[i].id, id) == 0)
            p = &a->pending[i];
    }
    (void)protocol_check_reply(s->protocol, p != NULL ? p->method : NULL, reply, &s->problem);
    if (p == NULL && strcmp(id, "null") != 0)
        problem_set(&s->problem, "%s got a reply to %s, which was not asked", a->name, id);
    if (p != NULL) {
        cover(a, p, json_member(reply, "result"));
        if (p->method != NULL && p->member != NULL && json_member(reply, "result") != NULL)
            (void)audit_check(s, a, p->method, p->member, &s->problem);
        mem_free(p->id);
        mem_free(p->method);
        mem_free(p->member);
        *p = a->pending[--a->pending_count];
    }
    mem_free(id);
}

static void append(struct arrived **list, struct arrived *m)
{
    while (*list != NULL)
        list = &(*list)->next;
    *list = m;
}

/* Takes `m`; m->json NULL: an HTTP answer without a reply. */
void talk_arrived(struct stage *s, struct actor *a, struct arrived *m)
{
    const char *problem;

    planted_json(s->planted, m->json);
    if (m->json == NULL || json_member(m->json, "method") == NULL) {
        if (m->json != NULL)
            judge_reply(s, a, m->json);
        append(&a->replies, m);
        return;
    }
    (void)protocol_check_push(s->protocol, m->json, &s->problem);
    if (m->message != NULL)
        (void)coverage_message(a->coverage, m->message);
    problem = a->coverage != NULL ? coverage_problem(a->coverage) : NULL;
    if (problem != NULL)
        problem_set(&s->problem, "%s: %s", a->name, problem);
    append(&a->pushes, m);
}

bool actor_read(struct stage *s, struct actor *a, int timeout_ms)
{
    struct client_message *message;

    if (a->client == NULL)
        return false;
    message = client_next(a->client, timeout_ms);
    for (; message != NULL; message = client_next(a->client, 0)) {
        struct arrived *m = mem_zalloc(sizeof *m);

        m->message = message;
        m->json = message->json;
        talk_arrived(s, a, m);
    }
    return client_is_open(a->client);
}

static struct arrived *unlink_arrived(struct arrived **link)
{
    struct arrived *m = *link;

    *link = m->next;
    m->next = NULL;
    return m;
}

/* `id` NULL: any reply. */
static struct arrived *take_reply(struct actor *a, const char *id)
{
    for (struct arrived **link = &a->replies; *link != NULL; link = &(*link)->next) {
        char *own = print(json_member((*link)->json, "id"));
        bool found = id == NULL || (*link)->json == NULL || strcmp(own, id) == 0;

        mem_free(own);
        if (found)
            return unlink_arrived(link);
    }
    return NULL;
}

struct arrived *actor_reply(struct stage *s, struct actor *a, bool is_any)
{
    int64_t until_ms = clock_mono().ms + REPLY_MS;
    char *id = is_any || a->asked_count == 0 ? NULL : a->asked[0];
    struct arrived *m = id == NULL && !is_any ? NULL : take_reply(a, id);

    while (m == NULL && (id != NULL || is_any) && clock_mono().ms < until_ms) {
        bool is_open = actor_read(s, a, 100);

        m = take_reply(a, id);
        if (!is_open)
            break;
    }
    if (id != NULL) {
        a->asked_count--;
        memmove(a->asked, a->asked + 1, a->asked_count * sizeof a->asked[0]);
        mem_free(id);
    }
    return m;
}

/* --- pushes ---------------------------------------------------------------------------------- */

static const char *stream_of(const struct arrived *m)
{
    const char *stream = json_text(json_member(json_member(m->json, "params"), "stream"));

    return stream != NULL ? stream : "";
}

static const char *type_of(const struct arrived *m)
{
    const char *method = json_text(json_member(m->json, "method"));
    const char *type = json_text(json_member(json_member(m->json, "params"), "type"));

    return strcmp(method, "event") == 0 && type != NULL ? type : method;
}

/* Sent by a timer: it may come in between, and a script that does not wait for it does not see it. */
static bool is_timed(const struct arrived *m)
{
    return strcmp(type_of(m), "post.counters") == 0;
}

const struct arrived *actor_unseen(const struct actor *a)
{
    const struct arrived *m = a->pushes;

    while (m != NULL && is_timed(m))
        m = m->next;
    return m;
}

static struct arrived *take_push(
    struct actor *a, const char *type, const char *stream, struct problem *problem)
{
    for (struct arrived **link = &a->pushes; *link != NULL; link = &(*link)->next) {
        if (strcmp(type_of(*link), type) != 0 ||
            (stream[0] != '\0' && strcmp(stream_of(*link), stream) != 0))
            continue;
        for (struct arrived *m = a->pushes; m != *link; m = m->next) {
            if (strcmp(stream_of(m), stream_of(*link)) == 0 && stream_of(m)[0] != '\0' &&
                !is_timed(m)) {
                problem_set(problem, "%s came before %s on %s", type_of(m), type, stream_of(m));
                return NULL;
            }
        }
        return unlink_arrived(link);
    }
    return NULL;
}

struct arrived *actor_push(struct stage *s,
    struct actor *a,
    const char *type,
    const char *stream,
    struct problem *out_problem)
{
    int64_t until_ms = clock_mono().ms + PUSH_MS;
    struct arrived *m = take_push(a, type, stream, out_problem);

    while (m == NULL && out_problem->text[0] == '\0' && clock_mono().ms < until_ms) {
        bool is_open = actor_read(s, a, 100);

        m = take_push(a, type, stream, out_problem);
        if (!is_open)
            break;
    }
    if (m == NULL) {
        char *last = print(a->pushes != NULL ? a->pushes->json : NULL);

        problem_set(out_problem, "%s got no %s; next is: %s", a->name, type, last);
        mem_free(last);
    }
    return m;
}
