//! The arguments of `server`.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use clap::builder::BoolishValueParser;
use clap::{Parser, Subcommand};

use super::webhook::WebhookArguments;
use crate::ids::KeyId;
use crate::server::Origin;

/// Longest time for an objection, in seconds: a year, so that no sum of times leaves its range.
const MAX_TAKEOVER_WAIT: u64 = 366 * 24 * 3600;

/// Relays and stores sealed shares, and is one of the two compute parties.
///
/// It keeps its database and its keys in the folder it is started in. Input parties and the analyst
/// connect to it in any order and may leave at any time; nothing is lost when it is restarted.
#[derive(Debug, Parser)]
#[command(
    name = "server",
    version,
    after_help = "Examples:\n  \
        server                              listen on 127.0.0.1:8080\n  \
        server --listen 127.0.0.1:0 --once  any free port, ends after the first reveal\n  \
        server --listen 0.0.0.0:443 --tls-cert cert.pem --tls-key key.pem\n                                      \
        for other machines too, encrypted\n  \
        server --config server.toml check   would a server with these settings serve?"
)]
pub(in crate::cli) struct Server {
    /// Take settings from this file (TOML), named as the flags here
    ///
    /// For example: listen = "127.0.0.1:8080". What the command line or the environment says goes
    /// before what the file says.
    #[arg(long, env = "WEB_MPC_CONFIG", value_name = "FILE", global = true)]
    pub(in crate::cli) config: Option<PathBuf>,
    /// Address to listen on; port 0 takes any free port
    #[arg(
        long,
        env = "WEB_MPC_LISTEN",
        default_value = "127.0.0.1:8080",
        value_name = "ADDR",
        value_parser = listen,
        global = true
    )]
    pub(in crate::cli) listen: SocketAddr,
    /// Where computations and submissions are kept
    #[arg(
        long,
        env = "WEB_MPC_DATABASE",
        default_value = "sqlite:web-mpc.db",
        value_name = "URL",
        hide_env_values = true,
        global = true
    )]
    pub(in crate::cli) database: String,
    /// The server's own keys; made at the first run
    #[arg(
        long,
        env = "WEB_MPC_KEYS",
        default_value = "server-keys.json",
        value_name = "FILE",
        global = true
    )]
    pub(in crate::cli) keys: PathBuf,
    /// Speak TLS, with this certificate (PEM) and those that lead to its CA behind it
    ///
    /// Read again when the server gets SIGHUP; connections that are open go on.
    #[arg(long, env = "WEB_MPC_TLS_CERT", value_name = "FILE", global = true)]
    pub(in crate::cli) tls_cert: Option<PathBuf>,
    /// The private key of that certificate (PEM)
    #[arg(long, env = "WEB_MPC_TLS_KEY", value_name = "FILE", global = true)]
    pub(in crate::cli) tls_key: Option<PathBuf>,
    /// Answer /metrics (Prometheus), /healthz and /readyz on this address, for the operator alone
    #[arg(long, env = "WEB_MPC_METRICS", value_name = "ADDR", value_parser = listen, global = true)]
    pub(in crate::cli) metrics: Option<SocketAddr>,
    #[command(flatten)]
    pub(in crate::cli) webhook: WebhookArguments,
    /// Only this analyst may create computations; may be given several times
    ///
    /// The key id is what `analyst keys show` prints. Without it anybody may who reaches the server.
    #[arg(
        long,
        env = "WEB_MPC_ALLOW_ANALYST",
        value_name = "KEY_ID",
        allow_hyphen_values = true,
        value_delimiter = ',',
        global = true
    )]
    pub(in crate::cli) allow_analyst: Vec<KeyId>,
    /// Serve the pages that open an analyst's key too; input parties are told
    ///
    /// Whoever can change this server could then take the key, and with it everybody's numbers. Without
    /// it those pages come from the analyst's own machine: analyst ui
    #[arg(long, env = "WEB_MPC_HOST_ANALYST_PAGES", value_parser = BoolishValueParser::new(), global = true)]
    pub(in crate::cli) host_analyst_pages: bool,
    /// Let pages of another host connect, where a copy of ours is; may be given several times
    #[arg(
        long,
        env = "WEB_MPC_ALLOW_ORIGIN",
        value_name = "URL",
        value_delimiter = ',',
        global = true
    )]
    pub(in crate::cli) allow_origin: Vec<Origin>,
    /// Connections at the same time; fewer where the system gives fewer descriptors
    #[arg(
        long,
        env = "WEB_MPC_MAX_CONNECTIONS",
        default_value = "16384",
        value_name = "N",
        value_parser = at_least_one,
        global = true
    )]
    pub(in crate::cli) max_connections: usize,
    /// Connections of one address at the same time; 0 for any number
    #[arg(
        long,
        env = "WEB_MPC_MAX_CONNECTIONS_PER_ADDRESS",
        default_value = "256",
        value_name = "N",
        global = true
    )]
    pub(in crate::cli) max_connections_per_address: u32,
    /// New connections of one address in a second; 0 for any number
    #[arg(
        long,
        env = "WEB_MPC_MAX_CONNECTION_RATE",
        default_value = "100",
        value_name = "N",
        global = true
    )]
    pub(in crate::cli) max_connection_rate: u32,
    /// Requests of one address in a second, more of them wait; 0 for any number
    #[arg(
        long,
        env = "WEB_MPC_MAX_REQUEST_RATE",
        default_value = "1000",
        value_name = "N",
        global = true
    )]
    pub(in crate::cli) max_request_rate: u32,
    /// Let the limits for one address hold for programs of this machine too
    #[arg(long, env = "WEB_MPC_COUNT_LOOPBACK", value_parser = BoolishValueParser::new(), global = true)]
    pub(in crate::cli) count_loopback: bool,
    /// Computations that the server holds, those that are over too
    #[arg(
        long,
        env = "WEB_MPC_MAX_COMPUTATIONS",
        default_value = "10000",
        value_name = "N",
        global = true
    )]
    pub(in crate::cli) max_computations: u64,
    /// The same of one analyst
    #[arg(
        long,
        env = "WEB_MPC_MAX_COMPUTATIONS_PER_ANALYST",
        default_value = "1000",
        value_name = "N",
        global = true
    )]
    pub(in crate::cli) max_computations_per_analyst: u64,
    /// How long a device may object to another one with the same invitation, in seconds
    #[arg(
        long,
        env = "WEB_MPC_TAKEOVER_WAIT",
        default_value = "86400",
        value_name = "SECONDS",
        value_parser = clap::value_parser!(u64).range(..=MAX_TAKEOVER_WAIT),
        global = true
    )]
    pub(in crate::cli) takeover_wait: u64,
    /// End after the first reveal of any computation, with exit code 0
    #[arg(long, env = "WEB_MPC_ONCE", value_parser = BoolishValueParser::new(), global = true)]
    pub(in crate::cli) once: bool,
    #[command(subcommand)]
    pub(in crate::cli) command: Option<ServerCommand>,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ServerCommand {
    /// Check settings, keys, certificate and database, and change nothing
    ///
    /// Exit code 0: a server with these settings would serve. The server may be running.
    #[command(after_help = "Example: server --config server.toml check")]
    Check,
    /// Copy the database, as it is at one moment, while the server goes on
    ///
    /// The keys are not in the copy; what else is to be kept is said then.
    #[command(after_help = "Example: server --config server.toml backup web-mpc.copy.db")]
    Backup {
        /// Where to; a file that does not exist
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

/// How many there may be, where none would be no server.
fn at_least_one(text: &str) -> Result<usize, &'static str> {
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or("a whole number from 1 up is needed")
}

/// An address with a port. Of names only `localhost` is taken: what another name stands for may
/// change, and with it who can reach the server.
fn listen(text: &str) -> Result<SocketAddr, &'static str> {
    let local = text.rsplit_once(':').filter(|(host, _)| {
        let host = host.trim();
        host.eq_ignore_ascii_case("localhost")
    });
    let read = match local {
        Some((_, port)) => port
            .parse()
            .map(|port| SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port))
            .ok(),
        None => text.parse().ok(),
    };
    read.ok_or("an address with a port is needed, such as 127.0.0.1:8080")
}
