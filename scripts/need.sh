#!/usr/bin/env bash
# Says in one plain line each what is missing, and installs what the tests need where that is allowed.
#   need.sh build   what `make build` and `make run` need: Rust, a C compiler, Node, npm. Installs nothing.
#   need.sh test    also PostgreSQL, NATS, Chromium and strace (the mail server is an npm package), from the system's packages when missing.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=0
say() {
  echo "need: $*" >&2
  missing=1
}

# at_least 20.19 20.20.2: is the second version at least the first?
at_least() {
  [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]
}

build_tools() {
  local rust node version
  rust=$(sed -n 's/^rust-version *= *"\(.*\)"/\1/p' Cargo.toml)
  node=$(sed -n 's/.*"node": *">=\([0-9.]*\)".*/\1/p' package.json)
  if ! command -v cargo >/dev/null; then
    say "Rust $rust or newer is missing. Install it from https://rustup.rs"
  elif version=$(rustc --version 2>/dev/null | awk '{ print $2 }') && ! at_least "$rust" "${version:-0}"; then
    say "Rust $rust or newer is needed, this is ${version:-unknown}. Run: rustup update"
  fi
  if ! command -v cc >/dev/null; then
    say "a C compiler is missing (Rust links with it). On Debian: apt-get install build-essential"
  fi
  if ! command -v node >/dev/null; then
    say "Node $node or newer is missing. Install it from https://nodejs.org"
  elif version=$(node --version) && ! at_least "$node" "${version#v}"; then
    say "Node $node or newer is needed, this is ${version#v}."
  fi
  command -v npm >/dev/null || say "npm is missing; it comes with Node."
}

find_postgres() { ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null; }
find_chromium() {
  [ -n "${CHROMIUM:-}" ] || command -v chromium >/dev/null || command -v chromium-browser >/dev/null ||
    command -v google-chrome >/dev/null
}
find_nats() { command -v nats-server >/dev/null || [ -x /usr/sbin/nats-server ]; }
find_strace() { command -v strace >/dev/null; }

wanted_packages() {
  find_postgres || echo postgresql
  find_nats || echo nats-server
  find_chromium || echo chromium
  find_strace || echo strace
}

install() {
  local root=()
  [ "$(id -u)" = 0 ] || root=(sudo -n)
  echo "Installing for the tests: $*"
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq -o Acquire::Retries=3
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

test_tools() {
  local packages
  mapfile -t packages < <(wanted_packages)
  [ "${#packages[@]}" = 0 ] && return
  if command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }; then
    install "${packages[@]}" || echo "need: the system's packages could not be installed" >&2
    mapfile -t packages < <(wanted_packages)
  fi
  [ "${#packages[@]}" = 0 ] || say "the tests need ${packages[*]}, and may not install them here. On Debian: apt-get install ${packages[*]}"
}

case "${1:-build}" in
  build) build_tools ;;
  test) build_tools && test_tools ;;
  *) echo "usage: scripts/need.sh build|test" >&2 && exit 2 ;;
esac
exit "$missing"
