#!/usr/bin/env bash
# run.sh -- what ./hub valgrind runs after its builds: real loads on the release build under valgrind's memcheck.
#
#   tests/valgrind/run.sh [LOAD…]     wire, bounds, rolling (these without an argument), attack, signals
#
# A load fails as it does elsewhere; and when any process of a server, supervisor or worker, read what was never written, touched
# what was freed, lost memory or left a descriptor open.  Reports of processes that failed stay in build/valgrind.
set -euo pipefail
cd "$(dirname "$0")/../.."
loads=("$@")
[ ${#loads[@]} -gt 0 ] || loads=(wire bounds rolling)
tests=build/asan/tests
passed=0
failed=0

# One script or more of each noun.  A password takes seconds here, so few of them sign in with one.
stories=(010 020 025 030 060 100 200 205 210 220 225 260 270 280 290 300 310 320 420 530 535 550 552 570 600 610 632 640
    653 655 680 700 702 710 720 730 740 760 770 801 802 810 820 830 832 840 850 856 860)

play() { # load
    case $1 in
    wire) tests/wire/run.sh "${stories[@]}" ;;
    bounds) "$tests/chaos/chaos_bounds" ;;
    rolling) "$tests/chaos/chaos_faults" rolling ;;
    attack) "$tests/chaos/chaos_attack" ;;
    signals) "$tests/chaos/chaos_signals" ;;
    *)
        printf 'no load %s; there are: wire bounds rolling attack signals\n' "$1" >&2
        return 1
        ;;
    esac
}

report() { # ok | FAILED, what
    printf '%s %s\n' "$1" "$2"
    if [ "$1" = ok ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
    fi
}

# No place in the code is named, by an error, a loss or a descriptor left open; one that a load killed wrote no summary.
is_clean() { # log
    if grep -qE '^==[0-9]+== +(at|by) 0x' "$1"; then
        return 1
    fi
    ! grep -q 'ERROR SUMMARY: [1-9]' "$1"
}

judge() { # load
    local log ended=0 count=0 bad=()
    for log in "$VALGRIND_LOGS"/*.log; do
        [ -f "$log" ] || continue
        count=$((count + 1))
        ! grep -q 'ERROR SUMMARY: ' "$log" || ended=$((ended + 1))
        is_clean "$log" || bad+=("$log")
    done
    if [ "$ended" -lt 2 ]; then # a supervisor and a worker
        report FAILED "$1: $count processes, $ended of them told a summary"
    elif [ ${#bad[@]} -gt 0 ]; then
        grep -hE -B 3 '^==[0-9]+== +(at|by) 0x' "${bad[@]}" | head -n 80
        report FAILED "$1: ${#bad[@]} of $count processes: see $VALGRIND_LOGS"
    else
        report ok "$1: $count processes, no error, nothing lost"
    fi
}

command -v valgrind >/dev/null || {
    printf 'there is no valgrind: run it by ./hub valgrind\n\n0 passed, 1 failed\n'
    exit 1
}
export CLUBHUB=$PWD/tests/valgrind/clubhub.sh BUILD_DIR=$PWD/build/asan PG_SH=$PWD/tests/support/pg.sh
unset PG_DIR
for load in "${loads[@]}"; do
    export VALGRIND_LOGS=$PWD/build/valgrind/$load
    rm -rf "$VALGRIND_LOGS"
    mkdir -p "$VALGRIND_LOGS"
    begun=$SECONDS
    if play "$load" </dev/null >"$VALGRIND_LOGS/load.out" 2>&1; then
        report ok "$load: $((SECONDS - begun)) s"
    else
        grep -avE '^ok |^\{' "$VALGRIND_LOGS/load.out" | tail -n 40
        report FAILED "$load"
    fi
    judge "$load"
done
printf '\n%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
