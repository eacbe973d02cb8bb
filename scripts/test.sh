#!/usr/bin/env bash
# `test.sh all` is `make test`, `test.sh fast` is `make check`. What can be judged without running the product comes first
# and ends the run at once; after it every kind of test runs, so that one failure does not hide another.
set -euo pipefail
cd "$(dirname "$0")/.."
mode=${1:-all}
target=${CARGO_TARGET_DIR:-target}
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-auto}

SECONDS=0
failures=()
elapsed() { printf '%d:%02d' $((SECONDS / 60)) $((SECONDS % 60)); }
section() { printf '\n== %s  [%s]\n' "$1" "$(elapsed)"; }

# must NAME COMMAND…: ends the run when it fails.
must() {
  section "$1"
  local name=$1
  shift
  "$@" || { printf '\nFAILED: %s  [%s]\n' "$name" "$(elapsed)"; exit 1; }
}

# prove NAME COMMAND…: notes a failure and goes on.
prove() {
  section "$1"
  local name=$1
  shift
  "$@" || { failures+=("$name"); printf '\nFAILED: %s\n' "$name"; }
}

finish() {
  if [ ${#failures[@]} -gt 0 ]; then
    printf '\nFAILED: %s  [%s]\n' "$(IFS=,; echo "${failures[*]}")" "$(elapsed)"
    exit 1
  fi
  printf '\nAll of `make %s` passed in %s.\n' "$([ "$mode" = all ] && echo test || echo check)" "$(elapsed)"
}

scripts_parse() {
  local file
  for file in scripts/*.sh .ci/run; do bash -n "$file" || return 1; done
}

must "Tools" scripts/need.sh build
[ "$mode" = fast ] || must "Tools for the tests" scripts/need.sh test
must "npm packages" make node_modules/.stamp
must "Format: Rust" cargo fmt --all --check
must "Format and lint: web" npm run --silent lint
must "Scripts" scripts_parse
must "Crate edges" scripts/edges.sh
must "Types: web" npm run --silent check
must "Lint: Rust" cargo clippy --workspace --all-targets --locked -- -D warnings
if command -v cargo-deny >/dev/null; then must "Licences and bans" cargo deny --log-level error check bans licenses sources; fi

if [ "$mode" = fast ]; then
  prove "House rules" cargo test --locked -q -p base --test tidy
  prove "Unit tests: web" npm run --silent test
  finish
  exit
fi

# One profile and one set of features for every Rust test and for the browser tests' server.
must "Build: web" make web
must "Build: server, rig and tests" cargo build --workspace --all-targets --locked
CHATDESK_BIN=$(realpath "$target")/debug/chatdesk
export CHATDESK_BIN
must "API description" scripts/api.sh check
must "Wire types: web" npm run --silent contract -w web/client
must "Size budgets: web" npm run --silent size
prove "Unit tests: web" npm run --silent test
prove "Fault runs, short" scripts/rig.sh short
prove "Browser tests" npm run --silent e2e -w e2e
prove "Unit and integration tests: Rust, on SQLite and PostgreSQL" cargo test --workspace --locked --no-fail-fast
finish
