/* stream.h -- the shape of an event on the wire, for stream.subscribe's answer and for the message `event`. */
#pragma once

#include "base/shape.h"

extern const struct field stream_event[];
