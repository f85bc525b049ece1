#!/usr/bin/env bash
# suites.sh -- the SDK suite and the wire suite against a hub that is there: what the image `test` runs.
#
# TEST_URL, TEST_ADMIN_URL: the hub and its admin port.  MIGRATE_URL: its database as the owner, new (the demo data are
# loaded), or OWNER_CONF: a file of options with migrate_url.  CLUBHUB, BUILD_DIR, CLUBHUB_…_KEY_FILE: tests/e2e/run.sh,
# tests/wire/run.sh.  The last line is "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
if [ -z "${MIGRATE_URL:-}" ]; then
    MIGRATE_URL=$(sed -n 's/^migrate_url = //p' "${OWNER_CONF:-/run/secrets/owner.conf}")
fi
export MIGRATE_URL
log=$(mktemp)
trap 'rm -f "$log"' EXIT
passed=0
failed=0

run() { # name, script
    local line p f
    printf '== %s, at %s\n' "$1" "$TEST_URL"
    "$2" </dev/null 2>&1 | tee "$log"
    line=$(grep -aE '^[0-9]+ passed, [0-9]+ failed$' "$log" | tail -n 1)
    read -r p _ f _ <<<"${line:-0 passed, 1 failed}"
    passed=$((passed + p))
    failed=$((failed + f))
}

# They write what they like: only where demo data are, or nobody is.
is_for_tests() {
    CLUBHUB_MIGRATE_URL=$MIGRATE_URL "${CLUBHUB:-build/asan/clubhub}" migrate --demo &&
        curl -sS --max-time 10 "$TEST_URL/v1/rpc" -H 'content-type: application/json' -d '{"jsonrpc":"2.0","id":1,
            "method":"account.login","params":{"email":"member12@demo.invalid","password":"fjord-and-coast"}}' | grep -q '"token":'
}

if ! is_for_tests >"$log" 2>&1; then
    cat "$log" >&2
    printf 'suites.sh: the hub at %s is not one with the demo data, made for tests\n' "$TEST_URL" >&2
    printf '\n0 passed, 1 failed\n'
    exit 1
fi
run SDK tests/e2e/run.sh # first: it loads the demo data, which wants a database without members
run wire tests/wire/run.sh
printf '\nboth suites:\n%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
