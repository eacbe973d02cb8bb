#!/usr/bin/env bash
# What the server says of itself: docs/openapi.json, web/client/src/schema.ts (the types made from it), docs/config.md.
#   api.sh write   makes them anew
#   api.sh check   fails when what is committed is not what the server says
# CHATDESK_BIN names a server that is already built.
set -euo pipefail
cd "$(dirname "$0")/.."

new=$(mktemp -d)
trap 'rm -rf "$new"' EXIT

if [ -z "${CHATDESK_BIN:-}" ]; then
  cargo build --locked -p server --bin chatdesk
  CHATDESK_BIN=${CARGO_TARGET_DIR:-target}/debug/chatdesk
fi
"$CHATDESK_BIN" openapi >"$new/openapi.json"
"$CHATDESK_BIN" config reference >"$new/config.md"
npx --no-install openapi-typescript "$new/openapi.json" --output "$new/schema.ts" >/dev/null

files="docs/openapi.json docs/config.md web/client/src/schema.ts"
case "${1:-check}" in
  write)
    for file in $files; do cp "$new/${file##*/}" "$file"; done
    echo "Wrote $files."
    ;;
  check)
    for file in $files; do
      diff -u "$file" "$new/${file##*/}" || {
        echo "api: $file is not what the server says. Run: make openapi" >&2
        exit 1
      }
    done
    echo "$files say what the server says."
    ;;
  *)
    echo "usage: scripts/api.sh write|check" >&2
    exit 2
    ;;
esac
