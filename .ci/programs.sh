#!/usr/bin/env bash
# Makes sure of the programs that the tests start beside Node and Docker: pg_dump and pg_restore for backups, Caddy for
# routes, git to take the steps of a page, PgBouncer in front of Postgres, Chromium to look at pages. Repeatable: what is there is
# left alone. Written for Debian and Ubuntu as root; elsewhere install them yourself.
set -euo pipefail

missing=()
command -v pg_dump >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/pg_dump' >/dev/null || missing+=(postgresql-client)
command -v caddy >/dev/null || missing+=(caddy)
command -v git >/dev/null || missing+=(git)
command -v pgbouncer >/dev/null || missing+=(pgbouncer)
command -v chromium >/dev/null || missing+=(chromium)
if [ ${#missing[@]} -eq 0 ]; then
  printf '[programs] all there\n'
  exit 0
fi
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  printf '[programs] install these first: %s\n' "${missing[*]}" >&2
  exit 1
fi
printf '[programs] installing %s\n' "${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
