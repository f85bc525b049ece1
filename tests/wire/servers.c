/* servers.c -- further servers with limits of their own, and the database's absence.
 *
 *   server small --workers=1 --member_sessions_max=2     starts it, or takes it if an earlier script left it running
 *   server small drains                                  SIGTERM, and goes on
 *   database dies    database returns
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fleet.h"

#include "stage.h"

enum { OPTIONS_MAX = 12, READY_MS = 30000 };

static struct named_server *find(const struct stage *s, const char *name)
{
    for (size_t i = 0; i < s->server_count; i++) {
        if (strcmp(s->servers[i].name, name) == 0)
            return (struct named_server *)(uintptr_t)&s->servers[i];
    }
    return NULL;
}

int servers_find(const struct stage *s, const char *name)
{
    const struct named_server *n = find(s, name);

    return n != NULL ? n->server : -1;
}

static bool start(struct stage *s, const char *name, const char *options, struct problem *problem)
{
    struct named_server *n = &s->servers[s->server_count];
    const char *list[OPTIONS_MAX + 1] = {NULL};
    char copy[sizeof n->options], *rest = NULL;
    int workers = 1, count = 0;

    if (s->server_count == SERVERS_MAX)
        return problem_set(problem, "too many servers");
    snprintf(n->name, sizeof n->name, "%s", name);
    snprintf(n->options, sizeof n->options, "%s", options);
    snprintf(copy, sizeof copy, "%s", options);
    for (char *o = strtok_r(copy, " ", &rest); o != NULL && count < OPTIONS_MAX;
         o = strtok_r(NULL, " ", &rest)) {
        if (sscanf(o, "--workers=%d", &workers) != 1)
            list[count++] = o;
    }
    n->is_draining = false;
    n->server = fleet_serve(s->fleet, workers, list);
    s->server_count++;
    return true;
}

bool servers_line(struct stage *s, const char *line, struct problem *out_problem)
{
    char name[NAME_BYTES] = "";
    struct named_server *n;
    int length = 0;

    if (sscanf(line, "%30[a-z] %n", name, &length) != 1 || length == 0)
        return problem_set(out_problem, "which server?");
    n = find(s, name);
    if (n == NULL)
        return start(s, name, line + length, out_problem);
    if (strcmp(line + length, "drains") == 0) {
        fleet_signal(s->fleet, n->server, SIGTERM);
        n->is_draining = true;
        return true;
    }
    if (strcmp(line + length, n->options) != 0)
        return problem_set(out_problem, "there is a server %s with other options", name);
    return true;
}

bool servers_database(struct stage *s, const char *line, struct problem *out_problem)
{
    if (strcmp(line, "dies") == 0) {
        s->database_is_dead = true;
        world_end(s);
        fleet_postgres_kill(s->fleet);
        return true;
    }
    if (strcmp(line, "returns") != 0)
        return problem_set(out_problem, "the database dies or returns");
    fleet_postgres_restart(s->fleet);
    s->database_is_dead = false;
    return fleet_wait_ready(s->fleet, s->main_server, READY_MS) ||
           problem_set(out_problem, "the server does not find the database again");
}

/* Those that drain are waited for, and are there again for the next script. */
void servers_end(struct stage *s)
{
    struct problem ignored = {.text = ""};

    if (s->database_is_dead)
        (void)servers_database(s, "returns", &ignored);
    for (size_t i = 0; i < s->server_count; i++) {
        struct named_server *n = &s->servers[i];

        if (!n->is_draining)
            continue;
        fleet_stop(s->fleet, n->server);
        fleet_restart(s->fleet, n->server);
        (void)fleet_wait_ready(s->fleet, n->server, READY_MS);
        n->is_draining = false;
    }
}
