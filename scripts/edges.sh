#!/usr/bin/env bash
# The direction of dependencies (ARCHITECTURE.md): base ← blob, db, bus, channel ← desk ← server; siblings never see each other.
# `deny CRATE FORBIDDEN…` fails when CRATE's normal dependencies reach a forbidden one, at any depth.
set -euo pipefail
cd "$(dirname "$0")/.."

above="desk server rig bench"
http="axum hyper tower reqwest tokio-tungstenite"
engines="rusqlite postgres tokio-postgres refinery"
failed=0

# Every crate that $1 needs to run, itself included.
needs() {
  cargo tree --locked -p "$1" -e normal --prefix none -f '{p}' | awk '{ print $1 }' | sort -u
}

deny() {
  local crate=$1 tree forbidden
  shift
  tree=$(needs "$crate")
  for forbidden in "$@"; do
    if grep -qxF -- "$forbidden" <<<"$tree"; then
      echo "edges: $crate must not depend on $forbidden:" >&2
      cargo tree --locked -p "$crate" -e normal -i "$forbidden" >&2 || true
      failed=1
    fi
  done
}

# shellcheck disable=SC2086
{
  deny base    blob db bus channel $above $http $engines tokio
  deny db      blob bus channel $above $http
  deny blob    db bus channel $above $engines axum tokio-tungstenite
  deny bus     blob db channel $above $http $engines
  deny channel blob db bus $above $http $engines
  deny desk    blob server rig bench $http
  deny server  rig bench
  deny rig     base blob db bus channel desk server bench
  deny bench   base blob db bus channel desk server
}

# A check that finds nothing must be able to find something: the allowed edges are seen.
for edge in "desk db" "desk base" "server axum" "db rusqlite"; do
  if ! needs "${edge% *}" | grep -xF -- "${edge#* }" >/dev/null; then
    echo "edges: ${edge% *} no longer reaches ${edge#* }: is this check still looking at the right crates?" >&2
    failed=1
  fi
done

[ "$failed" = 0 ] && echo "Every crate sees only what it may."
exit "$failed"
