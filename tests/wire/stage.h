/* stage.h -- what one script plays on: a club of its own, its people and their connections.
 *
 * Names  alice, bob …            members of the script's club; made when the script first names them
 *        editor, manager, agent, moderator, analyst, privacy, admin   staff of that role
 *        till (pos), booking, crm, mailer, partner, ops               services with a key of that scope
 *        guest, guest2 …         nobody
 * Connections  alice, alice#2    sockets;  alice@http  calls over HTTP;  alice@small  a socket on the server "small"
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "problem.h"
#include "vars.h"

struct client;
struct client_message;
struct coverage;
struct crypto_keys;
struct fleet;
struct json;
struct planted;
struct protocol;

enum { NAME_BYTES = 40, PEOPLE_MAX = 40, ACTORS_MAX = 60, SERVERS_MAX = 11, PENDING_MAX = 200 };

enum person_kind { PERSON_GUEST, PERSON_MEMBER, PERSON_STAFF, PERSON_SERVICE };

struct person {
    char name[NAME_BYTES];
    enum person_kind kind;
    int64_t id;
    char key[80]; /* of a service */
};

/* A request whose reply has not been read from the socket. */
struct pending {
    char *id;     /* as JSON */
    char *method; /* NULL: unknown */
    char *member; /* whom it is about; NULL: nobody */
    int64_t after[50];
};

/* A message that has come and not been looked at by the script; of a socket or of an HTTP answer. */
struct arrived {
    struct client_message *message;
    struct json *root;
    const struct json *json; /* NULL: an HTTP answer without a reply */
    int status;              /* of an HTTP answer */
    struct arrived *next;
};

struct actor {
    char name[NAME_BYTES];
    struct person *person;
    int server; /* of the fleet */
    bool is_http;
    struct client *client;
    struct coverage *coverage;
    struct pending pending[PENDING_MAX];
    size_t pending_count;
    char *asked[PENDING_MAX]; /* ids in order, for `<` */
    size_t asked_count;
    struct arrived *replies, *pushes;
    int64_t last_id;
};

struct named_server {
    char name[NAME_BYTES], options[300];
    int server;
    bool is_draining;
};

struct stage {
    struct fleet *fleet;
    struct protocol *protocol;
    struct crypto_keys *keys;
    struct planted *planted;
    int main_server;
    bool is_elsewhere; /* TEST_URL: nothing is begun or ended by a script */
    struct named_server servers[SERVERS_MAX];
    size_t server_count;
    bool database_is_dead;
    struct db_sync *lock; /* holds locks for a script; NULL: none */

    int number; /* of the script */
    struct vars vars;
    struct problem problem; /* what came over the wire and was wrong */
    struct person people[PEOPLE_MAX];
    size_t people_count;
    struct actor actors[ACTORS_MAX];
    size_t actor_count;
    int64_t last_key;
    char value[2000]; /* the first of the last answer to the owner */
};

/* --- world.c: people and facts in the database --- */
bool world_install(struct stage *s, struct problem *out_problem);
bool world_begin(struct stage *s, struct problem *out_problem); /* the script's club */
struct person *world_person(struct stage *s, const char *name, struct problem *out_problem);
bool world_given(struct stage *s, const char *fact, struct problem *out_problem);
/* A statement as the owner; its first value, good until the next, or "". */
bool world_ask(
    struct stage *s, const char *sql, const char **out_value, struct problem *out_problem);
void world_end(struct stage *s);

/* --- servers.c --- */
bool servers_line(struct stage *s, const char *line, struct problem *out_problem);
bool servers_database(struct stage *s, const char *line, struct problem *out_problem);
int servers_find(const struct stage *s, const char *name); /* -1: none of that name */
void servers_end(struct stage *s);

/* --- post.c: HTTP --- */
bool post_line(struct stage *s, const char *line, struct problem *out_problem);
bool post_call(struct stage *s, struct actor *a, const char *body, struct problem *out_problem);
