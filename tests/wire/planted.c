/* planted.c -- see planted.h. */
#include "planted.h"

#include <ctype.h>
#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "io/json.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "fleet.h"

enum {
    LEAST = 6,
    PASSWORD_LEAST = 10,
    LONG = 20,
    MOST = 40,
    LOG_BYTES_MAX = 256 << 20,
    PATH_BYTES = 600
};

struct planted {
    struct map_text *texts; /* the value: which of these two it is */
};
static char of_secret, of_text;

struct planted *planted_new(void)
{
    struct planted *p = mem_zalloc(sizeof *p);

    p->texts = map_text_new();
    return p;
}

void planted_free(struct planted *p)
{
    map_text_free(p->texts);
    mem_free(p);
}

/* --- planting -------------------------------------------------------------------------------- */

static bool is_among(const char *name, const char *const *list)
{
    for (; *list != NULL; list++)
        if (strcmp(name, *list) == 0)
            return true;
    return false;
}

static bool is_time(const char *value)
{
    return strncmp(value, "20", 2) == 0 && strlen(value) >= LEAST &&
           isdigit((unsigned char)value[2]) && isdigit((unsigned char)value[3]) && value[4] == '-';
}

/* What stands for somebody or something when it is shown, so that only its hash may be kept. */
static bool is_secret(const char *name)
{
    static const char *const secrets[] = {
        "code", "token", "refresh", "secret", "password", "ticket", "link", "key", NULL};

    return is_among(name, secrets);
}

/* Words of the protocol and numbers of rows stand in logs by right; what a person wrote or may not know does not. */
static bool is_private(const char *name, const char *value)
{
    static const char *const shown[] = {
        "idem", "lineage", "epoch", "incident", "stream", "method", "type", "database", NULL};
    size_t length = strlen(value), digits = 0, spaces = 0, capitals = 0;

    if (length < LEAST || is_among(name, shown) || is_time(value) ||
        (strcmp(name, "password") == 0 && length < PASSWORD_LEAST)) /* it is none */
        return false;
    for (const char *c = value; *c != '\0'; c++) {
        digits += isdigit((unsigned char)*c) != 0;
        capitals += isupper((unsigned char)*c) != 0;
        spaces += *c == ' ' || *c == '@' || (unsigned char)*c >= 0x80;
    }
    if (strcmp(name, "key") == 0 && strchr(value, ':') != NULL) /* of a posting */
        return false;
    if (is_secret(name))
        return spaces + digits + capitals > 0;
    return spaces > 0 || (length >= LONG && digits + capitals > 0);
}

/* Its beginning is enough, up to what a log writes otherwise. */
static void plant(struct planted *p, bool is_secret, const char *value)
{
    size_t n = strcspn(value, "\"\\\n\r\t");

    if (n > MOST)
        n = MOST;
    if (n >= LEAST && strspn(value, (char[]){value[0], '\0'}) < n) /* not 00000000 */
        map_text_set(p->texts, value, n, is_secret ? &of_secret : &of_text);
}

void planted_text(struct planted *p, const char *name, const char *value)
{
    const char *end = strrchr(value, '/');

    if (!is_private(name, value))
        return;
    if (strncmp(value, "http", 4) != 0)
        plant(p, is_secret(name), value);
    else if (end != NULL && strlen(end + 1) >= LONG) /* of a link only what nobody else knows */
        plant(p, true, end + 1);
}

void planted_json(struct planted *p, const struct json *message)
{
    const char *text = json_text(message);

    if (text != NULL)
        planted_text(p, json_name(message) != NULL ? json_name(message) : "", text);
    for (const struct json *j = json_first(message); j != NULL; j = json_next(j))
        if (json_name(j) == NULL || strcmp(json_name(j), "error") != 0) /* words of the hub */
            planted_json(p, j);
}

void planted_request(struct planted *p, const char *text)
{
    struct json *root;

    if (json_parse(text, strlen(text), &root, NULL) != ERR_OK)
        return;
    planted_json(p, root);
    json_free(root);
}

/* --- searching ------------------------------------------------------------------------------- */

static void read_log(const char *path, struct buf *out)
{
    FILE *file = fopen(path, "re");
    char piece[65536];
    size_t n;

    while (file != NULL && (n = fread(piece, 1, sizeof piece, file)) > 0)
        buf_add(out, piece, n);
    if (file != NULL)
        (void)fclose(file);
}

static void show(const char *path, const struct buf *log, const char *at, const char *text)
{
    const char *begin = at;

    while (begin > log->bytes && begin[-1] != '\n')
        begin--;
    printf("'%s' is in %s: %.*s\n", text, path, (int)strcspn(begin, "\n"), begin);
}

static int search_file(const struct planted *p, const char *path)
{
    struct buf log;
    size_t cursor = 0;
    const char *text;
    void *value;
    int found = 0;

    buf_init(&log, LOG_BYTES_MAX);
    read_log(path, &log);
    if (log.length_bytes == 0 || !buf_ok(&log)) {
        printf(
            "there is %s in %s\n", log.length_bytes == 0 ? "nothing" : "more than is read", path);
        found++;
    }
    while (found < 20 && map_text_next(p->texts, &cursor, &text, &value)) {
        const char *at =
            log.length_bytes > 0 ? memmem(log.bytes, log.length_bytes, text, strlen(text)) : NULL;

        if (at != NULL) {
            show(path, &log, at, text);
            found++;
        }
    }
    buf_done(&log);
    return found;
}

int planted_search(const struct planted *p, const struct fleet *f)
{
    char pattern[PATH_BYTES];
    glob_t logs = {.gl_pathc = 0};
    int found = map_text_count(p->texts) == 0;

    snprintf(pattern, sizeof pattern, "%s/server-*.log", fleet_dir(f));
    if (glob(pattern, 0, NULL, &logs) != 0)
        found++;
    for (size_t i = 0; i < logs.gl_pathc; i++)
        found += search_file(p, logs.gl_pathv[i]);
    globfree(&logs);
    return found + search_file(p, fleet_postgres_log(f));
}

/* --- tables ---------------------------------------------------------------------------------- */

static int search_table(const struct planted *p, struct fleet *f, const char *table)
{
    const char *rows =
        fleet_text(f, "select coalesce(string_agg(t::text, E'\\n'), '') from club.%s t", table);
    size_t cursor = 0, length = strlen(rows);
    const char *planted;
    void *value;
    int found = 0;

    while (map_text_next(p->texts, &cursor, &planted, &value)) {
        if (value != &of_secret || memmem(rows, length, planted, strlen(planted)) == NULL)
            continue;
        printf("'%s' is in table %s\n", planted, table);
        found++;
    }
    return found;
}

int planted_search_tables(const struct planted *p, struct fleet *f)
{
    char *all, *rest = NULL;
    const char *names =
        fleet_text(f, "select string_agg(relname, ' ') from pg_class"
                      " where relnamespace = 'club'::regnamespace and relkind in ('r', 'p')"
                      " and not relispartition");
    int found = 0;

    all = mem_copy(names, strlen(names));
    for (char *table = strtok_r(all, " ", &rest); table != NULL; table = strtok_r(NULL, " ", &rest))
        found += search_table(p, f, table);
    mem_free(all);
    return found;
}
