#!/usr/bin/env bash
# sql.sh -- functions of api live in sql/api only, and nothing notifies inside a transaction that writes.
# What the catalogue can tell (definer, search_path, privileges) is asked in tests/sql.
set -euo pipefail
cd "$(dirname "$0")/../.."
status=0
[ -d sql ] || exit 0

code() { # SQL without -- comments
    find sql -name '*.sql' ! -name schema.sql | sort | while read -r file; do
        sed -e 's/--.*//' "$file" | grep -n '' | sed "s|^|$file:|"
    done
}

report() {
    local lines
    lines=$(cat)
    if [ -n "$lines" ]; then
        printf '%s\n%s\n' "$1" "$lines"
        status=1
    fi
}

report 'no function of api in a migration:' < <(code | grep '^sql/migrations/' |
    grep -iE 'create +(or +replace +)?function +api\.' || true)
report 'no NOTIFY in SQL but in api.wake and api.signal, which the server calls after a commit, alone:' < <(code |
    grep -vE "^sql/api/node\\.sql:[0-9]+: *perform pg_notify[(]('clubhub', ''|'clubhub_signal', p_payload)[)];" |
    grep -iE '\bpg_notify\b|^[^:]*:[0-9]+: *notify\b|perform +pg_notify' || true)
exit $status
