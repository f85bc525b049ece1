/* chaos_points.c -- races for points over the wire, on several workers at once: P2, P8.
 *
 * 32 tills send one receipt at the same instant, each with a key of its own: it is credited once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/json.h"
#include "check.h"
#include "fleet.h"

enum { WORKERS = 3, MEMBERS = 40, TILLS = 32, CALL_MS = 20000, RECEIPTS = 40, CODE_USED = 1031 };

struct race {
    struct fleet *fleet;
    int server;
    struct client *tills[TILLS];
};

/* One call of all tills at once; the answers are the caller's. */
static void volley(
    struct race *r, const char *method, const char *params, struct client_message *out[TILLS])
{
    int64_t asked[TILLS];

    for (int i = 0; i < TILLS; i++)
        asked[i] = client_request_once(r->tills[i], method, params, NULL);
    for (int i = 0; i < TILLS; i++)
        out[i] = client_wait(r->tills[i], asked[i], CALL_MS);
}

/* --- one receipt under many keys --------------------------------------------------------------------- */

static bool is_one_credit(struct client_message *const replies[TILLS])
{
    int64_t tx = 0, first = 0;
    int fresh = 0;

    for (int i = 0; i < TILLS; i++) {
        const struct json *result = replies[i] == NULL ? NULL : replies[i]->result;

        if (result == NULL || !json_id(json_member(result, "tx"), &tx) || (i > 0 && tx != first))
            return false;
        first = tx;
        fresh += !json_is_true(json_member(result, "duplicate"));
    }
    return fresh == 1;
}

static void receipts(struct race *r)
{
    int once = 0;

    for (int n = 0; n < RECEIPTS; n++) {
        struct client_message *replies[TILLS];
        char params[300];

        snprintf(params, sizeof params,
            "{\"member\":\"%d\",\"club\":\"%d\",\"receipt\":\"race-%d\",\"lines\":[{\"amount\":{\"minor\":100,\"cur\":\"EUR\"}}]}",
            FLEET_FIRST_MEMBER + n % MEMBERS, FLEET_CLUB, n);
        volley(r, "points.earn", params, replies);
        once += is_one_credit(replies);
        for (int i = 0; i < TILLS; i++)
            client_message_free(replies[i]);
    }
    check(once == RECEIPTS,
        "P2: a receipt that %d tills send under as many keys has one transaction (%d of %d)", TILLS,
        once, RECEIPTS);
    check(fleet_number(r->fleet,
              "select count(*) from ledger_tx where kind = 'earn' and ref_id like 'race-%%'") ==
              RECEIPTS,
        "P2: and is in the ledger once");
}

static void judge(struct race *r)
{
    int64_t deadlocks = fleet_number(r->fleet,
                "select deadlocks from pg_stat_database where datname = current_database()"),
            violations = fleet_number(r->fleet, "select count(*) from lib.ledger_violations()");

    check(deadlocks == 0, "the lock order holds: no deadlock (%lld)", (long long)deadlocks);
    if (!check(violations == 0, "I-01 ... I-15 hold (%lld violations)", (long long)violations))
        check_note("%s",
            fleet_text(r->fleet,
                "select string_agg(concat_ws(' ', invariant, what, detail), '; ') from (select * from lib.ledger_violations() limit 10) v"));
}

int main(void)
{
    static const char *const options[] = {
        "--db_connections=6", "--service_calls_per_s=100000", NULL};
    struct race r = {.fleet = fleet_open()};

    fleet_seed(r.fleet, MEMBERS);
    r.server = fleet_serve(r.fleet, WORKERS, options);
    for (int i = 0; i < TILLS; i++)
        r.tills[i] = fleet_till(r.fleet, r.server);
    receipts(&r);
    judge(&r);
    for (int i = 0; i < TILLS; i++)
        client_free(r.tills[i]);
    check(fleet_close(r.fleet) == 0, "the servers ended well");
    return check_end();
}
