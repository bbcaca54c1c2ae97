//! Where a server is.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use hyper::Uri;

use crate::invitation::Link;

/// The port that all programs use when none is given.
const DEFAULT_PORT: u16 = 8080;

/// The address of a server, `ws://host:port` or `wss://host:port`, and whose word is taken for it
/// that the server there is the right one. `http` is read as `ws`, `https` as `wss`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerUrl {
    secure: bool,
    host: String,
    port: u16,
    path: String,
    ca_cert: Option<PathBuf>,
}

/// A text is not the address of a server. The text is not repeated: it might carry a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseUrlError {
    /// Not a URL with a host.
    #[error("a server's address looks like ws://127.0.0.1:8080")]
    Malformed,
    /// Another scheme.
    #[error("a server's address begins with ws://, wss://, http:// or https://")]
    Scheme,
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

    /// The same address, with certificates trusted that are in that file or signed by one of them,
    /// and no others. Without a file, those count that this machine trusts.
    #[must_use]
    pub fn trusting(mut self, ca_cert: Option<PathBuf>) -> Self {
        self.ca_cert = ca_cert;
        self
    }

    /// The file of trusted certificates, if one was named.
    #[must_use]
    pub fn ca_cert(&self) -> Option<&Path> {
        self.ca_cert.as_deref()
    }

    /// The same address as a browser writes it, up to the first slash behind the host.
    #[must_use]
    pub fn page(&self) -> String {
        let scheme = if self.secure { "https" } else { "http" };
        let usual = if self.secure { 443 } else { 80 };
        if self.port == usual {
            format!("{scheme}://{}/", self.host)
        } else {
            format!("{scheme}://{}:{}/", self.host, self.port)
        }
    }

    /// What is asked for there: the path.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// Whether the connection is one over TLS.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// Whether what is said there crosses a network in clear.
    #[must_use]
    pub fn is_exposed(&self) -> bool {
        let (host, _) = self.address();
        let local = match host.parse::<IpAddr>() {
            Ok(address) => address.is_loopback(),
            Err(_) => host.eq_ignore_ascii_case("localhost"),
        };
        !self.secure && !local
    }

    /// Whether it is the address that all programs use when none is given.
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.clone().trusting(None) == Self::default()
    }
}

impl ServerUrl {
    /// Where a server would have to listen to be found here; nothing if that is the default.
    #[must_use]
    pub fn listen(&self) -> Option<String> {
        let (host, port) = self.address();
        let local = |address: &IpAddr| address.is_loopback();
        let at = match host.parse::<IpAddr>() {
            Ok(address) if local(&address) => SocketAddr::new(address, port),
            Ok(IpAddr::V6(_)) => SocketAddr::new(Ipv6Addr::UNSPECIFIED.into(), port),
            Err(_) if host.eq_ignore_ascii_case("localhost") => {
                SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port)
            }
            Ok(IpAddr::V4(_)) | Err(_) => SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), port),
        };
        let default = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), DEFAULT_PORT);
        (at != default).then(|| at.to_string())
    }
}

impl TryFrom<&Link> for ServerUrl {
    type Error = ParseUrlError;

    /// Where a link leads.
    fn try_from(link: &Link) -> Result<Self, ParseUrlError> {
        link.origin().parse()
    }
}

impl Default for ServerUrl {
    /// The address that all programs use when none is given.
    fn default() -> Self {
        Self {
            secure: false,
            host: Ipv4Addr::LOCALHOST.to_string(),
            port: DEFAULT_PORT,
            path: "/".to_owned(),
            ca_cert: None,
        }
    }
}

impl FromStr for ServerUrl {
    type Err = ParseUrlError;

    fn from_str(text: &str) -> Result<Self, ParseUrlError> {
        let uri: Uri = text.trim().parse().map_err(|_| ParseUrlError::Malformed)?;
        let secure = match uri.scheme_str() {
            Some("ws" | "http") => false,
            Some("wss" | "https") => true,
            Some(_) => return Err(ParseUrlError::Scheme),
            None => return Err(ParseUrlError::Malformed),
        };
        let usual_port = if secure { 443 } else { 80 };
        let authority = uri.authority().ok_or(ParseUrlError::Malformed)?;
        let host = authority.host();
        let bracketed = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'));
        // `http` takes brackets anywhere in a name.
        let well_formed = match bracketed {
            Some(address) => address.parse::<Ipv6Addr>().is_ok(),
            None => !host.is_empty() && !host.contains(['[', ']']),
        };
        if !well_formed || authority.as_str().contains('@') {
            return Err(ParseUrlError::Malformed);
        }
        Ok(Self {
            secure,
            host: host.to_owned(),
            port: authority.port_u16().unwrap_or(usual_port),
            path: uri.path().to_owned(),
            ca_cert: None,
        })
    }
}

impl fmt::Display for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.secure { "wss" } else { "ws" };
        write!(f, "{scheme}://{}:{}", self.host, self.port)?;
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
        assert_eq!(
            read("wss://example.org"),
            Ok("wss://example.org:443".into())
        );
        assert_eq!(read("https://[::1]:9"), Ok("wss://[::1]:9".into()));
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

    #[test]
    fn pages_have_the_address_that_a_browser_writes() {
        for (url, page) in [
            ("ws://127.0.0.1:8080", "http://127.0.0.1:8080/"),
            ("wss://mpc.example/ws", "https://mpc.example/"),
            ("ws://mpc.example", "http://mpc.example/"),
            ("wss://[::1]:9", "https://[::1]:9/"),
        ] {
            let read: ServerUrl = url.parse().unwrap();
            assert_eq!(read.page(), page, "{url}");
        }
    }

    #[test]
    fn only_a_connection_in_clear_to_another_machine_is_exposed() {
        for (url, exposed) in [
            ("ws://127.0.0.1:8080", false),
            ("ws://127.9.9.9", false),
            ("ws://[::1]:8080", false),
            ("http://LocalHost", false),
            ("ws://localhost.example", true),
            ("ws://10.0.0.7", true),
            ("ws://[fd00::1]", true),
            ("ws://example.org", true),
            ("wss://example.org", false),
        ] {
            let read: ServerUrl = url.parse().unwrap();
            assert_eq!(read.is_exposed(), exposed, "{url}");
        }
    }

    #[test]
    fn whose_word_is_taken_is_no_part_of_the_address() {
        let trusting = ServerUrl::default().trusting(Some("ca.pem".into()));
        assert!(trusting.is_default());
        assert_eq!(trusting.to_string(), ServerUrl::default().to_string());
        assert_eq!(trusting.ca_cert(), Some(Path::new("ca.pem")));
    }

    #[test]
    fn a_server_is_told_where_it_would_be_found() {
        assert_eq!(ServerUrl::default().to_string(), "ws://127.0.0.1:8080");
        for (url, listen) in [
            ("ws://127.0.0.1:8080", None),
            ("ws://localhost:8080", None),
            ("ws://127.0.0.1:9", Some("127.0.0.1:9")),
            ("ws://localhost:9", Some("127.0.0.1:9")),
            ("ws://[::1]:8080", Some("[::1]:8080")),
            ("ws://example.org:8080", Some("0.0.0.0:8080")),
            ("ws://10.0.0.7", Some("0.0.0.0:80")),
            ("ws://[fd00::1]:9", Some("[::]:9")),
        ] {
            let read: ServerUrl = url.parse().unwrap();
            assert_eq!(read.listen().as_deref(), listen, "{url}");
        }
    }
}
