/* gate_key.h -- for whom an event or a signal is: purpose, scope, stream and audience taken apart; only gate.c uses it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct gate_purpose;

enum audience_kind {
    AUDIENCE_ALL,
    AUDIENCE_RANK,
    AUDIENCE_SEGMENT,
    AUDIENCE_ADULTS,
    AUDIENCE_CLUB,  /* of an offer's stream: its club */
    AUDIENCE_OFFER, /* of an offer's stream: those whom a closed offer is for */
    AUDIENCE_UNKNOWN
};

struct gate_key {
    int index;
    const struct gate_purpose *purpose;
    int64_t scope, club, family, plan; /* 0: not a club's stream, not a family's, not a plan's */
    bool offer;                        /* an offer's stream */
    enum audience_kind audience;
    int64_t audience_ref;
};

struct gate_key gate_key_make(
    const struct gate_purpose *p, int64_t scope, const char *audience, const char *stream);
