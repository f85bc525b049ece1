/* ledger_private.h -- what the files of the market share. */
#pragma once

#include "ledger_market.h"

struct buf;

enum { PERSON_HOLDS = 4, PERSON_TXS = 8, KINDS_MAX = 32 };

/* One sort of move. */
struct market_kind {
    const char *name, *method;
    enum market_side side;
    int weight;
    /* Completes `move` for a member who is not busy and makes it in the model; false: not possible now. */
    bool (*choose)(struct market *m, struct market_move *move);
    void (*print)(const struct market *m, const struct market_move *move, struct buf *out);
    const char *result; /* the member of the answer with the id that the handle gets; NULL: none */
    const char *ledger; /* kind of the transaction whose id the answer's `tx` is; NULL: not told */
};

enum holder { HOLDER_TILL, HOLDER_MEMBER, HOLDER_OFFER };

struct open_hold {
    int64_t handle;
    enum holder holder; /* who may resolve it: a till, the member, or both sides of an offer */
    int to;             /* of an offer: the recipient */
};

struct receipt {
    int64_t handle, amount, at_ms;
};

struct person {
    bool is_busy;
    struct open_hold holds[PERSON_HOLDS];
    int64_t txs[PERSON_TXS]; /* what can be reversed, newest last */
    int hold_count, tx_count, offers;
    int64_t resolved;       /* a hold of a till that is over; 0: none yet */
    int64_t pending;        /* an earn in its return window; 0: none */
    int64_t adjusted;       /* by staff, both ways */
    struct receipt receipt; /* the last one */
    char card[20];
    char code[12], used[12]; /* of this step; a code moves from one to the other */
};

/* A transaction that was acknowledged. */
struct record {
    const char *kind;
    int64_t tx, amount;
};

/* A hold that the sweeper has to find. */
struct waiting {
    int member;
    int64_t hold; /* of the ledger */
};

struct market {
    struct fleet *fleet;
    struct ledger_model *model;
    struct person *people;
    int members, devices;
    int64_t *ids; /* of the ledger, by handle */
    struct record *records;
    struct waiting *waiting;
    size_t id_count, id_capacity, record_count, record_capacity, waiting_count, waiting_capacity;
    size_t answered, wrong, counts[KINDS_MAX], refusals[KINDS_MAX];
    size_t lapsed_lots, lapsed_holds, matured;
    int64_t codes_ms, codes_step;
    bool is_ending;
};

extern const struct market_kind market_kinds[]; /* ends with name NULL */

int market_code(struct ledger_outcome o); /* the error that a verdict is on the wire */
int64_t market_handle(struct market *m);
int market_below(int n); /* 0 ... n - 1 */
/* What a member has beside the model: holds and transactions to choose from. */
int64_t market_hold_id(const struct market *m, struct open_hold h); /* of the ledger */
void market_add_hold(struct market *m, int member, struct open_hold h);
void market_drop_hold(struct market *m, int member, int at);
void market_add_tx(struct market *m, int member, int64_t handle);
