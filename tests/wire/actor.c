/* actor.c -- the connections of a script: who speaks, where, and with which token. */
#include <stdio.h>
#include <string.h>

#include "io/crypto.h"
#include "io/json.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "client.h"
#include "coverage.h"
#include "fleet.h"

#include "stage.h"
#include "talk.h"

bool actor_is_name(const char *name)
{
    static const char *const keywords[] = {
        "given", "http", "server", "database", "owner", "wait", NULL};

    for (int i = 0; keywords[i] != NULL; i++) {
        if (strcmp(keywords[i], name) == 0)
            return false;
    }
    return name[0] >= 'a' && name[0] <= 'z';
}

/* "alice#2@small": the person alice, on the server small. */
static bool place(struct stage *s, struct actor *a, struct problem *problem)
{
    char person[NAME_BYTES];
    const char *at = strchr(a->name, '@');

    snprintf(person, sizeof person, "%.*s", (int)strcspn(a->name, "#@"), a->name);
    a->person = world_person(s, person, problem);
    if (a->person == NULL)
        return false;
    a->server = s->main_server;
    a->is_http = a->person->kind == PERSON_SERVICE && strchr(a->name, '#') == NULL;
    if (at == NULL)
        return true;
    if (strcmp(at, "@http") == 0) {
        a->is_http = true;
        return true;
    }
    a->server = servers_find(s, at + 1);
    return a->server >= 0 || problem_set(problem, "there is no server %s", at + 1);
}

struct actor *actor_of(struct stage *s, const char *name, struct problem *out_problem)
{
    struct actor *a;

    for (size_t i = 0; i < s->actor_count; i++) {
        if (strcmp(s->actors[i].name, name) == 0)
            return &s->actors[i];
    }
    if (s->actor_count == ACTORS_MAX) {
        problem_set(out_problem, "too many connections");
        return NULL;
    }
    a = &s->actors[s->actor_count];
    memset(a, 0, sizeof *a);
    snprintf(a->name, sizeof a->name, "%s", name);
    if (!place(s, a, out_problem))
        return NULL;
    s->actor_count++;
    return a;
}

static void free_all(struct arrived *m)
{
    while (m != NULL) {
        struct arrived *next = m->next;

        arrived_free(m);
        m = next;
    }
}

void actor_done(struct actor *a)
{
    client_free(a->client);
    coverage_free(a->coverage);
    a->client = NULL;
    a->coverage = NULL;
    for (size_t i = 0; i < a->pending_count; i++) {
        mem_free(a->pending[i].id);
        mem_free(a->pending[i].method);
        mem_free(a->pending[i].member);
    }
    for (size_t i = 0; i < a->asked_count; i++)
        mem_free(a->asked[i]);
    a->pending_count = a->asked_count = 0;
    free_all(a->replies);
    free_all(a->pushes);
    a->replies = a->pushes = NULL;
}

void arrived_free(struct arrived *m)
{
    if (m == NULL)
        return;
    client_message_free(m->message);
    json_free(m->root);
    mem_free(m);
}

struct client_options actor_address(
    const struct stage *s, const struct actor *a, const char *origin, const char *path)
{
    return (struct client_options){.host = fleet_host(s->fleet),
        .port = fleet_port(s->fleet, a->server),
        .origin = origin,
        .path = path};
}

bool actor_connect(
    struct stage *s, struct actor *a, const char *authorization, struct problem *out_problem)
{
    struct client_options o = actor_address(s, a, NULL, NULL);
    int status = 0;

    o.authorization = authorization;
    actor_done(a);
    a->client = client_open(&o, &status);
    if (a->client == NULL)
        return problem_set(out_problem, "%s is not let in (HTTP %d)", a->name, status);
    a->coverage = coverage_new();
    return true;
}

static bool send_letters(struct client *c, int count)
{
    struct buf b;
    bool ok;

    buf_init(&b, 0);
    for (int i = 0; i < count; i++)
        buf_add_char(&b, 'x');
    ok = client_send(c, b.bytes, b.length_bytes);
    buf_done(&b);
    return ok;
}

bool actor_send_odd(struct actor *a, const char *what, struct problem *out_problem)
{
    bool ok;
    int count;

    if (a->client == NULL)
        return problem_set(out_problem, "%s is not connected", a->name);
    if (sscanf(what, "%d letters", &count) == 1)
        ok = send_letters(a->client, count);
    else if (strcmp(what, "what is no text") == 0)
        ok = client_send(a->client, "\"\xff\xfe\"", 4);
    else if (strcmp(what, "what is binary") == 0)
        ok = client_send_frame(a->client, 2, true, "x", 1);
    else if (strcmp(what, "what is reserved") == 0)
        ok = client_send_frame(a->client, 3, true, "x", 1);
    else if (strcmp(what, "what does not end") == 0)
        ok = client_send_frame(a->client, 1, false, "{", 1);
    else
        return problem_set(out_problem, "nobody knows how to send \"%s\"", what);
    return ok || problem_set(out_problem, "not sent");
}

/* What an outside provider says (tests/wire/issuers): its subject is the person's handle. */
void actor_outside_token(struct stage *s, const char *handle, char out[1024])
{
    int64_t now_s = clock_wall().ms / 1000;
    struct crypto_claims claims = {
        .issued_s = now_s, .expires_s = now_s + 3600, .auth_time_s = now_s};

    snprintf(claims.sub, sizeof claims.sub, "%s", handle);
    snprintf(claims.jti, sizeof claims.jti, "%s-1", handle);
    if (crypto_token_mint(
            s->keys, "outside", "https://id.example.org", "clubhub", &claims, out, 1024) == 0)
        out[0] = '\0';
}

void actor_token(struct stage *s, const struct person *p, int seconds, char out[1024])
{
    int64_t now_s = clock_wall().ms / 1000;
    uint8_t random[12];
    struct crypto_claims claims = {
        .issued_s = now_s, .expires_s = now_s + seconds, .auth_time_s = now_s};

    crypto_random(random, sizeof random);
    crypto_hex(random, sizeof random, claims.jti);
    snprintf(claims.sub, sizeof claims.sub, "%c:%lld", p->kind == PERSON_STAFF ? 's' : 'm',
        (long long)p->id);
    if (crypto_token_mint(s->keys, "hub", "clubhub", "clubhub", &claims, out, 1024) == 0)
        out[0] = '\0';
}
