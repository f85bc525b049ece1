/* script.c -- lines of a script to what they do. */
#include "script.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "io/json.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "client.h"
#include "coverage.h"
#include "fleet.h"

#include "match.h"
#include "stage.h"
#include "talk.h"

enum {
    LINE_BYTES = 70000,
    SILENT_MS = 300,
    CLOSE_MS = 10000,
    END_MS = 50,
    SIGNALS_PASSED_OVER = 10
};

static bool fails(struct problem *p, const char *what)
{
    return problem_set(p, "%s", what);
}

static void pause_ms(long ms)
{
    struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

    (void)nanosleep(&t, NULL);
}

/* --- replies --------------------------------------------------------------------------------- */

/* "{partial result}" or "!REASON {partial error}" against the reply. */
static bool match_reply(
    struct stage *s, const char *expected, const struct json *reply, struct problem *problem)
{
    const struct json *error = json_member(reply, "error");
    const struct json *places[3] = {json_member(reply, "result"), NULL, NULL};
    const char *reason = json_text(json_member(json_member(error, "data"), "reason"));
    size_t length = expected[0] == '!' ? strcspn(expected + 1, " ") : 0;
    struct json *want = NULL;
    struct buf got;
    bool ok;

    buf_init(&got, 0);
    json_print(reply, &got);
    if (expected[0] == '!') {
        if (reason == NULL || strlen(reason) != length ||
            strncmp(reason, expected + 1, length) != 0)
            problem_set(problem, "expected %.*s, got %.900s", (int)length, expected + 1, got.bytes);
        expected += 1 + length;
        expected += strspn(expected, " ");
        places[0] = json_member(error, "data");
        places[1] = error;
    } else if (error != NULL) {
        problem_set(problem, "refused: %.900s", got.bytes);
    }
    buf_done(&got);
    if (problem->text[0] != '\0')
        return false;
    if (expected[0] == '\0')
        return true;
    if (json_parse(expected, strlen(expected), &want, NULL) != ERR_OK)
        return problem_set(problem, "the script's JSON is wrong: %.300s", expected);
    ok = match_members(want, places, 2, &s->vars, problem);
    json_free(want);
    return ok;
}

static bool line_reply(
    struct stage *s, struct actor *a, const char *expected, struct problem *problem)
{
    struct arrived *m = actor_reply(s, a, false);
    bool ok;

    if (m == NULL)
        return problem_set(problem, "%s got no reply", a->name);
    if (isdigit((unsigned char)expected[0]))
        ok = m->status == strtol(expected, NULL, 10) || problem_set(problem, "HTTP %d", m->status);
    else if (m->json == NULL)
        ok = problem_set(problem, "HTTP %d", m->status);
    else
        ok = match_reply(s, expected, m->json, problem);
    arrived_free(m);
    return ok;
}

/* The next reply, whatever it answers: the whole envelope is compared. */
static bool line_raw_reply(
    struct stage *s, struct actor *a, const char *expected, struct problem *problem)
{
    struct arrived *m = actor_reply(s, a, true);
    struct json *want = NULL;
    bool ok;

    if (m == NULL || m->json == NULL) {
        arrived_free(m);
        return problem_set(problem, "%s got no reply", a->name);
    }
    ok = json_parse(expected, strlen(expected), &want, NULL) == ERR_OK ||
         problem_set(problem, "the script's JSON is wrong: %.300s", expected);
    ok = ok && match_value(want, m->json, &s->vars, problem);
    json_free(want);
    arrived_free(m);
    return ok;
}

/* --- pushes and closing ---------------------------------------------------------------------- */

/* "type {partial}": members are looked for in data, in data.view, then beside them.  Streams do not wait for each other:
 * where the script names one, what came on others is left for later lines.
 */
/* Does the push say so?  want NULL: anything. */
static bool push_fits(
    struct stage *s, const struct arrived *m, const struct json *want, struct problem *problem)
{
    const struct json *params = json_member(m->json, "params");
    const struct json *data = json_member(params, "data");
    const struct json *places[3] = {data, json_member(data, "view"), params};

    return want == NULL || match_members(want, places, 3, &s->vars, problem);
}

/* Signals are told again and come in any order: those that do not fit are passed over. */
static bool line_push(
    struct stage *s, struct actor *a, const char *expected, struct problem *problem)
{
    size_t length = strcspn(expected, " ");
    char type[NAME_BYTES * 2];
    struct json *want = NULL;
    struct arrived *m;
    struct buf stream;
    bool fits = false;

    snprintf(type, sizeof type, "%.*s", (int)length, expected);
    expected += length + strspn(expected + length, " ");
    if (expected[0] != '\0' && json_parse(expected, strlen(expected), &want, NULL) != ERR_OK)
        return problem_set(problem, "the script's JSON is wrong: %.300s", expected);
    buf_init(&stream, 0);
    if (json_text(json_member(want, "stream")) != NULL)
        vars_expand(&s->vars, json_text(json_member(want, "stream")), &stream);
    buf_add(&stream, "", 1);
    for (int tries = strcmp(type, "signal") == 0 ? SIGNALS_PASSED_OVER : 1; !fits && tries > 0;
         tries--) {
        problem->text[0] = '\0';
        m = actor_push(s, a, type, stream.bytes, problem);
        fits = m != NULL && push_fits(s, m, want, problem);
        if (m == NULL)
            tries = 0;
        arrived_free(m);
    }
    buf_done(&stream);
    json_free(want);
    return fits;
}

static bool line_silent(struct stage *s, struct actor *a, struct problem *problem)
{
    int64_t until_ms = clock_mono().ms + SILENT_MS;
    struct buf b;

    while (clock_mono().ms < until_ms && actor_read(s, a, 50))
        continue;
    if (actor_unseen(a) == NULL)
        return true;
    buf_init(&b, 0);
    json_print(actor_unseen(a)->json, &b);
    problem_set(problem, "%s is not silent: %.900s", a->name, b.bytes);
    buf_done(&b);
    return false;
}

static bool line_closed(struct stage *s, struct actor *a, int code, struct problem *problem)
{
    int64_t until_ms = clock_mono().ms + CLOSE_MS;

    if (a->client == NULL)
        return problem_set(problem, "%s was never connected", a->name);
    while (clock_mono().ms < until_ms && actor_read(s, a, 100))
        continue;
    if (client_close_code(a->client) == code)
        return true;
    return problem_set(problem, "%s: closed with %d (0: still open), expected %d", a->name,
        client_close_code(a->client), code);
}

/* --- signing in ------------------------------------------------------------------------------ */

static bool call(struct stage *s,
    struct actor *a,
    const char *method,
    const char *params,
    const char *expected,
    struct problem *problem)
{
    struct buf b, c;
    bool ok;

    buf_init(&b, 0);
    buf_init(&c, 0);
    vars_expand(&s->vars, params, &b);
    vars_expand(&s->vars, expected, &c);
    ok = actor_send(s, a, method, b.bytes, problem) && line_reply(s, a, c.bytes, problem);
    buf_done(&b);
    buf_done(&c);
    return ok;
}

static bool authenticate(
    struct stage *s, struct actor *a, const char *token, struct problem *problem)
{
    char params[1200];

    snprintf(params, sizeof params, "{\"token\":\"%s\"}", token);
    vars_forget(&s->vars, "streams");
    vars_forget(&s->vars, "epoch");
    return call(
        s, a, "session.auth", params, "{\"streams\":\"$streams\",\"epoch\":\"$epoch\"}", problem);
}

/* With an Origin header, as browsers send it. */
static bool connect_from(
    struct stage *s, struct actor *a, const char *origin, struct problem *problem)
{
    struct client_options o = actor_address(s, a, origin, NULL);
    int status = 0;

    actor_done(a);
    a->client = client_open(&o, &status);
    a->coverage = coverage_new();
    return a->client != NULL || problem_set(problem, "HTTP %d", status);
}

/* Every number of the stream up to `seq` has come, as an event or as a skip. */
static bool has_all(
    struct stage *s, struct actor *a, const char *stream, int seq, struct problem *problem)
{
    int64_t until_ms = clock_mono().ms + CLOSE_MS;
    int64_t position = coverage_position(a->coverage, stream, NULL);

    while (position < seq && clock_mono().ms < until_ms && actor_read(s, a, 100))
        position = coverage_position(a->coverage, stream, NULL);
    return position == seq || problem_set(problem, "%s has %lld", a->name, (long long)position);
}

static bool sign_in(struct stage *s, struct actor *a, int seconds, struct problem *problem)
{
    char token[1024], header[128];

    if (a->person->kind == PERSON_SERVICE) {
        snprintf(header, sizeof header, "Key %s", a->person->key);
        return actor_connect(s, a, header, problem);
    }
    actor_token(s, a->person, seconds, token);
    return actor_connect(s, a, NULL, problem) && authenticate(s, a, token, problem);
}

/* Subscribes to all that the sign-in offered. */
static bool subscribe_all(struct stage *s, struct actor *a, struct problem *problem)
{
    struct json *streams = NULL;
    struct buf names, params;
    bool ok;

    buf_init(&names, 0);
    buf_init(&params, 0);
    vars_expand(&s->vars, "\"$streams\"", &names);
    ok = json_parse(names.bytes, names.length_bytes, &streams, NULL) == ERR_OK;
    buf_add_text(&params, "{\"streams\":[");
    for (const struct json *j = json_first(streams); j != NULL; j = json_next(j))
        buf_printf(
            &params, "%s{\"stream\":\"%s\"}", j == json_first(streams) ? "" : ",", json_text(j));
    buf_add_text(&params, "]}");
    ok = ok && call(s, a, "stream.subscribe_many", params.bytes, "{}", problem);
    json_free(streams);
    buf_done(&names);
    buf_done(&params);
    return ok;
}

/* With the password; $alice_access and $alice_refresh are the newest tokens afterwards. */
static bool log_in(struct stage *s, struct actor *a, struct problem *problem)
{
    const char *name = a->person->name;
    char params[200], access[60], refresh[60], token[1100];
    struct buf b;

    snprintf(access, sizeof access, "%s_access", name);
    snprintf(refresh, sizeof refresh, "%s_refresh", name);
    vars_forget(&s->vars, access);
    vars_forget(&s->vars, refresh);
    snprintf(params, sizeof params, "{\"email\":\"$%s_email\",\"password\":\"$password\"}", name);
    snprintf(token, sizeof token, "{\"token\":\"$%s\",\"refresh_token\":\"$%s\"}", access, refresh);
    if (!actor_connect(s, a, NULL, problem) || !call(s, a, "account.login", params, token, problem))
        return false;
    snprintf(token, sizeof token, "$%s", access);
    buf_init(&b, 0);
    vars_expand(&s->vars, token, &b);
    snprintf(token, sizeof token, "%s", b.bytes);
    buf_done(&b);
    return authenticate(s, a, token, problem);
}

/* --- lines ----------------------------------------------------------------------------------- */

static bool line_call(struct stage *s, struct actor *a, const char *text, struct problem *problem)
{
    size_t length = strcspn(text, " ");
    char method[NAME_BYTES * 2];

    snprintf(method, sizeof method, "%.*s", (int)length, text);
    text += length + strspn(text + length, " ");
    return actor_send(s, a, method, text[0] == '\0' ? "{}" : text, problem);
}

static bool connect_ticket(
    struct stage *s, struct actor *a, const char *ticket, struct problem *problem)
{
    char path[200];
    struct buf b;

    buf_init(&b, 0);
    vars_expand(&s->vars, ticket, &b);
    snprintf(path, sizeof path, "/v1?ticket=%s", b.bytes);
    buf_done(&b);
    struct client_options o = actor_address(s, a, NULL, path);

    actor_done(a);
    a->client = client_open(&o, NULL);
    if (a->client == NULL)
        return fails(problem, "not let in");
    a->coverage = coverage_new();
    return true;
}

/* "joins", "signs in for 5 s", "closed 4401" ... */
static bool line_verb(struct stage *s, struct actor *a, const char *text, struct problem *problem)
{
    char header[1100], token[1024];
    struct problem turned_away = {.text = ""};
    char stream[NAME_BYTES];
    int number = 3600;

    if (strcmp(text, "joins") == 0)
        return sign_in(s, a, number, problem) && subscribe_all(s, a, problem);
    if (strcmp(text, "signs in") == 0 || sscanf(text, "signs in for %d s", &number) == 1)
        return sign_in(s, a, number, problem);
    if (strcmp(text, "logs in") == 0)
        return log_in(s, a, problem);
    if (strcmp(text, "connects") == 0)
        return actor_connect(s, a, NULL, problem);
    if (strcmp(text, "connects with a token") == 0) {
        actor_token(s, a->person, number, token);
        snprintf(header, sizeof header, "Bearer %s", token);
        return actor_connect(s, a, header, problem);
    }
    if (strncmp(text, "connects with ticket ", 21) == 0)
        return connect_ticket(s, a, text + 21, problem);
    if (strncmp(text, "sends ", 6) == 0)
        return actor_send_odd(a, text + 6, problem);
    if (strncmp(text, "is turned away from ", 20) == 0)
        return !connect_from(s, a, text + 20, &turned_away) || fails(problem, "let in");
    if (strncmp(text, "connects from ", 14) == 0)
        return connect_from(s, a, text + 14, problem);
    if (sscanf(text, "has all of %39[^ ] up to %d", stream, &number) == 2 && a->coverage != NULL)
        return has_all(s, a, stream, number, problem);
    if (strcmp(text, "leaves") == 0) {
        actor_done(a);
        return true;
    }
    if (strcmp(text, "silent") == 0)
        return line_silent(s, a, problem);
    if (sscanf(text, "closed %d", &number) == 1)
        return line_closed(s, a, number, problem);
    return problem_set(problem, "nobody knows what \"%s\" means", text);
}

static bool line_actor(struct stage *s, const char *name, const char *text, struct problem *problem)
{
    struct actor *a = actor_of(s, name, problem);

    if (a == NULL)
        return false;
    if (strncmp(text, ">> ", 3) == 0)
        return actor_send_raw(s, a, text + 3, problem);
    if (strncmp(text, "<< ", 3) == 0)
        return line_raw_reply(s, a, text + 3, problem);
    if (strncmp(text, "> ", 2) == 0)
        return line_call(s, a, text + 2, problem);
    if (strncmp(text, "< ", 2) == 0)
        return line_reply(s, a, text + 2, problem);
    if (strncmp(text, "! ", 2) == 0)
        return line_push(s, a, text + 2, problem);
    return line_verb(s, a, text, problem);
}

/* "owner > select …" and "owner < value": the first value of the answer. */
static bool line_owner(struct stage *s, const char *text, struct problem *problem)
{
    const char *arrow = strstr(text, " => ");
    char *sql = mem_copy(text + 2, strlen(text) - 2);
    const char *value = "";
    bool ok;

    if (arrow != NULL)
        sql[arrow - text - 2] = '\0';
    ok = strncmp(text, "> ", 2) == 0 ? world_ask(s, sql, &value, problem)
                                     : fails(problem, "owner > select ... => value");
    if (ok && arrow != NULL && arrow[4] == '$')
        vars_set_text(&s->vars, arrow + 5, value);
    else if (ok && arrow != NULL && strcmp(arrow + 4, value) != 0)
        ok = problem_set(problem, "expected %s, got %s", arrow + 4, value);
    mem_free(sql);
    return ok;
}

static bool line_once(struct stage *s, const char *line, struct problem *problem)
{
    size_t length = strcspn(line, " ");
    char word[NAME_BYTES];
    const char *rest = line + length + strspn(line + length, " ");

    snprintf(word, sizeof word, "%.*s", (int)length, line);
    if (strcmp(word, "given") == 0)
        return world_given(s, rest, problem);
    if (strcmp(word, "http") == 0)
        return post_line(s, rest, problem);
    if (strcmp(word, "server") == 0)
        return servers_line(s, rest, problem);
    if (strcmp(word, "database") == 0)
        return servers_database(s, rest, problem);
    if (strcmp(word, "owner") == 0)
        return line_owner(s, rest, problem);
    if (strcmp(word, "wait") == 0) {
        pause_ms(strtol(rest, NULL, 10));
        return true;
    }
    return line_actor(s, word, rest, problem);
}

/* With the variables in it, and as often as "11 times" says. */
static bool line_play(struct stage *s, const char *line, struct problem *problem)
{
    int times = 1, length = 0;
    bool ok = true;

    if (sscanf(line, "%d times %n", &times, &length) != 1 || length == 0)
        times = 1;
    for (int i = 0; i < times && ok; i++) {
        struct buf b;

        buf_init(&b, 0);
        vars_expand(&s->vars, line + length, &b);
        ok = line_once(s, b.bytes, problem);
        buf_done(&b);
    }
    if (s->problem.text[0] != '\0' && ok)
        ok = problem_set(problem, "%s", s->problem.text);
    return ok;
}

/* --- the file -------------------------------------------------------------------------------- */

/* Cuts the comment and the white space at the end. */
static void trim(char *line)
{
    char *comment = line[0] == '#' ? line : strstr(line, "  # ");
    size_t length;

    if (comment != NULL)
        *comment = '\0';
    length = strlen(line);
    while (length > 0 && isspace((unsigned char)line[length - 1]))
        line[--length] = '\0';
}

/* The next whole line: one that begins with white space goes on the line before it. */
static bool next_line(FILE *file, struct buf *out, int *number)
{
    static char line[LINE_BYTES];
    int c = ' ';

    buf_clear(out);
    while ((out->length_bytes == 0 || c == ' ' || c == '\t') &&
           fgets(line, sizeof line, file) != NULL) {
        ++*number;
        trim(line);
        if (line[0] != '\0' && out->length_bytes > 0)
            buf_add_char(out, ' ');
        buf_add_text(out, line + strspn(line, " \t"));
        c = getc(file);
        if (c != EOF)
            (void)ungetc(c, file);
    }
    return out->length_bytes > 0;
}

/* Everybody who speaks is there before anybody does. */
static bool invite(struct stage *s, FILE *file, struct problem *problem)
{
    char name[NAME_BYTES];
    struct buf b;
    int number = 0;
    bool ok = true;

    buf_init(&b, 0);
    while (ok && next_line(file, &b, &number)) {
        const char *line = b.bytes;
        int skipped = 0;

        if (sscanf(line, "%*d times %n", &skipped) == 0 && skipped > 0)
            line += skipped;
        if (sscanf(line, "%31[a-z0-9]", name) == 1 && actor_is_name(name))
            ok = world_person(s, name, problem) != NULL;
    }
    buf_done(&b);
    rewind(file);
    return ok;
}

/* What nobody looked at must be well-formed too, and calls nobody waited for must have gone well. */
static bool settle(struct stage *s, struct problem *problem)
{
    bool ok = true;

    for (size_t i = 0; i < s->actor_count && ok; i++) {
        struct actor *a = &s->actors[i];

        while (ok && a->asked_count > 0)
            ok = line_reply(s, a, "", problem);
        (void)actor_read(s, a, END_MS);
    }
    if (s->problem.text[0] != '\0' && ok)
        ok = problem_set(problem, "%s", s->problem.text);
    return ok;
}

static void clear_stage(struct stage *s)
{
    for (size_t i = 0; i < s->actor_count; i++)
        actor_done(&s->actors[i]);
    vars_done(&s->vars);
    s->actor_count = s->people_count = 0;
    s->problem.text[0] = '\0';
    world_end(s);
    servers_end(s);
}

bool script_play(struct stage *s, const char *path)
{
    struct problem problem = {.text = ""};
    FILE *file = fopen(path, "re");
    struct buf line;
    int number = 0;
    bool ok;

    if (file == NULL) {
        printf("    %s cannot be read\n", path);
        return false;
    }
    buf_init(&line, 0);
    ok = world_begin(s, &problem) && invite(s, file, &problem);
    while (ok && next_line(file, &line, &number))
        ok = line_play(s, line.bytes, &problem);
    ok = ok && settle(s, &problem);
    if (!ok)
        printf("    %s:%d: %.200s\n        %s\n", path, number,
            line.length_bytes > 0 ? line.bytes : "", problem.text);
    buf_done(&line);
    (void)fclose(file);
    clear_stage(s);
    return ok;
}
