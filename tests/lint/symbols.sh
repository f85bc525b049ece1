#!/usr/bin/env bash
# symbols.sh -- every exported symbol starts with the name of its module: rpc.c exports rpc_… and nothing else
# (streams_… for all of them).
# Reads the objects of the build in $BUILD_DIR.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${BUILD_DIR:-build/asan}
status=0

# The nouns a module may export under: its own name, and what else it is known to make.
nouns() {
    case $1 in
    all) echo 'all|method|event' ;;        # club/all.c lists the tables and finds a row
    db) echo 'db|answer' ;;                # db.h: the answers of queries
    frame) echo 'frame|event' ;;           # frame.h: events and the frames made of them
    stream) echo 'stream|sub' ;;           # stream.h: streams and their subscribers
    outgoing) echo 'outgoing|session' ;;   # the half of session.c that writes
    *_*) echo "$1|$(nouns "${1%%_*}")" ;;  # db_connection.c, a part of db
    *s) echo "$1|${1%s}" ;;                # events.c: event_find
    *) echo "$1" ;;
    esac
}

while read -r object; do
    module=$(basename "$object" .c.o)
    [ "$module" != main ] || continue
    while read -r _ _ symbol; do
        if [[ ! $symbol =~ ^($(nouns "$module"))(s|r)?(_|$) ]] && [[ ! $symbol =~ ^__(odr_asan|asan|ubsan) ]]; then
            echo "${object#*.dir/}: $symbol does not start with ${module}_"
            status=1
        fi
    done < <(nm -g --defined-only "$object")
done < <(find "$build/CMakeFiles" -path '*/server/*.c.o' | sort)
exit $status
