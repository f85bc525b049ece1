/* fuzz_answers.c -- whatever the database answers: rows of the tail, of batches, of gate states, of renders.
 *
 * An input is a row of pieces.  The first is what the hub does, letter by letter:
 *   t   takes the next piece as the events of an answer or of the tail
 *   e   takes the next piece as one event, and wants it rendered
 *   m   loads the gate state of a member
 *   o   makes one call; b: three that go as one batch
 * After each letter every question is answered: the next piece says how (E an error; else how many columns and rows), and
 * the pieces after it are the cells.
 */
#include <string.h>

#include "hub/frame.h"
#include "hub/gate.h"
#include "hub/rpc.h"
#include "hub/session.h"
#include "hub/stream.h"
#include "io/json.h"
#include "base/mem.h"
#include "fuzz.h"
#include "hub_stage.h"
#include "support/fake_db.h"

enum { QUESTIONS_MAX = 20, ROWS_MAX = 4 };

static const struct method rows[] = {
    {
        .name = "t.one",
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .who = WHO_MEMBER,
        .sql = "select 1",
    },
    {
        .name = "t.hot",
        .kind = METHOD_WRITE,
        .no_idem = true,
        .lane = LANE_WRITE,
        .who = WHO_MEMBER,
        .sql = "select 2",
        .batch_sql = "select 3",
        .coalesce = "",
    },
};

static const struct method *find(const char *name, size_t length_bytes)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (strlen(rows[i].name) == length_bytes && memcmp(rows[i].name, name, length_bytes) == 0)
            return &rows[i];
    }
    return NULL;
}

static void call(struct stage *s, const char *method)
{
    char text[96];
    int n = snprintf(text, sizeof text, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\"}", method);

    (void)rpc_receive(s->hub.rpc, s->session, text, (size_t)n);
}

static void want_rendered(struct stage *s, const char *text)
{
    struct event *e;
    struct json *j;

    if (json_parse(text, strlen(text), &j, NULL) != ERR_OK)
        return;
    e = event_new(&s->hub, j);
    json_free(j);
    if (e == NULL)
        return;
    (void)event_fragment(s->hub.frames, e, 0);
    frames_turn(s->hub.frames);
    event_unref(e);
}

static void do_one(struct stage *s, char what, struct fuzz_pieces *p)
{
    char *text;

    switch (what) {
    case 't':
        if ((text = fuzz_piece(p)) == NULL)
            return;
        (void)stream_open(s->hub.streams, "club:1", 0);
        streams_accept_all(s->hub.streams, text, strlen(text));
        streams_turn(s->hub.streams);
        free(text);
        return;
    case 'e':
        if ((text = fuzz_piece(p)) == NULL)
            return;
        want_rendered(s, text);
        free(text);
        return;
    case 'm':
        if (s->session->member == NULL)
            gate_join(s->hub.gate, 5, s->session);
        gate_reload(s->hub.gate, NULL, 0);
        gate_turn(s->hub.gate);
        return;
    case 'o':
        call(s, "t.one");
        return;
    case 'b':
        for (int i = 0; i < 4; i++)
            call(s, "t.hot");
        return;
    default:
        return;
    }
}

/* The oldest question gets the cells that follow. */
static void answer(struct stage *s, struct fuzz_pieces *p)
{
    struct fake_answer a = {.err = ERR_OK};
    char *how = fuzz_piece(p);
    char *cells[ROWS_MAX][FAKE_COLUMNS_MAX] = {{NULL}};

    if (how == NULL || how[0] == 'E' || how[0] == '\0') {
        a.err = ERR_INTERNAL;
        a.sqlstate = "40P01";
    } else {
        a.columns = how[0] % (FAKE_COLUMNS_MAX + 1);
        a.rows = how[1] % (ROWS_MAX + 1);
    }
    for (int i = 0; i < a.rows; i++) {
        for (int k = 0; k < a.columns; k++) {
            cells[i][k] = fuzz_piece(p);
            a.cells[i][k] =
                cells[i][k] != NULL && strcmp(cells[i][k], "NULL") != 0 ? cells[i][k] : NULL;
        }
    }
    fake_db_answer(s->hub.db, &a);
    for (int i = 0; i < a.rows; i++) {
        for (int k = 0; k < a.columns; k++)
            free(cells[i][k]);
    }
    free(how);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_pieces p = {.next = data, .end = data + size};
    char *script = fuzz_piece(&p);
    struct stage *s;

    if (script == NULL)
        return 0;
    s = stage_open(find);
    for (const char *c = script; *c != '\0' && c - script < QUESTIONS_MAX; c++) {
        do_one(s, *c, &p);
        for (int i = 0; fake_db_waiting(s->hub.db) > 0 && i < QUESTIONS_MAX; i++)
            answer(s, &p);
    }
    stage_close(s);
    free(script);
    return 0;
}
