#!/usr/bin/env bash
# Figures for docs/performance.md: the release binary under load on this machine. Arguments go to `bench`.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo build --release --locked -p server -p bench
CHATDESK_BIN=$(realpath "${CARGO_TARGET_DIR:-target}")/release/chatdesk
export CHATDESK_BIN
exec "${CARGO_TARGET_DIR:-target}/release/bench" "$@"
