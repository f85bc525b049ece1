/* plan_moves.h -- what members do with a plan at random, each by what its own device shows, and what they were told of it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "goers.h"
#include "plan_mirror.h"

struct json;

enum { MOVES_PATCH_BYTES = 200 };

/* An accepted change of an item. */
struct plan_told {
    int64_t member, item, version, op;
    const char *kind;              /* as the log has it; NULL: an undo */
    char patch[MOVES_PATCH_BYTES]; /* what was asked for; "": not known */
};

/* What a member has asked for. */
struct plan_asked {
    int64_t item;
    const char *kind;
    char patch[MOVES_PATCH_BYTES];
};

struct plan_moves {
    int64_t plan, owner, voter; /* all others are editors */
    const int64_t *members;     /* who stays, who may be assigned to items */
    int member_count;
    struct plan_told *told;
    size_t told_count, told_capacity, expenses, refusals[40], wrong;
    int number; /* makes texts different */
};

/* Writes the next call of a member. */
void plan_moves_next(
    struct plan_moves *m, struct plan_asked *asked, const struct plan_mirror *seen, struct goer *g);
/* Takes its answer. */
void plan_moves_answer(struct plan_moves *m,
    const struct plan_asked *asked,
    const struct goer *g,
    const struct json *result,
    int code);
void plan_moves_done(struct plan_moves *m);
