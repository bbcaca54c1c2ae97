//! The server over a real loopback socket and a real database, spoken to in raw messages.

mod dates;
mod freeze;
mod journey;
mod lengths;
mod limits;
mod memory;
mod monitor;
mod quotas;
mod refusals;
mod track;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_util::sync::CancellationToken;

use super::{Clock, Limits, Options, Outcome, ServerError, serve};
use crate::batch::Batch;
use crate::crypto::{Entropy, Identity, PublicIdentity, Server, SigningKeyPair, Tag};
use crate::files::computation_keys::ComputationKeys;
use crate::files::ledger::Ledger;
use crate::fixtures::World;
use crate::ids::{Digest, Nonce};
use crate::manifest::{Action, Manifest, Notice, ServerKeys, Terms, VERSION};
use crate::protocol::{
    ClientMessage, ErrorCode, Refusal, ServerMessage, Standing, Which, challenge, decode, encode,
};
use crate::record::{Record, Signed};
use crate::store;

/// Nothing in these tests takes as long.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running server; its files outlive it.
struct Running {
    address: SocketAddr,
    shutdown: CancellationToken,
    task: JoinHandle<Result<Outcome, ServerError>>,
}

impl Running {
    async fn start(directory: &TempDir) -> Self {
        Self::with(directory, Limits::default(), false).await
    }

    async fn with(directory: &TempDir, limits: Limits, once: bool) -> Self {
        Self::serving(options(directory, limits, once).await).await
    }

    async fn serving(options: Options) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shutdown = CancellationToken::new();
        let task = tokio::spawn(serve(listener, options, shutdown.clone()));
        Self {
            address,
            shutdown,
            task,
        }
    }

    async fn stop(self) {
        self.shutdown.cancel();
        assert_eq!(self.ended().await, Outcome::Stopped);
    }

    async fn ended(self) -> Outcome {
        let ended = timeout(PATIENCE, self.task).await.unwrap();
        ended.unwrap().unwrap()
    }

    async fn connect(&self) -> Client {
        let stream = TcpStream::connect(self.address).await.unwrap();
        let url = format!("ws://{}/", self.address);
        let (stream, _) = tokio_tungstenite::client_async(url, stream).await.unwrap();
        Client { stream }
    }

    /// A client that has said `hello`.
    async fn greeted(&self) -> (Client, Nonce) {
        let mut client = self.connect().await;
        let hello = ClientMessage::Hello { version: VERSION };
        match client.ask(&hello).await {
            ServerMessage::Welcome { nonce, .. } => (client, nonce),
            other => panic!("{other:?}"),
        }
    }

    /// The analyst of that world's computation.
    async fn logged_in(&self, world: &World) -> Client {
        let (mut client, server_nonce) = self.greeted().await;
        match client.ask(&login(world, &server_nonce)).await {
            ServerMessage::LoggedIn { signature } => {
                let body = login_body(world, &server_nonce);
                let key = identity().signing;
                assert!(key.public().verify(Tag::LOGIN_ANSWER, &body, &signature));
                client
            }
            other => panic!("{other:?}"),
        }
    }

    /// Creates a computation.
    async fn create(&self, seed: u64, change: impl FnOnce(&mut Manifest)) -> World {
        let (mut client, _) = self.greeted().await;
        let (world, signed) = client.propose(seed, change).await;
        match client.ask(&ClientMessage::Create(signed)).await {
            ServerMessage::Computation(standing) => {
                let agreed = Terms::agreed(&standing.manifest).unwrap();
                assert_eq!(agreed, world.terms);
                world
            }
            other => panic!("{other:?}"),
        }
    }
}

/// What a server works with whose files are there.
async fn options(directory: &TempDir, limits: Limits, once: bool) -> Options {
    let database = directory.path().join("test.db");
    let keys = directory.path().join("server-keys.json");
    Options {
        store: store::open(&format!("sqlite:{}", database.display()))
            .await
            .unwrap(),
        identity: identity(),
        computation_keys: ComputationKeys::beside(&keys),
        ledger: Ledger::open(&keys).unwrap(),
        entropy: Entropy::System,
        clock: Clock::System,
        limits,
        analysts: None,
        analyst_pages: false,
        origins: Vec::new(),
        tls: None,
        monitor: None,
        webhook: None,
        once,
    }
}

/// The same in every run of a test, as its file would be.
fn identity() -> Identity<Server> {
    Identity::generate(&mut <rand::rngs::StdRng as rand::SeedableRng>::seed_from_u64(77))
}

fn server() -> PublicIdentity<Server> {
    identity().public()
}

const ANALYST_NONCE: Nonce = Nonce::new([3; 32]);

fn login_body(world: &World, server_nonce: &Nonce) -> Vec<u8> {
    let fingerprint = &world.terms.fingerprint;
    challenge(&server(), fingerprint, &ANALYST_NONCE, server_nonce)
}

fn login(world: &World, server_nonce: &Nonce) -> ClientMessage {
    let body = login_body(world, server_nonce);
    ClientMessage::Login {
        fingerprint: world.terms.fingerprint,
        nonce: ANALYST_NONCE,
        signature: world.analyst.signing.sign(Tag::LOGIN, &body),
    }
}

fn freeze(world: &World) -> ClientMessage {
    let notice = Notice::following(world.terms.fingerprint, None, 1, Action::Freeze);
    ClientMessage::Notice(Signed::sign(&notice, &world.analyst.signing))
}

fn by_name(world: &World, wait: bool) -> ClientMessage {
    let which = Which::Name(world.terms.manifest.name.clone());
    ClientMessage::Lookup { which, wait }
}

fn by_fingerprint(world: &World) -> ClientMessage {
    let which = Which::Fingerprint(world.terms.fingerprint);
    ClientMessage::Lookup { which, wait: false }
}

/// One raw client.
struct Client {
    stream: WebSocketStream<TcpStream>,
}

impl Client {
    async fn send(&mut self, message: Message) {
        self.stream.send(message).await.unwrap();
    }

    async fn say(&mut self, message: &ClientMessage) {
        self.send(Message::Text(encode(message).into())).await;
    }

    /// The next frame, or nothing when the server has hung up.
    async fn frame(&mut self) -> Option<Message> {
        loop {
            let next = timeout(PATIENCE, self.stream.next()).await.unwrap();
            match next {
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(frame)) => return Some(frame),
            }
        }
    }

    async fn hear(&mut self) -> ServerMessage {
        match self.frame().await {
            Some(Message::Text(text)) => decode(&text).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    async fn hear_frame(&mut self) -> Vec<u8> {
        match self.frame().await {
            Some(Message::Binary(bytes)) => bytes.to_vec(),
            other => panic!("{other:?}"),
        }
    }

    async fn ask(&mut self, message: &ClientMessage) -> ServerMessage {
        self.say(message).await;
        self.hear().await
    }

    async fn hear_refusal(&mut self) -> Refusal {
        match self.hear().await {
            ServerMessage::Error(refusal) => refusal,
            other => panic!("{other:?}"),
        }
    }

    async fn refused(&mut self, message: &ClientMessage) -> ErrorCode {
        self.say(message).await;
        self.hear_refusal().await.code
    }

    async fn look_up(&mut self, message: &ClientMessage) -> Box<Standing> {
        match self.ask(message).await {
            ServerMessage::Computation(standing) => standing,
            other => panic!("{other:?}"),
        }
    }

    async fn freeze(&mut self, world: &World) -> Batch {
        match self.ask(&freeze(world)).await {
            ServerMessage::Frozen(batch) => batch.open(identity().signing.public()).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    /// Asks for a box key and writes a manifest that names it.
    async fn propose(
        &mut self,
        seed: u64,
        change: impl FnOnce(&mut Manifest),
    ) -> (World, Signed<Manifest>) {
        let computation_key = match self.ask(&ClientMessage::ComputationKey {}).await {
            ServerMessage::ComputationKey(key) => key,
            other => panic!("{other:?}"),
        };
        let mut world = World::new(seed);
        let mut manifest = world.terms.manifest.clone();
        manifest.server = ServerKeys {
            identity: server(),
            computation_key,
        };
        change(&mut manifest);
        let signed = Signed::sign(&manifest, &world.analyst.signing);
        world.terms = Terms::proposed(&signed).unwrap();
        (world, signed)
    }
}

/// A record of that length: JSON may have blanks.
fn padded<T: Record>(record: &T, keys: &SigningKeyPair<T::Signer>, len: usize) -> Signed<T> {
    let mut body = Signed::sign(record, keys).body;
    assert!(body.0.len() <= len);
    body.0.resize(len, b' ');
    let signature = keys.sign(T::TAG, &body.0);
    Signed::from_parts(body, signature)
}

/// Prepares with a root that the analyst has.
fn prepare(root: Digest) -> ClientMessage {
    ClientMessage::Prepare { root }
}

/// Copies the database of a server that is not running.
fn copy_database(directory: &Path, from: &str, to: &str) {
    for ending in ["", "-wal", "-shm"] {
        let (from, to) = (
            directory.join(format!("{from}{ending}")),
            directory.join(format!("{to}{ending}")),
        );
        if from.exists() {
            std::fs::copy(from, to).unwrap();
        } else if to.exists() {
            std::fs::remove_file(to).unwrap();
        }
    }
}

fn directory() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// Shares the terms, as those who work on pages want them.
fn shared_terms(world: &World) -> Arc<Terms> {
    Arc::new(world.terms.clone())
}
