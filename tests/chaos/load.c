/* load.c -- see load.h. */
#include "load.h"

#include <stdio.h>
#include <string.h>

#include "io/json.h"
#include "base/buf.h"
#include "base/mem.h"
#include "check.h"
#include "fleet.h"
#include "watch.h"

enum {
    POSTERS = 6,
    FOLLOWERS = LOAD_MEMBERS - POSTERS,
    PAUSE_MS = 40, /* between two posts of one member */
    AGAIN_MS = 150,
    OPEN_MS = 500,
    SILENT_MS = 8000, /* an answer that did not come by then will not */
    SETTLE_MS = 20000,
    PUMP_MS = 5,
    FILL_BYTES = 1500, /* of a post, so that they take room */
    UNAVAILABLE = 1008,
    DRAINED = 1012
};

struct post {
    int poster, number;
    int64_t id; /* 0: not acknowledged */
};

struct poster {
    struct load *load;
    int index, server; /* place in load->servers */
    struct client *client;
    bool is_ready;
    int64_t asked, asked_ms, next_ms;
    char idem[CLIENT_IDEM_BYTES];
    size_t post; /* place in load->posts of the one under way */
    bool has_post;
};

struct load {
    struct fleet *fleet;
    struct client_set *set;
    int servers[4], server_count;
    struct poster posters[POSTERS];
    struct watch followers[FOLLOWERS];
    int64_t revive_ms[FOLLOWERS];
    struct post *posts;
    size_t post_count, post_capacity;
    struct load_counts counts;
    bool is_ending;
    char fill[FILL_BYTES + 1];
};

static int64_t now_ms(void)
{
    return clock_mono().ms;
}

/* --- posting ------------------------------------------------------------------------------------- */

static void send_post(struct poster *p)
{
    const struct post *post = &p->load->posts[p->post];
    char params[FILL_BYTES + 200];

    snprintf(params, sizeof params,
        "{\"club\":\"101\",\"kind\":\"story\",\"body\":\"load-%d-%d %s\"}", post->poster,
        post->number, p->load->fill);
    p->asked = client_request_once(p->client, "feed.post", params, p->idem);
    p->asked_ms = now_ms();
}

static void begin_post(struct poster *p)
{
    struct load *l = p->load;

    mem_grow((void **)&l->posts, &l->post_capacity, l->post_count + 1, sizeof *l->posts);
    p->post = l->post_count++;
    l->posts[p->post] = (struct post){.poster = p->index, .number = (int)p->post};
    p->has_post = true;
    client_idem(p->idem);
}

static void on_failed(struct poster *p, const struct client_message *m)
{
    if (client_error(m) == UNAVAILABLE) {
        p->load->counts.refused++;
    } else if (p->load->counts.others++ < 5) {
        check_note("%.300s", client_message_text(m, NULL));
    }
    p->next_ms = now_ms() + AGAIN_MS;
    if (!p->is_ready)
        client_close(p->client, 1000);
}

static bool on_message(void *arg, struct client *c, const struct client_message *m)
{
    struct poster *p = arg;

    (void)c;
    if (m->kind != CLIENT_REPLY || m->id != p->asked)
        return true;
    p->asked = 0;
    if (m->result == NULL) {
        on_failed(p, m);
    } else if (!p->is_ready) {
        p->is_ready = true;
    } else {
        (void)json_id(json_member(m->result, "post"), &p->load->posts[p->post].id);
        p->has_post = false;
        p->load->counts.acknowledged++;
        p->next_ms = now_ms() + PAUSE_MS;
    }
    return true;
}

static void count_close(struct load *l, const struct client *c)
{
    if (client_close_code(c) == DRAINED)
        l->counts.drained++;
    else if (client_close_code(c) != 1000)
        l->counts.broken++;
}

static void open_poster(struct poster *p)
{
    struct load *l = p->load;
    struct client_options o = {.timeout_ms = OPEN_MS};
    char token[FLEET_TOKEN_BYTES], who[32], params[FLEET_TOKEN_BYTES + 20];

    if (p->client != NULL) {
        count_close(l, p->client);
        client_free(p->client);
        p->server = (p->server + 1) % l->server_count;
    }
    p->next_ms = now_ms() + AGAIN_MS;
    p->asked = 0;
    p->is_ready = false;
    o.port = fleet_port(l->fleet, l->servers[p->server]);
    p->client = client_open(&o, NULL);
    if (p->client == NULL) {
        p->server = (p->server + 1) % l->server_count;
        return;
    }
    client_on_message(p->client, on_message, p);
    client_set_add(l->set, p->client);
    snprintf(who, sizeof who, "m:%d", FLEET_FIRST_MEMBER + p->index);
    fleet_token(l->fleet, who, token);
    snprintf(params, sizeof params, "{\"token\":\"%s\"}", token);
    p->asked = client_request(p->client, "session.auth", params);
    p->asked_ms = now_ms();
}

static void act(struct poster *p)
{
    bool is_open = p->client != NULL && client_is_open(p->client);

    if (is_open && p->asked != 0 && now_ms() - p->asked_ms > SILENT_MS) {
        p->load->counts.silent++;
        client_close(p->client, 1000);
        is_open = false;
    }
    if (now_ms() < p->next_ms)
        return;
    if (!is_open) {
        open_poster(p);
    } else if (p->is_ready && p->asked == 0) {
        if (!p->has_post && !p->load->is_ending)
            begin_post(p);
        if (p->has_post)
            send_post(p);
    }
}

/* --- following ----------------------------------------------------------------------------------- */

static void follow(struct load *l, int i)
{
    struct watch *w = &l->followers[i];

    if ((w->client != NULL && client_is_open(w->client)) || now_ms() < l->revive_ms[i])
        return;
    if (w->client != NULL)
        count_close(l, w->client);
    l->revive_ms[i] = now_ms() + AGAIN_MS;
    if (watch_revive(w))
        return;
    for (int s = 0; s < l->server_count; s++)
        if (l->servers[s] == w->server) {
            w->server = l->servers[(s + 1) % l->server_count];
            break;
        }
}

static void turn(struct load *l)
{
    for (int i = 0; i < POSTERS; i++)
        act(&l->posters[i]);
    for (int i = 0; i < FOLLOWERS; i++)
        follow(l, i);
    client_set_pump(l->set, PUMP_MS);
}

void load_run(struct load *l, int duration_ms)
{
    for (int64_t until_ms = now_ms() + duration_ms; now_ms() < until_ms;)
        turn(l);
}

bool load_until(struct load *l, bool (*fine)(void *arg), void *arg, int timeout_ms)
{
    int64_t until_ms = now_ms() + timeout_ms, again_ms = 0;

    while (now_ms() < until_ms) {
        turn(l);
        if (now_ms() < again_ms)
            continue;
        if (fine(arg))
            return true;
        again_ms = now_ms() + 50;
    }
    return false;
}

struct load_counts load_counts(const struct load *l)
{
    return l->counts;
}

/* --- beginning and end --------------------------------------------------------------------------- */

struct load *load_new(struct fleet *f, struct client_set *set, const int *servers, int server_count)
{
    struct load *l = mem_zalloc(sizeof *l);
    size_t open = 0;

    l->fleet = f;
    l->set = set;
    l->server_count = server_count;
    memcpy(l->servers, servers, (size_t)server_count * sizeof *servers);
    memset(l->fill, 'x', FILL_BYTES);
    for (int i = 0; i < POSTERS; i++)
        l->posters[i] = (struct poster){.load = l, .index = i, .server = i % server_count};
    for (int i = 0; i < FOLLOWERS; i++) {
        l->followers[i] = (struct watch){.fleet = f,
            .server = servers[i % server_count],
            .member = FLEET_FIRST_MEMBER + POSTERS + i,
            .set = set,
            .position = -1};
        open += watch_open(&l->followers[i]);
    }
    check(open == FOLLOWERS, "%zu follow the club", open);
    return l;
}

void load_free(struct load *l)
{
    for (int i = 0; i < POSTERS; i++)
        client_free(l->posters[i].client);
    for (int i = 0; i < FOLLOWERS; i++)
        watch_close(&l->followers[i]);
    mem_free(l->posts);
    mem_free(l);
}

static bool is_settled(void *arg)
{
    struct load *l = arg;
    int64_t head;

    for (int i = 0; i < POSTERS; i++)
        if (l->posters[i].has_post)
            return false;
    head = fleet_number(l->fleet, "select seq from stream where stream = 'club:101'");
    for (int i = 0; i < FOLLOWERS; i++)
        if (l->followers[i].position < head)
            return false;
    return true;
}

static void write_posts(struct load *l)
{
    struct buf b;

    buf_init(&b, 0);
    buf_add_text(
        &b, "create temp table made (word text, id bigint); insert into made values ('', 0)");
    for (size_t i = 0; i < l->post_count; i++)
        buf_printf(&b, ",('load-%d-%d',%lld)", l->posts[i].poster, l->posts[i].number,
            (long long)l->posts[i].id);
    fleet_run(l->fleet, "%s; delete from made where word = ''; analyze made", b.bytes);
    buf_done(&b);
}

static void judge_followers(const struct load *l)
{
    size_t broken = 0, incomplete = 0;

    for (int i = 0; i < FOLLOWERS; i++) {
        const struct watch *w = &l->followers[i];

        if (w->problem[0] != '\0' && broken++ < 5)
            check_note("%s", w->problem);
        incomplete += w->events != l->followers[0].events;
    }
    check(broken == 0 && incomplete == 0,
        "P3: each of them saw all %zu events once, in order (%zu, %zu did not)",
        l->followers[0].events, broken, incomplete);
}

void load_judge(struct load *l)
{
    long long lost, twice, events;

    l->is_ending = true;
    check(load_until(l, is_settled, l, SETTLE_MS),
        "every one of %zu posts is acknowledged and seen in the end", l->post_count);
    write_posts(l);
    lost = fleet_number(l->fleet,
        "select count(*) from made m where not exists (select from post p where p.post_id = m.id and split_part(p.body, ' ', 1) = m.word)");
    twice = fleet_number(
        l->fleet, "select count(*) - count(distinct body) from post where body like 'load-%%'");
    events = fleet_number(l->fleet,
        "select count(*) - (select count(*) from outbox where stream = 'club:101' and type = 'post.published') from post");
    check(lost == 0, "P1: nothing acknowledged is lost (%lld)", lost);
    check(twice == 0, "P2: nothing is done twice (%lld)", twice);
    check(events == 0, "each post has one event (%lld)", events);
    judge_followers(l);
}
