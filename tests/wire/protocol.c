/* protocol.c -- replies and pushes against protocol.json.
 *
 * A reply shows its method (when it succeeded) or its error; a push shows its message, an event also its type, and so
 * do the events within an answer of stream.subscribe; a snapshot shows its stream.
 */
#include "protocol.h"

#include <stdio.h>
#include <string.h>

#include "io/json.h"
#include "base/mem.h"

#include "fit.h"
#include "problem.h"

enum section { METHODS, EVENTS, MESSAGES, ERRORS, STREAMS, SECTIONS };

static const char *const section_names[] = {"methods", "events", "messages", "errors", "streams"};
static const char *const section_keys[] = {"name", "name", "name", "reason", "name"};

/* What the engine itself may answer to any call. */
static const char *const common_errors[] = {"PARSE", "INVALID_REQUEST", "METHOD_NOT_FOUND",
    "INVALID_PARAMS", "INTERNAL", "UNAUTHENTICATED", "FORBIDDEN", "IDEM_MISMATCH", "RATE", "BUSY",
    "TIMEOUT", "UNAVAILABLE", NULL};

struct seen {
    const struct json *entry;
    bool seen, audited;
    unsigned errors; /* METHODS: bit n: the nth of its errors was answered */
};

struct protocol {
    struct json *root;
    struct seen *entries[SECTIONS];
    size_t counts[SECTIONS];
};

struct protocol *protocol_new(const char *text, size_t length_bytes)
{
    struct protocol *p = mem_zalloc(sizeof *p);

    if (json_parse(text, length_bytes, &p->root, NULL) != ERR_OK) {
        mem_free(p);
        return NULL;
    }
    for (int s = 0; s < SECTIONS; s++) {
        const struct json *list = json_member(p->root, section_names[s]);
        size_t i = 0;

        p->counts[s] = json_count(list);
        p->entries[s] = mem_zalloc((p->counts[s] + 1) * sizeof *p->entries[s]);
        for (const struct json *e = json_first(list); e != NULL; e = json_next(e))
            p->entries[s][i++].entry = e;
    }
    return p;
}

void protocol_free(struct protocol *p)
{
    if (p == NULL)
        return;
    for (int s = 0; s < SECTIONS; s++)
        mem_free(p->entries[s]);
    json_free(p->root);
    mem_free(p);
}

static const char *key_of(const struct protocol *p, enum section s, size_t i)
{
    return json_text(json_member(p->entries[s][i].entry, section_keys[s]));
}

static struct seen *find(const struct protocol *p, enum section s, const char *key)
{
    for (size_t i = 0; key != NULL && i < p->counts[s]; i++) {
        if (strcmp(key_of(p, s, i), key) == 0)
            return &p->entries[s][i];
    }
    return NULL;
}

bool protocol_has_method(const struct protocol *p, const char *method)
{
    return find(p, METHODS, method) != NULL;
}

bool protocol_wants_idem(const struct protocol *p, const char *method)
{
    const struct seen *m = find(p, METHODS, method);

    return m != NULL && json_is_true(json_member(m->entry, "idem"));
}

/* --- events ---------------------------------------------------------------------------------- */

static bool check_event(struct protocol *p, const struct json *params, struct problem *problem)
{
    const char *type = json_text(json_member(params, "type"));
    struct seen *e = find(p, EVENTS, type);
    const struct json *data = json_member(params, "data");
    const struct json *view = json_member(data, "view");
    const struct json *shape;
    char where[80];

    if (!fit_members(json_member(find(p, MESSAGES, "event")->entry, "params"), params, "event",
            NULL, problem))
        return false;
    if (e == NULL)
        return problem_set(problem, "event %s is not in protocol.json", type);
    snprintf(where, sizeof where, "%s data", type);
    if (!fit_members(json_member(e->entry, "refs"), data, where, "view", problem))
        return false;
    shape = json_member(e->entry, "view");
    if (view != NULL && json_type_of(shape) != JSON_LIST)
        return problem_set(problem, "event %s has a view, protocol.json says it never does", type);
    snprintf(where, sizeof where, "%s view", type);
    if (view != NULL && !fit_members(shape, view, where, NULL, problem))
        return false;
    e->seen = true;
    return true;
}

bool protocol_check_push(struct protocol *p, const struct json *push, struct problem *out_problem)
{
    const char *version = json_text(json_member(push, "jsonrpc"));
    const char *method = json_text(json_member(push, "method"));
    const struct json *params = json_member(push, "params");
    struct seen *m = find(p, MESSAGES, method);

    if (version == NULL || strcmp(version, "2.0") != 0)
        return problem_set(out_problem, "a push without \"jsonrpc\":\"2.0\"");
    if (m == NULL)
        return problem_set(out_problem, "message %s is not in protocol.json", method);
    if (json_member(push, "id") != NULL || json_count(push) != 3)
        return problem_set(out_problem, "%s has members beside jsonrpc, method, params", method);
    if (strcmp(method, "event") == 0
            ? !check_event(p, params, out_problem)
            : !fit_members(json_member(m->entry, "params"), params, method, NULL, out_problem))
        return false;
    m->seen = true;
    return true;
}

/* --- errors ---------------------------------------------------------------------------------- */

static bool is_common(const char *reason)
{
    for (int i = 0; common_errors[i] != NULL; i++) {
        if (strcmp(common_errors[i], reason) == 0)
            return true;
    }
    return false;
}

/* Does the row of the method name this reason?  Notes that it was answered. */
static bool note_error(struct seen *m, const char *reason)
{
    unsigned bit = 1;

    for (const struct json *e = json_first(json_member(m->entry, "errors")); e != NULL;
         e = json_next(e), bit <<= 1) {
        if (strcmp(json_text(e), reason) == 0) {
            m->errors |= bit;
            return true;
        }
    }
    return false;
}

/* --- answers of stream.subscribe ------------------------------------------------------------- */

/* "club:<id>" is the kind of "club:7". */
static struct seen *stream_of(const struct protocol *p, const char *stream)
{
    size_t length = strcspn(stream, ":");

    for (size_t i = 0; i < p->counts[STREAMS]; i++) {
        const char *name = key_of(p, STREAMS, i);

        if (strcspn(name, ":") == length && strncmp(name, stream, length) == 0)
            return &p->entries[STREAMS][i];
    }
    return NULL;
}

/* A stream of subscribe_many that could not be subscribed to. */
static bool check_item_error(struct protocol *p, const struct json *error, struct problem *problem)
{
    const char *reason = json_text(json_member(error, "reason"));

    if (find(p, ERRORS, reason) == NULL)
        return problem_set(problem, "error %s is not in protocol.json", reason);
    return note_error(find(p, METHODS, "stream.subscribe_many"), reason) || is_common(reason) ||
           problem_set(
               problem, "stream.subscribe_many answered %s, which its row does not name", reason);
}

static bool check_subscribed(struct protocol *p, const struct json *answer, struct problem *problem)
{
    const char *stream = json_text(json_member(answer, "stream"));
    const struct json *snapshot = json_member(answer, "snapshot");
    struct seen *s = stream_of(p, stream);
    const struct json *e;

    if (json_member(answer, "error") != NULL)
        return check_item_error(p, json_member(answer, "error"), problem);
    if (s == NULL)
        return problem_set(problem, "stream %s is not in protocol.json", stream);
    if (json_is_true(json_member(answer, "recovered")) == (snapshot != NULL))
        return problem_set(problem, "%s: either recovered or a snapshot", stream);
    if (snapshot != NULL) {
        if (!fit_members(json_member(s->entry, "snapshot"), snapshot, "snapshot", NULL, problem))
            return false;
        s->seen = true;
    }
    for (e = json_first(json_member(answer, "events")); e != NULL; e = json_next(e)) {
        if (!check_event(p, e, problem))
            return false;
    }
    return true;
}

static bool check_subscriptions(
    struct protocol *p, const char *method, const struct json *result, struct problem *problem)
{
    const struct json *s;

    if (strcmp(method, "stream.subscribe") == 0)
        return check_subscribed(p, result, problem);
    if (strcmp(method, "stream.subscribe_many") != 0)
        return true;
    for (s = json_first(json_member(result, "streams")); s != NULL; s = json_next(s)) {
        if (!check_subscribed(p, s, problem))
            return false;
    }
    return true;
}

/* --- replies --------------------------------------------------------------------------------- */

static bool check_result(
    struct protocol *p, const char *method, const struct json *result, struct problem *problem)
{
    struct seen *m = find(p, METHODS, method);
    const char *kind;

    if (m == NULL)
        return problem_set(
            problem, "a result for %s, which is no method", method != NULL ? method : "something");
    kind = json_text(json_member(m->entry, "kind"));
    if (!fit_members(json_member(m->entry, "result"), result, method,
            strcmp(kind, "write") == 0 ? "replay" : NULL, problem))
        return false;
    if (!check_subscriptions(p, method, result, problem))
        return false;
    m->seen = true;
    return true;
}

static bool check_error(
    struct protocol *p, const char *method, const struct json *error, struct problem *problem)
{
    const struct json *data = json_member(error, "data");
    const char *reason = json_text(json_member(data, "reason"));
    const char *message = json_text(json_member(error, "message"));
    struct seen *e = find(p, ERRORS, reason);
    struct seen *m = find(p, METHODS, method);
    int64_t code, expected;

    if (json_count(error) != 3 || message == NULL || message[0] == '\0' || reason == NULL)
        return problem_set(problem, "an error without code, message and data.reason");
    if (e == NULL)
        return problem_set(problem, "error %s is not in protocol.json", reason);
    if (!json_integer(json_member(error, "code"), &code) ||
        !json_integer(json_member(e->entry, "code"), &expected) || code != expected)
        return problem_set(problem, "error %s has another code in protocol.json", reason);
    if ((json_member(data, "retry_ms") != NULL) !=
        (json_type_of(json_member(e->entry, "retry_ms")) == JSON_NUMBER))
        return problem_set(problem, "error %s: retry_ms where there is no retry, or none", reason);
    if (m != NULL && !note_error(m, reason) && !is_common(reason))
        return problem_set(problem, "%s answered %s, which its row does not name", method, reason);
    e->seen = true;
    return true;
}

bool protocol_check_reply(
    struct protocol *p, const char *method, const struct json *reply, struct problem *out_problem)
{
    const char *version = json_text(json_member(reply, "jsonrpc"));
    const struct json *result = json_member(reply, "result");
    const struct json *error = json_member(reply, "error");

    if (version == NULL || strcmp(version, "2.0") != 0 || json_member(reply, "id") == NULL ||
        json_count(reply) != 3 || (result == NULL) == (error == NULL))
        return problem_set(
            out_problem, "a reply is jsonrpc, id and either result or error, nothing else");
    return result != NULL ? check_result(p, method, result, out_problem)
                          : check_error(p, method, error, out_problem);
}

/* --- the end --------------------------------------------------------------------------------- */

/* Pairs of method and error that no script provoked. */
static size_t print_untried(const struct protocol *p)
{
    size_t count = 0;

    for (size_t i = 0; i < p->counts[METHODS]; i++) {
        const struct seen *m = &p->entries[METHODS][i];
        unsigned bit = 1;

        for (const struct json *e = json_first(json_member(m->entry, "errors")); e != NULL;
             e = json_next(e), bit <<= 1) {
            if ((m->errors & bit) != 0)
                continue;
            printf("    never seen: %s of %s\n", json_text(e), key_of(p, METHODS, i));
            count++;
        }
    }
    return count;
}

void protocol_note_audited(struct protocol *p, const char *method)
{
    struct seen *m = find(p, METHODS, method);

    if (m != NULL)
        m->audited = true;
}

/* A parameter, or one of the items of a list, names a member. */
static bool is_about_member(const struct json *params)
{
    for (const struct json *f = json_first(params); f != NULL; f = json_next(f)) {
        const char *name = json_text(json_member(f, "name"));

        if ((name != NULL && strcmp(name, "member") == 0) ||
            is_about_member(json_member(f, "fields")))
            return true;
    }
    return false;
}

static bool is_for_others(const struct json *who)
{
    for (const struct json *w = json_first(who); w != NULL; w = json_next(w)) {
        if (strcmp(json_text(w), "member") != 0 && strcmp(json_text(w), "guest") != 0)
            return true;
    }
    return false;
}

/* Methods about a member that staff or services may call, whose row in the audit log no script has shown. */
static size_t print_unaudited(const struct protocol *p)
{
    size_t count = 0;

    for (size_t i = 0; i < p->counts[METHODS]; i++) {
        const struct seen *m = &p->entries[METHODS][i];

        if (m->audited || !is_for_others(json_member(m->entry, "who")) ||
            !is_about_member(json_member(m->entry, "params")))
            continue;
        printf("    never seen: the audit log of %s\n", key_of(p, METHODS, i));
        count++;
    }
    return count;
}

size_t protocol_print_unseen(const struct protocol *p)
{
    size_t count = 0;

    for (int s = 0; s < SECTIONS; s++) {
        for (size_t i = 0; i < p->counts[s]; i++) {
            if (p->entries[s][i].seen)
                continue;
            printf("    never seen: %s of %s\n", key_of(p, (enum section)s, i), section_names[s]);
            count++;
        }
    }
    return count + print_untried(p) + print_unaudited(p);
}
