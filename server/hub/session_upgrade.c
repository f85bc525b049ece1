/* session_upgrade.c -- signing in with the upgrade; what the client sends meanwhile waits. */
#include "hub/session_upgrade.h"

#include "hub/auth.h"
#include "hub/hub.h"
#include "hub/rpc.h"
#include "hub/session.h"
#include "io/ws.h"
#include "base/list.h"
#include "base/mem.h"

enum { EARLY_MAX = 64 };

/* A message that came too early. */
struct early {
    struct list_node node;
    char *text;
    size_t length_bytes;
};

/* Of one session; it may be going already. */
struct signing_in {
    struct session *session; /* NULL: gone */
    struct list early;
    size_t early_bytes;
};

static void early_drop(struct list *early)
{
    struct list_node *n;

    while ((n = list_shift(early)) != NULL) {
        struct early *m = LIST_ITEM(n, struct early, node);

        mem_free(m->text);
        mem_free(m);
    }
}

static void early_keep(struct signing_in *in, const char *text, size_t length_bytes)
{
    struct early *m;

    in->early_bytes += length_bytes;
    if (in->early.count >= EARLY_MAX || in->early_bytes > in->session->hub->limits.message_bytes) {
        session_close(in->session, CLOSE_TOO_MANY_CALLS);
        return;
    }
    m = mem_zalloc(sizeof *m);
    list_node_init(&m->node);
    m->text = mem_copy(text, length_bytes);
    m->length_bytes = length_bytes;
    list_append(&in->early, &m->node);
}

static void early_receive(struct session *s, struct list *early)
{
    LIST_EACH(early, n)
    {
        struct early *m = LIST_ITEM(n, struct early, node);

        if (session_is_open(s) && !s->close_after_replies)
            (void)rpc_receive(
                s->hub->rpc, s, m->text, m->length_bytes); /* false: nothing to answer */
    }
}

static void signed_in(struct session *s, struct list *early, const struct auth_result *r)
{
    s->signing_in = NULL;
    if (r->err == ERR_OK)
        session_sign_in(s, r->who, r->roles, r->locale, &r->claims);
    else if (r->err == ERR_UNAVAILABLE)
        session_close(s, CLOSE_OVERLOADED);
    else
        session_close(s, CLOSE_NO_TOKEN);
    early_receive(s, early);
}

static void on_known(void *arg, const struct auth_result *r)
{
    struct signing_in *in = arg;

    if (in->session != NULL)
        signed_in(in->session, &in->early, r);
    early_drop(&in->early);
    mem_free(in);
}

void session_upgrade(struct session *s, const struct ws_hello *hello)
{
    struct signing_in *in;

    if (hello->authorization == NULL && hello->ticket == NULL)
        return;
    in = mem_zalloc(sizeof *in);
    in->session = s;
    list_init(&in->early);
    s->signing_in = in;
    if (hello->authorization != NULL)
        auth_header(s->hub->auth, hello->authorization, on_known, in);
    else
        auth_ticket(s->hub->auth, hello->ticket, on_known, in);
}

void session_upgrade_keep(struct session *s, const char *text, size_t length_bytes)
{
    early_keep(s->signing_in, text, length_bytes);
}

void session_upgrade_forget(struct session *s)
{
    if (s->signing_in != NULL)
        s->signing_in->session = NULL;
}
