#!/bin/sh
# `make demo`: a server, an analyst and input parties, each a process of its own, in a temporary
# directory. The server is killed in the middle and started again. Needs cargo alone.
#
#   scripts/demo.sh [PARTIES]      12 where nothing is said, 10 at least
set -eu

parties=${1:-12}
if ! [ "$parties" -ge 10 ] 2>/dev/null; then
    echo "usage: scripts/demo.sh [PARTIES], 10 or more" >&2
    exit 2
fi

cd "$(dirname "$0")/.."
. scripts/lib.sh
forget_settings

say() { printf '  %-12s %s\n' "$1" "$2"; }

echo "Building. The first time this takes a few minutes, most of it libsodium."
build_programs

failed() {
    echo "The demo failed. What the programs said last:" >&2
    tail -n 5 "$work"/*.log >&2 || :
}
begin_work KILL

now() { # in milliseconds, or in whole seconds where date knows no better
    case $(date +%N) in
        *[!0-9]* | '') echo "$(date +%s)000" ;;
        *) echo $(($(date +%s%N) / 1000000)) ;;
    esac
}

# Starts the parties $1 to $2 with random numbers, which are added to $expected.
start_parties() {
    running=
    number=$1
    while [ "$number" -le "$2" ]; do
        value=$(od -An -N3 -tu4 /dev/urandom | tr -d ' ')
        expected=$((expected + value))
        (cd "$work" && exec "$programs/input-party" --server "ws://$address" \
            --receipt "receipt-$number.json" "$value" >"party-$number.log" 2>&1) &
        running="$running $!"
        number=$((number + 1))
    done
    pids="$pids $running"
}

# Waits until all of them have their receipts.
await_parties() {
    for pid in $running; do
        wait "$pid"
    done
}

begun=$(now)
half=$((parties / 2))
expected=0
echo "A server, an analyst and $parties input parties in $work:"

start_server 127.0.0.1:0
say server "$listening"

mkfifo "$work/keyboard" "$work/screen"
(cd "$work" && exec "$programs/analyst" --server "ws://$address" \
    <keyboard >screen 2>analyst.log) &
pids="$pids $!"
exec 3>"$work/keyboard" 4<"$work/screen"
while read -r line <&4; do
    say analyst "$line"
    case $line in Hit\ enter*) break ;; esac
done

start_parties 1 "$half"
await_parties
say parties "1 to $half have submitted, have their receipts and are gone"

kill -9 "$server"
wait "$server" 2>/dev/null || :
say server "killed with kill -9"
start_parties $((half + 1)) "$parties"
say parties "$((half + 1)) to $parties come while there is no server, and wait"
start_server "$address"
say server "$listening"
await_parties
say parties "$((half + 1)) to $parties have submitted as well"

say analyst "(Enter)"
echo >&3
sum=
while read -r line <&4; do
    say analyst "$line"
    sum=${line#SUM IS: }
done
took=$(($(now) - begun))

say "party 1" "$("$programs/input-party" verify "$work/receipt-1.json")"

if [ "$sum" != "$expected" ]; then
    echo "The sum should be $expected." >&2
    exit 1
fi
echo
printf 'The sum of %s private numbers is %s. That is right, and took %d.%d seconds.\n' \
    "$parties" "$sum" $((took / 1000)) $((took % 1000 / 100))
