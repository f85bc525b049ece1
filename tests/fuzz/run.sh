#!/usr/bin/env bash
# run.sh -- what ./hub fuzz runs after its build: all targets or the one named, so many seconds each, one per core.
set -euo pipefail
cd "$(dirname "$0")/../.."
mapfile -t targets < <(cd tests/fuzz && printf '%s\n' fuzz_*.c | sed 's/\.c$//')
if [[ ${1:-} == fuzz_* ]]; then
    if [ ! -f "tests/fuzz/$1.c" ]; then
        printf 'no target %s; there are: %s\n' "$1" "${targets[*]}" >&2
        exit 1
    fi
    targets=("$1")
    shift
fi
seconds=${1:-20}
if ! [[ $seconds =~ ^[1-9][0-9]{0,5}$ ]]; then
    printf 'so many seconds, as a number: %s\n' "$seconds" >&2
    exit 1
fi

mkdir -p build/fuzz/corpus
build/fuzz/tests/fuzz/fuzz_seeds build/fuzz/corpus >/dev/null
printf '%s\n' "${targets[@]}" | xargs -P "$(nproc)" -I '{}' tests/fuzz/one.sh '{}' "$seconds" | tee build/fuzz.log || true
passed=$(grep -c '^ok ' build/fuzz.log || true)
printf '\n%d passed, %d failed\n' "$passed" "$((${#targets[@]} - passed))"
[ "$passed" -eq ${#targets[@]} ]
