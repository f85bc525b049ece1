/* benefit.h -- what the files of benefits share: words, limits, shapes. */
#pragma once

#include "base/shape.h"

enum {
    BENEFITS_MAX = 500, /* of a club */
    BENEFIT_POINTS_MAX = 1000000000,
    BENEFIT_COUNT_MAX = 1000000000,
    BENEFIT_RANK_MAX = 1000,
    BENEFIT_DAYS_MAX = 3650
};

extern const char *const benefit_kinds[];
extern const char *const benefit_hows[];
extern const struct field benefit_partner[]; /* one row of partner.list */
extern const struct field
    benefit_claimed[]; /* benefit.claim: a row of benefit.entitlements and a code */
