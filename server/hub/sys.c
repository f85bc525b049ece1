/* sys.c -- a circular array of parsed entries. */
#include "hub/sys.h"

#include <string.h>

#include "io/json.h"
#include "base/mem.h"

enum { ENTRIES = 8192 };

struct sys_log {
    struct sys_entry entries[ENTRIES]; /* entry of seq at seq % ENTRIES */
    int64_t first, last;               /* remembered: first ... last; first > last: none */
};

static void entry_clear(struct sys_entry *e)
{
    mem_free(e->touched);
    for (size_t i = 0; i < e->end_count; i++) {
        mem_free(e->ends[i].stream);
        mem_free(e->ends[i].reason);
    }
    mem_free(e->ends);
    mem_free(e->object);
    mem_free(e->revoke_who);
    mem_free(e->revoke_token);
    mem_free(e->keep_token);
    mem_free(e->rights_who);
    memset(e, 0, sizeof *e);
}

static char *copy_text(const struct json *j)
{
    const char *text = json_text(j);

    return text == NULL ? NULL : mem_copy(text, strlen(text));
}

static size_t read_ids(const struct json *list, int64_t *out)
{
    size_t n = 0;

    for (const struct json *j = json_first(list); j != NULL; j = json_next(j))
        n += json_id(j, &out[n]);
    return n;
}

static void read_ends(struct sys_entry *e, const struct json *list)
{
    e->ends = json_count(list) == 0 ? NULL : mem_zalloc(json_count(list) * sizeof *e->ends);
    for (const struct json *j = json_first(list); j != NULL; j = json_next(j)) {
        struct sys_end *end = &e->ends[e->end_count];

        if (!json_id(json_member(j, "member"), &end->member) ||
            json_text(json_member(j, "stream")) == NULL)
            continue;
        end->stream = copy_text(json_member(j, "stream"));
        end->reason = copy_text(json_member(j, "reason"));
        if (end->reason == NULL)
            end->reason = mem_copy("ENDED", 5);
        e->end_count++;
    }
}

static void read_entry(struct sys_entry *e, const struct json *refs)
{
    const struct json *reload = json_member(refs, "reload"), *shown = json_member(refs, "shown");
    const struct json *revoke = json_member(refs, "revoke");
    size_t most = json_count(reload) + json_count(shown);

    e->touched = most == 0 ? NULL : mem_alloc(most * sizeof *e->touched);
    e->reload = e->touched;
    e->reload_count = most == 0 ? 0 : read_ids(reload, e->reload);
    e->shown = most == 0 ? NULL : e->touched + e->reload_count;
    e->shown_count = most == 0 ? 0 : read_ids(shown, e->shown);
    e->touched_count = e->reload_count + e->shown_count;
    read_ends(e, json_member(refs, "ends"));
    e->object = copy_text(json_member(refs, "object"));
    e->revoke_who = copy_text(json_member(revoke, "who"));
    (void)json_id(json_member(revoke, "family"), &e->revoke_family); /* absent: 0, all of them */
    e->revoke_token = copy_text(json_member(revoke, "token"));
    (void)json_id(json_member(revoke, "keep_family"), &e->keep_family); /* absent: 0 */
    e->keep_token = copy_text(json_member(revoke, "keep_token"));
    e->rights_who = copy_text(json_member(refs, "rights"));
    e->all = json_is_true(json_member(refs, "all"));
}

const struct sys_entry *sys_log_add(struct sys_log *l, int64_t seq, const char *refs)
{
    struct sys_entry *e = &l->entries[seq % ENTRIES];
    struct json *j = NULL;

    entry_clear(e);
    e->seq = seq;
    if (json_parse(refs, strlen(refs), &j, NULL) == ERR_OK)
        read_entry(e, j);
    else
        e->all = true; /* unreadable: whatever it was, everything is read again */
    json_free(j);
    l->last = seq;
    if (l->last - l->first >= ENTRIES)
        l->first = l->last - ENTRIES + 1;
    return e;
}

static bool touches(const struct sys_entry *e, const int64_t *ids, size_t count, const char *object)
{
    if (e->all || (object != NULL && e->object != NULL &&
                      (object[0] == '*' || strcmp(e->object, object) == 0)))
        return true;
    for (size_t i = 0; i < e->touched_count; i++) {
        for (size_t k = 0; k < count; k++) {
            if (e->touched[i] == ids[k])
                return true;
        }
    }
    return false;
}

enum node_touch sys_log_touched(
    const struct sys_log *l, int64_t after, const int64_t *ids, size_t count, const char *object)
{
    if (after + 1 < l->first)
        return TOUCH_UNKNOWN;
    for (int64_t seq = after + 1; seq <= l->last; seq++) {
        if (touches(&l->entries[seq % ENTRIES], ids, count, object))
            return TOUCH_YES;
    }
    return TOUCH_NO;
}

bool sys_entry_revokes(
    const struct sys_entry *e, const char *who, int64_t family, const char *token_id)
{
    if (e->revoke_who == NULL || strcmp(e->revoke_who, who) != 0)
        return false;
    if ((e->keep_family != 0 && e->keep_family == family) ||
        (e->keep_token != NULL && strcmp(e->keep_token, token_id) == 0))
        return false;
    return (e->revoke_family == 0 || e->revoke_family == family) &&
           (e->revoke_token == NULL || strcmp(e->revoke_token, token_id) == 0);
}

enum node_touch sys_log_revoked(
    const struct sys_log *l, int64_t after, const char *who, int64_t family, const char *token_id)
{
    if (after + 1 < l->first)
        return TOUCH_UNKNOWN;
    for (int64_t seq = after + 1; seq <= l->last; seq++) {
        const struct sys_entry *e = &l->entries[seq % ENTRIES];

        if (sys_entry_revokes(e, who, family, token_id))
            return TOUCH_YES;
        if (e->rights_who != NULL && strcmp(e->rights_who, who) == 0)
            return TOUCH_YES;
    }
    return TOUCH_NO;
}

void sys_log_restart(struct sys_log *l, int64_t seq)
{
    for (int i = 0; i < ENTRIES; i++)
        entry_clear(&l->entries[i]);
    l->first = seq + 1;
    l->last = seq;
}

struct sys_log *sys_log_new(void)
{
    struct sys_log *l = mem_zalloc(sizeof *l);

    l->first = 1;
    return l;
}

void sys_log_free(struct sys_log *l)
{
    if (l == NULL)
        return;
    sys_log_restart(l, 0);
    mem_free(l);
}
