//! The command line to the letter: help, versions, and every way to be used wrongly.

#[path = "cli/help.rs"]
mod help;

use std::path::Path;

use super::harness::{Finished, Launch, Place};

type Program = fn(&Path) -> Launch;

/// Runs a program that needs no server.
fn run(program: Program, args: &[&str]) -> Finished {
    program(&Place::new().folder("here")).args(args).run()
}

/// Compares with what a refusal of the arguments should say.
#[track_caller]
fn refuses(program: Program, args: &[&str], stderr: &str) {
    run(program, args).is(2, "", stderr);
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
        &["--server", "mailto:example.org", "1"],
        r"error: invalid value 'mailto:example.org' for '--server <URL>': a server's address looks like ws://127.0.0.1:8080

For more information, try '--help'.
",
    );
    refuses(
        Launch::input_party,
        &["--server", "wss://", "1"],
        r"error: invalid value 'wss://' for '--server <URL>': a server's address looks like ws://127.0.0.1:8080

For more information, try '--help'.
",
    );
    refuses(
        Launch::input_party,
        &["--server", "ftp://example.org", "1"],
        r"error: invalid value 'ftp://example.org' for '--server <URL>': a server's address begins with ws://, wss://, http:// or https://

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

/// One in 64 does.
#[test]
fn pins_may_begin_with_a_hyphen() {
    let pin = format!("-{}", "A".repeat(42));
    let place = Place::new();
    let folder = place.folder("here");
    for flag in ["--fingerprint", "--analyst-key", "--server-key"] {
        let launch = Launch::input_party(&folder);
        let args = [
            "--server",
            "ws://127.0.0.1:1",
            "--wait",
            "0",
            flag,
            &pin,
            "1",
        ];
        launch.args(args).run().exits(69);
    }
    let launch = Launch::server(&folder);
    let args = ["--allow-analyst", &pin, "check"];
    launch.args(args).run().exits(0);
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
    // The options are those of `analyst --help`.
    let bare = run(Launch::analyst, &["keys"]).exits(2);
    bare.says(
        r"The analyst's keys

Usage: analyst keys [OPTIONS] <COMMAND>

Commands:
  show     Show the key id by which parties can pin this analyst
  protect  Give the keys a passphrase, or another one
  backup   Write keys and journal to one file, closed with a passphrase
  restore  Put keys and journal back from a backup
  help     Print this message or the help of the given subcommand(s)

Options:
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
