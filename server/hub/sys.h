/* sys.h -- the memory of the last entries of the stream `sys`, and the question every late answer must ask: did an
 * entry after my snapshot touch what I show?
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hub/node.h"

struct sys_log;

struct sys_end {
    int64_t member;
    char *stream, *reason;
};

struct sys_entry {
    int64_t seq;
    int64_t *touched;
    size_t touched_count; /* reload and shown together */
    int64_t *reload;
    size_t reload_count; /* inside touched, first part */
    int64_t *shown;
    size_t shown_count; /* inside touched, second part */
    struct sys_end *ends;
    size_t end_count;
    char *object, *revoke_who, *revoke_token, *keep_token, *rights_who;
    int64_t revoke_family, keep_family;
    bool all;
};

/* Does it end the sign-in of `who` by this family (0: none) and token?  {"who","family"} ends a family, {"who","token"} a
 * token, {"who"} all of a principal's, {"who","keep_family"} and {"who","keep_token"} all but one.
 */
bool sys_entry_revokes(
    const struct sys_entry *e, const char *who, int64_t family, const char *token_id);

struct sys_log *sys_log_new(void);
void sys_log_free(struct sys_log *l);
void sys_log_restart(struct sys_log *l, int64_t seq); /* forgets all; the next entry is seq + 1 */
/* Adds the next entry from its refs (a JSON object); borrowed until it falls out of the memory. */
const struct sys_entry *sys_log_add(struct sys_log *l, int64_t seq, const char *refs);
/* object "*": any. */
enum node_touch sys_log_touched(
    const struct sys_log *l, int64_t after, const int64_t *ids, size_t count, const char *object);
enum node_touch sys_log_revoked(
    const struct sys_log *l, int64_t after, const char *who, int64_t family, const char *token_id);
