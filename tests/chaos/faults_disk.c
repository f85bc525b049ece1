/* faults_disk.c -- PostgreSQL has no room left, for posts or for its log of writes: either lies on a small file system that
 * somebody fills.
 */
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/db.h"
#include "check.h"
#include "faults.h"
#include "fleet.h"
#include "load.h"

enum {
    PATH_BYTES = 120,
    SQL_BYTES = 400,
    MESSAGE_BYTES = 300,
    BLOCK_BYTES = 65536,
    TABLE_MB = 24,
    LOG_MB = 128, /* some segments of 16 MB */
    LOG_ROUNDS = 100
};

static char mounted[PATH_BYTES]; /* for a program that ends early */

static void unmount(void)
{
    if (mounted[0] == '\0')
        return;
    (void)umount2(mounted, MNT_DETACH);
    (void)rmdir(mounted);
    mounted[0] = '\0';
}

static void interrupted(int number)
{
    (void)umount2(mounted, MNT_DETACH);
    (void)rmdir(mounted);
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

/* A file system that belongs to whom PostgreSQL runs as; false: not allowed here. */
static bool mount_small(int size_mb)
{
    const struct passwd *owner = getpwnam("postgres");
    const char *tmp = getenv("TMPDIR");
    char options[80], path[PATH_BYTES];

    snprintf(path, sizeof path, "%s/clubhub-disk.XXXXXX", tmp == NULL ? "/tmp" : tmp);
    if (geteuid() != 0 || owner == NULL || mkdtemp(path) == NULL)
        return false;
    snprintf(options, sizeof options, "size=%dm,mode=0700,uid=%u,gid=%u", size_mb, owner->pw_uid,
        owner->pw_gid);
    if (mount("none", path, "tmpfs", 0, options) != 0) {
        (void)rmdir(path);
        return false;
    }
    snprintf(mounted, sizeof mounted, "%s", path);
    (void)atexit(unmount);
    (void)signal(SIGINT, interrupted);
    (void)signal(SIGTERM, interrupted);
    (void)signal(SIGHUP, interrupted);
    return true;
}

static bool run(struct db_sync *admin, const char *format, const char *word)
{
    char sql[SQL_BYTES], message[MESSAGE_BYTES] = "";

    snprintf(sql, sizeof sql, format, word); /* NOLINT: formats of this file */
    if (db_sync_run(admin, sql, 0, NULL, message, sizeof message) == ERR_OK)
        return true;
    check(false, "%s: %s", sql, message);
    return false;
}

static void fill(const char *path)
{
    static const char block[BLOCK_BYTES];
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    for (size_t bytes = sizeof block; fd >= 0 && bytes >= 512;)
        if (write(fd, block, bytes) < 0)
            bytes /= 2;
    close(fd);
}

struct writes {
    struct load *load;
    size_t refused;
};

static bool are_refused(void *arg)
{
    const struct writes *w = arg;

    return load_counts(w->load).refused > w->refused + 10;
}

static void full(struct faults *f)
{
    struct load_counts before = load_counts(f->load), after;
    struct writes writes = {f->load, before.refused};
    struct client *reader = fleet_member(f->fleet, f->near, FLEET_FIRST_MEMBER + LOAD_MEMBERS + 2);
    char ballast[PATH_BYTES + 20];

    snprintf(ballast, sizeof ballast, "%s/ballast", mounted);
    fill(ballast);
    check(load_until(f->load, are_refused, &writes, FAULTS_BACK_MS),
        "disk full: writes answer UNAVAILABLE");
    check(faults_reads(f, reader), "  reads go on");
    check(faults_wait_unready(f, f->near, "disk"), "  readiness says so");
    (void)unlink(ballast);
    check(faults_wait_ready(f, f->near) && faults_wait_ready(f, f->far),
        "  both servers get ready by themselves");
    after = load_counts(f->load);
    check(after.others == before.others && after.broken == before.broken &&
              after.silent == before.silent,
        "  no other error (%zu), no socket closes (%zu), each call has its answer (%zu)",
        after.others - before.others, after.broken - before.broken, after.silent - before.silent);
    client_free(reader);
}

void faults_disk(struct faults *f)
{
    char message[MESSAGE_BYTES];
    struct db_sync *admin = NULL;

    if (!mount_small(TABLE_MB)) {
        check_note("disk full: left out, only root can mount a file system");
        return;
    }
    if (db_sync_open(fleet_admin_url(f->fleet), &admin, message, sizeof message) == ERR_OK &&
        run(admin, "create tablespace small location '%s'", mounted) &&
        run(admin, "alter table club.post set tablespace %s", "small"))
        full(f);
    (void)(run(admin, "alter table club.post set tablespace %s", "pg_default") &&
           run(admin, "drop tablespace %s", "small"));
    db_sync_close(admin);
    unmount();
}

/* --- the log --------------------------------------------------------------------------------------- */

/* Until a segment cannot be made any more: PostgreSQL ends itself at that. */
static bool write_log(struct db_sync *admin)
{
    static const char sql[] =
        "select pg_logical_emit_message(false, 'ballast', repeat('x', 4000000))";
    char message[MESSAGE_BYTES];

    for (int i = 0; i < LOG_ROUNDS; i++)
        if (db_sync_run(admin, sql, 0, NULL, message, sizeof message) != ERR_OK)
            return true;
    return false;
}

static void log_full(struct faults *f)
{
    struct load_counts before = load_counts(f->load), after;
    struct writes writes = {f->load, before.refused};
    char ballast[PATH_BYTES + 20], message[MESSAGE_BYTES];
    struct db_sync *admin = NULL;

    snprintf(ballast, sizeof ballast, "%s/ballast", mounted);
    fill(ballast);
    check(db_sync_open(fleet_admin_url(f->fleet), &admin, message, sizeof message) == ERR_OK &&
              write_log(admin),
        "no room for the log: PostgreSQL ends itself");
    db_sync_close(admin);
    check(faults_wait_unready(f, f->near, "database"), "  readiness says that there is none");
    check(load_until(f->load, are_refused, &writes, FAULTS_BACK_MS), "  calls answer UNAVAILABLE");
    (void)unlink(ballast);
    fleet_postgres_restart(f->fleet);
    faults_goes_on(f);
    after = load_counts(f->load);
    check(after.others == before.others && after.broken == before.broken &&
              after.silent == before.silent,
        "  no other error (%zu), no socket closes (%zu), each call has its answer (%zu)",
        after.others - before.others, after.broken - before.broken, after.silent - before.silent);
}

void faults_log(struct faults *f)
{
    if (!mount_small(LOG_MB)) {
        check_note("no room for the log: left out, only root can mount a file system");
        return;
    }
    fleet_postgres_wal(f->fleet, mounted);
    faults_goes_on(f);
    log_full(f);
    fleet_postgres_wal(f->fleet, NULL);
    unmount();
    faults_goes_on(f);
}
