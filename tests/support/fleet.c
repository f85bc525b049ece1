/* fleet.c -- servers as child processes. */
#include "fleet.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/crypto.h"
#include "base/buf.h"
#include "base/mem.h"
#include "client_http.h"
#include "fleet_private.h"
#include "ports.h"

enum { READY_MS = 120000, STOP_MS = 60000, COMMAND_S = 120 };

void fleet_die(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    (void)fprintf(stderr, "fleet: ");
    (void)vfprintf(stderr, format, args);
    (void)fprintf(stderr, "\n");
    va_end(args);
    exit(1);
}

/* --- processes --------------------------------------------------------------------------------- */

static pid_t start_process(struct fleet *f, const char *output, int flags, const char *const *argv)
{
    char path[FLEET_PATH_BYTES];
    pid_t pid;
    int fd;

    snprintf(path, sizeof path, "%s/%s", f->dir, output);
    fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0600);
    if (fd < 0)
        fleet_die("%s: %s", path, strerror(errno));
    pid = fork();
    if (pid == 0) {
        int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

        struct rlimit most = {
            .rlim_cur = (rlim_t)f->descriptors_most, .rlim_max = (rlim_t)f->descriptors_most};

        if (f->descriptors_most > 0)
            (void)setrlimit(RLIMIT_NOFILE, &most);
        (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
        dup2(null, 0);
        dup2(fd, 1);
        dup2(fd, 2);
        execv(argv[0], (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    close(fd);
    if (pid < 0)
        fleet_die("fork: %s", strerror(errno));
    return pid;
}

/* Waits for a child; false: it still runs. */
static bool wait_for(pid_t pid, int timeout_ms, int *out_status)
{
    for (int64_t until_ms = clock_mono().ms + timeout_ms;;) {
        if (waitpid(pid, out_status, WNOHANG) == pid)
            return true;
        if (clock_mono().ms >= until_ms)
            return false;
        usleep(5000);
    }
}

int fleet_command(struct fleet *f, const char *output, const char *const *argv)
{
    pid_t pid = start_process(f, output, O_TRUNC, argv);
    int status = 0;

    if (!wait_for(pid, COMMAND_S * 1000, &status)) {
        kill(pid, SIGKILL);
        (void)wait_for(pid, 1000, &status);
        return -1;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool fleet_is_alive(pid_t pid)
{
    char path[64], line[512] = "";
    const char *state;
    FILE *file;

    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    file = fopen(path, "re");
    if (file == NULL)
        return false;
    if (fgets(line, sizeof line, file) == NULL)
        line[0] = '\0';
    (void)fclose(file);
    state = strrchr(line, ')');
    return state != NULL && state[1] == ' ' && state[2] != 'Z' && state[2] != 'X';
}

static pid_t parent_of(const char *pid)
{
    char path[280], line[512] = "";
    const char *rest;
    long parent = 0;
    char state;
    FILE *file;

    snprintf(path, sizeof path, "/proc/%s/stat", pid);
    file = fopen(path, "re");
    if (file == NULL)
        return 0;
    if (fgets(line, sizeof line, file) == NULL)
        line[0] = '\0';
    (void)fclose(file);
    rest = strrchr(line, ')');
    if (rest == NULL || sscanf(rest + 1, " %c %ld", &state, &parent) != 2 || state == 'Z')
        return 0;
    return (pid_t)parent;
}

int fleet_workers(const struct fleet *f, int server, pid_t out_pids[FLEET_WORKERS_MAX])
{
    DIR *proc = opendir("/proc");
    struct dirent *entry;
    int count = 0;

    while (proc != NULL && count < FLEET_WORKERS_MAX && (entry = readdir(proc)) != NULL)
        if (isdigit((unsigned char)entry->d_name[0]) &&
            parent_of(entry->d_name) == f->servers[server].pid)
            out_pids[count++] = (pid_t)strtol(entry->d_name, NULL, 10);
    if (proc != NULL)
        closedir(proc);
    return count;
}

/* --- opening and closing ----------------------------------------------------------------------- */

static void write_file(const struct fleet *f, const char *name, const char *text)
{
    char path[FLEET_PATH_BYTES];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", f->dir, name);
    file = fopen(path, "we");
    if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0)
        fleet_die("%s: %s", path, strerror(errno));
}

static void read_environment(struct fleet *f)
{
    const char *binary = getenv("CLUBHUB"), *pg_sh = getenv("PG_SH");
    char self[FLEET_PATH_BYTES] = "", path[PATH_MAX];

    if (readlink("/proc/self/exe", self, sizeof self - 20) < 0)
        fleet_die("/proc/self/exe: %s", strerror(errno));
    for (int up = 0; binary == NULL && up < 3; up++)
        *strrchr(self, '/') = '\0'; /* build/asan/tests/chaos/x -> build/asan/tests */
    snprintf(f->binary, sizeof f->binary, "%s%s", binary == NULL ? self : binary,
        binary == NULL ? "/clubhub" : "");
    if (realpath(pg_sh == NULL ? "tests/support/pg.sh" : pg_sh, path) == NULL ||
        access(f->binary, X_OK) != 0)
        fleet_die("run from the top folder, or set PG_SH and CLUBHUB (%s)", f->binary);
    snprintf(f->pg_sh, sizeof f->pg_sh, "%.*s", (int)sizeof f->pg_sh - 1, path);
}

static void set_path(const struct fleet *f, const char *variable, const char *name)
{
    char path[FLEET_PATH_BYTES];

    snprintf(path, sizeof path, "%s/%s", f->dir, name);
    setenv(variable, path, 1);
}

static struct fleet *open_fleet; /* for a program that ends early */

static void close_early(void)
{
    if (open_fleet == NULL)
        return;
    for (int i = 0; i < open_fleet->server_count; i++)
        fleet_signal(open_fleet, i, SIGKILL);
    (void)fprintf(stderr, "fleet: ended early; see %s\n", open_fleet->dir);
    fleet_database_close(open_fleet);
    open_fleet = NULL;
}

struct fleet *fleet_open(void)
{
    static const char hex[] = FLEET_TOKEN_KEY;
    struct fleet *f = mem_zalloc(sizeof *f);
    const char *tmp = getenv("TMPDIR");
    uint8_t key[CRYPTO_TOKEN_BYTES];

    (void)signal(SIGPIPE, SIG_IGN);
    read_environment(f);
    snprintf(f->dir, sizeof f->dir, "%s/fleet.XXXXXX", tmp == NULL ? "/tmp" : tmp);
    if (mkdtemp(f->dir) == NULL || chmod(f->dir, 0711) != 0)
        fleet_die("%s: %s", f->dir, strerror(errno));
    write_file(f, "token_key", FLEET_TOKEN_KEY);
    write_file(f, "pii_key", FLEET_PII_KEY);
    snprintf(f->pii_key_hex, sizeof f->pii_key_hex, "%s", FLEET_PII_KEY);
    set_path(f, "CLUBHUB_TOKEN_KEY_FILE", "token_key");
    set_path(f, "CLUBHUB_PII_KEY_FILE", "pii_key");
    write_file(f, "receipt_key", FLEET_RECEIPT_KEY);
    set_path(f, "CLUBHUB_RECEIPT_KEY_FILE", "receipt_key");
    set_path(f, "CLUBHUB_TRACE_FILE", "trace");
    for (size_t i = 0; i < sizeof key; i++) {
        unsigned byte = 0;

        (void)sscanf(hex + 2 * i, "%2x", &byte);
        key[i] = (uint8_t)byte;
    }
    f->keys = crypto_keys_new();
    if (crypto_keys_add(f->keys, "hub", CRYPTO_HS256, key, sizeof key) != ERR_OK)
        fleet_die("no token key");
    open_fleet = f;
    (void)atexit(close_early);
    fleet_database_open(f);
    return f;
}

/* A report of a sanitizer, or a worker that ended otherwise than by SIGKILL, its lease or its own will. */
static bool is_bad_line(const char *line)
{
    static const char *const reports[] = {
        "ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "runtime error:"};
    static const char *const ends[] = {
        "\"reason\":\"exit status 0\"", "\"reason\":\"signal 9 ", "\"reason\":\"the lease "};

    for (size_t i = 0; i < sizeof reports / sizeof reports[0]; i++)
        if (strstr(line, reports[i]) != NULL)
            return true;
    if (strstr(line, "\"event\":\"worker_died\"") == NULL &&
        strstr(line, "\"event\":\"worker_stopped\"") == NULL)
        return false;
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        if (strstr(line, ends[i]) != NULL)
            return false;
    return true;
}

/* Shows what a server said when it said too much, or died. */
static void judge_server(struct fleet *f, int server, int status)
{
    struct fleet_server *s = &f->servers[server];
    char path[FLEET_PATH_BYTES], line[2000];
    bool is_bad = !s->is_killed && status != 0;
    FILE *file;

    s->is_judged = true;
    snprintf(path, sizeof path, "%s/server-%d.log", f->dir, server);
    file = fopen(path, "re");
    while (file != NULL && !is_bad && fgets(line, sizeof line, file) != NULL)
        is_bad = is_bad_line(line);
    if (is_bad) {
        f->problems++;
        (void)fprintf(
            stderr, "--- server %d ended with status %#x; its log:\n", server, (unsigned)status);
        if (file != NULL)
            rewind(file);
        while (file != NULL && fgets(line, sizeof line, file) != NULL)
            (void)fputs(line, stderr);
    }
    if (file != NULL)
        (void)fclose(file);
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *at)
{
    (void)st, (void)flag, (void)at;
    return remove(path);
}

int fleet_close(struct fleet *f)
{
    int problems;

    open_fleet = NULL;
    for (int i = 0; i < f->server_count; i++) {
        fleet_stop(f, i);
        if (!f->servers[i].is_judged) /* it was killed: its workers may have told something */
            judge_server(f, i, 0);
    }
    fleet_database_close(f);
    crypto_keys_free(f->keys);
    problems = f->problems;
    if (problems > 0 || getenv("FLEET_KEEP") != NULL)
        (void)fprintf(stderr, "fleet: see %s\n", f->dir);
    else if (f->dir[0] != '\0') /* of fleet_join: none */
        (void)nftw(f->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    mem_free(f);
    return problems;
}

/* --- servers ----------------------------------------------------------------------------------- */

static void launch(struct fleet *f, int server)
{
    struct fleet_server *s = &f->servers[server];
    char own[4][FLEET_OPTION_BYTES], output[40];
    const char *argv[FLEET_ARGS_MAX + 8] = {f->binary, "serve"};
    int n = 2;

    snprintf(own[0], sizeof own[0], "--listen=127.0.0.1:%d", s->port);
    snprintf(own[1], sizeof own[1], "--admin_listen=127.0.0.1:%d", s->admin_port);
    snprintf(own[2], sizeof own[2], "--workers=%d", s->workers);
    snprintf(own[3], sizeof own[3], "--drain_ms=3000");
    for (int i = 0; i < 4; i++)
        argv[n++] = own[i];
    for (int i = 0; i < s->option_count; i++)
        argv[n++] = s->options[i];
    argv[n] = NULL;
    snprintf(output, sizeof output, "server-%d.log", server);
    s->pid = start_process(f, output, O_APPEND, argv);
    s->is_ending = s->is_judged = false;
    s->starts++;
}

int fleet_serve(struct fleet *f, int workers, const char *const *options)
{
    int server = f->server_count++;
    struct fleet_server *s = &f->servers[server];

    if (server >= FLEET_SERVERS_MAX || workers > FLEET_WORKERS_MAX)
        fleet_die("too many servers");
    s->workers = workers;
    s->port = ports_free(workers + 1);
    if (s->port == 0)
        fleet_die("no free ports");
    s->admin_port = s->port + 1;
    for (int i = 0; options != NULL && options[i] != NULL && i < FLEET_ARGS_MAX; i++)
        snprintf(s->options[s->option_count++], FLEET_OPTION_BYTES, "%s", options[i]);
    launch(f, server);
    if (!fleet_wait_ready(f, server, READY_MS)) {
        fleet_signal(f, server, SIGKILL);
        s->is_killed = false;
        judge_server(f, server, 1);
        fleet_die("the server does not get ready");
    }
    return server;
}

static bool is_ready(int port)
{
    struct client_http r = {.port = port, .method = "GET", .path = "/readyz", .timeout_ms = 1000};
    struct buf body;
    int status;

    buf_init(&body, 0);
    status = client_http(&r, NULL, &body);
    buf_done(&body);
    return status == 200;
}

bool fleet_wait_ready(struct fleet *f, int server, int timeout_ms)
{
    struct fleet_server *s = &f->servers[server];
    int64_t until_ms = clock_mono().ms + timeout_ms;
    int ready = 0;

    while (ready < s->workers) {
        if (is_ready(s->admin_port + ready)) {
            ready++;
            continue;
        }
        if (clock_mono().ms >= until_ms || !fleet_is_alive(s->pid))
            return false;
        usleep(20000);
    }
    return true;
}

void fleet_signal(struct fleet *f, int server, int number)
{
    struct fleet_server *s = &f->servers[server];
    int status;

    if (s->pid == 0)
        return;
    kill(s->pid, number);
    s->is_ending = s->is_ending || number == SIGTERM;
    if (number != SIGKILL)
        return;
    s->is_killed = true;
    (void)wait_for(s->pid, STOP_MS, &status);
    s->pid = 0;
}

void fleet_stop(struct fleet *f, int server)
{
    struct fleet_server *s = &f->servers[server];
    int status = 0;

    if (s->pid == 0)
        return;
    s->is_killed = false;
    if (!s->is_ending) /* a second one would kill the workers, which leave their rows of node then */
        kill(s->pid, SIGTERM);
    if (!wait_for(s->pid, STOP_MS, &status)) {
        (void)fprintf(stderr, "fleet: server %d does not stop\n", server);
        kill(s->pid, SIGKILL);
        (void)wait_for(s->pid, STOP_MS, &status);
        status = -1;
    }
    s->pid = 0;
    judge_server(f, server, status);
}

void fleet_restart(struct fleet *f, int server)
{
    launch(f, server);
}

void fleet_limit_descriptors(struct fleet *f, int most)
{
    f->descriptors_most = most;
}

const char *fleet_dir(const struct fleet *f)
{
    return f->dir;
}

int fleet_port(const struct fleet *f, int server)
{
    return f->servers[server].port;
}

int fleet_admin_port(const struct fleet *f, int server)
{
    return f->servers[server].admin_port;
}

pid_t fleet_pid(const struct fleet *f, int server)
{
    return f->servers[server].pid;
}

/* --- clients ----------------------------------------------------------------------------------- */

void fleet_token_for(struct fleet *f, const char *who, int lifetime_s, char *out)
{
    int64_t now_s = clock_wall().ms / 1000;
    struct crypto_claims claims = {
        .issued_s = now_s, .expires_s = now_s + lifetime_s, .auth_time_s = now_s};

    snprintf(claims.sub, sizeof claims.sub, "%s", who);
    if (crypto_token_mint(f->keys, "hub", "clubhub", "clubhub", &claims, out, FLEET_TOKEN_BYTES) ==
        0)
        fleet_die("no token");
}

void fleet_token(struct fleet *f, const char *who, char *out)
{
    fleet_token_for(f, who, 3600, out);
}

static struct client *sign_in(struct fleet *f, int server, const char *who)
{
    struct client_options o = {.port = fleet_port(f, server)};
    char token[FLEET_TOKEN_BYTES];

    fleet_token(f, who, token);
    return client_sign_in(&o, token);
}

struct client *fleet_member(struct fleet *f, int server, int64_t member)
{
    char who[32];

    snprintf(who, sizeof who, "m:%lld", (long long)member);
    return sign_in(f, server, who);
}

struct client *fleet_editor(struct fleet *f, int server)
{
    char who[32];

    snprintf(who, sizeof who, "s:%d", FLEET_EDITOR);
    return sign_in(f, server, who);
}

struct client *fleet_till(struct fleet *f, int server)
{
    struct client_options o = {
        .port = fleet_port(f, server), .authorization = "Key " FLEET_POS_KEY};

    return client_open(&o, NULL);
}

/* Adds up the lines of one page that start with `name`. */
static void add_metric(char *page, const char *name, int64_t *sum)
{
    char *rest = NULL;

    for (char *line = strtok_r(page, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        const char *value = strrchr(line, ' ');

        if (strncmp(line, name, strlen(name)) == 0 && value != NULL)
            *sum = (*sum < 0 ? 0 : *sum) + (int64_t)strtod(value + 1, NULL);
    }
}

int64_t fleet_metric(struct fleet *f, int server, const char *name)
{
    struct fleet_server *s = &f->servers[server];
    int64_t sum = -1;

    for (int worker = 0; worker < s->workers; worker++) {
        struct client_http r = {
            .port = s->admin_port + worker, .method = "GET", .path = "/metrics"};
        struct buf body;

        buf_init(&body, 0);
        if (client_http(&r, NULL, &body) == 200)
            add_metric(body.bytes, name, &sum);
        buf_done(&body);
    }
    return sum;
}

/* --- the send trace ---------------------------------------------------------------------------- */

static bool read_trace(const char *line, struct fleet_trace *t)
{
    char who[48] = "";
    long long at = 0, session = 0, from = 0, to = 0, member = 0, about = 0;

    memset(t, 0, sizeof *t);
    t->is_ack = strncmp(line, "ack ", 4) == 0;
    if (t->is_ack) {
        if (sscanf(line, "ack %lld %lld %47s %79s %lld", &at, &session, who, t->stream, &from) != 5)
            return false;
    } else if (sscanf(line, "signal %lld %lld %47s %79s %*s %lld", &at, &session, who, t->stream,
                   &about) == 5) {
        t->is_signal = true;
        t->about = about;
    } else if (sscanf(line, "sent %lld %lld %47s %79s %lld %lld %159s", &at, &session, who,
                   t->stream, &from, &to, t->purposes) < 6) {
        return false;
    }
    if (sscanf(who, "m:%lld", &member) == 1)
        t->member = member;
    t->at_ns = at;
    t->session = session;
    t->from = from;
    t->to = to;
    return true;
}

size_t fleet_trace_each(const struct fleet *f, fleet_trace_fn *each, void *arg)
{
    char path[FLEET_PATH_BYTES], line[1000];
    struct fleet_trace t;
    size_t count = 0;
    FILE *file;

    snprintf(path, sizeof path, "%s/trace", f->dir);
    file = fopen(path, "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (read_trace(line, &t)) {
            each(arg, &t);
            count++;
        }
    if (file != NULL)
        (void)fclose(file);
    return count;
}
