#!/usr/bin/env bash
# format.sh -- all C is as clang-format 14 writes it (./hub format).
set -euo pipefail
cd "$(dirname "$0")/../.."
mkdir -p build
if ! find server tests -name '*.[ch]' -print0 | sort -z |
    xargs -0 -r clang-format-14 --dry-run -Werror >build/format.log 2>&1; then
    echo "not formatted (./hub format), with the number of places:"
    grep -E 'error:' build/format.log | cut -d: -f1 | sort | uniq -c
    exit 1
fi
