/* chaos_late.c -- P4, P5: answers that began before a withdrawal do not show after it what it took away.
 *
 * A lock on a table that the read needs and the withdrawal does not holds the read up, with its snapshot of the time
 * before.  Then the consent is withdrawn and acknowledged, on the same node or on another, and the lock goes away.
 * Refusals tell things too: a worker is stopped before it reads them, and goes on when their caller has been removed.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/db.h"
#include "io/json.h"
#include "base/buf.h"
#include "check.h"
#include "client_http.h"
#include "fleet.h"

enum { MEMBERS = 60, CALL_MS = 20000, BLOCK_MS = 8000, QUIET_MS = 700 };

struct late {
    struct fleet *fleet;
    int servers[2];
    struct db_sync *holder; /* holds the lock */
    int64_t next_member;
    struct client *
        decoy; /* of a member who lets the name be shown throughout: reads of the feed need names */
    size_t posts;
};

/* One try: who looks, and whose name is shown, on which nodes. */
struct
try {
    const char *where;
    int64_t viewer, author;
    struct client *looking, *viewing, *authoring; /* two sockets of the viewer, one of the author */
};

/* --- locks --------------------------------------------------------------------------------------- */

static void hold(struct late *l, const char *table)
{
    char sql[120], message[300];

    snprintf(sql, sizeof sql, "begin; lock table club.%s in access exclusive mode", table);
    if (db_sync_run(l->holder, sql, 0, NULL, message, sizeof message) != ERR_OK) {
        check(false, "lock: %s", message);
        exit(check_end());
    }
}

static void release(struct late *l)
{
    char message[300];

    if (db_sync_run(l->holder, "commit", 0, NULL, message, sizeof message) != ERR_OK)
        check(false, "unlock: %s", message);
}

/* Somebody waits for the table now. */
static bool is_blocked(struct late *l, const char *table)
{
    for (int64_t until_ms = clock_mono().ms + BLOCK_MS; clock_mono().ms < until_ms; usleep(5000))
        if (fleet_number(l->fleet,
                "select count(*) from pg_locks where relation = 'club.%s'::regclass and not granted",
                table) > 0)
            return true;
    return false;
}

/* --- calls --------------------------------------------------------------------------------------- */

/* A write that must succeed; the id in `member` of its result. */
static int64_t write_call(
    struct client *c, const char *method, const char *params, const char *member)
{
    struct client_message *m = client_write(c, method, params, NULL, CALL_MS);
    int64_t id = 0;

    if (m == NULL || m->result == NULL)
        check(false, "%s: %.300s", method, m == NULL ? "no answer" : client_message_text(m, NULL));
    else if (member != NULL)
        (void)json_id(json_member(m->result, member), &id);
    client_message_free(m);
    return id;
}

static void withdraw(struct client *c, const char *purpose)
{
    char params[80];

    snprintf(params, sizeof params, "{\"purpose\":\"%s\"}", purpose);
    write_call(c, "consent.withdraw", params, NULL);
}

static int64_t post(struct late *l, struct client *c)
{
    char params[120];

    snprintf(params, sizeof params, "{\"club\":\"101\",\"kind\":\"story\",\"body\":\"Post %zu.\"}",
        ++l->posts);
    return write_call(c, "feed.post", params, "post");
}

static int64_t offer(struct late *l)
{
    struct client *editor = fleet_editor(l->fleet, l->servers[0]);
    int64_t id = write_call(editor, "feed.offer_news",
        "{\"club\":\"101\",\"category\":\"11\",\"title\":\"Fjords\",\"body\":\"In May.\"}", "post");

    client_free(editor);
    return id;
}

static bool shows(const struct client_message *m, const char *format, int64_t id)
{
    char what[60];

    snprintf(what, sizeof what, format, (long long)id);
    return m != NULL && strstr(client_message_text(m, NULL), what) != NULL;
}

static bool shows_name(const struct client_message *m, int64_t member)
{
    return shows(m, "Realname %lld", member) || shows(m, "Realtown %lld", member);
}

static bool shows_handle(const struct client_message *m, int64_t member)
{
    return shows(m, "\"m%lld\"", member);
}

/* --- a try --------------------------------------------------------------------------------------- */

static struct client *sign_in(struct late *l, int server, int64_t member)
{
    struct client *c = fleet_member(l->fleet, l->servers[server], member);

    if (c == NULL) {
        check(false, "member %lld signs in", (long long)member);
        exit(check_end());
    }
    return c;
}

static struct try try_begin(struct late *l, int other)
{
    struct try t = {.where = other == 0 ? "the same node" : "another node",
        .viewer = l->next_member,
        .author = l->next_member + 1};

    l->next_member += 2;
    t.looking = sign_in(l, 0, t.viewer);
    t.viewing = sign_in(l, other, t.viewer);
    t.authoring = sign_in(l, other, t.author);
    return t;
}

static void try_end(struct try *t)
{
    client_free(t->looking);
    client_free(t->viewing);
    client_free(t->authoring);
}

/* What is lost: the author's name, or the viewer's offers. */
static void lose(struct late *l, struct try *t, const char *table, bool is_name)
{
    check(is_blocked(l, table), "  the read is held up");
    withdraw(is_name ? t->authoring : t->viewing, is_name ? "com.profile" : "mkt.offers");
    release(l);
}

static void look(struct late *l, int other, const char *method, const char *params)
{
    struct try t = try_begin(l, other);
    struct client_message *m;
    int64_t id, asked;

    post(l, t.authoring);
    m = client_call(t.looking, method, params, CALL_MS);
    check(shows_name(m, t.author), "%s shows the real name while com.profile is given", method);
    client_message_free(m);
    hold(l, "member_pii");
    asked = client_request(t.looking, method, params);
    lose(l, &t, "member_pii", true);
    m = client_wait(t.looking, asked, CALL_MS);
    check(
        m != NULL && m->result != NULL && shows_handle(m, t.author), "  it is answered after all");
    check(!shows_name(m, t.author), "P5: a late %s does not show a name withdrawn on %s", method,
        t.where);
    client_message_free(m);

    id = offer(l);
    m = client_call(t.looking, method, params, CALL_MS);
    check(shows(m, "\"post\": \"%lld\"", id), "%s shows offers while they are wanted", method);
    client_message_free(m);
    hold(l, "member_pii");
    asked = client_request(t.looking, method, params);
    lose(l, &t, "member_pii", false);
    m = client_wait(t.looking, asked, CALL_MS);
    check(m != NULL && m->result != NULL && !shows(m, "\"post\": \"%lld\"", id),
        "P5: nor offers withdrawn on %s", t.where);
    client_message_free(m);
    try_end(&t);
}

static void look_over_http(struct late *l, int other)
{
    struct try t = try_begin(l, other);
    char token[FLEET_TOKEN_BYTES], who[32], bearer[FLEET_TOKEN_BYTES + 10];
    struct client_http r = {.port = fleet_port(l->fleet, l->servers[0]),
        .authorization = bearer,
        .timeout_ms = CALL_MS,
        .body =
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"feed.list\",\"params\":{\"club\":\"101\"}}"};
    struct buf body;
    struct client_http_wait *waiting;

    snprintf(who, sizeof who, "m:%lld", (long long)t.viewer);
    fleet_token(l->fleet, who, token);
    snprintf(bearer, sizeof bearer, "Bearer %s", token);
    post(l, t.authoring);
    hold(l, "member_pii");
    buf_init(&body, 0);
    waiting = client_http_begin(&r);
    lose(l, &t, "member_pii", true);
    check(client_http_end(waiting, NULL, &body) == 200, "  HTTP answers after all");
    snprintf(who, sizeof who, "Realname %lld", (long long)t.author);
    check(body.length_bytes > 0 && strstr(body.bytes, who) == NULL,
        "P5: a late feed.list over HTTP does not show a name withdrawn on %s", t.where);
    buf_done(&body);
    try_end(&t);
}

/* Messages until a quiet moment: does one show this? */
static bool receives(struct client *c, const char *format, int64_t id, size_t *out_count)
{
    struct client_message *m;
    bool found = false;

    for (*out_count = 0; (m = client_next(c, QUIET_MS)) != NULL; (*out_count)++) {
        found = found || shows(m, format, id);
        client_message_free(m);
    }
    return found;
}

static void subscribe(struct client *c)
{
    struct client_message *m =
        client_call(c, "stream.subscribe", "{\"stream\":\"club:101\"}", CALL_MS);

    check(m != NULL && m->result != NULL, "  subscribed");
    client_message_free(m);
}

/* An event is being rendered when what it would show is withdrawn. */
static void render(struct late *l, int other)
{
    struct try t = try_begin(l, other);
    size_t count = 0;

    subscribe(t.looking);
    post(l, t.authoring);
    check(receives(t.looking, "Realname %lld", t.author, &count),
        "an event shows the real name while com.profile is given");
    hold(l, "member_pii");
    post(l, t.authoring);
    lose(l, &t, "member_pii", true);
    check(!receives(t.looking, "Realname %lld", t.author, &count) && count > 0,
        "P5: a late render does not show a name withdrawn on %s", t.where);
    hold(l, "member_pii");
    post(l, l->decoy);
    (void)offer(l);
    lose(l, &t, "member_pii", false);
    check(!receives(t.looking, "mkt.offers", 0, &count) && count > 0,
        "P5: nor is an offer sent that waited for it");
    try_end(&t);
}

/* The gate state of a member is being read when it changes. */
static void load(struct late *l, int other)
{
    struct try t = try_begin(l, other);
    struct client *late;
    int64_t asked;
    size_t count = 0;

    client_free(t.looking);
    t.looking = NULL;
    if (other == 0) { /* the state must not be on that node yet */
        client_free(t.viewing);
        t.viewing = NULL;
        usleep(100000);
    }
    hold(l, "segment_member");
    late = sign_in(l, 0, t.viewer);
    asked = client_request(late, "stream.subscribe", "{\"stream\":\"club:101\"}");
    check(is_blocked(l, "segment_member"), "  the gate state is held up");
    if (t.viewing == NULL)
        t.viewing = sign_in(l, other, t.viewer);
    withdraw(t.viewing, "mkt.offers");
    (void)offer(l);
    release(l);
    client_message_free(client_wait(late, asked, CALL_MS));
    (void)offer(l);
    check(!receives(late, "mkt.offers", 0, &count) && count > 0,
        "P5: a gate state read too early lets no offer pass, withdrawn on %s", t.where);
    client_free(late);
    try_end(&t);
}

/* A post is deleted while a list that shows it is on its way. */
static void delete_late(struct late *l, int other, bool is_staff)
{
    struct try t = try_begin(l, other);
    struct client *author = is_staff ? fleet_editor(l->fleet, l->servers[other]) : t.authoring;
    int64_t id = is_staff ? offer(l) : post(l, author), asked;
    struct client_message *m;
    char params[60];

    hold(l, "member_pii");
    asked = client_request(t.looking, "feed.list", "{\"club\":\"101\"}");
    check(is_blocked(l, "member_pii"), "  the read is held up");
    snprintf(params, sizeof params, "{\"post\":\"%lld\"}", (long long)id);
    write_call(author, "feed.delete", params, NULL);
    release(l);
    m = client_wait(t.looking, asked, CALL_MS);
    check(m != NULL && m->result != NULL && !shows(m, "\"post\": \"%lld\"", id),
        "P4: a late feed.list does not show a post of %s deleted on %s",
        is_staff ? "staff" : "a member", t.where);
    client_message_free(m);
    if (is_staff)
        client_free(author);
    try_end(&t);
}

/* --- refusals ------------------------------------------------------------------------------------ */

enum { REFUSED = 4 };

/* Calls that contradict what another has written.  Each is told how that stands: words, or the state. */
static const struct {
    const char *method, *params;
    bool over_http;
} refused[REFUSED] = {
    {"plan.item_set", "{\"item\":\"%lld\",\"base\":1,\"set\":{\"title\":\"Mine\"}}", false},
    {"plan.item_delete", "{\"item\":\"%lld\",\"base\":1}", false},
    {"plan.item_restore", "{\"item\":\"%lld\"}", false},
    {"plan.item_move",
        "{\"item\":\"%lld\",\"base\":1,\"order_key\":\"b\",\"idem\":\"late-over-http\"}", true},
};

/* A plan of the author and the viewer with one item, whose title the author has changed; the item. */
static int64_t item_of_both(struct late *l, struct try *t, int64_t *out_plan)
{
    char params[160];
    int64_t id;

    *out_plan = fleet_number(l->fleet,
        "insert into club.plan (plan_id, club_id, title, currency, state) values (nextval('club.id_seq'), 101, 'Trip', 'EUR', 'planning') returning plan_id");
    fleet_run(l->fleet,
        "insert into club.plan_member (plan_id, member_id, role, state, joined_at) values (%lld, %lld, 'editor', 'joined', now()), (%lld, %lld, 'owner', 'joined', now())",
        (long long)*out_plan, (long long)t->viewer, (long long)*out_plan, (long long)t->author);
    snprintf(params, sizeof params,
        "{\"plan\":\"%lld\",\"set\":{\"kind\":\"meal\",\"title\":\"New\",\"order_key\":\"a\"}}",
        (long long)*out_plan);
    id = write_call(t->authoring, "plan.item_add", params, "item");
    snprintf(params, sizeof params,
        "{\"item\":\"%lld\",\"base\":1,\"set\":{\"title\":\"Shearwater\",\"order_key\":\"c\"}}",
        (long long)id);
    write_call(t->authoring, "plan.item_set", params, NULL);
    return id;
}

/* Sends them; over HTTP the connection is returned. */
static struct client_http_wait *ask_all(
    struct late *l, struct try *t, int64_t item, int64_t out_asked[REFUSED])
{
    char params[200], body[300], token[FLEET_TOKEN_BYTES], who[32], bearer[FLEET_TOKEN_BYTES + 10];
    struct client_http_wait *waiting = NULL;

    snprintf(who, sizeof who, "m:%lld", (long long)t->viewer);
    fleet_token(l->fleet, who, token);
    snprintf(bearer, sizeof bearer, "Bearer %s", token);
    for (int i = 0; i < REFUSED; i++) {
        snprintf(params, sizeof params, refused[i].params, (long long)item);
        if (!refused[i].over_http) {
            out_asked[i] = client_request_once(t->looking, refused[i].method, params, NULL);
            continue;
        }
        struct client_http r = {.port = fleet_port(l->fleet, l->servers[0]),
            .authorization = bearer,
            .timeout_ms = CALL_MS,
            .body = body};

        snprintf(body, sizeof body,
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":%s}", refused[i].method,
            params);
        waiting = client_http_begin(&r);
    }
    return waiting;
}

/* Until so many locks of a table are wanted, or, if none are to be, none is held either. */
static bool has_locks(struct late *l, const char *table, int count)
{
    for (int64_t until_ms = clock_mono().ms + BLOCK_MS; clock_mono().ms < until_ms; usleep(5000))
        if (fleet_number(l->fleet,
                "select count(*) from pg_locks where relation = 'club.%s'::regclass%s", table,
                count == 0 ? "" : " and not granted") == count)
            return true;
    return false;
}

static void judge(const char *method, const char *text)
{
    check(strstr(text, "NOT_FOUND") != NULL, "P5: a late %s is judged anew: %.200s", method, text);
    check(strstr(text, "Shearwater") == NULL && strstr(text, "\"live\"") == NULL,
        "P5: and tells nothing of a plan its caller was removed from");
}

static void refuse(struct late *l)
{
    struct try t = try_begin(l, 1);
    pid_t workers[FLEET_WORKERS_MAX];
    struct client_http_wait *waiting;
    int64_t plan, item = item_of_both(l, &t, &plan), asked[REFUSED];
    struct buf body;
    char params[120];

    check(fleet_workers(l->fleet, l->servers[0], workers) == 1, "the worker that asks");
    hold(l, "plan");
    waiting = ask_all(l, &t, item, asked);
    check(has_locks(l, "plan", REFUSED), "  %d calls are judged", REFUSED);
    kill(workers[0], SIGSTOP);
    release(l);
    check(has_locks(l, "idempotency", 0), "  and refused");
    snprintf(params, sizeof params, "{\"plan\":\"%lld\",\"member\":\"%lld\"}", (long long)plan,
        (long long)t.viewer);
    write_call(t.authoring, "plan.remove", params, NULL);
    kill(workers[0], SIGCONT);
    for (int i = 0; i < REFUSED; i++) {
        struct client_message *m = NULL;

        if (refused[i].over_http)
            continue;
        m = client_wait(t.looking, asked[i], CALL_MS);
        judge(refused[i].method, m == NULL ? "no answer" : client_message_text(m, NULL));
        client_message_free(m);
    }
    buf_init(&body, 0);
    check(client_http_end(waiting, NULL, &body) == 200, "  HTTP answers after all");
    judge("call over HTTP", body.length_bytes == 0 ? "no answer" : body.bytes);
    buf_done(&body);
    try_end(&t);
}

int main(void)
{
    static const char *const options[] = {"--db_connections=16", "--lock_timeout_ms=20000",
        "--statement_timeout_ms=25000", "--call_timeout_ms=30000", NULL};
    struct late l = {.fleet = fleet_open(), .next_member = FLEET_FIRST_MEMBER};

    fleet_seed(l.fleet, MEMBERS);
    for (int i = 0; i < 2; i++)
        l.servers[i] = fleet_serve(l.fleet, 1, options);
    l.holder = fleet_db_new(l.fleet);
    l.decoy = sign_in(&l, 0, FLEET_FIRST_MEMBER + MEMBERS - 1);
    post(&l, l.decoy);
    for (int other = 0; other < 2; other++) {
        look(&l, other, "feed.list", "{\"club\":\"101\"}");
        look(&l, other, "stream.subscribe", "{\"stream\":\"club:101\"}");
        look_over_http(&l, other);
        render(&l, other);
        load(&l, other);
        delete_late(&l, other, false);
        delete_late(&l, other, true);
    }
    refuse(&l);
    client_free(l.decoy);
    db_sync_close(l.holder);
    check(fleet_close(l.fleet) == 0, "the servers ended well");
    return check_end();
}
