/* seats_caps.c -- tiers come early and meet the caps of domain.md 9.3: 40 of 100, then 70, and at the opening 30 free. */
#include <stdio.h>
#include <string.h>

#include "io/json.h"
#include "base/mem.h"
#include "check.h"
#include "fleet.h"
#include "goers.h"
#include "seats.h"

enum {
    OFFER = 700300,
    CAPACITY = 100,
    PLATINUM_CAP = 40,
    GOLD_CAP = 70,
    PLATINUM = 500, /* at most: every third client */
    OTHERS = 30,
    MOST_S = 120,
    TIME_BYTES = 40
};

enum crowd { NOBODY, PLATINUM_TIER, NO_TIER };

struct caps {
    struct seats *seats;
    struct seats_told *told;
    enum crowd *crowd;
    bool *is_asked;
    char (*opens_at)[TIME_BYTES]; /* as each was told */
};

static bool caps_next(void *arg, struct goer *g)
{
    struct caps *r = arg;

    if (g->kind != GOER_MEMBER || r->is_asked[g->number])
        return false;
    r->is_asked[g->number] = true;
    g->method = "reservation.hold";
    seats_print_hold(g->params, sizeof g->params, OFFER, 1, 0, 0);
    return true;
}

static void caps_answer(
    void *arg, struct goer *g, const struct json *result, const struct json *error, int code)
{
    struct caps *r = arg;
    const char *opens_at = json_text(json_member(json_member(error, "data"), "opens_at"));

    r->told[g->number] = seats_told(result, code);
    snprintf(r->opens_at[g->number], TIME_BYTES, "%s", opens_at == NULL ? "" : opens_at);
}

/* Those of a crowd who have nothing yet ask, all at once. */
static void ask(struct caps *r, bool platinum, bool others)
{
    int asking = 0;
    struct goers_play play = {.next = caps_next,
        .answer = caps_answer,
        .arg = r,
        .repeats = 1,
        .kills = "",
        .most_s = MOST_S};

    for (int i = 0; i < r->seats->clients; i++) {
        bool is_asking = r->told[i].resv == 0 && ((platinum && r->crowd[i] == PLATINUM_TIER) ||
                                                     (others && r->crowd[i] == NO_TIER));

        r->is_asked[i] = !is_asking;
        asking += is_asking;
    }
    play.expected = asking;
    check(goers_play(r->seats->goers, &play), "caps: %d clients have their answer", asking);
}

/* How many of a crowd were told so, with that time. */
static int told_so(const struct caps *r, enum crowd crowd, int code, const char *opens_at)
{
    int n = 0;

    for (int i = 0; i < r->seats->clients; i++)
        n += r->crowd[i] == crowd && r->told[i].code == code &&
             (code == 0 || strcmp(r->opens_at[i], opens_at) == 0);
    return n;
}

static int size_of(const struct caps *r, enum crowd crowd)
{
    int n = 0;

    for (int i = 0; i < r->seats->clients; i++)
        n += r->crowd[i] == crowd;
    return n;
}

static int64_t sold(const struct caps *r)
{
    return fleet_number(r->seats->fleet,
        "select held + confirmed + offered from seat_pool where pool_id = %d",
        OFFER + SEATS_TOTAL_POOL);
}

static void a_day_passes(struct caps *r)
{
    fleet_run(r->seats->fleet,
        "update access_window set opens_at = opens_at - interval '1 day' where offer_id = %d;"
        "update offer set public_open_at = public_open_at - interval '1 day' where offer_id = %d",
        OFFER, OFFER);
}

static void read_times(struct caps *r, char gold[TIME_BYTES], char opening[TIME_BYTES])
{
    snprintf(gold, TIME_BYTES, "%s",
        fleet_text(r->seats->fleet,
            "select lib.iso(opens_at) from access_window where offer_id = %d and min_rank = 1",
            OFFER));
    snprintf(opening, TIME_BYTES, "%s",
        fleet_text(r->seats->fleet, "select lib.iso(public_open_at) from offer where offer_id = %d",
            OFFER));
}

static void play_caps(struct caps *r)
{
    char gold[TIME_BYTES], opening[TIME_BYTES];
    int platinum = size_of(r, PLATINUM_TIER), others = size_of(r, NO_TIER), early;

    read_times(r, gold, opening);
    ask(r, true, true);
    check(sold(r) == PLATINUM_CAP && told_so(r, PLATINUM_TIER, 0, "") == PLATINUM_CAP &&
              told_so(r, PLATINUM_TIER, SEATS_SOLD_OUT, gold) == platinum - PLATINUM_CAP,
        "9.3: %d platinum clients at T-48 h get exactly %d of %d (%lld), the others SOLD_OUT with"
        " the next window (%d of %d)",
        platinum, PLATINUM_CAP, CAPACITY, (long long)sold(r),
        told_so(r, PLATINUM_TIER, SEATS_SOLD_OUT, gold), platinum - PLATINUM_CAP);
    early = told_so(r, NO_TIER, SEATS_NOT_OPEN_YET, opening);
    check(
        early == others, "9.3: who has no window is told when it opens (%d of %d)", early, others);
    a_day_passes(r);
    read_times(r, gold, opening);
    ask(r, true, false);
    check(sold(r) == GOLD_CAP &&
              told_so(r, PLATINUM_TIER, SEATS_SOLD_OUT, opening) == platinum - GOLD_CAP,
        "9.3: at T-24 h exactly %d are sold (%lld), the others are told when everybody may",
        GOLD_CAP, (long long)sold(r));
    a_day_passes(r);
    check(CAPACITY - sold(r) >= 30, "19.5: at T at least 30 are free (%lld)",
        (long long)(CAPACITY - sold(r)));
    ask(r, true, true);
    check(sold(r) == CAPACITY && told_so(r, PLATINUM_TIER, SEATS_SOLD_OUT, "") +
                                         told_so(r, NO_TIER, SEATS_SOLD_OUT, "") ==
                                     platinum + others - CAPACITY,
        "9.3: and then all %d are sold (%lld)", CAPACITY, (long long)sold(r));
}

static void choose_crowds(struct caps *r)
{
    int platinum = 0, others = 0;

    for (int i = 0; i < r->seats->clients; i++) {
        if ((FLEET_FIRST_MEMBER + i) % 3 == 0)
            r->crowd[i] = platinum++ < PLATINUM ? PLATINUM_TIER : NOBODY;
        else
            r->crowd[i] = others++ < OTHERS ? NO_TIER : NOBODY;
    }
}

void seats_caps(struct seats *s)
{
    size_t n = (size_t)s->clients;
    struct caps r = {.seats = s,
        .told = mem_zalloc(n * sizeof *r.told),
        .crowd = mem_zalloc(n * sizeof *r.crowd),
        .is_asked = mem_zalloc(n * sizeof *r.is_asked),
        .opens_at = mem_zalloc(n * sizeof *r.opens_at)};

    choose_crowds(&r);
    seats_offer(s, OFFER, CAPACITY, 0);
    fleet_run(s->fleet,
        "update offer set state = 'announced', public_open_at = now() + interval '2 days' where offer_id = %d;"
        "insert into access_window (window_id, offer_id, min_rank, opens_at, cum_cap_ppm)"
        " values (%d, %d, 2, now() - interval '1 minute', %d), (%d, %d, 1, now() + interval '1 day', %d)",
        OFFER, OFFER + 1, OFFER, PLATINUM_CAP * 10000, OFFER + 2, OFFER, GOLD_CAP * 10000);
    play_caps(&r);
    seats_judge(s, "caps");
    mem_free(r.told);
    mem_free(r.crowd);
    mem_free(r.is_asked);
    mem_free(r.opens_at);
}
