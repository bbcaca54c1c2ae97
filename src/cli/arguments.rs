//! The arguments of the three programs, and the `WEB_MPC_*` variables that stand for them.

mod dates;
mod keys;
mod invite;
mod link;
mod policy;
mod server;
mod webhook;

use std::path::PathBuf;

use clap::builder::BoolishValueParser;
use clap::{Parser, Subcommand};

pub(super) use self::dates::Dates as DateFlags;
pub(super) use self::invite::{Invite, Sending};
pub(super) use self::keys::KeysCommand;
pub(super) use self::link::{GivenLink, Invited};
use self::policy::Policy;
pub(super) use self::server::{Server, ServerCommand};
pub(super) use self::webhook::WebhookArguments;
use crate::client::ServerUrl;
use crate::ids::{ComputationName, FingerprintPin, PartyKey};
use crate::manifest::MAX_PARTIES;
use crate::shares::Modulus;

/// Opens a computation, and reveals its result when you press Enter.
///
/// Without a subcommand: sets the computation up or joins it again, shows how many parties have
/// submitted, and computes the sum when a line comes on standard input. You may leave and come back
/// at any time; nobody but you learns the result.
#[derive(Debug, Parser)]
#[command(
    name = "analyst",
    version,
    after_help = "Examples:\n  \
        analyst                                    the sum of numbers up to 2^64-1\n  \
        analyst --signed --min-parties 5           negative numbers too, five parties at least\n  \
        analyst --computation wages reveal         without Enter, for scripts\n  \
        analyst --access invited                   for those alone whom you invite\n  \
        analyst invite --roster people.csv         a link for each of them\n  \
        analyst status --json                      for programs"
)]
pub(super) struct Analyst {
    /// Address of the server
    #[arg(
        long,
        env = "WEB_MPC_SERVER",
        default_value = "ws://127.0.0.1:8080",
        value_name = "URL",
        global = true
    )]
    pub(super) server: ServerUrl,
    /// For wss://: trust the certificates in this file (PEM) instead of the system's
    #[arg(long, env = "WEB_MPC_CA_CERT", value_name = "FILE", global = true)]
    pub(super) ca_cert: Option<PathBuf>,
    /// Name of the computation
    #[arg(
        long,
        env = "WEB_MPC_COMPUTATION",
        default_value = "web-mpc",
        value_name = "NAME",
        global = true
    )]
    pub(super) computation: ComputationName,
    /// The analyst's own keys; made at the first run
    #[arg(
        long,
        env = "WEB_MPC_KEYS",
        default_value = "keys.json",
        value_name = "FILE",
        global = true
    )]
    pub(super) keys: PathBuf,
    /// Take the passphrase of the keys from the first line of this file; `-` is standard input
    ///
    /// Without it a passphrase is asked for on the terminal. Keys that are made get this one.
    #[arg(
        long,
        env = "WEB_MPC_PASSPHRASE_FILE",
        value_name = "FILE",
        global = true
    )]
    pub(super) passphrase_file: Option<PathBuf>,
    /// Ask a form instead of a number: what a `form.json` declares
    #[arg(
        long,
        env = "WEB_MPC_FORM",
        value_name = "FILE",
        conflicts_with_all = ["modulus", "signed"],
        global = true
    )]
    pub(super) form: Option<PathBuf>,
    /// Modulus of the sum: a decimal number, or 2^N, 2^N-C, 2^N+C [default: 2^127-1]
    ///
    /// Inputs are limited to 64 bits, so that with the default no sum wraps. With a small modulus
    /// inputs are limited to [0, M) and the result is the sum modulo M.
    #[arg(long, env = "WEB_MPC_MODULUS", value_name = "M", global = true)]
    pub(super) modulus: Option<Modulus>,
    /// Allow negative inputs; a result above (M-1)/2 stands for a negative number
    #[arg(
        long,
        env = "WEB_MPC_SIGNED",
        value_name = "true|false",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        value_parser = BoolishValueParser::new(),
        global = true
    )]
    pub(super) signed: Option<bool>,
    /// Fewest parties with which the result may be revealed [default: 1; of a form what it says,
    /// which can only be raised: its groups keep the minimum of the form]
    #[arg(
        long,
        env = "WEB_MPC_MIN_PARTIES",
        value_name = "K",
        value_parser = clap::value_parser!(u64).range(1..=MAX_PARTIES),
        global = true
    )]
    pub(super) min_parties: Option<u64>,
    /// Most parties that may submit [default: 1000000; 20000 with --publish parties]
    #[arg(
        long,
        env = "WEB_MPC_MAX_PARTIES",
        value_name = "N",
        value_parser = clap::value_parser!(u64).range(1..=MAX_PARTIES),
        global = true
    )]
    pub(super) max_parties: Option<u64>,
    #[command(flatten)]
    pub(super) policy: Policy,
    #[command(flatten)]
    pub(super) dates: DateFlags,
    /// One JSON object per line on standard output
    #[arg(long, env = "WEB_MPC_JSON", value_parser = BoolishValueParser::new(), global = true)]
    pub(super) json: bool,
    /// Write the result to a file too: .json, .csv, or text; of a form also .xlsx and .html
    #[arg(long, env = "WEB_MPC_OUT", value_name = "FILE", global = true)]
    pub(super) out: Option<PathBuf>,
    #[command(subcommand)]
    pub(super) command: Option<AnalystCommand>,
}

#[derive(Debug, Subcommand)]
pub(super) enum AnalystCommand {
    /// Show the computation and how many parties have submitted
    #[command(after_help = "Examples:\n  \
        analyst status\n  \
        analyst status --watch --json   one line for each change, for programs")]
    Status {
        /// Go on showing it as it changes, with cohorts and invitations as far as you may see them
        #[arg(long)]
        watch: bool,
    },
    /// Reveal the result now, without waiting for Enter
    #[command(after_help = "Example: analyst --computation wages reveal --out wages.xlsx")]
    Reveal,
    /// Show the result of a reveal once more
    #[command(after_help = "Example: analyst --computation wages result --out wages.csv")]
    Result,
    /// Check every party's signature over the frozen batch
    #[command(after_help = "Example: analyst --computation wages audit")]
    Audit,
    /// Make invitations: a link of its own for each party
    ///
    /// With --out FILE.csv writes a table for a mail merge. More can be made later. The links can be
    /// shown again at any time with `analyst invitations`.
    #[command(after_help = "Examples:\n  \
        analyst invite --roster people.csv --out invitations.csv   a table for a mail merge\n  \
        analyst invite --count 50 --url https://mpc.example --expires 2099-12-31\n  \
        analyst invite --count 1 --qr                              a code for a telephone")]
    Invite(Invite),
    /// Show the links of all invitations again
    #[command(
        after_help = "Example: analyst invitations --message letter.txt --out invitations.csv"
    )]
    Invitations(Sending),
    /// Take back invitations that nobody has used yet
    #[command(after_help = "Example: analyst revoke \"Bolt Ltd\" \"#7\"")]
    Revoke {
        /// The labels of those who were invited, or # and a number
        #[arg(value_name = "LABEL", required = true)]
        labels: Vec<String>,
    },
    /// Take no submissions for the moment
    #[command(after_help = "Example: analyst --computation wages pause")]
    Pause,
    /// Take submissions again
    #[command(after_help = "Example: analyst --computation wages resume")]
    Resume,
    /// Take no more submissions; a reveal is still possible
    #[command(after_help = "Example: analyst --computation wages close")]
    Close,
    /// Set from when until when submissions are taken: --opens-at DATE --closes-at DATE
    ///
    /// What is not given stays as it is; none takes a date away.
    #[command(after_help = "Examples:\n  \
        analyst schedule --opens-at 2099-12-01 --closes-at 2099-12-31\n  \
        analyst schedule --closes-at none")]
    Schedule,
    /// Show all computations of these keys on the server
    #[command(after_help = "Example: analyst --server wss://mpc.example list")]
    List,
    /// After the reveal: delete for ever what was submitted
    ///
    /// Deletes every sealed share on the server, and the key that opens the server's, so that no
    /// backup gives them back. The result and the proofs for receipts stay.
    #[command(after_help = "Example: analyst --computation wages purge --yes")]
    Purge {
        /// Do not ask
        #[arg(long, env = "WEB_MPC_YES", value_parser = BoolishValueParser::new())]
        yes: bool,
    },
    /// The same as pages in a browser, served by this machine to itself
    ///
    /// Prints an address that works once. The key stays in this folder and in that page; the
    /// connection to the server goes through this program.
    #[command(after_help = "Example: analyst ui --server wss://mpc.example")]
    Ui {
        /// Port on this machine; 0 takes any free one
        ///
        /// What the browser keeps belongs to the port: with another one it begins anew.
        #[arg(long, default_value = "8081", value_name = "PORT")]
        port: u16,
        /// How input parties reach the server, if not as this machine does, such as `https://host/`
        #[arg(long, value_name = "URL", value_parser = page)]
        url: Option<String>,
    },
    /// Compare the pages that a server serves with those of this program
    ///
    /// A server can show other pages to another visitor: this tells what it shows now, and here.
    #[command(after_help = "Example: analyst verify-page https://mpc.example")]
    VerifyPage {
        /// Address of the server, such as `https://mpc.example`
        #[arg(value_name = "URL")]
        url: ServerUrl,
    },
    /// The analyst's keys
    Keys {
        #[command(subcommand)]
        command: KeysCommand,
    },
}

/// Submits one number, sealed in two shares, and leaves.
///
/// Neither the server nor the analyst sees it; only the sum of all comes out. Waits for the server
/// and for the computation, and keeps a receipt.
#[derive(Debug, Parser)]
#[command(
    name = "input-party",
    version,
    subcommand_negates_reqs = true,
    after_help = "Examples:\n  \
        input-party 42\n  \
        input-party -5                      a negative number, if the analyst allows it\n  \
        input-party - < number.txt          keeps the number out of the shell's history\n  \
        input-party --receipt FILE 43       corrects what FILE is the receipt of\n  \
        input-party --link URL 42           with the link that you were sent; again to correct it\n  \
        input-party --link - 42 < link.txt  keeps the link out of the shell's history\n  \
        input-party verify FILE             after the reveal: was it counted?"
)]
pub(super) struct InputParty {
    /// Address of the server
    #[arg(
        long,
        env = "WEB_MPC_SERVER",
        value_name = "URL",
        help = "Address of the server [default: the receipt's, or else ws://127.0.0.1:8080]",
        global = true
    )]
    pub(super) server: Option<ServerUrl>,
    /// For wss://: trust the certificates in this file (PEM) instead of the system's
    #[arg(long, env = "WEB_MPC_CA_CERT", value_name = "FILE", global = true)]
    pub(super) ca_cert: Option<PathBuf>,
    /// Name of the computation
    #[arg(
        long,
        env = "WEB_MPC_COMPUTATION",
        default_value = "web-mpc",
        value_name = "NAME",
        global = true
    )]
    pub(super) computation: ComputationName,
    #[command(flatten)]
    pub(super) invited: Invited,
    /// The computation's fingerprint, or twelve of its words, got out of band
    #[arg(
        long,
        env = "WEB_MPC_FINGERPRINT",
        value_name = "F",
        allow_hyphen_values = true,
        conflicts_with = "analyst_key"
    )]
    pub(super) fingerprint: Option<FingerprintPin>,
    /// The analyst's key id, or a file that `analyst keys show --out` wrote, got out of band
    #[arg(
        long,
        env = "WEB_MPC_ANALYST_KEY",
        value_name = "KEY",
        allow_hyphen_values = true
    )]
    pub(super) analyst_key: Option<String>,
    /// The server's key id, got out of band
    #[arg(
        long,
        env = "WEB_MPC_SERVER_KEY",
        value_name = "KEY",
        allow_hyphen_values = true
    )]
    pub(super) server_key: Option<String>,
    /// Submit only if the result needs at least this many parties
    #[arg(long, env = "WEB_MPC_MIN_PARTIES", value_name = "K")]
    pub(super) min_parties: Option<u64>,
    /// Give up after so many seconds (exit code 75, or 69 if the server cannot be reached)
    #[arg(long, env = "WEB_MPC_WAIT", value_name = "SECONDS")]
    pub(super) wait: Option<u64>,
    /// The receipt: a new file, one to finish, or one to correct [default: a new one in receipts/]
    #[arg(long, env = "WEB_MPC_RECEIPT", value_name = "FILE")]
    pub(super) receipt: Option<PathBuf>,
    /// One JSON object per line on standard output
    #[arg(long, env = "WEB_MPC_JSON", value_parser = BoolishValueParser::new(), global = true)]
    pub(super) json: bool,
    /// For a form: take the answers from a spreadsheet (.xlsx, .ods or .csv)
    #[arg(long, env = "WEB_MPC_FILE", value_name = "FILE", conflicts_with_all = ["answers", "ask"])]
    pub(super) file: Option<PathBuf>,
    /// For a form: take the answers from a JSON file
    #[arg(
        long,
        env = "WEB_MPC_ANSWERS",
        value_name = "FILE",
        conflicts_with = "ask"
    )]
    pub(super) answers: Option<PathBuf>,
    /// For a form: ask its questions one by one on the terminal
    #[arg(long)]
    pub(super) ask: bool,
    /// For a form: write an empty spreadsheet to fill in, and submit nothing
    #[arg(long, value_name = "FILE.xlsx", conflicts_with_all = ["file", "answers", "ask"])]
    pub(super) print_template: Option<PathBuf>,
    /// For a form: agree to what is sent without being asked
    #[arg(long, env = "WEB_MPC_YES", value_parser = BoolishValueParser::new())]
    pub(super) yes: bool,
    /// The number, or - to read it from standard input
    #[arg(
        value_name = "VALUE",
        allow_negative_numbers = true,
        required_unless_present_any = ["receipt", "file", "answers", "ask", "print_template"],
        conflicts_with_all = ["file", "answers", "ask", "print_template"]
    )]
    pub(super) value: Option<String>,
    #[command(subcommand)]
    pub(super) command: Option<InputPartyCommand>,
}

#[derive(Debug, Subcommand)]
pub(super) enum InputPartyCommand {
    /// Take a submission back; possible until the analyst reveals
    ///
    /// You may submit again later with --receipt RECEIPT VALUE.
    #[command(after_help = "Example: input-party withdraw receipts/web-mpc-1.json")]
    Withdraw {
        /// The receipt's file
        #[arg(value_name = "RECEIPT")]
        receipt: PathBuf,
    },
    /// Show the result, where the analyst publishes it
    #[command(after_help = "Example: input-party result - < link.txt")]
    Result {
        /// The link that you were given; - reads it from standard input
        #[arg(value_name = "LINK")]
        link: GivenLink,
    },
    /// Let another device with the same link take this one's place
    ///
    /// Prints a consent, which the other device needs with --release. Until it is used, nothing
    /// changes.
    #[command(after_help = "Example: input-party release receipts/web-mpc-1.json KEY")]
    Release {
        /// The receipt's file
        #[arg(value_name = "RECEIPT")]
        receipt: PathBuf,
        /// The key that the other device has shown
        #[arg(value_name = "KEY", allow_hyphen_values = true)]
        key: PartyKey,
    },
    /// After the reveal: check that a submission was counted
    ///
    /// Exit code 0: counted, or withdrawn. 1: rejected, replaced or missing. 75: not revealed yet.
    #[command(after_help = "Example: input-party verify receipts/web-mpc-1.json")]
    Verify {
        /// The receipt's file
        #[arg(value_name = "RECEIPT")]
        receipt: PathBuf,
    },
}

/// The address of a server as input parties open it, up to the `#` of a link.
fn page(text: &str) -> Result<String, &'static str> {
    let read = text.parse::<ServerUrl>().ok();
    let read = read.filter(|_| text.starts_with("http"));
    let url = read.ok_or("an address is needed, such as https://mpc.example/")?;
    Ok(url.page())
}
