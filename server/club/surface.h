/* surface.h -- what the protocol has beside methods, events and errors: messages of the server, close codes, streams,
 * and what stands around the parameters and the result of a call.  describe.c and asyncapi.c print it.
 */
#pragma once

#include "base/err.h"
#include "base/shape.h"

struct method;
struct printer;

struct surface_message {
    const char *name, *doc;
    const struct field *params;
};
extern const struct surface_message surface_messages[]; /* ends with name NULL */

void surface_print_close_codes(struct printer *p, const char *name);

struct surface_stream {
    const char *name, *doc;
    unsigned who;
    const char *method; /* whose result the snapshot is; NULL: `snapshot` */
    const struct field *snapshot;
};
extern const struct surface_stream surface_streams[]; /* ends with name NULL */
const struct field *surface_snapshot(const struct surface_stream *s);

/* What any call may be refused with, beside the errors of its row; ends with ERR_OK. */
extern const enum err surface_errors[];

extern const struct field
    surface_idem[]; /* the member `idem` of the params of a write with a key */
extern const struct field surface_replay[]; /* the member `replay` of its result */
bool surface_wants_idem(const struct method *m);

/* Who may call: a list of words, of services with "service:" in front. */
void surface_print_who(struct printer *p, const char *name, unsigned bits);
