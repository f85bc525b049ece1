#!/usr/bin/env bash
# shell.sh -- shellcheck over every script.
set -euo pipefail
cd "$(dirname "$0")/../.."
scripts=(hub .ci/run)
while read -r script; do
    scripts+=("$script")
done < <(find . \( -name node_modules -o -name build -o -name .hub -o -name .git \) -prune -o -name '*.sh' -type f -print | sort)
shellcheck -S style "${scripts[@]}"
