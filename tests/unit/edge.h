/* edge.h -- the stage of test_ws.c and test_http.c: a real server on loopback, raw sockets as clients. */
#pragma once

#include "io/ws.h"

#include <stdbool.h>
#include <stddef.h>

struct loop;
struct http_request;

enum { MESSAGE_BYTES = 65536, PART_BYTES = 20000 };

struct session {
    struct ws_conn *conn;
    int messages, drained, closed;
    char last[128];
    size_t last_bytes;
};

struct fixture {
    struct loop *loop;
    struct ws *ws;
    struct ws_options options;
    int port, admin_port;
    struct session sessions[64];
    int opened;
    char authorization[64], ticket[64], address[64], agent[64];
    struct http_request *request; /* not answered yet */
    int requests;
    bool answer_at_once, send_in_opened;
};

extern struct fixture *fx; /* of the test that runs */
extern const struct ws_events edge_events;

void copy_text(char *out, size_t out_bytes, const char *text);
void on_opened(void *arg, struct ws_conn *c, const struct ws_hello *hello);
void on_message(void *user, char *text, size_t length_bytes);
void on_drained(void *user);
void on_closed(void *user);
void reply_ok(struct http_request *r);
void on_request(void *arg, struct http_request *r);
int listen_on_loopback(int *out_port);
int set_up(void **state);
void open_server(void);
int tear_down(void **state);
void turn(int ms);
void turn_until(const int *value, int wanted);
int edge_connect_with(int port, int receive_buffer);
int edge_connect(void);
void edge_send(int fd, const void *bytes, size_t length);
long edge_read(int fd, void *out, size_t wanted);
void read_head(int fd, char *out, size_t out_bytes);
void send_handshake(int fd, const char *path, const char *headers);
int edge_open_with(int receive_buffer);
int edge_open(void);
void edge_frame(int fd, int first_byte, const char *text, size_t length);
void assert_close_frame(int fd, int code, const char *reason);
