#!/bin/sh
# Installs what `make lint` and `make test` need beside cargo. Safe to run twice.
set -eu

need() {
    printf 'setup: %s is missing. Install it with: %s\n' "$1" "$2" >&2
    exit 1
}

# A C compiler and make build libsodium and SQLite.
if ! command -v cc >/dev/null || ! command -v make >/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -q && apt-get install -q -y --no-install-recommends build-essential
    else
        need 'a C compiler' 'sudo apt-get install build-essential'
    fi
fi

# The pages are tested in a real browser.
if ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null &&
    ! command -v google-chrome >/dev/null && [ -z "${CHROMIUM:-}" ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -q && apt-get install -q -y --no-install-recommends chromium
    else
        need 'chromium' 'sudo apt-get install chromium, or name one with CHROMIUM=/path'
    fi
fi

for part in fmt:rustfmt clippy:clippy; do
    if ! cargo "${part%:*}" --version >/dev/null 2>&1; then
        command -v rustup >/dev/null || need "cargo ${part%:*}" "rustup component add ${part#*:}"
        rustup component add "${part#*:}"
    fi
done

# The domain and the pages' crate are checked for the browser too.
target=wasm32-unknown-unknown
if ! [ -d "$(rustc --print sysroot)/lib/rustlib/$target" ]; then
    command -v rustup >/dev/null || need "the target $target" "rustup target add $target"
    rustup target add "$target"
fi

if ! cargo deny --version >/dev/null 2>&1; then
    echo 'setup: installing cargo-deny, which takes some minutes the first time'
    cargo install --locked --quiet cargo-deny --version 0.20.2
fi
