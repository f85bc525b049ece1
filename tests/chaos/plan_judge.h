/* plan_judge.h -- what must be so of a plan in the end, whatever was killed. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "plan_mirror.h"
#include "plan_moves.h"

struct plan_judge {
    struct fleet *fleet;
    int server;
    int64_t plan, removed;
    const struct plan_mirror *mirrors; /* of those who stay */
    int mirror_count;
    const struct plan_moves *moves;
};

void plan_judge(const struct plan_judge *j);
