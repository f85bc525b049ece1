/* coverage.h -- proves that a client saw every seq of a stream exactly once, in order: as an event, in a skip, or in
 * the range that an answer of stream.subscribe covers.  Outlives connections: a client that comes back goes on with it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct client_message;
struct coverage;
struct json;

enum { COVERAGE_PROBLEM_BYTES = 200 };

struct coverage *coverage_new(void);
void coverage_free(struct coverage *c);

/* What stream.subscribe answered (one element of subscribe_many is fine too). `after` -1: the request had none. */
void coverage_answered(struct coverage *c, int64_t after, const struct json *result);
/* Takes events, skips, resyncs and ends of every stream; true if it was one of them. */
bool coverage_message(struct coverage *c, const struct client_message *m);

/* Last seq covered of a stream; -1: never subscribed. `epoch` of its answer in out_epoch (borrowed, may be NULL). */
int64_t coverage_position(const struct coverage *c, const char *stream, const char **out_epoch);
int64_t coverage_start(
    const struct coverage *c, const char *stream); /* last seq before the first covered one */
size_t coverage_resyncs(
    const struct coverage *c, const char *stream); /* snapshots after the first answer, resyncs */
bool coverage_has_ended(const struct coverage *c, const char *stream);
/* How seq was covered: 'e' event, 's' skip, '?' not. */
char coverage_of(const struct coverage *c, const char *stream, int64_t seq);
size_t coverage_events(const struct coverage *c, const char *stream); /* how many events came */
/* 64-bit hash of the event's type and data as they came, 0: no event. */
uint64_t coverage_event_hash(const struct coverage *c, const char *stream, int64_t seq);
/* Hash of the last event of a type, for state that is conflated. */
uint64_t coverage_last_of(const struct coverage *c, const char *stream, const char *type);

/* NULL: every message so far came exactly once and in order; else the first problem. */
const char *coverage_problem(const struct coverage *c);
