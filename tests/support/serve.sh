#!/usr/bin/env bash
# serve.sh -- a `clubhub serve` of its own for a test, on free ports of 127.0.0.1.
#
#   serve.sh start DIR [--name=value …]   starts $CLUBHUB (default: build/asan/clubhub) with its log in DIR/log, waits
#                                         until every worker is ready, prints its environment:
#                                         export CLUBHUB_WS=ws://… CLUBHUB_HTTP=http://… CLUBHUB_ADMIN=http://… (of
#                                         worker 0; worker i: port + i) CLUBHUB_PID=… CLUBHUB_LOG=…
#   serve.sh env DIR                      prints it again
#   serve.sh workers DIR                  the workers now: lines "NUMBER PID"
#   serve.sh wait DIR                     waits until every worker is ready (after a kill)
#   serve.sh stop DIR                     SIGTERM, waits for the end; SIGKILL after 40 s, then status 1
#   serve.sh kill9 DIR                    SIGKILL to the supervisor; its workers end by themselves
#
# Several servers: several DIRs.  Needs DATABASE_URL of a migrated database (tests/support/pg.sh), or
# CLUBHUB_DATABASE_URL; keys that CLUBHUB_TOKEN_KEY_FILE, CLUBHUB_PII_KEY_FILE and
# CLUBHUB_RECEIPT_KEY_FILE do not name are made below DIR.
# READY_S: how long to wait for readiness (default 20).
set -euo pipefail

die() {
    printf 'serve.sh: %s\n' "$*" >&2
    exit 1
}

# Alive, and no zombie: where process 1 reaps nobody, those stay.
is_alive() {
    local state
    state=$(ps -o stat= -p "$1" 2>/dev/null) || return 1
    case $state in Z*) return 1 ;; esac
}

# The value of a field of the last log line with this event: {"event":"serving",…,"port":"8080"}
field() { # event, field
    grep -a "\"event\":\"$1\"" "$dir/log" | tail -n 1 | sed -nE "s/.*\"$2\":\"([^\"]*)\".*/\1/p"
}

workers() {
    local count i pid
    count=$(field serving workers)
    for ((i = 0; i < ${count:-0}; i++)); do
        pid=$(grep -a "\"event\":\"worker_started\",\"worker\":\"$i\"" "$dir/log" | tail -n 1 |
            sed -nE 's/.*"pid":"([0-9]+)".*/\1/p')
        if [ -n "$pid" ] && is_alive "$pid"; then
            printf '%d %d\n' "$i" "$pid"
        fi
    done
}

is_ready() { # admin port
    (exec 3<>"/dev/tcp/127.0.0.1/$1" &&
        printf 'GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3 &&
        head -n 1 <&3 | grep -q ' 200 ') 2>/dev/null
}

are_ready() {
    local count port i
    count=$(field serving workers)
    port=$(field serving admin_port)
    [ -n "$count" ] || return 1
    for ((i = 0; i < count; i++)); do
        is_ready $((port + i)) || return 1
    done
}

wait_until_ready() {
    local tries=$((${READY_S:-20} * 20))
    until are_ready; do
        is_alive "$pid" || {
            tail -n 20 "$dir/log" >&2
            die "the server ended"
        }
        tries=$((tries - 1))
        if [ "$tries" -le 0 ]; then
            tail -n 20 "$dir/log" >&2
            die "not ready in time"
        fi
        sleep 0.05
    done
}

print_env() {
    local scheme=
    [ ! -f "$dir/tls" ] || scheme=s
    printf 'export CLUBHUB_WS=ws%s://127.0.0.1:%d/v1\n' "$scheme" "$(field serving port)"
    printf 'export CLUBHUB_HTTP=http%s://127.0.0.1:%d\n' "$scheme" "$(field serving port)"
    printf 'export CLUBHUB_ADMIN=http://127.0.0.1:%d\n' "$(field serving admin_port)"
    printf 'export CLUBHUB_PID=%d CLUBHUB_LOG=%q\n' "$pid" "$dir/log"
}

make_key() { # file name, variable
    if [ -z "${!2:-}" ]; then
        [ -s "$dir/$1" ] || (umask 077 && openssl rand -hex 32 >"$dir/$1")
        export "$2=$dir/$1"
    fi
}

start() {
    local binary=${CLUBHUB:-$root/build/asan/clubhub} option
    [ -x "$binary" ] || die "there is no $binary"
    export CLUBHUB_DATABASE_URL=${CLUBHUB_DATABASE_URL:-${DATABASE_URL:-}}
    [ -n "$CLUBHUB_DATABASE_URL" ] || die "DATABASE_URL is not set"
    make_key token_key CLUBHUB_TOKEN_KEY_FILE
    make_key pii_key CLUBHUB_PII_KEY_FILE
    if [ -z "${CLUBHUB_RECEIPT_KEY_FILE:-}" ]; then
        [ -s "$dir/receipt_key" ] || (umask 077 && openssl genpkey -algorithm ed25519 -out "$dir/receipt_key")
        export CLUBHUB_RECEIPT_KEY_FILE=$dir/receipt_key
    fi
    rm -f "$dir/tls"
    for option in "$@"; do
        case $option in --tls_cert_file=?*) touch "$dir/tls" ;; esac
    done
    : >"$dir/log"
    setsid "$binary" serve --listen=127.0.0.1:0 --admin_listen=127.0.0.1:0 "$@" \
        </dev/null >>"$dir/log" 2>&1 &
    pid=$!
    printf '%d\n' "$pid" >"$dir/pid"
    disown "$pid"
    wait_until_ready
    print_env
}

stop() {
    local tries=800 status=0
    is_alive "$pid" || return 0
    kill -TERM "$pid"
    while is_alive "$pid"; do
        tries=$((tries - 1))
        if [ "$tries" -le 0 ]; then
            kill -KILL "$pid" 2>/dev/null || true
            status=1
            break
        fi
        sleep 0.05
    done
    return "$status"
}

[ $# -ge 2 ] || die "usage: serve.sh start|env|workers|wait|stop|kill9 DIR [--name=value …]"
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
mkdir -p "$2"
command=$1
dir=$(cd "$2" && pwd -P)
shift 2
pid=
[ ! -s "$dir/pid" ] || pid=$(cat "$dir/pid")
if [ "$command" != start ] && [ -z "$pid" ]; then
    die "nothing was started in $dir"
fi
case $command in
start) start "$@" ;;
env) print_env ;;
workers) workers ;;
wait) wait_until_ready ;;
stop) stop ;;
kill9) kill -KILL "$pid" ;;
*) die "unknown command '$command'" ;;
esac
