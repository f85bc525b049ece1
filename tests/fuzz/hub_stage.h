/* hub_stage.h -- the hub's own modules above a database that answers what it is told to. */
#pragma once

#include "hub/hub.h"
#include "hub/method.h"

struct session;

struct stage {
    struct hub hub;
    struct session *session; /* may call every method */
};

struct stage *stage_open(const struct method *(*find)(const char *name, size_t length_bytes));
void stage_close(struct stage *s);
/* Takes every reply that waits; each is one JSON-RPC message. */
void stage_take_replies(struct stage *s);
