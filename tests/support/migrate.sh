#!/usr/bin/env bash
# migrate.sh -- what `clubhub migrate` does, with psql, so that the SQL can be tried without the program.
#
#   migrate.sh URL      URL is the database as club_owner
#
#   TABLES_ONLY=1   runs the migrations and makes no function
set -euo pipefail

[ $# -eq 1 ] || {
    printf 'usage: migrate.sh URL\n' >&2
    exit 1
}
url=$1
cd "$(dirname "${BASH_SOURCE[0]}")/../../sql"
psql=$(command -v /usr/lib/postgresql/15/bin/psql || command -v psql)

query() {
    "$psql" -X -q -At -v ON_ERROR_STOP=1 -d "$url" -c "$1"
}

hash_of() {
    sha256sum "$1" | cut -d' ' -f1
}

# Files of the rebuild in their order: core first, then by name, roles last.
api_files() {
    local file
    printf 'api/core.sql\n'
    for file in api/*.sql; do
        [ "$file" = api/core.sql ] || printf '%s\n' "$file"
    done | LC_ALL=C sort
    printf 'roles.sql\n'
}

# Everything that changes something, as one script for one session, which holds the lock.
script() {
    local file number name hash api
    printf 'select pg_advisory_lock(7355608);\n'
    cat ledger.sql
    for file in migrations/*.sql; do
        name=${file##*/}
        name=${name%.sql}
        number=$((10#${name%%_*}))
        hash=$(hash_of "$file")
        if grep -qx "$number $hash" <<<"$done_numbers"; then
            continue
        fi
        printf 'begin; set local search_path = club, pg_temp;\n'
        printf "insert into club.migration (number, name, sha256) values (%d, '%s', '%s');\n" "$number" "$name" "$hash"
        cat "$file"
        printf '\ncommit;\n'
    done
    if [ "${TABLES_ONLY:-0}" = 1 ]; then
        return
    fi
    api=$(api_files | xargs cat | sha256sum | cut -d' ' -f1)
    cat <<SQL
begin;
drop schema if exists api cascade;
drop schema if exists lib cascade;
create schema api;
create schema lib;
set local search_path = club, pg_temp;
set local check_function_bodies = off;
SQL
    for file in $(api_files); do
        cat "$file"
        printf '\n'
    done
    cat <<SQL
delete from club.api_state;
insert into club.api_state (sha256) values ('$api');
commit;
select lib.outbox_partitions();
SQL
}

done_numbers=
if [ "$(query "select to_regclass('club.migration') is not null")" = t ]; then
    done_numbers=$(query "select number || ' ' || sha256 from club.migration")
fi
script | PGOPTIONS='-c client_min_messages=warning' "$psql" -X -q -v ON_ERROR_STOP=1 -d "$url" -f - >/dev/null
