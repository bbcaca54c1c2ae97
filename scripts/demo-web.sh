#!/bin/sh
# `make demo-web`: a server with its pages and an analyst's pages, in a temporary directory, until
# Ctrl-C. Needs what `make web` needs.
#
#   scripts/demo-web.sh [ADDRESS]      127.0.0.1:8080 where nothing is said
set -eu
cd "$(dirname "$0")/.."
. scripts/lib.sh
forget_settings
build_programs

# Ctrl-C is how it ends, and no failure.
failed() {
    case $status in
        129 | 130 | 141 | 143) status=0 ;;
        *)
            echo "The demo could not start. What the programs said last:" >&2
            tail -n 5 "$work"/*.log >&2 || :
            ;;
    esac
}
begin_work TERM

start_server "${1:-127.0.0.1:8080}"
mkfifo "$work/analyst"
(cd "$work" && exec "$programs/analyst" --server "ws://$address" ui --port 0 >analyst 2>analyst.log) &
pids="$pids $!"
read -r line <"$work/analyst" || exit 1

cat <<TEXT

  The analyst's page:  ${line#open }
      Make a key, create a collection, copy its link.
  Input parties:       open that link, in as many windows as you like.

  Everything is in $work and goes away with Ctrl-C.
TEXT
# Until Ctrl-C, or until the server ends.
wait "$server"
