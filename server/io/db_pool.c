/* db_pool.c -- the pool: lanes of connections, waiting while one is away, coming back.
 *
 *   db_query --+-- least busy connection that is up ------> its FIFO (db_connection.c) --> done
 *              +-- lane has none: `waiting`, up to connect_wait_ms -----------^   \--> ERR_UNAVAILABLE
 *              +-- too much outstanding: `refused` --- end of turn ----------------> ERR_BUSY
 *
 * One tick looks after everything that takes time: attempts to connect (staggered: a SCRAM handshake stalls the loop
 * for 6 ms), queries that waited too long, connections whose oldest query should have timed out in the server.
 */
#include "io/db.h"

#include "io/db_connection.h"
#include "io/loop.h"
#include "base/clock.h"
#include "base/mem.h"

#include <sys/random.h>

#include <string.h>

enum {
    TICK_MS = 20, /* while something is not as it should be */
    TICK_IDLE_MS = 250,
    STAGGER_MS = 100,  /* an attempt older than this does not hold up the next one */
    CONNECT_MS = 5000, /* connecting and greeting, each */
    BACKOFF_FIRST_MS = 50,
    BACKOFF_LAST_MS = 2000,
    WATCHDOG_GRACE_MS = 2000,
    NO_ROOM_MS = 3000 /* so long a refusal for want of disk is told */
};

struct db {
    struct loop *loop;
    struct db_options options; /* its texts are copies */
    struct db_events events;
    void *arg;
    struct db_connection_owner calls;
    struct db_connection *connections; /* lane by lane; the one that LISTENs last */
    int count;
    struct db_connection *lanes[LANE_COUNT]; /* the first of each */
    struct list waiting[LANE_COUNT];
    struct list refused; /* answered at the end of the turn */
    struct loop_turn *turn;
    struct loop_timer *tick;
    uint64_t statements[LANE_COUNT];
    bool any_broken, was_ready, closing;
};

static int64_t now_ms(void)
{
    return clock_mono().ms;
}

static char *copy_of(const char *text)
{
    return text == NULL ? NULL : mem_copy(text, strlen(text));
}

/* --- the state of lanes ---------------------------------------------------------------------- */

int db_connected(const struct db *d, enum lane lane)
{
    int up = 0;

    for (int i = 0; i < d->options.connections[lane]; i++)
        up += d->lanes[lane][i].state == DB_UP && !d->lanes[lane][i].broken;
    return up;
}

int db_outstanding(const struct db *d, enum lane lane)
{
    size_t sum = d->waiting[lane].count;

    for (int i = 0; i < d->options.connections[lane]; i++)
        sum += d->lanes[lane][i].fifo.count;
    return (int)sum;
}

bool db_is_ready(const struct db *d)
{
    for (enum lane lane = 0; lane < LANE_COUNT; lane++)
        if (d->options.connections[lane] > 0 && db_connected(d, lane) == 0)
            return false;
    return true;
}

bool db_has_room(const struct db *d)
{
    int64_t now = now_ms();

    for (int i = 0; i < d->count; i++)
        if (d->connections[i].no_room_ms != 0 && now - d->connections[i].no_room_ms < NO_ROOM_MS)
            return false;
    return true;
}

uint64_t db_statements(const struct db *d, enum lane lane)
{
    return d->statements[lane];
}

bool db_incarnation_alive(const struct db *d, int64_t incarnation)
{
    for (int i = 0; i < d->count; i++)
        if (d->connections[i].incarnation == incarnation)
            return d->connections[i].state == DB_UP && !d->connections[i].broken;
    return false;
}

static void tell_ready(struct db *d)
{
    bool ready = db_is_ready(d);

    if (ready == d->was_ready || d->closing)
        return;
    d->was_ready = ready;
    if (d->events.ready != NULL)
        d->events.ready(d->arg, ready);
}

/* --- queries --------------------------------------------------------------------------------- */

static struct db_connection *least_busy(const struct db *d, enum lane lane)
{
    struct db_connection *best = NULL;

    for (int i = 0; i < d->options.connections[lane]; i++) {
        struct db_connection *c = &d->lanes[lane][i];

        if (c->state == DB_UP && !c->broken && (best == NULL || c->fifo.count < best->fifo.count))
            best = c;
    }
    return best;
}

static void refuse(struct db *d, struct db_query *q, enum err why)
{
    q->refusal = why;
    list_append(&d->refused, &q->node);
    loop_again(d->loop);
}

void db_query(struct db *d,
    enum lane lane,
    const char *sql,
    int count,
    const char *const *args,
    db_done_fn *done,
    void *arg)
{
    struct db_query *q = db_connection_query(sql, count, args, done, arg);
    struct db_connection *c = least_busy(d, lane);
    size_t depth = (size_t)d->options.depth_max;

    d->statements[lane]++;
    if (d->closing) {
        refuse(d, q, ERR_UNAVAILABLE);
    } else if (c != NULL && c->fifo.count < depth) {
        db_connection_send(c, q);
    } else if (c != NULL ||
               d->waiting[lane].count >= depth * (size_t)d->options.connections[lane]) {
        refuse(d, q, c != NULL ? ERR_BUSY : ERR_UNAVAILABLE);
    } else {
        q->wait_until_ms = now_ms() + d->options.connect_wait_ms;
        list_append(&d->waiting[lane], &q->node);
    }
}

static void answer_all(struct list *queries, enum err failure)
{
    struct list_node *n;

    while ((n = list_shift(queries)) != NULL)
        db_connection_answer(LIST_ITEM(n, struct db_query, node), failure);
}

static void answer_refused(struct db *d)
{
    for (size_t left = d->refused.count; left > 0; left--) {
        struct db_query *q = LIST_ITEM(list_shift(&d->refused), struct db_query, node);

        db_connection_answer(q, q->refusal);
    }
}

/* A connection has come up: what waited for its lane goes out, as far as its depth allows. */
static void send_waiting(struct db *d, struct db_connection *c)
{
    struct list *waiting = &d->waiting[c->lane];

    while (!c->broken && c->fifo.count < (size_t)d->options.depth_max) {
        struct list_node *n = list_shift(waiting);

        if (n == NULL)
            break;
        db_connection_send(c, LIST_ITEM(n, struct db_query, node));
    }
    while (!c->broken && waiting->count > 0)
        refuse(d, LIST_ITEM(list_shift(waiting), struct db_query, node), ERR_BUSY);
}

static void give_up_waiting(struct db *d, int64_t now)
{
    for (enum lane lane = 0; lane < LANE_COUNT; lane++) {
        struct list_node *n;

        while ((n = list_first(&d->waiting[lane])) != NULL) {
            struct db_query *q = LIST_ITEM(n, struct db_query, node);

            if (q->wait_until_ms > now)
                break;
            list_remove(&d->waiting[lane], n);
            db_connection_answer(q, ERR_UNAVAILABLE);
        }
    }
}

/* --- connections ----------------------------------------------------------------------------- */

static void on_up(void *owner, struct db_connection *c)
{
    struct db *d = owner;

    if (c->lane != LANE_COUNT)
        send_waiting(d, c);
    tell_ready(d);
    loop_timer_set(d->tick, 1, 0); /* the next attempt need not wait */
}

static void on_broken(void *owner)
{
    struct db *d = owner;

    d->any_broken = true;
    loop_again(d->loop);
}

static void on_notified(void *owner, const char *channel, const char *payload)
{
    struct db *d = owner;

    if (d->events.notified != NULL)
        d->events.notified(d->arg, channel, payload);
}

static int64_t jitter_ms(int64_t most_ms)
{
    uint32_t random = 0;

    if (getrandom(&random, sizeof random, GRND_NONBLOCK) != (ssize_t)sizeof random)
        random = (uint32_t)now_ms() * 2654435761u;
    return most_ms / 2 + (int64_t)(random % (uint32_t)(most_ms / 2 + 1));
}

/* When to try again: at once after a loss, then with growing pauses. */
static int64_t backoff_ms(int failures)
{
    int64_t pause_ms = BACKOFF_FIRST_MS;

    if (failures == 0)
        return 0;
    for (int i = 1; i < failures && pause_ms < BACKOFF_LAST_MS; i++)
        pause_ms *= 2;
    return jitter_ms(pause_ms < BACKOFF_LAST_MS ? pause_ms : BACKOFF_LAST_MS);
}

static void take_down(struct db *d, struct db_connection *c)
{
    bool was_up = c->state == DB_UP;
    int64_t incarnation = c->incarnation;
    struct list outstanding;

    list_init(&outstanding);
    if (!was_up)
        c->failures++;
    db_connection_lost(c, &outstanding);
    c->due_ms = now_ms() + backoff_ms(c->failures);
    tell_ready(d);
    answer_all(&outstanding, ERR_LOST);
    if (was_up && !d->closing && d->events.lost != NULL)
        d->events.lost(d->arg, incarnation);
}

static void on_turn(void *arg)
{
    struct db *d = arg;

    if (d->any_broken) {
        d->any_broken = false;
        for (int i = 0; i < d->count; i++)
            if (d->connections[i].broken)
                take_down(d, &d->connections[i]);
        loop_timer_set(d->tick, 0, 0);
    }
    answer_refused(d);
}

/* Has this connection been in its state for too long? */
static bool is_stuck(const struct db_connection *c, int64_t now)
{
    int64_t age_ms = now - c->since_ms;

    if (c->state == DB_CONNECTING || c->state == DB_GREETING)
        return age_ms > CONNECT_MS;
    return c->state == DB_UP && c->fifo.count > 0 &&
           age_ms > db_connection_timeout_ms(c) + WATCHDOG_GRACE_MS;
}

/* Starts the next attempt that is due, unless one has just been started. */
static void start_next(struct db *d, int64_t now)
{
    struct db_connection *due = NULL;

    for (int i = 0; i < d->count; i++) {
        struct db_connection *c = &d->connections[i];

        if ((c->state == DB_CONNECTING || c->state == DB_GREETING) &&
            now - c->since_ms < STAGGER_MS)
            return;
        if (c->state == DB_DOWN && c->due_ms <= now && (due == NULL || c->due_ms < due->due_ms))
            due = c;
    }
    if (due != NULL)
        db_connection_start(due);
}

static void on_tick(void *arg)
{
    struct db *d = arg;
    int64_t now = now_ms();
    bool all_well = true;

    for (int i = 0; i < d->count; i++) {
        if (is_stuck(&d->connections[i], now))
            db_connection_break(&d->connections[i]);
        all_well = all_well && d->connections[i].state == DB_UP;
    }
    start_next(d, now);
    loop_timer_set(d->tick, all_well ? TICK_IDLE_MS : TICK_MS, 0);
    give_up_waiting(d, now);
}

/* --- open and close -------------------------------------------------------------------------- */

static void copy_options(struct db *d, const struct db_options *o)
{
    d->options = *o;
    d->options.url = copy_of(o->url);
    d->options.hello_sql = copy_of(o->hello_sql);
    for (int i = 0; i < DB_CHANNELS_MAX; i++)
        d->options.listen_channels[i] = copy_of(o->listen_channels[i]);
    for (int i = 0; i < 3; i++)
        d->options.hello_args[i] = copy_of(o->hello_args[i]);
}

static void open_connections(struct db *d)
{
    int next = 0;

    d->count = d->options.listen_channels[0] != NULL;
    for (enum lane lane = 0; lane < LANE_COUNT; lane++)
        d->count += d->options.connections[lane];
    d->connections = mem_zalloc((size_t)d->count * sizeof *d->connections);
    for (enum lane lane = 0; lane < LANE_COUNT; lane++) {
        d->lanes[lane] = &d->connections[next];
        for (int i = 0; i < d->options.connections[lane]; i++)
            db_connection_init(&d->connections[next++], &d->calls, d, lane);
    }
    if (d->options.listen_channels[0] != NULL)
        db_connection_init(&d->connections[next], &d->calls, d, LANE_COUNT);
}

struct db *db_open(struct loop *l, const struct db_options *o, const struct db_events *e, void *arg)
{
    struct db *d = mem_zalloc(sizeof *d);

    d->loop = l;
    d->events = *e;
    d->arg = arg;
    copy_options(d, o);
    d->calls = (struct db_connection_owner){.loop = l,
        .options = &d->options,
        .up = on_up,
        .broken = on_broken,
        .notified = on_notified};
    list_init(&d->refused);
    for (enum lane lane = 0; lane < LANE_COUNT; lane++)
        list_init(&d->waiting[lane]);
    d->turn = loop_turn_new(l, on_turn, d);
    d->tick = loop_timer_new(l, on_tick, d);
    open_connections(d);
    loop_timer_set(d->tick, 0, 0);
    return d;
}

void db_close(struct db *d)
{
    if (d == NULL)
        return;
    d->closing = true;
    for (int i = 0; i < d->count; i++)
        if (d->connections[i].state != DB_DOWN)
            take_down(d, &d->connections[i]);
    for (enum lane lane = 0; lane < LANE_COUNT; lane++)
        answer_all(&d->waiting[lane], ERR_UNAVAILABLE);
    while (d->refused.count > 0)
        answer_refused(d);
    loop_turn_free(d->turn);
    loop_timer_free(d->tick);
    mem_free((char *)d->options.url);
    mem_free((char *)d->options.hello_sql);
    for (int i = 0; i < DB_CHANNELS_MAX; i++)
        mem_free((char *)d->options.listen_channels[i]);
    for (int i = 0; i < 3; i++)
        mem_free((char *)d->options.hello_args[i]);
    mem_free(d->connections);
    mem_free(d);
}

void db_set_hello(struct db *d, const char *arg0, const char *arg1)
{
    mem_free((char *)d->options.hello_args[0]);
    mem_free((char *)d->options.hello_args[1]);
    d->options.hello_args[0] = copy_of(arg0);
    d->options.hello_args[1] = copy_of(arg1);
}

void db_reset(struct db *d)
{
    for (int i = 0; i < d->count; i++) {
        d->connections[i].failures = 0;
        d->connections[i].due_ms = 0;
        db_connection_break(&d->connections[i]);
    }
}
