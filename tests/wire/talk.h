/* talk.h -- the connections of a script: who speaks (actor.c), and what goes to and fro (talk.c). */
#pragma once

#include <stdbool.h>

#include "client.h"

#include "stage.h"

bool actor_is_name(const char *name);
struct actor *actor_of(struct stage *s, const char *name, struct problem *out_problem);
void actor_done(struct actor *a);
/* Where its server is, and what the upgrade is to say; either may be NULL. */
struct client_options actor_address(
    const struct stage *s, const struct actor *a, const char *origin, const char *path);
bool actor_connect(
    struct stage *s, struct actor *a, const char *authorization, struct problem *out_problem);
void actor_outside_token(struct stage *s, const char *handle, char out[1024]);
void actor_token(struct stage *s, const struct person *p, int seconds, char out[1024]);
bool actor_send(struct stage *s,
    struct actor *a,
    const char *method,
    const char *params,
    struct problem *out_problem);
bool actor_send_raw(
    struct stage *s, struct actor *a, const char *text, struct problem *out_problem);
bool actor_send_odd(struct actor *a, const char *what, struct problem *out_problem); /* README.md */
/* Waits for the oldest reply asked for, or for any; NULL: none came.  arrived_free. */
struct arrived *actor_reply(struct stage *s, struct actor *a, bool is_any);
/* Reads for at most timeout_ms; false: closed. */
bool actor_read(struct stage *s, struct actor *a, int timeout_ms);
/* Takes the first push of that type (or message), of one stream or ("") of any; its stream must have nothing before it. */
struct arrived *actor_push(struct stage *s,
    struct actor *a,
    const char *type,
    const char *stream,
    struct problem *out_problem);
/* The first push that nobody looked at, but for those that a timer sends; NULL: none. */
const struct arrived *actor_unseen(const struct actor *a);
void arrived_free(struct arrived *m);

/* Judges and keeps `m`, which came from elsewhere than a socket and is taken. */
void talk_arrived(struct stage *s, struct actor *a, struct arrived *m);
