//! What the help of the server says.

use super::super::super::harness::Launch;
use super::helps;

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
