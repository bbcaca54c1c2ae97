//! Where a server is.

use std::fmt;
use std::str::FromStr;

use hyper::Uri;

/// The address of a server: `ws://host:port`. `http://` is read as `ws://`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerUrl {
    host: String,
    port: u16,
    path: String,
}

/// A text is not the address of a server. The text is not repeated: it might carry a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseUrlError {
    /// Not a URL with a host.
    #[error("a server's address looks like ws://127.0.0.1:8080")]
    Malformed,
    /// Another scheme.
    #[error("a server's address begins with ws:// or http://")]
    Scheme,
    /// `wss` or `https`.
    #[error(
        "this version does not speak TLS: reach the server through a tunnel \
         (ssh -L 8080:127.0.0.1:8080 HOST) and use ws://127.0.0.1:8080"
    )]
    Tls,
}

impl ServerUrl {
    /// Host and port, for a TCP connection.
    #[must_use]
    pub fn address(&self) -> (&str, u16) {
        (
            self.host.trim_start_matches('[').trim_end_matches(']'),
            self.port,
        )
    }

    /// Whether it is the address that all programs use when none is given.
    #[must_use]
    pub fn is_default(&self) -> bool {
        (self.host.as_str(), self.port, self.path.as_str()) == ("127.0.0.1", 8080, "/")
    }
}

impl FromStr for ServerUrl {
    type Err = ParseUrlError;

    fn from_str(text: &str) -> Result<Self, ParseUrlError> {
        let uri: Uri = text.trim().parse().map_err(|_| ParseUrlError::Malformed)?;
        match uri.scheme_str() {
            Some("ws" | "http") => {}
            Some("wss" | "https") => return Err(ParseUrlError::Tls),
            Some(_) => return Err(ParseUrlError::Scheme),
            None => return Err(ParseUrlError::Malformed),
        }
        let authority = uri.authority().ok_or(ParseUrlError::Malformed)?;
        let host = authority.host();
        let bracketed = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'));
        // `http` takes brackets anywhere in a name.
        let well_formed = match bracketed {
            Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
            None => !host.is_empty() && !host.contains(['[', ']']),
        };
        if !well_formed || authority.as_str().contains('@') {
            return Err(ParseUrlError::Malformed);
        }
        Ok(Self {
            host: host.to_owned(),
            port: authority.port_u16().unwrap_or(80),
            path: uri.path().to_owned(),
        })
    }
}

impl fmt::Display for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ws://{}:{}", self.host, self.port)?;
        if self.path == "/" {
            Ok(())
        } else {
            f.write_str(&self.path)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_in_both_schemes() {
        let read = |text: &str| text.parse::<ServerUrl>().map(|url| url.to_string());
        assert_eq!(
            read("ws://127.0.0.1:8080"),
            Ok("ws://127.0.0.1:8080".into())
        );
        assert_eq!(read("http://example.org"), Ok("ws://example.org:80".into()));
        assert_eq!(read("http://[::1]:9/x/"), Ok("ws://[::1]:9/x/".into()));
        assert_eq!(read("wss://example.org"), Err(ParseUrlError::Tls));
        assert_eq!(read("ftp://example.org"), Err(ParseUrlError::Scheme));
        for bad in [
            "",
            "127.0.0.1:8080",
            "ws://",
            "ws://user@host",
            "nonsense",
            "ws://a[::1]b/",
            "ws://[1.2.3.4]/",
        ] {
            assert!(read(bad).is_err(), "{bad:?}");
        }
        let url: ServerUrl = "ws://[::1]:9".parse().unwrap();
        assert_eq!(url.address(), ("::1", 9));
    }
}
