#!/usr/bin/env bash
# secrets.sh -- makes what compose.yaml hands to its services as files: three keys, the passwords of the database.
#
#   sudo config/compose/secrets.sh [DIR]     default: secrets/ beside compose.yaml
#
# A file that is there is kept, so it may run again.  Without pii_key nobody can read the names and addresses in the
# database any more: keep a copy of it, and not beside the backups.
#
# Each file belongs to the user that reads it inside a container: 10001 the hub, 999 PostgreSQL.  Hence root.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
dir=${1:-secrets}
[ "$(id -u)" -eq 0 ] || {
    printf 'secrets.sh: run as root, the files belong to the users of the containers\n' >&2
    exit 1
}
umask 077
mkdir -p "$dir"

keep() { # name, uid, command…: the file with what the command prints
    local name=$1 uid=$2
    shift 2
    [ ! -s "$dir/$name" ] || return 0
    "$@" >"$dir/$name.new"
    chown "$uid:$uid" "$dir/$name.new"
    chmod 0400 "$dir/$name.new"
    mv "$dir/$name.new" "$dir/$name"
}

keep token_key 10001 openssl rand -hex 32
keep pii_key 10001 openssl rand -hex 32
keep receipt_key 10001 openssl genpkey -algorithm ed25519
for role in postgres club_owner club_server; do
    keep "password_$role" 999 openssl rand -hex 24
done
for pair in owner:migrate_url:club_owner hub:database_url:club_server; do
    IFS=: read -r name option role <<<"$pair"
    keep "$name.conf" 10001 \
        printf '%s = postgresql://%s:%s@db/clubhub\n' "$option" "$role" "$(cat "$dir/password_$role")"
done
