/* ledger_private.h -- what the files of the market share. */
#pragma once

#include "ledger_market.h"

struct buf;

enum { PERSON_HOLDS = 4, PERSON_TXS = 8 };

/* One sort of move. */
struct market_kind {
    const char *name, *method;
    enum market_side side;
    int weight;
    /* Completes `move` for a member who is not busy and makes it in the model; false: not possible now. */
    bool (*choose)(struct market *m, struct market_move *move);
    void (*print)(const struct market *m, const struct market_move *move, struct buf *out);
    const char *result; /* the member of the answer with the id that the handle gets; NULL: none */
    const char *
        ledger; /* kind of the ledger's transaction, whose id the answer's `tx` is; NULL: not judged */
};

struct open_hold {
    int64_t handle;
    int to;        /* of a transfer: the recipient; -1: a hold */
    int requester; /* -1: the till; else the member */
};

struct person {
    bool is_busy;
    struct open_hold holds[PERSON_HOLDS];
    int64_t txs[PERSON_TXS]; /* what can be reversed, newest last */
    int64_t resolved;        /* the handle of a hold that is over; 0: none yet */
    int64_t pending;         /* an earn in its return window; 0: none */
    int hold_count, tx_count;
};

/* A transaction that was acknowledged. */
struct record {
    const char *kind;
    int64_t tx, amount;
};

struct waiting { /* for the sweeper of holds */
    int member;
    int64_t hold; /* handle */
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
    size_t answered, wrong, unexpected_busy, counts[64], refusals[64];
    size_t lapsed_lots, lapsed_holds, matured;
    int64_t lapse_ms;
};

extern const struct market_kind market_kinds[]; /* ends with name NULL */

int64_t market_handle(struct market *m);
int market_below(int n); /* 0 ... n - 1 */
/* What a member has beside the model: holds and transactions to choose from. */
void market_add_hold(struct market *m, int member, struct open_hold h);
void market_drop_hold(struct market *m, int member, int at);
void market_add_tx(struct market *m, int member, int64_t handle);
