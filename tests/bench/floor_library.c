/* floor_library.c -- see floor_library.h. */
#include "floor_library.h"

#include <libwebsockets.h>
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 16384, HEADER_BYTES = 4096, READY_TRIES = 200, READY_WAIT_US = 20000 };

static int on_event(
    struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t length)
{
    (void)user;
    if (reason == LWS_CALLBACK_ESTABLISHED)
        lws_set_timeout(wsi, NO_PENDING_TIMEOUT, 0);
    (void)in;
    (void)length;
    return 0;
}

static const struct lws_protocols protocols[] = {
    {.name = "clubhub.v1", .callback = on_event},
    {.name = NULL},
};

void floor_library_serve(int port, const char *cert_file, const char *key_file)
{
    static const lws_retry_bo_t no_timers;
    struct lws_context_creation_info info = {
        .port = port,
        .iface = "127.0.0.1",
        .protocols = protocols,
        .retry_and_idle_policy = &no_timers,
        .gid = -1,
        .uid = -1,
        .alpn = "http/1.1",
        .pt_serv_buf_size = 16384,
        .max_http_header_data = HEADER_BYTES,
        .max_http_header_pool2 = CONNECTIONS_MAX,
        .ssl_cert_filepath = cert_file,
        .ssl_private_key_filepath = key_file,
        .ssl_options_set = SSL_OP_NO_COMPRESSION,
        .options = LWS_SERVER_OPTION_LIBUV |
                   (cert_file != NULL ? LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT : 0),
    };
    struct lws_context *context;

    lws_set_log_level(LLL_ERR, NULL);
    context = lws_create_context(&info);
    if (context == NULL)
        _exit(1);
    signal(SIGTERM, SIG_DFL); /* libuv's handler would only end the loop */
    while (lws_service(context, 0) >= 0)
        continue;
    _exit(0);
}

static int free_port(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET};
    socklen_t n = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof a) != 0 ||
        getsockname(fd, (struct sockaddr *)&a, &n) != 0) {
        perror("floor: port");
        exit(1);
    }
    close(fd);
    return ntohs(a.sin_port);
}

static int is_listening(int port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0), connected;

    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected = connect(fd, (struct sockaddr *)&a, sizeof a) == 0;
    close(fd);
    return connected;
}

struct floor_server floor_library_start(const char *cert_file, const char *key_file)
{
    struct floor_server f = {.port = free_port()};
    int pipe_fds[2];

    if (pipe(pipe_fds) != 0)
        exit(1);
    f.control_fd = pipe_fds[1];
    f.pid = fork();
    if (f.pid == 0) { /* anew, so that it does not grow into what this process has freed */
        char port[16];

        close(pipe_fds[1]);
        snprintf(port, sizeof port, "%d", f.port);
        execl("/proc/self/exe", FLOOR_LIBRARY_WORD, FLOOR_LIBRARY_WORD, port, cert_file, key_file,
            (char *)NULL);
        _exit(127);
    }
    close(pipe_fds[0]);
    for (int tries = 0; !is_listening(f.port); tries++) {
        if (tries == READY_TRIES) {
            fprintf(stderr, "floor: libwebsockets did not start\n");
            exit(1);
        }
        usleep(READY_WAIT_US);
    }
    return f;
}
