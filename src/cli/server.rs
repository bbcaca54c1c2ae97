//! The `server` program.

mod backup;
mod check;
mod webhook;

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::num::NonZero;
use std::path::Path;
use std::time::Duration;

use tokio::net::TcpListener;

use super::arguments::{self, ServerCommand};
use super::exit::{Exit, Failure};
use super::output::Output;
use super::signals;
use crate::crypto::Entropy;
use crate::files::computation_keys::ComputationKeys;
use crate::files::keyfile;
use crate::files::ledger::Ledger;
use crate::server::{self, AddressLimits, Limits, Options, Tls};
use crate::store::{self, StoreError};
use crate::web;

/// Descriptors that are not connections: the database, the keys, standard streams, with room.
const OWN_DESCRIPTORS: u64 = 64;

pub(super) async fn run(arguments: arguments::Server, output: Output) -> Result<(), Failure> {
    match &arguments.command {
        None => serve(arguments, output).await,
        Some(ServerCommand::Check) => check::check(&arguments, &output).await,
        Some(ServerCommand::Backup { file }) => backup::backup(&arguments, file, &output).await,
    }
}

async fn serve(arguments: arguments::Server, output: Output) -> Result<(), Failure> {
    let tls = tls(&arguments)?;
    let webhook = webhook::webhook(&arguments.webhook, &output)?;
    warn_of_exposure(&arguments, &output);
    let loaded = keyfile::load_or_create(&arguments.keys, &Entropy::System)
        .map_err(|error| Failure::keys(&error))?;
    for warning in &loaded.warnings {
        output.warning(&warning.to_string());
    }
    let ledger =
        Ledger::open(&arguments.keys).map_err(|error| Failure::failed(error.to_string()))?;
    let store = store::open(&arguments.database)
        .await
        .map_err(|error| database(&error))?;
    let listener = bind(arguments.listen).await?;
    let address = listener
        .local_addr()
        .map_err(|error| Failure::failed(format!("cannot tell the address: {error}")))?;
    let monitor = match arguments.metrics {
        Some(address) => Some(bind(address).await?),
        None => None,
    };
    let stop = signals::stop(&output);
    let scheme = if tls.is_some() { "wss" } else { "ws" };
    if let Some(tls) = tls.clone() {
        signals::at_hangup(move || reload(&tls));
    }
    output.result(&format!("listening on {scheme}://{address}"));
    output.note(&format!(
        "server key id: {}",
        loaded.identity.public().key_id()
    ));
    output.note(&match web::hash() {
        Some(hash) => format!(
            "pages: {scheme}://{address}/, bundle {hash}",
            scheme = if tls.is_some() { "https" } else { "http" }
        ),
        None => "pages: none in this program, `make web` makes them".to_owned(),
    });
    if arguments.host_analyst_pages {
        output.warning(
            "the analyst's pages come from this server: who can change it could take the analyst's key",
        );
    }
    if let Some(address) = monitor
        .as_ref()
        .and_then(|monitor| monitor.local_addr().ok())
    {
        output.note(&format!("metrics: http://{address}/metrics"));
    }
    if let Some((_, shown)) = &webhook {
        output.note(&format!("webhook: {shown}"));
    }
    let options = Options {
        store,
        identity: loaded.identity,
        computation_keys: ComputationKeys::beside(Path::new(&arguments.keys)),
        ledger,
        entropy: Entropy::System,
        clock: server::Clock::System,
        limits: limits(&arguments),
        analysts: (!arguments.allow_analyst.is_empty())
            .then(|| arguments.allow_analyst.iter().copied().collect()),
        analyst_pages: arguments.host_analyst_pages,
        origins: arguments.allow_origin,
        tls,
        monitor,
        webhook: webhook.map(|(webhook, _)| webhook),
        once: arguments.once,
    };
    server::serve(listener, options, stop)
        .await
        .map_err(|error| Failure::failed(error.to_string()))?;
    Ok(())
}

fn warn_of_exposure(arguments: &arguments::Server, output: &Output) {
    if arguments.tls_cert.is_none() && !arguments.listen.ip().is_loopback() {
        output.warning(
            "connections from other machines are not encrypted: give --tls-cert and --tls-key, \
             or put a proxy with TLS in front",
        );
    }
}

/// The certificate, if the server is to have one.
fn tls(arguments: &arguments::Server) -> Result<Option<Tls>, Failure> {
    let (certificate, key) = match (&arguments.tls_cert, &arguments.tls_key) {
        (Some(certificate), Some(key)) => (certificate, key),
        (None, None) => return Ok(None),
        _ => return Err(Failure::usage("--tls-cert and --tls-key are needed both")),
    };
    Tls::load(certificate, key).map(Some).map_err(|error| {
        let failure = Failure::new(Exit::Failed, "tls_unusable", error.to_string());
        failure
            .hint("both files are PEM; the certificate comes first, then those that lead to its CA")
    })
}

fn reload(tls: &Tls) {
    match tls.reload() {
        Ok(()) => tracing::info!("the certificate was read again"),
        Err(error) => tracing::error!(%error, "the certificate stays the one that it was"),
    }
}

/// What is allowed; never more connections than there can be descriptors for.
fn limits(arguments: &arguments::Server) -> Limits {
    let mut limits = Limits {
        max_connections: arguments.max_connections,
        per_address: AddressLimits {
            connections: NonZero::new(arguments.max_connections_per_address),
            connection_rate: NonZero::new(arguments.max_connection_rate),
            request_rate: NonZero::new(arguments.max_request_rate),
            count_loopback: arguments.count_loopback,
        },
        max_computations: arguments.max_computations,
        max_computations_per_analyst: arguments.max_computations_per_analyst,
        takeover_wait: Duration::from_secs(arguments.takeover_wait),
        ..Limits::default()
    };
    if let Ok(descriptors) = rlimit::increase_nofile_limit(rlimit::INFINITY) {
        let room =
            usize::try_from(descriptors.saturating_sub(OWN_DESCRIPTORS)).unwrap_or(usize::MAX);
        limits.max_connections = limits.max_connections.min(room.max(1));
    }
    limits
}

async fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        let failure = Failure::failed(format!("cannot listen on {address}: {error}"));
        match error.kind() {
            ErrorKind::AddrInUse => failure
                .hint("another program listens there; take a free port with --listen 127.0.0.1:0"),
            _ => failure,
        }
    })
}

/// There is no database yet.
fn missing() -> Failure {
    let message = "there is no database yet";
    Failure::new(Exit::Failed, "database_unusable", message)
        .hint("name the server's with --database, or run this in its folder")
}

fn database(error: &StoreError) -> Failure {
    let failure = Failure::new(Exit::Failed, "database_unusable", error.to_string());
    match error {
        StoreError::InUse => failure.hint(
            "stop the other server, or give this one its own file with --database sqlite:OTHER.db",
        ),
        StoreError::Exists => failure.hint("name a file that does not exist"),
        StoreError::UnknownScheme => failure.hint("for example: --database sqlite:web-mpc.db"),
        StoreError::NewerSchema { .. } => failure.hint("run the newer version of this program"),
        StoreError::Corrupt(_) => {
            failure.hint("restore the file from a backup, or give another with --database")
        }
        _ => failure,
    }
}
