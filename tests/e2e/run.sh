#!/usr/bin/env bash
# run.sh -- the TypeScript SDK against a real server: its own tests, then those that need the server.
#
# Uses $CLUBHUB (the binary), $PG_DIR with its URLs (a cluster of tests/support/pg.sh, emptied here) and the keys in
# $CLUBHUB_TOKEN_KEY_FILE, $CLUBHUB_PII_KEY_FILE, $CLUBHUB_RECEIPT_KEY_FILE; makes what is not there and removes it again.
#
# With TEST_URL (http://HOST:PORT) it asks the server that is there instead and starts none: MIGRATE_URL is its database as
# the owner, migrated and without members (the demo data are loaded) or with the demo data; the two keys are the server's,
# and CLUBHUB is of its version.
# Its log is CLUBHUB_LOG, if it can be read; pages of http://127.0.0.1:$CLUBHUB_PAGE_PORT are among its origins, if that is
# set.  What needs more is skipped by name.
# The last line is "N passed, N failed".
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
pg=$root/tests/support/pg.sh
work=$(mktemp -d "${TMPDIR:-/tmp}/clubhub-e2e.XXXXXX")
chmod 0711 "$work"
server_pid=
own_cluster=

end_server() { # its exit status
    local i status=0
    [ -n "$server_pid" ] || return 0
    kill -TERM "$server_pid" 2>/dev/null || true
    for ((i = 0; i < 400; i++)); do
        kill -0 "$server_pid" 2>/dev/null || break
        sleep 0.1
    done
    kill -KILL "$server_pid" 2>/dev/null || true
    wait "$server_pid" 2>/dev/null || status=$?
    server_pid=
    return "$status"
}

tidy() {
    end_server || true
    [ -z "$own_cluster" ] || "$pg" remove "$work/pg" || true
    rm -rf "$work"
}
trap tidy EXIT
trap 'exit 130' INT TERM HUP

give_up() {
    printf '%s\n' "$1" >&2
    [ ! -s "$work/server.log" ] || tail -n 40 "$work/server.log" >&2
    printf '\n0 passed, 1 failed\n'
    exit 1
}

find_binary() {
    local found
    if [ -z "${CLUBHUB:-}" ]; then
        for found in build/asan/clubhub build/release/clubhub; do
            [ ! -x "$root/$found" ] || CLUBHUB=$root/$found
        done
    fi
    export CLUBHUB
    [ -x "${CLUBHUB:-}" ] || give_up "there is no clubhub: set CLUBHUB, or build it with ./hub test"
}

open_database() {
    if [ -z "${PG_DIR:-}" ]; then
        own_cluster=yes
        eval "$(PG_FSYNC=off "$pg" start "$work/pg")"
    else
        "$pg" reset "$PG_DIR"
    fi
    export CLUBHUB_DATABASE_URL=$DATABASE_URL CLUBHUB_MIGRATE_URL=$MIGRATE_URL
}

make_keys() {
    local name
    for name in TOKEN_KEY_FILE PII_KEY_FILE; do
        local option=CLUBHUB_$name
        if [ -z "${!option:-}" ]; then
            (umask 077 && openssl rand -hex 32 >"$work/$name")
            export "$option=$work/$name"
        fi
    done
    if [ -z "${CLUBHUB_RECEIPT_KEY_FILE:-}" ]; then
        (umask 077 && openssl genpkey -algorithm ed25519 -out "$work/receipt_key")
        export CLUBHUB_RECEIPT_KEY_FILE=$work/receipt_key
    fi
}

join_server() {
    [[ $TEST_URL =~ ^http://[^/]+$ ]] || give_up "TEST_URL is not like http://HOST:PORT"
    : "${MIGRATE_URL:?is wanted: the database as its owner}"
    : "${CLUBHUB_TOKEN_KEY_FILE:?is wanted}" "${CLUBHUB_PII_KEY_FILE:?is wanted}"
    export CLUBHUB_MIGRATE_URL=$MIGRATE_URL CLUBHUB_HTTP=$TEST_URL CLUBHUB_URL=ws${TEST_URL#http}/v1
}

load_demo() { # and who of it signs in
    "$CLUBHUB" migrate --demo >"$work/migrate.log" 2>&1 || {
        cat "$work/migrate.log" >&2
        give_up "migrating failed"
    }
    export CLUBHUB_MEMBER_EMAIL=member12@demo.invalid CLUBHUB_MEMBER_PASSWORD=fjord-and-coast
    export CLUBHUB_EDITOR_EMAIL=editor@demo.invalid CLUBHUB_EDITOR_PASSWORD=fjord-and-coast
}

free_port() { # nobody listens there now
    local port
    while :; do
        port=$((20000 + RANDOM % 12000))
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    done
    printf '%s' "$port"
}

is_ready() {
    (exec 3<>"/dev/tcp/127.0.0.1/$1" &&
        printf 'GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3 &&
        head -n 1 <&3 | grep -q ' 200 ') 2>/dev/null
}

start_server() {
    local port page_port i
    port=$(free_port)
    page_port=$(free_port)
    export CLUBHUB_PAGE_PORT=$page_port
    CLUBHUB_LISTEN=127.0.0.1:$port CLUBHUB_ADMIN_LISTEN=127.0.0.1:$(free_port) CLUBHUB_WORKERS=2 \
        CLUBHUB_DEVELOPMENT=true CLUBHUB_ORIGINS=http://127.0.0.1:$page_port CLUBHUB_LEASE_MS=${CLUBHUB_LEASE_MS:-3000} CLUBHUB_FENCE_MS=${CLUBHUB_FENCE_MS:-3500} \
        "$CLUBHUB" serve >"$work/server.log" 2>&1 &
    export CLUBHUB_LOG=$work/server.log
    server_pid=$!
    for ((i = 0; i < 300; i++)); do
        kill -0 "$server_pid" 2>/dev/null || give_up "the server stopped"
        if is_ready "$port"; then
            export CLUBHUB_URL=ws://127.0.0.1:$port/v1 CLUBHUB_HTTP=http://127.0.0.1:$port
            return 0
        fi
        sleep 0.1
    done
    give_up "the server was not ready in 30 s"
}

count() { # what node's runner says, in either of its forms; it runs twice: the tests, then those about what they sent
    awk -v what="$1" '($1 == "#" || $1 == "ℹ") && $2 == what { n += $3 } END { print n + 0 }' "$work/tests.log"
}

install() { # folder of clients/
    if [ ! -d "clients/$1/node_modules" ] || [ "clients/$1/package-lock.json" -nt "clients/$1/node_modules" ]; then
        (cd "clients/$1" && npm ci --no-audit --no-fund --ignore-scripts </dev/null >/dev/null && touch node_modules)
    fi
}

judge_server() { # it ends well, and no sanitizer had to say anything
    local status=0
    end_server || status=$?
    if [ "$status" -ne 0 ] || grep -aqE 'ERROR: (Address|Leak)Sanitizer|runtime error:' "$work/server.log"; then
        printf 'the server ended with status %d; its log:\n' "$status" >&2
        tail -n 100 "$work/server.log" >&2
        return 1
    fi
}

run_tests() {
    local status=0 passed failed
    install ts
    install cli
    export CLUBHUB_FRAMES=$work/frames
    mkdir "$CLUBHUB_FRAMES"
    npm --prefix clients/ts test 2>&1 | tee "$work/tests.log" || status=1
    passed=$(count pass)
    failed=$(($(count fail) + $(count cancelled)))
    if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
        failed=1
    fi
    if [ -n "$server_pid" ]; then
        if judge_server; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
        fi
    fi
    if [ "$failed" -ne 0 ] && [ -s "$work/server.log" ]; then
        tail -n 20 "$work/server.log" >&2
    fi
    [ -z "${TEST_URL:-}" ] || printf '\n%d skipped\n' "$(count skipped)"
    printf '\n%d passed, %d failed\n' "$passed" "$failed"
    [ "$failed" -eq 0 ]
}

find_binary
if [ -n "${TEST_URL:-}" ]; then
    join_server
else
    open_database
    make_keys
fi
load_demo
CLUBHUB_POS_KEY=$("$CLUBHUB" apikey --service till --scopes pos) || give_up "no API key for the till"
CLUBHUB_MAILER_KEY=$("$CLUBHUB" apikey --service mail --scopes mailer) || give_up "no API key for the mail service"
export CLUBHUB_POS_KEY CLUBHUB_MAILER_KEY CLUBHUB
[ -n "${TEST_URL:-}" ] || start_server
run_tests
