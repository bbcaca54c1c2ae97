//! What the programs say of themselves.

use super::super::harness::Launch;
use super::{Program, run};

/// Compares with what a help should be, but for blanks at the ends of its lines.
#[track_caller]
fn helps(program: Program, args: &[&str], expected: &str) {
    let shown = run(program, args);
    let lines: Vec<_> = shown.stdout.lines().map(str::trim_end).collect();
    assert_eq!(lines.join("\n"), expected.trim_end());
    assert_eq!((shown.code, shown.stderr.as_str()), (Some(0), ""));
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
        r#"Relays and stores sealed shares, and is one of the two compute parties.

It keeps its database and its keys in the folder it is started in. Input parties and the analyst
connect to it in any order and may leave at any time; nothing is lost when it is restarted.

Usage: server [OPTIONS] [COMMAND]

Commands:
  check   Check settings, keys, certificate and database, and change nothing
  backup  Copy the database, as it is at one moment, while the server goes on
  help    Print this message or the help of the given subcommand(s)

Options:
      --config <FILE>
          Take settings from this file (TOML), named as the flags here

          For example: listen = "127.0.0.1:8080". What the command line or the environment says goes
          before what the file says.

          [env: WEB_MPC_CONFIG=]

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

      --tls-cert <FILE>
          Speak TLS, with this certificate (PEM) and those that lead to its CA behind it

          Read again when the server gets SIGHUP; connections that are open go on.

          [env: WEB_MPC_TLS_CERT=]

      --tls-key <FILE>
          The private key of that certificate (PEM)

          [env: WEB_MPC_TLS_KEY=]

      --metrics <ADDR>
          Answer /metrics (Prometheus), /healthz and /readyz on this address, for the operator alone

          [env: WEB_MPC_METRICS=]

      --webhook <URL>
          Tell this address (https://) what happens to computations: signed, in order, once or more

          [env: WEB_MPC_WEBHOOK]

      --webhook-secret-file <FILE>
          The secret that signs what is sent: a line with `whsec_` and base64, or two

          [env: WEB_MPC_WEBHOOK_SECRET_FILE=]

      --webhook-ca-cert <FILE>
          Trust the certificates in this file (PEM) for it instead of the system's

          [env: WEB_MPC_WEBHOOK_CA_CERT=]

      --webhook-plain
          Let http:// lead to another machine: whoever is on the way reads what is sent

          [env: WEB_MPC_WEBHOOK_PLAIN=]

      --webhook-pause <SECONDS>
          Longest pause in seconds before it is tried again

          [env: WEB_MPC_WEBHOOK_PAUSE=]
          [default: 300]

      --allow-analyst <KEY_ID>
          Only this analyst may create computations; may be given several times

          The key id is what `analyst keys show` prints. Without it anybody may who reaches the
          server.

          [env: WEB_MPC_ALLOW_ANALYST=]

      --host-analyst-pages
          Serve the pages that open an analyst's key too; input parties are told

          Whoever can change this server could then take the key, and with it everybody's numbers.
          Without it those pages come from the analyst's own machine: analyst ui

          [env: WEB_MPC_HOST_ANALYST_PAGES=]

      --allow-origin <URL>
          Let pages of another host connect, where a copy of ours is; may be given several times

          [env: WEB_MPC_ALLOW_ORIGIN=]

      --max-connections <N>
          Connections at the same time; fewer where the system gives fewer descriptors

          [env: WEB_MPC_MAX_CONNECTIONS=]
          [default: 16384]

      --max-connections-per-address <N>
          Connections of one address at the same time; 0 for any number

          [env: WEB_MPC_MAX_CONNECTIONS_PER_ADDRESS=]
          [default: 256]

      --max-connection-rate <N>
          New connections of one address in a second; 0 for any number

          [env: WEB_MPC_MAX_CONNECTION_RATE=]
          [default: 100]

      --max-request-rate <N>
          Requests of one address in a second, more of them wait; 0 for any number

          [env: WEB_MPC_MAX_REQUEST_RATE=]
          [default: 1000]

      --count-loopback
          Let the limits for one address hold for programs of this machine too

          [env: WEB_MPC_COUNT_LOOPBACK=]

      --max-computations <N>
          Computations that the server holds, those that are over too

          [env: WEB_MPC_MAX_COMPUTATIONS=]
          [default: 10000]

      --max-computations-per-analyst <N>
          The same of one analyst

          [env: WEB_MPC_MAX_COMPUTATIONS_PER_ANALYST=]
          [default: 1000]

      --takeover-wait <SECONDS>
          How long a device may object to another one with the same invitation, in seconds

          [env: WEB_MPC_TAKEOVER_WAIT=]
          [default: 86400]

      --once
          End after the first reveal of any computation, with exit code 0

          [env: WEB_MPC_ONCE=]

  -h, --help
          Print help (see a summary with '-h')

  -V, --version
          Print version

Examples:
  server                              listen on 127.0.0.1:8080
  server --listen 127.0.0.1:0 --once  any free port, ends after the first reveal
  server --listen 0.0.0.0:443 --tls-cert cert.pem --tls-key key.pem
                                      for other machines too, encrypted
  server --config server.toml check   would a server with these settings serve?
"#,
    );
}

#[test]
fn help_of_the_analyst() {
    helps(
        Launch::analyst,
        &["--help"],
        r#"Opens a computation, and reveals its result when you press Enter.

Without a subcommand: sets the computation up or joins it again, shows how many parties have
submitted, and computes the sum when a line comes on standard input. You may leave and come back at
any time; nobody but you learns the result.

Usage: analyst [OPTIONS] [COMMAND]

Commands:
  status       Show the computation and how many parties have submitted
  reveal       Reveal the result now, without waiting for Enter
  result       Show the result of a reveal once more
  audit        Check every party's signature over the frozen batch
  invite       Make invitations: a link of its own for each party
  invitations  Show the links of all invitations again
  revoke       Take back invitations that nobody has used yet
  pause        Take no submissions for the moment
  resume       Take submissions again
  close        Take no more submissions; a reveal is still possible
  schedule     Set from when until when submissions are taken: --opens-at DATE --closes-at DATE
  list         Show all computations of these keys on the server
  purge        After the reveal: delete for ever what was submitted
  ui           The same as pages in a browser, served by this machine to itself
  verify-page  Compare the pages that a server serves with those of this program
  keys         The analyst's keys
  help         Print this message or the help of the given subcommand(s)

Options:
      --server <URL>
          Address of the server

          [env: WEB_MPC_SERVER=]
          [default: ws://127.0.0.1:8080]

      --ca-cert <FILE>
          For wss://: trust the certificates in this file (PEM) instead of the system's

          [env: WEB_MPC_CA_CERT=]

      --computation <NAME>
          Name of the computation

          [env: WEB_MPC_COMPUTATION=]
          [default: web-mpc]

      --keys <FILE>
          The analyst's own keys; made at the first run

          [env: WEB_MPC_KEYS=]
          [default: keys.json]

      --passphrase-file <FILE>
          Take the passphrase of the keys from the first line of this file; `-` is standard input

          Without it a passphrase is asked for on the terminal. Keys that are made get this one.

          [env: WEB_MPC_PASSPHRASE_FILE=]

      --form <FILE>
          Ask a form instead of a number: what a `form.json` declares

          [env: WEB_MPC_FORM=]

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
          Fewest parties with which the result may be revealed [default: 1; of a form what it says,
          which can only be raised: its groups keep the minimum of the form]

          [env: WEB_MPC_MIN_PARTIES=]

      --max-parties <N>
          Most parties that may submit [default: 1000000]

          [env: WEB_MPC_MAX_PARTIES=]

      --access <WHO>
          Who may submit: whoever reaches the server, or who holds an invitation [default: open]

          [env: WEB_MPC_ACCESS=]
          [possible values: open, invited]

      --tracking <WHAT>
          What you see before the reveal: nothing, how many have submitted, or who [default: count]

          More than the total is seen in steps of --time-grain, and of three parties at least.

          [env: WEB_MPC_TRACKING=]
          [possible values: none, count, labels]

      --publish <TO>
          Who is told the result beside you [default: none]

          [env: WEB_MPC_PUBLISH=]
          [possible values: none, parties, public]

      --time-grain <TIME>
          In which steps of time you see more than the total: 1s to 7d [default: 1h]

          [env: WEB_MPC_TIME_GRAIN=]

      --max-rejected <N>
          Most submissions that you alone may reject in a reveal [default: any; a tenth of the
          invited]

          [env: WEB_MPC_MAX_REJECTED=]

      --opens-at <DATE>
          Take submissions from then on: a date, a local time such as "2026-12-01 08:00", or none

          Without a subcommand: of a new computation. Later: analyst schedule --opens-at DATE.

          [env: WEB_MPC_OPENS_AT=]

      --closes-at <DATE>
          Take submissions until then; of a date without time, until the day ends

          [env: WEB_MPC_CLOSES_AT=]

      --json
          One JSON object per line on standard output

          [env: WEB_MPC_JSON=]

      --out <FILE>
          Write the result to a file too: .json, .csv, or text; of a form also .xlsx and .html

          [env: WEB_MPC_OUT=]

  -h, --help
          Print help (see a summary with '-h')

  -V, --version
          Print version

Examples:
  analyst                                    the sum of numbers up to 2^64-1
  analyst --signed --min-parties 5           negative numbers too, five parties at least
  analyst --computation wages reveal         without Enter, for scripts
  analyst --access invited                   for those alone whom you invite
  analyst invite --roster people.csv         a link for each of them
  analyst status --json                      for programs
"#,
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
  withdraw  Take a submission back; possible until the analyst reveals
  result    Show the result, where the analyst publishes it
  release   Let another device with the same link take this one's place
  verify    After the reveal: check that a submission was counted
  help      Print this message or the help of the given subcommand(s)

Arguments:
  [VALUE]
          The number, or - to read it from standard input

Options:
      --server <URL>
          Address of the server [default: the receipt's, or else ws://127.0.0.1:8080]

          [env: WEB_MPC_SERVER=]

      --ca-cert <FILE>
          For wss://: trust the certificates in this file (PEM) instead of the system's

          [env: WEB_MPC_CA_CERT=]

      --computation <NAME>
          Name of the computation

          [env: WEB_MPC_COMPUTATION=]
          [default: web-mpc]

      --link <URL>
          The link that the analyst has sent: it names server and computation, and admits you

          [env: WEB_MPC_LINK]

      --take-over
          With a link that another device has used: take that device's place

          At once with its consent (--release), or else after the server's waiting time, during
          which the other device may object by submitting again.

          [env: WEB_MPC_TAKE_OVER=]

      --release <CONSENT>
          The other device's consent to that: what `input-party release` has printed there

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

      --file <FILE>
          For a form: take the answers from a spreadsheet (.xlsx, .ods or .csv)

          [env: WEB_MPC_FILE=]

      --answers <FILE>
          For a form: take the answers from a JSON file

          [env: WEB_MPC_ANSWERS=]

      --ask
          For a form: ask its questions one by one on the terminal

      --print-template <FILE.xlsx>
          For a form: write an empty spreadsheet to fill in, and submit nothing

      --yes
          For a form: agree to what is sent without being asked

          [env: WEB_MPC_YES=]

  -h, --help
          Print help (see a summary with '-h')

  -V, --version
          Print version

Examples:
  input-party 42
  input-party -5                      a negative number, if the analyst allows it
  input-party - < number.txt          keeps the number out of the shell's history
  input-party --receipt FILE 43       corrects what FILE is the receipt of
  input-party --link URL 42           with the link that you were sent; again to correct it
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

Exit code 0: counted, or withdrawn. 1: rejected, replaced or missing. 75: not revealed yet.

Usage: input-party verify [OPTIONS] <RECEIPT>

Arguments:
  <RECEIPT>
          The receipt's file

Options:
      --server <URL>
          Address of the server [default: the receipt's, or else ws://127.0.0.1:8080]

          [env: WEB_MPC_SERVER=]

      --ca-cert <FILE>
          For wss://: trust the certificates in this file (PEM) instead of the system's

          [env: WEB_MPC_CA_CERT=]

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

Usage: server [OPTIONS] [COMMAND]

Commands:
  check   Check settings, keys, certificate and database, and change nothing
  backup  Copy the database, as it is at one moment, while the server goes on
  help    Print this message or the help of the given subcommand(s)

Options:
      --config <FILE>
          Take settings from this file (TOML), named as the flags here [env: WEB_MPC_CONFIG=]
      --listen <ADDR>
          Address to listen on; port 0 takes any free port [env: WEB_MPC_LISTEN=] [default:
          127.0.0.1:8080]
      --database <URL>
          Where computations and submissions are kept [env: WEB_MPC_DATABASE] [default:
          sqlite:web-mpc.db]
      --keys <FILE>
          The server's own keys; made at the first run [env: WEB_MPC_KEYS=] [default:
          server-keys.json]
      --tls-cert <FILE>
          Speak TLS, with this certificate (PEM) and those that lead to its CA behind it [env:
          WEB_MPC_TLS_CERT=]
      --tls-key <FILE>
          The private key of that certificate (PEM) [env: WEB_MPC_TLS_KEY=]
      --metrics <ADDR>
          Answer /metrics (Prometheus), /healthz and /readyz on this address, for the operator alone
          [env: WEB_MPC_METRICS=]
      --webhook <URL>
          Tell this address (https://) what happens to computations: signed, in order, once or more
          [env: WEB_MPC_WEBHOOK]
      --webhook-secret-file <FILE>
          The secret that signs what is sent: a line with `whsec_` and base64, or two [env:
          WEB_MPC_WEBHOOK_SECRET_FILE=]
      --webhook-ca-cert <FILE>
          Trust the certificates in this file (PEM) for it instead of the system's [env:
          WEB_MPC_WEBHOOK_CA_CERT=]
      --webhook-plain
          Let http:// lead to another machine: whoever is on the way reads what is sent [env:
          WEB_MPC_WEBHOOK_PLAIN=]
      --webhook-pause <SECONDS>
          Longest pause in seconds before it is tried again [env: WEB_MPC_WEBHOOK_PAUSE=] [default:
          300]
      --allow-analyst <KEY_ID>
          Only this analyst may create computations; may be given several times [env:
          WEB_MPC_ALLOW_ANALYST=]
      --host-analyst-pages
          Serve the pages that open an analyst's key too; input parties are told [env:
          WEB_MPC_HOST_ANALYST_PAGES=]
      --allow-origin <URL>
          Let pages of another host connect, where a copy of ours is; may be given several times
          [env: WEB_MPC_ALLOW_ORIGIN=]
      --max-connections <N>
          Connections at the same time; fewer where the system gives fewer descriptors [env:
          WEB_MPC_MAX_CONNECTIONS=] [default: 16384]
      --max-connections-per-address <N>
          Connections of one address at the same time; 0 for any number [env:
          WEB_MPC_MAX_CONNECTIONS_PER_ADDRESS=] [default: 256]
      --max-connection-rate <N>
          New connections of one address in a second; 0 for any number [env:
          WEB_MPC_MAX_CONNECTION_RATE=] [default: 100]
      --max-request-rate <N>
          Requests of one address in a second, more of them wait; 0 for any number [env:
          WEB_MPC_MAX_REQUEST_RATE=] [default: 1000]
      --count-loopback
          Let the limits for one address hold for programs of this machine too [env:
          WEB_MPC_COUNT_LOOPBACK=]
      --max-computations <N>
          Computations that the server holds, those that are over too [env:
          WEB_MPC_MAX_COMPUTATIONS=] [default: 10000]
      --max-computations-per-analyst <N>
          The same of one analyst [env: WEB_MPC_MAX_COMPUTATIONS_PER_ANALYST=] [default: 1000]
      --takeover-wait <SECONDS>
          How long a device may object to another one with the same invitation, in seconds [env:
          WEB_MPC_TAKEOVER_WAIT=] [default: 86400]
      --once
          End after the first reveal of any computation, with exit code 0 [env: WEB_MPC_ONCE=]
  -h, --help
          Print help (see more with '--help')
  -V, --version
          Print version

Examples:
  server                              listen on 127.0.0.1:8080
  server --listen 127.0.0.1:0 --once  any free port, ends after the first reveal
  server --listen 0.0.0.0:443 --tls-cert cert.pem --tls-key key.pem
                                      for other machines too, encrypted
  server --config server.toml check   would a server with these settings serve?
",
    );
}
