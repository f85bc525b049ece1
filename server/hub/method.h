/* method.h -- a method of the protocol as data.  Rows stand in club/<noun>.c; no row contains logic (style.md 2.4). */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "io/db.h"
#include "base/err.h"
#include "base/shape.h"

struct answer;
struct call;

enum who {
    WHO_GUEST = 1 << 0,
    WHO_MEMBER = 1 << 1,
    WHO_AGENT = 1 << 2,
    WHO_MODERATOR = 1 << 3,
    WHO_EDITOR = 1 << 4,
    WHO_MANAGER = 1 << 5,
    WHO_ANALYST = 1 << 6,
    WHO_PRIVACY = 1 << 7,
    WHO_ADMIN = 1 << 8,
    WHO_POS = 1 << 9, /* services, by the scopes of their key */
    WHO_BOOKING = 1 << 10,
    WHO_CRM = 1 << 11,
    WHO_MAILER = 1 << 12,
    WHO_PARTNER = 1 << 13,
    WHO_OPS = 1 << 14
};
enum {
    WHO_STAFF = WHO_AGENT | WHO_MODERATOR | WHO_EDITOR | WHO_MANAGER | WHO_ANALYST | WHO_PRIVACY |
                WHO_ADMIN,
    WHO_SERVICE = WHO_POS | WHO_BOOKING | WHO_CRM | WHO_MAILER | WHO_PARTNER | WHO_OPS
};
/* "member" -> WHO_MEMBER ...; 0 if unknown.  who_name(1 << n) is the other way. */
unsigned method_who_of(const char *word, size_t length_bytes);
const char *method_who_name(unsigned bit);

enum method_kind {
    METHOD_READ,
    METHOD_WRITE, /* needs `idem`, unless .no_idem */
    METHOD_NOTIFY /* executed also without an id; never answered */
};

/* How a step ends (written only in call.c). */
enum flow { FLOW_WAIT, FLOW_DONE };
typedef enum flow step_fn(
    struct call *c, const struct answer *in); /* in: NULL for the first step */

struct method {
    const char *name;  /* on the wire: "noun.verb" */
    const char *doc;   /* one sentence, ends with a full stop */
    const char *since; /* protocol version it appeared in */
    unsigned who;      /* bit set of enum who */
    enum method_kind kind;
    enum lane lane;
    bool barrier; /* the reply waits until the loss it caused is in force everywhere */
    bool no_idem; /* a write without a key: account.*, guest calls, session.* */
    bool step_up; /* the session needs a fresh proof (session_is_proven), else STEP_UP_REQUIRED */
    bool context; /* one more fixed argument: where the call came from (call_context) */
    const struct field *params; /* bound in this order after the fixed arguments */
    const struct field *result; /* what the reply holds */
    /* $1 principal; a write with a key: $2 idem, $3 request hash; with .context the next one, jsonb; then params.  A
     * reply with the member "refused" becomes the error of that name; what the statement wrote stays. */
    const char *sql;
    const char *coalesce; /* NULL; "" = one key for all; else the parameter that is the key */
    int coalesce_lanes; /* 0: a batch at a time for each key; else keys share so many, so that cores do too */
    const char *batch_sql; /* with coalesce: the form that takes arrays */
    const char *const
        *publishes; /* types of the events its SQL may emit; ends with NULL; NULL: none */
    const enum err *
        errors; /* reasons it may refuse with beside the engine's own; ends with ERR_OK; NULL: none */
    unsigned timeout_ms;   /* 0: call_timeout_ms of the configuration */
    step_fn *const *steps; /* NULL: run sql, reply with its json.  Ends with NULL. */
};

#define PUBLISHES(...) ((const char *const[]){__VA_ARGS__, NULL})
#define ERRORS(...) ((const enum err[]){__VA_ARGS__, ERR_OK})
#define STEPS(...) ((step_fn *const[]){__VA_ARGS__, NULL})
