#!/usr/bin/env bash
# clubhub.sh -- the release build in the place of $CLUBHUB; what it serves runs under valgrind, each process with a report of
# its own in VALGRIND_LOGS.  TOOL (memcheck), e.g. drd or helgrind.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
if [ "${1:-}" != serve ]; then
    exec build/release/clubhub "$@"
fi
options=(--tool="${TOOL:-memcheck}" --trace-children=yes --error-exitcode=97 --num-callers=30 --track-fds=yes
    --soname-synonyms='somalloc=*jemalloc*' # it is replaced as the C library's allocator is
    --suppressions=tests/valgrind/suppressions --log-file="$VALGRIND_LOGS/%p.log")
if [ "${TOOL:-memcheck}" = memcheck ]; then
    lost='definite,indirect'
    options+=(--leak-check=full --show-leak-kinds="$lost" --errors-for-leak-kinds="$lost")
fi
# Everything takes twenty times as long: the last options count.
exec valgrind "${options[@]}" build/release/clubhub "$@" --lease_ms=8000 --fence_ms=10000 --call_timeout_ms=20000 \
    --statement_timeout_ms=15000
