/* erasure.c -- the journal of erasures, out of the database and back into a restored one; the erasing itself is
 * sql/api/privacy_erase.sql.
 */
#include "erasure.h"

#include "io/db.h"

#include <string.h>

enum { LINE_BYTES = 200, WORD_BYTES = 40 };

enum err erasure_print(const char *migrate_url, char out_message[CONFIG_MESSAGE_BYTES])
{
    struct db_sync *db;
    enum err e = db_sync_open(migrate_url, &db, out_message, CONFIG_MESSAGE_BYTES);

    if (e != ERR_OK)
        return e;
    e = db_sync_run(db,
        "select pseudonym || ' ' || content || ' ' || lib.iso(at) from club.erasure_journal"
        " order by at, pseudonym",
        0, NULL, out_message, CONFIG_MESSAGE_BYTES);
    for (int i = 0; e == ERR_OK && i < db_sync_rows(db); i++)
        puts(db_sync_value(db, i, 0));
    db_sync_close(db);
    return e;
}

/* One line of the journal; *out_marked is raised when the member was there. */
static enum err replay_line(
    struct db_sync *db, const char *line, int *out_marked, char out_message[CONFIG_MESSAGE_BYTES])
{
    char pseudonym[WORD_BYTES], content[WORD_BYTES];
    const char *args[] = {pseudonym, content};
    enum err e;

    if (sscanf(line, "%39s %39s", pseudonym, content) != 2 ||
        (strcmp(content, "delete") != 0 && strcmp(content, "anonymise") != 0)) {
        snprintf(out_message, CONFIG_MESSAGE_BYTES, "not a line of the journal: %.60s", line);
        return ERR_INVALID_PARAMS;
    }
    e = db_sync_run(
        db, "select lib.erasure_replay($1, $2)", 2, args, out_message, CONFIG_MESSAGE_BYTES);
    if (e == ERR_OK && strcmp(db_sync_value(db, 0, 0), "t") == 0)
        ++*out_marked;
    return e;
}

enum err erasure_replay(const char *migrate_url, FILE *in, char out_message[CONFIG_MESSAGE_BYTES])
{
    char line[LINE_BYTES];
    struct db_sync *db;
    int marked = 0;
    enum err e = db_sync_open(migrate_url, &db, out_message, CONFIG_MESSAGE_BYTES);

    if (e != ERR_OK)
        return e;
    while (e == ERR_OK && fgets(line, sizeof line, in) != NULL) {
        line[strcspn(line, "\r\n")] = '\0';
        if (line[0] != '\0')
            e = replay_line(db, line, &marked, out_message);
    }
    do {
        if (e == ERR_OK)
            e = db_sync_run(
                db, "select lib.erasures_run('0')", 0, NULL, out_message, CONFIG_MESSAGE_BYTES);
    } while (e == ERR_OK && strcmp(db_sync_value(db, 0, 0), "0") != 0);
    db_sync_close(db);
    if (e == ERR_OK)
        printf("%d erased again\n", marked);
    return e;
}
