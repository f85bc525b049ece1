/* chaos_subjects.c -- P4: whose data a frame may show is decided when it is sent.
 *
 * Every byte that any socket receives is searched for the author's real name and town, and for the words of posts.
 * com.profile and com.tag are given and withdrawn, name and town shown and hidden in a plan, the author blocked,
 * posts and comments deleted, and each time what comes next -- live events,
 * replays from an old cursor, snapshots, lists, over WebSocket and HTTP -- must show what is allowed then.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/json.h"
#include "check.h"
#include "coverage.h"
#include "fleet.h"

enum {
    MEMBERS = 8,
    AUTHOR = FLEET_FIRST_MEMBER,
    VIEWERS = 4,
    CALL_MS = 5000,
    QUIET_MS = 200,
    ROUNDS = 6,
    WORD_BYTES = 40
};

struct viewer {
    int64_t member;
    struct client *client;
    struct coverage *coverage;
    size_t names, words,
        links; /* texts that showed the author's name, the word looked for, a mention */
    size_t messages;
    char last[2000]; /* the newest event */
};

struct stage {
    struct fleet *fleet;
    int servers[2];
    struct viewer viewers[VIEWERS];
    struct client *author;
    char word[WORD_BYTES]; /* looked for in every text */
    size_t posts;
};

static bool holds(const char *text, size_t length_bytes, const char *what)
{
    return memmem(text, length_bytes, what, strlen(what)) != NULL;
}

static bool names_author(const char *text, size_t length_bytes)
{
    return holds(text, length_bytes, "Realname 1001") || holds(text, length_bytes, "Realtown 1001");
}

static struct stage *the_stage;

static bool on_text(void *arg, struct client *c, const char *text, size_t length_bytes)
{
    struct viewer *v = arg;

    (void)c;
    v->messages++;
    v->names += names_author(text, length_bytes);
    v->links += holds(text, length_bytes, "\"mentions\": [{");
    v->words += the_stage->word[0] != '\0' && holds(text, length_bytes, the_stage->word);
    if (holds(text, length_bytes, "\"method\":\"event\""))
        snprintf(v->last, sizeof v->last, "%.*s", (int)length_bytes, text);
    return false;
}

static void forget(struct stage *s)
{
    for (int i = 0; i < VIEWERS; i++) {
        s->viewers[i].names = s->viewers[i].words = s->viewers[i].links = 0;
        s->viewers[i].messages = 0;
        s->viewers[i].last[0] = '\0';
    }
}

static bool on_message(void *arg, struct client *c, const struct client_message *m)
{
    struct viewer *v = arg;

    (void)c;
    return coverage_message(v->coverage, m);
}

/* Every viewer reads up to the head of the stream. */
static void listen_to(struct stage *s, const char *stream)
{
    int64_t head = fleet_number(s->fleet, "select seq from stream where stream = '%s'", stream);
    int64_t until_ms = clock_mono().ms + CALL_MS;

    for (int i = 0; i < VIEWERS; i++) {
        struct viewer *v = &s->viewers[i];

        while (coverage_position(v->coverage, stream, NULL) < head && clock_mono().ms < until_ms)
            (void)client_pump(v->client, 50);
        if (coverage_position(v->coverage, stream, NULL) < head ||
            coverage_problem(v->coverage) != NULL)
            check(false, "viewer %d reads up to %lld: %s", i, (long long)head,
                coverage_problem(v->coverage) == NULL ? "too slow" : coverage_problem(v->coverage));
    }
}

static void listen(struct stage *s)
{
    listen_to(s, "club:101");
}

static size_t total_names(const struct stage *s)
{
    size_t n = 0;

    for (int i = 0; i < VIEWERS; i++)
        n += s->viewers[i].names;
    return n;
}

static size_t total_words(const struct stage *s)
{
    size_t n = 0;

    for (int i = 0; i < VIEWERS; i++)
        n += s->viewers[i].words;
    return n;
}

static size_t total_links(const struct stage *s)
{
    size_t n = 0;

    for (int i = 0; i < VIEWERS; i++)
        n += s->viewers[i].links;
    return n;
}

static size_t saw_event(const struct stage *s)
{
    size_t n = 0;

    for (int i = 0; i < VIEWERS; i++)
        n += s->viewers[i].last[0] != '\0';
    return n;
}

/* --- calls --------------------------------------------------------------------------------------- */

static struct client_message *must(struct client_message *m, const char *what)
{
    if (m == NULL || m->result == NULL)
        check(false, "%s: %.300s", what, m == NULL ? "no answer" : client_message_text(m, NULL));
    return m;
}

/* A post with a word of its own; its id. */
static int64_t post(struct stage *s, char word[WORD_BYTES])
{
    struct client_message *m;
    char params[160];
    int64_t id = 0;

    snprintf(word, WORD_BYTES, "Cormorant-%zu-", ++s->posts);
    snprintf(params, sizeof params,
        "{\"club\":\"101\",\"kind\":\"story\",\"title\":\"%s\",\"body\":\"About %s\"}", word, word);
    m = must(client_write(s->author, "feed.post", params, NULL, CALL_MS), "feed.post");
    if (m != NULL)
        (void)json_id(json_member(m->result, "post"), &id);
    client_message_free(m);
    return id;
}

static void write_call(struct client *c, const char *method, const char *params)
{
    client_message_free(must(client_write(c, method, params, NULL, CALL_MS), method));
}

static void give(struct stage *s, const char *purpose)
{
    int64_t epoch =
        fleet_number(s->fleet, "select consent_epoch from member where member_id = %d", AUTHOR);
    char params[300];

    snprintf(params, sizeof params,
        "{\"items\":[{\"purpose\":\"%s\",\"scope\":\"101\",\"channel\":\"none\",\"text_ver\":1,\"locale\":\"en\"}],\"base\":%lld}",
        purpose, (long long)epoch);
    write_call(s->author, "consent.give", params);
}

/* A new socket that resumes from the beginning, takes a snapshot and lists; what it is sent is searched like the rest. */
static void look_again(struct stage *s, int server, struct viewer *v)
{
    struct client_message *m;

    v->client = fleet_member(s->fleet, s->servers[server], v->member);
    client_on_text(v->client, on_text, v);
    m = must(client_call(
                 v->client, "stream.subscribe", "{\"stream\":\"club:101\",\"after\":0}", CALL_MS),
        "replay");
    check(m != NULL && json_is_true(json_member(m->result, "recovered")),
        "  a replay from the beginning");
    client_message_free(m);
    client_message_free(
        must(client_call(v->client, "stream.unsubscribe", "{\"stream\":\"club:101\"}", CALL_MS),
            "unsubscribe"));
    client_message_free(
        must(client_call(v->client, "stream.subscribe", "{\"stream\":\"club:101\"}", CALL_MS),
            "snapshot"));
    client_message_free(
        must(client_call(v->client, "feed.list", "{\"club\":\"101\",\"limit\":50}", CALL_MS),
            "feed.list"));
    while ((m = client_next(v->client, QUIET_MS)) != NULL)
        client_message_free(m);
    client_free(v->client);
    v->client = NULL;
}

/* How many texts of a look from scratch, on both nodes, show the name, and how many the word. */
static void look_from_scratch(struct stage *s, size_t *out_names, size_t *out_words)
{
    struct viewer v = {.member = FLEET_FIRST_MEMBER + MEMBERS - 1};

    for (int server = 0; server < 2; server++)
        look_again(s, server, &v);
    *out_names = v.names;
    *out_words = v.words;
}

/* --- the story ----------------------------------------------------------------------------------- */

static void begin(struct stage *s)
{
    for (int i = 0; i < 2; i++)
        s->servers[i] = fleet_serve(s->fleet, 1, NULL);
    s->author = fleet_member(s->fleet, s->servers[0], AUTHOR);
    for (int i = 0; i < VIEWERS; i++) {
        struct viewer *v = &s->viewers[i];
        struct client_message *m;

        v->member = AUTHOR + 1 + i;
        v->coverage = coverage_new();
        v->client = fleet_member(s->fleet, s->servers[i % 2], v->member);
        m = must(client_call(v->client, "stream.subscribe", "{\"stream\":\"club:101\"}", CALL_MS),
            "subscribe");
        if (m != NULL)
            coverage_answered(v->coverage, -1, m->result);
        client_message_free(m);
        client_on_text(v->client, on_text, v);
        client_on_message(v->client, on_message, v);
    }
}

static void show_and_hide(struct stage *s)
{
    size_t names, words;
    char word[WORD_BYTES];

    post(s, word);
    listen(s);
    check(total_names(s) == VIEWERS && saw_event(s) == VIEWERS,
        "with com.profile, %zu of %d viewers are shown the name", total_names(s), VIEWERS);
    look_from_scratch(s, &names, &words);
    check(names >= 2, "  and replays, snapshots and lists show it (%zu)", names);

    write_call(s->author, "consent.withdraw", "{\"purpose\":\"com.profile\"}");
    forget(s);
    post(s, word);
    listen(s);
    check(saw_event(s) == VIEWERS && total_names(s) == 0,
        "P4: withdrawn, no frame shows the name (%zu)", total_names(s));
    look_from_scratch(s, &names, &words);
    check(names == 0, "P4: nor does a replay, a snapshot or a list (%zu)", names);

    give(s, "com.profile");
    forget(s);
    post(s, word);
    listen(s);
    check(saw_event(s) == VIEWERS && total_names(s) == VIEWERS,
        "P4: given again, the next frame shows it (%zu)", total_names(s));
    look_from_scratch(s, &names, &words);
    check(names >= 2, "P4: and so do replays (%zu)", names);
}

/* The tier is another consent: withholding it touches the name not at all, and the other way round. */
static void only_badge(struct stage *s)
{
    char word[WORD_BYTES];

    write_call(s->author, "consent.withdraw", "{\"purpose\":\"com.badge\"}");
    forget(s);
    post(s, word);
    listen(s);
    for (int i = 0; i < VIEWERS; i++)
        check(strstr(s->viewers[i].last, "Realname 1001") != NULL &&
                  strstr(s->viewers[i].last, "\"tier\"") == NULL,
            "P4: without com.badge viewer %d sees the name and no tier", i);
    give(s, "com.badge");
}

static void deleted(struct stage *s)
{
    size_t names, words;
    char kept[WORD_BYTES], params[60];
    int64_t id = post(s, s->word);

    post(s, kept);
    listen(s);
    check(total_words(s) == VIEWERS, "a post's words reach all viewers (%zu)", total_words(s));
    look_from_scratch(s, &names, &words);
    check(words >= 2, "  and replays hold them (%zu)", words);
    snprintf(params, sizeof params, "{\"post\":\"%lld\"}", (long long)id);
    write_call(s->author, "feed.delete", params);
    forget(s);
    listen(s);
    check(total_words(s) == 0 && saw_event(s) == VIEWERS,
        "P4: deleted, viewers hear of it without its words");
    look_from_scratch(s, &names, &words);
    check(words == 0, "P4: no replay, snapshot or list holds a deleted post's words (%zu)", words);
    s->word[0] = '\0';
}

/* A comment of `by`; its id.  Its numbers are sent by a job, which is held up: events come from calls only. */
static int64_t comment(struct stage *s, struct client *by, int64_t post_id, const char *body)
{
    struct client_message *m;
    char params[200];
    int64_t id = 0;

    fleet_run(s->fleet,
        "insert into post_dirty (post_id, sent_at) values (%lld, 'infinity') on conflict do nothing",
        (long long)post_id);
    snprintf(
        params, sizeof params, "{\"post\":\"%lld\",\"body\":\"%s\"}", (long long)post_id, body);
    m = must(client_write(by, "feed.comment", params, NULL, CALL_MS), "feed.comment");
    if (m != NULL)
        (void)json_id(json_member(m->result, "comment"), &id);
    client_message_free(m);
    return id;
}

/* The author is a subject of other people's words where they mention the author. */
static void mentioned(struct stage *s, struct client *by, int64_t post_id)
{
    struct viewer late = {.member = FLEET_FIRST_MEMBER + MEMBERS - 1};
    char body[60];

    snprintf(body, sizeof body, "Ask @m%d", AUTHOR);
    give(s, "com.tag");
    forget(s);
    comment(s, by, post_id, body);
    listen(s);
    check(total_links(s) == VIEWERS, "with com.tag, a mention is a link (%zu)", total_links(s));
    write_call(s->author, "consent.withdraw", "{\"purpose\":\"com.tag\"}");
    forget(s);
    comment(s, by, post_id, body);
    listen(s);
    check(saw_event(s) == VIEWERS && total_links(s) == 0, "P4: withdrawn, it is plain text (%zu)",
        total_links(s));
    look_again(s, 0, &late);
    look_again(s, 1, &late);
    check(late.links == 0 && late.messages > 0, "P4: also what was sent as a link before (%zu)",
        late.links);
}

static void commented(struct stage *s)
{
    size_t names, words;
    char word[WORD_BYTES], params[60];
    int64_t post_id = post(s, word), id;
    struct client *by = fleet_member(s->fleet, s->servers[1], FLEET_FIRST_MEMBER + MEMBERS - 2);

    mentioned(s, by, post_id);
    snprintf(s->word, sizeof s->word, "Shearwater-%lld", (long long)post_id);
    id = comment(s, by, post_id, s->word);
    listen(s);
    check(total_words(s) == VIEWERS, "a comment's words reach all viewers (%zu)", total_words(s));
    look_from_scratch(s, &names, &words);
    check(words >= 2, "  and replays hold them (%zu)", words);
    snprintf(params, sizeof params, "{\"comment\":\"%lld\"}", (long long)id);
    write_call(by, "feed.comment_delete", params);
    forget(s);
    listen(s);
    check(total_words(s) == 0 && saw_event(s) == VIEWERS,
        "P4: deleted, viewers hear of it without its words");
    look_from_scratch(s, &names, &words);
    check(words == 0, "P4: no replay holds a deleted comment's words (%zu)", words);
    s->word[0] = '\0';
    client_free(by);
}

/* A block is felt by the two and by nobody else. */
static void blocked(struct stage *s)
{
    char word[WORD_BYTES];
    char params[60];

    snprintf(params, sizeof params, "{\"member\":\"%lld\"}", (long long)s->viewers[0].member);
    write_call(s->author, "member.block", params);
    forget(s);
    post(s, word);
    listen(s);
    check(s->viewers[0].last[0] == '\0' && s->viewers[0].names == 0 && s->viewers[0].messages > 0,
        "P4: a blocked viewer is told a skip");
    check(saw_event(s) == VIEWERS - 1, "P4: all others see the post (%zu)", saw_event(s));
}

/* --- inside a plan (domain.md 12.8) -------------------------------------------------------------- */

/* A plan of the author, which the viewers and the last member join by a link. */
static int64_t plan_of_all(struct stage *s, struct client *late)
{
    struct client_message *m;
    char params[120], token[40] = "";
    int64_t plan = 0;

    m = must(client_write(
                 s->author, "plan.create", "{\"club\":\"101\",\"title\":\"Trip\"}", NULL, CALL_MS),
        "plan.create");
    if (m != NULL)
        (void)json_id(json_member(m->result, "plan"), &plan);
    client_message_free(m);
    snprintf(params, sizeof params, "{\"plan\":\"%lld\",\"role\":\"editor\",\"max_uses\":9}",
        (long long)plan);
    m = must(client_write(s->author, "plan.invite", params, NULL, CALL_MS), "plan.invite");
    if (m != NULL && m->result != NULL)
        snprintf(token, sizeof token, "%s", json_text(json_member(m->result, "token")));
    client_message_free(m);
    snprintf(params, sizeof params, "{\"token\":\"%s\"}", token);
    for (int i = 0; i < VIEWERS; i++)
        write_call(s->viewers[i].client, "plan.join", params);
    write_call(late, "plan.join", params);
    return plan;
}

/* A new socket that is sent all of the plan that there is: a replay, a snapshot, plan.get. */
static size_t names_in_plan(struct stage *s, int server, int64_t plan)
{
    static const char *const calls[][2] = {{"stream.subscribe", ",\"after\":0"},
        {"stream.unsubscribe", ""}, {"stream.subscribe", ""}, {"plan.get", ""}};
    struct viewer v = {.member = FLEET_FIRST_MEMBER + MEMBERS - 1};
    struct client_message *m;
    char params[100];

    v.client = fleet_member(s->fleet, s->servers[server], v.member);
    client_on_text(v.client, on_text, &v);
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        bool is_get = strcmp(calls[i][0], "plan.get") == 0;

        snprintf(params, sizeof params, "{\"%s\":\"%s%lld\"%s}", is_get ? "plan" : "stream",
            is_get ? "" : "plan:", (long long)plan, calls[i][1]);
        client_message_free(must(client_call(v.client, calls[i][0], params, CALL_MS), calls[i][0]));
    }
    while ((m = client_next(v.client, QUIET_MS)) != NULL)
        client_message_free(m);
    client_free(v.client);
    return v.names;
}

static void share(struct stage *s, int64_t plan, const char *level)
{
    char params[100];

    snprintf(params, sizeof params, "{\"plan\":\"%lld\",\"share_level\":\"%s\"}", (long long)plan,
        level);
    write_call(s->author, "plan.set_share", params);
}

static void in_plan(struct stage *s)
{
    struct client *late = fleet_member(s->fleet, s->servers[1], FLEET_FIRST_MEMBER + MEMBERS - 1);
    int64_t plan = plan_of_all(s, late);
    char stream[40], params[80];

    snprintf(stream, sizeof stream, "plan:%lld", (long long)plan);
    snprintf(params, sizeof params, "{\"stream\":\"%s\"}", stream);
    forget(s);
    for (int i = 0; i < VIEWERS; i++) {
        struct client_message *m = must(
            client_call(s->viewers[i].client, "stream.subscribe", params, CALL_MS), "subscribe");

        if (m != NULL)
            coverage_answered(s->viewers[i].coverage, -1, m->result);
        client_message_free(m);
    }
    check(total_names(s) == 0, "in a plan one is known by the handle (%zu)", total_names(s));
    for (int round = 0; round < ROUNDS; round++) {
        forget(s);
        share(s, plan, "profile");
        listen_to(s, stream);
        check(total_names(s) >= VIEWERS, "  unless one shows more (%zu)", total_names(s));
        share(s, plan, "handle");
        forget(s);
        check(names_in_plan(s, round % 2, plan) == 0,
            "12.8: hidden again, no replay, snapshot or answer shows the name");
        listen_to(s, stream);
        check(total_names(s) == 0, "12.8: nor does a frame (%zu)", total_names(s));
    }
    share(s, plan, "profile");
    listen_to(s, stream);
    check(
        names_in_plan(s, 0, plan) >= 3, "shown, it is in the replay, the snapshot and the answer");
    client_free(late);
}

static void leave(struct stage *s)
{
    for (int i = 0; i < VIEWERS; i++) {
        client_free(s->viewers[i].client);
        coverage_free(s->viewers[i].coverage);
    }
    client_free(s->author);
    check(fleet_close(s->fleet) == 0, "the servers ended well");
}

int main(void)
{
    struct stage s = {.fleet = fleet_open()};

    the_stage = &s;
    fleet_seed(s.fleet, MEMBERS);
    begin(&s);
    show_and_hide(&s);
    only_badge(&s);
    deleted(&s);
    commented(&s);
    in_plan(&s);
    blocked(&s);
    leave(&s);
    return check_end();
}
