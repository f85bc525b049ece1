#!/usr/bin/env bash
# shell.sh -- shellcheck over every script.
set -euo pipefail
cd "$(dirname "$0")/../.."
find hub .ci tests clients -name node_modules -prune -o \( -name '*.sh' -o -name hub -o -path .ci/run \) \
    -type f -print0 2>/dev/null | sort -z | xargs -0 -r shellcheck -S style
