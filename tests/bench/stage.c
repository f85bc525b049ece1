/* stage.c -- see stage.h. */
#include "stage.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/crypto.h"
#include "io/db.h"
#include "ports.h"
#include "secret.h"

enum {
    OPTIONS_MAX = 32,
    MESSAGE_BYTES = 512,
    READY_TRIES = 200,
    READY_WAIT_US = 50000,
    DAY_S = 86400
};

static struct db_sync *owner;

static void die(const char *what, const char *why)
{
    fprintf(stderr, "bench: %s: %s\n", what, why);
    exit(1);
}

const char *stage_env(const char *name)
{
    const char *value = getenv(name);

    if (value == NULL)
        die(name, "is not set; run this through ./hub bench");
    return value;
}

/* --- the database --- */

static void read_key(const char *option, const char *env, struct secret *key)
{
    char message[SECRET_MESSAGE_BYTES];

    if (secret_read(option, stage_env(env), key, message) != ERR_OK)
        die(option, message);
}

struct db_sync *stage_owner(void)
{
    char message[MESSAGE_BYTES];
    struct secret pii;
    char hex[2 * SECRET_MAX_BYTES + 1], set[2 * SECRET_MAX_BYTES + 128];

    if (owner != NULL)
        return owner;
    if (db_sync_open(stage_env("MIGRATE_URL"), &owner, message, sizeof message) != ERR_OK)
        die("database", message);
    read_key("pii_key_file", "CLUBHUB_PII_KEY_FILE", &pii);
    crypto_hex(pii.bytes, pii.length_bytes, hex);
    snprintf(set, sizeof set, "set search_path = club, pg_temp; set clubhub.pii_key = '%s'", hex);
    stage_run(set);
    return owner;
}

void stage_run(const char *sql)
{
    char message[MESSAGE_BYTES];

    if (db_sync_run(stage_owner(), sql, 0, NULL, message, sizeof message) != ERR_OK)
        die("sql", message);
}

void stage_track_commits(void)
{
    char command[MESSAGE_BYTES];

    snprintf(command, sizeof command,
        "psql -X -q '%s' -c 'alter system set track_commit_timestamp = on' && '%s' restart '%s' >/dev/null",
        stage_env("ADMIN_URL"), stage_env("PG_SH"), stage_env("PG_DIR"));
    if (system(command) != 0)
        die("track_commit_timestamp", "was not switched on");
}

static const char seed_sql[] =
    "insert into club (club_id, slug, name, form, join_policy, settings)"
    " select c, 'bench-' || c, 'Bench ' || c, 'benefit', 'open', '{\"posts_per_day\": 100000000, \"posts_per_day_new\": 100000000}' from generate_series(1, %d) c;"
    "insert into track (track_id, club_id, code, name, fee_kind) select c, c, 'free', 'Free', 'free' from generate_series(1, %d) c;"
    "insert into tier (tier_id, club_id, rank, name, qualify_tp, retain_tp, window_kind)"
    " select c, c, 0, 'Base', 0, 0, 'rolling' from generate_series(1, %d) c;"
    "insert into product_category (category_id, club_id, code) values (12, 1, 'fjords');"
    "insert into category_text (category_id, locale, name) values (12, 'en', 'Fjords');"
    "insert into earn_rule (rule_id, club_id, rate_ppm, from_at) select c, c, 1000000, now() - interval '1 year' from generate_series(1, %d) c;"
    "insert into member (member_id, status, handle, created_at) select m, 'active', 'm' || m, now() - interval '1 year'"
    " from generate_series(%d, %d) m;"
    "insert into membership (member_id, club_id, track_id, status, tier_id, joined_at)"
    " select m, c, c, 'active', c, now() - interval '1 year' from generate_series(%d, %d) m"
    " cross join lateral (select 1 as c union select m %% %d + 1 union select g from generate_series(1, %d) g where m < %d + 64) x;"
    "insert into consent_text (purpose_id, ver, locale, title, body, sha256, material, valid_from, published_by)"
    " values (30, 1, 'en', 'Offers', 'Offers by message.', sha256('Offers by message.'), true, now() - interval '1 day', 'bench');"
    "insert into consent_state (member_id, purpose_id, scope_id, channel_id, state, text_ver, event_id)"
    " select m, 30, 12, 1, 'given', 1, lib.consent_record(m, 30::smallint, 12, 1::smallint, 'give', 1, 'en', 'm:' || m, 'bench', '{}')"
    " from generate_series(%d, %d) m;"
    "insert into staff (staff_id, login, roles) values (7, 'editor', '{editor}');"
    "insert into staff_club (staff_id, club_id) values (7, 1);"
    "select lib.wallet_open(array(select m from generate_series(%d::bigint, %d) m))";

void stage_seed(int members)
{
    char sql[sizeof seed_sql + 256], key_hash[CRYPTO_HEX_BYTES], key[256], message[MESSAGE_BYTES];
    const char *args[] = {key};
    uint8_t sum[CRYPTO_SHA256_BYTES];
    int first = STAGE_FIRST_MEMBER, last = STAGE_FIRST_MEMBER + members - 1, clubs = STAGE_CLUBS;

    if (db_sync_run(stage_owner(), "select 1 from member where member_id = 100001", 0, NULL,
            message, sizeof message) != ERR_OK)
        die("sql", message);
    if (db_sync_rows(stage_owner()) > 0)
        return;
    snprintf(sql, sizeof sql, seed_sql, clubs, clubs, clubs, clubs, first, last, first, last, clubs,
        clubs, first, first, last, first, last);
    stage_run(sql);
    crypto_sha256(STAGE_API_KEY, strlen(STAGE_API_KEY), sum);
    crypto_hex(sum, sizeof sum, key_hash);
    snprintf(key, sizeof key, "\\x%s", key_hash);
    if (db_sync_run(stage_owner(), "select lib.apikey_new('till', '{pos}', $1::bytea)", 1, args,
            message, sizeof message) != ERR_OK)
        die("api key", message);
    stage_run("analyze");
}

/* --- the server --- */

static bool answers_ready(int port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    char answer[64] = "";
    bool is_ready = false;

    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd, (struct sockaddr *)&a, sizeof a) == 0 &&
        write(fd, "GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 52) == 52 &&
        read(fd, answer, sizeof answer - 1) > 12)
        is_ready = strncmp(answer + 9, "200", 3) == 0;
    close(fd);
    return is_ready;
}

static void find_workers(struct stage *s)
{
    char path[64];
    int pid;
    FILE *f;

    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)s->pid, (int)s->pid);
    f = fopen(path, "r");
    for (s->worker_count = 0;
         f != NULL && s->worker_count < STAGE_WORKERS_MAX && fscanf(f, "%d", &pid) == 1;
         s->worker_count++)
        s->workers[s->worker_count] = pid;
    if (f != NULL)
        fclose(f);
}

struct stage stage_start(const char *binary, int workers, const char *const *options)
{
    struct stage s = {.port = ports_free(workers + 1)};
    int admin = s.port + 1, count = 0, tries = 0, all_ready = 0;
    char listen_option[64], admin_option[64], workers_option[32];
    const char *args[OPTIONS_MAX];

    if (s.port == 0)
        die("port", "none is free");
    snprintf(listen_option, sizeof listen_option, "--listen=127.0.0.1:%d", s.port);
    snprintf(admin_option, sizeof admin_option, "--admin_listen=127.0.0.1:%d", admin);
    snprintf(workers_option, sizeof workers_option, "--workers=%d", workers);
    args[count++] = binary;
    args[count++] = "serve";
    args[count++] = listen_option;
    args[count++] = admin_option;
    args[count++] = workers_option;
    args[count++] = "--log_level=warn";
    for (int i = 0; options[i] != NULL && count < OPTIONS_MAX - 1; i++)
        args[count++] = options[i];
    args[count] = NULL;
    s.pid = fork();
    if (s.pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGTERM); /* a bench that fails leaves no server behind */
        execv(binary, (char *const *)args);
        _exit(127);
    }
    do {
        usleep(READY_WAIT_US);
        all_ready = 0;
        for (int i = 0; i < workers; i++)
            all_ready += answers_ready(admin + i);
    } while (all_ready < workers && ++tries < READY_TRIES);
    if (all_ready < workers)
        die(binary, "did not become ready");
    find_workers(&s);
    return s;
}

void stage_stop(struct stage *s)
{
    kill(s->pid, SIGTERM);
    waitpid(s->pid, NULL, 0);
}

static const char *token_of(char kind, long long id)
{
    static char token[1024];
    static struct crypto_keys *keys;
    struct crypto_claims claims = {.issued_s = clock_wall().ms / 1000};
    struct secret key;

    if (keys == NULL) {
        read_key("token_key_file", "CLUBHUB_TOKEN_KEY_FILE", &key);
        keys = crypto_keys_new();
        if (crypto_keys_add(keys, "hub", CRYPTO_HS256, key.bytes, key.length_bytes) != ERR_OK)
            die("token key", "is not usable");
    }
    snprintf(claims.sub, sizeof claims.sub, "%c:%lld", kind, id);
    claims.expires_s = claims.issued_s + DAY_S / 2;
    claims.auth_time_s = claims.issued_s;
    if (crypto_token_mint(keys, "hub", "clubhub", "clubhub", &claims, token, sizeof token) == 0)
        die("token", "was not minted");
    return token;
}

const char *stage_token(long long member)
{
    return token_of('m', member);
}

const char *stage_staff_token(long long staff)
{
    return token_of('s', staff);
}

long long stage_head(const char *stream)
{
    char message[MESSAGE_BYTES];
    const char *args[] = {stream}, *value;

    if (db_sync_run(stage_owner(), "select seq from stream where stream = $1", 1, args, message,
            sizeof message) != ERR_OK)
        die("sql", message);
    value = db_sync_value(stage_owner(), 0, 0);
    return value == NULL ? 0 : atoll(value);
}
