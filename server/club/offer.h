/* offer.h -- shapes that the rows of offer.* share. */
#pragma once

#include "base/shape.h"

enum {
    OFFER_BODY_MAX = 10000,
    OFFER_LIST_MAX = 20,
    OFFER_SEATS_MAX = 100000,
    OFFER_RANK_MAX = 1000,
    OFFER_PPM_MAX = 1000000
};

extern const char *const offer_kinds[];
extern const struct field offer_full[]; /* offer.get */
extern const struct field offer_step[];
extern const struct field offer_policy[];
extern const struct field offer_audience[];
