#!/bin/bash
# roles.sh -- the roles and the database of the hub (sql/roles.sql says who may do what).  The image of PostgreSQL runs it
# once, as its superuser, when the volume is empty.
set -euo pipefail
export SECRETS_DIR=${SECRETS_DIR:-/run/secrets}

for role in club_owner club_server; do
    if [ ! -r "$SECRETS_DIR/password_$role" ] || [ ! -s "$SECRETS_DIR/password_$role" ]; then
        printf 'roles.sh: %s cannot be read or is empty\n' "$SECRETS_DIR/password_$role" >&2
        exit 1
    fi
done
# psql reads them itself: ps shows its arguments.
psql -v ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
\set owner `cat "$SECRETS_DIR/password_club_owner"`
\set server `cat "$SECRETS_DIR/password_club_server"`
create role club_owner login password :'owner';
create role club_server login password :'server';
create database clubhub owner club_owner template template0 encoding 'UTF8' locale 'C.UTF-8';
revoke all on database clubhub from public;
grant connect on database clubhub to club_server;
SQL
