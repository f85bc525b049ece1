/* trace.h -- the send trace: one line per batch handed to a socket and per barrier reply, for tests that must see on
 * the server's side that nothing left after an acknowledgement.  Off unless `trace_file` is set; ids only.
 *
 *   sent <boot_ns> <session> <who> <stream> <from> <to> <purpose,purpose>
 *   signal <boot_ns> <session> <who> <stream> <type> <member it is about>
 *   ack  <boot_ns> <session> <who> <method> <sys_seq>
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

struct batch;
struct hub;
struct session;

bool trace_open(const char *path); /* appends; false: cannot be opened */
void trace_close(void);
bool trace_is_on(void);
void trace_sent(
    const struct session *s, const struct batch *b, const char *stream, struct boot_ns written_at);
void trace_acknowledged(const struct session *s, const char *method, int64_t sys_seq);
