/* config.c -- the option table, and reading it from file, environment and command line.
 *
 * Adding an option: 1 a field in struct config, 2 a row below (alphabetical), 3 its use in worker.c or supervisor.c,
 * 4 `./hub describe` writes the sample anew.
 */
#include "config.h"

#include "base/mem.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE_BYTES = 4096, NAME_BYTES = 64 };
enum option_type { OPT_NUMBER, OPT_TEXT, OPT_BOOL, OPT_WORD };

struct option {
    const char *name;
    enum option_type type;
    size_t at;
    int min, max;         /* OPT_NUMBER */
    const char *words;    /* OPT_WORD: space separated */
    const char *standard; /* the default */
    const char *unit;     /* "" for texts */
    const char *doc;
};

#define AT(field) offsetof(struct config, field)
#define NUMBER(field, lo, hi, standard, unit, doc)                       \
    {                                                                    \
#field, OPT_NUMBER, AT(field), lo, hi, NULL, standard, unit, doc \
    }
#define TEXT(field, standard, doc)                                 \
    {                                                              \
#field, OPT_TEXT, AT(field), 0, 0, NULL, standard, "", doc \
    }
#define BOOL(field, standard, doc)                                         \
    {                                                                      \
#field, OPT_BOOL, AT(field), 0, 0, "true false", standard, "", doc \
    }
#define WORD(field, words, standard, doc)                           \
    {                                                               \
#field, OPT_WORD, AT(field), 0, 0, words, standard, "", doc \
    }

/* clang-format off */
static const struct option options[] = {
    NUMBER(access_token_s, 60, 86400, "900", "seconds",
        "How long a token of the built-in sign-in is valid."),
    TEXT(admin_listen, "127.0.0.1:9090",
        "Address of /healthz, /readyz and /metrics of the first worker; worker i listens on this port + i. Keep it private."),
    NUMBER(answer_bytes, 4096, 1048576, "131072", "bytes",
        "A reply larger than this is not sent; the caller gets an error."),
    NUMBER(body_bytes, 1024, 16777216, "1048576", "bytes",
        "A larger body of an HTTP request is refused."),
    NUMBER(call_timeout_ms, 50, 60000, "3000", "milliseconds",
        "How long one call may take before it fails."),
    NUMBER(coalesce_max, 1, 1000, "200", "requests",
        "Requests for the same hot row that go to the database together, at most."),
    NUMBER(connections_max, 1, 1000000, "20000", "connections",
        "Open sockets of one worker; more are answered 503. Fewer when the limit of descriptors does not allow so many."),
    TEXT(database_url, "",
        "The database, as role club_server. A libpq URL or connection string."),
    NUMBER(db_connections, 3, 100, "8", "connections",
        "Connections of each worker that carry calls: one for slow ones, the rest for reads (3 of 8) and writes. Two more listen and renew."),
    NUMBER(db_depth_max, 1, 10000, "256", "statements",
        "Statements outstanding on one connection before calls are refused with BUSY."),
    BOOL(development, "false",
        "Allows what must not happen in production, such as mailer = log."),
    NUMBER(drain_ms, 0, 600000, "30000", "milliseconds",
        "After SIGTERM: time for calls under way and for closing sockets in batches."),
    NUMBER(fence_ms, 100, 60000, "1000", "milliseconds",
        "A worker whose renewals stand still for so long is taken out by the others. Not less than lease_ms."),
    NUMBER(half_open_max, 1, 100000, "2000", "sockets",
        "Sockets of one worker that have not finished their handshake; above it the oldest goes."),
    NUMBER(handshake_ms, 100, 600000, "10000", "milliseconds",
        "A socket whose TLS handshake and request are not whole by then is cut."),
    NUMBER(handshakes_per_address_per_s, 0, 100000, "0", "handshakes per second",
        "New WebSockets of one peer address and worker; 0: no limit."),
    NUMBER(handshakes_per_s, 1, 100000, "2000", "handshakes per second",
        "New WebSockets of one worker; more are answered 503 with Retry-After."),
    WORD(identity, "builtin external", "builtin",
        "Who keeps the passwords: this server, or an outside provider of issuers_file; then account.login, account.refresh and what changes a password are closed."),
    TEXT(issuers_file, "",
        "JSON file with outside identity providers: {\"issuers\":[{\"issuer\":\"https://id.example\",\"audience\":\"clubhub\",\"jwks_file\":\"id.jwks\"}]}. Both files are read again when they change, and on SIGHUP."),
    NUMBER(lease_ms, 300, 60000, "800", "milliseconds",
        "A worker that could not renew for so long hands no event to any socket."),
    TEXT(listen, "127.0.0.1:8080",
        "Address and port for members, staff and services. Port 0: any free one, told in the log."),
    NUMBER(lock_timeout_ms, 10, 60000, "2000", "milliseconds",
        "How long a statement may wait for a lock. Less than statement_timeout_ms."),
    WORD(log_level, "debug info warn error", "info",
        "The least level that is logged. Read again on SIGHUP."),
    WORD(mailer, "none log", "none",
        "How mails leave: not at all, or into the log (development only)."),
    NUMBER(member_sessions_max, 1, 1000, "8", "sessions",
        "WebSockets of one member on one worker; a new one above that replaces the oldest."),
    NUMBER(message_bytes, 1024, 1048576, "65536", "bytes",
        "A larger WebSocket message closes the connection."),
    TEXT(migrate_url, "",
        "The same database as role club_owner, for migrate, apikey, new-epoch and verify-consent."),
    TEXT(origins, "",
        "Origins of web pages that may connect, separated by spaces; * for any. Clients without an Origin header may always."),
    NUMBER(per_address_max, 0, 1000000, "0", "sockets",
        "Open sockets of one peer address and worker; 0: no limit."),
    TEXT(pii_key_file, "",
        "File with the key that seals names and addresses in the database: 32 bytes or more, raw, hex or base64."),
    NUMBER(ping_ms, 100, 600000, "25000", "milliseconds",
        "Silence after which a WebSocket is pinged; two pings without an answer end it. A message that is not whole after three times as long ends it, too."),
    NUMBER(presence_ttl_ms, 3000, 3600000, "60000", "milliseconds",
        "How long being told as present in a plan holds; it is told again three times as often."),
    TEXT(public_url, "http://127.0.0.1:8080",
        "Where members reach this server: what links in messages begin with, without a slash at the end."),
    TEXT(receipt_key_file, "",
        "File with the Ed25519 key (PEM) that signs consent receipts; public keys of earlier ones may follow in it. In development it may be left out: one is derived from the token key."),
    NUMBER(renew_ms, 20, 10000, "250", "milliseconds",
        "How often the lease is renewed. Less than half of lease_ms."),
    NUMBER(reply_bytes, 16384, 16777216, "262144", "bytes",
        "A session whose unsent replies exceed this is closed."),
    NUMBER(ring_events, 16, 100000, "1024", "events",
        "Recent events of each stream that a worker keeps in memory."),
    NUMBER(service_calls_per_s, 1, 1000000, "5000", "calls per second",
        "Calls of one service and worker."),
    NUMBER(session_calls_burst, 1, 100000, "100", "calls",
        "Calls a session may make at once before session_calls_per_s holds it."),
    NUMBER(session_calls_in_flight, 1, 1000, "32", "calls",
        "Calls of one session that may wait for their answer."),
    NUMBER(session_calls_per_s, 1, 100000, "50", "calls per second",
        "Calls of one session."),
    NUMBER(session_subscriptions_max, 1, 10000, "200", "subscriptions",
        "Streams one session may follow."),
    NUMBER(sign_in_ms, 100, 600000, "10000", "milliseconds",
        "A WebSocket that has not signed in by then is closed."),
    NUMBER(signal_batch_ms, 10, 10000, "100", "milliseconds",
        "Signs of typing and presence go to the other workers together, so often at most; what does not fit into 8,000 bytes is dropped."),
    NUMBER(signal_pace_ms, 100, 60000, "3000", "milliseconds",
        "A session is heard typing, and a member is told as come or gone, once in so long."),
    NUMBER(slow_timeout_ms, 100, 600000, "30000", "milliseconds",
        "How long one slow call (exports, insights) may take."),
    NUMBER(stall_ms, 1000, 600000, "30000", "milliseconds",
        "A client that takes nothing for so long is closed; it resumes later."),
    NUMBER(statement_timeout_ms, 20, 60000, "2500", "milliseconds",
        "How long a statement may run in the database. Less than call_timeout_ms."),
    NUMBER(tail_ms, 10, 60000, "1000", "milliseconds",
        "How often events of other workers are looked for in case a wake-up was lost."),
    NUMBER(terms_version, 1, 1000000, "1", "version",
        "The version of the club's terms that is in force; who joins must have agreed to this one."),
    TEXT(tls_cert_file, "",
        "Certificate chain (PEM); with tls_key_file the server speaks TLS. Read again on SIGHUP."),
    NUMBER(tls_handshakes_per_address_per_s, 0, 100000, "0", "handshakes per second",
        "TLS handshakes of one peer address and worker; more end with an alert. 0: no limit."),
    NUMBER(tls_handshakes_per_s, 0, 100000, "500", "handshakes per second",
        "TLS handshakes of one worker, each about 0.6 ms of its time; more end with an alert before anything is computed. 0: no limit."),
    TEXT(tls_key_file, "",
        "The certificate's private key (PEM)."),
    TEXT(token_audience, "clubhub",
        "The `aud` a token must carry."),
    TEXT(token_issuer, "clubhub",
        "The `iss` a token must carry."),
    TEXT(token_key_file, "",
        "File with the secret of the built-in tokens (HS256): 32 bytes or more, raw, hex or base64."),
    NUMBER(token_leeway_s, 0, 60, "5", "seconds",
        "How far the clock of who made a token may be ahead (nbf, iat); exp has no leeway."),
    TEXT(trace_file, "",
        "For tests only: every batch handed to a socket and every acknowledged loss is noted in this file."),
    NUMBER(wake_ms, 1, 1000, "5", "milliseconds",
        "Other workers are woken at most once in this time."),
    NUMBER(workers, 0, 256, "0", "processes",
        "How many workers serve; 0: one per core."),
};
/* clang-format on */

enum { OPTION_COUNT = sizeof options / sizeof options[0] };

static int *number_at(struct config *c, const struct option *o)
{
    return (int *)(void *)((char *)c + o->at);
}

static bool *bool_at(struct config *c, const struct option *o)
{
    return (bool *)(void *)((char *)c + o->at);
}

static const char **text_at(struct config *c, const struct option *o)
{
    return (const char **)(void *)((char *)c + o->at);
}

static const struct option *find_option(const char *name, size_t length)
{
    for (int i = 0; i < OPTION_COUNT; i++)
        if (strlen(options[i].name) == length && strncmp(options[i].name, name, length) == 0)
            return &options[i];
    return NULL;
}

/* --- one value ------------------------------------------------------------------------------- */

static bool is_word(const char *words, const char *value)
{
    size_t length = strlen(value);

    for (const char *p = words; *p != '\0';) {
        size_t n = strcspn(p, " ");

        if (n == length && n > 0 && strncmp(p, value, n) == 0)
            return true;
        p += n + (p[n] == ' ');
    }
    return false;
}

static enum err set_number(
    struct config *c, const struct option *o, const char *value, char *out_message)
{
    char *end;
    long n;

    errno = 0;
    n = strtol(value, &end, 10);
    if (value[0] == '\0' || *end != '\0' || errno != 0 || n < o->min || n > o->max) {
        snprintf(out_message, CONFIG_MESSAGE_BYTES, "%s must be %d..%d %s, not '%s'", o->name,
            o->min, o->max, o->unit, value);
        return ERR_INVALID_PARAMS;
    }
    *number_at(c, o) = (int)n;
    return ERR_OK;
}

static enum err set_value(
    struct config *c, const struct option *o, const char *value, char *out_message)
{
    if (o->type == OPT_NUMBER)
        return set_number(c, o, value, out_message);
    if (o->words != NULL && !is_word(o->words, value)) {
        snprintf(out_message, CONFIG_MESSAGE_BYTES, "%s must be one of: %s, not '%s'", o->name,
            o->words, value);
        return ERR_INVALID_PARAMS;
    }
    if (o->type == OPT_BOOL) {
        *bool_at(c, o) = strcmp(value, "true") == 0;
        return ERR_OK;
    }
    mem_free((char *)*text_at(c, o));
    *text_at(c, o) = mem_copy(value, strlen(value));
    return ERR_OK;
}

/* --- sources --------------------------------------------------------------------------------- */

static enum err load_defaults(struct config *c, char *out_message)
{
    enum err e = ERR_OK;

    for (int i = 0; i < OPTION_COUNT && e == ERR_OK; i++)
        e = set_value(c, &options[i], options[i].standard, out_message);
    return e;
}

static char *trim(char *text)
{
    size_t n;

    text += strspn(text, " \t\r\n");
    n = strlen(text);
    while (n > 0 && strchr(" \t\r\n", text[n - 1]) != NULL)
        text[--n] = '\0';
    return text;
}

/* Could it be the name of an option, misspelt?  What is not is never repeated: it may be an address with its password. */
static bool is_like_a_name(const char *text, size_t length)
{
    return length > 0 && length < NAME_BYTES &&
           strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_-") >= length;
}

/* One line of a file: "" , "# ..." or "name = value". */
static enum err load_line(struct config *c, char *line, char *out_message)
{
    char *text = trim(line), *equals = strchr(text, '=');
    const struct option *o;

    if (text[0] == '\0' || text[0] == '#')
        return ERR_OK;
    if (equals == NULL) {
        snprintf(out_message, CONFIG_MESSAGE_BYTES, "this is not `name = value`");
        return ERR_INVALID_PARAMS;
    }
    *equals = '\0';
    text = trim(text);
    o = find_option(text, strlen(text));
    if (o == NULL) {
        snprintf(out_message, CONFIG_MESSAGE_BYTES, "there is no option '%s'",
            is_like_a_name(text, strlen(text)) ? text : "...");
        return ERR_INVALID_PARAMS;
    }
    return set_value(c, o, trim(equals + 1), out_message);
}

static enum err load_file(struct config *c, const char *path, char *out_message)
{
    FILE *file = fopen(path, "re");
    char line[LINE_BYTES], why[CONFIG_MESSAGE_BYTES - 64];
    enum err e = ERR_OK;

    if (file == NULL) {
        snprintf(out_message, CONFIG_MESSAGE_BYTES, "%.200s: %s", path, strerror(errno));
        return ERR_INVALID_PARAMS;
    }
    for (int number = 1; e == ERR_OK && fgets(line, sizeof line, file) != NULL; number++) {
        e = load_line(c, line, out_message);
        if (e != ERR_OK) {
            snprintf(why, sizeof why, "%s", out_message);
            snprintf(out_message, CONFIG_MESSAGE_BYTES, "%.60s:%d: %.420s", path, number, why);
        }
    }
    (void)fclose(file); /* it was only read */
    return e;
}

static enum err load_environment(struct config *c, char *out_message)
{
    char name[NAME_BYTES];
    enum err e = ERR_OK;

    for (int i = 0; i < OPTION_COUNT && e == ERR_OK; i++) {
        const char *value;
        size_t n = (size_t)snprintf(name, sizeof name, "CLUBHUB_%s", options[i].name);

        for (size_t j = 0; j < n; j++)
            name[j] = (char)toupper((unsigned char)name[j]);
        value = getenv(name);
        if (value != NULL)
            e = set_value(c, &options[i], value, out_message);
    }
    return e;
}

static const char config_flag[] = "--config=";

static enum err load_flag(struct config *c, const char *arg, char *out_message)
{
    const char *equals = strchr(arg, '=');
    const struct option *o = NULL;

    if (strncmp(arg, config_flag, sizeof config_flag - 1) == 0)
        return ERR_OK; /* read already */
    if (strncmp(arg, "--", 2) == 0 && equals != NULL)
        o = find_option(arg + 2, (size_t)(equals - arg) - 2);
    if (o == NULL) {
        size_t n = strcspn(arg, "=");

        snprintf(out_message, CONFIG_MESSAGE_BYTES, "'%.*s' is not an option (--name=value)",
            is_like_a_name(arg, n) ? (int)n : 3, is_like_a_name(arg, n) ? arg : "...");
        return ERR_INVALID_PARAMS;
    }
    return set_value(c, o, equals + 1, out_message);
}

static const char *file_of(int count, char *const *args)
{
    const char *path = getenv("CLUBHUB_CONFIG");

    for (int i = 0; i < count; i++)
        if (strncmp(args[i], config_flag, sizeof config_flag - 1) == 0)
            path = args[i] + sizeof config_flag - 1;
    return path != NULL && path[0] != '\0' ? path : NULL;
}

enum err config_load(
    int count, char *const *args, struct config *out_config, char out_message[CONFIG_MESSAGE_BYTES])
{
    const char *path = file_of(count, args);
    struct config c = {0};
    enum err e = load_defaults(&c, out_message);

    if (e == ERR_OK && path != NULL)
        e = load_file(&c, path, out_message);
    if (e == ERR_OK)
        e = load_environment(&c, out_message);
    for (int i = 0; i < count && e == ERR_OK; i++)
        e = load_flag(&c, args[i], out_message);
    if (e == ERR_OK)
        *out_config = c;
    else
        config_done(&c);
    return e;
}

void config_done(struct config *c)
{
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (options[i].type == OPT_TEXT || options[i].type == OPT_WORD) {
            mem_free((char *)*text_at(c, &options[i]));
            *text_at(c, &options[i]) = NULL;
        }
    }
}

/* --- options that belong together ------------------------------------------------------------ */

static enum err refuse(char *out_message, const char *why)
{
    snprintf(out_message, CONFIG_MESSAGE_BYTES, "%s", why);
    return ERR_INVALID_PARAMS;
}

/* http:// or https://, a host, perhaps a port and a path: nothing that would end a link early. */
static bool is_public_url(const char *url)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:/._~-[]";
    size_t length = strlen(url);

    return (strncmp(url, "http://", 7) == 0 || strncmp(url, "https://", 8) == 0) &&
           strspn(url, allowed) == length && url[length - 1] != '/';
}

enum err config_check_serve(const struct config *c, char out_message[CONFIG_MESSAGE_BYTES])
{
    if (c->database_url[0] == '\0')
        return refuse(out_message, "database_url is missing: the database as role club_server");
    if (c->token_key_file[0] == '\0')
        return refuse(out_message, "token_key_file is missing: a file with 32 random bytes");
    if (c->pii_key_file[0] == '\0')
        return refuse(out_message, "pii_key_file is missing: a file with 32 random bytes");
    if (strcmp(c->identity, "external") == 0 && c->issuers_file[0] == '\0')
        return refuse(out_message, "identity = external needs issuers_file");
    if (c->receipt_key_file[0] == '\0' && !c->development)
        return refuse(out_message,
            "receipt_key_file is missing: an Ed25519 key (openssl genpkey -algorithm ed25519)");
    if (strcmp(c->mailer, "log") == 0 && !c->development)
        return refuse(out_message, "mailer = log is for development = true only");
    if (!is_public_url(c->public_url))
        return refuse(
            out_message, "public_url must begin with http:// or https:// and end without a slash");
    if ((c->tls_cert_file[0] == '\0') != (c->tls_key_file[0] == '\0'))
        return refuse(out_message, "tls_cert_file and tls_key_file belong together");
    if (c->renew_ms * 2 >= c->lease_ms)
        return refuse(out_message, "renew_ms must be less than half of lease_ms");
    if (c->fence_ms < c->lease_ms)
        return refuse(out_message, "fence_ms must not be less than lease_ms");
    if (c->presence_ttl_ms < c->signal_pace_ms * 6)
        return refuse(
            out_message, "presence_ttl_ms must not be less than six times signal_pace_ms");
    if (c->lock_timeout_ms >= c->statement_timeout_ms)
        return refuse(out_message, "lock_timeout_ms must be less than statement_timeout_ms");
    if (c->statement_timeout_ms >= c->call_timeout_ms)
        return refuse(out_message, "statement_timeout_ms must be less than call_timeout_ms");
    return ERR_OK;
}

int config_db_read(const struct config *c)
{
    int read = c->db_connections * 3 / 8;

    return read > 0 ? read : 1;
}

int config_db_write(const struct config *c)
{
    return c->db_connections - config_db_read(c) - 1;
}

/* --- the sample ------------------------------------------------------------------------------ */

static void print_wrapped(FILE *out, const char *text)
{
    size_t column = 0;

    for (const char *p = text; *p != '\0';) {
        size_t n = strcspn(p, " ");

        if (column > 0 && column + 1 + n > 98) {
            fputs("\n", out);
            column = 0;
        }
        fprintf(out, "%s%.*s", column == 0 ? "# " : " ", (int)n, p);
        column += n + (column == 0 ? 2 : 1);
        p += n + (p[n] == ' ');
    }
    fputs("\n", out);
}

static void print_option(FILE *out, const struct option *o)
{
    fputs("\n", out);
    print_wrapped(out, o->doc);
    if (o->type == OPT_NUMBER)
        fprintf(out, "# %d..%d %s\n", o->min, o->max, o->unit);
    else if (o->words != NULL)
        fprintf(out, "# one of: %s\n", o->words);
    fprintf(out, "#%s =%s%s\n", o->name, o->standard[0] != '\0' ? " " : "", o->standard);
}

void config_print_example(FILE *out)
{
    fputs(
        "# clubhub.conf -- printed by `clubhub serve --print-config`; every option with its default.\n"
        "#\n"
        "# An option is taken from, the later the stronger: this file (--config=FILE), the environment\n"
        "# (CLUBHUB_ and the name in capitals), the command line (--name=value).\n",
        out);
    for (int i = 0; i < OPTION_COUNT; i++)
        print_option(out, &options[i]);
}
