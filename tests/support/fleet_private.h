/* fleet_private.h -- what fleet*.c share. */
#pragma once

#include "fleet.h"

#include "io/db.h"
#include "secret.h"

enum {
    FLEET_PATH_BYTES = 400,
    FLEET_URL_BYTES = 600,
    FLEET_ARGS_MAX = 32,
    FLEET_OPTION_BYTES = 420,
    FLEET_HOST_BYTES = 200
};

#define FLEET_TOKEN_KEY "a3f1c5d7e9b20436587a9cbedf00112233445566778899aabbccddeeff102132"

struct fleet_server {
    pid_t pid; /* 0: not running */
    int workers, port, admin_port, starts;
    bool is_killed; /* by the test: its status does not count */
    bool is_ending; /* it was told SIGTERM */
    bool is_judged; /* its log was read since it was started last */
    char options[FLEET_ARGS_MAX][FLEET_OPTION_BYTES];
    int option_count;
};

struct fleet {
    char dir[FLEET_PATH_BYTES / 4], pg_dir[FLEET_PATH_BYTES / 2], pg_sh[FLEET_PATH_BYTES],
        binary[FLEET_PATH_BYTES + 20];
    bool owns_cluster;
    char database_url[FLEET_URL_BYTES], migrate_url[FLEET_URL_BYTES], admin_url[FLEET_URL_BYTES];
    struct db_sync *db;
    struct fleet_server servers[FLEET_SERVERS_MAX];
    int server_count, problems, descriptors_most;
    struct crypto_keys *keys;
    char pii_key_hex[2 * SECRET_MAX_BYTES + 1];
    char host[FLEET_HOST_BYTES], admin_host[FLEET_HOST_BYTES]; /* of fleet_join; else "" */
    char network[20];
};

void fleet_die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
/* Runs a program to its end, output into a file of f->dir; returns its exit status. */
int fleet_command(struct fleet *f, const char *output, const char *const *argv);
void fleet_database_open(struct fleet *f); /* the cluster, an empty database, migrated */
void fleet_database_close(struct fleet *f);
