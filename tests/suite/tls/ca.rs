//! A CA of the tests.

use std::fs;
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd,
};
use web_mpc::server::Tls;

/// Somebody who signs certificates.
pub(crate) struct Ca(CertifiedIssuer<'static, KeyPair>);

/// A server's certificate and key, in files.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

impl Ca {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params
            .distinguished_name
            .push(DnType::CommonName, "CA of the tests");
        let key = KeyPair::generate().unwrap();
        Self(CertifiedIssuer::self_signed(params, key).unwrap())
    }

    /// Its own certificate, in a file.
    pub(crate) fn file(&self, folder: &Path) -> PathBuf {
        let path = folder.join("ca.pem");
        fs::write(&path, self.0.pem()).unwrap();
        path
    }

    /// A certificate for a server's name or address.
    pub(crate) fn issue(&self, folder: &Path, name: &str) -> Shown {
        self.issue_with(folder, name, |_| {})
    }

    /// The same with something about it changed.
    pub(crate) fn issue_with(
        &self,
        folder: &Path,
        name: &str,
        change: impl FnOnce(&mut CertificateParams),
    ) -> Shown {
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        Shown::write(folder, &certificate.pem(), &key)
    }

    /// Its own certificate as if it were a server's.
    pub(crate) fn shown(&self, folder: &Path) -> Shown {
        Shown::write(folder, &self.0.pem(), self.0.key())
    }
}

impl Shown {
    fn write(folder: &Path, certificate: &str, key: &KeyPair) -> Self {
        let shown = Self {
            certificate: folder.join("cert.pem"),
            key: folder.join("key.pem"),
        };
        fs::write(&shown.certificate, certificate).unwrap();
        fs::write(&shown.key, key.serialize_pem()).unwrap();
        shown
    }

    pub(crate) fn load(&self) -> Tls {
        Tls::load(&self.certificate, &self.key).unwrap()
    }

    /// What tells a server to show it.
    pub(crate) fn args(&self) -> [&str; 4] {
        let certificate = self.certificate.to_str().unwrap();
        let key = self.key.to_str().unwrap();
        ["--tls-cert", certificate, "--tls-key", key]
    }
}

/// Over since long.
pub(crate) fn expired(params: &mut CertificateParams) {
    params.not_after = date_time_ymd(2020, 1, 1);
}

/// Not yet, and not soon.
pub(crate) fn to_come(params: &mut CertificateParams) {
    params.not_before = date_time_ymd(2999, 1, 1);
}
