//! The command line to the letter: help, versions, and every way to be used wrongly.

use std::path::Path;

use super::harness::{Finished, Launch, Place};

type Program = fn(&Path) -> Launch;

/// Runs a program that needs no server.
fn run(program: Program, args: &[&str]) -> Finished {
    program(&Place::new().folder("here")).args(args).run()
}

/// Compares with what a help should be, but for blanks at the ends of its lines.
#[track_caller]
fn helps(program: Program, args: &[&str], expected: &str) {
    let shown = run(program, args);
    let lines: Vec<_> = shown.stdout.lines().map(str::trim_end).collect();
    assert_eq!(lines.join("\n"), expected.trim_end());
    assert_eq!((shown.code, shown.stderr.as_str()), (Some(0), ""));
}

/// Compares with what a refusal of the arguments should say.
#[track_caller]
fn refuses(program: Program, args: &[&str], stderr: &str) {
    run(program, args).is(2, "", stderr);
}

#[test]
fn versions() {
    run(Launch::server, &["--version"]).is(0, "server 0.1.0\n", "");
    run(Launch::analyst, &["--version"]).is(0, "analyst 0.1.0\n", "");
    run(Launch::input_party, &["-V"]).is(0, "input-party 0.1.0\n", "");
}

#[test]
fn help_of_the_server() {
    helps(
        Launch::server,
        &["--help"],
        r"Relays and stores sealed shares, and is one of the two compute parties.

It keeps its database and its keys in the folder it is started in. Input parties and the analyst
connect to it in any order and may leave at any time; nothing is lost when it is restarted.

Usage: server [OPTIONS]

Options:
      --listen <ADDR>
          Address to listen on; port 0 takes any free port

          [env: WEB_MPC_LISTEN=]
          [default: 127.0.0.1:8080]

      --database <URL>
          Where computations and submissions are kept

          [env: WEB_MPC_DATABASE]
          [default: sqlite:web-mpc.db]

      --keys <FILE>
          The server's own keys; made at the first run

          [env: WEB_MPC_KEYS=]
          [default: server-keys.json]

      --once
          End after the first reveal of any computation, with exit code 0

          [env: WEB_MPC_ONCE=]

  -h, --help
          Print help (see a summary with '-h')

  -V, --version
          Print version

Examples:
  server                              listen on 127.0.0.1:8080
  server --listen 0.0.0.0:8080        for other machines too
  server --listen 127.0.0.1:0 --once  any free port, ends after the first reveal
",
    );
}

#[test]
fn help_of_the_analyst() {
    helps(
        Launch::analyst,
        &["--help"],
        r"Opens a computation, and reveals its result when you press Enter.

Without a subcommand: sets the computation up or joins it again, shows how many parties have
submitted, and computes the sum when a line comes on standard input. You may leave and come back at
any time; nobody but you learns the result.

Usage: analyst [OPTIONS] [COMMAND]

Commands:
  status  Show the computation and how many parties have submitted
  reveal  Reveal the result now, without waiting for Enter
  result  Show the result of a reveal once more
  audit   Check every party's signature over the frozen batch
  keys    The analyst's keys
  help    Print this message or the help of the given subcommand(s)

Options:
      --server <URL>
          Address of the server

          [env: WEB_MPC_SERVER=]
          [default: ws://127.0.0.1:8080]

      --computation <NAME>
          Name of the computation

          [env: WEB_MPC_COMPUTATION=]
          [default: web-mpc]

      --keys <FILE>
          The analyst's own keys; made at the first run

          [env: WEB_MPC_KEYS=]
          [default: keys.json]

      --modulus <M>
          Modulus of the sum: a decimal number, or 2^N, 2^N-C, 2^N+C [default: 2^127-1]

          Inputs are limited to 64 bits, so that with the default no sum wraps. With a small modulus
          inputs are limited to [0, M) and the result is the sum modulo M.

          [env: WEB_MPC_MODULUS=]

      --signed[=<true|false>]
          Allow negative inputs; a result above (M-1)/2 stands for a negative number

          [env: WEB_MPC_SIGNED=]
          [possible values: true, false]

      --min-parties <K>
          Fewest parties with which the result may be revealed [default: 1]

          [env: WEB_MPC_MIN_PARTIES=]

      --max-parties <N>
          Most parties that may submit [default: 1000000]

          [env: WEB_MPC_MAX_PARTIES=]

      --json
          One JSON object per line on standard output

          [env: WEB_MPC_JSON=]

      --out <FILE>
          Write the result to a file too: .json, .csv, or text

          [env: WEB_MPC_OUT=]

  -h, --help
          Print help (see a summary with '-h')

  -V, --version
          Print version

Examples:
  analyst                                    the sum of numbers up to 2^64-1
  analyst --signed --min-parties 5           negative numbers too, five parties at least
  analyst --computation wages reveal         without Enter, for scripts
  analyst status --json                      for programs
",
    );
}

#[test]
fn help_of_the_input_party() {
    helps(
        Launch::input_party,
        &["--help"],
        r"Submits one number, sealed in two shares, and leaves.

Neither the server nor the analyst sees it; only the sum of all comes out. Waits for the server and
for the computation, and keeps a receipt.

Usage: input-party [OPTIONS] [VALUE]
       input-party [OPTIONS] [VALUE] <COMMAND>

Commands:
  verify  After the reveal: check that a submission was counted
  help    Print this message or the help of the given subcommand(s)

Arguments:
  [VALUE]
          The number, or - to read it from standard input

Options:
      --server <URL>
          Address of the server [default: the receipt's, or else ws://127.0.0.1:8080]

          [env: WEB_MPC_SERVER=]

      --computation <NAME>
          Name of the computation

          [env: WEB_MPC_COMPUTATION=]
          [default: web-mpc]

      --fingerprint <F>
          The computation's fingerprint, or twelve of its words, got out of band

          [env: WEB_MPC_FINGERPRINT=]

      --analyst-key <KEY>
          The analyst's key id, or a file that `analyst keys show --out` wrote, got out of band

          [env: WEB_MPC_ANALYST_KEY=]

      --server-key <KEY>
          The server's key id, got out of band

          [env: WEB_MPC_SERVER_KEY=]

      --min-parties <K>
          Submit only if the result needs at least this many parties

          [env: WEB_MPC_MIN_PARTIES=]

      --wait <SECONDS>
          Give up after so many seconds (exit code 75, or 69 if the server cannot be reached)

          [env: WEB_MPC_WAIT=]

      --receipt <FILE>
          The receipt: a new file, one to finish, or one to correct [default: a new one in
          receipts/]

          [env: WEB_MPC_RECEIPT=]

      --json
          One JSON object per line on standard output

          [env: WEB_MPC_JSON=]

  -h, --help
          Print help (see a summary with '-h')

  -V, --version
          Print version

Examples:
  input-party 42
  input-party -5                      a negative number, if the analyst allows it
  input-party - < number.txt          keeps the number out of the shell's history
  input-party --receipt FILE 43       corrects what FILE is the receipt of
  input-party verify FILE             after the reveal: was it counted?
",
    );
}

#[test]
fn help_of_verify() {
    helps(
        Launch::input_party,
        &["verify", "--help"],
        r"After the reveal: check that a submission was counted

Exit code 0: counted. 1: rejected or missing. 75: not revealed yet.

Usage: input-party verify [OPTIONS] <RECEIPT>

Arguments:
  <RECEIPT>
          The receipt's file

Options:
      --server <URL>
          Address of the server [default: the receipt's, or else ws://127.0.0.1:8080]

          [env: WEB_MPC_SERVER=]

      --computation <NAME>
          Name of the computation

          [env: WEB_MPC_COMPUTATION=]
          [default: web-mpc]

      --json
          One JSON object per line on standard output

          [env: WEB_MPC_JSON=]

  -h, --help
          Print help (see a summary with '-h')
",
    );
}

#[test]
fn short_help() {
    helps(
        Launch::server,
        &["-h"],
        r"Relays and stores sealed shares, and is one of the two compute parties

Usage: server [OPTIONS]

Options:
      --listen <ADDR>   Address to listen on; port 0 takes any free port [env: WEB_MPC_LISTEN=]
                        [default: 127.0.0.1:8080]
      --database <URL>  Where computations and submissions are kept [env: WEB_MPC_DATABASE]
                        [default: sqlite:web-mpc.db]
      --keys <FILE>     The server's own keys; made at the first run [env: WEB_MPC_KEYS=] [default:
                        server-keys.json]
      --once            End after the first reveal of any computation, with exit code 0 [env:
                        WEB_MPC_ONCE=]
  -h, --help            Print help (see more with '--help')
  -V, --version         Print version

Examples:
  server                              listen on 127.0.0.1:8080
  server --listen 0.0.0.0:8080        for other machines too
  server --listen 127.0.0.1:0 --once  any free port, ends after the first reveal
",
    );
}

#[test]
fn values_that_are_not_numbers() {
    refuses(
        Launch::input_party,
        &[],
        r"error: the following required arguments were not provided:
  <VALUE>

Usage: input-party <VALUE>

For more information, try '--help'.
",
    );
    refuses(
        Launch::input_party,
        &["abc"],
        r"error: the value is not a whole number in decimal digits
hint: for example: cargo run --bin input-party -- 42
",
    );
    refuses(
        Launch::input_party,
        &["1.5"],
        r"error: the value is not a whole number in decimal digits
hint: for example: cargo run --bin input-party -- 42
",
    );
    refuses(
        Launch::input_party,
        &["1e3"],
        r"error: the value is not a whole number in decimal digits
hint: for example: cargo run --bin input-party -- 42
",
    );
    refuses(
        Launch::input_party,
        &[""],
        r"error: the value is not a whole number in decimal digits
hint: for example: cargo run --bin input-party -- 42
",
    );
    refuses(
        Launch::input_party,
        &["1", "2"],
        r"error: unexpected argument '2' found

Usage: input-party [OPTIONS] [VALUE]
       input-party [OPTIONS] [VALUE] <COMMAND>

For more information, try '--help'.
",
    );
    refuses(
        Launch::input_party,
        &["-x"],
        r"error: unexpected argument '-x' found

  tip: to pass '-x' as a value, use '-- -x'

Usage: input-party [OPTIONS] [VALUE]
       input-party [OPTIONS] [VALUE] <COMMAND>

For more information, try '--help'.
",
    );
}

#[test]
fn servers_that_are_no_addresses() {
    refuses(
        Launch::input_party,
        &["--server", "wss://example.org", "1"],
        r"error: invalid value 'wss://example.org' for '--server <URL>': this version does not speak TLS: reach the server through a tunnel (ssh -L 8080:127.0.0.1:8080 HOST) and use ws://127.0.0.1:8080

For more information, try '--help'.
",
    );
    refuses(
        Launch::input_party,
        &["--server", "https://example.org", "1"],
        r"error: invalid value 'https://example.org' for '--server <URL>': this version does not speak TLS: reach the server through a tunnel (ssh -L 8080:127.0.0.1:8080 HOST) and use ws://127.0.0.1:8080

For more information, try '--help'.
",
    );
    refuses(
        Launch::input_party,
        &["--server", "ftp://example.org", "1"],
        r"error: invalid value 'ftp://example.org' for '--server <URL>': a server's address begins with ws:// or http://

For more information, try '--help'.
",
    );
    refuses(
        Launch::input_party,
        &["--server", "127.0.0.1:8080", "1"],
        r"error: invalid value '127.0.0.1:8080' for '--server <URL>': a server's address looks like ws://127.0.0.1:8080

For more information, try '--help'.
",
    );
    refuses(
        Launch::input_party,
        &["--server", "ws://user@host", "1"],
        r"error: invalid value 'ws://user@host' for '--server <URL>': a server's address looks like ws://127.0.0.1:8080

For more information, try '--help'.
",
    );
}

#[test]
fn pins_that_are_no_pins() {
    refuses(
        Launch::input_party,
        &["--fingerprint", "short", "1"],
        r"error: invalid value 'short' for '--fingerprint <F>': expected a fingerprint: 43 characters of base64url, or twelve words of the BIP-39 list (the six that are shown are too few)

For more information, try '--help'.
",
    );
    refuses(
        Launch::input_party,
        &["--fingerprint", "abandon ability able", "1"],
        r"error: invalid value 'abandon ability able' for '--fingerprint <F>': expected a fingerprint: 43 characters of base64url, or twelve words of the BIP-39 list (the six that are shown are too few)

For more information, try '--help'.
",
    );
    refuses(
        Launch::input_party,
        &[
            "--fingerprint",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "--analyst-key",
            "x",
            "1",
        ],
        r"error: the argument '--fingerprint <F>' cannot be used with '--analyst-key <KEY>'

Usage: input-party --fingerprint <F> <VALUE>

For more information, try '--help'.
",
    );
    refuses(
        Launch::input_party,
        &["--analyst-key", "missing.pub", "1"],
        r"error: missing.pub is neither a key id (43 characters of base64url) nor a file that exists
",
    );
    refuses(
        Launch::input_party,
        &["--server-key", "missing.pub", "1"],
        r"error: missing.pub is neither a key id (43 characters of base64url) nor a file that exists
",
    );
    refuses(
        Launch::input_party,
        &["--min-parties", "some", "1"],
        r"error: invalid value 'some' for '--min-parties <K>': invalid digit found in string

For more information, try '--help'.
",
    );
    refuses(
        Launch::input_party,
        &["--wait", "soon", "1"],
        r"error: invalid value 'soon' for '--wait <SECONDS>': invalid digit found in string

For more information, try '--help'.
",
    );
    refuses(
        Launch::input_party,
        &["verify"],
        r"error: the following required arguments were not provided:
  <RECEIPT>

Usage: input-party verify <RECEIPT>

For more information, try '--help'.
",
    );
}

#[test]
fn settings_that_make_no_sense() {
    refuses(
        Launch::analyst,
        &["--modulus", "1"],
        r"error: invalid value '1' for '--modulus <M>': a modulus is a whole number from 2 up, of at most 4096 bits, such as 16777729 or 2^127-1

For more information, try '--help'.
",
    );
    refuses(
        Launch::analyst,
        &["--modulus", "2^4096"],
        r"error: invalid value '2^4096' for '--modulus <M>': a modulus is a whole number from 2 up, of at most 4096 bits, such as 16777729 or 2^127-1

For more information, try '--help'.
",
    );
    refuses(
        Launch::analyst,
        &["--modulus", "x"],
        r"error: invalid value 'x' for '--modulus <M>': a modulus is a whole number from 2 up, of at most 4096 bits, such as 16777729 or 2^127-1

For more information, try '--help'.
",
    );
    refuses(
        Launch::analyst,
        &["--computation", "Wages"],
        r"error: invalid value 'Wages' for '--computation <NAME>': a computation's name has 1 to 64 of the characters a-z, 0-9 and -

For more information, try '--help'.
",
    );
    refuses(
        Launch::analyst,
        &["--min-parties", "0"],
        r"error: invalid value '0' for '--min-parties <K>': 0 is not in 1..=4000000

For more information, try '--help'.
",
    );
    refuses(
        Launch::analyst,
        &["--max-parties", "4000001"],
        r"error: invalid value '4000001' for '--max-parties <N>': 4000001 is not in 1..=4000000

For more information, try '--help'.
",
    );
    refuses(
        Launch::analyst,
        &["--signed", "maybe"],
        r"error: unrecognized subcommand 'maybe'

Usage: analyst [OPTIONS] [COMMAND]

For more information, try '--help'.
",
    );
    refuses(
        Launch::analyst,
        &["--signed=maybe"],
        r"error: invalid value 'maybe' for '--signed[=<true|false>]': value was not a boolean

For more information, try '--help'.
",
    );
}

#[test]
fn subcommands_that_do_not_exist() {
    refuses(
        Launch::analyst,
        &["nonsense"],
        r"error: unrecognized subcommand 'nonsense'

Usage: analyst [OPTIONS] [COMMAND]

For more information, try '--help'.
",
    );
    refuses(
        Launch::analyst,
        &["--bogus"],
        r"error: unexpected argument '--bogus' found

Usage: analyst [OPTIONS] [COMMAND]

For more information, try '--help'.
",
    );
    refuses(
        Launch::analyst,
        &["keys"],
        r"The analyst's keys

Usage: analyst keys [OPTIONS] <COMMAND>

Commands:
  show  Show the key id by which parties can pin this analyst
  help  Print this message or the help of the given subcommand(s)

Options:
      --server <URL>           Address of the server [env: WEB_MPC_SERVER=] [default:
                               ws://127.0.0.1:8080]
      --computation <NAME>     Name of the computation [env: WEB_MPC_COMPUTATION=] [default:
                               web-mpc]
      --keys <FILE>            The analyst's own keys; made at the first run [env: WEB_MPC_KEYS=]
                               [default: keys.json]
      --modulus <M>            Modulus of the sum: a decimal number, or 2^N, 2^N-C, 2^N+C [default:
                               2^127-1] [env: WEB_MPC_MODULUS=]
      --signed[=<true|false>]  Allow negative inputs; a result above (M-1)/2 stands for a negative
                               number [env: WEB_MPC_SIGNED=] [possible values: true, false]
      --min-parties <K>        Fewest parties with which the result may be revealed [default: 1]
                               [env: WEB_MPC_MIN_PARTIES=]
      --max-parties <N>        Most parties that may submit [default: 1000000] [env:
                               WEB_MPC_MAX_PARTIES=]
      --json                   One JSON object per line on standard output [env: WEB_MPC_JSON=]
      --out <FILE>             Write the result to a file too: .json, .csv, or text [env:
                               WEB_MPC_OUT=]
  -h, --help                   Print help (see more with '--help')
",
    );
}

#[test]
fn listening_on_no_address() {
    refuses(
        Launch::server,
        &["--listen", "example.org:8080"],
        r"error: invalid value 'example.org:8080' for '--listen <ADDR>': an address with a port is needed, such as 127.0.0.1:8080

For more information, try '--help'.
",
    );
    refuses(
        Launch::server,
        &["--listen", "127.0.0.1"],
        r"error: invalid value '127.0.0.1' for '--listen <ADDR>': an address with a port is needed, such as 127.0.0.1:8080

For more information, try '--help'.
",
    );
    refuses(
        Launch::server,
        &["--verbose"],
        r"error: unexpected argument '--verbose' found

  tip: a similar argument exists: '--version'

Usage: server --version

For more information, try '--help'.
",
    );
}
