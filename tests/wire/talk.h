/* talk.h -- where messages from elsewhere than a socket come in. */
#pragma once

struct actor;
struct arrived;
struct stage;

/* Judges and keeps `m`, which it takes. */
void talk_arrived(struct stage *s, struct actor *a, struct arrived *m);
