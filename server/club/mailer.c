/* mailer.c -- mailer = log.  A timer; each turn takes a few messages and ends them as sent.
 *
 * The one place where codes are logged, as the operator of a development machine has asked for: config.c refuses
 * mailer = log elsewhere.
 */
#include "club/mailer.h"

#include "hub/hub.h"
#include "io/db.h"
#include "io/loop.h"
#include "base/log.h"
#include "base/mem.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>

enum { PERIOD_MS = 500 };

struct mailer {
    struct hub *hub;
    struct loop_timer *timer;
    bool asking;
};

static const char take_sql[] =
    "select template, channel, member, code, link, unsubscribe from api.mailer_log(20)";

static const char *shown(const struct answer *a, int row, int column)
{
    const char *text = answer_text(a, row, column);

    return text != NULL ? text : "-";
}

static void on_taken(void *arg, const struct answer *a)
{
    struct mailer *m = arg;

    m->asking = false;
    if (answer_err(a) != ERR_OK) {
        log_warn("mailer_failed", "sqlstate=%s", answer_sqlstate(a));
        return;
    }
    for (int row = 0; row < answer_rows(a); row++)
        log_info("message", "template=%s channel=%s member=%s code=%s link=%s unsubscribe=%s",
            shown(a, row, 0), shown(a, row, 1), shown(a, row, 2), shown(a, row, 3),
            shown(a, row, 4), shown(a, row, 5));
}

static void on_timer(void *arg)
{
    struct mailer *m = arg;

    if (m->asking || !db_is_ready(m->hub->db))
        return;
    m->asking = true;
    db_query(m->hub->db, LANE_SLOW, take_sql, 0, NULL, on_taken, m);
}

struct mailer *mailer_new(struct hub *h)
{
    struct mailer *m = mem_zalloc(sizeof *m);

    m->hub = h;
    m->timer = loop_timer_new(h->loop, on_timer, m);
    loop_timer_set(m->timer, PERIOD_MS, PERIOD_MS);
    return m;
}

void mailer_free(struct mailer *m)
{
    if (m == NULL)
        return;
    assert(!m->asking); /* the database has answered everything when it closed */
    loop_timer_free(m->timer);
    mem_free(m);
}
