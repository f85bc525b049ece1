/* attack_texts.c -- messages that are no JSON, no request, or no call that fits. */
#include "attack.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "client.h"

enum {
    PARSE = -32700,
    NO_REQUEST = -32600,
    NO_METHOD = -32601,
    BAD_PARAMS = -32602,
    ROWS_PER_SOCKET = 6, /* fewer than the ten that close it */
    MALFORMED_MAX = 10,
    REST_MS = 20
};

#define PARSED ATTACK_MALFORMED("PARSE")
#define REQUESTED ATTACK_MALFORMED("INVALID_REQUEST")
#define NAMED ATTACK_MALFORMED("METHOD_NOT_FOUND")
#define BOUND ATTACK_OUTCOME("club.list", "INVALID_PARAMS")
#define EIGHT_OPEN "[[[[[[[["
#define EIGHT_SHUT "]]]]]]]]"
#define LIST(params) "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"club.list\",\"params\":" params "}"

/* before, `unit` so many times, after */
static const struct row {
    const char *words, *before, *unit, *after;
    int times, code;
    const char *metric;
} rows[] = {
    {"no JSON", "this is not JSON", "", "", 0, PARSE, PARSED},
    {"JSON that ends early", "{\"jsonrpc\":\"2.0\",\"id\":1,", "", "", 0, PARSE, PARSED},
    {"two values", "{} {}", "", "", 0, PARSE, PARSED},
    {"too deep",
        LIST(EIGHT_OPEN EIGHT_OPEN EIGHT_OPEN EIGHT_OPEN EIGHT_SHUT EIGHT_SHUT EIGHT_SHUT
                EIGHT_SHUT),
        "", "", 0, PARSE, PARSED},
    {"far too deep", "", "{\"a\":[", "", 10000, PARSE, PARSED},
    {"NUL as an escape", LIST("{\"cursor\":\"a\\u0000b\"}"), "", "", 0, PARSE, PARSED},
    {"half a surrogate pair", LIST("{\"cursor\":\"\\ud800\"}"), "", "", 0, PARSE, PARSED},
    {"a control character in a text", LIST("{\"cursor\":\"\x01\"}"), "", "", 0, PARSE, PARSED},
    {"duplicate keys", "{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":1,\"method\":\"club.list\"}", "", "",
        0, PARSE, PARSED},
    {"duplicate keys in the parameters", LIST("{\"limit\":1,\"limit\":1}"), "", "", 0, PARSE,
        PARSED},
    {"a number beyond a double", LIST("{\"limit\":1e400}"), "", "", 0, PARSE, PARSED},
    {"a number that is none", LIST("{\"limit\":01}"), "", "", 0, PARSE, PARSED},
    {"a number of 60,000 digits",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x\",\"params\":{\"n\":", "9", "}}", 60000,
        PARSE, PARSED},
    {"an empty batch", "[]", "", "", 0, NO_REQUEST, REQUESTED},
    {"a batch of 51", "[1", ",1", "]", 50, NO_REQUEST, REQUESTED},
    {"a batch of 10,000 entries", "[1", ",1", "]", 9999, NO_REQUEST, REQUESTED},
    {"a request that is no object", "5", "", "", 0, NO_REQUEST, REQUESTED},
    {"another version", "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"club.list\"}", "", "", 0,
        NO_REQUEST, REQUESTED},
    {"no method", "{\"jsonrpc\":\"2.0\",\"id\":1}", "", "", 0, NO_REQUEST, REQUESTED},
    {"a method that is no text", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}", "", "", 0,
        NO_REQUEST, REQUESTED},
    {"an id that is no integer", "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"club.list\"}", "",
        "", 0, NO_REQUEST, REQUESTED},
    {"an id beyond 2^53", "{\"jsonrpc\":\"2.0\",\"id\":9007199254740993,\"method\":\"club.list\"}",
        "", "", 0, NO_REQUEST, REQUESTED},
    {"an id of 1,000 letters", "{\"jsonrpc\":\"2.0\",\"id\":\"", "i",
        "\",\"method\":\"club.list\"}", 1000, NO_REQUEST, REQUESTED},
    {"an unknown method", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"nobody.knows\"}", "", "", 0,
        NO_METHOD, NAMED},
    {"a method of 50,000 letters", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"", "m", "\"}", 50000,
        NO_METHOD, NAMED},
    {"parameters in a list", LIST("[1,2]"), "", "", 0, BAD_PARAMS, BOUND},
    {"an unknown member", LIST("{\"colour\":\"red\"}"), "", "", 0, BAD_PARAMS, BOUND},
    {"a wrong type", LIST("{\"limit\":\"ten\"}"), "", "", 0, BAD_PARAMS, BOUND},
    {"an object for a text", LIST("{\"cursor\":{}}"), "", "", 0, BAD_PARAMS, BOUND},
    {"out of range, below", LIST("{\"limit\":0}"), "", "", 0, BAD_PARAMS, BOUND},
    {"out of range, above", LIST("{\"limit\":9223372036854775808}"), "", "", 0, BAD_PARAMS, BOUND},
    {"no whole number", LIST("{\"limit\":1e-300}"), "", "", 0, BAD_PARAMS, BOUND},
    {"a text too long",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"club.list\",\"params\":{\"cursor\":\"", "c",
        "\"}}", 60000, BAD_PARAMS, BOUND},
    {"a key for a method that takes none", LIST("{\"idem\":\"12345678\"}"), "", "", 0, BAD_PARAMS,
        BOUND},
};

enum { ROWS = sizeof rows / sizeof rows[0] };

static void send_row(struct attack *a, struct client *c, const struct row *r)
{
    struct buf text;
    int code;

    buf_init(&text, 0);
    buf_add_text(&text, r->before);
    for (int i = 0; i < r->times; i++)
        buf_add_text(&text, r->unit);
    buf_add_text(&text, r->after);
    (void)client_send(c, text.bytes, text.length_bytes);
    buf_done(&text);
    code = attack_next_error(c);
    if (attack_saw(a, code == r->code, r->words, code))
        attack_counted(a, r->metric);
}

static void answered(struct attack *a)
{
    struct client *c = NULL;

    for (int i = 0; i < ROWS && !attack_is_over(a); i++) {
        if (i % ROWS_PER_SOCKET == 0) {
            client_free(c);
            c = attack_open(a);
            if (!attack_saw(a, c != NULL, "is let in to be heard", i))
                return;
        }
        send_row(a, c, &rows[i]);
        attack_rest(REST_MS);
    }
    client_free(c);
}

/* Sends one message and expects the connection to be closed. */
static void ends(
    struct attack *a, const char *text, size_t length_bytes, int wanted, const char *words)
{
    struct client *c = attack_open(a);
    int code;

    if (c == NULL)
        return;
    (void)client_send(c, text, length_bytes);
    code = attack_close_code(c);
    attack_saw(a, code == wanted, words, code);
    client_free(c);
    attack_rest(REST_MS);
}

static void ten_malformed(struct attack *a)
{
    struct client *c = attack_open(a);
    int answers = 0, code;

    if (c == NULL)
        return;
    for (int i = 0; i < MALFORMED_MAX; i++)
        (void)client_send(c, "nonsense", 8);
    while (answers < MALFORMED_MAX && attack_next_error(c) == PARSE) {
        answers++;
        attack_counted(a, PARSED);
    }
    code = attack_close_code(c);
    attack_saw(a, answers == MALFORMED_MAX && code == 4400, "ten of them close 4400", code);
    attack_counted(a, ATTACK_CLOSED("4400"));
    client_free(c);
}

void attack_texts(struct attack *a)
{
    static char big[65537];

    memset(big, ' ', sizeof big);
    do {
        answered(a);
        ends(a, "{\"a\":\"\xc0\xaf\"}", 10, 1007, "no UTF-8 closes 1007");
        attack_counted(a, ATTACK_CLOSED("1007"));
        ends(a, big, sizeof big, 1009, "over 64 KiB closes 1009");
        attack_counted(a, "clubhub_messages_too_big_total");
        ten_malformed(a);
    } while (!attack_is_over(a));
}
