/* attack_records.c -- one who is let in over TLS, and cuts what it says into odd pieces. */
#include "attack.h"

#include <openssl/ssl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "client.h"
#include "client_private.h"

enum { KEY_UPDATES = 2000, REST_MS = 100 };

static const char call[] =
    "\x81\xad\0\0\0\0{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"club.list\"}";

_Static_assert(sizeof call - 1 - 6 == 0x2d, "the length in the frame");

static void is_answered(struct attack *a, struct client *c, const char *words)
{
    int error = attack_next_error(c);

    attack_saw(a, error == 0, words, error == -1 ? client_close_code(c) : error);
    client_free(c);
    attack_rest(REST_MS);
}

static void one_byte_at_a_time(struct attack *a)
{
    struct client *c = attack_open(a);

    if (!attack_saw(a, c != NULL, "is let in to be heard", 0))
        return;
    for (size_t i = 0; i < sizeof call - 1; i++)
        (void)client_send_raw(c, call + i, 1);
    is_answered(a, c, "a frame in records of one byte is answered");
}

static void many_in_one(struct attack *a)
{
    char bytes[3 * sizeof call];
    struct client *c = attack_open(a);
    size_t length = 0;

    if (c == NULL)
        return;
    for (int i = 0; i < 3; i++, length += sizeof call - 1)
        memcpy(bytes + length, call, sizeof call - 1);
    (void)client_send_raw(c, bytes, length - 10);
    attack_saw(a, attack_next_error(c) == 0 && attack_next_error(c) == 0,
        "two frames and a half in a record: two answers", client_close_code(c));
    (void)client_send_raw(c, bytes + length - 10, 10);
    is_answered(a, c, "and the third with its end");
}

static void new_keys_without_end(struct attack *a)
{
    struct client *c = attack_open(a);
    int made = 0;

    if (c == NULL)
        return;
    while (made < KEY_UPDATES && SSL_key_update(c->tls, SSL_KEY_UPDATE_NOT_REQUESTED) == 1 &&
           SSL_do_handshake(c->tls) == 1)
        made++;
    (void)attack_close_code(c);
    if (attack_saw(a, !client_is_open(c), "new keys without end are cut", made))
        attack_counted(a, ATTACK_ENDED("tls"));
    client_free(c);
    attack_rest(REST_MS);
}

/* The end of the connection without a close_notify. */
static void torn(struct attack *a)
{
    struct client *c = attack_sign_in(a, attack_member(a));

    if (!attack_saw(a, c != NULL, "is let in to be torn away", 0))
        return;
    (void)client_send_raw(c, call, 10);
    SSL_set_quiet_shutdown(c->tls, 1);
    client_free(c);
    attack_rest(REST_MS);
}

/* More than the request in its record: OpenSSL holds what nobody asks for. */
static void more_than_a_request(struct attack *a)
{
    static const char request[] =
        "POST /v1/rpc HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 45\r\n\r\n"
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"club.list\"}"
        "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
    int status = attack_http(a, request, sizeof request - 1);

    attack_saw(a, status == 200, "a request with another behind it is answered once", status);
    attack_counted(a, ATTACK_HTTP("200"));
    attack_rest(REST_MS);
}

void attack_records(struct attack *a)
{
    do {
        one_byte_at_a_time(a);
        many_in_one(a);
        new_keys_without_end(a);
        torn(a);
        more_than_a_request(a);
    } while (!attack_is_over(a));
}
