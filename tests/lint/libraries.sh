#!/usr/bin/env bash
# libraries.sh -- one library, one place: only the files named here include its header, and no .h does.
# A file may be split (db.c, db_pool.c); the name in front stays.
set -euo pipefail
cd "$(dirname "$0")/../.."
status=0

check() { # header, allowed files (extended regex)
    local found
    found=$(grep -rnE "^[[:space:]]*#[[:space:]]*include[[:space:]]*[<\"]($1)" server --include='*.[ch]' |
        grep -vE "^server/io/($2)(_[a-z0-9_]+)?\.c:" || true)
    if [ -n "$found" ]; then
        printf '%s\n' "$found"
        status=1
    fi
}

check 'libwebsockets' 'ws|http'
check 'libpq-fe\.h|postgresql/|pg_config' 'db'
check 'cjson/|cJSON\.h' 'json'
check 'openssl/' 'crypto'
check 'uv\.h|uv/' 'loop'
check 'argon2\.h' 'password'
exit $status
