//! Pages of another host that may connect: a static copy of ours.

use std::str::FromStr;

use hyper::Uri;
use hyper::header::{HeaderMap, ORIGIN};

/// The origin of pages, `https://host` or `https://host:port`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

/// A text is not an origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an origin looks like https://pages.example")]
pub struct ParseOriginError;

impl Origin {
    /// Whether a request comes from one of its pages.
    pub(super) fn asks(&self, headers: &HeaderMap) -> bool {
        headers
            .get(ORIGIN)
            .is_some_and(|origin| origin.as_bytes() == self.0.as_bytes())
    }
}

impl FromStr for Origin {
    type Err = ParseOriginError;

    fn from_str(text: &str) -> Result<Self, ParseOriginError> {
        let uri: Uri = text.trim().parse().map_err(|_| ParseOriginError)?;
        let scheme = uri
            .scheme_str()
            .filter(|scheme| ["http", "https"].contains(scheme));
        let (Some(scheme), Some(authority)) = (scheme, uri.authority()) else {
            return Err(ParseOriginError);
        };
        let bare = uri.path() == "/" && uri.query().is_none();
        if !bare || authority.as_str().contains('@') {
            return Err(ParseOriginError);
        }
        // As browsers write it: in small letters, without the scheme's own port.
        let host = authority.as_str().to_ascii_lowercase();
        let usual = if scheme == "http" { ":80" } else { ":443" };
        let host = host.strip_suffix(usual).unwrap_or(&host);
        Ok(Self(format!("{scheme}://{host}")))
    }
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    #[test]
    fn origins_are_read_and_compared_as_browsers_write_them() {
        let from = |origin: &'static str| {
            HeaderMap::from_iter([(ORIGIN, HeaderValue::from_static(origin))])
        };
        let origin: Origin = "https://Pages.Example:443/".parse().unwrap();
        assert!(origin.asks(&from("https://pages.example")));
        for other in [
            "http://pages.example",
            "https://pages.example:444",
            "null",
            "https://x",
        ] {
            assert!(!origin.asks(&from(other)), "{other}");
        }
        assert!(!origin.asks(&HeaderMap::new()));
        for bad in [
            "",
            "*",
            "pages.example",
            "ftp://a",
            "https://a/b",
            "https://a?b",
            "https://u@a",
        ] {
            assert_eq!(bad.parse::<Origin>(), Err(ParseOriginError), "{bad}");
        }
    }
}
