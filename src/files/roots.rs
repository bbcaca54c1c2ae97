//! Whose certificates are believed where a program connects to another one.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore};

use super::pem::{self, PemError};

/// The one protocol that is spoken inside TLS (RFC 7301).
const HTTP_1_1: &[u8] = b"http/1.1";

/// Certificates cannot be checked, since there are none to check them by.
#[derive(Debug, thiserror::Error)]
pub enum RootsError {
    /// The file that was named.
    #[error(transparent)]
    Pem(#[from] PemError),
    /// The certificates in it are none of a CA.
    #[error("what {} holds cannot be trusted as a certificate", .0.display())]
    Unusable(PathBuf),
    /// This machine has none.
    #[error("this machine has no certificates that it trusts")]
    None,
    /// TLS cannot be set up at all.
    #[error("TLS cannot be used: {0}")]
    Tls(rustls::Error),
}

/// What TLS begins with: the certificates of that file, or else those that this machine trusts.
pub fn client_config(ca_cert: Option<&Path>) -> Result<Arc<ClientConfig>, RootsError> {
    let roots = match ca_cert {
        Some(path) => named(path)?,
        None => own()?,
    };
    let provider = Arc::new(ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(RootsError::Tls)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![HTTP_1_1.to_vec()];
    Ok(Arc::new(config))
}

/// All of them must be good: a file that a person names is not believed by halves.
fn named(path: &Path) -> Result<RootCertStore, RootsError> {
    let mut roots = RootCertStore::empty();
    for certificate in pem::certificates(path)? {
        let added = roots.add(certificate);
        added.map_err(|_| RootsError::Unusable(path.to_owned()))?;
    }
    Ok(roots)
}

/// Those that can be read: a machine has hundreds, and one that is odd is no reason to trust none.
fn own() -> Result<RootCertStore, RootsError> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        return Err(RootsError::None);
    }
    Ok(roots)
}
