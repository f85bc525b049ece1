/* protocol.h -- protocol.json as the scripts' judge: what each reply and push must look like, and what of it has been
 * seen on the wire.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct json;
struct problem;
struct protocol;

/* NULL: not JSON.  Takes nothing. */
struct protocol *protocol_new(const char *text, size_t length_bytes);
void protocol_free(struct protocol *p);

bool protocol_has_method(const struct protocol *p, const char *method);
bool protocol_wants_idem(const struct protocol *p, const char *method);

/* Is this a whole reply of `method` (NULL or unknown: an error must it be)?  Notes what it showed. */
bool protocol_check_reply(
    struct protocol *p, const char *method, const struct json *reply, struct problem *out_problem);
/* Is this a message of the server?  Notes what it showed. */
bool protocol_check_push(struct protocol *p, const struct json *push, struct problem *out_problem);

/* A call of staff or a service about a member left its row. */
void protocol_note_audited(struct protocol *p, const char *method);

/* Prints what was never seen: methods that succeeded, those about a member that staff or services may call also with
 * their row in the audit log, each of their errors, events, messages, errors, snapshots of
 * streams.  Returns how many.
 */
size_t protocol_print_unseen(const struct protocol *p);
