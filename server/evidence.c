/* evidence.c -- walks the chains of consent evidence; the looking is done by lib.consent_verify (consent_evidence.sql). */
#include "evidence.h"

#include "io/db.h"
#include "base/id.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE_ROWS "5000"

/* Where the walk is, and what it has found. */
struct walk {
    struct db_sync *db;
    char member[ID_TEXT_BYTES], seq[ID_TEXT_BYTES];
    char told[ID_TEXT_BYTES]; /* the member whose first broken link was printed last */
    int64_t checked, broken;
    char *message;
};

static void tell(struct walk *w, const char *member, const char *seq, const char *problem)
{
    if (strcmp(w->told, member) == 0)
        return;
    snprintf(w->told, sizeof w->told, "%s", member);
    printf("member %s: broken at piece %s (%s)\n", member, seq, problem);
    w->broken++;
}

/* Columns: where to go on (member, seq), how many were looked at, and per row a broken link or nulls.  False: the end. */
static bool take_page(struct walk *w)
{
    const char *member = db_sync_value(w->db, 0, 0), *seq = db_sync_value(w->db, 0, 1);
    const char *checked = db_sync_value(w->db, 0, 2);

    w->checked += checked != NULL ? strtoll(checked, NULL, 10) : 0;
    for (int i = 0; i < db_sync_rows(w->db); i++)
        if (db_sync_value(w->db, i, 3) != NULL)
            tell(w, db_sync_value(w->db, i, 3), db_sync_value(w->db, i, 4),
                db_sync_value(w->db, i, 5));
    if (member == NULL)
        return false;
    snprintf(w->member, sizeof w->member, "%s", member);
    snprintf(w->seq, sizeof w->seq, "%s", seq != NULL ? seq : "0");
    return true;
}

static enum err walk_all(struct walk *w, const char *sql, int count)
{
    const char *args[] = {w->member, w->seq};
    enum err e;

    snprintf(w->member, sizeof w->member, "0");
    snprintf(w->seq, sizeof w->seq, "0");
    w->checked = 0;
    do {
        e = db_sync_run(w->db, sql, count, args, w->message, CONFIG_MESSAGE_BYTES);
    } while (e == ERR_OK && take_page(w));
    return e;
}

enum err evidence_verify(
    const char *migrate_url, bool *out_whole, char out_message[CONFIG_MESSAGE_BYTES])
{
    struct walk w = {.message = out_message};
    enum err e = db_sync_open(migrate_url, &w.db, out_message, CONFIG_MESSAGE_BYTES);
    int64_t pieces = 0;

    if (e != ERR_OK)
        return e;
    e = walk_all(&w,
        "select v.next_member, v.next_seq, v.checked, x ->> 'member', x ->> 'seq', x ->> 'problem'"
        "  from lib.consent_verify($1, $2, " PAGE_ROWS ") v"
        "  left join lateral jsonb_array_elements(v.broken) x on true",
        2);
    pieces = w.checked;
    if (e == ERR_OK)
        e = walk_all(&w,
            "select v.next_member, null, v.checked, x ->> 'member', x ->> 'seq', x ->> 'problem'"
            "  from lib.consent_verify_ends($1, " PAGE_ROWS ") v"
            "  left join lateral jsonb_array_elements(v.broken) x on true",
            1);
    db_sync_close(w.db);
    if (e != ERR_OK)
        return e;
    printf("%" PRId64 " pieces of evidence in %" PRId64 " chains: ", pieces, w.checked);
    if (w.broken == 0)
        puts("whole");
    else
        printf("%" PRId64 " broken\n", w.broken);
    *out_whole = w.broken == 0;
    return ERR_OK;
}
