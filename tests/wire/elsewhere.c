/* elsewhere.c -- looks for lines that begin or end a server or the database, or need its admin port. */
#include "elsewhere.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fleet.h"
#include "stage.h"

static bool starts_with(const char *line, const char *words)
{
    return strncmp(line, words, strlen(words)) == 0;
}

static const char *reason_of(const struct stage *s, const char *line)
{
    if (starts_with(line, "server "))
        return "it starts a server of its own";
    if (starts_with(line, "database "))
        return "it kills the database";
    if (starts_with(line, "http admin ") && fleet_admin_host(s->fleet) == NULL)
        return "it asks the admin port, and TEST_ADMIN_URL is not set";
    return NULL;
}

const char *elsewhere_reason(const struct stage *s, const char *path)
{
    FILE *file = fopen(path, "re");
    const char *reason = NULL;
    char *line = NULL;
    size_t room = 0;

    while (file != NULL && reason == NULL && getline(&line, &room, file) >= 0)
        reason = reason_of(s, line);
    free(line);
    if (file != NULL)
        (void)fclose(file);
    return reason;
}
