/* chaos_bounds.c -- P7: what a client can make the server hold or send is bounded.
 *
 * A reader that stalls pins little, is closed with 4408 and resumes without a gap.  Answers stay below 128 KiB however
 * long the posts are, and paging through them misses none.  Who sends too much is refused politely, and others notice
 * nothing.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/json.h"
#include "base/buf.h"
#include "check.h"
#include "client_http.h"
#include "coverage.h"
#include "fleet.h"

enum {
    MEMBERS = 10,
    CALL_MS = 8000,
    STALL_MS = 2000,
    SLOW_BYTES = 4096,
    PINNED_MOST = 256 * 1024,
    ANSWER_MOST = 128 * 1024,
    OFFERS = 60,
    BODY_CHARS = 10000, /* of four bytes each */
    FLOOD = 300,
    TOO_BIG = 1009
};

struct bounds {
    struct fleet *fleet;
    int server;
    struct client *editor;
    int offers;
};

/* --- long posts ---------------------------------------------------------------------------------- */

static void publish(struct bounds *b, int count)
{
    for (int i = 0; i < count; i++) {
        struct client_message *m;
        struct buf params;

        buf_init(&params, 0);
        buf_printf(&params,
            "{\"club\":\"101\",\"category\":\"11\",\"title\":\"Long %d\",\"body\":\"", b->offers++);
        for (int n = 0; n < BODY_CHARS; n++)
            buf_add_text(&params, "\xf0\x9f\x9b\xb6"); /* a canoe */
        buf_add_text(&params, "\"}");
        m = client_write(b->editor, "feed.offer_news", params.bytes, NULL, CALL_MS);
        if (m == NULL || m->result == NULL)
            check(false, "offer: %.200s", m == NULL ? "no answer" : client_message_text(m, NULL));
        client_message_free(m);
        buf_done(&params);
    }
}

/* --- a stalled reader ---------------------------------------------------------------------------- */

/* Bytes that the kernel holds for the server's side of a client's connection. */
static long sent_unread(const struct bounds *b, struct client *c)
{
    char line[300];
    unsigned local, remote, tx, rx;
    long found = -1;
    struct sockaddr_in at = {0};
    socklen_t size = sizeof at;
    FILE *file = fopen("/proc/net/tcp", "re");

    (void)getsockname(client_fd(c), (struct sockaddr *)&at, &size);

    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (sscanf(line, " %*d: %*8x:%4x %*8x:%4x %*2x %8x:%8x", &local, &remote, &tx, &rx) == 4 &&
            local == (unsigned)fleet_port(b->fleet, b->server) &&
            remote == (unsigned)ntohs(at.sin_port))
            found = (long)tx;
    if (file != NULL)
        (void)fclose(file);
    return found;
}

static bool on_message(void *arg, struct client *c, const struct client_message *m)
{
    (void)c;
    return coverage_message(arg, m);
}

static struct client *follow(struct bounds *b, struct coverage *coverage, int receive_bytes)
{
    struct client_options o = {
        .port = fleet_port(b->fleet, b->server), .receive_bytes = receive_bytes};
    int64_t after = coverage_position(coverage, "club:101", NULL);
    char token[FLEET_TOKEN_BYTES], params[80];
    struct client_message *m;
    struct client *c;

    fleet_token(b->fleet, "m:1001", token);
    c = client_sign_in(&o, token);
    snprintf(params, sizeof params, "{\"stream\":\"club:101\"}");
    if (after >= 0)
        snprintf(
            params, sizeof params, "{\"stream\":\"club:101\",\"after\":%lld}", (long long)after);
    m = c == NULL ? NULL : client_call(c, "stream.subscribe", params, CALL_MS);
    if (m != NULL && m->result != NULL) {
        size_t length_bytes;

        (void)client_message_text(m, &length_bytes);
        check(length_bytes <= ANSWER_MOST, "P7: the answer of stream.subscribe has %zu bytes",
            length_bytes);
        coverage_answered(coverage, after, m->result);
    } else {
        check(false, "subscribed");
    }
    client_message_free(m);
    while ((m = client_next(c, 0)) != NULL) {
        (void)coverage_message(coverage, m);
        client_message_free(m);
    }
    client_on_message(c, on_message, coverage);
    return c;
}

static void read_to_the_head(struct bounds *b, struct coverage *coverage, struct client *c)
{
    int64_t head = fleet_number(b->fleet, "select seq from stream where stream = 'club:101'");
    int64_t until_ms = clock_mono().ms + CALL_MS;

    while (coverage_position(coverage, "club:101", NULL) < head && clock_mono().ms < until_ms &&
           client_pump(c, 100))
        ;
    check(coverage_position(coverage, "club:101", NULL) == head, "  it reaches the head");
}

static void stalled(struct bounds *b)
{
    struct coverage *coverage = coverage_new();
    struct client *c = follow(b, coverage, SLOW_BYTES);
    int64_t until_ms;
    long pinned;

    publish(b, OFFERS / 2); /* more than a megabyte, none of it read */
    pinned = sent_unread(b, c);
    check(pinned > 0 && pinned <= PINNED_MOST,
        "P7: a reader that stalls pins %ld bytes in the kernel", pinned);
    until_ms = clock_mono().ms + 5 * STALL_MS;
    while (fleet_metric(b->fleet, b->server, "clubhub_closed_total{code=\"4408\"}") < 1 &&
           clock_mono().ms < until_ms)
        usleep(100000);
    check(fleet_metric(b->fleet, b->server, "clubhub_closed_total{code=\"4408\"}") == 1,
        "P7: it is closed as too slow");
    while (client_pump(c, 1000) && clock_mono().ms < until_ms)
        ;
    check(!client_is_open(c), "  the connection is gone");
    check_note("close code %d", client_close_code(c));
    client_free(c);
    c = follow(b, coverage, 0);
    read_to_the_head(b, coverage, c);
    check(coverage_problem(coverage) == NULL && coverage_resyncs(coverage, "club:101") == 0,
        "P3: it resumes without a gap: %s",
        coverage_problem(coverage) == NULL ? "none" : coverage_problem(coverage));
    client_free(c);
    coverage_free(coverage);
}

/* --- answers ------------------------------------------------------------------------------------- */

static void pages(struct bounds *b)
{
    struct client *c = fleet_member(b->fleet, b->server, FLEET_FIRST_MEMBER + 1);
    size_t posts = 0, calls = 0, largest = 0, length_bytes;
    char params[200], cursor[80] = "";

    do {
        struct client_message *m;
        const char *next;

        snprintf(params, sizeof params, "{\"club\":\"101\",\"limit\":100%s%s%s}",
            cursor[0] == '\0' ? "" : ",\"cursor\":\"", cursor, cursor[0] == '\0' ? "" : "\"");
        m = client_call(c, "feed.list", params, CALL_MS);
        if (m == NULL || m->result == NULL) {
            check(false, "page %zu", calls + 1);
            client_message_free(m);
            break;
        }
        (void)client_message_text(m, &length_bytes);
        largest = length_bytes > largest ? length_bytes : largest;
        posts += json_count(json_member(m->result, "posts"));
        next = json_text(json_member(m->result, "cursor"));
        snprintf(cursor, sizeof cursor, "%s", next == NULL ? "" : next);
        client_message_free(m);
    } while (cursor[0] != '\0' && ++calls < 200);
    check(largest > ANSWER_MOST / 4 && largest <= ANSWER_MOST, "P7: the largest page has %zu bytes",
        largest);
    check(posts == (size_t)b->offers, "  and all pages together hold %zu of %d posts", posts,
        b->offers);
    client_free(c);
}

/* A snapshot is such a page; a replay goes on after the answer. */
static void subscriptions(struct bounds *b)
{
    struct coverage *coverage = coverage_new();
    struct client *c = follow(b, coverage, 0);
    struct client_message *m;
    size_t length_bytes = 0;

    client_free(c);
    coverage_free(coverage);
    coverage = coverage_new();
    c = fleet_member(b->fleet, b->server, FLEET_FIRST_MEMBER + 2);
    m = client_call(c, "stream.subscribe", "{\"stream\":\"club:101\",\"after\":0}", CALL_MS);
    if (m != NULL && m->result != NULL) {
        (void)client_message_text(m, &length_bytes);
        coverage_answered(coverage, 0, m->result);
    }
    check(length_bytes > 0 && length_bytes <= ANSWER_MOST,
        "P7: a long replay is answered with %zu bytes", length_bytes);
    client_message_free(m);
    client_on_message(c, on_message, coverage);
    while ((m = client_next(c, 0)) != NULL) {
        (void)coverage_message(coverage, m);
        client_message_free(m);
    }
    read_to_the_head(b, coverage, c);
    check(coverage_problem(coverage) == NULL &&
              coverage_events(coverage, "club:101") == (size_t)b->offers,
        "P3: and goes on until all are there (%zu)", coverage_events(coverage, "club:101"));
    client_free(c);
    coverage_free(coverage);
}

/* --- too much ------------------------------------------------------------------------------------ */

/* Calls whose answers nobody reads. */
static void flood(struct bounds *b)
{
    struct client *rude = fleet_member(b->fleet, b->server, FLEET_FIRST_MEMBER + 3);
    struct client *other = fleet_member(b->fleet, b->server, FLEET_FIRST_MEMBER + 4);
    size_t answers = 0;
    struct client_message *m;

    for (int i = 0; i < FLOOD && client_is_open(rude); i++)
        (void)client_request(rude, "feed.list", "{\"club\":\"101\",\"limit\":100}");
    m = client_call(other, "club.list", NULL, CALL_MS);
    check(m != NULL && m->result != NULL, "P7: others are served while one floods");
    client_message_free(m);
    while ((m = client_next(rude, 1000)) != NULL) {
        answers++;
        client_message_free(m);
    }
    check(answers > 0 && answers <= FLOOD, "  who floods gets %zu answers, then code %d", answers,
        client_close_code(rude));
    client_free(rude);
    client_free(other);
}

static void too_big(struct bounds *b)
{
    struct client *c = fleet_member(b->fleet, b->server, FLEET_FIRST_MEMBER + 5);
    struct client_http r = {.port = fleet_port(b->fleet, b->server)};
    struct buf text, body;

    buf_init(&text, 0);
    buf_init(&body, 0);
    for (int i = 0; i < 70000; i++)
        buf_add_char(&text, ' ');
    (void)client_send(c, text.bytes, text.length_bytes);
    while (client_pump(c, 2000))
        ;
    check(client_close_code(c) == TOO_BIG, "P7: a message over 64 KiB closes with %d",
        client_close_code(c));
    client_free(c);
    while (text.length_bytes <= 1100000)
        buf_add_text(&text, "                                                                ");
    r.body = text.bytes;
    check(client_http(&r, NULL, &body) == 413, "P7: a body over 1 MiB is answered 413");
    buf_done(&text);
    buf_done(&body);
}

int main(void)
{
    static const char *const options[] = {
        "--stall_ms=2000", "--session_calls_per_s=1000", "--session_calls_burst=1000", NULL};
    struct bounds b = {.fleet = fleet_open()};

    fleet_seed(b.fleet, MEMBERS);
    b.server = fleet_serve(b.fleet, 1, options);
    b.editor = fleet_editor(b.fleet, b.server);
    stalled(&b);
    publish(&b, OFFERS / 2);
    pages(&b);
    subscriptions(&b);
    flood(&b);
    too_big(&b);
    client_free(b.editor);
    check(fleet_close(b.fleet) == 0, "the servers ended well");
    return check_end();
}
