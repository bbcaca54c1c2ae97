//! What the help of the input party says.

use super::super::super::harness::Launch;
use super::helps;

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
          The link that the analyst has sent, which admits you; - reads it from standard input

          It names server and computation, so that nothing else is needed. Whoever sees it can use
          it: standard input and the environment keep it out of the shell's history and out of the
          list of programs that other users of the machine see.

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
  input-party --link - 42 < link.txt  keeps the link out of the shell's history
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

Example: input-party verify receipts/web-mpc-1.json
",
    );
}
