#!/usr/bin/env bash
# The server in debug on :8080 and the dashboard's own server with hot reload beside it. Ctrl-C ends both.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo build --locked -p server --bin chatdesk
"${CARGO_TARGET_DIR:-target}/debug/chatdesk" serve --data ./data &
server=$!
trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true' EXIT
npm run dev -w web/dashboard
