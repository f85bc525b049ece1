/* gate.c -- members' gate state, gate keys, verdicts (domain.md 12.7 steps 1-4; step 5, subjects, is frame.c's).
 *
 * (1) A member whose state is not known gets GATE_WAIT, never a suppression.
 * (2) State read at sys entry n is installed only if no entry after n that is applied here touches the member.
 * (3) bits hold answers computed from the state; they are dropped with it, and when bits_until_ms is reached.
 */
#include "hub/gate.h"

#include <stdlib.h>
#include <string.h>

#include "hub/batch.h"
#include "hub/event.h"
#include "hub/frame.h"
#include "hub/gate_key.h"
#include "hub/gate_state.h"
#include "hub/hub.h"
#include "hub/node.h"
#include "hub/session.h"
#include "hub/stream.h"
#include "hub/sub.h"
#include "io/db.h"
#include "io/loop.h"
#include "base/buf.h"
#include "base/id.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"

enum { LOAD_MAX = 1000, LOAD_RETRY_MS = 50, WORD_BITS = 64, NS_PER_MS = 1000000 };

struct gate {
    struct hub *hub;
    struct map_int *members;
    struct map_text *key_index;
    struct gate_key **keys;
    size_t key_count, key_capacity;
    struct list waiting; /* members to be read */
    int loads;           /* queries under way */
    uint64_t generation;
    struct loop_timer *retry;
    bool backing_off;
    int64_t database_ms;
    struct boot_ns database_at;
};

struct load {
    struct gate *gate;
    uint64_t generation;
    size_t count;
    int64_t ids[];
};

/* --- keys --- */

static const struct gate_purpose *purpose_find(const struct gate *g, const char *code)
{
    for (const struct gate_purpose *p = g->hub->purposes; p->code != NULL; p++) {
        if (strcmp(p->code, code) == 0)
            return p;
    }
    return NULL;
}

int gate_key(
    struct gate *g, const char *purpose, int64_t scope, const char *audience, const char *stream)
{
    const struct gate_purpose *p = purpose_find(g, purpose);
    struct gate_key *k, fresh;
    struct buf name;

    if (p == NULL)
        return -1;
    fresh = gate_key_make(p, scope, audience, stream);
    buf_init(&name, 0);
    buf_printf(&name, "%s %lld %lld %lld %lld %d %s", purpose, (long long)scope,
        (long long)fresh.club, (long long)fresh.family, (long long)fresh.plan, fresh.offer,
        audience == NULL ? "" : audience);
    k = map_text_get(g->key_index, name.bytes, name.length_bytes);
    if (k == NULL) {
        k = mem_alloc(sizeof *k);
        *k = fresh;
        k->index = (int)g->key_count;
        mem_grow((void **)&g->keys, &g->key_capacity, g->key_count + 1, sizeof *g->keys);
        g->keys[g->key_count++] = k;
        map_text_set(g->key_index, name.bytes, name.length_bytes, k);
    }
    buf_done(&name);
    return k->index;
}

bool gate_key_basis(const struct gate *g, int key, const char **out_code, int64_t *out_scope)
{
    if (key < 0 || g->keys[key]->purpose->basis != BASIS_CONSENT)
        return false;
    *out_code = g->keys[key]->purpose->code;
    *out_scope = g->keys[key]->scope;
    return true;
}

/* --- one member, one key --- */

/* An upper bound of the database's clock now: it was read after the request for it was sent. */
static int64_t database_now_ms(const struct gate *g)
{
    return g->database_ms + (clock_boot().ns - g->database_at.ns) / NS_PER_MS + 1;
}

static const struct gate_club *club_of(const struct member *m, int64_t club)
{
    for (uint32_t i = 0; i < m->club_count; i++) {
        if (m->clubs[i].club == club)
            return &m->clubs[i];
    }
    return NULL;
}

static bool in_audience(const struct member *m, const struct gate_key *k)
{
    const struct gate_club *c = NULL;

    if (k->purpose->basis == BASIS_ROLE)
        return false;
    if (k->club != 0 && (c = club_of(m, k->club)) == NULL)
        return false;
    if (k->family != 0 && m->family != k->family)
        return false;
    if (k->plan != 0 && !gate_state_has_id(m->plans, m->plan_count, k->plan))
        return false;
    switch (k->audience) {
    case AUDIENCE_ALL:
        return true;
    case AUDIENCE_RANK:
        return c != NULL && c->rank >= k->audience_ref;
    case AUDIENCE_SEGMENT:
        return gate_state_has_id(m->segments, m->segment_count, k->audience_ref);
    case AUDIENCE_ADULTS:
        return k->family != 0 && m->family_adult;
    case AUDIENCE_CLUB:
        return club_of(m, k->audience_ref) != NULL;
    case AUDIENCE_OFFER:
        return gate_state_has_id(m->offers, m->offer_count, k->audience_ref);
    case AUDIENCE_UNKNOWN:
        break;
    }
    return false;
}

static bool has_grant(const struct gate *g, struct member *m, const struct gate_key *k)
{
    for (uint32_t i = 0; i < m->grant_count; i++) {
        const struct gate_grant *grant = &m->grants[i];

        if (grant->purpose != k->purpose->id || grant->scope != k->scope)
            continue;
        if (grant->until_ms == 0)
            return true;
        if (grant->until_ms <= database_now_ms(g))
            return false;
        if (m->bits_until_ms == 0 || grant->until_ms < m->bits_until_ms)
            m->bits_until_ms = grant->until_ms;
        return true;
    }
    return false;
}

static bool has_basis(const struct gate *g, struct member *m, const struct gate_key *k)
{
    switch (k->purpose->basis) {
    case BASIS_ROLE:
        return false;
    case BASIS_CONTRACT:
    case BASIS_LEGAL:
        return true;
    case BASIS_INTEREST:
        return (m->denied >> k->purpose->id & 1) == 0;
    case BASIS_CONSENT:
        return has_grant(g, m, k);
    }
    return false;
}

static enum gate_reason judge(
    const struct gate *g, struct member *m, const struct gate_key *k, bool blocked)
{
    if ((k->purpose->statuses >> m->status & 1) == 0)
        return REASON_INACTIVE;
    if (!in_audience(m, k))
        return REASON_AUDIENCE;
    if (blocked && k->purpose->blockable)
        return REASON_BLOCKED;
    return has_basis(g, m, k) ? REASON_NONE : REASON_BASIS;
}

bool gate_holds(
    struct gate *g, struct member *m, const char *purpose, int64_t scope, const char *stream)
{
    const struct gate_purpose *p = purpose_find(g, purpose);
    struct gate_key k;

    if (p == NULL || !m->known)
        return false;
    k = gate_key_make(p, scope, NULL, stream);
    return judge(g, m, &k, false) == REASON_NONE;
}

/* --- verdicts --- */

static void grow_bits(struct member *m, uint32_t words)
{
    uint64_t *bits = mem_zalloc(words * 2 * sizeof *bits);

    memcpy(bits, m->bits, m->bit_words * 2 * sizeof *bits);
    if (m->bits != m->first_bits)
        mem_free(m->bits);
    m->bits = bits;
    m->bit_words = words;
}

static bool passes(const struct gate *g, struct member *m, int32_t key)
{
    uint32_t word = (uint32_t)key / WORD_BITS;
    uint64_t bit = UINT64_C(1) << ((uint32_t)key % WORD_BITS);

    if (key < 0)
        return false;
    if (word >= m->bit_words)
        grow_bits(m, word + 1);
    if ((m->bits[2 * word] & bit) == 0) {
        m->bits[2 * word] |= bit;
        if (judge(g, m, g->keys[key], false) == REASON_NONE)
            m->bits[2 * word + 1] |= bit;
        else
            m->bits[2 * word + 1] &= ~bit;
    }
    return (m->bits[2 * word + 1] & bit) != 0;
}

static bool all_role(const struct gate *g, const struct batch *b)
{
    for (uint32_t i = 0; i < b->key_count; i++) {
        if (b->keys[i] < 0 || g->keys[b->keys[i]]->purpose->basis != BASIS_ROLE)
            return false;
    }
    return true;
}

struct verdict gate_ask(struct gate *g, const struct batch *b, const struct session *s)
{
    struct verdict v = {GATE_SPLIT, b};
    struct member *m = s->member;

#ifdef CLUBHUB_GATE_ALWAYS /* ./hub bench gate: what the gate costs */
    v.answer = GATE_SEND;
    return v;
#endif
    if (m == NULL) {
        if (all_role(g, b))
            v.answer = GATE_SEND;
        return v;
    }
    if (!m->known) {
        v.answer = GATE_WAIT;
        return v;
    }
    if (m->bits_until_ms != 0 && m->bits_until_ms <= database_now_ms(g))
        gate_state_forget_bits(m);
    for (uint32_t i = 0; i < b->key_count; i++) {
        if (!passes(g, m, b->keys[i]))
            return v;
    }
    for (uint32_t i = 0; m->block_count > 0 && i < b->actor_count; i++) {
        if (gate_state_has_id(m->blocks, m->block_count, b->actors[i]))
            return v;
    }
    for (uint32_t i = 0; i < b->own_count; i++) {
        if (b->own[i] == m->id)
            return v;
    }
    v.answer = GATE_SEND;
    return v;
}

enum gate_answer gate_event(
    struct gate *g, const struct event *e, const struct session *s, enum gate_reason *out_reason)
{
    struct member *m = s->member;
    const struct gate_key *k = e->gate_key < 0 ? NULL : g->keys[e->gate_key];

    *out_reason = REASON_NONE;
#ifdef CLUBHUB_GATE_ALWAYS
    return GATE_SEND;
#endif
    if (k == NULL) {
        *out_reason = REASON_BASIS;
    } else if (m == NULL) {
        *out_reason = k->purpose->basis == BASIS_ROLE ? REASON_NONE : REASON_AUDIENCE;
    } else if (!m->known) {
        return GATE_WAIT;
    } else {
        if (m->bits_until_ms != 0 && m->bits_until_ms <= database_now_ms(g))
            gate_state_forget_bits(m);
        *out_reason =
            judge(g, m, k, e->actor != 0 && gate_state_has_id(m->blocks, m->block_count, e->actor));
    }
    return *out_reason == REASON_NONE ? GATE_SEND : GATE_SPLIT;
}

bool gate_key_blockable(const struct gate *g, int key)
{
    return key >= 0 && g->keys[key]->purpose->blockable;
}

void gate_set_clock(struct gate *g, int64_t database_ms, struct boot_ns sent_at)
{
    g->database_ms = database_ms;
    g->database_at = sent_at;
}

/* --- reading states --- */
static void want(struct gate *g, struct member *m)
{
    m->known = false;
    if (!list_is_linked(&m->in_wait) && !m->loading)
        list_append(&g->waiting, &m->in_wait);
}

/* Columns: member, status, epoch, blocks, grants, denied, clubs, segments, sys_seq, family, offers, plans. */
static void install(struct gate *g, struct member *m, const struct answer *a, int row)
{
    int64_t seq = answer_i64(a, row, 8);

    if (node_touched(g->hub->node, seq, &m->id, 1, NULL) != TOUCH_NO) {
        want(g, m);
        return;
    }
    gate_state_clear(m);
    gate_state_read(m, a, row);
    m->known = true;
    LIST_EACH(&m->sessions, n)
    {
        sub_end_lost(LIST_ITEM(n, struct session, in_member));
        session_lag(LIST_ITEM(n, struct session, in_member));
    }
}

static void back_off(struct gate *g)
{
    g->backing_off = true;
    loop_timer_set(g->retry, LOAD_RETRY_MS, 0);
}

static void on_loaded(void *arg, const struct answer *a)
{
    struct load *load = arg;
    struct gate *g = load->gate;
    bool fine = answer_err(a) == ERR_OK;

    g->loads--;
    if (load->generation == g->generation) {
        for (size_t i = 0; i < load->count; i++) {
            struct member *m = map_int_get(g->members, (uint64_t)load->ids[i]);

            if (m != NULL)
                m->loading = false;
        }
        for (int row = 0; fine && row < answer_rows(a); row++) {
            struct member *m = map_int_get(g->members, (uint64_t)answer_i64(a, row, 0));

            if (m != NULL && !m->known)
                install(g, m, a, row);
        }
        for (size_t i = 0; i < load->count; i++) {
            struct member *m = map_int_get(g->members, (uint64_t)load->ids[i]);

            if (m != NULL && !m->known)
                want(g, m);
        }
        if (!fine)
            back_off(g);
        else if (g->waiting.count > 0)
            loop_again(g->hub->loop);
    }
    mem_free(load);
}

void gate_turn(struct gate *g)
{
    struct load *load;
    struct buf ids;
    const char *args[1];

    if (g->waiting.count == 0 || g->loads > 1 || g->backing_off)
        return;
    load = mem_alloc(sizeof *load + LOAD_MAX * sizeof *load->ids);
    load->gate = g;
    load->generation = g->generation;
    load->count = 0;
    buf_init(&ids, 0);
    buf_add_char(&ids, '{');
    while (g->waiting.count > 0 && load->count < LOAD_MAX) {
        struct member *m = LIST_ITEM(list_shift(&g->waiting), struct member, in_wait);

        m->loading = true;
        if (load->count > 0)
            buf_add_char(&ids, ',');
        buf_add_i64(&ids, m->id);
        load->ids[load->count++] = m->id;
    }
    buf_add_char(&ids, '}');
    args[0] = ids.bytes;
    g->loads++;
    db_query(g->hub->db, LANE_READ, "select * from api.gate_load($1)", 1, args, on_loaded, load);
    buf_done(&ids);
}

static void on_retry(void *arg)
{
    struct gate *g = arg;

    g->backing_off = false;
    loop_again(g->hub->loop);
}

void gate_reload(struct gate *g, const int64_t *ids, size_t count)
{
    size_t cursor = 0;
    uint64_t key;
    void *value;

    for (size_t i = 0; ids != NULL && i < count; i++) {
        struct member *m = map_int_get(g->members, (uint64_t)ids[i]);

        if (m != NULL)
            want(g, m);
    }
    while (ids == NULL && map_int_next(g->members, &cursor, &key, &value))
        want(g, value);
    if (g->waiting.count > 0)
        loop_again(g->hub->loop);
}

void gate_forget_all(struct gate *g)
{
    size_t cursor = 0;
    uint64_t key;
    void *value;

    g->generation++;
    while (map_int_next(g->members, &cursor, &key, &value)) {
        struct member *m = value;

        m->loading = false;
        want(g, m);
    }
}

/* --- members --- */

struct member *gate_find(struct gate *g, int64_t member)
{
    return map_int_get(g->members, (uint64_t)member);
}

struct member *gate_join(struct gate *g, int64_t member, struct session *s)
{
    struct member *m = gate_find(g, member);

    if (m == NULL) {
        m = mem_zalloc(sizeof *m);
        m->id = member;
        list_init(&m->sessions);
        list_node_init(&m->in_wait);
        m->bits = m->first_bits;
        m->bit_words = 1;
        map_int_set(g->members, (uint64_t)member, m);
        want(g, m);
        loop_again(g->hub->loop);
    }
    list_append(&m->sessions, &s->in_member);
    s->member = m;
    return m;
}

static void member_free(struct gate *g, struct member *m)
{
    if (list_is_linked(&m->in_wait))
        list_remove(&g->waiting, &m->in_wait);
    gate_state_clear(m);
    if (m->bits != m->first_bits)
        mem_free(m->bits);
    mem_free(m);
}

void gate_leave(struct gate *g, struct session *s)
{
    struct member *m = s->member;

    if (m == NULL)
        return;
    list_remove(&m->sessions, &s->in_member);
    s->member = NULL;
    if (m->sessions.count == 0) {
        map_int_remove(g->members, (uint64_t)m->id);
        member_free(g, m);
    }
}

struct gate *gate_new(struct hub *h)
{
    struct gate *g = mem_zalloc(sizeof *g);

    g->hub = h;
    g->members = map_int_new();
    g->key_index = map_text_new();
    g->retry = loop_timer_new(h->loop, on_retry, g);
    list_init(&g->waiting);
    return g;
}

void gate_free(struct gate *g)
{
    size_t cursor = 0;
    uint64_t key;
    void *value;

    if (g == NULL)
        return;
    while (map_int_next(g->members, &cursor, &key, &value))
        member_free(g, value);
    map_int_free(g->members);
    for (size_t i = 0; i < g->key_count; i++)
        mem_free(g->keys[i]);
    mem_free(g->keys);
    map_text_free(g->key_index);
    loop_timer_free(g->retry);
    mem_free(g);
}

bool gate_is_idle(const struct gate *g)
{
    return g->waiting.count == 0 && g->loads == 0;
}

int gate_member_count(const struct gate *g)
{
    return (int)map_int_count(g->members);
}

const char *gate_key_purpose(const struct gate *g, int key)
{
    return key < 0 ? "?" : g->keys[key]->purpose->code;
}

void gate_prefetch(const struct session *s)
{
    __builtin_prefetch(s->member); /* a hint: any address is fine */
}
