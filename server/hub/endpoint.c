/* endpoint.c -- HTTP: calls without a WebSocket, and what operators and build tools ask for.
 *
 *   POST /v1/unsubscribe/<token> -> the call consent.unsubscribe of a guest -> its reply -> a page
 *   POST /v1/rpc -> who? (auth) -> a session of one request -> rpc_receive -> its one reply -> 200
 *
 * A request's session starts with the calls its principal has left (purse.h), and gives back what it left.
 */
#include "hub/endpoint.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "hub/agent.h"
#include "hub/auth.h"
#include "hub/download.h"
#include "hub/drain.h"
#include "hub/hub.h"
#include "hub/lease.h"
#include "hub/method.h"
#include "hub/metrics.h"
#include "hub/node.h"
#include "hub/outgoing.h"
#include "hub/purse.h"
#include "hub/rpc.h"
#include "hub/session.h"
#include "hub/sessions.h"
#include "hub/unsubscribe.h"
#include "hub/words.h"
#include "io/crypto.h"
#include "io/db.h"
#include "io/http.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/list.h"
#include "base/map.h"
#include "base/mem.h"

enum { SCHEMA_FRESH_MS = 5000 };

/* One POST /v1/rpc. */
struct post {
    struct list_node node;
    struct endpoint *endpoint; /* NULL: freed meanwhile */
    struct http_request *request;
    struct session *session; /* NULL while it is not known who asks */
    bool one_click;          /* an unsubscribe link: people read the answer */
};

/* One /readyz that waits for the database. */
struct probe {
    struct endpoint *endpoint;
    struct http_request *request;
};

enum { TAG_BYTES = CRYPTO_HEX_BYTES + 2 };

/* What is the same for everybody until the next start. */
struct document {
    const char *json;
    char tag[TAG_BYTES]; /* quoted, as ETag wants it */
};

struct endpoint {
    struct hub *hub;
    struct document protocol, asyncapi, keys;
    const struct endpoint_options *options;
    struct purses *purses;
    struct list posts;
    struct downloads *downloads;
    struct mono_ms schema_at;
    bool schema_known, schema_matches;
    bool closing;
    int probes;
};

static struct document document_of(const char *json)
{
    struct document d = {.json = json};
    uint8_t sum[CRYPTO_SHA256_BYTES];
    char hex[CRYPTO_HEX_BYTES];

    crypto_sha256(json, strlen(json), sum);
    crypto_hex(sum, sizeof sum, hex);
    snprintf(d.tag, sizeof d.tag, "\"%s\"", hex);
    return d;
}

struct endpoint *endpoint_new(struct hub *h, const struct endpoint_options *o)
{
    struct endpoint *e = mem_zalloc(sizeof *e);

    e->hub = h;
    e->options = o;
    e->protocol = document_of(o->protocol_json);
    e->asyncapi = document_of(o->asyncapi_json);
    e->keys = document_of(o->keys_json);
    e->purses = purses_new(&h->limits);
    list_init(&e->posts);
    e->downloads = downloads_new(h);
    return e;
}

/* --- answers --------------------------------------------------------------------------------- */

/* The request's origin if it may read answers, else NULL. */
static const char *fair_origin(const struct endpoint *e, const struct http_request *r)
{
    const char *origin = http_header(r, "origin");
    const char *p = e->options->origins != NULL ? e->options->origins : "";

    while (origin != NULL && *p != '\0') {
        size_t length = strcspn(p, " ");

        if ((length == 1 && *p == '*') ||
            (length == strlen(origin) && strncasecmp(p, origin, length) == 0))
            return origin;
        p += length;
        p += strspn(p, " ");
    }
    return NULL;
}

static void reply_text(
    struct http_request *r, int status, const char *type, const char *text, size_t length_bytes)
{
    struct http_response response = {
        .status = status, .content_type = type, .body = text, .body_bytes = length_bytes};

    http_reply(r, &response);
}

static void reply_status(struct http_request *r, int status)
{
    struct http_response response = {.status = status};

    if (status == 401) {
        response.extra_name = "www-authenticate";
        response.extra_value = "Bearer";
    }
    if (status == 405) {
        response.extra_name = "allow";
        response.extra_value = "POST, OPTIONS";
    }
    if (status == 429 || status == 503)
        response.retry_after_s = 1;
    http_reply(r, &response);
}

static void post_free(struct post *p)
{
    if (p->endpoint != NULL)
        list_remove(&p->endpoint->posts, &p->node);
    mem_free(p);
}

static void post_end(struct post *p, int status)
{
    struct session *s = p->session;

    reply_status(p->request, status);
    post_free(p);
    if (s != NULL)
        session_free_http(s);
}

/* Posts that ask who they are from are freed by their answer. */
void endpoint_free(struct endpoint *e)
{
    struct list_node *n;

    if (e == NULL || e->closing)
        return;
    while ((n = list_first(&e->posts)) != NULL) {
        struct post *p = LIST_ITEM(n, struct post, node);

        if (p->session != NULL) {
            post_end(p, 503);
            continue;
        }
        list_remove(&e->posts, n);
        p->endpoint = NULL;
        reply_status(p->request, 503);
    }
    downloads_free(e->downloads);
    purses_free(e->purses);
    e->closing = true;
    if (e->probes == 0)
        mem_free(e);
}

/* --- POST /v1/rpc ---------------------------------------------------------------------------- */

/* A page for people, from a link in a message; nothing is fetched for it and it is kept nowhere. */
static void reply_page(struct http_request *r, int status)
{
    struct buf page;
    struct http_response response = {
        .status = status == 0 ? 200 : status,
        .content_type = "text/html; charset=utf-8",
        .retry_after_s = status == 503 || status == 429,
        .extra_name = "content-security-policy",
        .extra_value = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
    };

    buf_init(&page, 0);
    unsubscribe_page(status, words_locale(http_header(r, "accept-language")), &page);
    response.body = page.bytes;
    response.body_bytes = page.length_bytes;
    http_reply(r, &response);
    buf_done(&page);
}

static void reply_call(struct post *p, const struct reply *r)
{
    struct http_response response = {
        .status = 200,
        .content_type = "application/json",
        .body = r->bytes,
        .body_bytes = r->length_bytes,
        .is_private = true,
        .allow_origin = fair_origin(p->endpoint, p->request),
    };

    if (p->one_click)
        reply_page(p->request, unsubscribe_status(r->bytes, r->length_bytes));
    else
        http_reply(p->request, &response);
}

/* The session's reply may leave: it becomes the answer, and the session ends. */
static void on_reply(void *arg, struct session *s)
{
    struct post *p = arg;
    struct endpoint *e = p->endpoint;
    struct reply *r = LIST_ITEM(list_first(&s->replies), struct reply, node);
    bool guarded = r->guarded;

    list_remove(&s->replies, &r->node);
    s->reply_bytes -= r->length_bytes;
    if (guarded && !lease_may_write(e->hub->lease)) {
        r->again(r->arg);
    } else {
        reply_call(p, r);
        if (guarded)
            lease_wrote(e->hub->lease);
        r->sent(r->arg);
        post_free(p);
        session_free_http(s);
    }
    mem_free(r->bytes);
    mem_free(r->subjects);
    mem_free(r);
}

static void receive_text(struct post *p, const char *body, size_t length)
{
    struct endpoint *e = p->endpoint;
    struct session *s = p->session;
    struct purse *purse = purse_open(e->purses, s);
    char *text;
    bool answers;

    if (!purse_has_call(purse)) {
        post_end(p, 429);
        return;
    }
    s->http_done = on_reply;
    s->http_arg = p;
    text = mem_copy(body, length);
    answers = rpc_receive(e->hub->rpc, s, text, length);
    mem_free(text);
    purse_close(purse, s);
    if (!answers)
        post_end(p, 204);
}

static void receive(struct post *p)
{
    size_t length;
    const char *body = http_body(p->request, &length);

    receive_text(p, body, length);
}

static struct session *session_for(struct post *p)
{
    const char *language = http_header(p->request, "accept-language");
    struct session *s = session_new_http(p->endpoint->hub, words_locale(language));

    snprintf(s->address, sizeof s->address, "%s", http_address(p->request));
    s->agent = agent_family(http_header(p->request, "user-agent"));
    p->session = s;
    return s;
}

static void on_known(void *arg, const struct auth_result *r)
{
    struct post *p = arg;

    if (p->endpoint == NULL) {
        mem_free(p);
    } else if (r->err != ERR_OK) {
        post_end(p, r->err == ERR_UNAUTHENTICATED ? 401 : 503);
    } else {
        session_sign_in(session_for(p), r->who, r->roles, r->locale, &r->claims);
        receive(p);
    }
}

static bool is_json(const char *type)
{
    static const char json[] = "application/json";
    size_t length = type != NULL ? strcspn(type, "; ") : 0;

    return length == sizeof json - 1 && strncasecmp(type, json, length) == 0;
}

static bool is_away(const struct hub *h)
{
    return !db_is_ready(h->db) || (h->drain != NULL && drain_is_on(h->drain));
}

static struct post *post_new(struct endpoint *e, struct http_request *r)
{
    struct post *p = mem_zalloc(sizeof *p);

    p->endpoint = e;
    p->request = r;
    list_node_init(&p->node);
    list_append(&e->posts, &p->node);
    return p;
}

static void post_rpc(struct endpoint *e, struct http_request *r)
{
    const char *authorization = http_header(r, "authorization");
    struct post *p;

    if (!is_json(http_header(r, "content-type"))) {
        reply_status(r, 415);
        return;
    }
    if (is_away(e->hub)) {
        reply_status(r, 503);
        return;
    }
    p = post_new(e, r);
    if (authorization != NULL) {
        auth_header(e->hub->auth, authorization, on_known, p);
    } else {
        (void)session_for(p); /* a guest's */
        receive(p);
    }
}

static void rpc(struct endpoint *e, struct http_request *r)
{
    const char *method = http_method(r);

    if (strcmp(method, "POST") == 0) {
        post_rpc(e, r);
    } else if (strcmp(method, "OPTIONS") == 0) {
        struct http_response response = {.status = 204, .allow_origin = fair_origin(e, r)};

        http_reply(r, &response);
    } else {
        reply_status(r, 405);
    }
}

/* --- /v1/unsubscribe/<token> ----------------------------------------------------------------- */

static void post_one_click(struct endpoint *e, struct http_request *r, const char *token)
{
    struct post *p = post_new(e, r);
    struct buf call;

    p->one_click = true;
    (void)session_for(p);
    buf_init(&call, 0);
    unsubscribe_request(token, &call);
    receive_text(p, call.bytes, call.length_bytes);
    buf_done(&call);
}

static void unsubscribe(struct endpoint *e, struct http_request *r, const char *token)
{
    const char *method = http_method(r);
    size_t length;

    if (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0)
        reply_page(r, 0);
    else if (strcmp(method, "POST") != 0)
        reply_status(r, 405);
    else if (!unsubscribe_is_form(http_header(r, "content-type"), http_body(r, &length)))
        reply_status(r, 400);
    else if (is_away(e->hub))
        reply_page(r, 503);
    else
        post_one_click(e, r, token);
}

/* --- health ---------------------------------------------------------------------------------- */

static void add_reason(struct buf *b, bool is_fine, const char *reason)
{
    if (!is_fine)
        buf_printf(b, "%s\"%s\"", b->length_bytes == 0 ? "" : ",", reason);
}

static void reply_ready(struct endpoint *e, struct http_request *r)
{
    struct hub *h = e->hub;
    struct buf reasons, text;

    buf_init(&reasons, 0);
    buf_init(&text, 0);
    add_reason(&reasons, db_is_ready(h->db), "database");
    add_reason(&reasons, db_has_room(h->db), "disk");
    add_reason(&reasons, lease_is_held(h->lease), "lease");
    add_reason(&reasons, node_is_delivering(h->node), "node");
    add_reason(&reasons, !e->schema_known || e->schema_matches, "migrations");
    add_reason(&reasons, h->drain == NULL || !drain_is_on(h->drain), "draining");
    if (reasons.length_bytes == 0)
        buf_add_text(&text, "{\"ready\":true}\n");
    else
        buf_printf(&text, "{\"ready\":false,\"reasons\":[%s]}\n", reasons.bytes);
    reply_text(r, reasons.length_bytes == 0 ? 200 : 503, "application/json", text.bytes,
        text.length_bytes);
    buf_done(&reasons);
    buf_done(&text);
}

static bool is_same(const char *expected, const char *found)
{
    return expected == NULL || (found != NULL && strcmp(expected, found) == 0);
}

static void on_schema(void *arg, const struct answer *a)
{
    struct probe *p = arg;
    struct endpoint *e = p->endpoint;

    e->probes--;
    if (e->closing) {
        reply_status(p->request, 503);
        mem_free(p);
        if (e->probes == 0)
            mem_free(e);
        return;
    }
    if (answer_err(a) == ERR_OK) {
        e->schema_known = true;
        e->schema_at = clock_mono();
        e->schema_matches = is_same(e->options->migrations_hash, answer_text(a, 0, 0)) &&
                            is_same(e->options->api_hash, answer_text(a, 0, 1));
    }
    reply_ready(e, p->request);
    mem_free(p);
}

static void ready(struct endpoint *e, struct http_request *r)
{
    bool compares = e->options->migrations_hash != NULL || e->options->api_hash != NULL;
    bool fresh = e->schema_known && clock_mono().ms - e->schema_at.ms < SCHEMA_FRESH_MS;
    bool away = !db_is_ready(e->hub->db) || !lease_is_held(e->hub->lease);
    struct probe *p;

    if (!compares || fresh || away) { /* a database that is away would keep the probe waiting */
        reply_ready(e, r);
        return;
    }
    p = mem_zalloc(sizeof *p);
    p->endpoint = e;
    p->request = r;
    e->probes++;
    db_query(e->hub->db, LANE_READ, "select migrations, api from api.schema_state()", 0, NULL,
        on_schema, p);
}

static void metrics(struct endpoint *e, struct http_request *r)
{
    struct buf text;

    buf_init(&text, 0);
    metrics_print(e->hub->metrics, e->hub, &text);
    reply_text(r, 200, "text/plain; version=0.0.4", text.bytes, text.length_bytes);
    buf_done(&text);
}

static void health(struct endpoint *e, struct http_request *r)
{
    static const char alive[] = "{\"alive\":true}\n";

    (void)e;
    reply_text(r, 200, "application/json", alive, sizeof alive - 1);
}

/* Who has it already is told so. */
static void reply_document(struct endpoint *e, struct http_request *r, const struct document *d)
{
    const char *known = http_header(r, "if-none-match");
    bool is_known = known != NULL && strstr(known, d->tag) != NULL;
    struct http_response response = {
        .status = is_known ? 304 : 200,
        .content_type = is_known ? NULL : "application/json",
        .body = is_known ? NULL : d->json,
        .body_bytes = is_known ? 0 : strlen(d->json),
        .extra_name = "etag",
        .extra_value = d->tag,
        .allow_origin = fair_origin(e, r),
    };

    http_reply(r, &response);
}

static void protocol(struct endpoint *e, struct http_request *r)
{
    reply_document(e, r, &e->protocol);
}

static void asyncapi(struct endpoint *e, struct http_request *r)
{
    reply_document(e, r, &e->asyncapi);
}

static void keys(struct endpoint *e, struct http_request *r)
{
    reply_document(e, r, &e->keys);
}

static const char export_path[] = "/v1/export/";

/* The rest of the path is the token of the link. */
static void download(struct endpoint *e, struct http_request *r)
{
    downloads_get(e->downloads, r, http_path(r) + sizeof export_path - 1);
}

/* --- paths ----------------------------------------------------------------------------------- */

enum { PATH_ADMIN = 1 << 0, PATH_BELOW = 1 << 1 };

static const struct {
    const char *path;
    int flags; /* PATH_ADMIN: at the admin port only; PATH_BELOW: it and what is below it */
    void (*answer)(struct endpoint *e, struct http_request *r);
} pages[] = {
    {"/healthz", 0, health},
    {"/readyz", 0, ready},
    {"/metrics", PATH_ADMIN, metrics},
    {"/v1/asyncapi.json", 0, asyncapi},
    {"/v1/keys.json", 0, keys},
    {"/v1/protocol.json", 0, protocol},
    {export_path, PATH_BELOW, download},
};

static bool fits(const char *path, size_t page)
{
    if ((pages[page].flags & PATH_BELOW) != 0)
        return strncmp(path, pages[page].path, strlen(pages[page].path)) == 0;
    return strcmp(path, pages[page].path) == 0;
}

void endpoint_request(struct endpoint *e, struct http_request *r)
{
    const char *path = http_path(r);
    const char *method = http_method(r);
    bool reads = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;

    if (strcmp(path, "/v1/rpc") == 0 && !http_is_admin(r)) {
        rpc(e, r);
        return;
    }
    if (unsubscribe_token(path) != NULL && !http_is_admin(r)) {
        unsubscribe(e, r, unsubscribe_token(path));
        return;
    }
    for (size_t i = 0; reads && i < sizeof pages / sizeof pages[0]; i++) {
        if (!fits(path, i) || ((pages[i].flags & PATH_ADMIN) != 0 && !http_is_admin(r)))
            continue;
        pages[i].answer(e, r);
        return;
    }
    reply_status(r, 404);
}
