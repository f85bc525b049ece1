/* attack_play.h -- members in quiet, then beside attackers, judged. */
#pragma once

struct attack_kind;
struct fleet;

struct attack_play {
    struct fleet *fleet; /* seeded with members, then those that attackers sign in as */
    int server;
    int members, attackers;
    const struct attack_kind *kinds;
    int quiet_ms, attack_ms;
};

void attack_play(const struct attack_play *p);
