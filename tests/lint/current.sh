#!/usr/bin/env bash
# current.sh -- what is printed from the source is as the source says: clients/protocol.json,
# clients/asyncapi.json, config/clubhub.conf.example, sql/schema.sql, clients/ts/src/generated.ts and clients/protocol.html.
#
#   current.sh           compares
#   current.sh --write   writes them (./hub describe)
#
# Needs $CLUBHUB (the binary) and $PG_DIR with $ADMIN_URL (a cluster of tests/support/pg.sh).
set -euo pipefail
cd "$(dirname "$0")/../.."
mode=${1:-compare}
status=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

settle() { # committed file, new text
    if [ "$mode" = --write ]; then
        mkdir -p "$(dirname "$1")"
        cp "$2" "$1"
    elif ! diff -u --label "$1" --label "$1, as it should be" "$1" "$2" >"$work/diff" 2>&1; then
        head -n 40 "$work/diff"
        echo "$1 is not current: ./hub describe"
        status=1
    fi
}

[ -x "$CLUBHUB" ] || {
    echo "there is no $CLUBHUB"
    exit 1
}
timeout 20 "$CLUBHUB" describe >"$work/protocol.json"
settle clients/protocol.json "$work/protocol.json"
timeout 20 "$CLUBHUB" describe --asyncapi >"$work/asyncapi.json"
settle clients/asyncapi.json "$work/asyncapi.json"
timeout 20 "$CLUBHUB" serve --print-config >"$work/conf"
settle config/clubhub.conf.example "$work/conf"

timeout 120 tests/support/schema.sh >"$work/schema.sql"
settle sql/schema.sql "$work/schema.sql"

if [ -f clients/ts/package.json ]; then
    generated="clients/ts/src/generated.ts clients/protocol.html"
    for file in $generated; do
        [ ! -f "$file" ] || cp "$file" "$work/before.${file##*.}"
    done
    npm --prefix clients/ts run --silent generate
    for file in $generated; do
        cp "$file" "$work/generated.${file##*.}"
        [ ! -f "$work/before.${file##*.}" ] || cp "$work/before.${file##*.}" "$file"
        settle "$file" "$work/generated.${file##*.}"
    done
fi
exit $status
