/* rpc_stage.h -- calls with a fake database below, for the tests of rpc.c and call*.c. */
#pragma once

#include <stdbool.h>

#include "hub/hub.h"
#include "hub/method.h"

struct session;

extern const struct method rpc_rows[]; /* of the test; ends with a row without a name */

struct fixture {
    struct hub hub;
    struct session *session;
    char *reply; /* the last one taken */
};

int rpc_set_up(void **state);
int rpc_tear_down(void **state);

bool receive(struct fixture *f, const char *text);
int replies(struct fixture *f);
/* Takes the oldest reply as the socket would; with `again` it is found stale instead. */
const char *take(struct fixture *f, bool again);
/* What one message is answered with at once. */
const char *refusal(struct fixture *f, const char *text);
void answer(struct fixture *f, const char *reply, const char *subjects);

#define CALL(id, method, params) \
    "{\"jsonrpc\":\"2.0\",\"id\":" id ",\"method\":\"" method "\",\"params\":" params "}"

#define ERROR(id, code, message, data)                                                       \
    "{\"jsonrpc\":\"2.0\",\"id\":" id ",\"error\":{\"code\":" code ",\"message\":\"" message \
    "\",\"data\":" data "}}"

#define TEST(f) cmocka_unit_test_setup_teardown(f, rpc_set_up, rpc_tear_down)
