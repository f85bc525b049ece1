/* doctor.h -- `clubhub doctor`: looks at a deployment and says what to change.
 *
 * Reads only.  It runs with the options of `serve`, on the machine and as the user that serves.
 *
 *   fine    as it should be
 *   change  it serves, but slower, with less room or less safely than it could
 *   wrong   it does not serve, or breaks a promise: acknowledged writes can be lost, secrets can be read
 */
#pragma once

#include <stdio.h>

struct config;

/* Prints a line for each check to `out`, what to do below those that are not fine, and the sums.  Returns how many are
 * wrong.
 */
int doctor_run(const struct config *c, FILE *out);
