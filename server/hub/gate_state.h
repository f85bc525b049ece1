/* gate_state.h -- one row of api.gate_load as a member's state; only gate.c uses it. */
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
