/* main.c -- the commands of clubhub. */
#include "config.h"
#include "migrate.h"
#include "supervisor.h"
#include "club/asyncapi.h"
#include "club/describe.h"
#include "io/db.h"
#include "base/buf.h"
#include "base/id.h"
#include "base/mem.h"
#include "credential.h"
#include "doctor.h"
#include "erasure.h"
#include "evidence.h"
#include "startup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TTL_STANDARD_S = 3600, TTL_MAX_S = 86400, WHO_BYTES = 40, USAGE_STATUS = 2 };

/* What a command gets: its own flags are taken out of the list, options of config.c stay. */
struct arguments {
    int count;
    char **list;
    char *kept; /* holds what is in the list */
    struct config config;
    char message[STARTUP_MESSAGE_BYTES];
};

struct command {
    const char *name;
    int (*run)(struct arguments *a);
    const char *usage;
};

static int fail(const struct arguments *a)
{
    fprintf(stderr, "clubhub: %s\n", a->message);
    return EXIT_FAILURE;
}

static void remove_arguments(struct arguments *a, int at, int how_many)
{
    a->count -= how_many;
    for (int i = at; i < a->count; i++)
        a->list[i] = a->list[i + how_many];
}

/* Takes "--name value" or "--name=value" out; NULL if it is not there. */
static const char *take_value(struct arguments *a, const char *name)
{
    size_t n = strlen(name);

    for (int i = 0; i < a->count; i++) {
        const char *arg = a->list[i];

        if (strcmp(arg, name) == 0 && i + 1 < a->count) {
            const char *value = a->list[i + 1];

            remove_arguments(a, i, 2);
            return value;
        }
        if (strncmp(arg, name, n) == 0 && arg[n] == '=') {
            remove_arguments(a, i, 1);
            return arg + n + 1;
        }
    }
    return NULL;
}

static bool take_flag(struct arguments *a, const char *name)
{
    for (int i = 0; i < a->count; i++) {
        if (strcmp(a->list[i], name) == 0) {
            remove_arguments(a, i, 1);
            return true;
        }
    }
    return false;
}

/* The rest must be options.  False: a->message says what is wrong. */
static bool load_config(struct arguments *a)
{
    return config_load(a->count, a->list, &a->config, a->message) == ERR_OK;
}

static const char *migrate_url(const struct config *c)
{
    return c->migrate_url[0] != '\0' ? c->migrate_url : c->database_url;
}

static bool has_migrate_url(struct arguments *a)
{
    if (migrate_url(&a->config)[0] != '\0')
        return true;
    snprintf(
        a->message, sizeof a->message, "migrate_url is missing: the database as role club_owner");
    return false;
}

/* --- commands -------------------------------------------------------------------------------- */

static int run_serve(struct arguments *a)
{
    if (take_flag(a, "--print-config")) {
        config_print_example(stdout);
        return EXIT_SUCCESS;
    }
    if (!load_config(a))
        return fail(a);
    return supervisor_run(&a->config, a->count, a->list);
}

static int run_check_config(struct arguments *a)
{
    struct startup s = {0};
    enum err e;

    if (!load_config(a) || config_check_serve(&a->config, a->message) != ERR_OK)
        return fail(a);
    e = startup_read_keys(&a->config, &s, a->message);
    if (e == ERR_OK)
        e = startup_check_issuers(&a->config, a->message);
    if (e == ERR_OK)
        e = startup_read_signer(&a->config, &s, a->message);
    startup_done(&s);
    if (e != ERR_OK)
        return fail(a);
    puts("ok");
    return EXIT_SUCCESS;
}

static int load_demo(struct arguments *a, const char *path)
{
    struct startup s = {0};
    bool loaded = false;
    enum err e = startup_read_keys(&a->config, &s, a->message);

    if (e == ERR_OK)
        e = migrate_demo(migrate_url(&a->config), path, s.pii_key_hex, &loaded, a->message);
    startup_done(&s);
    if (e != ERR_OK)
        return fail(a);
    puts(loaded ? "demo data loaded" : "there are members already: no demo data loaded");
    return EXIT_SUCCESS;
}

static int run_migrate(struct arguments *a)
{
    bool demo = take_flag(a, "--demo");
    const char *file = take_value(a, "--demo-file");
    struct migrate_outcome o;

    if (!load_config(a) || !has_migrate_url(a) ||
        migrate_run(migrate_url(&a->config), &o, a->message) != ERR_OK)
        return fail(a);
    printf("%d migrations run, functions %s\n", o.applied,
        o.rebuilt ? "built anew" : "as they should be");
    return demo || file != NULL ? load_demo(a, file) : EXIT_SUCCESS;
}

static int run_describe(struct arguments *a)
{
    bool asyncapi = take_flag(a, "--asyncapi");
    struct buf text;
    bool fine;

    if (a->count > 0) {
        snprintf(a->message, sizeof a->message, "describe takes --asyncapi and nothing else");
        return fail(a);
    }
    buf_init(&text, 0);
    if (asyncapi)
        asyncapi_print(&text);
    else
        describe_print(&text);
    fine = fwrite(text.bytes, 1, text.length_bytes, stdout) == text.length_bytes;
    buf_done(&text);
    return fine ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* "m:5" or "s:7" from --member or --staff. */
static bool take_who(struct arguments *a, char out[WHO_BYTES])
{
    const char *member = take_value(a, "--member"), *staff = take_value(a, "--staff");
    const char *text = member != NULL ? member : staff;
    int64_t id;

    if ((member == NULL) == (staff == NULL) || !id_parse(text, strlen(text), &id)) {
        snprintf(a->message, sizeof a->message, "it wants --member ID or --staff ID");
        return false;
    }
    snprintf(out, WHO_BYTES, "%s:%s", member != NULL ? "m" : "s", text);
    return true;
}

static bool take_ttl(struct arguments *a, int *out_ttl_s)
{
    const char *text = take_value(a, "--ttl-s");
    char *end;
    long n = text != NULL ? strtol(text, &end, 10) : TTL_STANDARD_S;

    if (text != NULL && (*end != '\0' || n < 1 || n > TTL_MAX_S)) {
        snprintf(a->message, sizeof a->message, "--ttl-s must be 1..%d seconds, not '%.40s'",
            TTL_MAX_S, text);
        return false;
    }
    *out_ttl_s = (int)n;
    return true;
}

static int run_doctor(struct arguments *a)
{
    if (!load_config(a))
        return fail(a);
    return doctor_run(&a->config, stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int run_token(struct arguments *a)
{
    char who[WHO_BYTES];
    int ttl_s;

    if (!take_who(a, who) || !take_ttl(a, &ttl_s) || !load_config(a) ||
        credential_print_token(&a->config, who, ttl_s, a->message) != ERR_OK)
        return fail(a);
    return EXIT_SUCCESS;
}

static int run_apikey(struct arguments *a)
{
    const char *service = take_value(a, "--service"), *scopes = take_value(a, "--scopes");
    const char *revoke = take_value(a, "--revoke");
    enum err e;

    if (service == NULL || (scopes == NULL) == (revoke == NULL)) {
        snprintf(a->message, sizeof a->message,
            "apikey wants --service NAME and --scopes a,b, or --revoke all|older");
        return fail(a);
    }
    if (!load_config(a) || !has_migrate_url(a))
        return fail(a);
    e = scopes != NULL
            ? credential_print_apikey(migrate_url(&a->config), service, scopes, a->message)
            : credential_revoke_apikeys(migrate_url(&a->config), service, revoke, a->message);
    return e == ERR_OK ? EXIT_SUCCESS : fail(a);
}

static int run_identity(struct arguments *a)
{
    const char *issuer = take_value(a, "--issuer"), *subject = take_value(a, "--subject");
    bool remove = take_flag(a, "--remove");
    char who[WHO_BYTES];

    if (issuer == NULL || subject == NULL) {
        snprintf(a->message, sizeof a->message, "identity wants --issuer and --subject");
        return fail(a);
    }
    if ((!remove && !take_who(a, who)) || !load_config(a) || !has_migrate_url(a) ||
        credential_set_identity(
            migrate_url(&a->config), issuer, subject, remove ? NULL : who, a->message) != ERR_OK)
        return fail(a);
    return EXIT_SUCCESS;
}

static int run_new_epoch(struct arguments *a)
{
    struct db_sync *db;
    enum err e;

    if (!load_config(a) || !has_migrate_url(a) ||
        db_sync_open(migrate_url(&a->config), &db, a->message, sizeof a->message) != ERR_OK)
        return fail(a);
    e = db_sync_run(db, "select lib.new_epoch()", 0, NULL, a->message, sizeof a->message);
    if (e == ERR_OK && db_sync_value(db, 0, 0) != NULL)
        puts(db_sync_value(db, 0, 0));
    db_sync_close(db);
    return e == ERR_OK ? EXIT_SUCCESS : fail(a);
}

static int run_verify_consent(struct arguments *a)
{
    bool whole = false;

    if (!load_config(a) || !has_migrate_url(a) ||
        evidence_verify(migrate_url(&a->config), &whole, a->message) != ERR_OK)
        return fail(a);
    return whole ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int run_erasures(struct arguments *a)
{
    if (!load_config(a) || !has_migrate_url(a) ||
        erasure_print(migrate_url(&a->config), a->message) != ERR_OK)
        return fail(a);
    return EXIT_SUCCESS;
}

static int run_replay_erasures(struct arguments *a)
{
    if (!load_config(a) || !has_migrate_url(a) ||
        erasure_replay(migrate_url(&a->config), stdin, a->message) != ERR_OK)
        return fail(a);
    return EXIT_SUCCESS;
}

static int run_version(struct arguments *a)
{
    (void)a;
    puts("clubhub " CLUBHUB_VERSION);
    return EXIT_SUCCESS;
}

static const struct command commands[] = {
    {"serve", run_serve,
        "clubhub serve [--config=FILE] [--name=value ...]\n"
        "    Serves until SIGTERM.\n"
        "clubhub serve --print-config\n"
        "    Prints every option with its default: a configuration file to start from.\n"},
    {"migrate", run_migrate,
        "clubhub migrate [--demo] [--demo-file FILE] [--name=value ...]\n"
        "    Brings the database of migrate_url to this version; does nothing where nothing is to do.\n"
        "    --demo loads demo data while there are no members.\n"},
    {"describe", run_describe,
        "clubhub describe [--asyncapi]\n"
        "    Prints the protocol as JSON (clients/protocol.json), or as AsyncAPI 3 (clients/asyncapi.json).\n"},
    {"check-config", run_check_config,
        "clubhub check-config [--config=FILE] [--name=value ...]\n"
        "    Says whether `serve` would accept these options; does not ask the database.\n"},
    {"doctor", run_doctor,
        "clubhub doctor [--config=FILE] [--name=value ...]\n"
        "    Looks at keys, certificate, machine and database as `serve` would use them, and says what to change.\n"
        "    Ends with 1 if something is wrong.\n"},
    {"token", run_token,
        "clubhub token --member ID | --staff ID [--ttl-s SECONDS] [--name=value ...]\n"
        "    Prints a token of the built-in sign-in, valid for an hour unless told otherwise.\n"},
    {"apikey", run_apikey,
        "clubhub apikey --service NAME --scopes a,b [--name=value ...]\n"
        "    Makes an API key and prints it; only its hash is kept.\n"
        "    Scopes: pos, booking, crm, mailer, partner, ops.\n"
        "clubhub apikey --service NAME --revoke all|older [--name=value ...]\n"
        "    Voids the service's keys, or all but the newest, and closes their sessions.\n"},
    {"identity", run_identity,
        "clubhub identity --issuer URL --subject TEXT --member ID | --staff ID [--name=value ...]\n"
        "    Says whom a subject of an outside identity provider stands for.\n"
        "clubhub identity --issuer URL --subject TEXT --remove [--name=value ...]\n"
        "    That subject signs nobody in any more; its sessions are closed.\n"},
    {"new-epoch", run_new_epoch,
        "clubhub new-epoch [--name=value ...]\n"
        "    To be run after the database's volume was rolled back: every client takes a snapshot.\n"},
    {"verify-consent", run_verify_consent,
        "clubhub verify-consent [--name=value ...]\n"
        "    Walks the chains of consent evidence of migrate_url; prints the first broken link of each member.\n"
        "    Ends with 1 if there is one.\n"},
    {"erasures", run_erasures,
        "clubhub erasures [--name=value ...]\n"
        "    Prints who was erased, by pseudonym: to be kept beside the backups, and as long as they.\n"},
    {"replay-erasures", run_replay_erasures,
        "clubhub replay-erasures [--name=value ...] <FILE\n"
        "    After a restore and before `serve`: erases again whom the lines of `erasures` name.\n"},
    {"version", run_version, "clubhub version\n    Prints the version.\n"},
};

enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

static void print_usage(FILE *out)
{
    for (int i = 0; i < COMMAND_COUNT; i++)
        fputs(commands[i].usage, out);
}

static const struct command *find_command(const char *name)
{
    for (int i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

static bool is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0;
}

static bool is_address(const char *argument)
{
    static const char *const options[] = {"--database_url=", "--migrate_url="};

    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
        if (strncmp(argument, options[i], strlen(options[i])) == 0)
            return true;
    return false;
}

/* What `ps` shows to everybody holds no password: the addresses of databases are taken away from there. */
static void hide_addresses(struct arguments *a)
{
    size_t bytes = 0, at = 0;

    for (int i = 0; i < a->count; i++)
        bytes += strlen(a->list[i]) + 1;
    a->kept = mem_alloc(bytes + 1);
    for (int i = 0; i < a->count; i++) {
        size_t n = strlen(a->list[i]) + 1;
        char *value = strchr(a->list[i], '=');

        memcpy(a->kept + at, a->list[i], n);
        if (value != NULL && is_address(a->list[i]))
            memset(value + 1, '.', strlen(value + 1));
        a->list[i] = a->kept + at;
        at += n;
    }
}

int main(int argc, char **argv)
{
    struct arguments a = {.count = argc > 2 ? argc - 2 : 0, .list = argc > 2 ? argv + 2 : argv};
    const struct command *command = argc > 1 ? find_command(argv[1]) : NULL;
    int status;

    if (command == NULL) {
        bool asked = argc > 1 && is_help(argv[1]);

        print_usage(asked ? stdout : stderr);
        return asked ? EXIT_SUCCESS : USAGE_STATUS;
    }
    if (take_flag(&a, "--help") || take_flag(&a, "-h")) {
        fputs(command->usage, stdout);
        return EXIT_SUCCESS;
    }
    hide_addresses(&a);
    status = command->run(&a);
    config_done(&a.config);
    mem_free(a.kept);
    return status;
}
