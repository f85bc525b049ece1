#!/usr/bin/env bash
# pg.sh -- a private PostgreSQL 15 cluster on a unix socket, for `./hub up` and for the tests.
#
#   pg.sh start DIR      makes the cluster below DIR if there is none, starts it, prints its environment:
#                        export DATABASE_URL=… (club_server)  MIGRATE_URL=… (club_owner)
#                               ADMIN_URL=… (superuser)       PG_DIR PG_SOCKET_DIR PG_PORT
#   pg.sh env DIR        prints the same and starts nothing
#   pg.sh reset DIR      drops the database and makes an empty one; keeps the cluster
#   pg.sh stop DIR       fast shutdown; the data stay
#   pg.sh restart DIR    starts again after kill9, or stops and starts
#   pg.sh kill9 DIR      SIGKILL to the postmaster and its children, as a crash would
#   pg.sh pause DIR     SIGSTOP to all its processes; resume DIR: they go on
#   pg.sh wal DIR        moves its log of writes to the folder PG_WAL, without one back into the data; starts again
#   pg.sh remove DIR     stops at once and deletes the data
#
#   PG_FSYNC=off   no fsync (tests that only kill processes need none)      default on
#   PG_PGTAP=1     start and reset also create the extension pgtap
#
# Nobody reaches it over the network; whoever may enter the socket's directory (0700) is trusted.
# PostgreSQL refuses to run as root: then it runs as the user postgres of the Debian package.
set -euo pipefail

bin=/usr/lib/postgresql/15/bin
port=5432
database=clubhub

die() {
    printf 'pg.sh: %s\n' "$*" >&2
    exit 1
}

is_root() {
    [ "$(id -u)" -eq 0 ]
}

# Runs a command as the user that owns the cluster, away from directories it may not enter.
as_owner() {
    if is_root; then
        (cd / && setpriv --reuid=postgres --regid=postgres --init-groups -- "$@")
    else
        (cd / && "$@")
    fi
}

short_hash() {
    printf '%s' "$1" | sha256sum | cut -c1-12
}

# Sets home, data, sock: where the cluster of directory $1 lives.  The same for every call.
locate() {
    mkdir -p "$1"
    dir=$(cd "$1" && pwd -P)
    home=$dir
    if is_root && ! as_owner test -x "$dir"; then
        home=/var/lib/clubhub-dev/$(short_hash "$dir") # below a closed home of root, say
    fi
    data=$home/data
    sock=$home/run
    if [ "${#sock}" -gt 90 ]; then # a socket's path has at most 107 bytes
        sock=${XDG_RUNTIME_DIR:-/tmp}/clubhub-$(short_hash "$home")
        if is_root; then
            sock=/tmp/clubhub-$(short_hash "$home")
        fi
    fi
}

# Makes $1 a directory of the cluster's owner alone; refuses one that is somebody else's.
own_directory() {
    local owner
    owner=$(id -un)
    if is_root; then
        owner=postgres
    fi
    mkdir -p "$1"
    if is_root; then
        chown postgres:postgres "$1"
    fi
    chmod 0700 "$1" 2>/dev/null || true
    if [ ! -d "$1" ] || [ -L "$1" ] || [ "$(stat -c %U "$1")" != "$owner" ]; then
        die "$1 is not a directory of $owner"
    fi
}

# Path -> value in a connection URL.
url_escape() {
    local text=$1 out='' c i
    for ((i = 0; i < ${#text}; i++)); do
        c=${text:i:1}
        case $c in
        [A-Za-z0-9/._-]) out+=$c ;;
        *) out+=$(printf '%s' "$c" | od -An -tx1 -v | tr -d '\n' | tr ' ' '%') ;;
        esac
    done
    printf '%s' "$out"
}

url_of() { # role, database
    printf 'postgresql://%s@/%s?host=%s&port=%s' "$1" "$2" "$(url_escape "$sock")" "$port"
}

print_env() {
    printf 'export DATABASE_URL=%q\n' "$(url_of club_server $database)"
    printf 'export MIGRATE_URL=%q\n' "$(url_of club_owner $database)"
    printf 'export ADMIN_URL=%q\n' "$(url_of postgres $database)"
    printf 'export PG_DIR=%q\n' "$dir"
    printf 'export PG_SOCKET_DIR=%q PG_PORT=%q\n' "$sock" "$port"
}

admin() { # database, then psql's arguments
    local db=$1
    shift
    "$bin/psql" -X -q -v ON_ERROR_STOP=1 -d "$(url_of postgres "$db")" "$@"
}

init_cluster() {
    mkdir -p "$home"
    if [ "$home" != "$dir" ]; then
        chmod 0711 /var/lib/clubhub-dev "$home"
        ln -sfn "$home" "$dir/cluster"
    fi
    own_directory "$data"
    as_owner "$bin/initdb" -D "$data" -U postgres -E UTF8 --locale=C.UTF-8 -A trust -N \
        >"$dir/initdb.log" 2>&1 || {
        cat "$dir/initdb.log" >&2
        die "initdb failed"
    }
    as_owner tee -a "$data/postgresql.conf" >/dev/null <<CONF

# --- clubhub ---
listen_addresses = ''
port = $port
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = 256MB
max_wal_size = 2GB
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %q%u@%d '
log_min_messages = warning
log_min_error_statement = panic
log_error_verbosity = terse
log_checkpoints = off
CONF
    as_owner tee "$data/pg_hba.conf" >/dev/null <<'CONF'
local all all trust
CONF
}

create_database() {
    admin postgres <<SQL
create database $database owner club_owner template template0 encoding 'UTF8' locale 'C.UTF-8';
revoke all on database $database from public;
grant connect on database $database to club_server;
SQL
    if [ "${PG_PGTAP:-0}" = 1 ]; then
        admin $database -c 'create extension pgtap'
    fi
}

create_roles() {
    admin postgres <<'SQL'
create role club_owner login;
create role club_server login;
SQL
}

# Is there a live postmaster?  A killed one may stay a zombie where process 1 reaps nobody; pg_ctl and
# postgres itself take a zombie for alive, so its lock files are removed here.
is_running() {
    local pid state
    pid=$(head -n 1 "$data/postmaster.pid" 2>/dev/null) || return 1
    state=$(ps -o stat= -p "$pid" 2>/dev/null) || state=Z
    case $state in
    Z* | '')
        rm -f "$data/postmaster.pid" "$sock/.s.PGSQL.$port.lock" "$sock/.s.PGSQL.$port"
        return 1
        ;;
    esac
}

start_server() {
    local tries=0
    own_directory "$sock"
    until as_owner "$bin/pg_ctl" -D "$data" -l "$data/server.log" -w -t 60 -s \
        -o "-c unix_socket_directories='$sock' -c fsync=${PG_FSYNC:-on}" start \
        </dev/null >/dev/null 2>"$dir/pg_ctl.log"; do
        tries=$((tries + 1)) # after a crash its last children may hold the memory for a moment
        if [ "$tries" -ge 20 ]; then
            cat "$dir/pg_ctl.log" >&2
            tail -n 20 "$data/server.log" >&2 || true
            die "PostgreSQL did not start"
        fi
        sleep 0.2
    done
}

start() {
    [ -x "$bin/postgres" ] || die "PostgreSQL 15 is missing (Debian package postgresql-15)"
    [ -s "$data/PG_VERSION" ] || init_cluster
    if ! is_running; then
        start_server
    fi
    if [ -z "$(admin postgres -At -c "select 1 from pg_roles where rolname = 'club_owner'")" ]; then
        create_roles
    fi
    if [ -z "$(admin postgres -At -c "select 1 from pg_database where datname = '$database'")" ]; then
        create_database
    fi
}

stop() { # fast | immediate
    if is_running; then
        as_owner "$bin/pg_ctl" -D "$data" -m "$1" -w -t 60 -s stop
    fi
}

kill9() {
    local pid
    pid=$(head -n 1 "$data/postmaster.pid" 2>/dev/null) || die "not running"
    kill -STOP "$pid" # so that it starts no child while they are listed
    # shellcheck disable=SC2046  # one word per process
    kill -KILL "$pid" $(ps -o pid= --ppid "$pid") 2>/dev/null || true
}

# Its processes stand still, and go on: the sockets stay open meanwhile.
pause() {
    local pid
    pid=$(head -n 1 "$data/postmaster.pid" 2>/dev/null) || die "not running"
    kill -STOP "$pid"
    # shellcheck disable=SC2046  # one word per process
    kill -STOP $(ps -o pid= --ppid "$pid") 2>/dev/null || true
}

resume() {
    local pid
    pid=$(head -n 1 "$data/postmaster.pid" 2>/dev/null) || die "not running"
    # shellcheck disable=SC2046  # one word per process
    kill -CONT $(ps -o pid= --ppid "$pid") "$pid" 2>/dev/null || true
}

# After an orderly end the segment of the last checkpoint is all that is needed.
move_wal() {
    local to=${PG_WAL:-$data/pg_wal.back} last
    stop fast
    last=$(as_owner "$bin/pg_controldata" "$data" | sed -n "s/^Latest checkpoint's REDO WAL file: *//p")
    as_owner mkdir -p "$to/archive_status"
    as_owner cp "$data/pg_wal/$last" "$to/"
    as_owner rm -rf "$data/pg_wal"
    if [ -n "${PG_WAL:-}" ]; then
        as_owner ln -s "$to" "$data/pg_wal"
    else
        as_owner mv "$to" "$data/pg_wal"
    fi
    start_server
}

remove() {
    stop immediate || true
    rm -rf "$data" "$sock" "$dir/initdb.log" "$dir/pg_ctl.log"
    if [ "$home" != "$dir" ]; then
        rm -rf "$home" "$dir/cluster"
    fi
    rmdir "$dir" 2>/dev/null || true
}

[ $# -eq 2 ] || die "usage: pg.sh start|env|reset|stop|restart|kill9|pause|resume|wal|remove DIR"
locate "$2"
case $1 in
start)
    start
    print_env
    ;;
env) print_env ;;
reset)
    admin postgres -c "drop database if exists $database with (force)"
    create_database
    ;;
stop) stop fast ;;
restart)
    stop fast
    start_server
    ;;
kill9) kill9 ;;
pause) pause ;;
resume) resume ;;
wal) move_wal ;;
remove) remove ;;
*) die "unknown command '$1'" ;;
esac
