/* faults_ready.c -- what an operator's probe and a member's call say. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "client_http.h"
#include "faults.h"
#include "fleet.h"
#include "load.h"

struct probe {
    struct faults *faults;
    int server;
    const char *reason; /* NULL: it is to be ready */
};

bool faults_is_unready(struct faults *f, int server, const char *reason)
{
    struct client_http r = {.port = fleet_admin_port(f->fleet, server),
        .method = "GET",
        .path = "/readyz",
        .timeout_ms = 1000};
    char word[40];
    struct buf body;
    bool found;

    snprintf(word, sizeof word, "\"%s\"", reason);
    buf_init(&body, 0);
    found = client_http(&r, NULL, &body) == 503 && strstr(body.bytes, word) != NULL;
    buf_done(&body);
    return found;
}

static bool is_as_wanted(void *arg)
{
    const struct probe *p = arg;

    if (p->reason != NULL)
        return faults_is_unready(p->faults, p->server, p->reason);
    return fleet_wait_ready(p->faults->fleet, p->server, 0);
}

bool faults_wait_unready(struct faults *f, int server, const char *reason)
{
    struct probe p = {f, server, reason};

    return load_until(f->load, is_as_wanted, &p, FAULTS_BACK_MS);
}

bool faults_wait_ready(struct faults *f, int server)
{
    struct probe p = {f, server, NULL};

    return load_until(f->load, is_as_wanted, &p, FAULTS_BACK_MS);
}

bool faults_reads(struct faults *f, struct client *c)
{
    struct client_message *m;
    bool fine;

    (void)f;
    m = client_call(c, "feed.list", "{\"club\":\"101\",\"limit\":1}", FAULTS_CALL_MS);
    fine = m != NULL && m->result != NULL;
    client_message_free(m);
    return fine;
}
