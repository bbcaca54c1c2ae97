//! TLS on the client's side: which certificates are believed, and what is said of the others.

use std::io;
use std::path::Path;
use std::sync::Arc;

use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{
    self, CertificateError, ClientConfig, InvalidMessage, OtherError, RootCertStore,
};
use tokio_util::either::Either;

use super::{ClientError, ServerUrl};
use crate::files::pem::{self, PemError};

/// The one protocol that is spoken inside TLS (RFC 7301).
const HTTP_1_1: &[u8] = b"http/1.1";

/// Bytes to and from a server, with TLS or without.
pub(super) type Stream = Either<TcpStream, Box<TlsStream<TcpStream>>>;

/// Certificates cannot be checked, since there are none to check them by.
#[derive(Debug, thiserror::Error)]
pub enum RootsError {
    /// The file that was named.
    #[error(transparent)]
    Pem(#[from] PemError),
    /// The certificates in it are none of a CA.
    #[error("what {} holds cannot be trusted as a certificate", .0.display())]
    Unusable(std::path::PathBuf),
    /// This machine has none.
    #[error("this machine has no certificates that it trusts")]
    None,
    /// TLS cannot be set up at all.
    #[error("TLS cannot be used: {0}")]
    Tls(rustls::Error),
}

/// Why a server's certificate is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Distrust {
    /// Its time is over.
    #[error("it has expired")]
    Expired,
    /// Its time has not come.
    #[error("it is not valid yet")]
    NotYetValid,
    /// It is for another name.
    #[error("it is not for that name")]
    OtherName,
    /// Nobody who is trusted has signed it.
    #[error("no CA that is trusted here has signed it")]
    UnknownIssuer,
    /// It is a CA's own, which a server does not show.
    #[error("it is the certificate of a CA, not of a server")]
    OfCa,
    /// It was taken back.
    #[error("it was revoked")]
    Revoked,
    /// Everything else.
    #[error("it is invalid")]
    Invalid,
}

/// What TLS begins with: the certificates of that file, or else those that this machine trusts.
pub(super) fn connector(ca_cert: Option<&Path>) -> Result<TlsConnector, RootsError> {
    let roots = match ca_cert {
        Some(path) => named_roots(path)?,
        None => own_roots()?,
    };
    let provider = Arc::new(ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(RootsError::Tls)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![HTTP_1_1.to_vec()];
    Ok(TlsConnector::from(Arc::new(config)))
}

/// All of them must be good: a file that a person names is not believed by halves.
fn named_roots(path: &Path) -> Result<RootCertStore, RootsError> {
    let mut roots = RootCertStore::empty();
    for certificate in pem::certificates(path)? {
        let added = roots.add(certificate);
        added.map_err(|_| RootsError::Unusable(path.to_owned()))?;
    }
    Ok(roots)
}

/// Those that can be read: a machine has hundreds, and one that is odd is no reason to trust none.
fn own_roots() -> Result<RootCertStore, RootsError> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        return Err(RootsError::None);
    }
    Ok(roots)
}

/// Shakes hands, and sees to it that the server is the one at that address.
pub(super) async fn secure(
    connector: &TlsConnector,
    stream: TcpStream,
    url: &ServerUrl,
) -> Result<Stream, ClientError> {
    let (host, _) = url.address();
    let name = ServerName::try_from(host.to_owned()).map_err(|_| ClientError::Untrusted {
        url: url.clone(),
        why: Distrust::OtherName,
    })?;
    match connector.connect(name, stream).await {
        Ok(stream) => Ok(Either::Right(Box::new(stream))),
        Err(error) => Err(failure(&error, url)),
    }
}

/// What a failed handshake means. Only what comes from the network itself may pass.
fn failure(error: &io::Error, url: &ServerUrl) -> ClientError {
    let source = error.get_ref();
    match source.and_then(|source| source.downcast_ref::<rustls::Error>()) {
        Some(rustls::Error::InvalidCertificate(why)) => ClientError::Untrusted {
            url: url.clone(),
            why: distrust(why),
        },
        Some(rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType)) => {
            ClientError::OtherProtocol {
                url: url.clone(),
                wanted: "TLS",
            }
        }
        _ => ClientError::Unreachable {
            url: url.clone(),
            reason: error.to_string(),
        },
    }
}

fn distrust(error: &CertificateError) -> Distrust {
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => Distrust::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            Distrust::NotYetValid
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            Distrust::OtherName
        }
        // A signature that does not fit is that of another CA with the same name.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => Distrust::UnknownIssuer,
        CertificateError::Revoked => Distrust::Revoked,
        CertificateError::Other(other) if is_of_ca(other) => Distrust::OfCa,
        _ => Distrust::Invalid,
    }
}

/// This case has no variant of its own in rustls.
fn is_of_ca(error: &OtherError) -> bool {
    error.to_string() == "CaUsedAsEndEntity"
}
