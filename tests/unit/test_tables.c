/* test_tables.c -- the rows of methods, events, purposes and jobs hold together. */
#include "club/all.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "club/asyncapi.h"
#include "club/describe.h"
#include "club/jobs.h"
#include "club/purposes.h"
#include "club/surface.h"
#include "hub/coalesce.h"
#include "io/json.h"
#include "base/buf.h"

enum { PLACEHOLDERS_MAX = 32, DEPTH_MAX = 6 };

static const char *at; /* which row is looked at, for messages */

#define CHECK(condition)                        \
    do {                                        \
        if (!(condition))                       \
            fail_msg("%s: %s", at, #condition); \
    } while (0)

static bool is_sentence(const char *text)
{
    return text != NULL && text[0] != '\0' && text[strlen(text) - 1] == '.';
}

static bool is_snake(const char *text, size_t length)
{
    return length > 0 && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_") >= length;
}

/* "noun.verb" */
static bool is_dotted(const char *name)
{
    const char *dot = strchr(name, '.');

    return dot != NULL && is_snake(name, (size_t)(dot - name)) &&
           is_snake(dot + 1, strlen(dot + 1));
}

static int count_fields(const struct field *shape)
{
    int count = 0;

    while (shape != NULL && shape[count].type != FIELD_TYPE_END)
        count++;
    return count;
}

static bool is_unnamed(const struct field *f)
{
    return f->name == NULL || f->name[0] == 0;
}

static bool has_word(const char *const *words, const char *word)
{
    for (; words != NULL && *words != NULL; words++) {
        if (strcmp(*words, word) == 0)
            return true;
    }
    return false;
}

/* --- shapes ---------------------------------------------------------------------------------- */

static void check_shape(const struct field *shape, bool is_params, int depth);

static void check_field(const struct field *f, bool is_params, int depth)
{
    CHECK(is_sentence(f->doc));
    CHECK(f->min <= f->max);
    CHECK((f->type == FIELD_TYPE_WORD) == (f->words != NULL));
    CHECK(f->type != FIELD_TYPE_WORD || f->words[0] != NULL);
    CHECK(!f->scalar_items || f->type == FIELD_TYPE_LIST);
    CHECK(f->type != FIELD_TYPE_LIST || f->fields != NULL || !is_params);
    CHECK(f->type != FIELD_TYPE_TEXT || f->max > 0);
    CHECK(f->type != FIELD_TYPE_LIST || f->max > 0);
    if (is_params)
        CHECK(!f->nullable && !f->open && f->type != FIELD_TYPE_ANY);
    if (f->scalar_items) {
        CHECK(count_fields(f->fields) == 1 && is_unnamed(f->fields));
        check_field(&f->fields[0], is_params, depth + 1);
    } else if (f->fields != NULL) {
        check_shape(f->fields, is_params, depth + 1);
    }
}

static void check_shape(const struct field *shape, bool is_params, int depth)
{
    int count = count_fields(shape);

    CHECK(depth < DEPTH_MAX);
    for (int i = 0; i < count; i++) {
        CHECK(is_snake(shape[i].name, strlen(shape[i].name)));
        CHECK(!is_params || depth > 0 || strcmp(shape[i].name, "idem") != 0);
        for (int k = 0; k < i; k++)
            CHECK(strcmp(shape[i].name, shape[k].name) != 0);
        check_field(&shape[i], is_params, depth);
    }
}

/* --- methods --------------------------------------------------------------------------------- */

static bool has_key(const struct method *m)
{
    return m->kind == METHOD_WRITE && !m->no_idem;
}

/* Each of $1 ... $n stands in the text, and no other. */
static void check_placeholders(const struct method *m, const char *sql)
{
    int expected = 1 + (has_key(m) ? 2 : 0) + m->context + count_fields(m->params);
    bool seen[PLACEHOLDERS_MAX] = {false};

    CHECK(expected < PLACEHOLDERS_MAX);
    for (const char *p = strchr(sql, '$'); p != NULL; p = strchr(p + 1, '$')) {
        int n = 0;

        for (const char *d = p + 1; *d >= '0' && *d <= '9'; d++)
            n = n * 10 + (*d - '0');
        CHECK(n >= 1 && n <= expected);
        seen[n] = true;
    }
    for (int n = 1; n <= expected; n++)
        CHECK(seen[n]);
}

static void check_coalescing(const struct method *m)
{
    bool found = m->coalesce != NULL && m->coalesce[0] == '\0';

    CHECK((m->coalesce != NULL) == (m->batch_sql != NULL));
    if (m->coalesce == NULL)
        return;
    CHECK(has_key(m));
    for (int i = 0; i < count_fields(m->params); i++)
        found = found || strcmp(m->params[i].name, m->coalesce) == 0;
    CHECK(found);
    CHECK(m->coalesce_lanes >= 0 && m->coalesce_lanes <= COALESCE_LANES_MAX);
    CHECK(m->coalesce_lanes == 0 || m->coalesce[0] != '\0');
    check_placeholders(m, m->batch_sql);
}

static bool names(const struct method *m, enum err wanted)
{
    for (const enum err *e = m->errors; e != NULL && *e != ERR_OK; e++) {
        if (*e == wanted)
            return true;
    }
    return false;
}

/* Who proves to be it is a person; the engine refuses, or a step that knows more, and the row says so. */
static void check_flags(const struct method *m)
{
    CHECK(!m->step_up || names(m, ERR_STEP_UP_REQUIRED));
    CHECK(!names(m, ERR_STEP_UP_REQUIRED) || m->step_up || m->steps != NULL);
    CHECK(!m->step_up || (m->who & (WHO_GUEST | WHO_SERVICE)) == 0);
    CHECK(!m->context || m->sql != NULL);
    for (int i = 0; i < count_fields(m->result); i++)
        CHECK(strcmp(m->result[i].name, "refused") != 0); /* that is an error (method.h) */
}

static void check_method(const struct method *m)
{
    CHECK(is_dotted(m->name));
    CHECK(is_sentence(m->doc));
    CHECK(m->since != NULL && m->since[0] != '\0');
    CHECK(m->who != 0);
    CHECK(m->result != NULL || m->kind == METHOD_NOTIFY);
    CHECK((m->sql == NULL) == (m->steps != NULL));
    CHECK(!m->barrier || m->kind == METHOD_WRITE);
    CHECK(!m->no_idem || m->kind == METHOD_WRITE);
    CHECK(m->kind != METHOD_READ || m->lane != LANE_WRITE || /* what staff reads is logged */
          (m->who & (WHO_STAFF | WHO_SERVICE)) != 0);
    CHECK(m->lane != LANE_NODE);
    CHECK(m->kind != METHOD_READ || m->publishes == NULL);
    CHECK(count_fields(m->params) <= SHAPE_FIELDS_MAX);
    check_shape(m->params, true, 0);
    check_shape(m->result, false, 0);
    if (m->sql != NULL)
        check_placeholders(m, m->sql);
    check_coalescing(m);
    check_flags(m);
    for (const char *const *type = m->publishes; type != NULL && *type != NULL; type++)
        CHECK(event_find(*type) != NULL);
    for (const enum err *e = m->errors; e != NULL && *e != ERR_OK; e++)
        CHECK(*e > ERR_LOST && *e < ERR_COUNT);
}

static void test_methods(void **state)
{
    size_t count;
    const struct method *const *rows = all_methods(&count);

    (void)state;
    assert_true(count > 20);
    for (size_t i = 0; i < count; i++) {
        at = rows[i]->name;
        check_method(rows[i]);
        CHECK(method_find(at, strlen(at)) == rows[i]); /* no other of that name */
        CHECK(i == 0 || strcmp(rows[i - 1]->name, at) < 0);
    }
    assert_null(method_find("feed", 4));
    assert_null(method_find("feed.post_more", 14));
    assert_null(method_find("", 0));
    assert_null(method_find("zzz", 3));
}

/* What takes a permission away answers when it is in force everywhere (domain.md 12.6). */
static void test_losses_wait(void **state)
{
    static const char *const losses[] = {"account.logout", "benefit.give", "consent.object",
        "consent.publish_text", "consent.refuse", "consent.unsubscribe", "consent.withdraw",
        "consent.withdraw_all", "family.leave", "family.remove", "family.set_member",
        "feed.comment_delete", "feed.comment_edit", "feed.delete", "feed.edit", "feed.report",
        "member.block", "member.suspend", "membership.leave", "mod.decide", "privacy.erase",
        "privacy.restrict", "profile.set", "tier.set"};

    (void)state;
    for (size_t i = 0; i < sizeof losses / sizeof losses[0]; i++) {
        const struct method *m = method_find(losses[i], strlen(losses[i]));

        at = losses[i];
        CHECK(m != NULL && m->barrier);
    }
}

/* The engine's own reasons; all others are named by a row. */
static void test_every_error_is_named(void **state)
{
    static const enum err own[] = {ERR_PARSE, ERR_INVALID_REQUEST, ERR_METHOD_NOT_FOUND,
        ERR_INVALID_PARAMS, ERR_INTERNAL, ERR_IDEM_MISMATCH, ERR_BUSY, ERR_UNAVAILABLE, ERR_TIMEOUT,
        ERR_STEP_UP_REQUIRED};
    bool named[ERR_COUNT] = {false};
    size_t count;
    const struct method *const *rows = all_methods(&count);

    (void)state;
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        named[own[i]] = true;
    for (size_t i = 0; i < count; i++) {
        for (const enum err *e = rows[i]->errors; e != NULL && *e != ERR_OK; e++)
            named[*e] = true;
    }
    for (int e = ERR_LOST + 1; e < ERR_COUNT; e++) {
        at = err_reason((enum err)e);
        CHECK(named[e]);
    }
}

/* --- events, purposes, jobs ------------------------------------------------------------------ */

static const struct gate_purpose *purpose_of(const char *code)
{
    for (const struct gate_purpose *p = purposes; p->code != NULL; p++) {
        if (strcmp(p->code, code) == 0)
            return p;
    }
    return NULL;
}

static void test_events(void **state)
{
    size_t count;
    const struct event_kind *const *kinds = all_events(&count);

    (void)state;
    assert_true(count > 5);
    for (size_t i = 0; i < count; i++) {
        const struct event_kind *k = kinds[i];

        at = k->type;
        CHECK(is_dotted(k->type) || strcmp(k->type, "incident") == 0);
        CHECK(is_sentence(k->doc));
        CHECK(event_find(k->type) == k);
        CHECK(k->gates != NULL && k->gates[0] != NULL);
        for (const char *const *g = k->gates; *g != NULL; g++)
            CHECK(purpose_of(*g) != NULL);
        CHECK(k->keep == KEEP_ALL || !k->voids);
        check_shape(k->refs, false, 0);
        check_shape(k->view, false, 0);
        for (int n = 0; n < count_fields(k->refs); n++)
            CHECK(strcmp(k->refs[n].name, "view") != 0);
    }
    assert_null(event_find("post"));
}

/* sys.changed never leaves the server, the others listed come from jobs; every other event is told by some method. */
static void test_every_event_is_published(void **state)
{
    static const char *const of_jobs[] = {"early.opening", "notify.added", "offer.opened",
        "offer.reminder", "offer.safety", "points.expiring", "queue.sealed", "sys.changed",
        "tier.warning", "voucher.expiring", "waitlist.position", NULL};
    size_t count, method_count;
    const struct event_kind *const *kinds = all_events(&count);
    const struct method *const *rows = all_methods(&method_count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        bool found = has_word(of_jobs, kinds[i]->type);

        at = kinds[i]->type;
        for (size_t n = 0; n < method_count; n++)
            found = found || has_word(rows[n]->publishes, kinds[i]->type);
        CHECK(found);
    }
}

static void test_purposes(void **state)
{
    uint64_t ids = 0;

    (void)state;
    for (const struct gate_purpose *p = purposes; p->code != NULL; p++) {
        at = p->code;
        CHECK(p->id >= 0 && p->id < 64);
        CHECK((ids >> p->id & 1) == 0);
        ids |= (uint64_t)1 << p->id;
        CHECK(purpose_of(p->code) == p);
        CHECK((p->statuses >> STATUS_ERASED & 1) == 0);
        CHECK((p->statuses == 0) == (p->basis == BASIS_ROLE));
        CHECK(p->basis != BASIS_LEGAL || (p->statuses >> STATUS_PENDING & 1) == 1);
    }
}

static void test_jobs(void **state)
{
    (void)state;
    for (const struct job *j = jobs; j->name != NULL; j++) {
        at = j->name;
        CHECK(is_snake(j->name, strlen(j->name)));
        CHECK(is_sentence(j->doc));
        CHECK(j->period_ms >= 100);
        for (const struct job *other = jobs; other != j; other++)
            CHECK(strcmp(other->name, j->name) != 0);
    }
}

/* --- the description ------------------------------------------------------------------------- */

static void test_description_is_json(void **state)
{
    struct json *j = NULL;
    struct buf b;
    size_t count;

    (void)state;
    buf_init(&b, 0);
    describe_print(&b);
    assert_int_equal(json_parse(b.bytes, b.length_bytes, &j, NULL), ERR_OK);
    (void)all_methods(&count);
    assert_int_equal(json_count(json_member(j, "methods")), count);
    assert_string_equal(json_text(json_member(json_first(json_member(j, "methods")), "name")),
        "account.email_change");
    (void)all_events(&count);
    assert_int_equal(json_count(json_member(j, "events")), count);
    assert_int_equal(json_count(json_member(j, "errors")), ERR_COUNT - ERR_LOST - 1);
    assert_int_equal(b.bytes[b.length_bytes - 1], '\n');
    json_free(j);
    buf_done(&b);
}

/* Every row is there, and what is referred to is there too. */
static void check_refs(const struct json *root, const struct json *j)
{
    const char *ref = json_text(json_member(j, "$ref"));

    if (ref != NULL) {
        const struct json *there = root;
        char path[200], *rest = path;

        at = ref;
        CHECK(strncmp(ref, "#/", 2) == 0 && strlen(ref) < sizeof path);
        snprintf(path, sizeof path, "%s", ref + 2);
        for (char *name; (name = strsep(&rest, "/")) != NULL;)
            there = json_member(there, name);
        CHECK(there != NULL);
    }
    if (json_type_of(j) != JSON_OBJECT && json_type_of(j) != JSON_LIST)
        return;
    for (const struct json *i = json_first(j); i != NULL; i = json_next(i))
        check_refs(root, i);
}

static void test_asyncapi_is_whole(void **state)
{
    struct json *j = NULL;
    struct buf b;
    size_t count, more;

    (void)state;
    buf_init(&b, 0);
    asyncapi_print(&b);
    assert_int_equal(json_parse(b.bytes, b.length_bytes, &j, NULL), ERR_OK);
    check_refs(j, j);
    (void)all_methods(&count);
    (void)all_events(&more);
    for (const struct surface_message *m = surface_messages; m->name != NULL; m++)
        count++;
    assert_int_equal(json_count(json_member(j, "operations")), count - 1 + more + 3);
    assert_int_equal(b.bytes[b.length_bytes - 1], '\n');
    json_free(j);
    buf_done(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_methods),
        cmocka_unit_test(test_losses_wait),
        cmocka_unit_test(test_every_error_is_named),
        cmocka_unit_test(test_events),
        cmocka_unit_test(test_every_event_is_published),
        cmocka_unit_test(test_purposes),
        cmocka_unit_test(test_jobs),
        cmocka_unit_test(test_description_is_json),
        cmocka_unit_test(test_asyncapi_is_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
