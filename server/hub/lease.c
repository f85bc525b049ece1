/* lease.c -- the lease clock, its signal, and the list of sockets the signal may have to cut.
 *
 * (1) `ends_ns` only grows while the lease is held; every write of event bytes lies between may_write and wrote.
 * (2) The signal is directed at the loop's thread: after SIGCONT it runs there before any interrupted instruction, so a
 *     process that was stopped inside (1) never finishes the write late.
 * (3) What the handler touches are lock-free atomics and the plain int array cut_fds.
 */
#include "hub/lease.h"

#include <assert.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "io/loop.h"
#include "base/mem.h"

enum { CUT_MAX = 32768, NS_PER_MS = 1000000, MS_PER_S = 1000, NS_PER_S = 1000000000 };

static _Atomic int64_t ends_ns;
static atomic_int writing, is_parked, cut_by_signal, cut_count;
static int cut_fds[CUT_MAX];

struct lease {
    struct loop_timer *park_timer;
    timer_t signal_timer;
    void (*parked)(void *arg);
    void (*regained)(void *arg);
    void *arg;
    int32_t **slots; /* whose entry cut_fds[i] is */
    uint64_t lost;
};

static void on_lease_end(int signal_number)
{
    struct sockaddr nobody = {.sa_family = AF_UNSPEC};
    int n = atomic_load(&cut_count);

    (void)signal_number;
    if (clock_boot().ns < atomic_load(&ends_ns) || atomic_load(&is_parked))
        return;
    if (atomic_load(&writing))
        _exit(LEASE_EXIT_STATUS);
    for (int i = 0; i < n; i++)
        (void)connect(cut_fds[i], &nobody, sizeof nobody); /* nothing to do about a failure here */
    atomic_store(&cut_by_signal, 1);
}

static void park(struct lease *l)
{
    if (atomic_exchange(&is_parked, 1) && !atomic_load(&cut_by_signal))
        return;
    atomic_store(&cut_by_signal, 0);
    l->lost++;
    l->parked(l->arg);
}

static void on_park_timer(void *arg)
{
    struct lease *l = arg;

    if (lease_left_ms(l) <= LEASE_PARK_MS)
        park(l);
    else
        loop_timer_set(l->park_timer, (uint64_t)(lease_left_ms(l) - LEASE_PARK_MS), 0);
}

static void arm_signal(struct lease *l, int64_t at_ns)
{
    struct itimerspec when = {
        .it_value = {.tv_sec = at_ns / NS_PER_S, .tv_nsec = at_ns % NS_PER_S}};
    int rc = timer_settime(l->signal_timer, TIMER_ABSTIME, &when, NULL);

    assert(rc == 0);
    (void)rc;
}

struct lease *lease_new(
    struct loop *loop, void (*parked)(void *), void (*regained)(void *), void *arg)
{
    struct lease *l = mem_zalloc(sizeof *l);
    struct sigaction action = {.sa_handler = on_lease_end, .sa_flags = SA_RESTART};
    struct sigevent event;
    int rc;

    l->parked = parked;
    l->regained = regained;
    l->arg = arg;
    l->slots = mem_zalloc(CUT_MAX * sizeof *l->slots);
    l->park_timer = loop_timer_new(loop, on_park_timer, l);
    atomic_store(&ends_ns, 0);
    atomic_store(&is_parked, 1);
    atomic_store(&cut_by_signal, 0);
    atomic_store(&cut_count, 0);

    sigemptyset(&action.sa_mask);
    sigaction(SIGRTMIN, &action, NULL);
    memset(&event, 0, sizeof event);
    event.sigev_notify = SIGEV_THREAD_ID;
    event.sigev_signo = SIGRTMIN;
    event._sigev_un._tid = (pid_t)syscall(SYS_gettid);
    rc = timer_create(CLOCK_BOOTTIME, &event, &l->signal_timer);
    assert(rc == 0);
    (void)rc;
    return l;
}

void lease_free(struct lease *l)
{
    if (l == NULL)
        return;
    timer_delete(l->signal_timer);
    atomic_store(&is_parked, 1);
    loop_timer_free(l->park_timer);
    mem_free(l->slots);
    mem_free(l);
}

void lease_renewed(struct lease *l, struct boot_ns sent_at, unsigned lease_ms)
{
    int64_t end = sent_at.ns + (int64_t)lease_ms * NS_PER_MS;
    int64_t left_ms = (end - clock_boot().ns) / NS_PER_MS;

    if (atomic_load(&cut_by_signal))
        park(l);
    if (left_ms <= LEASE_PARK_MS || end <= atomic_load(&ends_ns))
        return; /* answered too late to be of use: the park timer speaks */
    atomic_store(&ends_ns, end);
    arm_signal(l, end);
    loop_timer_set(l->park_timer, (uint64_t)(left_ms - LEASE_PARK_MS), 0);
    if (atomic_exchange(&is_parked, 0))
        l->regained(l->arg);
}

void lease_drop(struct lease *l)
{
    atomic_store(&ends_ns, 0);
    if (!atomic_load(&is_parked))
        park(l);
}

bool lease_is_held(const struct lease *l)
{
    return !atomic_load(&is_parked) && lease_left_ms(l) > 0;
}

bool lease_may_write(struct lease *l)
{
    (void)l;
    atomic_store_explicit(&writing, 1, memory_order_relaxed);
    atomic_signal_fence(memory_order_seq_cst);
    if (atomic_load_explicit(&is_parked, memory_order_relaxed) ||
        clock_boot().ns >= atomic_load_explicit(&ends_ns, memory_order_relaxed)) {
        atomic_store_explicit(&writing, 0, memory_order_relaxed);
        return false;
    }
    return true;
}

void lease_wrote(struct lease *l)
{
    (void)l;
    atomic_signal_fence(memory_order_seq_cst);
    atomic_store_explicit(&writing, 0, memory_order_relaxed);
}

bool lease_list(struct lease *l, int fd, int32_t *slot)
{
    int n = atomic_load(&cut_count);

    if (*slot != LEASE_NO_SLOT)
        return true;
    if (n == CUT_MAX)
        return false;
    cut_fds[n] = fd;
    l->slots[n] = slot;
    *slot = n;
    atomic_signal_fence(memory_order_seq_cst);
    atomic_store(&cut_count, n + 1);
    return true;
}

void lease_unlist(struct lease *l, int32_t *slot)
{
    int last = atomic_load(&cut_count) - 1;
    int gone = *slot;

    if (gone == LEASE_NO_SLOT)
        return;
    cut_fds[gone] = cut_fds[last];
    l->slots[gone] = l->slots[last];
    *l->slots[gone] = gone;
    atomic_signal_fence(memory_order_seq_cst);
    atomic_store(&cut_count, last);
    *slot = LEASE_NO_SLOT;
}

int64_t lease_left_ms(const struct lease *l)
{
    (void)l;
    return (atomic_load(&ends_ns) - clock_boot().ns) / NS_PER_MS;
}

uint64_t lease_lost_count(const struct lease *l)
{
    return l->lost;
}
