/* jobs.h -- the product's timers (domain.md 18). */
#pragma once

#include "hub/job.h"

extern const struct job jobs[]; /* ends with name NULL */
