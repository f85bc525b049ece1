# packages.sh -- the Debian packages that ./hub needs, each with its reason, and how they are installed.  Sourced by ./hub,
# whose die and say it uses, and by the Dockerfile for the names.
# shellcheck shell=bash

# group – package – why.  Groups: build, run (serve, with a database), test, fuzz, lint, node (the SDK and its types), image (builds
# and starts the image without a container engine).
package_table() {
    cat <<'TABLE'
build build-essential              gcc, the assembler and make: the server is C
build cmake                        describes the build
build ninja-build                  runs it
build pkg-config                   finds the libraries
run   openssl                      makes the development keys in .hub/secrets
build libssl-dev                   TLS, tokens, hashes
build libwebsockets-dev            WebSocket and HTTP
run   libwebsockets-evlib-uv       libwebsockets on libuv's loop; loaded at run time
build libuv1-dev                   the event loop
build libpq-dev                    the connection to PostgreSQL
build libcjson-dev                 parses requests
build libargon2-dev                password hashes
build libjemalloc-dev              the allocator of the release build: less memory per connection
run   postgresql-15                the database; a private cluster is made under .hub/
run   curl                         HTTP requests of ./hub pay and the tests
run   procps                       ps, to see which processes are left
test  libcmocka-dev                unit tests in C
test  postgresql-15-pgtap          tests in SQL
test  libtap-parser-sourcehandler-pgtap-perl  pg_prove, which runs them
test  spin                         checks the model of the withdrawal barrier
test  iproute2                     cuts a network of its own in two
test  valgrind                     the release build under load, its memory watched
test  faketime                     sets the clock of one server
test  unzip                        opens the archive of an export
fuzz  clang                        builds what is fuzzed
fuzz  libclang-rt-14-dev           libFuzzer and the sanitizers of clang
lint  clang                        a second compiler's warnings
lint  clang-format-14              the formatter, pinned to this version
lint  shellcheck                   checks the scripts
node  nodejs                       runs the SDK's tests; the server needs no Node
node  chromium                     runs the SDK in a real browser, headless
node  npm                          installs the SDK's development dependencies
image buildah                      builds the image
image debootstrap                  makes the image it is built on
image docker-compose               reads compose.yaml; needs no engine for that
TABLE
}

packages_of() { # groups
    package_table | awk -v groups=" $* " 'index(groups, " " $1 " ") { print $2 }'
}

is_installed() {
    case $1 in # another source than Debian's is welcome for these
    nodejs) command -v node >/dev/null ;;
    npm) command -v npm >/dev/null ;;
    *) [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ] ;;
    esac
}

# Installs the packages of the given groups that are missing.
install_groups() {
    local group package why missing=() as_root=()
    while read -r group package why; do
        case " $* " in *" $group "*) ;; *) continue ;; esac
        if ! is_installed "$package"; then
            [ ${#missing[@]} -gt 0 ] || say "Packages to install:"
            printf '   %-40s %s\n' "$package" "$why"
            missing+=("$package")
        fi
    done < <(package_table)
    [ ${#missing[@]} -gt 0 ] || return 0

    command -v apt-get >/dev/null || die "this script installs with apt-get (Debian 12); install the packages above by hand"
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || die "run as root: apt-get install ${missing[*]}"
        as_root=(sudo)
    fi
    "${as_root[@]}" apt-get update -q </dev/null
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -q -y --no-install-recommends "${missing[@]}" </dev/null
}
