/* faults_sleeper.c -- members who read nothing, so that their server always has something to write to them. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "check.h"
#include "faults.h"
#include "fleet.h"
#include "load.h"
#include "watch.h"

enum { SLOW_BYTES = 4096, BODY_CHARS = 10000 /* of four bytes each */ };

struct watch *faults_sleeper_new(struct faults *f, int server, int64_t member)
{
    struct watch *w = mem_zalloc(sizeof *w);

    *w = (struct watch){.fleet = f->fleet,
        .server = server,
        .member = member,
        .set = f->set,
        .receive_bytes = SLOW_BYTES,
        .is_idle = true,
        .position = -1};
    check(watch_open(w), "a member follows and reads nothing");
    return w;
}

struct reader {
    struct watch *watch;
    int64_t head;
};

static bool is_at_head(void *arg)
{
    const struct reader *r = arg;

    return watch_revive(r->watch) && r->watch->position >= r->head;
}

void faults_sleeper_end(struct faults *f, struct watch *w)
{
    struct reader r = {
        w, fleet_number(f->fleet, "select seq from stream where stream = 'club:101'")};

    check(load_until(f->load, is_at_head, &r, FAULTS_BACK_MS) && w->problem[0] == '\0',
        "  who had not read resumes without a gap: %s", w->problem);
    watch_close(w);
    mem_free(w);
}

void faults_publish(struct faults *f, int server, int count)
{
    struct client *editor = fleet_editor(f->fleet, server);
    struct buf params;
    int published = 0;

    buf_init(&params, 0);
    buf_add_text(&params, "{\"club\":\"101\",\"category\":\"11\",\"title\":\"News\",\"body\":\"");
    for (int n = 0; n < BODY_CHARS; n++)
        buf_add_text(&params, "\xf0\x9f\x9b\xb6"); /* a canoe */
    buf_add_text(&params, "\"}");
    for (int i = 0; i < count && editor != NULL; i++) {
        struct client_message *m =
            client_write(editor, "feed.offer_news", params.bytes, NULL, FAULTS_CALL_MS);

        published += m != NULL && m->result != NULL;
        client_message_free(m);
    }
    check(published == count, "  %d pieces of news are published", published);
    buf_done(&params);
    client_free(editor);
}

struct span {
    int64_t from_ns, to_ns, member;
    const char *purpose;
    long sent;
};

static void count_sent(void *arg, const struct fleet_trace *t)
{
    struct span *s = arg;

    s->sent += !t->is_ack && t->at_ns > s->from_ns && t->at_ns < s->to_ns &&
               (s->member == 0 || t->member == s->member) &&
               strstr(t->purposes, s->purpose) != NULL;
}

long faults_sent_between(
    struct faults *f, int64_t from_ns, int64_t to_ns, int64_t member, const char *purpose)
{
    struct span s = {from_ns, to_ns, member, purpose, 0};

    (void)fleet_trace_each(f->fleet, count_sent, &s);
    return s.sent;
}
