/* world.c -- the club of a script, its people, and the facts a script starts from. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/crypto.h"
#include "io/db.h"
#include "io/password.h"
#include "base/buf.h"
#include "base/id.h"
#include "fleet.h"

#include "planted.h"
#include "stage.h"
#include "talk.h"

enum {
    MESSAGE_BYTES = 600,
    VALUE_BYTES = 40,
    WORLD_BYTES_MAX = 1 << 20,
    KEY_BYTES = 20,
    LONG_LETTERS = 9000
};

static const char *const roles[] = {
    "agent", "moderator", "editor", "manager", "analyst", "privacy", "admin", NULL};

/* Name of a service and the scope of its key. */
static const char *const services[][2] = {{"till", "pos"}, {"booking", "booking"}, {"crm", "crm"},
    {"mailer", "mailer"}, {"partner", "partner"}, {"ops", "ops"}, {NULL, NULL}};

#define PASSWORD "correct horse battery"

/* --- statements ------------------------------------------------------------------------------ */

/* A statement with up to four texts. */
static bool ask(struct stage *s,
    const char *sql,
    const char *const args[4],
    const char **out_value,
    struct problem *problem)
{
    struct db_sync *d = fleet_db(s->fleet);
    char message[MESSAGE_BYTES];
    int count = 0;

    while (count < 4 && args[count] != NULL)
        count++;
    if (db_sync_run(d, sql, count, args, message, sizeof message) != ERR_OK)
        return problem_set(problem, "the database says: %s", message);
    snprintf(s->value, sizeof s->value, "%s",
        db_sync_value(d, 0, 0) != NULL ? db_sync_value(d, 0, 0) : "");
    *out_value = s->value;
    return true;
}

bool world_ask(
    struct stage *s, const char *sql, const char **out_value, struct problem *out_problem)
{
    const char *const none[4] = {NULL};

    return ask(s, sql, none, out_value, out_problem);
}

static const char *var(const struct stage *s, const char *name, char out[VALUE_BYTES])
{
    struct buf b;

    buf_init(&b, 0);
    vars_expand(&s->vars, name, &b);
    snprintf(out, VALUE_BYTES, "%s", b.bytes);
    buf_done(&b);
    return out;
}

bool world_install(struct stage *s, struct problem *out_problem)
{
    FILE *file = fopen("tests/wire/world.sql", "re");
    const char *value;
    struct buf b;
    char *room;
    bool ok;

    if (file == NULL)
        return problem_set(out_problem, "tests/wire/world.sql: run from the top folder");
    buf_init(&b, 0);
    room = buf_reserve(&b, WORLD_BYTES_MAX);
    b.length_bytes = fread(room, 1, WORLD_BYTES_MAX - 1, file);
    room[b.length_bytes] = '\0';
    (void)fclose(file);
    ok = world_ask(s, b.bytes, &value, out_problem);
    buf_done(&b);
    return ok;
}

/* $long: a text of 9,000 letters, two bytes each. */
static void set_long(struct stage *s)
{
    struct buf b;

    buf_init(&b, 0);
    for (int i = 0; i < LONG_LETTERS; i++)
        buf_add_text(&b, "\xc3\xa5"); /* å */
    vars_set_text(&s->vars, "long", b.bytes);
    buf_done(&b);
}

bool world_begin(struct stage *s, struct problem *out_problem)
{
    char run[VALUE_BYTES / 2], slug[VALUE_BYTES];
    const char *value;

    snprintf(run, sizeof run, "%03d", s->number);
    snprintf(slug, sizeof slug, "wire-%s", run);
    vars_set_text(&s->vars, "run", run);
    vars_set_text(&s->vars, "password", PASSWORD);
    vars_set_text(&s->vars, "network", fleet_network(s->fleet));
    set_long(s);
    const char *const club[4] = {slug, "open"};

    if (!ask(s, "select wire.club($1, $2)", club, &value, out_problem))
        return false;
    vars_set_text(&s->vars, "club", value);
    snprintf(slug, sizeof slug, "%s", value);
    const char *const fjords[4] = {slug};

    if (!ask(s, "select wire.category($1, 'fjords')", fjords, &value, out_problem))
        return false;
    vars_set_text(&s->vars, "category", value);
    return true;
}

void world_end(struct stage *s)
{
    db_sync_close(s->lock);
    s->lock = NULL;
}

/* --- people ---------------------------------------------------------------------------------- */

static const char *phc(void)
{
    static char text[PASSWORD_PHC_BYTES];

    if (text[0] == '\0' && !password_hash(PASSWORD, strlen(PASSWORD), text))
        abort();
    return text;
}

/* "moderator2" is a second moderator. */
static bool is_role(const char *name)
{
    size_t length = strcspn(name, "0123456789");

    for (int i = 0; roles[i] != NULL; i++) {
        if (strlen(roles[i]) == length && strncmp(roles[i], name, length) == 0)
            return true;
    }
    return false;
}

static const char *scope_of(const char *name)
{
    for (int i = 0; services[i][0] != NULL; i++) {
        if (strcmp(services[i][0], name) == 0)
            return services[i][1];
    }
    return NULL;
}

static void name_person(
    struct stage *s, const struct person *p, const char *suffix, const char *value)
{
    char name[2 * NAME_BYTES];

    snprintf(name, sizeof name, "%s%s", p->name, suffix);
    planted_text(s->planted, suffix[0] == '_' ? suffix + 1 : suffix, value);
    vars_set_text(&s->vars, name, value);
}

static bool make_service(struct stage *s, struct person *p, struct problem *problem)
{
    uint8_t random[KEY_BYTES];
    char service[2 * NAME_BYTES], scopes[NAME_BYTES];
    const char *value;

    crypto_random(random, sizeof random);
    crypto_hex(random, sizeof random, p->key);
    snprintf(service, sizeof service, "%s_%03d", p->name, s->number);
    snprintf(scopes, sizeof scopes, "{%s}", scope_of(p->name));
    const char *const args[4] = {service, scopes, p->key};

    name_person(s, p, "_key", p->key);
    return ask(s, "select lib.apikey_new($1, $2::text[], sha256(convert_to($3, 'UTF8')))", args,
        &value, problem);
}

static bool make_account(struct stage *s, struct person *p, struct problem *problem)
{
    char club[VALUE_BYTES], run[VALUE_BYTES], token[1024], text[3 * VALUE_BYTES];
    const char *const args[4] = {var(s, "$club", club), p->name, var(s, "$run", run), phc()};
    const char *value;

    if (!ask(s,
            p->kind == PERSON_MEMBER ? "select wire.member($1, $2, $3, $4)"
                                     : "select wire.staff($1, $2, $3, $4)",
            args, &value, problem))
        return false;
    name_person(s, p, "", value);
    if (!id_parse(value, strlen(value), &p->id))
        return problem_set(problem, "%s has no id", p->name);
    snprintf(text, sizeof text, "%s_%s", p->name, run);
    name_person(s, p, "_handle", text);
    actor_outside_token(s, text, token);
    name_person(s, p, "_outside", token);
    snprintf(text, sizeof text, "%s_%s@example.org", p->name, run);
    name_person(s, p, "_email", text);
    actor_token(s, p, 3600, token);
    name_person(s, p, "_token", token);
    return true;
}

struct person *world_person(struct stage *s, const char *name, struct problem *out_problem)
{
    struct person *p;

    for (size_t i = 0; i < s->people_count; i++) {
        if (strcmp(s->people[i].name, name) == 0)
            return &s->people[i];
    }
    if (s->people_count == PEOPLE_MAX) {
        problem_set(out_problem, "too many people");
        return NULL;
    }
    p = &s->people[s->people_count++];
    memset(p, 0, sizeof *p);
    snprintf(p->name, sizeof p->name, "%s", name);
    if (strncmp(name, "guest", 5) == 0)
        return p;
    p->kind = is_role(name)            ? PERSON_STAFF
              : scope_of(name) != NULL ? PERSON_SERVICE
                                       : PERSON_MEMBER;
    return (p->kind == PERSON_SERVICE ? make_service(s, p, out_problem)
                                      : make_account(s, p, out_problem))
               ? p
               : NULL;
}

/* --- facts ----------------------------------------------------------------------------------- */

/* "club vip takes applications": a further club, known as $vip. */
static bool given_club(struct stage *s, const char *fact, struct problem *problem)
{
    char name[NAME_BYTES] = "", known[NAME_BYTES + 2], slug[2 * NAME_BYTES], club[VALUE_BYTES];
    const char *value;
    int length = 0;

    if (strncmp(fact, "the club ", 9) == 0) {
        snprintf(name, sizeof name, "club");
        fact += 9;
    } else if (sscanf(fact, "club %30[a-z]%n", name, &length) == 1) {
        fact += length + (fact[length] == ' ');
    }
    snprintf(known, sizeof known, "$%s", name);
    if (strcmp(var(s, known, club), known) == 0) {
        snprintf(slug, sizeof slug, "%s-%03d", name, s->number);
        const char *const args[4] = {slug, "open"};

        if (!ask(s, "select wire.club($1, $2)", args, &value, problem))
            return false;
        vars_set_text(&s->vars, name, value);
        var(s, known, club);
    }
    const char *const args[4] = {club, fact};

    return fact[0] == '\0' || ask(s, "select wire.given_club($1, $2)", args, &value, problem);
}

static bool lock_member(struct stage *s, const struct person *p, struct problem *problem)
{
    char sql[200], message[MESSAGE_BYTES];

    if (s->lock == NULL)
        s->lock = fleet_db_new(s->fleet);
    snprintf(sql, sizeof sql, "begin; select from member where member_id = %" PRId64 " for update",
        p->id);
    return db_sync_run(s->lock, sql, 0, NULL, message, sizeof message) == ERR_OK ||
           problem_set(problem, "the database says: %s", message);
}

bool world_given(struct stage *s, const char *fact, struct problem *out_problem)
{
    char name[NAME_BYTES] = "", id[ID_TEXT_BYTES], club[VALUE_BYTES];
    const char *value;
    struct person *p;
    int length = 0;

    if (strncmp(fact, "the club ", 9) == 0 || strncmp(fact, "club ", 5) == 0)
        return given_club(s, fact, out_problem);
    if (strcmp(fact, "nothing is locked") == 0) {
        world_end(s);
        return true;
    }
    if (sscanf(fact, "%30[^ ] %n", name, &length) != 1 || length == 0)
        return problem_set(out_problem, "given whom, what?");
    if (strcmp(name, "text") == 0) {
        const char *const args[4] = {fact + length};

        return ask(s, "select wire.publish_text($1)", args, &value, out_problem);
    }
    if (strchr(name, '.') != NULL) {
        const char *const args[4] = {name, fact + length};

        return ask(s, "select wire.given_method($1, $2)", args, &value, out_problem);
    }
    p = world_person(s, name, out_problem);
    if (p == NULL)
        return false;
    if (fact[length] == '\0')
        return true;
    if (strcmp(fact + length, "is locked") == 0)
        return lock_member(s, p, out_problem);
    id_print(p->id, id);
    const char *const args[4] = {id, var(s, "$club", club), fact + length};

    return ask(s, "select wire.given_member($1, $2, $3)", args, &value, out_problem);
}
