/* chaos_gate.c -- P4: the gate in C decides as the gate in SQL does.
 *
 * Random members, consents (given, withdrawn, expired, of an older text), blocks, ranks, segments, families, ages,
 * plans,
 * offers with audiences and invitations, posts and events; 100,000 pairs of event and recipient.  C: gate_ask, gate_event and the fragments that frame.c renders.  SQL:
 * api.gate_oracle, which shares no code with what C reads.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "club/purposes.h"
#include "hub/batch.h"
#include "hub/deliver.h"
#include "hub/event.h"
#include "hub/frame.h"
#include "hub/gate.h"
#include "hub/hub.h"
#include "hub/lease.h"
#include "hub/metrics.h"
#include "hub/node.h"
#include "hub/note.h"
#include "hub/session.h"
#include "hub/sessions.h"
#include "hub/stream.h"
#include "hub/tail.h"
#include "io/db.h"
#include "io/json.h"
#include "io/loop.h"
#include "base/buf.h"
#include "base/mem.h"
#include "check.h"
#include "fleet.h"

enum {
    MEMBERS = 400,
    EVENTS = 2200,
    PAIRS = 100000,
    PER_EVENT = 60,
    CHUNK = 2000,
    WAIT_MS = 60000,
    SHOWN_MAX = 20
};

struct pair {
    struct event *event;
    struct session *session;
    char verdict[24]; /* of C */
};

struct oracle {
    struct hub hub;
    bool is_ready;
    struct event *events[EVENTS];
    size_t event_count;
    struct session *sessions[MEMBERS];
    struct pair *pairs;
    size_t pair_count;
};

static const struct event_kind kinds[] = {
    {.type = "post.comment", .keep = KEEP_ALL},
    {.type = "post.published", .keep = KEEP_ALL},
    {.type = "post.removed", .keep = KEEP_ALL},
    {.type = "some.thing", .keep = KEEP_ALL},
};

static const struct event_kind *kind_find(const char *type)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].type, type) == 0)
            return &kinds[i];
    return NULL;
}

/* --- random people, posts, events ---------------------------------------------------------------- */

static const char people_sql[] =
    "select setseed(0.4242);"
    "create function pg_temp.pick(p text[]) returns text language sql volatile as"
    " $$ select p[1 + floor(random() * cardinality(p))::int] $$;"
    "update member set status = pg_temp.pick('{active,active,active,active,active,active,pending,suspended,restricted,closing}');"
    "update member set under_18 = true, under_consent_age = member_id % 26 = 0 where member_id % 13 = 0;"
    "insert into membership (member_id, club_id, track_id, status, tier_id, joined_at)"
    " select member_id, 102, 102, 'active', 1020, now() from member where random() < 0.5;"
    "update membership set status = pg_temp.pick('{active,active,active,active,active,paused,lapsed,left,expelled,applied}');"
    "update member set status = 'erased', erased_at = now(), handle = null where member_id % 41 = 0;"
    "delete from consent_state where random() < 0.3;"
    "insert into consent_text (purpose_id, ver, locale, title, body, change_note, sha256, material, valid_from, published_by)"
    " select p, 2, 'en', 'two', 'two', 'new', sha256('two'), m, now() + v, 'test'"
    "   from (values (30, true, interval '-1 hour'), (50, true, interval '-1 hour'), (31, false, interval '-1 hour'),"
    "                (33, true, interval '1 day'), (32, true, interval '0')) t (p, m, v);"
    "insert into consent_state (member_id, purpose_id, scope_id, channel_id, state, text_ver, event_id, expires_at)"
    " select m.member_id, p.purpose_id, pg_temp.pick('{0,11,12,101,102}')::bigint,"
    "        case when random() < 0.85 then p.per_channel::int else 3 end,"
    "        pg_temp.pick('{given,given,given,given,withdrawn,refused,requested,expired,stale}'),"
    "        1 + (random() < 0.7)::int, (select min(event_id) from consent_event e where e.member_id = m.member_id),"
    "        pg_temp.pick(array[null, null, (now() - interval '1 minute')::text, (now() + interval '1 day')::text])::timestamptz"
    "   from member m, purpose p, generate_series(1, 3)"
    "  where p.basis in ('consent', 'explicit_consent') on conflict do nothing;"
    "update consent_state set text_ver = 2 where random() < 0.5;"
    "insert into consent_state (member_id, purpose_id, scope_id, channel_id, state, event_id)"
    " select m.member_id, p.purpose_id, 0, p.per_channel::int, 'objected',"
    "        (select min(event_id) from consent_event e where e.member_id = m.member_id)"
    "   from member m, purpose p where p.basis = 'li' and random() < 0.3;"
    "insert into block_rel (blocker, blocked)"
    " select a, b from (select 1001 + floor(random() * 400)::bigint a, 1001 + floor(random() * 400)::bigint b"
    "   from generate_series(1, 3000)) t where a <> b on conflict do nothing;"
    "insert into segment (segment_id, club_id, name, rule, basis) values (1, 101, 'a', '{}', 'manual'), (2, 102, 'b', '{}', 'manual');"
    "insert into segment_member select s, member_id from member, generate_series(1, 2) s where random() < 0.4;"
    "insert into family (family_id, head) select 700 + n, 1000 + n from generate_series(1, 4) n;"
    "insert into family_member (family_id, member_id, role, state, invited_at, joined_at, left_at)"
    " select 701 + member_id % 4, member_id, pg_temp.pick('{head,adult,child}'), s, now(), now(), case s when 'left' then now() end"
    "   from (select member_id, pg_temp.pick('{active,active,invited,left}') s from member where random() < 0.6) t;"
    "insert into offer (offer_id, club_id, kind, title, organiser_name, state, announce_at, public_open_at, booking_close_at,"
    "                   starts_at, ends_at, name_deadline, currency, audience)"
    " select 801 + n, 101 + n % 2, 'trip', 'title', 'club', pg_temp.pick('{announced,open,paused,closed,cancelled}'), t, t, t, t, t, t, 'EUR', a"
    "   from (values (0, '{}'::jsonb), (1, '{}'), (2, '{\"min_rank\":0}'), (3, '{\"min_rank\":1}'), (4, '{\"segments\":[\"1\",\"2\"]}'),"
    "                (5, '{\"segments\":[\"2\"],\"min_rank\":1}'), (6, '{\"invite_only\":true}'), (7, '{\"invite_only\":true,\"segments\":[\"2\"]}'),"
    "                (8, '{\"min_age\":18}'), (9, '{\"invite_only\":true,\"min_age\":13,\"min_rank\":1}'), (10, '{\"min_rank\":1}'), (11, '{}')) v (n, a),"
    "        lateral (select now() + case when n >= 10 then interval '-25 hours' else interval '1 day' end as t) x;"
    "insert into offer_invite (offer_id, member_id) select offer_id, member_id from offer, member where random() < 0.5;"
    "insert into plan (plan_id, club_id, title, currency, state)"
    " select 901 + n, 101 + n % 2, 'plan', 'EUR', pg_temp.pick('{draft,planning,booked,done,cancelled}') from generate_series(0, 5) n;"
    "insert into plan_member (plan_id, member_id, role, state)"
    " select plan_id, member_id, pg_temp.pick('{editor,voter,viewer}'), pg_temp.pick('{joined,joined,joined,invited,declined,left,removed}')"
    "   from plan, member where random() < 0.6;"
    "analyze";

static const char posts_sql[] =
    "insert into post (post_id, club_id, author_kind, author_id, kind, audience, gate_cat, title, body, state, published_at)"
    " select id, 101 + id % 2, k, case k when 's' then 51 else 1001 + floor(random() * 400)::bigint end, 'story', 'club', 'svc.feed',"
    "        case s when 'deleted' then null else 'title' end, case s when 'deleted' then '' else '@body' end, s, now()"
    "   from (select id, case when random() < 0.2 then 's' else 'm' end k,"
    "                pg_temp.pick('{published,published,published,published,published,hidden,removed,deleted}') s"
    "           from generate_series(5001, 5400) id) t;"
    "insert into comment (comment_id, post_id, author, body, state)"
    " select post_id + 1000, post_id, 1001 + floor(random() * 400)::bigint, '@comment',"
    "        pg_temp.pick('{published,published,published,published,hidden,removed}') from post;"
    "insert into post_mention (post_id, comment_id, member_id, state, places, length)"
    " select post_id, nullif((post_id + 1000) * (random() < 0.7)::int, 0), 1001 + floor(random() * 400)::bigint, 'active', '{0}', 5"
    "   from post, generate_series(1, 2) where random() < 0.4 on conflict do nothing";

static const char events_sql[] =
    "do $do$ declare v_post club.post; v_id bigint; v_club bigint; v_events lib.event_row[] := '{}'; v_type text; v_subjects bigint[];"
    "    v_stream text; v_actor bigint; v_object text; v_gate text; v_refs jsonb;"
    "    v_gates text[] := array(select code from club.purpose order by purpose_id);"
    " begin for i in 1 .. %d loop"
    "    v_club := 101 + floor(random() * 2)::int; v_object := null; v_refs := '{}';"
    "    v_type := case when random() < 0.3 then 'post.published' when random() < 0.3 then 'post.comment' when random() < 0.2 then 'post.removed' else 'some.thing' end;"
    "    v_actor := case when random() < 0.7 then 1001 + floor(random() * 400)::bigint end;"
    "    v_subjects := case when random() < 0.4 then array[1001 + floor(random() * 400)::bigint] else '{}' end;"
    "    v_gate := pg_temp.pick(v_gates);"
    "    if v_type <> 'some.thing' then"
    "        v_id := 5001 + floor(random() * 400)::bigint; select * into v_post from club.post where post_id = v_id;"
    "        v_club := v_post.club_id; v_object := 'post:' || v_post.post_id;"
    "        v_actor := case v_post.author_kind when 'm' then v_post.author_id end;"
    "        v_gate := pg_temp.pick('{svc.feed,svc.feed,svc.account,mkt.offers,mkt.events}');"
    "        if v_type = 'post.comment' then"
    "            select author, jsonb_build_object('post', post_id::text, 'comment', comment_id::text)"
    "              into v_actor, v_refs from club.comment where comment_id = v_id + 1000;"
    "        end if;"
    "        v_subjects := v_subjects || v_actor;"
    "    end if;"
    "    v_stream := 'club:' || v_club;"
    "    if v_type = 'some.thing' and random() < 0.5 then v_stream := 'me:' || 1001 + floor(random() * 400)::bigint; end if;"
    "    if v_type = 'some.thing' and random() < 0.4 then v_stream := 'family:' || 701 + floor(random() * 4)::bigint;"
    "        v_gate := pg_temp.pick('{svc.family,svc.family,svc.points,mkt.offers}'); end if;"
    "    if v_type = 'some.thing' and random() < 0.3 then v_stream := 'offer:' || 801 + floor(random() * 12)::bigint;"
    "        v_gate := pg_temp.pick('{svc.feed,svc.feed,svc.feed,svc.resv,mkt.offers}'); end if;"
    "    if v_type = 'some.thing' and random() < 0.25 then v_stream := 'plan:' || 901 + floor(random() * 7)::bigint;"
    "        v_gate := pg_temp.pick('{svc.plan,svc.plan,svc.plan,svc.points,com.presence}'); end if;"
    "    v_events := v_events || lib.event(v_stream, v_type, v_gate, v_refs, pg_temp.pick('{0,11,11,12,101,102}')::bigint,"
    "        case when v_stream like 'offer:%%' and random() < 0.9 then (select lib.offer_audience(o) from club.offer o where 'offer:' || o.offer_id = v_stream)"
    "             when v_stream not like 'offer:%%' and random() < 0.02 then pg_temp.pick('{club:101,club:102,offer:804,offer:805}') when v_stream like 'family:%%' and random() < 0.5 or random() < 0.02 then 'adults' when random() < 0.25 then pg_temp.pick('{rank:0,rank:1,rank:2,rank:3,segment:1,segment:2}') end,"
    "        array_remove(v_subjects, null), v_actor, v_object);"
    " end loop; perform lib.emit_all(v_events); end $do$";

static void make_world(struct fleet *f)
{
    fleet_seed(f, MEMBERS);
    fleet_run(f, "%s", people_sql);
    fleet_run(f, "%s", posts_sql);
    fleet_run(f, events_sql, EVENTS);
}

/* --- the modules of a worker that decide -------------------------------------------------------- */

static void on_turn(void *arg)
{
    struct oracle *o = arg;

    gate_turn(o->hub.gate);
    frames_turn(o->hub.frames);
    node_turn(o->hub.node);
}

static void on_nothing(void *arg)
{
    (void)arg;
}

static void on_ready(void *arg, bool usable)
{
    struct oracle *o = arg;

    if (usable && !o->is_ready)
        node_start(o->hub.node);
    o->is_ready = o->is_ready || usable;
}

static void on_notified(void *arg, const char *channel, const char *payload)
{
    (void)arg, (void)channel, (void)payload;
}

static void on_lost(void *arg, int64_t incarnation)
{
    (void)arg, (void)incarnation;
}

static struct loop_turn *open_hub(struct oracle *o, const char *url)
{
    struct db_options options = {.url = url,
        .connections = {1, 1, 1, 1},
        .depth_max = 256,
        .statement_timeout_ms = 30000,
        .lock_timeout_ms = 10000,
        .connect_wait_ms = 10000,
        .hello_sql = "select api.connection_open($1, $2, $3)",
        .hello_args = {"", FLEET_PII_KEY}};
    static const struct db_events calls = {
        .notified = on_notified, .lost = on_lost, .ready = on_ready};
    struct hub *h = &o->hub;

    h->limits = (struct hub_limits){.call_timeout_ms = 10000,
        .lease_ms = 30000,
        .renew_ms = 5000,
        .fence_ms = 60000,
        .wake_ms = 5,
        .tail_ms = 1000,
        .ring_events = 64,
        .calls_in_flight = 1,
        .reply_bytes = 65536};
    h->purposes = purposes;
    h->event_find = kind_find;
    h->loop = loop_new();
    h->db = db_open(h->loop, &options, &calls, o);
    h->metrics = metrics_new();
    h->lease = lease_new(h->loop, on_nothing, on_nothing, NULL);
    h->gate = gate_new(h);
    h->frames = frames_new(h);
    h->notes = notes_new(h);
    h->streams = streams_new(h);
    h->node = node_new(h);
    h->tail = tail_new(h);
    h->sessions = sessions_new(h);
    return loop_turn_new(h->loop, on_turn, o);
}

static void close_hub(struct oracle *o, struct loop_turn *turn)
{
    struct hub *h = &o->hub;

    for (size_t i = 0; i < MEMBERS; i++) {
        gate_leave(h->gate, o->sessions[i]);
        session_free_http(o->sessions[i]);
    }
    for (size_t i = 0; i < o->event_count; i++)
        event_unref(o->events[i]);
    db_close(h->db);
    loop_turn_free(turn);
    sessions_free(h->sessions);
    tail_free(h->tail);
    node_free(h->node);
    streams_free(h->streams);
    notes_free(h->notes);
    frames_free(h->frames);
    gate_free(h->gate);
    lease_free(h->lease);
    metrics_free(h->metrics);
    loop_free(h->loop);
    mem_free(o->pairs);
}

/* Turns of the loop until `is_done` or too long; asks every 50 ms, for asking is dear. */
static bool run_until(struct oracle *o, bool (*is_done)(struct oracle *o))
{
    int64_t until_ms = clock_mono().ms + WAIT_MS;

    while (!is_done(o)) {
        int64_t again_ms = clock_mono().ms + 50;

        if (again_ms > until_ms)
            return false;
        while (clock_mono().ms < again_ms) {
            loop_run_once(o->hub.loop);
            usleep(200);
        }
    }
    return true;
}

static bool is_delivering(struct oracle *o)
{
    return node_is_delivering(o->hub.node);
}

static bool all_known(struct oracle *o)
{
    for (size_t i = 0; i < MEMBERS; i++)
        if (!o->sessions[i]->member->known)
            return false;
    return true;
}

static void join_members(struct oracle *o)
{
    for (int i = 0; i < MEMBERS; i++) {
        o->sessions[i] = session_new_http(&o->hub, "en");
        gate_join(o->hub.gate, FLEET_FIRST_MEMBER + i, o->sessions[i]);
    }
}

/* Events as they come from the tail. */
static void read_events(struct oracle *o, struct fleet *f)
{
    const char *text = fleet_text(f,
        "select jsonb_agg(lib.event_json(stream, seq, type, gate_cat, scope_id, audience, subjects, actor, object,"
        " conflate_key, refs, at) order by stream, seq) from outbox where stream <> 'sys'");
    struct json *rows = NULL;

    if (json_parse(text, strlen(text), &rows, NULL) != ERR_OK)
        exit(1);
    for (const struct json *row = json_first(rows); row != NULL && o->event_count < EVENTS;
         row = json_next(row))
        o->events[o->event_count++] = event_new(&o->hub, row);
    json_free(rows);
}

/* --- pairs --------------------------------------------------------------------------------------- */

static int64_t common_viewer(const struct event *e)
{
    return stream_kind_of(e->stream) == STREAM_ME ? stream_id_of(e->stream) : 0;
}

/* A stream of a member has no other recipient: nobody else may subscribe. */
static void make_pairs(struct oracle *o)
{
    o->pairs = mem_zalloc(EVENTS * PER_EVENT * sizeof *o->pairs);
    srandom(4242);
    for (size_t i = 0; i < o->event_count; i++) {
        int64_t owner = common_viewer(o->events[i]);

        for (int n = 0; n < (owner == 0 ? PER_EVENT : 1); n++) {
            struct pair *p = &o->pairs[o->pair_count++];
            bool is_subject = owner == 0 && n < 2 && o->events[i]->subject_count > 0;
            int64_t member = is_subject   ? o->events[i]->subjects[0]
                             : owner != 0 ? owner
                                          : FLEET_FIRST_MEMBER + random() % MEMBERS;

            p->event = o->events[i];
            p->session = o->sessions[member - FLEET_FIRST_MEMBER];
        }
    }
}

static const struct fragment *fragment_for(struct oracle *o, const struct pair *p)
{
    return deliver_fragment(&o->hub, p->event, p->session->member);
}

static bool all_rendered(struct oracle *o)
{
    bool all = true;

    for (size_t i = 0; i < o->pair_count; i++)
        all = fragment_for(o, &o->pairs[i]) != NULL && all;
    return all;
}

static void judge(struct oracle *o, struct pair *p)
{
    static const char *const words[REASON_COUNT] = {
        "", "inactive", "audience", "blocked", "basis", "subject"};
    enum gate_reason reason;
    enum gate_answer answer = gate_event(o->hub.gate, p->event, p->session, &reason);
    const struct fragment *g = fragment_for(o, p);

    if (answer == GATE_WAIT)
        snprintf(p->verdict, sizeof p->verdict, "wait");
    else if (answer == GATE_SPLIT)
        snprintf(p->verdict, sizeof p->verdict, "suppress:%s", words[reason]);
    else if (g->state == FRAGMENT_NOTHING)
        snprintf(p->verdict, sizeof p->verdict, "suppress:subject");
    else
        snprintf(p->verdict, sizeof p->verdict, g->redacted ? "redact" : "send");
}

static void withhold(struct batch_maker *m, const struct event *e)
{
    batch_withhold(m, e);
    batch_skip(m, e->seq, e->seq);
}

/* A shared batch goes out as it is only to those who may have each of its events in this form. */
static bool shared_agrees(struct oracle *o, const struct pair *p)
{
    struct event *e = p->event;
    const struct fragment *common = event_fragment(o->hub.frames, e, common_viewer(e));
    struct batch_maker *m = batch_begin(&o->hub, "x", e->seq);
    struct batch *b;
    bool sends;

    if (common->state == FRAGMENT_READY)
        batch_add(m, e, common);
    else
        withhold(m, e);
    b = batch_end(m, e->seq);
    sends = gate_ask(o->hub.gate, b, p->session).answer == GATE_SEND;
    batch_unref(b);
    if (!sends)
        return true;
    if (common->state == FRAGMENT_READY)
        return strcmp(p->verdict, common->redacted ? "redact" : "send") == 0;
    return strncmp(p->verdict, "suppress", 8) == 0;
}

/* --- the oracle ---------------------------------------------------------------------------------- */

static void print_pairs(const struct oracle *o, size_t from, size_t count, struct buf out[3])
{
    for (int column = 0; column < 3; column++) {
        buf_init(&out[column], 0);
        buf_add_char(&out[column], '{');
    }
    for (size_t i = 0; i < count; i++) {
        const struct pair *p = &o->pairs[from + i];
        const char *comma = i == 0 ? "" : ",";

        buf_printf(&out[0], "%s%s", comma, p->event->stream);
        buf_printf(&out[1], "%s%lld", comma, (long long)p->event->seq);
        buf_printf(&out[2], "%s%lld", comma, (long long)p->session->member->id);
    }
    for (int column = 0; column < 3; column++)
        buf_add_char(&out[column], '}');
}

/* An event of the staff's purpose is for no member; which step says so does not matter. */
static bool is_equal(const struct oracle *o, const struct pair *p, const char *verdict)
{
    if (strcmp(gate_key_purpose(o->hub.gate, p->event->gate_key), "staff") == 0)
        return strncmp(p->verdict, "suppress", 8) == 0 && strncmp(verdict, "suppress", 8) == 0;
    return strcmp(verdict, p->verdict) == 0;
}

static size_t compare_chunk(struct oracle *o, struct fleet *f, size_t from, size_t count)
{
    struct buf columns[3];
    const char *args[3];
    char message[400];
    size_t wrong = 0;

    print_pairs(o, from, count, columns);
    for (int i = 0; i < 3; i++)
        args[i] = columns[i].bytes;
    if (db_sync_run(fleet_db(f),
            "select idx, verdict from api.gate_oracle($1::text[], $2::bigint[], $3::bigint[])", 3,
            args, message, sizeof message) != ERR_OK) {
        check_note("%s", message);
        wrong = count;
    }
    for (size_t i = 0; wrong < count && i < count; i++) {
        const struct pair *p = &o->pairs[from + i];
        const char *verdict = db_sync_value(fleet_db(f), (int)i, 1);

        if (verdict == NULL || !is_equal(o, p, verdict)) {
            if (wrong++ < SHOWN_MAX)
                check_note("%s %lld for %lld: C says %s, SQL says %s", p->event->stream,
                    (long long)p->event->seq, (long long)p->session->member->id, p->verdict,
                    verdict == NULL ? "nothing" : verdict);
        }
    }
    for (int i = 0; i < 3; i++)
        buf_done(&columns[i]);
    return wrong;
}

static size_t count_of(const struct oracle *o, const char *verdict)
{
    size_t count = 0;

    for (size_t i = 0; i < o->pair_count; i++)
        count += strcmp(o->pairs[i].verdict, verdict) == 0;
    return count;
}

static void compare(struct oracle *o, struct fleet *f)
{
    static const char *const verdicts[] = {"send", "redact", "suppress:inactive",
        "suppress:audience", "suppress:blocked", "suppress:basis", "suppress:subject"};
    size_t wrong = 0, shared_wrong = 0;

    for (size_t i = 0; i < o->pair_count; i++)
        judge(o, &o->pairs[i]);
    for (size_t i = 0; i < o->pair_count; i++)
        shared_wrong += !shared_agrees(o, &o->pairs[i]);
    for (size_t from = 0; from < o->pair_count; from += CHUNK)
        wrong +=
            compare_chunk(o, f, from, o->pair_count - from < CHUNK ? o->pair_count - from : CHUNK);
    check(o->pair_count >= PAIRS, "%zu pairs of event and recipient", o->pair_count);
    check(wrong == 0, "P4: the gate in C decides as the one in SQL (%zu differ)", wrong);
    check(shared_wrong == 0,
        "P4: a shared batch goes only to those who may have all of it (%zu do not)", shared_wrong);
    for (size_t i = 0; i < sizeof verdicts / sizeof verdicts[0]; i++)
        check(count_of(o, verdicts[i]) > 0, "the data reach '%s' (%zu)", verdicts[i],
            count_of(o, verdicts[i]));
}

int main(void)
{
    struct oracle *o = mem_zalloc(sizeof *o);
    struct fleet *f = fleet_open();
    struct loop_turn *turn;

    make_world(f);
    turn = open_hub(o, fleet_database_url(f));
    if (!check(run_until(o, is_delivering), "the node joins"))
        exit(check_end());
    join_members(o);
    check(run_until(o, all_known), "all gate states are read");
    read_events(o, f);
    make_pairs(o);
    if (!check(run_until(o, all_rendered), "all events are rendered"))
        exit(check_end());
    compare(o, f);
    close_hub(o, turn);
    mem_free(o);
    check(fleet_close(f) == 0, "the servers ended well");
    return check_end();
}
