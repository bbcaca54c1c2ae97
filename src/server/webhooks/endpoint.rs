//! Where events are sent to. The path and the query may hold a token: they are shown nowhere.

use std::fmt;
use std::net::IpAddr;

use hyper::Uri;

/// An address that events are sent to.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    pub(super) secure: bool,
    pub(super) host: String,
    pub(super) port: u16,
    /// What follows the host.
    pub(super) target: Uri,
    /// What stands in the `Host` header.
    pub(super) authority: String,
}

/// A text is not the address of a webhook. The text is not repeated: it may hold a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// Not a URL with a host.
    #[error("a webhook's address looks like https://example.org/events")]
    Malformed,
    /// Another scheme.
    #[error("a webhook's address begins with https:// or http://")]
    Scheme,
    /// A name or a password before the host.
    #[error("a webhook's address has no name and password in it: events are signed")]
    Credentials,
    /// `http` to another machine.
    #[error("http:// reaches this machine only: whoever is on the way could read the events")]
    Exposed,
}

impl Endpoint {
    /// Reads an address. `http` leads to this machine only, unless `plain` allows it everywhere.
    pub fn read(text: &str, plain: bool) -> Result<Self, EndpointError> {
        let uri: Uri = text.trim().parse().map_err(|_| EndpointError::Malformed)?;
        let secure = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            Some(_) => return Err(EndpointError::Scheme),
            None => return Err(EndpointError::Malformed),
        };
        let authority = uri.authority().ok_or(EndpointError::Malformed)?;
        if authority.as_str().contains('@') {
            return Err(EndpointError::Credentials);
        }
        let host = authority.host().trim_matches(['[', ']']).to_owned();
        if host.is_empty() {
            return Err(EndpointError::Malformed);
        }
        if !secure && !plain && !is_local(&host) {
            return Err(EndpointError::Exposed);
        }
        let target = uri.path_and_query().map_or("/", |target| target.as_str());
        Ok(Self {
            secure,
            host,
            port: authority
                .port_u16()
                .unwrap_or(if secure { 443 } else { 80 }),
            target: target.parse().map_err(|_| EndpointError::Malformed)?,
            authority: authority.as_str().to_owned(),
        })
    }

    /// Whether that is this machine.
    pub(super) fn is_local(&self) -> bool {
        is_local(&self.host)
    }
}

fn is_local(host: &str) -> bool {
    match host.parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => host.eq_ignore_ascii_case("localhost"),
    }
}

/// Scheme, host and port.
impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.secure { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.authority)
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({self}/..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_their_secrets_not_shown() {
        let read = |text: &str| Endpoint::read(text, false);
        let url = read("https://hooks.example.org/T0/token?key=secret").unwrap();
        assert_eq!((url.host.as_str(), url.port), ("hooks.example.org", 443));
        assert_eq!(url.target, "/T0/token?key=secret");
        assert_eq!(url.to_string(), "https://hooks.example.org");
        assert!(!format!("{url:?}").contains("token"));
        let url = read("http://[::1]:9000").unwrap();
        assert_eq!((url.host.as_str(), url.port), ("::1", 9000));
        assert_eq!(
            (url.target.path(), url.authority.as_str()),
            ("/", "[::1]:9000")
        );
        for local in [
            "http://127.0.0.1:1/x",
            "http://LOCALHOST/",
            "http://127.9.9.9",
        ] {
            assert!(read(local).unwrap().is_local());
        }
        for (text, error) in [
            ("", EndpointError::Malformed),
            ("example.org", EndpointError::Malformed),
            ("https://", EndpointError::Malformed),
            ("ftp://example.org", EndpointError::Scheme),
            ("https://me:secret@example.org", EndpointError::Credentials),
            ("http://example.org", EndpointError::Exposed),
            ("http://10.0.0.7/", EndpointError::Exposed),
            ("http://localhost.example.org/", EndpointError::Exposed),
        ] {
            assert_eq!(read(text), Err(error), "{text:?}");
            assert!(!error.to_string().contains("secret"));
        }
        assert!(Endpoint::read("http://10.0.0.7/", true).is_ok());
    }
}
