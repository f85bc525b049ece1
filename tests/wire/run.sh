#!/usr/bin/env bash
# run.sh -- the wire scripts against a throw-away server.
#
#   tests/wire/run.sh [WORD…]     only the scripts whose names hold one of the words
#
# Uses $CLUBHUB, $BUILD_DIR and the cluster of $PG_DIR as `./hub test` exports them; without a cluster the runner makes
# one and removes it again.  The last line is "N passed, N failed".
set -euo pipefail
cd "$(dirname "$0")/../.."

build=${BUILD_DIR:-build/asan}
runner=$build/tests/wire/wire_runner
if [ ! -x "$runner" ]; then
    printf 'there is no %s: build it with ./hub test\n\n0 passed, 1 failed\n' "$runner"
    exit 1
fi
export CLUBHUB=${CLUBHUB:-$PWD/$build/clubhub} PG_SH=${PG_SH:-$PWD/tests/support/pg.sh}
exec "$runner" "$@"
