/* post.c -- HTTP, as a line of a script and under the calls of alice@http.
 *
 *   http [admin] METHOD PATH [[Header: value]]... [body] < STATUS [{partial body} | ~ text in the body]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/json.h"
#include "base/buf.h"
#include "base/mem.h"
#include "client.h"
#include "client_http.h"
#include "fleet.h"

#include "match.h"
#include "stage.h"
#include "talk.h"

enum { HEADERS_BYTES = 2000, WORD_BYTES = 200 };

/* --- calls of an actor ----------------------------------------------------------------------- */

static void arrive(struct stage *s, struct actor *a, int status, const struct json *json)
{
    struct arrived *m = mem_zalloc(sizeof *m);
    struct buf b;

    m->status = status;
    if (json != NULL) {
        buf_init(&b, 0);
        json_print(json, &b);
        if (json_parse(b.bytes, b.length_bytes, &m->root, NULL) != ERR_OK)
            abort(); /* it was JSON a moment ago */
        m->json = m->root;
        buf_done(&b);
    }
    talk_arrived(s, a, m);
}

bool post_call(struct stage *s, struct actor *a, const char *body, struct problem *out_problem)
{
    struct client_http r = {
        .host = fleet_host(s->fleet), .port = fleet_port(s->fleet, a->server), .body = body};
    char authorization[1100], token[1024];
    struct json *root = NULL;
    struct buf answer;
    int status;

    if (a->person->kind == PERSON_SERVICE)
        snprintf(authorization, sizeof authorization, "Key %s", a->person->key);
    else if (a->person->kind != PERSON_GUEST) {
        actor_token(s, a->person, 600, token);
        snprintf(authorization, sizeof authorization, "Bearer %s", token);
    }
    r.authorization = a->person->kind != PERSON_GUEST ? authorization : NULL;
    buf_init(&answer, 0);
    status = client_http(&r, NULL, &answer);
    if (status == 200 && json_parse(answer.bytes, answer.length_bytes, &root, NULL) != ERR_OK)
        problem_set(out_problem, "not JSON: %.300s", answer.bytes);
    else if (status == 0)
        problem_set(out_problem, "no answer over HTTP");
    else if (root != NULL && json_type_of(root) == JSON_LIST)
        for (const struct json *j = json_first(root); j != NULL; j = json_next(j))
            arrive(s, a, status, j);
    else
        arrive(s, a, status, root);
    json_free(root);
    buf_done(&answer);
    return out_problem->text[0] == '\0';
}

/* --- lines ----------------------------------------------------------------------------------- */

struct request {
    struct client_http http;
    char method[WORD_BYTES], path[WORD_BYTES], authorization[1100], type[WORD_BYTES];
    char headers[HEADERS_BYTES];
};

/* "[Name: value]": the client has a place of its own for some. */
static void take_header(struct request *q, const char *text, size_t length)
{
    size_t used = strlen(q->headers);

    if (length > 15 && strncmp(text, "Authorization: ", 15) == 0) {
        snprintf(q->authorization, sizeof q->authorization, "%.*s", (int)(length - 15), text + 15);
        q->http.authorization = q->authorization;
    } else if (length > 14 && strncmp(text, "Content-Type: ", 14) == 0) {
        snprintf(q->type, sizeof q->type, "%.*s", (int)(length - 14), text + 14);
        q->http.content_type = q->type;
    } else {
        snprintf(q->headers + used, sizeof q->headers - used, "%.*s\r\n", (int)length, text);
        q->http.headers = q->headers;
    }
}

/* The part before " < "; `text` is cut where it is read. */
static bool read_request(struct stage *s, struct request *q, char *text, struct problem *problem)
{
    bool is_admin = strncmp(text, "admin ", 6) == 0;
    int length = 0;

    text += is_admin ? 6 : 0;
    q->http.host = is_admin ? fleet_admin_host(s->fleet) : fleet_host(s->fleet);
    q->http.port = is_admin ? fleet_admin_port(s->fleet, s->main_server)
                            : fleet_port(s->fleet, s->main_server);
    if (sscanf(text, "%15s %199s %n", q->method, q->path, &length) != 2)
        return problem_set(problem, "http METHOD PATH");
    q->http.method = q->method;
    q->http.path = q->path;
    text += length;
    while (text[0] == '[' && text[1] >= 'A' && text[1] <= 'Z') {
        size_t header = strcspn(text, "]");

        take_header(q, text + 1, header - 1);
        text += header + (text[header] == ']');
        text += strspn(text, " ");
    }
    if (strncmp(text, "a body of ", 10) == 0) {
        size_t bytes = strtoul(text + 10, NULL, 10);
        char *body = mem_alloc(bytes + 1);

        memset(body, ' ', bytes);
        body[bytes] = '\0';
        q->http.body = body;
    } else if (text[0] != '\0') {
        q->http.body = mem_copy(text, strlen(text));
    }
    return true;
}

/* "~ text" looks at the head, too. */
static bool check_answer(struct stage *s,
    const char *expected,
    const struct buf *head,
    const struct buf *body,
    struct problem *problem)
{
    struct json *want = NULL, *got = NULL;
    bool ok;

    if (expected[0] == '\0')
        return true;
    if (expected[0] == '~')
        return strstr(body->bytes, expected + 2) != NULL ||
               strstr(head->bytes, expected + 2) != NULL ||
               problem_set(problem, "\"%s\" is not in: %.900s", expected + 2, body->bytes);
    if (json_parse(expected, strlen(expected), &want, NULL) != ERR_OK)
        return problem_set(problem, "the script's JSON is wrong: %.200s", expected);
    ok = json_parse(body->bytes, body->length_bytes, &got, NULL) == ERR_OK ||
         problem_set(problem, "not JSON: %.300s", body->bytes);
    ok = ok && match_value(want, got, &s->vars, problem);
    json_free(want);
    json_free(got);
    return ok;
}

static bool exchange(
    struct stage *s, const struct request *q, const char *expected, struct problem *problem)
{
    char *rest = NULL;
    long wanted = strtol(expected, &rest, 10);
    struct buf head, body;
    int status;
    bool ok;

    buf_init(&head, 0);
    buf_init(&body, 0);
    buf_add(&head, "", 0);
    buf_add(&body, "", 0);
    status = client_http(&q->http, &head, &body);
    ok = (status == wanted || problem_set(problem, "HTTP %d: %.300s", status, body.bytes)) &&
         check_answer(s, rest + strspn(rest, " "), &head, &body, problem);
    buf_done(&head);
    buf_done(&body);
    return ok;
}

bool post_line(struct stage *s, const char *line, struct problem *out_problem)
{
    struct request q = {.http = {.port = 0}};
    char *text = mem_copy(line, strlen(line));
    char *expected = NULL;
    bool ok;

    for (char *p = strstr(text, " < "); p != NULL; p = strstr(p + 1, " < "))
        expected = p;
    if (expected == NULL) {
        mem_free(text);
        return problem_set(out_problem, "http ... < STATUS");
    }
    *expected = '\0';
    ok = read_request(s, &q, text, out_problem) && exchange(s, &q, expected + 3, out_problem);
    mem_free((char *)(uintptr_t)q.http.body);
    mem_free(text);
    return ok;
}
