/* check.h -- the outcome of a scenario: TAP lines, one per promise kept or broken.  Unlike an assertion, a check that
 * fails does not end the scenario, so that its other findings are still told.
 */
#pragma once

#include <stdbool.h>

/* "ok 3 - P5: nothing after the acknowledgement"; returns `holds`. */
bool check(bool holds, const char *format, ...) __attribute__((format(printf, 2, 3)));
void check_note(const char *format, ...) __attribute__((format(printf, 1, 2))); /* "# ..." */
/* The plan and "N passed, N failed"; returns the exit status for main. */
int check_end(void);
