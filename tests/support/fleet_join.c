/* fleet_join.c -- a server that somebody else started, by its address. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/crypto.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "client_http.h"
#include "client_private.h"
#include "fleet_private.h"

enum { READY_MS = 30000, READY_PAUSE_US = 100000 };

/* http://HOST:PORT, and whatever follows. */
static void read_url(const char *url, char host[FLEET_HOST_BYTES], int *port)
{
    if (sscanf(url, "http://%199[^:/]:%d", host, port) != 2)
        fleet_die("%s is not like http://HOST:PORT", url);
}

static void wait_until_ready(const struct fleet *f)
{
    struct client_http r = {
        .host = f->host, .port = f->servers[0].port, .method = "GET", .path = "/readyz"};
    int64_t until_ms = clock_mono().ms + READY_MS;
    struct buf body;
    int status;

    do {
        buf_init(&body, 0);
        status = client_http(&r, NULL, &body);
        buf_done(&body);
        if (status == 200)
            return;
        usleep(READY_PAUSE_US);
    } while (clock_mono().ms < until_ms);
    fleet_die("the server at %s:%d is not ready: HTTP %d", r.host, r.port, status);
}

/* Our end of a connection, without its last byte. */
static void see_network(struct fleet *f)
{
    struct sockaddr_in own = {.sin_family = AF_INET};
    socklen_t size = sizeof own;
    int fd = client_connect(f->host, NULL, f->servers[0].port, 0);
    const uint8_t *byte = (const uint8_t *)&own.sin_addr;

    if (fd < 0 || getsockname(fd, (struct sockaddr *)&own, &size) != 0)
        fleet_die("no connection to %s", f->host);
    close(fd);
    snprintf(f->network, sizeof f->network, "%d.%d.%d.0/24", byte[0], byte[1], byte[2]);
}

struct fleet *fleet_join(const char *url, const char *admin_url)
{
    const char *migrate_url = getenv("MIGRATE_URL"), *key_file = getenv("CLUBHUB_PII_KEY_FILE");
    struct fleet *f = mem_zalloc(sizeof *f);
    struct fleet_server *s = &f->servers[f->server_count++];
    char message[SECRET_MESSAGE_BYTES];
    struct secret key;

    if (migrate_url == NULL || key_file == NULL)
        fleet_die("MIGRATE_URL, the server's database as its owner, and CLUBHUB_PII_KEY_FILE are "
                  "wanted");
    if (secret_read("CLUBHUB_PII_KEY_FILE", key_file, &key, message) != ERR_OK)
        fleet_die("%s", message);
    crypto_hex(key.bytes, key.length_bytes, f->pii_key_hex);
    secret_wipe(&key);
    snprintf(f->migrate_url, sizeof f->migrate_url, "%s", migrate_url);
    (void)signal(SIGPIPE, SIG_IGN);
    read_url(url, f->host, &s->port);
    if (admin_url != NULL)
        read_url(admin_url, f->admin_host, &s->admin_port);
    wait_until_ready(f);
    see_network(f);
    return f;
}

const char *fleet_network(const struct fleet *f)
{
    return f->network[0] != '\0' ? f->network : "127.0.0.0/24";
}

const char *fleet_host(const struct fleet *f)
{
    return f->host[0] != '\0' ? f->host : NULL;
}

const char *fleet_admin_host(const struct fleet *f)
{
    return f->admin_host[0] != '\0' ? f->admin_host : NULL;
}
