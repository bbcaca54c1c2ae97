#!/bin/sh
# Builds the modules of Rust that the pages load, with what binds them to TypeScript, into
# web/src/core/wasm. Needs cargo and the target wasm32-unknown-unknown.
set -eu
cd "$(dirname "$0")/.."

target=wasm32-unknown-unknown
out=web/src/core/wasm
version=$(sed -n 's/^wasm-bindgen = "=\([0-9.]*\)".*/\1/p' web/wasm/Cargo.toml)

if ! [ -d "$(rustc --print sysroot)/lib/rustlib/$target" ]; then
    if ! command -v rustup >/dev/null; then
        printf 'wasm: the target %s is missing. Install it with: rustup target add %s\n' "$target" "$target" >&2
        exit 1
    fi
    rustup target add "$target"
fi

# The program that makes the bindings must have the version of the crate that is bound.
bindgen=wasm-bindgen
if [ "$($bindgen --version 2>/dev/null)" != "wasm-bindgen $version" ]; then
    bindgen=target/tools/bin/wasm-bindgen
    if [ "$($bindgen --version 2>/dev/null)" != "wasm-bindgen $version" ]; then
        echo "wasm: installing wasm-bindgen-cli $version, which takes some minutes the first time"
        cargo install --quiet wasm-bindgen-cli --version "$version" --root target/tools
    fi
fi

# `vectors` makes one more, for tests. With WASM_PROFILE=dev all is built quickly, and is slow.
[ $# -gt 0 ] || set -- party after analyst figures sheets
profile=${WASM_PROFILE:-wasm}
# The same bytes whoever builds them, and nothing of that person's machine in the pages.
CARGO_ENCODED_RUSTFLAGS=$(printf -- '--remap-path-prefix=%s=cargo\037--remap-path-prefix=%s=web-mpc' \
    "${CARGO_HOME:-$HOME/.cargo}" "$PWD")
export CARGO_ENCODED_RUSTFLAGS
folder=$profile
[ "$profile" != dev ] || folder=debug
for module in "$@"; do
    cargo build --quiet --package web-mpc-wasm --features "$module" --target "$target" --profile "$profile"
    "$bindgen" --target web --remove-name-section --remove-producers-section \
        --out-dir "$out" --out-name "$module" "target/$target/$folder/web_mpc_wasm.wasm"
done
