/* problem.h -- why a step of a script failed, in words for whoever reads the output. */
#pragma once

#include <stdbool.h>

enum { PROBLEM_BYTES = 2000 };

struct problem {
    char text[PROBLEM_BYTES]; /* "": none */
};

/* Keeps the first one; always returns false. */
bool problem_set(struct problem *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
