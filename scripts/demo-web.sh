#!/bin/sh
# `make demo-web`: a server with its pages and an analyst's pages, in a temporary directory, until
# Ctrl-C. Needs what `make web` needs.
set -eu
cd "$(dirname "$0")/.."
for variable in $(env | sed -n 's/^\(WEB_MPC_[A-Z_]*\)=.*/\1/p'); do
    unset "$variable"
done

cargo build --bins
target=$(cargo metadata --format-version 1 --no-deps |
    sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')
programs=$target/debug

work=$(mktemp -d)
pids=
cleanup() {
    status=$?
    trap - EXIT
    trap '' HUP INT PIPE TERM
    for pid in $pids; do
        kill "$pid" 2>/dev/null || :
    done
    wait 2>/dev/null || :
    rm -rf "$work"
    exit "$status"
}
trap cleanup EXIT
trap 'exit 0' HUP INT PIPE TERM

mkfifo "$work/server" "$work/analyst"
(cd "$work" && exec "$programs/server" --listen "${1:-127.0.0.1:8080}" >server 2>server.log) &
pids="$!"
read -r line <"$work/server"
address=${line##*ws://}
(cd "$work" && exec "$programs/analyst" --server "ws://$address" ui --port 0 >analyst 2>analyst.log) &
pids="$pids $!"
read -r line <"$work/analyst"

cat <<TEXT

  The analyst's page:  ${line#open }
      Make a key, create a collection, copy its link.
  Input parties:       open that link, in as many windows as you like.

  Everything is in $work and goes away with Ctrl-C.
TEXT
wait
