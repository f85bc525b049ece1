/* attack_frames.c -- frames that are forbidden, without end, or too many. */
#include "attack.h"

#include <string.h>

#include "client.h"

enum { OP_MORE = 0, OP_TEXT = 1, OP_BINARY = 2, FRAGMENTS = 4200, PINGS = 300, REST_MS = 60 };

#define FRAME(text) text, sizeof text - 1

static const struct {
    const char *words, *bytes;
    size_t length;
    bool inside; /* a message that has begun */
    int code;
} wrong[] = {
    {"a reserved opcode", FRAME("\x83\x80mask"), false, 1002},
    {"a reserved control opcode", FRAME("\x8b\x80mask"), false, 1002},
    {"a reserved bit", FRAME("\xc1\x81\0\0\0\0x"), false, 1002},
    {"all reserved bits", FRAME("\xf1\x81\0\0\0\0x"), false, 1002},
    {"a ping in fragments", FRAME("\x09\x80mask"), false, 1002},
    {"a ping too long", FRAME("\x89\xfe\x00\x80mask"), false, ATTACK_NO_CODE},
    {"the rest of nothing", FRAME("\x80\x81\0\0\0\0x"), false, 1002},
    {"a message in a message", FRAME("\x81\x81\0\0\0\0x"), true, 1002},
    {"a negative length", FRAME("\x81\xff\x80\0\0\0\0\0\0\x01mask"), false, ATTACK_NO_CODE},
};

static void forbidden(struct attack *a)
{
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0] && !attack_is_over(a); i++) {
        struct client *c = attack_open(a);
        int code;

        if (!attack_saw(a, c != NULL, "is let in to be heard", (int)i))
            return;
        if (wrong[i].inside)
            (void)client_send_frame(c, OP_TEXT, false, "begun", 5);
        (void)client_send_raw(c, wrong[i].bytes, wrong[i].length);
        code = attack_close_code(c);
        attack_saw(a, code == wrong[i].code, wrong[i].words, code);
        if (code != ATTACK_NO_CODE) /* who hears no code and leaves may be taken for one who left */
            attack_counted(a, ATTACK_ENDED("frame"));
        client_free(c);
        attack_rest(REST_MS);
    }
}

/* Who sends on while it is being closed may lose the close frame with the connection. */
static void closed_with(struct attack *a, struct client *c, int wanted, const char *words)
{
    int code = attack_close_code(c);

    attack_saw(a, code == wanted || code == ATTACK_NO_CODE, words, code);
    client_free(c);
    attack_rest(REST_MS);
}

static void without_end(struct attack *a)
{
    static char fragments[FRAGMENTS * 6], piece[1000];
    struct client *c = attack_open(a);

    for (int i = 0; i < FRAGMENTS; i++)
        memcpy(fragments + 6 * i, "\x00\x80mask", 6);
    if (c != NULL) {
        (void)client_send_frame(c, OP_TEXT, false, "", 0);
        (void)client_send_raw(c, fragments, sizeof fragments);
        closed_with(a, c, 1009, "empty fragments without end");
        attack_counted(a, ATTACK_ENDED("fragments"));
    }
    c = attack_open(a);
    if (c == NULL)
        return;
    memset(piece, 'x', sizeof piece);
    (void)client_send_frame(c, OP_TEXT, false, piece, sizeof piece);
    for (int i = 0; i < 100 && client_is_open(c); i++)
        if (!client_send_frame(c, OP_MORE, false, piece, sizeof piece))
            break;
    closed_with(a, c, 1009, "fragments over 64 KiB together");
    attack_counted(a, "clubhub_messages_too_big_total");
}

static void announced(struct attack *a)
{
    struct client *c = attack_open(a);

    if (c == NULL)
        return;
    (void)client_send_raw(c, "\x81\xff\x00\x00\x01\x00\x00\x00\x00\x00mask....", 18);
    closed_with(a, c, 1009, "a frame that announces a terabyte");
    attack_counted(a, "clubhub_messages_too_big_total");
    c = attack_open(a);
    if (c == NULL)
        return;
    (void)client_send_frame(c, OP_BINARY, true, "\x01\x02", 2);
    closed_with(a, c, 1003, "a binary message");
    attack_counted(a, ATTACK_ENDED("binary"));
}

/* Nothing comes of it, and the connection goes on. */
static void taken(struct attack *a)
{
    static const char call[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"club.list\"}";
    struct client *c = attack_open(a);
    char head[2] = {'\x81', (char)(sizeof call - 1)};

    if (c == NULL)
        return;
    for (int i = 0; i < PINGS && client_is_open(c); i++)
        (void)client_send_raw(c, "\x89\x80mask", 6);
    (void)client_send_raw(c, head, sizeof head);
    (void)client_send_raw(c, call, sizeof call - 1);
    attack_saw(a, attack_next_error(c) == 0, "300 pings, and a frame without a mask is answered",
        client_close_code(c));
    client_free(c);
}

void attack_frames(struct attack *a)
{
    do {
        forbidden(a);
        without_end(a);
        announced(a);
        taken(a);
        attack_rest(REST_MS);
    } while (!attack_is_over(a));
}
