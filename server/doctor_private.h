/* doctor_private.h -- what the files of the doctor share. */
#pragma once

#include <stddef.h>

struct config;
struct db_sync;

enum doctor_verdict { DOCTOR_FINE, DOCTOR_CHANGE, DOCTOR_WRONG };
enum { DOCTOR_FOUND_BYTES = 640, DOCTOR_ADVICE_BYTES = 320 };

struct doctor_finding {
    enum doctor_verdict verdict;
    char found[DOCTOR_FOUND_BYTES];   /* what is */
    char advice[DOCTOR_ADVICE_BYTES]; /* what to do; "" when fine */
};

struct doctor {
    const struct config *config;
    struct db_sync *db; /* as the hub; NULL: it cannot be reached */
};

struct doctor_check {
    const char *name;
    void (*look)(struct doctor *d, struct doctor_finding *out_finding);
};

/* Each ends with a row without a name. */
extern const struct doctor_check doctor_file_checks[];
extern const struct doctor_check doctor_host_checks[];
extern const struct doctor_check doctor_database_checks[]; /* with d->db only */

void doctor_say(
    struct doctor_finding *f, enum doctor_verdict v, const char *advice, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
