#!/usr/bin/env bash
# Fault runs against the real binary in debug: `rig.sh short`, `rig.sh soak HOURS`, or one scenario with its options
# (`rig.sh kill --cycles 1000`). CHATDESK_BIN names another server.
set -euo pipefail
cd "$(dirname "$0")/.."

# The same build as the tests', so that nothing is compiled twice.
cargo build --workspace --all-targets --locked
exec "${CARGO_TARGET_DIR:-target}/debug/rig" "$@"
