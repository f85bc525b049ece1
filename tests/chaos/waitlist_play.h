/* waitlist_play.h -- the tables beside the model of the waiting list: offers in both, calls to both, what they say. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "waitlist_model.h"

struct fleet;

enum {
    WAITLIST_PLAY_OFFERS = 3,
    WAITLIST_PLAY_MEMBERS = 60,
    WAITLIST_PLAY_STORY = 16,
    WAITLIST_PLAY_LINE_BYTES = 200,
    WAITLIST_PLAY_STATE_BYTES = 4000
};

struct waitlist_play {
    struct fleet *fleet;
    struct waitlist_model_offer offers[WAITLIST_PLAY_OFFERS];
    bool may[WAITLIST_PLAY_MEMBERS];
    int rank[WAITLIST_PLAY_MEMBERS];
    char story[WAITLIST_PLAY_STORY][WAITLIST_PLAY_LINE_BYTES]; /* the last steps */
    char before[WAITLIST_PLAY_OFFERS][WAITLIST_PLAY_STATE_BYTES];
    long step;
    int64_t now_s, refused, served, passed, lapsed, kept, replaced;
    bool is_broken; /* the two differ, and it was told how */
};

void waitlist_play_begin(struct waitlist_play *p);
/* Another offer takes this place, in both. */
void waitlist_play_offer(struct waitlist_play *p, int slot);

/* A line of the story. */
void waitlist_play_note(struct waitlist_play *p, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The verdict of the tables must be that of the rules; NULL: done. */
void waitlist_play_judge(
    struct waitlist_play *p, const char *refused, const char *code, const char *what);
/* Calls a function of api and compares its verdict; returns the number that `field` of the reply holds, or 0. */
int64_t waitlist_play_call(
    struct waitlist_play *p, const char *refused, const char *field, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Compares all that is told of an offer, and the deadlines of what was offered just now. */
void waitlist_play_compare(struct waitlist_play *p, struct waitlist_model_offer *o);
/* lib.seat_violations finds nothing. */
void waitlist_play_audit(struct waitlist_play *p);
