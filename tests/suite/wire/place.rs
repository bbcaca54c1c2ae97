//! The files of one server, and servers in this process that use them.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use web_mpc::client::ServerUrl;
use web_mpc::crypto::{Entropy, Identity, Server};
use web_mpc::files::computation_keys::ComputationKeys;
use web_mpc::files::keyfile;
use web_mpc::files::ledger::Ledger;
use web_mpc::server::{self, Clock, Limits, Options, Outcome, ServerError, Tls};
use web_mpc::store;

use super::soon;

/// The files that the embedded store keeps.
const DATABASE: [&str; 3] = ["web-mpc.db", "web-mpc.db-wal", "web-mpc.db-shm"];

/// A directory as a server's user would have it.
#[derive(Debug)]
pub(crate) struct Place {
    directory: TempDir,
}

/// A server in this process.
#[derive(Debug)]
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    stop: CancellationToken,
    task: JoinHandle<Result<Outcome, ServerError>>,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self {
            directory: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    /// A file of it.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// The server's keys, made at the first call.
    pub(crate) fn identity(&self, entropy: &Entropy) -> Identity<Server> {
        let keys = keyfile::load_or_create(&self.file("server-keys.json"), entropy);
        keys.unwrap().identity
    }

    /// Starts a server as its users know it.
    pub(crate) async fn serve(&self) -> Served {
        self.serve_with(Entropy::System, Limits::default()).await
    }

    pub(crate) async fn serve_with(&self, entropy: Entropy, limits: Limits) -> Served {
        self.serve_as(entropy, limits, None).await
    }

    /// The same with TLS, or without.
    pub(crate) async fn serve_as(
        &self,
        entropy: Entropy,
        limits: Limits,
        tls: Option<Tls>,
    ) -> Served {
        let options = self.options(entropy).await;
        Served::start(Options {
            limits,
            tls,
            ..options
        })
        .await
    }

    /// A server that goes by that clock.
    pub(crate) async fn serve_by(&self, clock: Clock) -> Served {
        let options = self.options(Entropy::System).await;
        Served::start(Options { clock, ..options }).await
    }

    async fn options(&self, entropy: Entropy) -> Options {
        let database = format!("sqlite:{}", self.file(DATABASE[0]).display());
        let keys = self.file("server-keys.json");
        Options {
            store: store::open(&database).await.unwrap(),
            identity: self.identity(&entropy),
            computation_keys: ComputationKeys::beside(&keys),
            ledger: Ledger::open(&keys).unwrap(),
            entropy,
            clock: Clock::System,
            webhook: None,
            limits: Limits::default(),
            analysts: None,
            analyst_pages: false,
            origins: Vec::new(),
            tls: None,
            monitor: None,
            once: false,
        }
    }

    /// Copies the database's files, as a backup of a stopped server does.
    pub(crate) fn back_up(&self) -> TempDir {
        let backup = tempfile::tempdir().unwrap();
        for name in DATABASE.iter().filter(|name| self.file(name).exists()) {
            fs::copy(self.file(name), backup.path().join(name)).unwrap();
        }
        backup
    }

    /// Puts back the database's files, and nothing else.
    pub(crate) fn restore(&self, backup: &TempDir) {
        for name in DATABASE {
            drop(fs::remove_file(self.file(name)));
            let saved = backup.path().join(name);
            if saved.exists() {
                fs::copy(saved, self.file(name)).unwrap();
            }
        }
    }

    /// A copy of everything.
    pub(crate) fn duplicate(&self) -> Self {
        let copy = Self::new();
        copy_tree(self.path(), copy.path());
        copy
    }
}

fn copy_tree(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir(&target).unwrap();
            let mode = fs::metadata(entry.path()).unwrap().permissions();
            fs::set_permissions(&target, mode).unwrap();
            copy_tree(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

impl Served {
    async fn start(options: Options) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let task = tokio::spawn(server::serve(listener, options, stop.clone()));
        Self {
            address,
            stop,
            task,
        }
    }

    pub(crate) fn url(&self) -> ServerUrl {
        format!("ws://{}", self.address).parse().unwrap()
    }

    /// Stops it and waits until its files are closed.
    pub(crate) async fn stop(&mut self) {
        self.stop.cancel();
        soon(&mut self.task).await.unwrap().unwrap();
    }
}
