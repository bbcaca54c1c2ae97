//! TLS on the server's side: the certificate that it shows, which can be exchanged while it runs.

mod outgoing;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::server::NoServerSessionStorage;
use tokio_rustls::rustls::{self, InconsistentKeys, ServerConfig};
use tokio_rustls::server::TlsStream;
use tokio_util::either::Either;

pub(super) use self::outgoing::Outgoing;
use crate::files::pem::{self, PemError};

/// The one protocol that is spoken inside TLS (RFC 7301), so that a browser does not begin another.
const HTTP_1_1: &[u8] = b"http/1.1";

/// A client's bytes, with TLS or without. What TLS holds of a connection lies elsewhere, so that
/// connections without it are not larger for it.
pub(super) type Stream = Either<TcpStream, Box<TlsStream<TcpStream>>>;

/// A certificate and its key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// One of the files.
    #[error(transparent)]
    Pem(#[from] PemError),
    /// The files do not belong together.
    #[error("{} does not hold the key of the certificate in {}", .key.display(), .certificate.display())]
    OtherKey {
        /// File of the certificate.
        certificate: PathBuf,
        /// File of the key.
        key: PathBuf,
    },
    /// The certificate or its key is of a kind that TLS does not know.
    #[error("{} cannot be used for TLS: {reason}", .certificate.display())]
    Unusable {
        /// File of the certificate.
        certificate: PathBuf,
        /// Why.
        reason: rustls::Error,
    },
}

/// A certificate in use. Clones share it.
#[derive(Clone)]
pub struct Tls(Arc<Shown>);

struct Shown {
    certificate: PathBuf,
    key: PathBuf,
    /// What new connections begin with.
    config: RwLock<Arc<ServerConfig>>,
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tls(..)")
    }
}

impl Tls {
    /// Reads a certificate, with those that lead to its CA behind it, and its key.
    pub fn load(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let config = configure(certificate, key)?;
        Ok(Self(Arc::new(Shown {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
            config: RwLock::new(Arc::new(config)),
        })))
    }

    /// Reads both files again, for the connections that come from now on. When that fails, what was
    /// there before stays in use.
    pub fn reload(&self) -> Result<(), TlsError> {
        let config = configure(&self.0.certificate, &self.0.key)?;
        let mut current = self
            .0
            .config
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *current = Arc::new(config);
        Ok(())
    }

    /// Shakes hands with a client, within the deadline.
    pub(super) async fn accept(&self, stream: TcpStream, deadline: Duration) -> Option<Stream> {
        let config = {
            let current = self.0.config.read().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(&current)
        };
        match timeout(deadline, TlsAcceptor::from(config).accept(stream)).await {
            Ok(Ok(stream)) => return Some(Either::Right(Box::new(stream))),
            Ok(Err(error)) => tracing::debug!(%error, "not TLS"),
            Err(_) => tracing::debug!("no TLS within its time"),
        }
        None
    }
}

fn configure(certificate: &Path, key: &Path) -> Result<ServerConfig, TlsError> {
    let chain = pem::certificates(certificate)?;
    let private_key = pem::private_key(key)?;
    let provider = Arc::new(ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| {
            let builder = builder.with_no_client_auth();
            builder.with_single_cert(chain, private_key)
        });
    let mut config = config.map_err(|reason| match reason {
        rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => TlsError::OtherKey {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
        },
        reason => TlsError::Unusable {
            certificate: certificate.to_owned(),
            reason,
        },
    })?;
    config.alpn_protocols = vec![HTTP_1_1.to_vec()];
    // Clients come once or stay: sessions to be resumed would be kept for nothing, and would outlive
    // the certificate that they began with.
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    Ok(config)
}
