/* doctor.c -- runs the checks and prints what they find. */
#include "doctor.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "io/db.h"
#include "doctor_private.h"

void doctor_say(
    struct doctor_finding *f, enum doctor_verdict v, const char *advice, const char *format, ...)
{
    va_list args;

    f->verdict = v;
    va_start(args, format);
    vsnprintf(f->found, sizeof f->found, format, args);
    va_end(args);
    f->found[strcspn(f->found, "\n")] = '\0';
    snprintf(f->advice, sizeof f->advice, "%s", v == DOCTOR_FINE || advice == NULL ? "" : advice);
}

struct report {
    FILE *out;
    int counts[3];
};

static void print(struct report *r, const char *name, const struct doctor_finding *f)
{
    static const char *const words[] = {"fine", "change", "wrong"};

    r->counts[f->verdict]++;
    fprintf(r->out, "%-7s %-24s %s\n", words[f->verdict], name, f->found);
    if (f->advice[0] != '\0')
        fprintf(r->out, "%-32s %s\n", "", f->advice);
}

static void run(struct report *r, struct doctor *d, const struct doctor_check *checks)
{
    for (const struct doctor_check *c = checks; c->name != NULL; c++) {
        struct doctor_finding f = {.verdict = DOCTOR_FINE};

        c->look(d, &f);
        print(r, c->name, &f);
    }
}

static void open_database(struct report *r, struct doctor *d)
{
    struct doctor_finding f = {.verdict = DOCTOR_FINE};
    char why[DOCTOR_FOUND_BYTES];

    if (d->config->database_url[0] == '\0')
        doctor_say(&f, DOCTOR_WRONG, "set database_url to the database as role club_server",
            "database_url is not set");
    else if (db_sync_open(d->config->database_url, &d->db, why, sizeof why) != ERR_OK)
        doctor_say(&f, DOCTOR_WRONG, "nothing of the database was looked at", "%s", why);
    else
        doctor_say(&f, DOCTOR_FINE, NULL, "reached");
    print(r, "database", &f);
}

int doctor_run(const struct config *c, FILE *out)
{
    struct report r = {.out = out};
    struct doctor d = {.config = c};

    run(&r, &d, doctor_file_checks);
    run(&r, &d, doctor_host_checks);
    open_database(&r, &d);
    if (d.db != NULL) {
        run(&r, &d, doctor_database_checks);
        db_sync_close(d.db);
    }
    fprintf(out, "\n%d fine, %d to change, %d wrong\n", r.counts[DOCTOR_FINE],
        r.counts[DOCTOR_CHANGE], r.counts[DOCTOR_WRONG]);
    return r.counts[DOCTOR_WRONG];
}
