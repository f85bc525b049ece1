/* auth.c -- tokens and keys to principals.
 *
 *   auth_token, auth_api_key -> `asked` -> auth_turn: one api.session_open for all -> on_opened -> done
 *   auth_ticket -> `tickets` -> auth_turn: one api.session_ticket_take for all -> on_taken -> `asked`
 *
 * What a token or key says is checked at once, but told at the end of the turn, like all that came of it.  An answer
 * from a snapshot that a loss has touched since is asked for again.
 */
#include "hub/auth.h"

#include <string.h>
#include <strings.h>

#include "hub/hub.h"
#include "hub/issuers.h"
#include "hub/node.h"
#include "hub/session.h"
#include "io/db.h"
#include "io/loop.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/list.h"
#include "base/mem.h"

enum { ASK_MAX = 500, TRIES_MAX = 3, KEY_MIN_BYTES = 20, KEY_MAX_BYTES = 128 };

static const char open_sql[] =
    "select idx, sqlstate, who, roles, locale, reply, sys_seq from api.session_open($1, $2, $3, $4, $5)";
static const char take_sql[] =
    "select idx, who, family, token_id, expires_s, auth_time_s from api.session_ticket_take($1)";

/* One who asks. */
struct asker {
    struct list_node node;
    auth_done_fn *done;
    void *arg;
    enum err err; /* of the token or key */
    int tries;
    char key_hash[CRYPTO_HEX_BYTES];    /* "": no API key */
    char ticket_hash[CRYPTO_HEX_BYTES]; /* of one not taken yet */
    char *issuer; /* of an outside token: claims.sub is its subject; else NULL */
    struct crypto_claims claims;
};

/* One query under way. */
struct question {
    struct auth *auth;
    struct list askers;
};

struct auth {
    struct hub *hub;
    struct list asked, tickets;
    size_t questions; /* under way */
    bool closing;
};

struct auth *auth_new(struct hub *h)
{
    struct auth *a = mem_zalloc(sizeof *a);

    a->hub = h;
    list_init(&a->asked);
    list_init(&a->tickets);
    return a;
}

static void tell(struct asker *k, const struct auth_result *r)
{
    k->done(k->arg, r);
    mem_free(k->issuer);
    mem_free(k);
}

static void tell_err(struct asker *k, enum err e)
{
    struct auth_result r = {.err = e, .claims = k->claims};

    tell(k, &r);
}

static void tell_all(struct list *askers, enum err e)
{
    struct list_node *n;

    while ((n = list_shift(askers)) != NULL)
        tell_err(LIST_ITEM(n, struct asker, node), e);
}

/* Whoever still asks is told that nobody answers any more; a question under way frees itself. */
void auth_free(struct auth *a)
{
    if (a == NULL)
        return;
    tell_all(&a->asked, ERR_UNAVAILABLE);
    tell_all(&a->tickets, ERR_UNAVAILABLE);
    a->closing = true;
    if (a->questions == 0)
        mem_free(a);
}

/* --- asking ---------------------------------------------------------------------------------- */

static struct asker *ask(struct auth *a, auth_done_fn *done, void *arg)
{
    struct asker *k = mem_zalloc(sizeof *k);

    list_node_init(&k->node);
    k->done = done;
    k->arg = arg;
    list_append(&a->asked, &k->node);
    loop_again(a->hub->loop); /* also for those who ask at the end of a turn */
    return k;
}

void auth_token(struct auth *a, const char *token, auth_done_fn *done, void *arg)
{
    struct hub *h = a->hub;
    struct asker *k = ask(a, done, arg);
    const char *issuer = NULL;

    k->err = crypto_token_verify(h->keys, token,
        &(struct crypto_rules){h->token_issuer, h->token_audience, h->token_leeway_s}, clock_wall(),
        &k->claims);
    if (k->err != ERR_OK && h->issuers != NULL)
        k->err = issuers_verify(h->issuers, token, h->token_leeway_s, &k->claims, &issuer);
    if (issuer != NULL)
        k->issuer = mem_copy(issuer, strlen(issuer));
}

void auth_api_key(struct auth *a, const char *key, auth_done_fn *done, void *arg)
{
    struct asker *k = ask(a, done, arg);
    uint8_t sum[CRYPTO_SHA256_BYTES];
    size_t length = strlen(key);

    if (length < KEY_MIN_BYTES || length > KEY_MAX_BYTES) {
        k->err = ERR_UNAUTHENTICATED;
        return;
    }
    crypto_sha256(key, length, sum);
    crypto_hex(sum, sizeof sum, k->key_hash);
    memcpy(k->claims.token_id, k->key_hash, sizeof k->claims.token_id - 1);
}

void auth_ticket(struct auth *a, const char *ticket, auth_done_fn *done, void *arg)
{
    struct asker *k = ask(a, done, arg);
    uint8_t sum[CRYPTO_SHA256_BYTES];
    size_t length = strlen(ticket);

    if (length != CRYPTO_B64_BYTES - 1) {
        k->err = ERR_UNAUTHENTICATED;
        return;
    }
    crypto_sha256(ticket, length, sum);
    crypto_hex(sum, sizeof sum, k->ticket_hash);
    list_remove(&a->asked, &k->node);
    list_append(&a->tickets, &k->node);
}

void auth_session(struct auth *a, const struct session *s, auth_done_fn *done, void *arg)
{
    struct asker *k = ask(a, done, arg);

    memcpy(k->claims.sub, s->who, strlen(s->who) + 1);
    memcpy(k->claims.token_id, s->token_id, sizeof k->claims.token_id);
    k->claims.session_family = s->family;
}

void auth_header(struct auth *a, const char *header, auth_done_fn *done, void *arg)
{
    size_t scheme = strcspn(header, " ");
    const char *value = header + scheme + strspn(header + scheme, " ");

    if (scheme == 6 && strncasecmp(header, "bearer", 6) == 0)
        auth_token(a, value, done, arg);
    else if (scheme == 3 && strncasecmp(header, "key", 3) == 0)
        auth_api_key(a, value, done, arg);
    else
        ask(a, done, arg)->err = ERR_UNAUTHENTICATED;
}

static struct question *question_new(struct auth *a)
{
    struct question *q = mem_zalloc(sizeof *q);

    q->auth = a;
    list_init(&q->askers);
    return q;
}

static void question_end(struct question *q)
{
    struct auth *a = q->auth;

    mem_free(q);
    a->questions--;
    if (a->closing && a->questions == 0)
        mem_free(a);
}

/* --- answers --------------------------------------------------------------------------------- */

static bool is_outdated(
    const struct auth *a, const struct asker *k, const char *who, int64_t sys_seq)
{
    const struct node *node = a->hub->node;
    int64_t id;

    if (node_revoked(node, sys_seq, who, k->claims.session_family, k->claims.token_id) != TOUCH_NO)
        return true;
    if (strncmp(who, "m:", 2) != 0 || !id_parse(who + 2, strlen(who + 2), &id))
        return false;
    return node_touched(node, sys_seq, &id, 1, NULL) != TOUCH_NO;
}

static void ask_again(struct auth *a, struct asker *k)
{
    if (a->closing || ++k->tries >= TRIES_MAX) {
        tell_err(k, ERR_UNAVAILABLE);
        return;
    }
    list_append(&a->asked, &k->node);
    loop_again(a->hub->loop);
}

static void take_row(struct auth *a, struct asker *k, const struct answer *in, int row)
{
    struct auth_result r = {
        .who = answer_text(in, row, 2),
        .roles = answer_text(in, row, 3),
        .locale = answer_text(in, row, 4),
        .reply = answer_text(in, row, 5),
        .sys_seq = answer_i64(in, row, 6),
        .claims = k->claims,
    };

    if (answer_text(in, row, 1) != NULL)
        tell_err(k, err_from_sqlstate(answer_text(in, row, 1)));
    else if (r.who == NULL || r.roles == NULL || r.reply == NULL)
        tell_err(k, ERR_UNAUTHENTICATED);
    else if (is_outdated(a, k, r.who, r.sys_seq))
        ask_again(a, k);
    else
        tell(k, &r);
}

static void on_opened(void *arg, const struct answer *in)
{
    struct question *q = arg;
    struct auth *a = q->auth;
    struct list_node *n;

    for (int row = 0; (n = list_shift(&q->askers)) != NULL; row++) {
        struct asker *k = LIST_ITEM(n, struct asker, node);

        if (answer_err(in) == ERR_LOST)
            ask_again(a, k);
        else if (answer_err(in) != ERR_OK)
            tell_err(k, ERR_UNAVAILABLE);
        else if (answer_i64(in, row, 0) != row + 1)
            tell_err(k, ERR_UNAUTHENTICATED);
        else
            take_row(a, k, in, row);
    }
    question_end(q);
}

/* --- tickets --------------------------------------------------------------------------------- */

/* What was lost on the way may be spent: its owner asks for another. */
static void take_ticket(struct auth *a, struct asker *k, const struct answer *in, int row)
{
    const char *who = answer_text(in, row, 1), *token_id = answer_text(in, row, 3);

    if (a->closing || answer_err(in) != ERR_OK) {
        tell_err(k, ERR_UNAVAILABLE);
        return;
    }
    if (answer_i64(in, row, 0) != row + 1 || who == NULL || token_id == NULL) {
        tell_err(k, ERR_UNAUTHENTICATED);
        return;
    }
    k->ticket_hash[0] = '\0';
    memcpy(k->claims.sub, who, strnlen(who, sizeof k->claims.sub - 1));
    memcpy(k->claims.token_id, token_id, strnlen(token_id, sizeof k->claims.token_id - 1));
    k->claims.session_family = answer_i64(in, row, 2);
    k->claims.expires_s = answer_i64(in, row, 4);
    k->claims.auth_time_s = answer_i64(in, row, 5);
    list_append(&a->asked, &k->node);
    loop_again(a->hub->loop);
}

static void on_taken(void *arg, const struct answer *in)
{
    struct question *q = arg;
    struct auth *a = q->auth;
    struct list_node *n;

    for (int row = 0; (n = list_shift(&q->askers)) != NULL; row++)
        take_ticket(a, LIST_ITEM(n, struct asker, node), in, row);
    question_end(q);
}

static void ask_tickets(struct auth *a)
{
    while (a->tickets.count > 0) {
        struct question *q = question_new(a);
        struct list_node *n;
        struct buf hashes;
        const char *args[1];

        buf_init(&hashes, 0);
        while (q->askers.count < ASK_MAX && (n = list_shift(&a->tickets)) != NULL) {
            buf_add_char(&hashes, q->askers.count == 0 ? '{' : ',');
            buf_add_text(&hashes, LIST_ITEM(n, struct asker, node)->ticket_hash);
            list_append(&q->askers, n);
        }
        buf_add_char(&hashes, '}');
        args[0] = hashes.bytes;
        a->questions++;
        db_query(a->hub->db, LANE_WRITE, take_sql, 1, args, on_taken, q);
        buf_done(&hashes);
    }
}

/* --- the query ------------------------------------------------------------------------------- */

enum { OPEN_WHO, OPEN_FAMILY, OPEN_KEY, OPEN_TOKEN, OPEN_ISSUER, OPEN_ARGS };

static void add_asker(const struct asker *k, struct buf arrays[OPEN_ARGS])
{
    bool has_key = k->key_hash[0] != '\0';

    for (int i = 0; i < OPEN_ARGS; i++)
        buf_add_char(&arrays[i], arrays[i].length_bytes == 0 ? '{' : ',');
    if (has_key)
        buf_add_text(&arrays[OPEN_WHO], "NULL");
    else
        buf_add_json_string(&arrays[OPEN_WHO], k->claims.sub, strlen(k->claims.sub));
    buf_add_i64(&arrays[OPEN_FAMILY], k->claims.session_family);
    buf_add_text(&arrays[OPEN_KEY], has_key ? k->key_hash : "NULL");
    buf_add_text(&arrays[OPEN_TOKEN], has_key ? "NULL" : k->claims.token_id);
    if (k->issuer == NULL)
        buf_add_text(&arrays[OPEN_ISSUER], "NULL");
    else
        buf_add_json_string(&arrays[OPEN_ISSUER], k->issuer, strlen(k->issuer));
}

static void send_question(struct auth *a, struct question *q)
{
    struct buf arrays[OPEN_ARGS];
    const char *args[OPEN_ARGS];

    for (int i = 0; i < OPEN_ARGS; i++)
        buf_init(&arrays[i], 0);
    LIST_EACH(&q->askers, n)
    add_asker(LIST_ITEM(n, struct asker, node), arrays);
    for (int i = 0; i < OPEN_ARGS; i++) {
        buf_add_char(&arrays[i], '}');
        args[i] = arrays[i].bytes;
    }
    a->questions++;
    db_query(a->hub->db, LANE_READ, open_sql, OPEN_ARGS, args, on_opened, q);
    for (int i = 0; i < OPEN_ARGS; i++)
        buf_done(&arrays[i]);
}

/* "m:5", "s:7": anything else a key's owner may have put into `sub` is nobody here. */
static bool is_principal(const char *sub)
{
    int64_t id;

    return (strncmp(sub, "m:", 2) == 0 || strncmp(sub, "s:", 2) == 0) &&
           id_parse(sub + 2, strlen(sub + 2), &id);
}

void auth_turn(struct auth *a)
{
    ask_tickets(a);
    while (a->asked.count > 0) {
        struct question *q = question_new(a);
        struct list_node *n;

        while (q->askers.count < ASK_MAX && (n = list_shift(&a->asked)) != NULL) {
            struct asker *k = LIST_ITEM(n, struct asker, node);

            if (k->err == ERR_OK && k->key_hash[0] == '\0' && k->issuer == NULL &&
                !is_principal(k->claims.sub))
                k->err = ERR_UNAUTHENTICATED;
            if (k->err != ERR_OK)
                tell_err(k, k->err);
            else
                list_append(&q->askers, &k->node);
        }
        if (q->askers.count > 0)
            send_question(a, q);
        else
            mem_free(q);
    }
}
