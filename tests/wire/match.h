/* match.h -- is what came what the script expects?
 *
 * Objects   every member the script names must match; others may be there
 * Lists     item by item; a last item "..." allows more
 * "$name"   of a name not known yet: takes the value;  "$any": whatever is there;  "$absent": nothing is there
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct json;
struct problem;
struct vars;

bool match_value(const struct json *expected,
    const struct json *actual,
    struct vars *vars,
    struct problem *out_problem);

/* The members of the object `expected`, each looked for in the first of `places` (NULL entries are skipped) that has
 * it.
 */
bool match_members(const struct json *expected,
    const struct json *const *places,
    size_t count,
    struct vars *vars,
    struct problem *out_problem);
