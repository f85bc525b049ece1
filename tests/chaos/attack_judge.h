/* attack_judge.h -- what strangers may cost: members' latency beside that of quiet, memory, sockets. */
#pragma once

struct fleet;
struct honest_figures;

/* Before the servers start: what a worker keeps of freed memory under AddressSanitizer is not what it holds. */
void attack_keep_little(void);
long attack_pages(struct fleet *f, int server); /* of its workers */
void attack_compare(
    const struct honest_figures *quiet, const struct honest_figures *attacked, int members);
/* What the attackers opened is gone, and what it took with it. */
void attack_look_at_the_rest(struct fleet *f, int server, int members, long pages_before);
