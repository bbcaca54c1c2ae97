//! The relay: takes submissions at any time, keeps them sealed, and is one of the two compute
//! parties when the analyst reveals.
//!
//! ```text
//! serve ── accept ── tls ── http (upgrade) ── connection ─┬─ submit, inclusion        (parties)
//!            │                                            ├─ withdraw, invitations    (both)
//!            │                                            ├─ create, analyst, freeze  (the analyst)
//!            │                                            └─ reveal ── pages
//! gate       └─ what one address may do
//! monitor ── metrics           for the operator, on an address of its own
//! webhooks                     tells the operator's receiver what happens
//! computations ── live         what is in memory, loaded from the store
//! memory                       how much of it
//! safe                         box keys and ledger, in files beside the server's keys
//! ```
//!
//! Invariants:
//!
//! 1. Whatever a client sends has a limit in size and in time, and ends in an answer or a refusal;
//!    a connection holds a bounded amount of memory.
//! 2. What is answered as stored is on the disk.
//! 3. Arithmetic runs on the pool, never on the threads that serve connections.
//! 4. No log holds what a client wrote, nor a key, a box, a share or a value.

mod analyst;
mod clock;
mod computations;
mod connection;
mod create;
mod freeze;
mod gate;
mod http;
mod inclusion;
mod invitations;
mod live;
mod list;
mod lost;
mod memory;
mod meter;
mod metrics;
mod monitor;
mod origin;
mod pages;
mod publish;
mod purge;
mod refusals;
mod reveal;
mod safe;
mod socket;
mod stored;
mod submit;
mod tls;
mod track;
mod waiting;
mod webhooks;
mod withdraw;

pub use self::clock::Clock;
pub use self::gate::AddressLimits;
pub use self::lost::rolled_back;
pub use self::origin::{Origin, ParseOriginError};
pub use self::tls::{Tls, TlsError};
pub use self::webhooks::{Endpoint, EndpointError, Secrets, SecretsError, Webhook};

use std::collections::HashSet;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::computations::{Bounds, Computations};
use self::gate::Gate;
use self::memory::Room;
use self::metrics::Metrics;
use self::safe::Safe;
use crate::crypto::{Entropy, Identity, Server};
use crate::files::computation_keys::ComputationKeys;
use crate::files::ledger::Ledger;
use crate::ids::KeyId;
use crate::protocol::{Refusal, limits};
use crate::store::Store;
use crate::web;
use crate::workers::{Workers, WorkersError};

/// Time for what is under way to finish when the server stops.
const DRAIN: Duration = Duration::from_secs(10);

/// Pause after the operating system refused a connection: it is out of descriptors, and trying again
/// at once would only burn a core.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Proofs of inclusion and published results that are read at the same time: each holds up to the
/// largest accept bitmap and what was rejected of its batch, or a result and the keys of all invited.
const READING: usize = 8;

/// Bytes of all long answers together that are on their way at once and were made for one client each:
/// four times what one address may keep.
const LARGE_ANSWERS: usize = 256 << 20;

/// Manifests that are tried out at the same time: what one comes to has up to tens of megabytes.
const CREATING: usize = 4;

/// Clients that are told at the same time that there are too many; beyond that, none is told.
const TURNED_AWAY: usize = 64;

/// Deadlines of a connection; each is explained in [`limits`].
#[derive(Debug, Clone, Copy)]
#[expect(
    missing_docs,
    reason = "named as the constants that are their defaults"
)]
pub struct Deadlines {
    pub handshake: Duration,
    pub hello: Duration,
    pub message: Duration,
    pub write: Duration,
    pub ping: Duration,
    pub silence: Duration,
    pub verdicts: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            handshake: limits::HANDSHAKE,
            hello: limits::HELLO,
            message: limits::MESSAGE,
            write: limits::WRITE,
            ping: limits::PING_INTERVAL,
            silence: limits::SILENCE,
            verdicts: limits::VERDICTS,
        }
    }
}

impl Deadlines {
    /// None is missed by a clock that runs as often.
    fn shortest(&self) -> Duration {
        self.hello
            .min(self.message)
            .min(self.write)
            .min(self.ping)
            .min(self.silence)
    }
}

/// What a server allows.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at the same time.
    pub max_connections: usize,
    /// What one address may do.
    pub per_address: AddressLimits,
    /// Computations at the same time, those that are over too.
    pub max_computations: u64,
    /// The same of one analyst.
    pub max_computations_per_analyst: u64,
    /// How long a device that uses an invitation may object to another one that has its link too.
    pub takeover_wait: Duration,
    /// Times.
    pub deadlines: Deadlines,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_connections: 16_384,
            per_address: AddressLimits::default(),
            // Far more than anybody needs, few enough for one disk whoever makes them.
            max_computations: 10_000,
            max_computations_per_analyst: 1000,
            // Long enough for a person who is asked by another way, on a working day.
            takeover_wait: Duration::from_secs(24 * 3600),
            deadlines: Deadlines::default(),
        }
    }
}

/// What a server works with.
#[derive(Debug)]
pub struct Options {
    /// Where computations and submissions are kept. It is closed at the end.
    pub store: Arc<dyn Store>,
    /// The keys that name this server.
    pub identity: Identity<Server>,
    /// The box keys of computations, beside the file of the keys above.
    pub computation_keys: ComputationKeys,
    /// What was frozen and committed, beside the same file.
    pub ledger: Ledger,
    /// Where randomness comes from.
    pub entropy: Entropy,
    /// Where the time comes from.
    pub clock: Clock,
    /// What is allowed.
    pub limits: Limits,
    /// Who may create computations; anybody where nothing is said.
    pub analysts: Option<HashSet<KeyId>>,
    /// Whether the pages that open an analyst's key are served too.
    pub analyst_pages: bool,
    /// Other hosts whose pages may connect.
    pub origins: Vec<Origin>,
    /// The certificate to show; without one, connections are not encrypted.
    pub tls: Option<Tls>,
    /// Where the operator's programs ask for `/metrics`, `/healthz` and `/readyz`.
    pub monitor: Option<TcpListener>,
    /// Who is told of what happens to computations.
    pub webhook: Option<Webhook>,
    /// Whether to end after the first reveal.
    pub once: bool,
}

/// How a server came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was told to stop.
    Stopped,
    /// It was to end after the first reveal, which is over.
    Revealed,
}

/// A server cannot serve.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The threads for cryptography cannot be started.
    #[error(transparent)]
    Workers(#[from] WorkersError),
    /// What is stored cannot be read, or the ledger cannot be written; the log says why.
    #[error("the server cannot start: {0}")]
    Start(#[source] Refusal),
}

/// What all connections share.
#[derive(Debug)]
struct Shared {
    store: Arc<dyn Store>,
    identity: Identity<Server>,
    safe: Safe,
    entropy: Entropy,
    clock: Clock,
    limits: Limits,
    analysts: Option<HashSet<KeyId>>,
    pages: web::Host,
    origins: Vec<Origin>,
    tls: Option<Tls>,
    gate: Gate,
    metrics: Metrics,
    workers: Workers,
    /// Has the long messages of clients that are on their way.
    room: Room,
    /// Has the long answers on their way that are made for one client.
    answers: Room,
    computations: Computations,
    /// Held while it is decided what of a result is not shown: with very many cohorts that takes
    /// seconds of a thread, and never of more than one.
    deciding: Arc<tokio::sync::Mutex<()>>,
    /// Held while the log of who has submitted is read for an analyst, and rounds are compared: both may
    /// take long, and one of the store's readers stays free for everybody else.
    tracking: Arc<tokio::sync::Mutex<()>>,
    /// Held while a long record is read for somebody.
    reading: Semaphore,
    /// Held while a computation is created.
    creating: Semaphore,
    /// Connections are to say goodbye.
    stopping: CancellationToken,
    /// A reveal is over and its analyst has been told.
    revealed: CancellationToken,
}

impl Shared {
    fn new(options: Options) -> Result<Self, WorkersError> {
        Ok(Self {
            store: options.store,
            identity: options.identity,
            safe: Safe::new(options.computation_keys, options.ledger),
            entropy: options.entropy,
            clock: options.clock,
            limits: options.limits,
            analysts: options.analysts,
            pages: web::Host::Relay {
                analyst_pages: options.analyst_pages,
            },
            origins: options.origins,
            tls: options.tls,
            gate: Gate::new(options.limits.per_address),
            metrics: Metrics::default(),
            workers: Workers::new()?,
            room: Room::new(limits::LARGE_MESSAGES),
            answers: Room::new(LARGE_ANSWERS),
            computations: Computations::new(Bounds::default()),
            deciding: Arc::default(),
            tracking: Arc::default(),
            reading: Semaphore::new(READING),
            creating: Semaphore::new(CREATING),
            stopping: CancellationToken::new(),
            revealed: CancellationToken::new(),
        })
    }
}

/// Serves clients on a bound listener until `shutdown` or, if asked for, the end of the first reveal.
/// Then finishes what is under way and closes the store.
pub async fn serve(
    listener: TcpListener,
    mut options: Options,
    shutdown: CancellationToken,
) -> Result<Outcome, ServerError> {
    let (once, monitor) = (options.once, options.monitor.take());
    let webhook = options.webhook.take();
    let shared = Arc::new(Shared::new(options)?);
    shared.reconcile().await.map_err(ServerError::Start)?;
    let delivering = match webhook {
        Some(webhook) => Some(webhooks::begin(webhook, &shared).await?),
        None => None,
    };
    let connections = TaskTracker::new();
    // A task of its own: what it spawns starts on the same thread, without waking another one.
    let accepting = accept(listener, Arc::clone(&shared), connections.clone());
    let accepting = tokio::spawn(accepting);
    let monitoring = monitor.map(|monitor| {
        let monitoring = monitor::serve(monitor, Arc::clone(&shared));
        tokio::spawn(monitoring)
    });
    let outcome = tokio::select! {
        biased;
        () = shutdown.cancelled() => Outcome::Stopped,
        () = shared.revealed.cancelled(), if once => Outcome::Revealed,
    };
    accepting.abort();
    // From here on the port is free.
    drop(accepting.await);
    shared.stopping.cancel();
    connections.close();
    let drained = async {
        connections.wait().await;
        // What the last connections have changed is told too, if the receiver takes it.
        if let Some(delivering) = &delivering {
            delivering.finish().await;
        }
    };
    if timeout(DRAIN, drained).await.is_err() {
        tracing::warn!("connections were cut off, or events wait for the next start");
    }
    if let Some(monitoring) = monitoring {
        monitoring.abort();
    }
    shared.store.close().await;
    Ok(outcome)
}

/// Accepts connections for ever.
async fn accept(listener: TcpListener, shared: Arc<Shared>, connections: TaskTracker) {
    let places = Arc::new(Semaphore::new(shared.limits.max_connections));
    let refused = Arc::new(Semaphore::new(TURNED_AWAY));
    loop {
        let (stream, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                pause(&error).await;
                continue;
            }
        };
        let pass = shared.gate.admit(peer.ip(), Instant::now());
        let place = Arc::clone(&places).try_acquire_owned();
        if let (Some(pass), Ok(place)) = (pass, place) {
            let shared = Arc::clone(&shared);
            connections.spawn(async move {
                without_delay(&stream);
                shared.metrics.connections.count();
                connection::serve(Arc::clone(&shared), stream, pass).await;
                shared.metrics.connections_ended.count();
                drop(place);
            });
            continue;
        }
        shared.metrics.turned_away.count();
        if shared.tls.is_some() {
            // Who expects TLS would take words in clear for those of another server, and give up.
        } else if let Ok(place) = Arc::clone(&refused).try_acquire_owned() {
            connections.spawn(async move {
                http::turn_away(stream).await;
                drop(place);
            });
        }
    }
}

async fn pause(error: &io::Error) {
    tracing::warn!(%error, "a connection could not be accepted");
    sleep(ACCEPT_PAUSE).await;
}

/// Answers are single small packets: waiting for more of them would only delay each.
fn without_delay(stream: &TcpStream) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "the connection may be slow");
    }
}

#[cfg(test)]
mod tests;
