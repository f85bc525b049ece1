/* seats.h -- the stories of chaos_seats: offers that everybody wants at the same instant. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct fleet;
struct goers;
struct json;

enum {
    SEATS_SOLD_OUT = 1009,
    SEATS_NOT_OPEN_YET = 1021,
    SEATS_PRICE = 10000,  /* of a single, in minor units */
    SEATS_POINTS = 500,   /* or that many points */
    SEATS_DESKS = 8,      /* that payments come from */
    SEATS_TOTAL_POOL = 1, /* ids of what belongs to an offer, behind its own */
    SEATS_DOUBLE_POOL = 2,
    SEATS_SINGLE = 11,
    SEATS_DOUBLE = 12
};

struct seats {
    struct fleet *fleet;
    struct goers *goers;
    int server;
    int clients; /* members, each with a socket */
};

/* What a member was told of its hold. */
struct seats_told {
    int code;     /* 0: held */
    int64_t resv; /* of what is held */
};

/* An offer that is open: singles from the total, doubles from both pools. */
void seats_offer(const struct seats *s, int64_t offer, int total, int doubles);
void seats_print_hold(
    char *out, size_t out_bytes, int64_t offer, int singles, int doubles, int in_points);
struct seats_told seats_told(const struct json *result, int code);
/* A temporary table told (member, code, resv): told[i] is of the i-th member. */
void seats_write_told(const struct seats *s, const struct seats_told *told, int count);
/* That all invariants hold, of seats and of points, and that nothing was locked in the wrong order. */
void seats_judge(const struct seats *s, const char *after);

void seats_order(struct seats *s);
void seats_rush(struct seats *s);
void seats_groups(struct seats *s);
void seats_caps(struct seats *s);
void seats_cancelled(struct seats *s);
