/* call_row.c -- the statement of a method's row: its arguments, and the answer that refuses. */
#include "hub/call.h"

#include <string.h>

#include "hub/call_state.h"
#include "hub/hub.h"
#include "hub/session.h"
#include "io/crypto.h"
#include "io/json.h"
#include "base/address.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/id.h"

enum { ARGS_FIXED_MAX = 4, HASH_TEXT_BYTES = 2 + 2 * CRYPTO_SHA256_BYTES + 1 };

/* --- arguments ------------------------------------------------------------------------------- */

static int count_params(const struct method *m)
{
    int count = 0;

    while (m->params != NULL && m->params[count].type != FIELD_TYPE_END)
        count++;
    return count;
}

static void add_text_or_null(struct buf *b, const char *text)
{
    if (text != NULL)
        buf_add_json_string(b, text, strlen(text));
    else
        buf_add_text(b, "null");
}

/* The sign-in, which the member's list of them and the archive know by the same number; else the token. */
static void add_sign_in(struct buf *b, const struct session *s)
{
    char family[ID_TEXT_BYTES];

    if (s != NULL && s->family != 0) {
        id_print(s->family, family);
        add_text_or_null(b, family);
    } else {
        add_text_or_null(b, s != NULL && s->token_id[0] != '\0' ? s->token_id : "0");
    }
}

const char *call_context(const struct call *c)
{
    char network[ADDRESS_NETWORK_BYTES];
    bool known = address_network(call_address(c), network);
    const char *text;
    struct buf b;

    buf_init(&b, 0);
    buf_add_text(&b, "{\"session\":");
    add_sign_in(&b, c->session);
    buf_add_text(&b, ",\"address\":");
    add_text_or_null(&b, known ? network : NULL);
    buf_add_text(&b, ",\"agent\":");
    add_text_or_null(&b, c->session != NULL ? c->session->agent : NULL);
    buf_add_char(&b, '}');
    text = arena_copy(c->arena, b.bytes, b.length_bytes);
    buf_done(&b);
    return text;
}

/* SHA-256 over the bound parameters, each as presence, length, bytes; as a bytea literal. */
static const char *hash_params(struct call *c, int count)
{
    struct crypto_hash *h = c->engine->hash;
    uint8_t sum[CRYPTO_SHA256_BYTES];
    char *text = arena_alloc(c->arena, HASH_TEXT_BYTES);

    crypto_hash_begin(h);
    for (int i = 0; i < count; i++) {
        const char *p = c->params[i];
        uint64_t length = p != NULL ? strlen(p) : 0;
        uint8_t head[9] = {p != NULL};

        for (int byte = 0; byte < 8; byte++)
            head[1 + byte] = (uint8_t)(length >> (8 * byte));
        crypto_hash_add(h, head, sizeof head);
        crypto_hash_add(h, p != NULL ? p : "", length);
    }
    crypto_hash_end(h, sum);
    text[0] = '\\';
    text[1] = 'x';
    crypto_hex(sum, sizeof sum, text + 2);
    return text;
}

const char *call_idem(const struct call *c)
{
    return c->idem;
}

const char *call_hash(struct call *c)
{
    return hash_params(c, count_params(c->method));
}

/* Who, idem and hash of a write with a key, the context of a row that wants it, the parameters. */
void call_bind_row(struct call *c)
{
    int count = count_params(c->method);
    int at = 0;

    c->row_args = arena_alloc(c->arena, sizeof *c->row_args * (size_t)(ARGS_FIXED_MAX + count));
    c->row_args[at++] = c->who;
    if (c->idem != NULL) {
        c->row_args[at++] = c->idem;
        c->row_args[at++] = hash_params(c, count);
    }
    if (c->method->context)
        c->row_args[at++] = call_context(c);
    for (int i = 0; i < count; i++)
        c->row_args[at++] = c->params[i];
    c->row_count = at;
}

/* --- refusals -------------------------------------------------------------------------------- */

static enum err err_of_reason(const char *reason)
{
    for (int e = ERR_LOST + 1; e < ERR_COUNT; e++) {
        if (strcmp(err_reason((enum err)e), reason) == 0)
            return (enum err)e;
    }
    return ERR_INTERNAL;
}

/* The other members of the reply, as error detail. */
static const char *detail_of(struct call *c, const struct json *reply)
{
    const char *text;
    struct buf b;

    buf_init(&b, 0);
    buf_add_char(&b, '{');
    for (const struct json *m = json_first(reply); m != NULL; m = json_next(m)) {
        if (strcmp(json_name(m), "refused") == 0)
            continue;
        if (b.length_bytes > 1)
            buf_add_char(&b, ',');
        buf_add_json_string(&b, json_name(m), strlen(json_name(m)));
        buf_add_char(&b, ':');
        json_print(m, &b);
    }
    buf_add_char(&b, '}');
    text = arena_copy(c->arena, b.bytes, b.length_bytes);
    buf_done(&b);
    return text;
}

/* Within a text the quotes would be escaped: where the needle is found, some member has this name. */
bool call_refused(struct call *c, const char *reply, size_t length_bytes, const char *subjects)
{
    static const char needle[] = "\"refused\":";
    const char *reason, *detail;
    struct json *j;

    if (reply == NULL || memmem(reply, length_bytes, needle, sizeof needle - 1) == NULL ||
        json_parse(reply, length_bytes, &j, NULL) != ERR_OK)
        return false;
    reason = json_text(json_member(j, "refused"));
    if (reason == NULL) {
        json_free(j);
        return false;
    }
    enum err e = err_of_reason(reason);

    detail = detail_of(c, j);
    json_free(j);
    if (e == ERR_INTERNAL)
        call_failed_unexpectedly(c, "", c->method->name);
    else
        call_failed_with(c, e, strcmp(detail, "{}") == 0 ? NULL : detail, true, subjects);
    return true;
}
