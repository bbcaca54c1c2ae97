#!/bin/sh
# Runs every fuzz target, 60 seconds each or as many as the first argument says.
set -eu
cd "$(dirname "$0")/.."
command -v cargo-fuzz >/dev/null || {
    echo 'fuzz: cargo-fuzz is missing. Install it with: cargo install cargo-fuzz' >&2
    exit 1
}
# Sanitizers are an unstable flag, which the stable compiler knows under this variable.
export RUSTC_BOOTSTRAP=1
found=$(mktemp -d)
trap 'rm -rf "$found"' EXIT
for target in fuzz/fuzz_targets/*.rs; do
    name=$(basename "$target" .rs)
    mkdir -p "$found/$name"
    # What is found goes to the first folder: the committed corpus stays as it is.
    cargo fuzz run "$name" "$found/$name" "fuzz/corpus/$name" -- \
        -max_total_time="${1:-60}" -rss_limit_mb=2048 -timeout=10
done
