/* rpc_envelope.h -- one JSON-RPC 2.0 request taken apart, and replies put together.  Part of rpc.c. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct buf;
struct json;

enum { RPC_ID_MAX_BYTES = 64, RPC_IDEM_MIN = 8, RPC_IDEM_MAX = 64 };

struct rpc_request {
    char *id; /* as JSON text, mem_alloc'ed; NULL: a notification */
    const char *method;
    const struct json *params; /* an object, or NULL */
    const char *idem;          /* NULL: not given */
};

/* Takes `item` apart; out_request->id is set also on failure, when the id itself is fine.
 *   errors  ERR_INVALID_REQUEST
 */
MUST_CHECK enum err rpc_envelope_read(const struct json *item, struct rpc_request *out_request);
/* The reserved parameters.  *out_problem: a sentence for the caller.
 *   errors  ERR_INVALID_PARAMS
 */
MUST_CHECK enum err rpc_envelope_params(
    struct rpc_request *r, bool wants_idem, const char **out_path, const char **out_problem);

void rpc_envelope_result(struct buf *out, const char *id, const char *result, size_t length_bytes);
/* id NULL: null.  detail: members that error.data gets beside reason and retry_ms, as a JSON object, or NULL. */
void rpc_envelope_error(
    struct buf *out, const char *id, enum err e, const char *locale, const char *detail);
