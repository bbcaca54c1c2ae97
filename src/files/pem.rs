//! Certificates and private keys of TLS, in the text form of RFC 7468 (PEM).

use std::path::{Path, PathBuf};

use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use zeroize::Zeroizing;

use super::{FileError, open_existing, read_up_to};

/// Longest file that is read, in bytes: more than all roots of an operating system together.
const LONGEST: u64 = 1024 * 1024;

/// A file of certificates or a key cannot be used. Nothing in it is repeated.
#[derive(Debug, thiserror::Error)]
pub enum PemError {
    /// It cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// There is none.
    #[error("there is no file {}", .0.display())]
    Missing(PathBuf),
    /// It is larger than any such file.
    #[error("{} is too large to hold certificates or a key", .0.display())]
    TooLarge(PathBuf),
    /// It has no certificate, or a damaged one.
    #[error("{} does not hold certificates in PEM", .0.display())]
    NoCertificate(PathBuf),
    /// It has no private key that can be read.
    #[error("{} does not hold a private key in PEM without a passphrase", .0.display())]
    NoKey(PathBuf),
}

/// All certificates in a file, one at least.
pub fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, PemError> {
    let bytes = read(path)?;
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    match read {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(PemError::NoCertificate(path.to_owned())),
    }
}

/// The first private key in a file.
pub fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, PemError> {
    let bytes = read(path)?;
    PrivateKeyDer::from_pem_slice(&bytes).map_err(|_| PemError::NoKey(path.to_owned()))
}

fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, PemError> {
    let file = open_existing(path)?.ok_or_else(|| PemError::Missing(path.to_owned()))?;
    let read = read_up_to(&file, LONGEST).map_err(FileError::at("read", path))?;
    read.ok_or_else(|| PemError::TooLarge(path.to_owned()))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn certificates_and_keys_are_read_or_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file.pem");
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let (certificate, key) = (made.cert.pem(), made.signing_key.serialize_pem());
        // One file may hold both.
        fs::write(&path, format!("{certificate}{key}")).unwrap();
        assert_eq!(certificates(&path).unwrap().len(), 1);
        private_key(&path).unwrap();

        fs::write(&path, &key).unwrap();
        let no_certificate = certificates(&path).unwrap_err();
        assert!(matches!(no_certificate, PemError::NoCertificate(_)));
        fs::write(&path, &certificate).unwrap();
        assert!(matches!(private_key(&path), Err(PemError::NoKey(_))));
        let damaged = certificate.replace("END CERTIFICATE", "END");
        fs::write(&path, format!("{certificate}{damaged}")).unwrap();
        assert!(certificates(&path).is_err());
        let encrypted = key.replace("PRIVATE", "ENCRYPTED PRIVATE");
        fs::write(&path, encrypted).unwrap();
        assert!(matches!(private_key(&path), Err(PemError::NoKey(_))));

        fs::write(&path, vec![b'-'; 2 * 1024 * 1024]).unwrap();
        assert!(matches!(certificates(&path), Err(PemError::TooLarge(_))));
        fs::remove_file(&path).unwrap();
        let missing = certificates(&path).unwrap_err().to_string();
        assert!(missing.starts_with("there is no file "), "{missing}");
    }
}
