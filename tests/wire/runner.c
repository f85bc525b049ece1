/* runner.c -- plays the wire scripts against real servers and a real database.
 *
 *   wire_runner [WORD…]     the scripts whose names hold one of the words; without: all, and everything that
 *                           protocol.json names must have been seen on the wire by then
 *
 * With TEST_URL (http://HOST:PORT) in the environment they are played against the server that is there (fleet_join), and
 * those that elsewhere.h names are skipped; TEST_ADMIN_URL is its admin port.
 *
 * The stage is stage.h, a line of a script script.c, the judge of every message protocol.c.  From the environment:
 * what fleet.h needs.
 */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/crypto.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "client.h"
#include "client_http.h"
#include "fleet.h"
#include "secret.h"

#include "elsewhere.h"
#include "planted.h"
#include "protocol.h"
#include "script.h"
#include "stage.h"

/* The key of built-in tokens, from the file that the servers read. */
static struct crypto_keys *read_keys(void)
{
    const char *path = getenv("CLUBHUB_TOKEN_KEY_FILE");
    static const char outside[] = "0123456789abcdef0123456789abcdef"; /* tests/wire/issuers */
    struct crypto_keys *keys = crypto_keys_new();
    char message[SECRET_MESSAGE_BYTES] = "CLUBHUB_TOKEN_KEY_FILE is not set";
    struct secret key;

    if (path == NULL || secret_read("CLUBHUB_TOKEN_KEY_FILE", path, &key, message) != ERR_OK) {
        (void)fprintf(stderr, "%s\n", message);
        exit(1);
    }
    if (crypto_keys_add(keys, "hub", CRYPTO_HS256, key.bytes, key.length_bytes) != ERR_OK ||
        crypto_keys_add(keys, "outside", CRYPTO_HS256, outside, sizeof outside - 1) != ERR_OK)
        exit(1);
    return keys;
}

static struct protocol *read_protocol(const struct stage *s)
{
    struct client_http r = {.host = fleet_host(s->fleet),
        .port = fleet_port(s->fleet, s->main_server),
        .method = "GET",
        .path = "/v1/protocol.json"};
    struct protocol *p = NULL;
    struct buf body;

    buf_init(&body, 0);
    if (client_http(&r, NULL, &body) == 200)
        p = protocol_new(body.bytes, body.length_bytes);
    buf_done(&body);
    if (p == NULL) {
        (void)fprintf(stderr, "the server tells no protocol.json\n");
        exit(1);
    }
    return p;
}

/* Clubs and people of a run stay, so there is one run in the life of a database. */
static bool is_played(struct stage *s, struct problem *problem)
{
    const char *count = "";

    return !world_ask(s, "select count(*) from club where slug like 'wire-%'", &count, problem) ||
           (strcmp(count, "0") != 0 &&
               !problem_set(problem, "the scripts were played on this database before"));
}

static struct stage *open_stage(void)
{
    static const char *const options[] = {"--lease_ms=3000", "--fence_ms=4000", NULL};
    const char *url = getenv("TEST_URL");
    struct stage *s = mem_zalloc(sizeof *s);
    struct problem problem = {.text = ""};

    setenv("CLUBHUB_LOG_LEVEL", "debug", 1); /* so that planted_search has something to search */
    s->planted = planted_new();
    s->is_elsewhere = url != NULL;
    s->fleet = url != NULL ? fleet_join(url, getenv("TEST_ADMIN_URL")) : fleet_open();
    s->keys = read_keys();
    if ((s->is_elsewhere && is_played(s, &problem)) || !world_install(s, &problem)) {
        (void)fprintf(stderr, "%s\n", problem.text);
        exit(1);
    }
    if (!s->is_elsewhere)
        s->main_server = fleet_serve(s->fleet, 2, options);
    s->protocol = read_protocol(s);
    return s;
}

/* Nothing that a member wrote or only somebody may know is in a log. */
static bool logs_are_silent(struct stage *s)
{
    for (size_t i = 0; i < s->server_count; i++)
        fleet_stop(s->fleet, s->servers[i].server);
    fleet_stop(s->fleet, s->main_server);
    return planted_search(s->planted, s->fleet) == 0;
}

/* What opens something is kept as a hash, in no event and in no answer kept for a key. */
static bool tables_are_silent(struct stage *s)
{
    return planted_search_tables(s->planted, s->fleet) == 0;
}

static int close_stage(struct stage *s)
{
    int problems = fleet_close(s->fleet);

    planted_free(s->planted);
    protocol_free(s->protocol);
    crypto_keys_free(s->keys);
    mem_free(s);
    return problems;
}

static bool is_wanted(const char *path, int count, char *const *words)
{
    for (int i = 0; i < count; i++) {
        if (strstr(path, words[i]) != NULL)
            return true;
    }
    return count == 0;
}

static void report(const char *name, bool ok, int64_t begun_ms, int *passed, int *failed)
{
    printf(
        "%s %s (%lld ms)\n", ok ? "ok" : "FAILED", name, (long long)(clock_mono().ms - begun_ms));
    (void)fflush(stdout);
    ++*(ok ? passed : failed);
}

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

/* Returns how many were skipped. */
static int play_all(struct stage *s, int count, char *const *words, int *passed, int *failed)
{
    glob_t found = {.gl_pathc = 0};
    int skipped = 0;

    if (glob("tests/wire/*.txt", 0, NULL, &found) != 0)
        found.gl_pathc = 0;
    for (size_t i = 0; i < found.gl_pathc; i++) {
        const char *path = found.gl_pathv[i];
        int64_t begun_ms = clock_mono().ms;

        const char *reason = s->is_elsewhere ? elsewhere_reason(s, path) : NULL;

        if (!is_wanted(name_of(path), count, words))
            continue;
        if (reason != NULL) {
            printf("skipped %s: %s\n", name_of(path), reason);
            skipped++;
            continue;
        }
        s->number = (int)strtol(name_of(path), NULL, 10);
        report(name_of(path), script_play(s, path), begun_ms, passed, failed);
    }
    globfree(&found);
    return skipped;
}

static void play_elsewhere(struct stage *s, int count, char *const *words, int *passed, int *failed)
{
    int skipped = play_all(s, count, words, passed, failed);

    if (count == 0) {
        printf("skipped everything in protocol.json was seen on the wire: scripts were skipped\n"
               "skipped nothing private is in a log: they are elsewhere\n"
               "skipped the servers ended cleanly: this one goes on\n");
        skipped += 3;
    }
    (void)close_stage(s);
    printf("%d skipped\n", skipped);
}

static void play_here(struct stage *s, int count, char *const *words, int *passed, int *failed)
{
    int64_t begun_ms = clock_mono().ms;

    (void)play_all(s, count, words, passed, failed);
    if (count == 0)
        report("everything in protocol.json was seen on the wire",
            protocol_print_unseen(s->protocol) == 0, begun_ms, passed, failed);
    begun_ms = clock_mono().ms;
    report("no secret is in a table", tables_are_silent(s), begun_ms, passed, failed);
    begun_ms = clock_mono().ms;
    report("nothing private is in a log", logs_are_silent(s), begun_ms, passed, failed);
    begun_ms = clock_mono().ms;
    report("the servers ended cleanly", close_stage(s) == 0, begun_ms, passed, failed);
}

int main(int argc, char **argv)
{
    int passed = 0, failed = 0;
    struct stage *s = open_stage();

    (s->is_elsewhere ? play_elsewhere : play_here)(s, argc - 1, argv + 1, &passed, &failed);
    printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
