/* test_ws_frames.c -- frames that RFC 6455 forbids, messages without end, floods of pings: io/ws.h over loopback. */
#include "edge.h"

#include "io/ws.h"
#include "base/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sys/socket.h>
#include <unistd.h>

enum { NONE = 1006 };

/* --- forbidden ------------------------------------------------------------------------------- */

/* Code of the close frame that comes next; NONE: the connection ended without one. */
static int code_of(int fd)
{
    uint8_t head[2], rest[126] = {0};

    if (edge_read(fd, head, 2) != 2)
        return NONE;
    assert_int_equal(head[0], 0x88);
    assert_int_equal(edge_read(fd, rest, head[1]), head[1]);
    return rest[0] << 8 | rest[1];
}

static void forbidden_frames_end_their_connection(void **state)
{
    static const struct {
        const char *bytes;
        size_t length;
        bool inside; /* a message that has begun */
        int code;
    } wrong[] = {
#define FRAME(text) text, sizeof text - 1
        {FRAME("\x83\x80mask"), false, 1002},         /* a reserved opcode */
        {FRAME("\x8b\x80mask"), false, 1002},         /* and a reserved control opcode */
        {FRAME("\xc1\x81\0\0\0\0x"), false, 1002},    /* RSV1 without its extension */
        {FRAME("\xa1\x81\0\0\0\0x"), false, 1002},    /* RSV2 */
        {FRAME("\x91\x81\0\0\0\0x"), false, 1002},    /* RSV3 */
        {FRAME("\x09\x80mask"), false, 1002},         /* a ping in fragments */
        {FRAME("\x89\xfe\x00\x80mask"), false, NONE}, /* a ping of 128 bytes */
        {FRAME("\x88\xfe\x00\x80mask"), false, NONE}, /* a close frame of 128 bytes */
        {FRAME("\x80\x81\0\0\0\0x"), false, 1002},    /* the rest of nothing */
        {FRAME("\x81\x81\0\0\0\0x"), true, 1002},     /* a message within a message */
        {FRAME("\x81\xff\x80\0\0\0\0\0\0\x01mask"), false, NONE}, /* a negative length */
    };

    (void)state;
    log_set_level(LOG_ERROR + 1);
    open_server();
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        int fd = edge_open();

        if (wrong[i].inside)
            edge_frame(fd, 0x01, "begun", 5);
        edge_send(fd, wrong[i].bytes, wrong[i].length);
        assert_int_equal(code_of(fd), wrong[i].code);
        close(fd); /* else the server waits for an answer to its close frame */
        turn_until(&fx->sessions[i].closed, 1);
        assert_int_equal(ws_count(fx->ws).ended_frame, i + 1);
        assert_int_equal(fx->sessions[i].messages, 0);
    }
    log_set_level(LOG_INFO);
}

static void a_leaving_peer_is_no_bad_frame(void **state)
{
    struct linger at_once = {.l_onoff = 1};
    uint8_t echo[4];
    int fd;

    (void)state;
    open_server();
    fd = edge_open();
    close(fd);
    turn_until(&fx->sessions[0].closed, 1);
    fd = edge_open();
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(fd);
    turn_until(&fx->sessions[1].closed, 1);
    fd = edge_open();
    edge_frame(fd, 0x88, "\x03\xe8", 2);
    assert_int_equal(edge_read(fd, echo, 4), 4);
    assert_memory_equal(echo, "\x88\x02\x03\xe8", 4);
    close(fd);
    turn_until(&fx->sessions[2].closed, 1);
    assert_int_equal(ws_count(fx->ws).ended_frame, 0);
}

/* Masks guard what lies between; a server is none the worse without, and the library takes such frames. */
static void an_unmasked_frame_is_taken(void **state)
{
    int fd;

    (void)state;
    open_server();
    fd = edge_open();
    edge_send(fd, "\x81\x05plain", 7);
    turn_until(&fx->sessions[0].messages, 1);
    assert_string_equal(fx->sessions[0].last, "plain");
    close(fd);
}

/* One byte, a code that is none, a reason that is no UTF-8: who leaves may leave. */
static void odd_close_frames_close(void **state)
{
    static const struct {
        const char *bytes;
        size_t length;
    } odd[] = {
        {FRAME("\x88\x80\0\0\0\0")},
        {FRAME("\x88\x81\0\0\0\0\x03")},
        {FRAME("\x88\x82\0\0\0\0\x00\x00")},
        {FRAME("\x88\x82\0\0\0\0\x03\xed")},
        {FRAME("\x88\x82\0\0\0\0\xff\xff")},
        {FRAME("\x88\x84\0\0\0\0\x03\xe8\xff\xfe")},
    };

    (void)state;
    open_server();
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        int fd = edge_open();
        uint8_t first = 0;

        edge_send(fd, odd[i].bytes, odd[i].length);
        assert_int_equal(edge_read(fd, &first, 1), 1);
        assert_int_equal(first, 0x88);
        close(fd);
        turn_until(&fx->sessions[i].closed, 1);
        assert_int_equal(fx->sessions[i].messages, 0);
    }
}

/* RFC 6455 asks for the shortest form; what stands in a longer one is the same. */
static void a_length_longer_than_needed_is_taken(void **state)
{
    int fd;

    (void)state;
    open_server();
    fd = edge_open();
    edge_send(fd, FRAME("\x81\xfe\0\x05\0\0\0\0plain"));
    turn_until(&fx->sessions[0].messages, 1);
    edge_send(fd, FRAME("\x81\xff\0\0\0\0\0\0\0\x04\0\0\0\0more"));
    turn_until(&fx->sessions[0].messages, 2);
    assert_string_equal(fx->sessions[0].last, "more");
    close(fd);
}

/* --- without end ----------------------------------------------------------------------------- */

static void fragments_without_end_close_1009(void **state)
{
    int fd;

    (void)state;
    open_server();
    fd = edge_open();
    edge_frame(fd, 0x01, "", 0);
    for (int i = 1; i < WS_PIECES_MAX - 1; i++)
        edge_send(fd, "\x00\x80mask", 6);
    edge_frame(fd, 0x80, "end", 3);
    turn_until(&fx->sessions[0].messages, 1);
    assert_string_equal(fx->sessions[0].last, "end");
    edge_frame(fd, 0x01, "", 0);
    for (int i = 0; i < WS_PIECES_MAX; i++)
        edge_send(fd, "\x00\x80mask", 6);
    assert_close_frame(fd, 1009, "too many fragments");
    turn_until(&fx->sessions[0].closed, 1);
    assert_int_equal(ws_count(fx->ws).ended_pieces, 1);
    assert_int_equal(fx->sessions[0].messages, 1);
    close(fd);
}

/* Whether it trickles or stands still; pongs do not help it. */
static void a_message_has_its_time(void **state)
{
    int trickle, still;

    (void)state;
    fx->options.ping_ms = 500; /* no silence as long as that */
    open_server();
    trickle = edge_open();
    still = edge_open();
    edge_frame(still, 0x01, "begun", 5);
    edge_frame(trickle, 0x01, "begun", 5);
    for (int i = 0; i < 150 && ws_count(fx->ws).ended_slow < 2; i++) {
        turn(20);
        edge_frame(trickle, 0x00, ".", 1);
        edge_frame(still, 0x8a, "*", 1);
    }
    assert_int_equal(ws_count(fx->ws).ended_slow, 2);
    turn_until(&fx->sessions[0].closed, 1);
    turn_until(&fx->sessions[1].closed, 1);
    assert_int_equal(fx->sessions[0].messages + fx->sessions[1].messages, 0);
    close(trickle);
    close(still);
}

static void a_flood_of_pings_pins_nothing(void **state)
{
    char pings[600 * 6];
    int flood, other;

    (void)state;
    for (int i = 0; i < 600; i++)
        memcpy(pings + 6 * i, "\x89\x80mask", 6);
    open_server();
    flood = edge_open();
    other = edge_open();
    for (int i = 0; i < 50; i++) { /* their pongs are read by nobody */
        edge_send(flood, pings, sizeof pings);
        turn(1);
    }
    edge_frame(other, 0x81, "still here", 10);
    turn_until(&fx->sessions[1].messages, 1);
    edge_frame(flood, 0x81, "me too", 6);
    turn_until(&fx->sessions[0].messages, 1);
    assert_int_equal(fx->sessions[0].closed, 0);
    close(flood);
    close(other);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(forbidden_frames_end_their_connection),
        TEST(a_leaving_peer_is_no_bad_frame),
        TEST(odd_close_frames_close),
        TEST(a_length_longer_than_needed_is_taken),
        TEST(an_unmasked_frame_is_taken),
        TEST(fragments_without_end_close_1009),
        TEST(a_message_has_its_time),
        TEST(a_flood_of_pings_pins_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
