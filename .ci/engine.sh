#!/usr/bin/env bash
# Makes sure of a Docker engine with the images that the tests use. Repeatable: what is there is left alone.
#
#   .ci/engine.sh            engine, base image, lapak-tenant-runtime:ci, lapak-control-plane:ci
#   .ci/engine.sh engine     only the engine
#   .ci/engine.sh base       the engine and the base image
#   .ci/engine.sh stop       stops the engine that this script started
#
# With an image registry in reach, BASE_IMAGE=node:24-slim .ci/engine.sh builds on the official image instead.
# Written for Debian and Ubuntu as root; elsewhere install Docker yourself and run it again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

STATE=${LAPAK_ENGINE_STATE:-/var/lib/lapak-ci}
PID_FILE=$STATE/dockerd.pid
LOG_FILE=$STATE/dockerd.log
BASE_IMAGE=${BASE_IMAGE:-lapak-base:ci}
DEBIAN_SUITE=${DEBIAN_SUITE:-bookworm}
# Empty: the mirror that debootstrap itself knows.
DEBIAN_MIRROR=${DEBIAN_MIRROR:-}
CA_BUNDLE=${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt}

say() { printf '[engine] %s\n' "$*"; }
fail() {
  printf '[engine] %s\n' "$*" >&2
  exit 1
}

engine_answers() { docker info >/dev/null 2>&1; }

install_packages() {
  local missing=()
  command -v dockerd >/dev/null || missing+=(docker.io)
  command -v docker >/dev/null || missing+=(docker.io)
  command -v iptables >/dev/null || missing+=(iptables)
  command -v debootstrap >/dev/null || missing+=(debootstrap)
  # Backups need it; the embedded Postgres brings none.
  command -v pg_dump >/dev/null || missing+=(postgresql-client)
  # Debian's docker-compose is version 1; a machine that has the plugin of version 2 needs nothing more.
  command -v docker-compose >/dev/null || docker compose version >/dev/null 2>&1 || missing+=(docker-compose)
  [ ${#missing[@]} -eq 0 ] && return 0
  [ "$(id -u)" -eq 0 ] || fail "not root: install these first: ${missing[*]}"
  command -v apt-get >/dev/null || fail "no apt-get here: install these first: ${missing[*]}"
  say "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

start_engine() {
  local driver legacy
  [ "$(id -u)" -eq 0 ] || fail 'the engine does not answer, and only root can start one here'
  mkdir -p "$STATE"
  for legacy in no yes; do
    for driver in overlay2 vfs; do
      say "starting dockerd ($driver)"
      # A kernel without nf_tables has only the older tables.
      if [ "$legacy" = yes ]; then
        update-alternatives --set iptables /usr/sbin/iptables-legacy >/dev/null 2>&1 || continue
      fi
      setsid dockerd --data-root "$STATE/docker" --storage-driver "$driver" --pidfile "$PID_FILE" \
        >"$LOG_FILE" 2>&1 </dev/null &
      local pid=$!
      for _ in $(seq 120); do
        engine_answers && return 0
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.5
      done
      kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null || true
    done
  done
  tail -n 40 "$LOG_FILE" >&2
  fail "dockerd did not start; its log is $LOG_FILE"
}

stop_engine() {
  [ -f "$PID_FILE" ] || return 0
  local pid
  pid=$(cat "$PID_FILE")
  [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = dockerd ] || return 0
  say "stopping dockerd $pid"
  kill "$pid"
  for _ in $(seq 120); do
    kill -0 "$pid" 2>/dev/null || return 0
    sleep 0.5
  done
  fail "dockerd $pid did not stop within a minute"
}

ensure_engine() {
  install_packages
  if engine_answers; then
    say "engine $(docker version --format '{{.Server.Version}}') answers"
  else
    start_engine
    say "engine $(docker version --format '{{.Server.Version}}') started; log $LOG_FILE"
  fi
}

# A substitute for node:24-slim with the same layout (node and npm below /usr/local, user `node` with uid 1000), for
# machines that reach a Debian mirror and npm but no image registry.
build_base() {
  local node npm identity root
  node=node_modules/node/bin/node
  [ -x "$node" ] || fail 'the pinned node is missing: run "npm ci" first'
  npm=$(npm root -g 2>/dev/null)/npm
  [ -f "$npm/package.json" ] || fail 'no npm was found beside the installed node'
  identity=$({ "$node" -v; cat "$npm/package.json"; cat "$CA_BUNDLE"; sed -n '/^build_base/,/^}/p' .ci/engine.sh; } | sha256sum | cut -c1-16)
  if [ "$(docker image inspect -f '{{index .Config.Labels "lapak.base"}}' lapak-base:ci 2>/dev/null)" = "$identity" ]; then
    say 'base image lapak-base:ci is there'
    return 0
  fi
  say "building base image lapak-base:ci (Debian $DEBIAN_SUITE, node $("$node" -v))"
  root=$(mktemp -d "$STATE/base.XXXXXX")
  # shellcheck disable=SC2064 # the folder of now, not of then
  trap "rm -rf '$root'" EXIT
  debootstrap --variant=minbase "$DEBIAN_SUITE" "$root" ${DEBIAN_MIRROR:+"$DEBIAN_MIRROR"} >"$STATE/debootstrap.log" 2>&1 || {
    tail -n 20 "$STATE/debootstrap.log" >&2
    fail "debootstrap failed; its log is $STATE/debootstrap.log"
  }
  install -D -m 755 "$node" "$root/usr/local/bin/node"
  mkdir -p "$root/usr/local/lib/node_modules"
  cp -R "$npm" "$root/usr/local/lib/node_modules/npm"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
  install -D -m 644 "$CA_BUNDLE" "$root/etc/ssl/certs/ca-certificates.crt"
  rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root"/usr/share/{doc,man,locale}/*
  chroot "$root" useradd --uid 1000 --user-group --create-home --shell /bin/bash node
  tar -C "$root" --numeric-owner -c . | docker import \
    --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
    --change 'ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt' \
    --change "LABEL lapak.base=$identity" \
    --change 'CMD ["node"]' - lapak-base:ci >/dev/null
  rm -rf "$root"
  trap - EXIT
}

build_target() {
  local target=$1 tag=$2
  say "building $tag"
  DOCKER_BUILDKIT=0 docker build --quiet --network host --build-arg "BASE_IMAGE=$BASE_IMAGE" \
    --target "$target" -t "$tag" . >/dev/null
  say "$tag is $(($(docker image inspect -f '{{.Size}}' "$tag") / 1000000)) MB"
}

case ${1:-all} in
  stop) stop_engine ;;
  engine) ensure_engine ;;
  base)
    ensure_engine
    [ "$BASE_IMAGE" != lapak-base:ci ] || build_base
    ;;
  all)
    ensure_engine
    [ "$BASE_IMAGE" != lapak-base:ci ] || build_base
    build_target tenant-runtime lapak-tenant-runtime:ci
    build_target control-plane lapak-control-plane:ci
    ;;
  *) fail "unknown: $1 (engine, base, all, stop)" ;;
esac
