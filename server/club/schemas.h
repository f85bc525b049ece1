/* schemas.h -- shapes as JSON Schemas (draft 7), each object once and by name, under #/components/schemas.
 *
 * What a client sends is closed: an unknown member is refused.  What the server sends is not: a later version may say more.
 */
#pragma once

#include <stdbool.h>

#include "base/shape.h"

struct printer;
struct schemas; /* those referred to so far */

enum schemas_way { SCHEMAS_SENT_BY_CLIENT, SCHEMAS_SENT_BY_SERVER };

struct schemas_object {
    const struct field *fields;
    const struct field *more; /* further members; NULL: none */
    const struct field *view; /* of the optional member `view`; NULL: none */
    enum schemas_way way;
};

struct schemas *schemas_new(void);
void schemas_free(struct schemas *s);

/* A member or item `name` that refers to the object; it is called `noun`.`part` unless it has a name already.  All
 * pointers of the object are kept. */
void schemas_refer(struct schemas *s,
    struct printer *p,
    const char *name,
    const struct schemas_object *object,
    const char *const called[2]);
/* The objects referred to and those they refer to, as members. */
void schemas_print(struct schemas *s, struct printer *p);
/* {"$ref": "#/<section>/<called>"} as member or item `name`. */
void schemas_print_ref(
    struct printer *p, const char *name, const char *section, const char *called);
bool schemas_has_required(const struct field *fields);
