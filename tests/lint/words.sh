#!/usr/bin/env bash
# words.sh -- no path of one machine, no dead code, no TODO without an issue number, no address of a package
# registry in a lock file.
set -euo pipefail
cd "$(dirname "$0")/../.."
status=0

files() {
    if git rev-parse --git-dir >/dev/null 2>&1; then
        git ls-files -co --exclude-standard
    else
        find . -type f -not -path '*/node_modules/*' -not -path './build/*' -not -path './.hub/*'
    fi | grep -vE '(^|/)tests/lint/words\.sh$|^LICENSE$'
}

report() {
    local lines
    lines=$(cat)
    if [ -n "$lines" ]; then
        printf '%s\n%s\n' "$1" "$lines"
        status=1
    fi
}

search() { # extended regex
    files | while read -r file; do
        [ ! -f "$file" ] || grep -HnIE -e "$1" -- "$file" || true
    done
}

report 'paths of one machine:' < <(search '(^|[^A-Za-z0-9_.}/-])/(home|root|Users|work|mnt)/' || true)
report 'TODO without an issue:' < <(search '\b(TODO|FIXME|XXX)\b' | grep -vE '(TODO|FIXME|XXX)[ (]*#[0-9]+' || true)
report 'dead code:' < <(search '^[[:space:]]*#[[:space:]]*if[[:space:]]+0\b' || true)
report 'registry addresses (npm: omit-lockfile-registry-resolved=true):' < <(
    files | grep -E '(^|/)package-lock\.json$' | while read -r file; do
        [ ! -f "$file" ] || grep -Hn '"resolved": "http' "$file" || true
    done)
exit $status
