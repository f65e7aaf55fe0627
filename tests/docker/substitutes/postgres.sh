#!/bin/sh
# What the official image of Postgres does at its start, as far as production leans on it: a cluster is made of
# POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_INITDB_ARGS when there is none, belongs to the user postgres, listens
# everywhere, and lets nobody in over the network without a password.
set -eu
DATA=/var/lib/postgresql/data
as_postgres() { setpriv --reuid postgres --regid postgres --clear-groups -- "$@"; }

mkdir -p "$DATA"
chown -R postgres:postgres "$DATA"
chmod 700 "$DATA"
if [ ! -s "$DATA/PG_VERSION" ]; then
  printf '%s' "$POSTGRES_PASSWORD" >/run/password
  chown postgres /run/password
  # Arguments in one variable, as the official image takes them.
  # shellcheck disable=SC2086
  as_postgres initdb --pgdata "$DATA" --username "$POSTGRES_USER" --pwfile /run/password $POSTGRES_INITDB_ARGS
  rm /run/password
  printf 'CREATE DATABASE "%s";\n' "$POSTGRES_USER" | as_postgres postgres --single -j -D "$DATA" postgres >/dev/null
  printf "listen_addresses = '*'\n" >>"$DATA/postgresql.conf"
  printf 'host all all all scram-sha-256\n' >>"$DATA/pg_hba.conf"
fi
exec setpriv --reuid postgres --regid postgres --clear-groups -- "$@" -D "$DATA"
