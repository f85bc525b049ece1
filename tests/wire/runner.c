/* runner.c -- plays the wire scripts against real servers and a real database.
 *
 *   wire_runner [WORD…]     the scripts whose names hold one of the words; without: all, and everything that
 *                           protocol.json names must have been seen on the wire by then
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

#include "protocol.h"
#include "script.h"
#include "stage.h"

/* The key of built-in tokens, from the file that the servers read. */
static struct crypto_keys *read_keys(void)
{
    const char *path = getenv("CLUBHUB_TOKEN_KEY_FILE");
    FILE *file = path != NULL ? fopen(path, "re") : NULL;
    static const char outside[] = "0123456789abcdef0123456789abcdef"; /* tests/wire/issuers */
    struct crypto_keys *keys = crypto_keys_new();
    uint8_t key[CRYPTO_TOKEN_BYTES];
    unsigned byte;

    for (size_t i = 0; i < sizeof key; i++) {
        if (file == NULL || fscanf(file, "%2x", &byte) != 1) {
            (void)fprintf(stderr, "no token key\n");
            exit(1);
        }
        key[i] = (uint8_t)byte;
    }
    (void)fclose(file);
    if (crypto_keys_add(keys, "hub", CRYPTO_HS256, key, sizeof key) != ERR_OK ||
        crypto_keys_add(keys, "outside", CRYPTO_HS256, outside, sizeof outside - 1) != ERR_OK)
        exit(1);
    return keys;
}

static struct protocol *read_protocol(const struct stage *s)
{
    struct client_http r = {
        .port = fleet_port(s->fleet, s->main_server), .method = "GET", .path = "/v1/protocol.json"};
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

static struct stage *open_stage(void)
{
    static const char *const options[] = {"--lease_ms=3000", "--fence_ms=4000", NULL};
    struct stage *s = mem_zalloc(sizeof *s);
    struct problem problem = {.text = ""};

    s->fleet = fleet_open();
    s->keys = read_keys();
    if (!world_install(s, &problem)) {
        (void)fprintf(stderr, "%s\n", problem.text);
        exit(1);
    }
    s->main_server = fleet_serve(s->fleet, 2, options);
    s->protocol = read_protocol(s);
    return s;
}

static int close_stage(struct stage *s)
{
    int problems = fleet_close(s->fleet);

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

static void play_all(struct stage *s, int count, char *const *words, int *passed, int *failed)
{
    glob_t found = {.gl_pathc = 0};

    if (glob("tests/wire/*.txt", 0, NULL, &found) != 0)
        found.gl_pathc = 0;
    for (size_t i = 0; i < found.gl_pathc; i++) {
        const char *path = found.gl_pathv[i];
        int64_t begun_ms = clock_mono().ms;

        if (!is_wanted(name_of(path), count, words))
            continue;
        s->number = (int)strtol(name_of(path), NULL, 10);
        report(name_of(path), script_play(s, path), begun_ms, passed, failed);
    }
    globfree(&found);
}

int main(int argc, char **argv)
{
    int passed = 0, failed = 0;
    struct stage *s = open_stage();
    int64_t begun_ms = clock_mono().ms;

    play_all(s, argc - 1, argv + 1, &passed, &failed);
    if (argc == 1)
        report("everything in protocol.json was seen on the wire",
            protocol_print_unseen(s->protocol) == 0, begun_ms, &passed, &failed);
    begun_ms = clock_mono().ms;
    report("the servers ended cleanly", close_stage(s) == 0, begun_ms, &passed, &failed);
    printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
