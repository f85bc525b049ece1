/* rpc_envelope.c -- the outside of requests and replies. */
#include "hub/rpc_envelope.h"

#include <inttypes.h>
#include <string.h>

#include "hub/words.h"
#include "io/json.h"
#include "base/buf.h"

/* --- requests -------------------------------------------------------------------------------- */

/* A string of at most RPC_ID_MAX_BYTES or an exact integer, as JSON text in *out_id. */
static bool read_id(const struct json *id, char **out_id)
{
    const char *text = json_text(id);
    struct buf b;
    int64_t n;

    buf_init(&b, 0);
    if (text != NULL && strlen(text) <= RPC_ID_MAX_BYTES)
        buf_add_json_string(&b, text, strlen(text));
    else if (text == NULL && json_type_of(id) == JSON_NUMBER && json_integer(id, &n))
        buf_add_i64(&b, n);
    else
        return false;
    *out_id = buf_take(&b, NULL);
    return true;
}

enum err rpc_envelope_read(const struct json *item, struct rpc_request *out_request)
{
    const struct json *id = json_member(item, "id");
    const char *version, *method;

    *out_request = (struct rpc_request){.id = NULL};
    if (json_type_of(item) != JSON_OBJECT)
        return ERR_INVALID_REQUEST;
    if (id != NULL && !read_id(id, &out_request->id))
        return ERR_INVALID_REQUEST;
    version = json_text(json_member(item, "jsonrpc"));
    method = json_text(json_member(item, "method"));
    if (version == NULL || strcmp(version, "2.0") != 0 || method == NULL)
        return ERR_INVALID_REQUEST;
    out_request->method = method;
    out_request->params = json_member(item, "params");
    return ERR_OK;
}

static bool is_key(const char *text)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    size_t length = strlen(text);

    return length >= RPC_IDEM_MIN && length <= RPC_IDEM_MAX && strspn(text, letters) == length;
}

enum err rpc_envelope_params(
    struct rpc_request *r, bool wants_idem, const char **out_path, const char **out_problem)
{
    const struct json *idem;

    if (r->params != NULL && json_type_of(r->params) != JSON_OBJECT) {
        *out_path = "";
        *out_problem = "must be an object";
        return ERR_INVALID_PARAMS;
    }
    idem = r->params != NULL ? json_member(r->params, "idem") : NULL;
    if (!wants_idem && idem == NULL)
        return ERR_OK;
    *out_path = "idem";
    if (!wants_idem)
        *out_problem = "is not taken by this method";
    else if (idem == NULL)
        *out_problem = "is missing";
    else if (json_text(idem) == NULL || !is_key(json_text(idem)))
        *out_problem = "must have 8 to 64 of A-Z a-z 0-9 _ -";
    else {
        r->idem = json_text(idem);
        return ERR_OK;
    }
    return ERR_INVALID_PARAMS;
}

/* --- replies --------------------------------------------------------------------------------- */

static void begin(struct buf *out, const char *id)
{
    buf_add_text(out, "{\"jsonrpc\":\"2.0\",\"id\":");
    buf_add_text(out, id != NULL ? id : "null");
}

void rpc_envelope_result(struct buf *out, const char *id, const char *result, size_t length_bytes)
{
    begin(out, id);
    buf_add_text(out, ",\"result\":");
    buf_add(out, result, length_bytes);
    buf_add_char(out, '}');
}

/* The members of the object `detail`, with a comma in front. */
static void add_members(struct buf *out, const char *detail)
{
    const char *p = strchr(detail, '{');
    size_t length;

    if (p == NULL)
        return;
    p += 1 + strspn(p + 1, " \t\r\n");
    length = strlen(p);
    while (length > 0 && p[length - 1] != '}')
        length--;
    if (length <= 1)
        return;
    buf_add_char(out, ',');
    buf_add(out, p, length - 1);
}

void rpc_envelope_error(
    struct buf *out, const char *id, enum err e, const char *locale, const char *detail)
{
    const char *text = words_error(e, locale);

    begin(out, id);
    buf_add_text(out, ",\"error\":{\"code\":");
    buf_add_i64(out, err_code(e));
    buf_add_text(out, ",\"message\":");
    buf_add_json_string(out, text, strlen(text));
    buf_add_text(out, ",\"data\":{\"reason\":\"");
    buf_add_text(out, err_reason(e));
    buf_add_char(out, '"');
    if (err_may_retry(e) && (detail == NULL || strstr(detail, "\"retry_ms\"") == NULL)) {
        buf_add_text(out, ",\"retry_ms\":");
        buf_add_i64(out, err_retry_ms(e));
    }
    if (detail != NULL)
        add_members(out, detail);
    buf_add_text(out, "}}}");
}
