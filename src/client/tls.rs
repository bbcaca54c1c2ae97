//! TLS on the client's side: which certificates are believed, and what is said of the others.

use std::io;
use std::path::Path;

use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{self, CertificateError, InvalidMessage, OtherError};
use tokio_util::either::Either;

use super::{ClientError, ServerUrl};
use crate::files::roots::{self, RootsError};

/// Bytes to and from a server, with TLS or without.
pub(super) type Stream = Either<TcpStream, Box<TlsStream<TcpStream>>>;

/// Connects, with TLS where the address says so.
pub(super) async fn open(url: &ServerUrl) -> Result<Stream, ClientError> {
    let unreachable = |error: io::Error| ClientError::Unreachable {
        url: url.clone(),
        reason: error.to_string(),
    };
    // First: a file that is wrong is told even while there is no server yet.
    let connector = url
        .is_secure()
        .then(|| connector(url.ca_cert()))
        .transpose()?;
    let stream = TcpStream::connect(url.address())
        .await
        .map_err(unreachable)?;
    stream.set_nodelay(true).map_err(unreachable)?;
    Ok(match connector {
        Some(connector) => secure(&connector, stream, url).await?,
        None => Either::Left(stream),
    })
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
    let config = roots::client_config(ca_cert)?;
    Ok(TlsConnector::from(config))
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
