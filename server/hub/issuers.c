/* issuers.c -- the issuers of a file, each with its key set (issuers.h).
 *
 * (1) Everything is read into a new set first; only a set that is whole replaces the old one.
 * (2) A token is tried with each issuer that has its kid; iss and aud are compared after the signature held.
 */
#include "hub/issuers.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "io/json.h"
#include "io/loop.h"
#include "base/log.h"
#include "base/mem.h"

enum {
    FILE_BYTES_MAX = 65536,
    ISSUERS_MAX = 16,
    LOOK_MS = 2000,
    PATH_BYTES = 1024,
    NAME_MAX_BYTES = 255
};

/* What a file was like when it was read. */
struct mark {
    struct timespec changed;
    off_t size;
    ino_t inode;
    bool is_there;
};

struct issuer {
    char *name, *audience, *jwks_path;
    struct crypto_keys *keys;
};

struct set {
    struct issuer issuers[ISSUERS_MAX];
    int count;
};

struct issuers {
    char *path, *own;
    struct set set;
    struct mark marks[1 + ISSUERS_MAX]; /* of the file and of each key set, as last looked at */
    struct loop_timer *timer;
};

/* --- files ------------------------------------------------------------------------------------- */

static struct mark mark_of(const char *path)
{
    struct stat st;

    if (stat(path, &st) != 0)
        return (struct mark){.is_there = false};
    return (struct mark){
        .changed = st.st_mtim, .size = st.st_size, .inode = st.st_ino, .is_there = true};
}

static bool mark_equals(const struct mark *a, const struct mark *b)
{
    return a->is_there == b->is_there && a->changed.tv_sec == b->changed.tv_sec &&
           a->changed.tv_nsec == b->changed.tv_nsec && a->size == b->size && a->inode == b->inode;
}

static enum err refuse(char *out_message, const char *path, const char *why)
{
    snprintf(out_message, ISSUERS_MESSAGE_BYTES, "%.300s: %.150s", path, why);
    return ERR_INVALID_PARAMS;
}

/* The whole file; NULL: out_message says why not.  mem_free() it. */
static char *read_file(const char *path, size_t *out_bytes, char *out_message)
{
    FILE *file = fopen(path, "re");
    char *text = mem_alloc(FILE_BYTES_MAX + 1);
    size_t n = file != NULL ? fread(text, 1, FILE_BYTES_MAX + 1, file) : 0;
    const char *why = file == NULL         ? strerror(errno)
                      : ferror(file) != 0  ? "it cannot be read"
                      : n == 0             ? "it is empty"
                      : n > FILE_BYTES_MAX ? "it has more than 64 KiB"
                                           : NULL;

    if (file != NULL)
        (void)fclose(file); /* it was only read */
    if (why == NULL) {
        *out_bytes = n;
        return text;
    }
    (void)refuse(out_message, path, why);
    mem_free(text);
    return NULL;
}

/* --- one issuer -------------------------------------------------------------------------------- */

static void issuer_done(struct issuer *i)
{
    mem_free(i->name);
    mem_free(i->audience);
    mem_free(i->jwks_path);
    crypto_keys_free(i->keys);
}

static void set_done(struct set *s)
{
    for (int i = 0; i < s->count; i++)
        issuer_done(&s->issuers[i]);
    s->count = 0;
}

static enum err read_keys(struct issuer *i, char *out_message)
{
    size_t bytes;
    char *text = read_file(i->jwks_path, &bytes, out_message);
    int left_out = 0;
    enum err e;

    if (text == NULL)
        return ERR_INVALID_PARAMS;
    i->keys = crypto_keys_new();
    e = crypto_jwks_add(i->keys, text, bytes, &left_out);
    crypto_wipe(text, bytes);
    mem_free(text);
    if (e == ERR_CONFLICT)
        return refuse(out_message, i->jwks_path, "two keys have the same kid");
    if (e == ERR_LIMIT)
        return refuse(out_message, i->jwks_path, "it has more than 64 keys");
    if (e != ERR_OK)
        return refuse(out_message, i->jwks_path, "it is no JSON Web Key Set");
    log_info("issuer_keys", "issuer=%s keys=%d left_out=%d", i->name, crypto_keys_count(i->keys),
        left_out);
    return ERR_OK;
}

/* A path beside the file that names it. */
static char *beside(const char *path, const char *name)
{
    const char *slash = strrchr(path, '/');
    char full[PATH_BYTES];

    if (name[0] == '/' || slash == NULL)
        return mem_copy(name, strlen(name));
    snprintf(full, sizeof full, "%.*s/%s", (int)(slash - path), path, name);
    return mem_copy(full, strlen(full));
}

static char *copy_member(const struct json *j, const char *name)
{
    const char *text = json_text(json_member(j, name));
    size_t length = text != NULL ? strlen(text) : 0;

    return length == 0 || length > NAME_MAX_BYTES ? NULL : mem_copy(text, length);
}

static bool is_known(const struct set *s, const char *name, const char *own)
{
    for (int i = 0; i < s->count; i++) {
        if (strcmp(s->issuers[i].name, name) == 0)
            return true;
    }
    return strcmp(name, own) == 0;
}

static enum err add_issuer(
    struct set *s, const struct issuers *all, const struct json *j, char *out_message)
{
    struct issuer *i = &s->issuers[s->count];
    char *file = copy_member(j, "jwks_file");

    *i = (struct issuer){.name = copy_member(j, "issuer"), .audience = copy_member(j, "audience")};
    if (file != NULL)
        i->jwks_path = beside(all->path, file);
    mem_free(file);
    if (i->name == NULL || i->audience == NULL || i->jwks_path == NULL || json_count(j) != 3) {
        issuer_done(i);
        return refuse(out_message, all->path,
            "an issuer has issuer, audience and jwks_file, texts of 1..255 bytes, and nothing else");
    }
    if (is_known(s, i->name, all->own)) {
        issuer_done(i);
        return refuse(out_message, all->path, "an issuer is named twice, or is token_issuer");
    }
    s->count++;
    return read_keys(i, out_message);
}

/* --- all of them ------------------------------------------------------------------------------- */

static enum err read_set(const struct issuers *all, struct set *out_set, char *out_message)
{
    struct set s = {.count = 0};
    size_t bytes;
    char *text = read_file(all->path, &bytes, out_message);
    struct json *root = NULL;
    const struct json *list;
    enum err e;

    if (text == NULL)
        return ERR_INVALID_PARAMS;
    e = json_parse(text, bytes, &root, NULL);
    mem_free(text);
    list = e == ERR_OK ? json_member(root, "issuers") : NULL;
    if (list == NULL || json_type_of(list) != JSON_LIST || json_count(root) != 1)
        e = refuse(out_message, all->path, "it is not {\"issuers\":[…]}");
    else if (json_count(list) > ISSUERS_MAX)
        e = refuse(out_message, all->path, "it has more than 16 issuers");
    for (const struct json *j = json_first(list); j != NULL && e == ERR_OK; j = json_next(j))
        e = add_issuer(&s, all, j, out_message);
    json_free(root);
    if (e == ERR_OK)
        *out_set = s;
    else
        set_done(&s);
    return e;
}

/* Before reading, so that what changes meanwhile is seen next time. */
static void take_marks(struct issuers *s, struct mark out[1 + ISSUERS_MAX])
{
    out[0] = mark_of(s->path);
    for (int i = 0; i < ISSUERS_MAX; i++)
        out[1 + i] = i < s->set.count ? mark_of(s->set.issuers[i].jwks_path)
                                      : (struct mark){.is_there = false};
}

struct issuers *issuers_expect(const char *path, const char *own)
{
    struct issuers *s = mem_zalloc(sizeof *s);

    s->path = mem_copy(path, strlen(path));
    s->own = mem_copy(own, strlen(own));
    return s;
}

enum err issuers_open(const char *path,
    const char *own,
    struct issuers **out_issuers,
    char out_message[ISSUERS_MESSAGE_BYTES])
{
    struct issuers *s = issuers_expect(path, own);
    enum err e = read_set(s, &s->set, out_message);

    if (e != ERR_OK) {
        issuers_free(s);
        return e;
    }
    take_marks(s, s->marks);
    *out_issuers = s;
    return ERR_OK;
}

void issuers_free(struct issuers *s)
{
    if (s == NULL)
        return;
    loop_timer_free(s->timer);
    set_done(&s->set);
    mem_free(s->path);
    mem_free(s->own);
    mem_free(s);
}

void issuers_look(struct issuers *s)
{
    struct mark marks[1 + ISSUERS_MAX];
    char message[ISSUERS_MESSAGE_BYTES];
    struct set fresh;
    bool same = true;

    take_marks(s, marks);
    for (int i = 0; i <= ISSUERS_MAX; i++)
        same = same && mark_equals(&marks[i], &s->marks[i]);
    if (same)
        return;
    memcpy(s->marks, marks, sizeof marks);
    if (read_set(s, &fresh, message) != ERR_OK) {
        log_error("issuers_refused", "reason=%s", message);
        return;
    }
    set_done(&s->set);
    s->set = fresh;
    for (int i = 0; i < s->set.count; i++) /* paths may be new */
        s->marks[1 + i] = mark_of(s->set.issuers[i].jwks_path);
    log_info("issuers_read", "issuers=%d", s->set.count);
}

static void on_timer(void *arg)
{
    issuers_look(arg);
}

void issuers_watch(struct issuers *s, struct loop *l)
{
    s->timer = loop_timer_new(l, on_timer, s);
    loop_timer_set(s->timer, LOOK_MS, LOOK_MS);
}

enum err issuers_verify(const struct issuers *s,
    const char *token,
    int leeway_s,
    struct crypto_claims *out_claims,
    const char **out_issuer)
{
    struct wall_ms now = clock_wall();

    for (int i = 0; i < s->set.count; i++) {
        const struct issuer *issuer = &s->set.issuers[i];
        struct crypto_rules rules = {issuer->name, issuer->audience, leeway_s};

        if (crypto_token_verify(issuer->keys, token, &rules, now, out_claims) != ERR_OK)
            continue;
        out_claims->session_family = 0; /* families are the built-in sign-in's */
        *out_issuer = issuer->name;
        return ERR_OK;
    }
    return ERR_UNAUTHENTICATED;
}
