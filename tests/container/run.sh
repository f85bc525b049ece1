#!/usr/bin/env bash
# run.sh -- builds the image where no container engine runs, starts the hub in it, looks at it, and runs the suites against
# it by URL.
#
#   sudo tests/container/run.sh [look | inside]     look: without the suites; inside: the suites in an image of their own,
#                                                   as the service `test` of compose.yaml
#
# buildah builds, in chroot isolation, over a debian:bookworm-slim that debootstrap makes of this machine's mirror.  The hub
# then runs as `docker run --read-only --cap-drop=ALL --security-opt=no-new-privileges` would run it, with the command,
# user, environment and health check that the image names: enter.sh.  Its database is a cluster of tests/support/pg.sh,
# with the roles of config/compose/roles.sh and the files of config/compose/secrets.sh, at the other end of a network of two.
#
# Needs root, what ./hub test installs (build/asan is built by it), the packages of group image (tests/support/packages.sh),
# 6 GB in $TMPDIR.  CONTAINER_STORE=DIR keeps the images there; with CONTAINER_BUILD=no the next run takes them as they are.
# Not part of ./hub test.  The last line is "N passed, N failed".
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
here=$root/tests/container
pg=$root/tests/support/pg.sh
passed=0
failed=0
work=$(mktemp -d "${TMPDIR:-/tmp}/clubhub-container.XXXXXX")
chmod 0711 "$work"
store=${CONTAINER_STORE:-$work/store}
net=clubhub$$       # the hub's network, and our end of the pair between it and us
our_ip=10.213.$((RANDOM % 250)).1
hub_ip=${our_ip%.1}.2
container=
tester=
unshare_pid=
hub_pid=

say() {
    printf '== %s\n' "$*"
}

end_servers() { # whoever is in the hub's network: nobody else is
    local i pid pids
    for ((i = 0; i < 50; i++)); do
        pids=$(ip netns pids "$net" 2>/dev/null)
        [ -n "$pids" ] || return 0
        for pid in $pids; do
            kill -KILL "$pid" 2>/dev/null
        done
        sleep 0.1
    done
}

tidy() {
    set +e
    end_servers
    [ -z "$container" ] || box rm "$container" >/dev/null 2>&1
    [ -z "$tester" ] || box rm "$tester" >/dev/null 2>&1
    ip netns del "$net" 2>/dev/null # and the pair with it
    "$pg" remove "$work/pg" 2>/dev/null
    [ -n "${CONTAINER_STORE:-}" ] || box rmi --all --force >/dev/null 2>&1
    rm -rf "$work"
}

trap tidy EXIT
trap 'exit 130' INT TERM HUP

die() {
    printf 'run.sh: %s\n' "$*" >&2
    [ ! -s "$work/hub.log" ] || tail -n 20 "$work/hub.log" >&2
    printf '\n%d passed, %d failed\n' "$passed" $((failed + 1))
    exit 1
}

check() { # what, command…
    local what=$1
    shift
    if "$@" >"$work/check.log" 2>&1; then
        printf 'ok %s\n' "$what"
        passed=$((passed + 1))
    else
        printf 'FAILED %s\n' "$what"
        sed 's/^/    /' "$work/check.log"
        failed=$((failed + 1))
    fi
}

refused() { # command…: it must fail
    ! "$@"
}

# --- the image -----------------------------------------------------------------------------------

box() { # buildah on a store of its own
    buildah --root "$store" --runroot "$work/runroot" --storage-driver vfs "$@"
}

build_base() {
    local base=$work/base
    if box inspect --type image localhost/debian:bookworm-slim >/dev/null 2>&1; then
        return 0
    fi
    say "Making debian:bookworm-slim"
    # shellcheck disable=SC2016  # apt-get expands these
    debootstrap --variant=minbase bookworm "$base" \
        "$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Origin: Debian' 'Codename: bookworm' | head -n 1)" \
        >"$work/base.log" 2>&1 || die "debootstrap failed: $(tail -n 3 "$work/base.log")"
    # Updates from where this machine has them; nobody's packages but Debian's.
    # shellcheck disable=SC2016
    apt-get indextargets --format 'deb $(SITE) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 'Origin: Debian' |
        grep -E ' bookworm(-[a-z]+)? ' | sort -u >"$base/etc/apt/sources.list"
    rm -rf "$base"/var/cache/apt/archives/*.deb "$base"/var/lib/apt/lists/*
    container=$(box from scratch)
    cp -a "$base/." "$(box mount "$container")/"
    box commit --rm --quiet "$container" localhost/debian:bookworm-slim >/dev/null
    container=
    rm -rf "$base"
}

build_image() { # target, tag
    say "Building $2"
    local authorities=/usr/local/share/ca-certificates # whom this machine trusts, npm there does too
    [ ! -d $authorities ] || set -- "$@" --volume $authorities:$authorities:ro
    box bud --isolation chroot --format docker --pull-never --target "$1" --tag "$2" "${@:3}" . \
        >"$work/build.log" 2>&1 || {
        tail -n 40 "$work/build.log" >&2
        die "the image was not built"
    }
}

image() { # template, image: what it says about itself
    box inspect --type image --format "$1" "${2:-clubhub}"
}

lines_of() { # member of the image's configuration that is a list
    image "{{range .Docker.Config.$1}}{{println .}}{{end}}" | sed '/^$/d'
}

# --- the network and the database ----------------------------------------------------------------

open_network() {
    { ip netns add "$net" && ip link add "$net" type veth peer name eth0 netns "$net"; } || die "no network of two"
    ip address add "$our_ip/30" dev "$net"
    ip link set "$net" up
    ip -n "$net" address add "$hub_ip/30" dev eth0
    ip -n "$net" link set eth0 up
    ip -n "$net" link set lo up
}

# As the image of PostgreSQL leaves it after its first start.
open_database() {
    say "Starting a throw-away database"
    eval "$(PG_FSYNC=off "$pg" start "$work/pg")"
    export PATH=/usr/lib/postgresql/15/bin:$PATH
    (
        # shellcheck disable=SC2153  # pg.sh told it
        export PGHOST=$PG_SOCKET_DIR PGPORT=$PG_PORT PGUSER=postgres PGDATABASE=postgres SECRETS_DIR=$work/secrets
        psql -X -q -v ON_ERROR_STOP=1 -c 'drop database clubhub' -c 'drop role club_owner, club_server' \
            -c "alter system set listen_addresses = '$our_ip'"
        printf 'host all all %s/30 scram-sha-256\n' "$our_ip" >>"$(psql -X -At -c 'show hba_file')"
        "$root/config/compose/secrets.sh" "$work/secrets"
        "$root/config/compose/roles.sh" >/dev/null
    )
    "$pg" restart "$work/pg"
    MIGRATE_URL=$(sed -n "s/^migrate_url = //; s/@db/@$our_ip/p" "$work/secrets/owner.conf")
    export MIGRATE_URL
    unset DATABASE_URL ADMIN_URL PG_DIR
    printf '127.0.0.1 localhost\n%s db\n' "$our_ip" >"$work/hosts"
    mkdir -m 0711 "$work/given" # what compose.yaml gives the hub
    cp -p "$work"/secrets/{hub.conf,token_key,pii_key,receipt_key} "$work/given"
    mkdir -m 0711 "$work/all"
    cp -p "$work"/given/* "$work/secrets/owner.conf" "$work/all"
}

# --- the hub in its container ----------------------------------------------------------------------

prepare() { # what the image says of how it is to be run
    container=$(box from --pull-never --add-host "db:$our_ip" clubhub)
    files=$(box mount "$container")
    stop_signal=$(image '{{.Docker.Config.StopSignal}}')
    user=$(image '{{.Docker.Config.User}}')
    mapfile -t environment < <(lines_of Env)
    mapfile -t entrypoint < <(lines_of Entrypoint)
    mapfile -t health < <(lines_of Healthcheck.Test)
    environment+=(CLUBHUB_ADMIN_LISTEN=0.0.0.0:9090 CLUBHUB_WORKERS=2 "CLUBHUB_ORIGINS=http://127.0.0.1:$page_port")
}

secret_volumes() { # options of buildah run, a line each
    local file
    for file in "$work"/all/*; do
        printf '%s\n' --volume "$file:/run/secrets/${file##*/}:ro"
    done
}

by_buildah() { # command line in the image, as buildah runs it
    local volumes
    mapfile -t volumes < <(secret_volumes)
    nsenter --net="/run/netns/$net" buildah --root "$store" --runroot "$work/runroot" --storage-driver vfs run \
        --isolation chroot --user "$user" --env CLUBHUB_WORKERS=1 \
        "${volumes[@]}" "$container" -- "$@"
}

start_hub() {
    nsenter --net="/run/netns/$net" unshare --mount --pid --ipc --uts --fork --kill-child --propagation private -- \
        "$here/enter.sh" "$files" "$work/given" "$work/hosts" "$user" "${environment[@]}" -- \
        "${entrypoint[@]}" serve --config=/run/secrets/hub.conf 2>>"$work/hub.log" &
    unshare_pid=$!
    hub_pid=
    for ((i = 0; i < 300; i++)); do
        kill -0 "$unshare_pid" 2>/dev/null || die "the container stopped"
        hub_pid=$(cat "/proc/$unshare_pid/task/$unshare_pid/children")
        hub_pid=${hub_pid// /}
        if [ -n "$hub_pid" ] && is_healthy; then
            return 0
        fi
        sleep 0.1
    done
    die "the health check of the image did not pass in 30 s"
}

inside() { # command line beside the hub, as its user
    nsenter --target "$hub_pid" --mount --pid --net --ipc --uts --root --wd=/ -- \
        /usr/bin/env -i "${environment[@]}" \
        /usr/bin/setpriv --reuid="${user%:*}" --regid="${user#*:}" --clear-groups --no-new-privs "$@"
}

is_healthy() { # what HEALTHCHECK says
    inside "${health[@]:1}" 2>/dev/null
}

call() { # method, params: the answer
    curl -sS --max-time 10 "http://$hub_ip:8080/v1/rpc" -H 'content-type: application/json' \
        -d "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"$1\",\"params\":$2}"
}

answers() { # text that the answer holds, method, params
    local text=$1 answer
    shift
    answer=$(call "$@")
    printf '%s\n' "$answer"
    [[ $answer == *"$text"* ]]
}

free_port() { # nobody listens there now
    local port
    while :; do
        port=$((20000 + RANDOM % 12000))
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    done
    printf '%s' "$port"
}

build_follower() { # clients/ts/test/follow.ts
    if [ ! -d clients/ts/node_modules ] || [ clients/ts/package-lock.json -nt clients/ts/node_modules ]; then
        (cd clients/ts && npm ci --no-audit --no-fund --ignore-scripts </dev/null && touch node_modules)
    fi
    npm --prefix clients/ts run --silent build:all
}

status_of_hub() { # a line of /proc/PID/status
    sed -n "s/^$1:\t*//p" "/proc/$hub_pid/status"
}

# --- what is looked at -------------------------------------------------------------------------------

no_tools() { # nothing that compiles, assembles, links
    local name found=0
    for name in gcc cc c++ g++ cpp as ld make cmake ninja clang pkg-config; do
        find "$files"/{bin,sbin,usr/bin,usr/sbin,usr/local/bin} \( -name "$name" -o -name "$name-[0-9]*" -o -name "*-$name" \) | grep . && found=1
    done
    ! grep -E '^Package: (.*-dev|gcc-[0-9]+|binutils|build-essential)$' "$files/var/lib/dpkg/status" && [ "$found" -eq 0 ]
}

look_at_compose() {
    local compose=(docker-compose)
    command -v docker-compose >/dev/null || compose=(docker compose)
    say "compose.yaml"
    check "${compose[*]} config" "${compose[@]}" --profile test config
}

look_at_image() {
    say "The image"
    printf '   %s, of it %s the base\n' "$(box images --format '{{.Size}}' localhost/clubhub:latest)" \
        "$(box images --format '{{.Size}}' localhost/debian:bookworm-slim)"
    check "no compiler, linker, make or -dev package is in it" no_tools
    check "its user is a number, not root" test "$user" = 10001:10001
    check "SIGTERM stops it" test "$stop_signal" = SIGTERM
    check "its files hold no secret" refused grep -rqsF -f "$work/secrets/token_key" "$files"/{etc,usr/local,run,tmp,var}
}

is_ready_at() {
    curl -fsS --max-time 2 "http://$hub_ip:8080/readyz" >/dev/null 2>&1
}

name_of() { # process
    ps -o comm= -p "$1"
}

# Served by `buildah run`, and ended.
serve_by_buildah() {
    local runner pid status=0 i
    by_buildah clubhub serve --config=/run/secrets/hub.conf >"$work/buildah.log" 2>&1 &
    runner=$!
    for ((i = 0; i < 100; i++)); do
        if is_ready_at; then
            break
        fi
        sleep 0.1
    done
    answers 'Fjord & Coast' club.list '{}' || status=1
    for pid in $(ip netns pids "$net"); do
        if [ "$(name_of "$pid")" = clubhub ] && [ "$(name_of "$(ps -o ppid= -p "$pid")")" != clubhub ]; then
            kill -TERM "$pid" # the supervisor
        fi
    done
    wait "$runner" || status=1
    [ "$status" -eq 0 ] || cat "$work/buildah.log"
    return "$status"
}

look_at_buildah() {
    say "buildah run, chroot isolation"
    check "clubhub migrate --demo" by_buildah clubhub migrate --config=/run/secrets/owner.conf --demo
    check "clubhub migrate again has nothing to do" by_buildah clubhub migrate --config=/run/secrets/owner.conf
    check "clubhub doctor finds nothing wrong" by_buildah clubhub doctor --config=/run/secrets/hub.conf
    check "clubhub serve answers, and ends with 0 on SIGTERM" serve_by_buildah
}

nothing_writable() {
    ! inside find / -xdev -writable ! -type l -print -quit | grep . && refused inside touch /tmp/x /run/x /dev/shm/x &&
        refused nsenter --target "$hub_pid" --mount --pid --root -- /usr/bin/touch /root-too
}

orphans_are_reaped() {
    inside /bin/bash -c 'sleep 0.3 & exit 0'
    for ((i = 0; i < 50; i++)); do
        sleep 0.1
        if ! pgrep --nslist pid --ns "$hub_pid" sleep >/dev/null; then # a zombie would be listed
            return 0
        fi
    done
    ps -o pid,ppid,stat,comm --ppid "$hub_pid"
    return 1
}

worker_comes_back() {
    local before
    before=$(pgrep -P "$hub_pid" | head -n 1)
    kill -KILL "$before"
    for ((i = 0; i < 100; i++)); do
        sleep 0.1
        if [ "$(pgrep -P "$hub_pid" | grep -cvx "$before")" -eq 2 ] && is_healthy; then
            return 0
        fi
    done
    return 1
}

drains() {
    local follower status=0 begun
    node clients/ts/dist/all/test/follow.js "http://$hub_ip:8080" >"$work/follow.log" 2>&1 &
    follower=$!
    for ((i = 0; i < 100; i++)); do
        ! grep -q 'signed in' "$work/follow.log" || break
        sleep 0.1
    done
    begun=$(date +%s%N)
    kill -"${stop_signal#SIG}" "$hub_pid"
    wait "$unshare_pid" || status=$?
    drained_ms=$((($(date +%s%N) - begun) / 1000000))
    unshare_pid=''
    hub_pid=''
    wait "$follower" || true
    printf 'exit status %d after %d ms\n' "$status" "$drained_ms"
    cat "$work/follow.log"
    [ "$status" -eq 0 ] && [ "$drained_ms" -lt 32000 ] &&
        grep -qx 'session.notice draining' "$work/follow.log" && grep -qx 'closed 1012' "$work/follow.log"
}

look_at_hub() {
    say "The hub, read-only root, no capabilities"
    start_hub
    check "the health check passes" is_healthy
    check "process 1 is clubhub" test "$(inside /bin/cat /proc/1/comm)" = clubhub
    check "its user is 10001" test "$(status_of_hub Uid)" = $'10001\t10001\t10001\t10001'
    check "it has no capability and gets none" test "$(status_of_hub CapEff) $(status_of_hub CapBnd) $(status_of_hub NoNewPrivs)" = \
        "0000000000000000 0000000000000000 1"
    check "there is nothing it may write" nothing_writable
    check "GET /readyz from outside" is_ready_at
    check "a call" answers 'Fjord & Coast' club.list '{}'
    check "a refusal" answers '"UNAUTHENTICATED"' points.summary '{}'
    check "a sign-in" answers '"token":' account.login '{"email":"member12@demo.invalid","password":"fjord-and-coast"}'
    check "orphans are reaped" orphans_are_reaped
    check "a worker that is killed comes back" worker_comes_back
    check "SIGTERM drains: 1012 to who is there, exit status 0" drains
    printf '   in %d ms\n' "$drained_ms"
    check "its log holds no secret" refused grep -qF -f "$work/secrets/token_key" -f "$work/secrets/pii_key" \
        -f "$work/secrets/password_club_server" "$work/hub.log"
}

suites_here() {
    TEST_URL=http://$hub_ip:8080 TEST_ADMIN_URL=http://$hub_ip:9090 CLUBHUB_PAGE_PORT=$page_port \
        CLUBHUB=$root/build/asan/clubhub BUILD_DIR=$root/build/asan CLUBHUB_LOG=$work/hub.log \
        CLUBHUB_TOKEN_KEY_FILE=$work/secrets/token_key CLUBHUB_PII_KEY_FILE=$work/secrets/pii_key \
        CLUBHUB_RECEIPT_KEY_FILE=$work/secrets/receipt_key \
        "$here/suites.sh"
}

suites_inside() {
    local volumes
    mapfile -t volumes < <(secret_volumes)
    tester=$(box from --pull-never --add-host "db:$our_ip" --add-host "hub:$hub_ip" clubhub-test)
    box run --isolation chroot --user "$(image '{{.Docker.Config.User}}' clubhub-test)" "${volumes[@]}" \
        --env TEST_URL=http://hub:8080 --env TEST_ADMIN_URL=http://hub:9090 "$tester" -- tests/container/suites.sh
}

run_suites() { # suites_here | suites_inside
    local line p f
    say "The suites, by URL"
    start_hub
    "$1" 2>&1 | tee "$work/suites.log" || true
    line=$(grep -aE '^[0-9]+ passed, [0-9]+ failed$' "$work/suites.log" | tail -n 1)
    read -r p _ f _ <<<"${line:-0 passed, 1 failed}"
    passed=$((passed + p))
    failed=$((failed + f))
    check "SIGTERM ends it after that" drains
}

[ "$(id -u)" -eq 0 ] || die "run as root"
for program in buildah debootstrap ip nsenter curl node npm; do
    command -v "$program" >/dev/null || die "there is no $program: tests/support/packages.sh lists the packages"
done
case ${1:-} in
look | inside) ;;
'') [ -x build/asan/tests/wire/wire_runner ] || die "build the tests first: ./hub describe" ;;
*) die "look, inside or nothing" ;;
esac
page_port=$(free_port)
say "Building the follower"
build_follower >"$work/build.log" 2>&1 || die "clients/ts was not built: $(tail -n 3 "$work/build.log")"
if [ "${CONTAINER_BUILD:-}" != no ]; then
    build_base
    build_image hub clubhub
    [ "${1:-}" != inside ] || build_image test clubhub-test
fi
open_network
open_database
prepare
look_at_compose
look_at_image
look_at_buildah
look_at_hub
case ${1:-} in
inside) run_suites suites_inside ;;
'') run_suites suites_here ;;
esac
printf '\n%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
