/* audit.h -- whatever staff or a service does with one member's data leaves a row in the audit log (domain.md 5.9). */
#pragma once

#include <stdbool.h>

struct actor;
struct json;
struct problem;
struct stage;

/* The member that a call is about: params.member, or that of the first item of a list.  NULL: none. */
const char *audit_member(const struct json *params);

/* After a call of staff or a service about a member that succeeded: is there its row? */
bool audit_check(struct stage *s,
    const struct actor *a,
    const char *method,
    const char *member,
    struct problem *out_problem);
