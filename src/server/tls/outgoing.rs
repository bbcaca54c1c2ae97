//! TLS where the server is the one that connects: to the receiver of its events.

use std::fmt;
use std::io;
use std::path::Path;

use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::ServerName;

use crate::files::roots::{self, RootsError};

/// Whose certificates are believed.
#[derive(Clone)]
pub(in crate::server) struct Outgoing(TlsConnector);

impl Outgoing {
    /// Those in a file or signed by one of them, or else those that this machine trusts.
    pub(in crate::server) fn new(ca_cert: Option<&Path>) -> Result<Self, RootsError> {
        let config = roots::client_config(ca_cert)?;
        Ok(Self(TlsConnector::from(config)))
    }

    /// Shakes hands, and sees to it that the other side is the one with that name.
    pub(in crate::server) async fn connect(
        &self,
        host: &str,
        stream: TcpStream,
    ) -> io::Result<TlsStream<TcpStream>> {
        let name = ServerName::try_from(host.to_owned());
        let name = name.map_err(|_| io::ErrorKind::InvalidInput)?;
        self.0.connect(name, stream).await
    }
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Outgoing(..)")
    }
}
