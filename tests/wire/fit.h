/* fit.h -- does a JSON value have the shape that protocol.json prints?
 *
 * Every member must be described and every member that is not optional must be there, so that neither side of the
 * protocol can drift from the other.
 */
#pragma once

#include <stdbool.h>

struct json;
struct problem;

/* `fields`: a list of fields of protocol.json; `where` begins the path in the message.  `more` (may be NULL) names one
 * further member that is allowed and not looked at.
 */
bool fit_members(const struct json *fields,
    const struct json *value,
    const char *where,
    const char *more,
    struct problem *out_problem);
