/* supervisor.c -- processes and signals (supervisor.h).  What is checked before serving is startup.c. */
#include "supervisor.h"

#include "hub/lease.h"
#include "io/crypto.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "listener.h"
#include "startup.h"
#include "worker.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    TICKET_KEY_BYTES = 80,
    DESCRIPTORS = 20000,
    PAUSE_FIRST_MS = 50,
    PAUSE_EARLY_MAX_MS = 1000,
    PAUSE_MAX_MS = 30000,
    EARLY_ENDS = 5,
    LONG_LIFE_MS = 60000, /* a worker that lived so long begins to count anew */
    KILL_GRACE_MS = 2000,
    WAIT_MS = 1000,
    NS_PER_MS = 1000000,
    MS_PER_S = 1000,
    REASON_BYTES = 96
};

struct slot {
    pid_t pid; /* 0: none */
    int ends;  /* in a row */
    int64_t started_ms, start_at_ms;
};

struct supervisor {
    const struct config *config;
    int arg_count;
    char *const *args;
    struct startup startup;
    struct listener_set listeners;
    struct slot *slots;
    char ticket_key[TICKET_KEY_BYTES];
    uint64_t *ends; /* workers that died; shared with them, for /metrics */
    pid_t pid;
    sigset_t waited, before;
    int64_t kill_at_ms; /* while stopping */
    bool stopping;
    int status;
};

/* --- one worker ------------------------------------------------------------------------------ */

/* SIGHUP in a worker: the level that file, environment and flags say now. */
static int read_log_level(void *arg)
{
    struct supervisor *s = arg;
    struct config c;
    char message[CONFIG_MESSAGE_BYTES];
    int level;

    if (config_load(s->arg_count, s->args, &c, message) != ERR_OK) {
        log_warn("config_refused", "reason=%s", message);
        return -1;
    }
    level = (int)startup_log_level(&c);
    config_done(&c);
    return level;
}

/* In the new process: never returns. */
static void become_worker(struct supervisor *s, int number)
{
    struct worker_options o = {
        .config = s->config,
        .number = number,
        .listen_fd = s->listeners.public_fds[number],
        .admin_fd = s->listeners.admin_fds[number],
        .token_key = &s->startup.token_key,
        .signer = s->startup.signer,
        .pii_key_hex = s->startup.pii_key_hex,
        .ticket_key = s->ticket_key,
        .ends = s->ends,
        .endpoint = &s->startup.endpoint,
        .log_level = read_log_level,
        .log_level_arg = s,
    };
    int status;

    (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != s->pid) /* it died before that call */
        _exit(EXIT_FAILURE);
    listener_close(&s->listeners, number);
    sigprocmask(SIG_SETMASK, &s->before, NULL);
    status = worker_run(&o);
    s->listeners.public_fds[number] = s->listeners.admin_fds[number] =
        -1; /* worker_run closed them */
    listener_done(&s->listeners);
    startup_done(&s->startup);
    mem_free(s->slots);
    exit(status);
}

static void start_worker(struct supervisor *s, int number)
{
    struct slot *slot = &s->slots[number];
    pid_t pid = fork();

    if (pid == 0)
        become_worker(s, number);
    slot->started_ms = clock_mono().ms;
    if (pid < 0) {
        log_error("fork_failed", "errno=%d", errno);
        slot->start_at_ms = slot->started_ms + PAUSE_EARLY_MAX_MS;
        return;
    }
    slot->pid = pid;
    log_info("worker_started", "worker=%d pid=%d", number, (int)pid);
}

static int64_t pause_ms(int ends)
{
    int64_t pause = PAUSE_FIRST_MS;
    int64_t most = ends <= EARLY_ENDS ? PAUSE_EARLY_MAX_MS : PAUSE_MAX_MS;

    for (int i = 1; i < ends && pause < most; i++)
        pause *= 2;
    return pause < most ? pause : most;
}

static void describe_end(int status, char out[REASON_BYTES])
{
    if (WIFSIGNALED(status))
        snprintf(
            out, REASON_BYTES, "signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
    else if (WEXITSTATUS(status) == LEASE_EXIT_STATUS)
        snprintf(out, REASON_BYTES, "the lease ended during a write");
    else if (WEXITSTATUS(status) == WORKER_CANNOT_START)
        snprintf(out, REASON_BYTES, "it could not start");
    else
        snprintf(out, REASON_BYTES, "exit status %d", WEXITSTATUS(status));
}

static void tell_all(const struct supervisor *s, int signal_number)
{
    for (int i = 0; i < s->listeners.count; i++)
        if (s->slots[i].pid > 0)
            (void)kill(s->slots[i].pid, signal_number); /* it may have ended a moment ago */
}

static void stop(struct supervisor *s)
{
    if (s->stopping) {
        tell_all(s, SIGKILL);
        return;
    }
    s->stopping = true;
    s->kill_at_ms = clock_mono().ms + s->config->drain_ms + KILL_GRACE_MS;
    log_info("stopping", "drain_ms=%d", s->config->drain_ms);
    listener_close(&s->listeners, -1);
    tell_all(s, SIGTERM);
}

static void on_ended(struct supervisor *s, struct slot *slot, int number, int status)
{
    int64_t now = clock_mono().ms, lived_ms = now - slot->started_ms;
    char reason[REASON_BYTES];

    describe_end(status, reason);
    slot->pid = 0;
    if (s->stopping) {
        log_info("worker_stopped", "worker=%d reason=%s", number, reason);
        return;
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == WORKER_CANNOT_START) {
        fprintf(stderr, "clubhub: worker %d could not start\n", number);
        s->status = EXIT_FAILURE;
        stop(s);
        return;
    }
    if (s->ends != NULL)
        (void)__atomic_add_fetch(s->ends, 1, __ATOMIC_RELAXED);
    slot->ends = lived_ms >= LONG_LIFE_MS ? 1 : slot->ends + 1;
    slot->start_at_ms = now + pause_ms(slot->ends);
    log_warn("worker_died", "worker=%d reason=%s lived_ms=%lld ends=%d restart_in_ms=%lld", number,
        reason, (long long)lived_ms, slot->ends, (long long)pause_ms(slot->ends));
}

static void reap(struct supervisor *s)
{
    int status;
    pid_t pid;

    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        for (int i = 0; i < s->listeners.count; i++)
            if (s->slots[i].pid == pid)
                on_ended(s, &s->slots[i], i, status);
}

/* --- the supervisor's wait ------------------------------------------------------------------- */

static bool is_running(const struct supervisor *s)
{
    for (int i = 0; i < s->listeners.count; i++)
        if (s->slots[i].pid > 0)
            return true;
    return !s->stopping;
}

/* Starts the workers that are due; returns how long to wait for a signal. */
static int64_t start_due(struct supervisor *s)
{
    int64_t now = clock_mono().ms, wait_ms = WAIT_MS;

    for (int i = 0; i < s->listeners.count && !s->stopping; i++) {
        struct slot *slot = &s->slots[i];

        if (slot->pid == 0 && slot->start_at_ms <= now)
            start_worker(s, i);
        if (slot->pid == 0 && slot->start_at_ms - now < wait_ms)
            wait_ms = slot->start_at_ms > now ? slot->start_at_ms - now : 1;
    }
    if (s->stopping && now >= s->kill_at_ms)
        tell_all(s, SIGKILL);
    return wait_ms;
}

static void wait_for_signal(struct supervisor *s, int64_t wait_ms)
{
    struct timespec timeout = {
        .tv_sec = wait_ms / MS_PER_S, .tv_nsec = wait_ms % MS_PER_S * NS_PER_MS};
    int number = sigtimedwait(&s->waited, NULL, &timeout);

    if (number == SIGTERM || number == SIGINT)
        stop(s);
    else if (number == SIGHUP)
        tell_all(s, SIGHUP);
}

/* Blocked here and waited for; workers get the mask from before. */
static void take_signals(struct supervisor *s)
{
    sigemptyset(&s->waited);
    sigaddset(&s->waited, SIGTERM);
    sigaddset(&s->waited, SIGINT);
    sigaddset(&s->waited, SIGHUP);
    sigaddset(&s->waited, SIGCHLD);
    sigprocmask(SIG_BLOCK, &s->waited, &s->before);
    (void)signal(SIGPIPE, SIG_IGN);
}

static void raise_descriptors(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= DESCRIPTORS)
        return;
    limit.rlim_cur = limit.rlim_max < DESCRIPTORS ? limit.rlim_max : DESCRIPTORS;
    (void)setrlimit(RLIMIT_NOFILE, &limit); /* each worker asks for what its options need */
}

/* Nothing here ever needs more rights than it has: none come by a file that is run, none are read out of a core dump or
 * by another process of the same user.  Workers inherit both.
 */
static void give_up_rights(const struct config *c)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        log_warn("no_new_privs_refused", "errno=%d", errno);
    if (!c->development)
        (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* it refuses other numbers only */
}

/* NULL where there is none: then nobody counts. */
static uint64_t *shared_counter(void)
{
    void *p =
        mmap(NULL, sizeof(uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    return p != MAP_FAILED ? p : NULL;
}

static bool prepare(struct supervisor *s)
{
    char message[STARTUP_MESSAGE_BYTES];
    enum err e;

    e = startup_check(s->config, &s->waited, &s->startup, message);
    if (e == ERR_OK)
        e = listener_open(
            s->config->listen, s->config->admin_listen, s->startup.workers, &s->listeners, message);
    if (e == ERR_OK)
        return true;
    if (e != ERR_GONE) /* told to stop while it waited for the database */
        fprintf(stderr, "clubhub: %s\n", message);
    return false;
}

int supervisor_run(const struct config *c, int count, char *const *args)
{
    struct supervisor s = {
        .config = c, .arg_count = count, .args = args, .pid = getpid(), .status = EXIT_SUCCESS};

    log_set_name("supervisor");
    log_set_level(startup_log_level(c));
    give_up_rights(c);
    raise_descriptors();
    take_signals(&s);
    if (!prepare(&s)) {
        startup_done(&s.startup);
        return EXIT_FAILURE;
    }
    s.ends = shared_counter();
    crypto_random(s.ticket_key, sizeof s.ticket_key);
    s.slots = mem_zalloc((size_t)s.listeners.count * sizeof *s.slots);
    if (geteuid() == 0)
        log_warn("serving_as_root", "advice=%s",
            "it needs no rights: let it serve as a user of its own");
    log_info("serving", "host=%s port=%d admin_port=%d workers=%d", s.listeners.host,
        s.listeners.port, s.listeners.admin_port, s.listeners.count);
    while (is_running(&s)) {
        wait_for_signal(&s, start_due(&s));
        reap(&s);
    }
    mem_free(s.slots);
    listener_done(&s.listeners);
    startup_done(&s.startup);
    log_info("stopped", "status=%d", s.status);
    return s.status;
}
