# What the demos share, to be read by them with `.` from the repository's top folder: programs that
# were just built, and a temporary directory that goes away, with all processes, however it ends.

# The settings of whoever runs this are no part of a demo.
forget_settings() {
    for variable in $(env | sed -n 's/^\(WEB_MPC_[A-Z_]*\)=.*/\1/p'); do
        unset "$variable"
    done
}

# Builds the programs: sets $programs to the folder that they are in.
build_programs() {
    cargo build --bins
    programs=$(cargo metadata --format-version 1 --no-deps |
        sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')/debug
}

# Makes the directory $work. From now on every end of the script ends the processes in $pids, with the
# signal $1, and removes the directory; before that it calls `failed` where the status is not 0.
begin_work() {
    ending=$1
    work=$(mktemp -d)
    pids=
    trap end_work EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 141' PIPE
    trap 'exit 143' TERM
}

end_work() {
    status=$?
    trap - EXIT
    trap '' HUP INT PIPE TERM
    [ "$status" -eq 0 ] || failed
    for pid in $pids; do
        kill -s "$ending" "$pid" 2>/dev/null || :
    done
    wait 2>/dev/null || :
    rm -rf "$work"
    exit "$status"
}

# Starts the server on $1 and waits until it listens: sets $server, $address and $listening, its line.
start_server() {
    rm -f "$work/listening"
    mkfifo "$work/listening"
    (cd "$work" && exec "$programs/server" --listen "$1" >listening 2>>server.log) &
    server=$!
    pids="$pids $server"
    # It ends before it says a word where it cannot listen.
    read -r listening <"$work/listening" || exit 1
    address=${listening##*ws://}
}
