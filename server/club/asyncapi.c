/* asyncapi.c -- prints the tables as AsyncAPI 3.0. */
#include "club/asyncapi.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "club/all.h"
#include "club/asyncapi_messages.h"
#include "club/schemas.h"
#include "club/stream.h"
#include "club/surface.h"
#include "base/buf.h"
#include "base/printer.h"

static const char socket_messages[] = "channels/socket/messages";
static const char http_messages[] = "channels/http/messages";

static bool is_listed(const enum err *list, enum err e)
{
    for (; list != NULL && *list != ERR_OK; list++) {
        if (*list == e)
            return true;
    }
    return false;
}

/* --- small pieces ---------------------------------------------------------------------------- */

static void print_tags(struct printer *p, const char *dotted)
{
    struct asyncapi_name noun = asyncapi_join(dotted, "");

    noun.text[strcspn(noun.text, ".")] = '\0';
    printer_begin(p, "tags", '[');
    printer_begin(p, NULL, '{');
    printer_text(p, "name", noun.text);
    printer_end(p, '}');
    printer_end(p, ']');
}

/* --- the beginning --------------------------------------------------------------------------- */

static void print_info(struct printer *p)
{
    printer_begin(p, "info", '{');
    printer_text(p, "title", "clubhub");
    printer_text(p, "version", "1");
    printer_text(p, "description",
        "JSON-RPC 2.0 over one WebSocket, subprotocol clubhub.v1, and the same calls over HTTP POST. The hub receives "
        "calls and answers each by its id; events and messages have no id. Calls in flight have no order among "
        "themselves. Several messages may come as one array.");
    printer_begin(p, "license", '{');
    printer_text(p, "name", "Apache-2.0");
    printer_end(p, '}');
    printer_end(p, '}');
}

static void print_server(struct printer *p, const char *name, const char *protocol)
{
    printer_begin(p, name, '{');
    printer_text(p, "host", "{address}");
    printer_text(p, "protocol", protocol);
    printer_begin(p, "variables", '{');
    printer_begin(p, "address", '{');
    printer_text(p, "description", "Host, and port unless it is 443.");
    printer_text(p, "default", "clubhub.example");
    printer_end(p, '}');
    printer_end(p, '}');
    printer_end(p, '}');
}

static void print_servers(struct printer *p)
{
    printer_begin(p, "servers", '{');
    print_server(p, "socket", "wss");
    print_server(p, "http", "https");
    printer_end(p, '}');
}

/* --- channels -------------------------------------------------------------------------------- */

static void list_message(struct printer *p, const char *first, const char *second)
{
    struct asyncapi_name n = asyncapi_join(first, second);

    schemas_print_ref(p, n.text, "components/messages", n.text);
}

static void print_socket_messages(struct printer *p)
{
    size_t count;
    const struct method *const *methods = all_methods(&count);

    printer_begin(p, "messages", '{');
    for (size_t i = 0; i < count; i++) {
        list_message(p, methods[i]->name, "");
        if (asyncapi_is_answered(methods[i]))
            list_message(p, methods[i]->name, ".reply");
    }

    const struct event_kind *const *kinds = all_events(&count);

    for (size_t i = 0; i < count; i++)
        list_message(p, "event.", kinds[i]->type);
    for (const struct surface_message *m = surface_messages; m->name != NULL; m++) {
        if (m->params != stream_event) /* it is one message for each type of event */
            list_message(p, "message.", m->name);
    }
    for (int e = ERR_LOST + 1; e < ERR_COUNT; e++)
        list_message(p, "error.", err_reason((enum err)e));
    list_message(p, "refused", "");
    list_message(p, "batch", "");
    list_message(p, "batch.reply", "");
    list_message(p, "pushes", "");
    printer_end(p, '}');
}

static void print_channel_head(
    struct printer *p, const char *name, const char *address, const char *description)
{
    printer_begin(p, name, '{');
    printer_text(p, "address", address);
    printer_text(p, "description", description);
    printer_begin(p, "servers", '[');
    schemas_print_ref(p, NULL, "servers", name);
    printer_end(p, ']');
}

static void print_socket_bindings(struct printer *p)
{
    printer_begin(p, "bindings", '{');
    printer_begin(p, "ws", '{');
    printer_text(p, "method", "GET");
    printer_begin(p, "query", '{');
    printer_text(p, "type", "object");
    printer_begin(p, "properties", '{');
    printer_begin(p, "ticket", '{');
    printer_text(p, "type", "string");
    printer_text(p, "description", "Of session.ticket; signs in once.");
    printer_end(p, '}');
    printer_end(p, '}');
    printer_end(p, '}');
    printer_text(p, "bindingVersion", "0.1.0");
    printer_end(p, '}');
    printer_end(p, '}');
}

static void print_channels(struct printer *p)
{
    printer_begin(p, "channels", '{');
    print_channel_head(p, "socket", "/v1",
        "The WebSocket, with subprotocol clubhub.v1. Sign in with session.auth as the first call, or by the upgrade.");
    print_socket_messages(p);
    print_socket_bindings(p);
    surface_print_close_codes(p, "x-close-codes");
    printer_end(p, '}');
    print_channel_head(p, "http", "/v1/rpc",
        "One call, or a batch, in the body of a POST; answered by the body of the response.");
    printer_begin(p, "messages", '{');
    list_message(p, "call", "");
    list_message(p, "answer", "");
    list_message(p, "batch", "");
    list_message(p, "batch.reply", "");
    printer_end(p, '}');
    printer_end(p, '}');
    printer_end(p, '}');
}

/* --- operations ------------------------------------------------------------------------------ */

static void begin_operation(
    struct printer *p, const char *name, const char *action, const char *channel)
{
    printer_begin(p, name, '{');
    printer_text(p, "action", action);
    schemas_print_ref(p, "channel", "channels", channel);
}

static void print_only_message(struct printer *p, const char *messages, const char *name)
{
    printer_begin(p, "messages", '[');
    schemas_print_ref(p, NULL, messages, name);
    printer_end(p, ']');
}

static void print_reply(struct printer *p, const struct method *m)
{
    printer_begin(p, "reply", '{');
    schemas_print_ref(p, "channel", "channels", "socket");
    printer_begin(p, "messages", '[');
    schemas_print_ref(p, NULL, socket_messages, asyncapi_join(m->name, ".reply").text);
    for (const enum err *e = m->errors; e != NULL && *e != ERR_OK; e++) {
        if (!is_listed(surface_errors, *e))
            schemas_print_ref(
                p, NULL, socket_messages, asyncapi_join("error.", err_reason(*e)).text);
    }
    schemas_print_ref(p, NULL, socket_messages, "refused");
    printer_end(p, ']');
    printer_end(p, '}');
}

/* Nothing where guests may call. */
static void print_security(struct printer *p, unsigned who)
{
    if ((who & WHO_GUEST) != 0)
        return;
    printer_begin(p, "security", '[');
    if ((who & (WHO_MEMBER | WHO_STAFF)) != 0)
        schemas_print_ref(p, NULL, "components/securitySchemes", "token");
    if ((who & WHO_SERVICE) != 0)
        schemas_print_ref(p, NULL, "components/securitySchemes", "key");
    printer_end(p, ']');
}

static void print_method_operation(struct printer *p, const struct method *m)
{
    static const char *const kinds[] = {
        [METHOD_READ] = "read", [METHOD_WRITE] = "write", [METHOD_NOTIFY] = "notify"};

    begin_operation(p, m->name, "receive", "socket");
    printer_text(p, "summary", m->doc);
    print_tags(p, m->name);
    print_security(p, m->who);
    print_only_message(p, socket_messages, m->name);
    if (asyncapi_is_answered(m))
        print_reply(p, m);
    printer_text(p, "x-kind", kinds[m->kind]);
    surface_print_who(p, "x-who", m->who);
    printer_boolean(p, "x-step-up", m->step_up);
    printer_texts(p, "x-publishes", m->publishes);
    printer_end(p, '}');
}

static void print_push_operation(
    struct printer *p, const char *kind, const char *name, const char *doc)
{
    struct asyncapi_name n = asyncapi_join(kind, name);

    begin_operation(p, n.text, "send", "socket");
    printer_text(p, "summary", doc);
    print_tags(p, name);
    print_only_message(p, socket_messages, n.text);
    printer_end(p, '}');
}

static void print_batch_operations(struct printer *p)
{
    begin_operation(p, "batch", "receive", "socket");
    printer_text(p, "summary", "Several calls at once; one array answers those that have an id.");
    print_only_message(p, socket_messages, "batch");
    printer_begin(p, "reply", '{');
    schemas_print_ref(p, "channel", "channels", "socket");
    print_only_message(p, socket_messages, "batch.reply");
    printer_end(p, '}');
    printer_end(p, '}');
    begin_operation(p, "pushes", "send", "socket");
    printer_text(p, "summary", "Several events and messages at once.");
    print_only_message(p, socket_messages, "pushes");
    printer_end(p, '}');
}

static void print_http_operation(struct printer *p)
{
    begin_operation(p, "http", "receive", "http");
    printer_text(p, "summary", "Any call but those about streams, over HTTP.");
    printer_begin(p, "messages", '[');
    schemas_print_ref(p, NULL, http_messages, "call");
    schemas_print_ref(p, NULL, http_messages, "batch");
    printer_end(p, ']');
    printer_begin(p, "bindings", '{');
    printer_begin(p, "http", '{');
    printer_text(p, "method", "POST");
    printer_text(p, "bindingVersion", "0.3.0");
    printer_end(p, '}');
    printer_end(p, '}');
    printer_begin(p, "reply", '{');
    schemas_print_ref(p, "channel", "channels", "http");
    printer_begin(p, "messages", '[');
    schemas_print_ref(p, NULL, http_messages, "answer");
    schemas_print_ref(p, NULL, http_messages, "batch.reply");
    printer_end(p, ']');
    printer_end(p, '}');
    printer_end(p, '}');
}

static void print_operations(struct printer *p)
{
    size_t count;
    const struct method *const *methods = all_methods(&count);

    printer_begin(p, "operations", '{');
    for (size_t i = 0; i < count; i++)
        print_method_operation(p, methods[i]);

    const struct event_kind *const *kinds = all_events(&count);

    for (size_t i = 0; i < count; i++)
        print_push_operation(p, "event.", kinds[i]->type, kinds[i]->doc);
    for (const struct surface_message *m = surface_messages; m->name != NULL; m++) {
        if (m->params != stream_event)
            print_push_operation(p, "message.", m->name, m->doc);
    }
    print_batch_operations(p);
    print_http_operation(p);
    printer_end(p, '}');
}

/* --- the whole ------------------------------------------------------------------------------- */

static void print_correlation_ids(struct printer *p)
{
    printer_begin(p, "correlationIds", '{');
    printer_begin(p, "id", '{');
    printer_text(p, "description", "A reply bears the id of its call.");
    printer_text(p, "location", "$message.payload#/id");
    printer_end(p, '}');
    printer_end(p, '}');
}

static void print_security_schemes(struct printer *p)
{
    printer_begin(p, "securitySchemes", '{');
    printer_begin(p, "token", '{');
    printer_text(p, "type", "http");
    printer_text(p, "scheme", "bearer");
    printer_text(p, "bearerFormat", "JWT");
    printer_text(p, "description",
        "A token of account.login or of an outside provider: in session.auth, in the header of the upgrade or of the "
        "POST, or as a ticket in the query.");
    printer_end(p, '}');
    printer_begin(p, "key", '{');
    printer_text(p, "type", "httpApiKey");
    printer_text(p, "in", "header");
    printer_text(p, "name", "Authorization");
    printer_text(p, "description", "Of services: `Key` and the API key.");
    printer_end(p, '}');
    printer_end(p, '}');
}

static void print_streams(struct printer *p, struct schemas *schemas)
{
    printer_begin(p, "x-streams", '[');
    for (const struct surface_stream *s = surface_streams; s->name != NULL; s++) {
        const struct schemas_object snapshot = {
            .fields = surface_snapshot(s), .way = SCHEMAS_SENT_BY_SERVER};
        struct asyncapi_name kind = asyncapi_join(s->name, "");

        kind.text[strcspn(kind.text, ":")] = '\0';
        printer_begin(p, NULL, '{');
        printer_text(p, "name", s->name);
        printer_text(p, "description", s->doc);
        surface_print_who(p, "who", s->who);
        schemas_refer(
            schemas, p, "snapshot", &snapshot, (const char *const[]){kind.text, "snapshot"});
        printer_end(p, '}');
    }
    printer_end(p, ']');
}

void asyncapi_print(struct buf *out)
{
    struct printer p = {.out = out, .is_first = true};
    struct schemas *schemas = schemas_new();

    printer_begin(&p, NULL, '{');
    printer_text(&p, "asyncapi", "3.0.0");
    print_info(&p);
    printer_text(&p, "defaultContentType", "application/json");
    print_servers(&p);
    print_channels(&p);
    print_operations(&p);
    print_streams(&p, schemas);
    printer_begin(&p, "components", '{');
    print_correlation_ids(&p);
    print_security_schemes(&p);
    asyncapi_messages_print(&p, schemas);
    printer_begin(&p, "schemas", '{');
    asyncapi_messages_print_envelope(&p);
    schemas_print(schemas, &p);
    printer_end(&p, '}');
    printer_end(&p, '}');
    printer_end(&p, '}');
    buf_add_char(out, '\n');
    schemas_free(schemas);
}
