/* attack.h -- strangers: each attacker is a process and a peer address of its own, that does one kind of harm again and
 * again, looks at every answer, and in the end reports what it saw and what the server must have counted.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct attack;
struct attackers;
struct client;
struct client_options;
struct fleet;

enum { ATTACK_ADDRESS_BYTES = 24, ATTACK_NO_CODE = 1006, ATTACK_MANY = -2 };
enum { ATTACK_TLS_PER_S = 20 }; /* handshakes of one address and worker that chaos_tls allows */

/* Counters of /metrics. */
#define ATTACK_MALFORMED(error) "clubhub_malformed_total{error=\"" error "\"}"
#define ATTACK_CLOSED(code) "clubhub_closed_total{code=\"" code "\"}"
#define ATTACK_ENDED(reason) "clubhub_sockets_ended_total{reason=\"" reason "\"}"
#define ATTACK_REFUSED(reason) "clubhub_sockets_refused_total{reason=\"" reason "\"}"
#define ATTACK_HTTP(status) "clubhub_http_answers_total{status=\"" status "\"}"
#define ATTACK_OUTCOME(method, outcome) \
    "clubhub_calls_total{method=\"" method "\",outcome=\"" outcome "\"}"

/* One kind; returns when attack_is_over, or a little later. */
typedef void attack_fn(struct attack *a);
attack_fn attack_texts, attack_frames, attack_door, attack_tokens, attack_floods, attack_loop;
attack_fn attack_handshakes, attack_hellos, attack_records; /* of a server that speaks TLS */

struct attack_kind {
    const char *name;
    attack_fn *run;
};

/* Starts a process for each kind (the last has no name), which wait for attackers_go; before the caller has sockets of
 * its own.  Each has ten members from first_member on.
 */
struct attackers *attackers_new(
    struct fleet *f, int server, int64_t first_member, const struct attack_kind *kinds, int ms);
void attackers_go(struct attackers *all);
bool attackers_are_busy(struct attackers *all);
/* Waits for their ends; checks what they saw, and that each counter has grown by as much as they did. */
void attackers_judge(struct attackers *all);
void attackers_free(struct attackers *all);

/* --- for the attackers --- */

int attack_port(const struct attack *a);
int attack_server(const struct attack *a);
struct fleet *attack_fleet(const struct attack *a);
const char *attack_from(const struct attack *a);
int64_t attack_member(const struct attack *a); /* its first of ten */
bool attack_is_over(const struct attack *a);
void attack_rest(int ms);
/* One look at `words`; told once, with how often.  `got` is told of the first that does not hold. */
bool attack_saw(struct attack *a, bool holds, const char *words, int got);
/* The server must have counted one more. */
void attack_counted(struct attack *a, const char *metric);
/* A socket from its address, not signed in; or signed in with a token.  NULL: refused. */
struct client *attack_open(const struct attack *a);
struct client *attack_sign_in(const struct attack *a, int64_t member);
/* Reads until the server has closed; the code. */
int attack_close_code(struct client *c);
/* The error code of the next reply, 0: none, -1: no reply, ATTACK_MANY: a batch of them. */
int attack_next_error(struct client *c);
/* Sends bytes on a connection of its own and returns the status of the answer, 0: closed without one. */
int attack_http(const struct attack *a, const char *bytes, size_t length_bytes);
