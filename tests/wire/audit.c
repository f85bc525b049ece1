/* audit.c -- looks for the row of a call in the audit log. */
#include "audit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "io/json.h"

#include "protocol.h"
#include "stage.h"

const char *audit_member(const struct json *params)
{
    const char *member = json_text(json_member(params, "member"));

    for (const struct json *p = json_first(params); member == NULL && p != NULL; p = json_next(p)) {
        if (json_type_of(p) == JSON_LIST)
            member = json_text(json_member(json_first(p), "member"));
    }
    return member;
}

static void print_principal(const struct stage *s, const struct person *p, char out[80])
{
    if (p->kind == PERSON_STAFF)
        snprintf(out, 80, "s:%" PRId64, p->id);
    else
        snprintf(out, 80, "v:%s_%03d", p->name, s->number);
}

bool audit_check(struct stage *s,
    const struct actor *a,
    const char *method,
    const char *member,
    struct problem *out_problem)
{
    char principal[80], sql[400];
    const char *found;

    if (a->person->kind != PERSON_STAFF && a->person->kind != PERSON_SERVICE)
        return true;
    if (strspn(member, "0123456789") != strlen(member))
        return true;
    print_principal(s, a->person, principal);
    snprintf(sql, sizeof sql,
        "select exists (select from club.audit_log where actor = '%s' and action = '%s' and "
        "subject_member = %s)",
        principal, method, member);
    if (!world_ask(s, sql, &found, out_problem))
        return false;
    if (strcmp(found, "t") != 0)
        return problem_set(
            out_problem, "%s by %s left no row about member %s", method, principal, member);
    protocol_note_audited(s->protocol, method);
    return true;
}
