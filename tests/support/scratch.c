/* scratch.c -- see scratch.h. */
#include "scratch.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { PATHS = 8 };

static char folder[SCRATCH_PATH_BYTES / 2];

const char *scratch_make(void)
{
    const char *tmp = getenv("TMPDIR");

    snprintf(folder, sizeof folder, "%s/clubhub-scratch.XXXXXX", tmp == NULL ? "/tmp" : tmp);
    if (mkdtemp(folder) == NULL) {
        perror(folder);
        exit(1);
    }
    return folder;
}

const char *scratch_path(const char *name)
{
    static char paths[PATHS][SCRATCH_PATH_BYTES];
    static unsigned next;
    char *path = paths[next++ % PATHS];

    snprintf(path, SCRATCH_PATH_BYTES, "%s/%s", folder, name);
    return path;
}

void scratch_write(const char *name, const char *text)
{
    const char *from = scratch_path("new"), *to = scratch_path(name);
    FILE *f = fopen(from, "we");

    if (f == NULL || fputs(text, f) < 0 || fclose(f) != 0 || rename(from, to) != 0) {
        perror(to);
        exit(1);
    }
}

void scratch_remove(void)
{
    DIR *d = opendir(folder);
    const struct dirent *e;

    while (d != NULL && (e = readdir(d)) != NULL)
        (void)unlink(scratch_path(e->d_name));
    if (d != NULL)
        closedir(d);
    (void)rmdir(folder);
}
