/* chaos_points.c -- races for points over the wire, on several workers at once: P2, P8.
 *
 * 32 tills send one receipt at the same instant, each with a key of its own: it is credited once.  They redeem one code
 * at the same instant: one of them does.  16 members give points in rings: no deadlock.  16 clients move the points of
 * 10 members for 12 s (domain.md 19.1, 6): the invariants hold.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/json.h"
#include "check.h"
#include "fleet.h"

enum {
    WORKERS = 3,
    MEMBERS = 40,
    TILLS = 32,
    CALL_MS = 20000,
    RECEIPTS = 40,
    CODES = 12,
    CODE_USED = 1031,
    RING = 16,
    ROUNDS = 12,
    HOT = 10,
    HOT_CLIENTS = 16,
    HOT_MS = 12000
};

struct race {
    struct fleet *fleet;
    int server;
    struct client *tills[TILLS], *members[RING];
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

/* --- one code at many tills -------------------------------------------------------------------------- */

/* What the device of a member shows now. */
static void print_code(struct race *r, int member, int number, char *out, size_t out_bytes)
{
    char card[20], code[12];

    fleet_run(r->fleet, "select count(lib.card_issue(%d))", member);
    snprintf(card, sizeof card, "%s",
        fleet_text(r->fleet, "select card_no from member_card where member_id = %d", member));
    snprintf(code, sizeof code, "%s",
        fleet_text(r->fleet, "select lib.totp(lib.card_secret('%s'), lib.totp_step(now()))", card));
    snprintf(out, out_bytes,
        "{\"till\":\"t\",\"card\":\"%s\",\"code\":\"%s\",\"amount\":10,\"mode\":\"redeem\",\"club\":\"%d\",\"receipt\":\"code-%d-",
        card, code, FLEET_CLUB, number);
}

/* The receipts differ: these are 32 sales. */
static void sell(struct race *r, const char *start, int *out_sold, int *out_used)
{
    int64_t asked[TILLS];
    char params[400];

    for (int i = 0; i < TILLS; i++) {
        snprintf(params, sizeof params, "%s%d\"}", start, i);
        asked[i] = client_request_once(r->tills[i], "points.redeem_code", params, NULL);
    }
    for (int i = 0; i < TILLS; i++) {
        struct client_message *m = client_wait(r->tills[i], asked[i], CALL_MS);

        *out_sold += client_error(m) == 0;
        *out_used += client_error(m) == CODE_USED;
        client_message_free(m);
    }
}

static void codes(struct race *r)
{
    int once = 0;

    for (int n = 0; n < CODES; n++) {
        int sold = 0, used = 0;
        char start[300];

        print_code(r, FLEET_FIRST_MEMBER + n, n, start, sizeof start);
        sell(r, start, &sold, &used);
        once += sold == 1 && used == TILLS - 1;
    }
    check(once == CODES,
        "P8: of %d tills that redeem one code at the same instant one does, the others are told"
        " that it is used (%d of %d)",
        TILLS, once, CODES);
    check(fleet_number(r->fleet, "select count(*) from ledger_tx where kind = 'redeem'") == CODES,
        "P8: and the ledger has one redemption each");
}

/* --- rings -------------------------------------------------------------------------------------------- */

/* Each of the ring offers to the next, and all accept at once: A -> B -> C -> ... -> A. */
static int ring_once(struct race *r)
{
    int64_t asked[RING], hold[RING] = {0};
    int accepted = 0;
    char params[200];

    for (int i = 0; i < RING; i++) {
        snprintf(params, sizeof params, "{\"member\":\"%d\",\"amount\":1}",
            FLEET_FIRST_MEMBER + (i + 1) % RING);
        asked[i] = client_request_once(r->members[i], "points.transfer", params, NULL);
    }
    for (int i = 0; i < RING; i++) {
        struct client_message *m = client_wait(r->members[i], asked[i], CALL_MS);

        if (m == NULL || m->result == NULL || !json_id(json_member(m->result, "hold"), &hold[i]))
            check_note("offer: %.200s", m == NULL ? "no answer" : client_message_text(m, NULL));
        client_message_free(m);
    }
    for (int i = 0; i < RING; i++) {
        snprintf(
            params, sizeof params, "{\"hold\":\"%lld\"}", (long long)hold[(i + RING - 1) % RING]);
        asked[i] = client_request_once(r->members[i], "points.transfer_accept", params, NULL);
    }
    for (int i = 0; i < RING; i++) {
        struct client_message *m = client_wait(r->members[i], asked[i], CALL_MS);

        accepted += client_error(m) == 0;
        client_message_free(m);
    }
    return accepted;
}

static void rings(struct race *r)
{
    int accepted = 0;

    for (int n = 0; n < ROUNDS; n++) {
        accepted += ring_once(r);
        fleet_run(r->fleet, "update point_hold set created_at = created_at - interval '31 days'");
    }
    check(accepted == RING * ROUNDS, "%d members give points in a ring, %d times (%d of %d)", RING,
        ROUNDS, accepted, RING * ROUNDS);
}

/* --- ten hot members (domain.md 19.1, 6) ------------------------------------------------------------------ */

struct hot {
    struct race *race;
    struct client *client;
    int number;
    int64_t asked, hold;
    size_t done, refused, broken;
    struct hot *next; /* of a member: who gets its offers; NULL: a till */
    bool is_ending;
};

static void hot_next(struct hot *h);

/* Is the answer that of a hold or an offer, and not of its end? */
static bool is_new_hold(const struct json *result)
{
    const char *state = json_text(json_member(result, "state"));

    return state == NULL ? json_member(result, "captured") == NULL : strcmp(state, "offered") == 0;
}

static bool on_hot(void *arg, struct client *c, const struct client_message *m)
{
    struct hot *h = arg;
    int code;

    (void)c;
    if (m->kind != CLIENT_REPLY || m->id != h->asked)
        return m->kind != CLIENT_REPLY;
    code = client_error(m);
    h->asked = 0;
    h->done++;
    h->refused += code != 0;
    if (code != 0 && code != 1017 && code != 1024 && code != 1026 && code != 1027) {
        if (h->broken++ == 0)
            check_note("%.200s", client_message_text(m, NULL));
    }
    if (m->result != NULL && is_new_hold(m->result))
        (void)json_id(json_member(m->result, "hold"), h->next != NULL ? &h->next->hold : &h->hold);
    if (!h->is_ending)
        hot_next(h);
    return true;
}

static const char *hot_till(struct hot *h, char *params, size_t bytes)
{
    int member = FLEET_FIRST_MEMBER + (int)(random() % HOT);
    long what = random() % 10;

    if (h->hold != 0 && what < 6) {
        int64_t hold = h->hold;

        h->hold = 0;
        snprintf(params, bytes,
            what < 4 ? "{\"hold\":\"%lld\",\"points\":1}" : "{\"hold\":\"%lld\"}", (long long)hold);
        return what < 4 ? "points.capture" : "points.release";
    }
    if (what < 7) {
        snprintf(params, bytes,
            "{\"member\":\"%d\",\"club\":\"%d\",\"receipt\":\"hot-%d-%zu\",\"lines\":[{\"amount\":{\"minor\":20,\"cur\":\"EUR\"}}]}",
            member, FLEET_CLUB, h->number, h->done);
        return "points.earn";
    }
    snprintf(params, bytes, "{\"member\":\"%d\",\"points\":%ld}", member, 1 + random() % 30);
    return "points.hold";
}

/* Takes what was offered, or turns it down; else offers something to the next member. */
static const char *hot_member(struct hot *h, char *params, size_t bytes)
{
    int64_t offered = h->hold;

    h->hold = 0;
    snprintf(params, bytes, "{\"hold\":\"%lld\"}", (long long)offered);
    if (offered != 0)
        return random() % 3 > 0 ? "points.transfer_accept" : "points.transfer_decline";
    snprintf(params, bytes, "{\"member\":\"%d\",\"amount\":%ld}",
        FLEET_FIRST_MEMBER + h->next->number, 1 + random() % 5);
    return "points.transfer";
}

static void hot_next(struct hot *h)
{
    char params[300];
    const char *method =
        h->next != NULL ? hot_member(h, params, sizeof params) : hot_till(h, params, sizeof params);

    h->asked = client_request_once(h->client, method, params, NULL);
}

static void hot_members(struct race *r)
{
    struct hot hots[HOT_CLIENTS];
    struct client_set *set = client_set_new();
    size_t done = 0, refused = 0, broken = 0;

    for (int i = 0; i < HOT_CLIENTS; i++) {
        bool is_member = i < HOT_CLIENTS / 4;

        hots[i] = (struct hot){.race = r,
            .number = i,
            .next = is_member ? &hots[(i + 1) % (HOT_CLIENTS / 4)] : NULL,
            .client = is_member ? r->members[i] : r->tills[i]};
        client_on_message(hots[i].client, on_hot, &hots[i]);
        client_set_add(set, hots[i].client);
    }
    for (int i = 0; i < HOT_CLIENTS; i++)
        hot_next(&hots[i]);
    for (int ms = 0; ms < HOT_MS; ms += 1000) {
        client_set_run(set, 1000);
        fleet_run(r->fleet,
            "update point_hold set created_at = created_at - interval '31 days' where purpose = 'transfer'");
    }
    for (int i = 0; i < HOT_CLIENTS; i++)
        hots[i].is_ending = true;
    client_set_run(set, 2000);
    for (int i = 0; i < HOT_CLIENTS; i++) {
        done += hots[i].done;
        refused += hots[i].refused;
        broken += hots[i].broken + (hots[i].asked != 0);
        client_on_message(hots[i].client, NULL, NULL);
        client_set_remove(set, hots[i].client);
    }
    client_set_free(set);
    check_note("%zu calls on %d members, %zu of them refused", done, HOT, refused);
    check(done > 300 && broken == 0,
        "19.1(6): %d clients move the points of %d members; each call is answered (%zu not as it"
        " should be)",
        HOT_CLIENTS, HOT, broken);
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
    static const char *const options[] = {"--db_connections=6", "--service_calls_per_s=100000",
        "--session_calls_per_s=1000", "--session_calls_burst=1000", NULL};
    struct race r = {.fleet = fleet_open()};

    fleet_seed(r.fleet, MEMBERS);
    r.server = fleet_serve(r.fleet, WORKERS, options);
    fleet_run(r.fleet, "update club set settings = settings || '{\"transfers\": true}'");
    for (int i = 0; i < TILLS; i++)
        r.tills[i] = fleet_till(r.fleet, r.server);
    for (int i = 0; i < RING; i++)
        r.members[i] = fleet_member(r.fleet, r.server, FLEET_FIRST_MEMBER + i);
    receipts(&r);
    codes(&r);
    rings(&r);
    hot_members(&r);
    judge(&r);
    for (int i = 0; i < TILLS; i++)
        client_free(r.tills[i]);
    for (int i = 0; i < RING; i++)
        client_free(r.members[i]);
    check(fleet_close(r.fleet) == 0, "the servers ended well");
    return check_end();
}
