/* job.c -- timers of SQL functions.
 *
 * Every worker tries every job; the advisory lock inside api.jobs_run lets one of those that try at the same time
 * do it.  A run handles a bounded number of rows: one that found work is followed by the next soon.
 */
#include "hub/job.h"

#include "hub/hub.h"
#include "hub/metrics.h"
#include "io/crypto.h"
#include "io/db.h"
#include "io/loop.h"
#include "base/log.h"
#include "base/mem.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum { FIRST_MS = 5000, AGAIN_MS = 1000, RETRY_MS = 30000 };

struct timer {
    struct jobs *jobs;
    const struct job *job;
    struct loop_timer *timer;
};

struct jobs {
    struct hub *hub;
    struct timer *timers;
    int count, running;
    bool closing;
};

static const char run_sql[] =
    "select ran, done, array_to_string(alarms, E'\\n') from api.jobs_run($1)";

static void release(struct jobs *j)
{
    if (!j->closing || j->running > 0)
        return;
    mem_free(j->timers);
    mem_free(j);
}

static unsigned min_ms(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static void set_timer(struct timer *t, unsigned after_ms)
{
    loop_timer_set(t->timer, after_ms / 2 + crypto_random_below(after_ms), 0); /* workers spread */
}

/* One line and one count for each incident that the run opened; lines are numbers and what they are of. */
static void tell_alarms(const struct timer *t, const char *lines)
{
    while (lines != NULL && lines[0] != '\0') {
        size_t length = strcspn(lines, "\n");

        log_error("incident", "job=%s %.*s", t->job->name, (int)length, lines);
        metrics_incident(t->jobs->hub->metrics);
        lines += length + (lines[length] != '\0');
    }
}

static void on_ran(void *arg, const struct answer *a)
{
    struct timer *t = arg;
    struct jobs *j = t->jobs;
    bool did = answer_bool(a, 0, 0) && answer_i64(a, 0, 1) > 0;

    j->running--;
    if (j->closing) {
        release(j);
        return;
    }
    if (answer_err(a) != ERR_OK) {
        log_warn("job_failed", "job=%s sqlstate=%s", t->job->name, answer_sqlstate(a));
        set_timer(t, t->job->period_ms < AGAIN_MS ? AGAIN_MS : RETRY_MS);
        return;
    }
    tell_alarms(t, answer_text(a, 0, 2));
    if (did && t->job->period_ms > AGAIN_MS) /* those of a second would fill the log */
        log_info("job_ran", "job=%s rows=%lld", t->job->name, (long long)answer_i64(a, 0, 1));
    set_timer(t, did ? min_ms(AGAIN_MS, t->job->period_ms) : t->job->period_ms);
}

static void on_timer(void *arg)
{
    struct timer *t = arg;
    const char *args[] = {t->job->name};

    if (!db_is_ready(t->jobs->hub->db)) {
        set_timer(t, AGAIN_MS);
        return;
    }
    t->jobs->running++;
    db_query(t->jobs->hub->db, t->job->period_ms < AGAIN_MS ? LANE_WRITE : LANE_SLOW, run_sql, 1,
        args, on_ran, t); /* those that run all the time wait for no long one */
}

struct jobs *jobs_new(struct hub *h, const struct job *table)
{
    struct jobs *j = mem_zalloc(sizeof *j);
    int count = 0;

    while (table[count].name != NULL)
        count++;
    j->hub = h;
    j->count = count;
    j->timers = mem_zalloc((size_t)(count + 1) * sizeof *j->timers);
    for (int i = 0; i < count; i++) {
        j->timers[i].jobs = j;
        j->timers[i].job = &table[i];
        j->timers[i].timer = loop_timer_new(h->loop, on_timer, &j->timers[i]);
        set_timer(&j->timers[i], FIRST_MS);
    }
    return j;
}

void jobs_free(struct jobs *j)
{
    if (j == NULL)
        return;
    for (int i = 0; i < j->count; i++)
        loop_timer_free(j->timers[i].timer);
    j->closing = true;
    release(j);
}
