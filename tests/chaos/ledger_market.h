/* ledger_market.h -- members, tills, staff and devices that move points at random, and a model of what they have.
 *
 * A move is one call.  The moves of one member are made one after the other, those of different members at once.  The
 * model makes a move when it is chosen, so its verdict is known before the call is sent; the answer must agree.  Points
 * of the model are named by handles, which the answers pair with the ids of the ledger.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client.h"
#include "ledger_model.h"

struct fleet;
struct market;
struct json;

enum { MARKET_PARAMS_BYTES = 600 };

enum market_side { MARKET_TILL, MARKET_STAFF, MARKET_DEVICE };

struct market_move {
    const struct market_kind *kind;
    int member, other;     /* whom it touches; other -1: nobody else */
    int64_t handle, about; /* of what it makes; of what it is about */
    char text[12];         /* a card's code */
    int64_t amount, at_ms;
    int64_t available; /* what the member can spend after it */
    int code;          /* of the error it should meet; 0: none */
    char idem[CLIENT_IDEM_BYTES];
};

/* Members `first_member` ... of the fleet; the first `devices` of them have devices. */
struct market *market_new(struct fleet *f, int members, int devices);
void market_free(struct market *m);

/* Chooses the next move of a till, of staff or of a member's device (`device`: which member); marks whom it touches as
 * busy.  False: nothing to do just now.
 */
bool market_choose(struct market *m, enum market_side side, int device, struct market_move *out);
const char *market_method(const struct market_move *move);
void market_print(
    const struct market *m, const struct market_move *move, char out[MARKET_PARAMS_BYTES]);
/* The last word about a move: its result, or the code of its refusal. */
void market_answered(
    struct market *m, const struct market_move *move, const struct json *result, int code);

/* What only time does: lots and holds end, return windows close.  Needs the database; some of it now and then. */
void market_pass_time(struct market *m);
void market_stop(struct market *m);           /* time goes on, but nothing ends any more */
bool market_is_quiet(const struct market *m); /* nobody is busy */
size_t market_moves(const struct market *m);  /* answered so far */
void market_note_kinds(const struct market *m);

/* Compares the ledger with the model: TAP lines. */
void market_judge(struct market *m);
struct ledger_sums market_sums(const struct market *m, int member);
