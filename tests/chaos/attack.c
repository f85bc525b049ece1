/* attack.c -- the attackers' processes, and what they tell. */
#include "attack.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "check.h"
#include "client.h"
#include "client_private.h"
#include "fleet.h"

enum {
    KINDS_MAX = 8,
    LOOKS_MAX = 80,
    METRICS_MAX = 60,
    WORDS_BYTES = 120,
    ANSWER_MS = 8000,
    MEMBERS_EACH = 10
};

struct look {
    char words[WORDS_BYTES];
    int times, failures, got; /* got: at the first failure */
};

struct count {
    char metric[WORDS_BYTES];
    int times;
};

struct attack {
    struct fleet *fleet;
    int server;
    char from[ATTACK_ADDRESS_BYTES];
    int64_t member, until_ms;
    struct look looks[LOOKS_MAX];
    struct count counts[METRICS_MAX];
    int look_count, metric_count;
};

struct attackers {
    struct fleet *fleet;
    const struct attack_kind *kinds;
    int server, ms, count;
    pid_t pids[KINDS_MAX];
    int starts[KINDS_MAX], reports[KINDS_MAX]; /* pipes */
    struct count counts[METRICS_MAX];
    int metric_count;
};

/* --- for the attackers ------------------------------------------------------------------------- */

int attack_port(const struct attack *a)
{
    return fleet_port(a->fleet, a->server);
}

int attack_server(const struct attack *a)
{
    return a->server;
}

struct fleet *attack_fleet(const struct attack *a)
{
    return a->fleet;
}

const char *attack_from(const struct attack *a)
{
    return a->from;
}

int64_t attack_member(const struct attack *a)
{
    return a->member;
}

bool attack_is_over(const struct attack *a)
{
    return clock_mono().ms >= a->until_ms;
}

void attack_rest(int ms)
{
    usleep((useconds_t)ms * 1000);
}

bool attack_saw(struct attack *a, bool holds, const char *words, int got)
{
    struct look *l = a->looks;

    while (l < a->looks + a->look_count && strcmp(l->words, words) != 0)
        l++;
    if (l == a->looks + LOOKS_MAX)
        abort();
    if (l == a->looks + a->look_count) {
        a->look_count++;
        snprintf(l->words, sizeof l->words, "%s", words);
    }
    l->times++;
    if (!holds && l->failures++ == 0)
        l->got = got;
    return holds;
}

static struct count *count_of(struct count *counts, int *length, const char *metric)
{
    struct count *n = counts;

    while (n < counts + *length && strcmp(n->metric, metric) != 0)
        n++;
    if (n == counts + METRICS_MAX)
        abort();
    if (n == counts + *length) {
        (*length)++;
        snprintf(n->metric, sizeof n->metric, "%s", metric);
    }
    return n;
}

void attack_counted(struct attack *a, const char *metric)
{
    count_of(a->counts, &a->metric_count, metric)->times++;
}

struct client *attack_open(const struct attack *a)
{
    struct client_options o = {.port = attack_port(a), .from = a->from};

    return client_open(&o, NULL);
}

struct client *attack_sign_in(const struct attack *a, int64_t member)
{
    struct client_options o = {.port = attack_port(a), .from = a->from};
    char token[FLEET_TOKEN_BYTES], who[32];

    snprintf(who, sizeof who, "m:%lld", (long long)member);
    fleet_token(a->fleet, who, token);
    return client_sign_in(&o, token);
}

int attack_close_code(struct client *c)
{
    int64_t until_ms = clock_mono().ms + ANSWER_MS;

    while (client_pump(c, 100) && clock_mono().ms < until_ms)
        ;
    return client_close_code(c);
}

int attack_next_error(struct client *c)
{
    struct client_message *m = client_next(c, ANSWER_MS);
    int code = client_error(m);

    if (m != NULL && client_message_text(m, NULL)[0] != '{')
        code = ATTACK_MANY;
    client_message_free(m);
    return code;
}

int attack_http(const struct attack *a, const char *bytes, size_t length_bytes)
{
    struct client_options o = {.port = attack_port(a), .from = a->from};

    return client_http_status(&o, bytes, length_bytes, ANSWER_MS);
}

/* --- processes --------------------------------------------------------------------------------- */

static void report(const struct attack *a, int fd)
{
    FILE *out = fdopen(fd, "w");

    for (const struct look *l = a->looks; l < a->looks + a->look_count; l++)
        (void)fprintf(out, "saw %d %d %d %s\n", l->times, l->failures, l->got, l->words);
    for (const struct count *n = a->counts; n < a->counts + a->metric_count; n++)
        (void)fprintf(out, "counted %d %s\n", n->times, n->metric);
    (void)fclose(out);
}

static void run_child(struct attackers *all, int kind, int64_t member)
{
    struct attack *a = mem_zalloc(sizeof *a);
    char byte;

    a->fleet = all->fleet;
    a->server = all->server;
    a->member = member;
    snprintf(a->from, sizeof a->from, "127.0.9.%d", 1 + kind);
    if (read(all->starts[kind], &byte, 1) != 1)
        _exit(0); /* the parent is gone */
    a->until_ms = clock_mono().ms + all->ms;
    all->kinds[kind].run(a);
    report(a, all->reports[kind]);
    _exit(0);
}

static void start(struct attackers *all, int kind, int64_t member)
{
    int go[2], told[2];
    pid_t pid;

    if (pipe(go) != 0 || pipe(told) != 0)
        abort();
    (void)fflush(NULL);
    pid = fork();
    if (pid < 0)
        abort();
    all->starts[kind] = go[pid == 0 ? 0 : 1];
    all->reports[kind] = told[pid == 0 ? 1 : 0];
    close(go[pid == 0 ? 1 : 0]);
    close(told[pid == 0 ? 0 : 1]);
    if (pid == 0) {
        for (int i = 0; i < kind; i++)
            close(all->starts[i]), close(all->reports[i]);
        run_child(all, kind, member);
    }
    all->pids[kind] = pid;
}

struct attackers *attackers_new(
    struct fleet *f, int server, int64_t first_member, const struct attack_kind *kinds, int ms)
{
    struct attackers *all = mem_zalloc(sizeof *all);

    all->fleet = f;
    all->server = server;
    all->kinds = kinds;
    all->ms = ms;
    for (; kinds[all->count].name != NULL; all->count++)
        start(all, all->count, first_member + all->count * MEMBERS_EACH);
    return all;
}

void attackers_go(struct attackers *all)
{
    for (int i = 0; i < all->count; i++)
        if (write(all->starts[i], "", 1) != 1)
            abort();
}

bool attackers_are_busy(struct attackers *all)
{
    bool busy = false;

    for (int i = 0; i < all->count; i++)
        if (all->pids[i] != 0 && waitpid(all->pids[i], NULL, WNOHANG) == all->pids[i])
            all->pids[i] = 0;
    for (int i = 0; i < all->count; i++)
        busy = busy || all->pids[i] != 0;
    return busy;
}

void attackers_free(struct attackers *all)
{
    for (int i = 0; i < all->count; i++) {
        close(all->starts[i]);
        if (all->pids[i] != 0)
            (void)waitpid(all->pids[i], NULL, 0);
    }
    mem_free(all);
}

/* --- what they tell ---------------------------------------------------------------------------- */

static void read_line(struct attackers *all, int kind, const char *line)
{
    int times, failures, got;
    char words[WORDS_BYTES];

    if (sscanf(line, "saw %d %d %d %119[^\n]", &times, &failures, &got, words) == 4) {
        if (failures == 0)
            check(true, "%s: %s (%d times)", all->kinds[kind].name, words, times);
        else
            check(false, "%s: %s (%d of %d times not; %d)", all->kinds[kind].name, words, failures,
                times, got);
    } else if (sscanf(line, "counted %d %119[^\n]", &times, words) == 2) {
        count_of(all->counts, &all->metric_count, words)->times += times;
    }
}

void attackers_judge(struct attackers *all)
{
    for (int i = 0; i < all->count; i++) {
        FILE *in = fdopen(all->reports[i], "r");
        char line[2 * WORDS_BYTES];
        int lines = 0;

        for (; fgets(line, sizeof line, in) != NULL; lines++)
            read_line(all, i, line);
        check(lines > 0, "%s: told what it saw", all->kinds[i].name);
        (void)fclose(in);
    }
    for (struct count *n = all->counts; n < all->counts + all->metric_count; n++) {
        int64_t counted = fleet_metric(all->fleet, all->server, n->metric);

        check(counted >= n->times, "counted: %s %lld, at least %d", n->metric, (long long)counted,
            n->times);
    }
}
