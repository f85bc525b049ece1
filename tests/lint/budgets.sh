#!/usr/bin/env bash
# budgets.sh -- sizes a reader can hold: .c 600 lines, .h 120, .ts 300, scripts 600; a function 50 lines
# and 7 parameters (5 is the rule, a struct beyond).  Generated files are free.
set -euo pipefail
cd "$(dirname "$0")/../.."
status=0

limit() { # lines, then files on stdin
    local file lines
    while read -r file; do
        lines=$(wc -l <"$file")
        if [ "$lines" -gt "$1" ]; then
            echo "$file has $lines lines, $1 are allowed"
            status=1
        fi
    done
}

limit 600 < <(find server tests -name '*.c')
limit 120 < <(find server tests -name '*.h')
limit 600 < <(find hub .ci/run tests -name '*.sh' -o -name hub -o -path .ci/run)
if [ -d clients ]; then
    limit 300 < <(find clients -name node_modules -prune -o -name dist -prune -o -name generated.ts -prune \
        -o -name '*.ts' -print)
fi

found=$(find server tests -name '*.c' | sort | while read -r file; do
    awk -f tests/lint/strip.awk "$file" | awk -f tests/lint/budgets.awk
done)
if [ -n "$found" ]; then
    printf '%s\n' "$found"
    status=1
fi

if find server \( -name 'util*' -o -name 'common*' -o -name 'misc*' -o -name 'helpers*' \) | grep .; then
    echo "a file is named for what it holds"
    status=1
fi
exit $status
