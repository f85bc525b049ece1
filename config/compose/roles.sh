#!/bin/bash
# roles.sh -- the roles and the database of the hub (sql/roles.sql says who may do what).  The image of PostgreSQL runs it
# once, as its superuser, when the volume is empty.
set -euo pipefail
secrets=${SECRETS_DIR:-/run/secrets}

psql -v ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres \
    -v owner="$(cat "$secrets/password_club_owner")" -v server="$(cat "$secrets/password_club_server")" <<'SQL'
create role club_owner login password :'owner';
create role club_server login password :'server';
create database clubhub owner club_owner template template0 encoding 'UTF8' locale 'C.UTF-8';
revoke all on database clubhub from public;
grant connect on database clubhub to club_server;
SQL
