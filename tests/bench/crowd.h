/* crowd.h -- thousands of WebSocket clients in one thread, for the benches: they count and time, and look at nothing else.
 *
 * Raw sockets under one epoll; frames are recognised by their headers only.  Loopback only; close with RST so that no
 * TIME_WAIT is left behind.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct crowd;

/* One whole text frame of client `index` arrived; payload is not NUL-terminated. */
typedef void crowd_frame_fn(void *arg, int index, const char *payload, size_t length_bytes);

struct crowd *crowd_new(int clients_max, crowd_frame_fn *on_frame, void *arg);
void crowd_free(struct crowd *c);
void crowd_use_tls(struct crowd *c); /* for the clients added from now on */
/* Connects a client to 127.0.0.1:port; upgraded with these extra header lines ("Authorization: ...\r\n" or "").  A raw
 * client (upgrade false) speaks no WebSocket: its bytes are counted as they come.
 */
int crowd_add(struct crowd *c, int port, bool upgrade, const char *headers);
void crowd_send(
    struct crowd *c, int index, const char *text, size_t length_bytes); /* one masked text frame */
/* Reads what is there; waits at most wait_ms for the first byte.  Returns frames seen (raw clients: reads). */
int crowd_poll(struct crowd *c, int wait_ms);
/* Polls until all clients together have received so many text frames; exits when that takes longer. */
void crowd_wait(struct crowd *c, uint64_t frames, int seconds);
uint64_t crowd_bytes(const struct crowd *c);  /* received by all clients, payload and headers */
uint64_t crowd_frames(const struct crowd *c); /* text frames received by all clients */
int crowd_count(const struct crowd *c);
