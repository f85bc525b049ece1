/* ws_tls.c -- certificates and session tickets of the public listener.
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

/* Called once, with the context libwebsockets has made for the vhost. */
void ws_tls_configure(struct ws *w, void *ssl_ctx)
{
    SSL_CTX *tls = ssl_ctx;

    w->tls = tls;
    SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION);
    SSL_CTX_set_options(tls, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_num_tickets(tls, 1); /* each costs 55 us of the handshake */
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
