/* rate.c -- see rate.h. */
#include "rate.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/crypto.h"
#include "crowd.h"
#include "report.h"
#include "scratch.h"
#include "secret.h"
#include "stage.h"

enum { WARM_S = 1, HASH_LETTERS = 64, COMMAND_BYTES = 2048 };
#define SETTLE_S 0.5

struct meter {
    const struct rate_load *load;
    struct crowd *crowd;
    long long replies, failed;
    bool is_running;
};

static void ask(struct meter *m, int place)
{
    char params[RATE_TEXT_BYTES], text[RATE_TEXT_BYTES + 64];
    int client = 0, length;

    (void)m->load->ask(m->load->arg, place, params, &client);
    length = snprintf(
        text, sizeof text, "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"%s}", place + 1, params);
    crowd_send(m->crowd, client, text, (size_t)length);
}

static void on_frame(void *arg, int index, const char *payload, size_t length_bytes)
{
    struct meter *m = arg;
    const struct rate_load *l = m->load;
    const char *id = memmem(payload, length_bytes, "\"id\":", 5);
    bool is_error = memmem(payload, length_bytes, "\"error\":", 8) != NULL;
    int place;

    (void)index;
    if (!m->is_running || id == NULL)
        return; /* the answers to session.auth */
    place = atoi(id + 5) - 1;
    m->replies++;
    if (l->answer == NULL ? is_error : !l->answer(l->arg, place, payload, length_bytes)) {
        if (m->failed++ == 0)
            fprintf(stderr, "  first failure: %.*s\n", (int)length_bytes, payload);
    }
    ask(m, place);
}

static void poll_for(struct crowd *c, double seconds)
{
    for (double until = report_now_s() + seconds; report_now_s() < until;)
        crowd_poll(c, 10);
}

double rate_hub(const struct rate_load *l)
{
    struct stage s = stage_start(stage_env("CLUBHUB"), 1, l->options);
    struct meter m = {.load = l};
    double began;
    long long counted;

    m.crowd = crowd_new(l->clients, on_frame, &m);
    l->open(l->arg, m.crowd, s.port);
    poll_for(m.crowd, SETTLE_S);
    m.is_running = true;
    for (int i = 0; i < l->places; i++)
        ask(&m, i);
    poll_for(m.crowd, WARM_S);
    counted = m.replies;
    began = report_now_s();
    poll_for(m.crowd, l->seconds);
    counted = m.replies - counted;
    began = report_now_s() - began;
    crowd_free(m.crowd);
    stage_stop(&s);
    if (m.failed > 0) {
        fprintf(stderr, "rate: %lld calls failed\n", m.failed);
        exit(1);
    }
    return (double)counted / began;
}

void rate_open_tills(struct crowd *c, int port, int count)
{
    for (int i = 0; i < count; i++)
        crowd_add(c, port, true, "Authorization: Key " STAGE_API_KEY "\r\n");
}

static void write_script(const char *path, const char *script)
{
    FILE *f = fopen(path, "we");
    char hash[HASH_LETTERS + 1];
    const char *at;

    if (f == NULL) {
        perror(path);
        exit(1);
    }
    memset(hash, '0', HASH_LETTERS);
    hash[HASH_LETTERS] = '\0';
    while ((at = strstr(script, "%s")) != NULL) {
        fprintf(f, "%.*s%s", (int)(at - script), script, hash);
        script = at + 2;
    }
    fputs(script, f);
    fclose(f);
}

static double run_pgbench(const char *path, int clients, int seconds)
{
    char command[COMMAND_BYTES], line[256];
    double tps = 0;
    FILE *f;

    snprintf(command, sizeof command,
        "pgbench -n -c %d -j 2 -M prepared -D n=0 -T %d -f %s '%s' 2>&1", clients, seconds, path,
        stage_env("DATABASE_URL"));
    f = popen(command, "r");
    while (f != NULL && fgets(line, sizeof line, f) != NULL) {
        if (sscanf(line, "tps = %lf", &tps) != 1 && strstr(line, "ERROR") != NULL)
            fprintf(stderr, "  %s", line);
    }
    if (f != NULL)
        pclose(f);
    return tps;
}

double rate_pgbench(const char *script, int seconds)
{
    return rate_pgbench_of(script, RATE_PGBENCH_CLIENTS, seconds);
}

double rate_pgbench_of(const char *script, int clients, int seconds)
{
    char options[COMMAND_BYTES], pii[2 * SECRET_MAX_BYTES + 1], message[SECRET_MESSAGE_BYTES];
    struct secret key;
    double tps;

    if (secret_read("pii_key_file", stage_env("CLUBHUB_PII_KEY_FILE"), &key, message) != ERR_OK)
        exit(1);
    crypto_hex(key.bytes, key.length_bytes, pii);
    snprintf(options, sizeof options, "-c clubhub.pii_key=%s -c clubhub.origin=pgbench.0", pii);
    (void)scratch_make();
    write_script(scratch_path("script.sql"), script);
    setenv("PGOPTIONS", options, 1);
    tps = run_pgbench(scratch_path("script.sql"), clients, seconds);
    unsetenv("PGOPTIONS");
    scratch_remove();
    if (tps <= 0) {
        fprintf(stderr, "rate: pgbench gave no figure\n");
        exit(1);
    }
    return tps;
}
