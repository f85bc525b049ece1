/* client_message.c -- what a client's messages say: kinds, requests, replies, and the same over HTTP. */
#include <stdio.h>
#include <string.h>

#include "io/crypto.h"
#include "io/json.h"
#include "base/mem.h"
#include "client.h"
#include "client_private.h"

static const struct {
    const char *method;
    enum client_kind kind;
} kinds[] = {
    {"event", CLIENT_EVENT},
    {"stream.skip", CLIENT_SKIP},
    {"stream.resync", CLIENT_RESYNC},
    {"stream.ended", CLIENT_ENDED},
    {"signal", CLIENT_SIGNAL},
    {"session.notice", CLIENT_NOTICE},
    {"session.expiring", CLIENT_EXPIRING},
};

static enum client_kind kind_of(const char *method)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].method, method) == 0)
            return kinds[i].kind;
    return CLIENT_OTHER;
}

/* --- in ---------------------------------------------------------------------------------------- */

static void text_unref(struct client_text *t)
{
    if (--t->refs > 0)
        return;
    json_free(t->root);
    mem_free(t->bytes);
    mem_free(t);
}

static void read_message(struct client_message *m)
{
    const char *method = json_text(json_member(m->json, "method"));

    m->params = json_member(m->json, "params");
    m->result = json_member(m->json, "result");
    m->error = json_member(m->json, "error");
    m->kind = method == NULL ? CLIENT_REPLY : kind_of(method);
    if (!json_integer(json_member(m->json, "id"), &m->id))
        m->id = 0;
}

/* One message: the callback looks at it where it is; only what goes to the inbox is kept. */
static void take(
    struct client *c, struct client_text *t, const struct json *json, struct boot_ns read_at)
{
    struct client_message m = {.json = json, .text = t, .read_at = read_at};
    struct client_message *kept;

    read_message(&m);
    if (c->on_message != NULL && c->on_message(c->on_message_arg, c, &m))
        return;
    kept = mem_alloc(sizeof *kept);
    *kept = m;
    t->refs++;
    if (c->last == NULL)
        c->first = kept;
    else
        c->last->next = kept;
    c->last = kept;
}

void client_receive(struct client *c, const char *text, size_t length_bytes)
{
    struct boot_ns now = clock_boot();
    struct client_text *t;

    if (c->on_text != NULL && c->on_text(c->on_text_arg, c, text, length_bytes))
        return;
    t = mem_zalloc(sizeof *t);
    t->refs = 1;
    t->bytes = mem_copy(text, length_bytes);
    t->length_bytes = length_bytes;
    if (json_parse(text, length_bytes, &t->root, NULL) != ERR_OK) {
        fprintf(stderr, "client: not JSON: %.200s\n", t->bytes);
        client_lost(c, 1007);
    } else if (json_type_of(t->root) == JSON_LIST) {
        for (const struct json *m = json_first(t->root); m != NULL; m = json_next(m))
            take(c, t, m, now);
    } else {
        take(c, t, t->root, now);
    }
    text_unref(t);
}

void client_on_message(struct client *c, client_message_fn *on_message, void *arg)
{
    c->on_message = on_message;
    c->on_message_arg = arg;
}

void client_on_text(struct client *c, client_text_fn *on_text, void *arg)
{
    c->on_text = on_text;
    c->on_text_arg = arg;
}

static struct client_message *unlink_after(struct client *c, struct client_message *before)
{
    struct client_message **link = before == NULL ? &c->first : &before->next;
    struct client_message *m = *link;

    *link = m->next;
    if (c->last == m)
        c->last = before;
    m->next = NULL;
    return m;
}

struct client_message *client_next(struct client *c, int timeout_ms)
{
    int64_t until_ms = clock_mono().ms + timeout_ms;

    client_take_frames(c);
    while (c->first == NULL) {
        int64_t left_ms = until_ms - clock_mono().ms;

        if (!client_pump(c, left_ms < 0 ? 0 : (int)left_ms) && c->first == NULL)
            return NULL;
        if (c->first == NULL && left_ms <= 0)
            return NULL;
    }
    return unlink_after(c, NULL);
}

static struct client_message *find_reply(struct client *c, int64_t id)
{
    struct client_message *before = NULL;

    for (struct client_message *m = c->first; m != NULL; before = m, m = m->next)
        if (m->kind == CLIENT_REPLY && m->id == id)
            return unlink_after(c, before);
    return NULL;
}

struct client_message *client_wait(struct client *c, int64_t id, int timeout_ms)
{
    int64_t until_ms = clock_mono().ms + timeout_ms;

    client_take_frames(c);
    while (id != 0) {
        struct client_message *m = find_reply(c, id);
        int64_t left_ms = until_ms - clock_mono().ms;

        if (m != NULL || left_ms <= 0 || !c->is_open)
            return m;
        client_pump(c, (int)left_ms);
    }
    return NULL;
}

void client_message_free(struct client_message *m)
{
    if (m == NULL)
        return;
    text_unref(m->text);
    mem_free(m);
}

const char *client_message_text(const struct client_message *m, size_t *out_length_bytes)
{
    if (out_length_bytes != NULL)
        *out_length_bytes = m->text->length_bytes;
    return m->text->bytes;
}

int client_error(const struct client_message *m)
{
    int64_t code = 0;

    if (m == NULL)
        return -1;
    if (m->error != NULL && !json_integer(json_member(m->error, "code"), &code))
        return -1;
    return (int)code;
}

/* --- out --------------------------------------------------------------------------------------- */

void client_idem(char out[CLIENT_IDEM_BYTES])
{
    uint8_t random[16];

    crypto_random(random, sizeof random);
    crypto_hex(random, sizeof random, out);
}

/* params with the member `idem` added. */
static void add_idem(struct buf *b, const char *params, const char *idem)
{
    const char *rest = params == NULL ? "}" : strchr(params, '{') + 1;

    rest += strspn(rest, " \t\r\n");
    buf_printf(b, "{\"idem\":\"%s\"%s%s", idem, *rest == '}' ? "" : ",", rest);
}

void client_print_request(struct buf *b, int64_t id, const char *method, const char *params)
{
    buf_printf(b, "{\"jsonrpc\":\"2.0\",\"id\":%lld,\"method\":\"%s\",\"params\":%s}",
        (long long)id, method, params == NULL ? "{}" : params);
}

int64_t client_request(struct client *c, const char *method, const char *params)
{
    struct buf b;
    bool sent;

    buf_init(&b, 0);
    client_print_request(&b, ++c->last_id, method, params);
    sent = client_send(c, b.bytes, b.length_bytes);
    buf_done(&b);
    return sent ? c->last_id : 0;
}

int64_t client_request_once(
    struct client *c, const char *method, const char *params, const char *idem)
{
    char fresh[CLIENT_IDEM_BYTES];
    struct buf b;
    int64_t id;

    if (idem == NULL) {
        client_idem(fresh);
        idem = fresh;
    }
    buf_init(&b, 0);
    add_idem(&b, params, idem);
    id = client_request(c, method, b.bytes);
    buf_done(&b);
    return id;
}

struct client_message *client_call(
    struct client *c, const char *method, const char *params, int timeout_ms)
{
    return client_wait(c, client_request(c, method, params), timeout_ms);
}

struct client_message *client_write(
    struct client *c, const char *method, const char *params, const char *idem, int timeout_ms)
{
    return client_wait(c, client_request_once(c, method, params, idem), timeout_ms);
}

/* --- replies that came over HTTP ----------------------------------------------------------------- */

struct client_message *client_message_parse(const char *text, size_t length_bytes)
{
    struct client_text *t = mem_zalloc(sizeof *t);
    struct client_message *m;

    t->refs = 1;
    t->bytes = mem_copy(text, length_bytes);
    t->length_bytes = length_bytes;
    if (json_parse(text, length_bytes, &t->root, NULL) != ERR_OK) {
        text_unref(t);
        return NULL;
    }
    m = mem_zalloc(sizeof *m);
    m->json = t->root;
    m->text = t;
    m->read_at = clock_boot();
    read_message(m);
    return m;
}
