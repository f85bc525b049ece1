/* watch.c -- see watch.h. */
#include "watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/json.h"
#include "fleet.h"

enum { OPEN_MS = 3000 };

static const char message_start[] = "{\"jsonrpc\"";

static void complain(struct watch *w, const char *what, int64_t got, int64_t expected)
{
    if (w->problem[0] == '\0')
        snprintf(w->problem, sizeof w->problem, "member %lld: %s: got %lld, expected %lld",
            (long long)w->member, what, (long long)got, (long long)expected);
}

static bool has(const char *text, size_t length_bytes, const char *what)
{
    return memmem(text, length_bytes, what, strlen(what)) != NULL;
}

static int64_t number_after(const char *text, size_t length_bytes, const char *name)
{
    const char *at = memmem(text, length_bytes, name, strlen(name));

    return at == NULL ? -1 : strtoll(at + strlen(name), NULL, 10);
}

static void cover(struct watch *w, int64_t from, int64_t to, const char *what)
{
    if (from != w->position + 1)
        complain(w, what, from, w->position + 1);
    if (to > w->position)
        w->position = to;
}

static void count_event(struct watch *w, const char *text, size_t length_bytes)
{
    bool is_offer = has(text, length_bytes, "\"purpose\":\"mkt.offers\"");

    w->events++;
    w->offers += is_offer;
    w->forbidden += is_offer && w->is_forbidden;
}

/* One message of a text; another stream than the club's does not come here. */
static void scan_message(struct watch *w, const char *text, size_t length_bytes)
{
    size_t head_bytes = length_bytes < 200 ? length_bytes : 200;

    if (has(text, head_bytes, "\"method\":\"event\"")) {
        int64_t seq = number_after(text, head_bytes, "\"seq\":");

        cover(w, seq, seq, "event");
        count_event(w, text, length_bytes);
    } else if (has(text, head_bytes, "\"method\":\"stream.skip\"")) {
        cover(w, number_after(text, head_bytes, "\"from\":"),
            number_after(text, head_bytes, "\"to\":"), "skip");
    } else if (!has(text, head_bytes, "\"method\":\"session.notice\"")) {
        complain(w, "another message", 0, 0);
        (void)fprintf(stderr, "watch: %.*s\n", (int)head_bytes, text);
    }
}

/* Messages start with the same bytes, which cannot stand in a JSON string unescaped. */
static bool on_text(void *arg, struct client *c, const char *text, size_t length_bytes)
{
    struct watch *w = arg;
    const char *end = text + length_bytes;
    const char *at = memmem(text, length_bytes, message_start, sizeof message_start - 1);

    (void)c;
    if (at == text && has(text, length_bytes < 40 ? length_bytes : 40, "\"id\":"))
        return false; /* a reply */
    while (at != NULL) {
        const char *next =
            memmem(at + 1, (size_t)(end - at - 1), message_start, sizeof message_start - 1);

        scan_message(w, at, (size_t)((next == NULL ? end : next) - at));
        at = next;
    }
    return true;
}

static bool on_message(void *arg, struct client *c, const struct client_message *m)
{
    struct watch *w = arg;

    (void)c;
    if (m->kind != CLIENT_REPLY || w->on_reply == NULL)
        return false;
    w->on_reply(w->arg, w, m);
    return true;
}

/* The answer of stream.subscribe: what it holds counts like what comes later. */
static bool take_answer(struct watch *w, const struct client_message *m)
{
    int64_t seq = 0;
    size_t length_bytes;
    const char *text;

    if (m == NULL || m->result == NULL || !json_integer(json_member(m->result, "seq"), &seq))
        return false;
    if (w->position >= 0 && !json_is_true(json_member(m->result, "recovered")))
        complain(w, "not recovered", seq, w->position);
    if (w->position >= 0) {
        text = client_message_text(m, &length_bytes);
        for (const char *at = text; (at = strstr(at, "\"type\":\"post.published\"")) != NULL; at++)
            w->events++;
        for (const char *at = text; (at = strstr(at, "\"purpose\":\"mkt.offers\"")) != NULL; at++) {
            w->offers++;
            w->forbidden += w->is_forbidden;
        }
    }
    w->position = seq;
    return true;
}

static bool subscribe(struct watch *w)
{
    struct client_message *m;
    char params[80];
    bool fine;

    snprintf(params, sizeof params, "{\"stream\":\"club:%d\"}", FLEET_CLUB);
    if (w->position >= 0)
        snprintf(params, sizeof params, "{\"stream\":\"club:%d\",\"after\":%lld}", FLEET_CLUB,
            (long long)w->position);
    /* What follows the answer may come with it: nothing is scanned before the answer was taken. */
    client_on_text(w->client, NULL, NULL);
    m = client_call(w->client, "stream.subscribe", params, OPEN_MS);
    fine = take_answer(w, m);
    client_message_free(m);
    return fine;
}

/* Messages that came right behind the answer. */
static void take_inbox(struct watch *w)
{
    struct client_message *m;

    while ((m = client_next(w->client, 0)) != NULL) {
        int64_t seq = 0, to = 0;

        if (m->kind == CLIENT_EVENT && json_integer(json_member(m->params, "seq"), &seq)) {
            const char *basis = json_text(json_member(json_member(m->params, "basis"), "purpose"));

            cover(w, seq, seq, "event");
            w->events++;
            w->offers += basis != NULL;
            w->forbidden += basis != NULL && w->is_forbidden;
        } else if (m->kind == CLIENT_SKIP && json_integer(json_member(m->params, "from"), &seq) &&
                   json_integer(json_member(m->params, "to"), &to)) {
            cover(w, seq, to, "skip");
        }
        client_message_free(m);
    }
}

bool watch_open(struct watch *w)
{
    struct client_options o = {.port = fleet_port(w->fleet, w->server),
        .from = w->from,
        .receive_bytes = w->receive_bytes,
        .timeout_ms = OPEN_MS};
    char token[FLEET_TOKEN_BYTES], who[32];

    snprintf(who, sizeof who, "m:%lld", (long long)w->member);
    fleet_token(w->fleet, who, token);
    w->client = client_sign_in(&o, token);
    if (w->client == NULL)
        return false;
    if (!subscribe(w)) {
        watch_close(w);
        return false;
    }
    take_inbox(w);
    client_on_text(w->client, on_text, w);
    client_on_message(w->client, on_message, w);
    if (!w->is_idle)
        client_set_add(w->set, w->client);
    return true;
}

void watch_close(struct watch *w)
{
    client_free(w->client);
    w->client = NULL;
}

bool watch_revive(struct watch *w)
{
    if (w->client != NULL && client_is_open(w->client))
        return true;
    watch_close(w);
    w->reconnects++;
    return watch_open(w);
}

void watch_sleep(struct watch *w)
{
    w->is_idle = true;
    if (w->client != NULL)
        client_set_remove(w->set, w->client);
}

void watch_wake(struct watch *w)
{
    w->is_idle = false;
    if (w->client != NULL && client_is_open(w->client))
        client_set_add(w->set, w->client);
}
