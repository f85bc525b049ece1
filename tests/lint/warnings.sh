#!/usr/bin/env bash
# warnings.sh -- no warning from gcc (an optimised build) nor from clang (every file, syntax and semantics).
set -euo pipefail
cd "$(dirname "$0")/../.."
status=0

mkdir -p build
cmake -S . -B build/werror -G Ninja -DCMAKE_BUILD_TYPE=Release -DCLUBHUB_WERROR=ON >build/werror.log 2>&1 || {
    cat build/werror.log
    exit 1
}
if ! cmake --build build/werror --parallel "$(nproc)" -- -k 0 >build/werror.log 2>&1; then
    grep -E '(error|warning):|undefined reference' build/werror.log || tail -n 30 build/werror.log
    status=1
fi

read -ra libraries < <(pkg-config --cflags libwebsockets libuv libpq libcjson openssl libargon2 |
    sed 's/-I/-isystem /g')
if ! find server tests -name '*.c' -print0 | sort -z | xargs -0 -r -n 8 -P "$(nproc)" \
    clang -fsyntax-only -std=c11 -D_GNU_SOURCE -DCLUBHUB_VERSION='"lint"' "${libraries[@]}" \
    -Iserver -Itests -Itests/support -Itests/bench -Itests/chaos -Itests/wire -Itests/db -Itests/unit \
    -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wwrite-strings \
    -Wundef -Werror 2>&1; then
    status=1
fi
exit $status
