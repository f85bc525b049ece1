#!/usr/bin/env bash
# one.sh -- one target of ./hub fuzz for so many seconds: its seeds, what earlier runs found new, and what it thinks of.
# Prints one line; the whole log is in build/fuzz/log.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
target=$1
seconds=$2
log=build/fuzz/log/$target
corpus=build/fuzz/corpus/$target
mkdir -p build/fuzz/log build/fuzz/found "$corpus"

folders=("$corpus")
if [ -d "tests/fuzz/corpus/$target" ]; then
    folders+=("tests/fuzz/corpus/$target")
fi
"build/fuzz/tests/fuzz/$target" -max_total_time="$seconds" -timeout=30 -rss_limit_mb=4096 -print_final_stats=1 \
    -artifact_prefix="build/fuzz/found/$target-" "${folders[@]}" >"$log" 2>&1
status=$?
runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
places=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)
if [ "$status" -eq 0 ]; then
    printf 'ok %s: %s inputs, %s places reached\n' "$target" "${runs:-?}" "${places:-?}"
else
    printf 'FAILED %s after %s inputs: %s\n' "$target" "${runs:-?}" "$log"
    grep -aE 'not true|ERROR:|runtime error|Test unit' "$log" | head -n 5 | sed 's/^/        /'
fi
exit "$status"
