/* ws_tls.c -- certificates, session tickets and handshakes of the public listener.
 *
 * A handshake costs twenty times what a WebSocket does, so whether it may be is judged when its ClientHello is there and
 * nothing has been computed for it.
 *
 * OpenSSL's types come with libwebsockets.h; everything else about OpenSSL is in crypto.c.
 */
#include "io/ws.h"

#include "io/ws_private.h"
#include "base/log.h"

#include <libwebsockets.h>

void ws_tls_prepare(struct ws *w, struct lws_context_creation_info *info)
{
    if (w->options->cert_file == NULL)
        return;
    info->options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
    info->ssl_cert_filepath = w->options->cert_file;
    info->ssl_private_key_filepath = w->options->key_file;
}

enum { ASIDES_MAX = 250 }; /* steps; a KeyUpdate takes a few */

static int conn_index(void)
{
    static int index = -1;

    if (index < 0)
        index = SSL_get_ex_new_index(0, NULL, NULL, NULL, NULL);
    return index;
}

static int on_client_hello(SSL *ssl, int *alert, void *arg)
{
    struct ws *w = arg;
    struct ws_conn *c = SSL_get_ex_data(ssl, conn_index());

    if (c == NULL)
        c = w->adopting;
    if (c == NULL || c->tls_asked || ws_accept_judge_tls(c))
        return SSL_CLIENT_HELLO_SUCCESS; /* asked before: the second ClientHello of a retry */
    *alert = SSL_AD_INTERNAL_ERROR;
    return SSL_CLIENT_HELLO_ERROR;
}

/* After the handshake: new keys, or the wish for another handshake.  OpenSSL deals with all there are of them before it
 * returns, so who sends nothing else would hold the worker for seconds, even one whose answer to a close is waited for.
 */
static void on_progress(const SSL *ssl, int where, int result)
{
    struct ws_conn *c = SSL_get_ex_data(ssl, conn_index());

    (void)result;
    if (c == NULL || c->cut)
        return;
    if ((where & SSL_CB_HANDSHAKE_DONE) != 0) {
        c->tls_done = true;
    } else if (c->tls_done && ++c->tls_asides > ASIDES_MAX) {
        c->server->counts->ended_tls += !c->closing; /* else its end was counted already */
        ws_cut(c); /* drops what the kernel holds, too: OpenSSL finds nothing more to read */
    }
}

void ws_tls_adopted(struct ws_conn *c)
{
    SSL *ssl = c->tls ? lws_get_ssl(c->wsi) : NULL;

    if (ssl == NULL)
        return;
    SSL_set_ex_data(ssl, conn_index(), c);
    if (SSL_is_init_finished(ssl) == 1) /* the peer was quicker than the adoption */
        c->tls_done = true;
}

/* Called once, with the context libwebsockets has made for the vhost. */
void ws_tls_configure(struct ws *w, void *ssl_ctx)
{
    SSL_CTX *tls = ssl_ctx;

    w->tls = tls;
    SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION);
    SSL_CTX_set_options(tls, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_num_tickets(tls, 1); /* each costs 55 us of the handshake */
    SSL_CTX_set_client_hello_cb(tls, on_client_hello, w);
    SSL_CTX_set_info_callback(tls, on_progress);
    if (w->options->ticket_key != NULL &&
        SSL_CTX_set_tlsext_ticket_keys(tls, (void *)w->options->ticket_key, 80) != 1)
        log_error("ticket_key_refused", "bytes=%d", 80);
}

static bool load(SSL_CTX *tls, const struct ws_options *o)
{
    return SSL_CTX_use_certificate_chain_file(tls, o->cert_file) == 1 &&
           SSL_CTX_use_PrivateKey_file(tls, o->key_file, SSL_FILETYPE_PEM) == 1 &&
           SSL_CTX_check_private_key(tls) == 1;
}

bool ws_reload_certificate(struct ws *w)
{
    SSL_CTX *trial;
    bool loaded;

    if (w->tls == NULL)
        return true; /* no TLS: nothing to load */
    trial = SSL_CTX_new(TLS_server_method());
    loaded = trial != NULL &&
             load(trial, w->options); /* so that a bad pair leaves the old one untouched */
    SSL_CTX_free(trial);
    return loaded && load(w->tls, w->options);
}
