//! What the help of the analyst says.

use super::super::super::harness::Launch;
use super::helps;

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
          Most parties that may submit [default: 1000000; 20000 with --publish parties]

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
