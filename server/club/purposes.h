/* purposes.h -- the purpose register (domain.md 12.2) as far as the gate needs it. */
#pragma once

#include "hub/gate.h"

extern const struct gate_purpose purposes[]; /* ends with code NULL */
