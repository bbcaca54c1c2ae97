//! The files that `make web` makes, as they were when this program was built.

use data_encoding::HEXLOWER;
use hyper::header::{ACCEPT_ENCODING, HeaderMap};

use super::LIST;
use crate::crypto::sha256_untagged;

pub(super) const PARTY_PAGE: &str = "index.html";
/// The page that opens an analyst's key, in the list of files.
pub const ANALYST_PAGE: &str = "analyst.html";

/// One file.
#[derive(Debug)]
pub(super) struct File {
    pub(super) name: &'static str,
    bytes: &'static [u8],
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

static FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/bundle.rs"));

/// How bytes are encoded on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Identity,
    Brotli,
    Gzip,
}

/// Whether the pages are part of this program.
#[must_use]
pub fn is_built() -> bool {
    !FILES.is_empty()
}

/// Names the pages: SHA-256 of the list of their hashes, as `sha256sum bundle.txt` shows it.
#[must_use]
pub fn hash() -> Option<String> {
    file(LIST).map(|list| hash_of(list.bytes))
}

/// SHA-256 as `sha256sum` shows it.
#[must_use]
pub fn hash_of(bytes: &[u8]) -> String {
    HEXLOWER.encode(sha256_untagged(&[bytes]).as_bytes())
}

/// The file with that name.
pub(super) fn file(name: &str) -> Option<&'static File> {
    FILES.iter().find(|file| file.name == name)
}

#[cfg(test)]
pub(super) fn files() -> &'static [File] {
    FILES
}

impl File {
    /// Its bytes in the best encoding that is taken.
    pub(super) fn encoded(&self, asked: &HeaderMap) -> (&'static [u8], Encoding) {
        match (self.brotli, self.gzip) {
            (Some(brotli), _) if takes(asked, "br") => (brotli, Encoding::Brotli),
            (_, Some(gzip)) if takes(asked, "gzip") => (gzip, Encoding::Gzip),
            _ => (self.bytes, Encoding::Identity),
        }
    }

    /// For a browser to say what it has.
    pub(super) fn tag(&self, encoding: Encoding) -> String {
        let hash = hash_of(self.bytes);
        let ending = match encoding {
            Encoding::Identity => "",
            Encoding::Brotli => "-br",
            Encoding::Gzip => "-gz",
        };
        format!("\"{hash}{ending}\"")
    }

    pub(super) fn content_type(&self) -> &'static str {
        match self.name.rsplit('.').next() {
            Some("html") => "text/html; charset=utf-8",
            Some("js") => "text/javascript; charset=utf-8",
            Some("css") => "text/css; charset=utf-8",
            Some("svg") => "image/svg+xml",
            Some("wasm") => "application/wasm",
            Some("json") => "application/json",
            Some("txt") => "text/plain; charset=utf-8",
            _ => "application/octet-stream",
        }
    }
}

/// Whether an encoding is among those that are taken, and not with `q=0`.
fn takes(asked: &HeaderMap, encoding: &str) -> bool {
    let values = asked.get_all(ACCEPT_ENCODING).iter();
    let mut items = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    items.any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let named = parts
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        let refused = parts.any(|part| {
            let quality = part.to_ascii_lowercase().replace(' ', "");
            let digits = quality
                .strip_prefix("q=")
                .and_then(|digits| digits.parse::<f32>().ok());
            digits.is_some_and(|quality| quality <= 0.0)
        });
        named && !refused
    })
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    #[test]
    fn encodings_are_taken_as_they_are_offered() {
        for (value, brotli, gzip) in [
            ("gzip, deflate, br", true, true),
            ("GZIP;q=0.5", false, true),
            ("br;q=0, gzip", false, true),
            ("br; q=0.0", false, false),
            ("brr, xgzip", false, false),
            ("", false, false),
        ] {
            let asked = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(value))]);
            assert_eq!(
                (takes(&asked, "br"), takes(&asked, "gzip")),
                (brotli, gzip),
                "{value}"
            );
        }
        assert!(!takes(&HeaderMap::new(), "br"));
    }
}
