/* gate_state.h -- one row of api.gate_load as a member's state, for gate.c; and what it says of streams, for sub.c. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct answer;
struct member;

enum { GATE_PURPOSES_MAX = 64 }; /* ids of purposes are below */

/* Fills m from columns member, status, epoch, blocks, grants, denied, clubs, segments, sys_seq, family, offers,
 * plans; m was cleared. */
void gate_state_read(struct member *m, const struct answer *a, int row);
void gate_state_clear(struct member *m); /* nothing is known any more; cached answers go too */
void gate_state_forget_bits(struct member *m);
bool gate_state_has_id(const int64_t *sorted, uint32_t count, int64_t id);
/* Is m, who is known, in the club, family or plan whose stream that is?  True for other streams. */
bool gate_state_may_follow(const struct member *m, const char *stream);
