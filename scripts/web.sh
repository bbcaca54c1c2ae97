#!/bin/sh
# Builds the pages for browsers into web/dist, where the next build of the server finds them. Needs
# cargo (with rustup, for the target wasm32-unknown-unknown), node 20.19 or newer, and npm.
set -eu
cd "$(dirname "$0")/.."

need() {
    printf 'web: %s\n' "$1" >&2
    exit 1
}

command -v node >/dev/null && command -v npm >/dev/null ||
    need 'node and npm are missing: see https://nodejs.org, version 20.19 or newer'
node -e '
    const [major, minor] = process.versions.node.split(".").map(Number);
    process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1);
' || need "node $(node --version) is too old: 20.19 or newer is needed"

./scripts/wasm.sh
cd web
# Only when the lock has changed: what is installed says which one it was installed from.
if ! cmp -s package-lock.json node_modules/.installed-lock 2>/dev/null; then
    npm ci --ignore-scripts --no-audit --no-fund
    cp package-lock.json node_modules/.installed-lock
fi
npm run --silent build
