/* asyncapi_messages.c -- the messages of the AsyncAPI document, and the schemas of what stands around them. */
#include "club/asyncapi_messages.h"

#include <stdio.h>

#include "club/all.h"
#include "club/schemas.h"
#include "club/stream.h"
#include "club/surface.h"
#include "hub/rpc.h"
#include "hub/rpc_envelope.h"
#include "base/printer.h"

struct asyncapi_name asyncapi_join(const char *first, const char *second)
{
    struct asyncapi_name n;

    snprintf(n.text, sizeof n.text, "%s%s", first, second);
    return n;
}

bool asyncapi_is_answered(const struct method *m)
{
    return m->kind != METHOD_NOTIFY;
}

static void print_const(struct printer *p, const char *name, const char *value)
{
    printer_begin(p, name, '{');
    printer_text(p, "const", value);
    printer_end(p, '}');
}

static void print_type(struct printer *p, const char *name, const char *type)
{
    printer_begin(p, name, '{');
    printer_text(p, "type", type);
    printer_end(p, '}');
}

static void print_list_of(
    struct printer *p, const char *name, const char *schema, const char *description, int most)
{
    printer_begin(p, name, '{');
    printer_text(p, "description", description);
    printer_text(p, "type", "array");
    printer_number(p, "minItems", 1);
    if (most > 0)
        printer_number(p, "maxItems", most);
    schemas_print_ref(p, "items", "components/schemas", schema);
    printer_end(p, '}');
}

/* --- messages -------------------------------------------------------------------------------- */

/* Up to the members of its payload, whose first is jsonrpc. */
static void begin_message(struct printer *p, const char *name, const char *doc)
{
    printer_begin(p, name, '{');
    printer_text(p, "name", name);
    printer_text(p, "summary", doc);
}

static void begin_payload(struct printer *p)
{
    printer_begin(p, "payload", '{');
    printer_text(p, "type", "object");
    printer_begin(p, "properties", '{');
    print_const(p, "jsonrpc", "2.0");
}

static void end_payload(struct printer *p, const char *const *required)
{
    printer_end(p, '}');
    printer_texts(p, "required", required);
    printer_end(p, '}');
    printer_end(p, '}');
}

static void print_correlation(struct printer *p)
{
    schemas_print_ref(p, "correlationId", "components/correlationIds", "id");
}

static void print_call_message(struct printer *p, struct schemas *schemas, const struct method *m)
{
    const struct schemas_object params = {.fields = m->params,
        .more = surface_wants_idem(m) ? surface_idem : NULL,
        .way = SCHEMAS_SENT_BY_CLIENT};
    bool needed = schemas_has_required(m->params) || surface_wants_idem(m);
    const char *required[] = {"jsonrpc", "method", asyncapi_is_answered(m) ? "id" : "params",
        asyncapi_is_answered(m) ? "params" : NULL, NULL};

    begin_message(p, m->name, m->doc);
    if (asyncapi_is_answered(m))
        print_correlation(p);
    begin_payload(p);
    schemas_print_ref(p, "id", "components/schemas", "call_id");
    print_const(p, "method", m->name);
    schemas_refer(schemas, p, "params", &params, (const char *const[]){m->name, "params"});
    if (!needed)
        required[asyncapi_is_answered(m) ? 3 : 2] = NULL;
    end_payload(p, required);
}

static void print_reply_message(struct printer *p, struct schemas *schemas, const struct method *m)
{
    const struct schemas_object result = {.fields = m->result,
        .more = surface_wants_idem(m) ? surface_replay : NULL,
        .way = SCHEMAS_SENT_BY_SERVER};
    struct asyncapi_name summary = asyncapi_join("What answers ", m->name),
                         n = asyncapi_join(m->name, ".reply");

    begin_message(p, n.text, asyncapi_join(summary.text, ".").text);
    print_correlation(p);
    begin_payload(p);
    schemas_print_ref(p, "id", "components/schemas", "call_id");
    schemas_refer(schemas, p, "result", &result, (const char *const[]){m->name, "result"});
    end_payload(p, (const char *const[]){"jsonrpc", "id", "result", NULL});
}

static void print_event_message(
    struct printer *p, struct schemas *schemas, const struct event_kind *k)
{
    const struct schemas_object event = {.fields = stream_event, .way = SCHEMAS_SENT_BY_SERVER};
    const struct schemas_object data = {
        .fields = k->refs, .view = k->view, .way = SCHEMAS_SENT_BY_SERVER};

    begin_message(p, asyncapi_join("event.", k->type).text, k->doc);
    begin_payload(p);
    print_const(p, "method", "event");
    printer_begin(p, "params", '{');
    printer_begin(p, "allOf", '[');
    schemas_refer(schemas, p, NULL, &event, (const char *const[]){"message.event", "params"});
    printer_end(p, ']');
    printer_begin(p, "properties", '{');
    print_const(p, "type", k->type);
    schemas_refer(schemas, p, "data", &data, (const char *const[]){k->type, "data"});
    printer_end(p, '}');
    printer_end(p, '}');
    end_payload(p, (const char *const[]){"jsonrpc", "method", "params", NULL});
}

static void print_server_message(
    struct printer *p, struct schemas *schemas, const struct surface_message *m)
{
    const struct schemas_object params = {.fields = m->params, .way = SCHEMAS_SENT_BY_SERVER};
    struct asyncapi_name n = asyncapi_join("message.", m->name);

    begin_message(p, n.text, m->doc);
    begin_payload(p);
    print_const(p, "method", m->name);
    schemas_refer(schemas, p, "params", &params, (const char *const[]){n.text, "params"});
    end_payload(p, (const char *const[]){"jsonrpc", "method", "params", NULL});
}

static void print_error_message(struct printer *p, enum err e)
{
    struct asyncapi_name n = asyncapi_join("error.", err_reason(e));

    begin_message(p, n.text, err_text(e));
    print_correlation(p);
    schemas_print_ref(p, "payload", "components/schemas", n.text);
    printer_end(p, '}');
}

/* Why any call may be refused. */
static void print_refused_message(struct printer *p)
{
    begin_message(p, "refused", "What any call may be refused with.");
    print_correlation(p);
    printer_begin(p, "payload", '{');
    printer_begin(p, "anyOf", '[');
    for (const enum err *e = surface_errors; *e != ERR_OK; e++)
        schemas_print_ref(
            p, NULL, "components/schemas", asyncapi_join("error.", err_reason(*e)).text);
    printer_end(p, ']');
    printer_end(p, '}');
    printer_end(p, '}');
}

static void print_list_messages(struct printer *p)
{
    static const struct {
        const char *name, *schema, *doc;
        int most; /* 0: as many as there are */
    } lists[] = {
        {"batch", "call", "Several calls.", RPC_BATCH_MAX},
        {"batch.reply", "answer", "Their answers, in any order.", RPC_BATCH_MAX},
        {"pushes", "push", "Several events and messages.", 0},
    };

    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        begin_message(p, lists[i].name, lists[i].doc);
        print_list_of(p, "payload", lists[i].schema, lists[i].doc, lists[i].most);
        printer_end(p, '}');
    }
    begin_message(p, "call", "Any call.");
    schemas_print_ref(p, "payload", "components/schemas", "call");
    printer_end(p, '}');
    begin_message(p, "answer", "Any answer.");
    schemas_print_ref(p, "payload", "components/schemas", "answer");
    printer_end(p, '}');
}

void asyncapi_messages_print(struct printer *p, struct schemas *schemas)
{
    size_t count;
    const struct method *const *methods = all_methods(&count);

    printer_begin(p, "messages", '{');
    for (size_t i = 0; i < count; i++) {
        print_call_message(p, schemas, methods[i]);
        if (asyncapi_is_answered(methods[i]))
            print_reply_message(p, schemas, methods[i]);
    }

    const struct event_kind *const *kinds = all_events(&count);

    for (size_t i = 0; i < count; i++)
        print_event_message(p, schemas, kinds[i]);
    for (const struct surface_message *m = surface_messages; m->name != NULL; m++) {
        if (m->params != stream_event)
            print_server_message(p, schemas, m);
    }
    for (int e = ERR_LOST + 1; e < ERR_COUNT; e++)
        print_error_message(p, (enum err)e);
    print_refused_message(p);
    print_list_messages(p);
    printer_end(p, '}');
}

/* --- what stands around them ----------------------------------------------------------------- */

static void print_id(struct printer *p, const char *name, bool may_be_null)
{
    printer_begin(p, name, '{');
    printer_text(p, "description",
        may_be_null ? "Of the call; null where it could not be read." : "Echoed as sent.");
    printer_texts(
        p, "type", (const char *const[]){"string", "integer", may_be_null ? "null" : NULL, NULL});
    printer_number(p, "maxLength", RPC_ID_MAX_BYTES);
    printer_number(p, "minimum", -FIELD_POINTS_MAX);
    printer_number(p, "maximum", FIELD_POINTS_MAX);
    printer_end(p, '}');
}

static void begin_schema(struct printer *p, const char *name)
{
    printer_begin(p, name, '{');
    printer_text(p, "type", "object");
    printer_begin(p, "properties", '{');
    print_const(p, "jsonrpc", "2.0");
}

static void end_schema(struct printer *p, const char *const *required)
{
    printer_end(p, '}');
    printer_texts(p, "required", required);
    printer_end(p, '}');
}

static void print_data(struct printer *p, enum err e)
{
    printer_begin(p, "data", '{');
    printer_text(p, "type", "object");
    printer_begin(p, "properties", '{');
    print_const(p, "reason", err_reason(e));
    if (err_may_retry(e)) {
        printer_begin(p, "retry_ms", '{');
        printer_text(p, "type", "integer");
        printer_number(p, "minimum", 0);
        printer_end(p, '}');
    }
    printer_end(p, '}');
    printer_texts(
        p, "required", (const char *const[]){"reason", err_may_retry(e) ? "retry_ms" : NULL, NULL});
    printer_end(p, '}');
}

static void print_error(struct printer *p, enum err e)
{
    begin_schema(p, asyncapi_join("error.", err_reason(e)).text);
    schemas_print_ref(p, "id", "components/schemas", "answer_id");
    printer_begin(p, "error", '{');
    printer_text(p, "type", "object");
    printer_begin(p, "properties", '{');
    printer_begin(p, "code", '{');
    printer_number(p, "const", err_code(e));
    printer_end(p, '}');
    print_type(p, "message", "string");
    print_data(p, e);
    printer_end(p, '}');
    printer_texts(p, "required", (const char *const[]){"code", "message", "data", NULL});
    printer_boolean(p, "additionalProperties", false);
    printer_end(p, '}');
    end_schema(p, (const char *const[]){"jsonrpc", "id", "error", NULL});
}

void asyncapi_messages_print_envelope(struct printer *p)
{
    print_id(p, "call_id", false);
    print_id(p, "answer_id", true);
    begin_schema(p, "call");
    schemas_print_ref(p, "id", "components/schemas", "call_id");
    print_type(p, "method", "string");
    print_type(p, "params", "object");
    end_schema(p, (const char *const[]){"jsonrpc", "method", NULL});
    begin_schema(p, "answer");
    schemas_print_ref(p, "id", "components/schemas", "answer_id");
    print_type(p, "result", "object");
    print_type(p, "error", "object");
    end_schema(p, (const char *const[]){"jsonrpc", "id", NULL});
    begin_schema(p, "push");
    print_type(p, "method", "string");
    print_type(p, "params", "object");
    end_schema(p, (const char *const[]){"jsonrpc", "method", "params", NULL});
    for (int e = ERR_LOST + 1; e < ERR_COUNT; e++)
        print_error(p, (enum err)e);
}
