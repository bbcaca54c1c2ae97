//! Links: where a computation is, which one it is, and perhaps the secret of an invitation.
//!
//! ```text
//! https://host[:port]/#<computation>.<fingerprint>[.<seed as base64url>]
//! ```
//!
//! Everything but the host stands in the fragment, which a browser keeps to itself.

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE64URL_NOPAD;
use zeroize::Zeroizing;

use super::key_of;
use crate::crypto::{Invitation, SigningKeyPair};
use crate::ids::{ComputationName, Fingerprint, ParseIdError, ParseNameError};

/// A link to a computation. `Display` shows all of it, `Debug` no secret.
#[derive(Debug, Clone)]
pub struct Link {
    /// `http://` or `https://`, a host and perhaps a port.
    origin: String,
    /// The computation's name, for people.
    pub computation: ComputationName,
    /// Which computation.
    pub fingerprint: Fingerprint,
    /// What admits to it, where it is one for the invited.
    pub invitation: Option<SigningKeyPair<Invitation>>,
}

/// A text is not a link. The text is not repeated: it may hold a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseLinkError {
    /// Not of the form.
    #[error("a link looks like https://host/#computation.fingerprint.secret: was it cut off?")]
    Malformed,
    /// Another scheme.
    #[error("a link begins with http:// or https://")]
    Scheme,
    /// A page or a query in it.
    #[error("a link has nothing between the host and #")]
    Path,
    /// The first part.
    #[error("the link's first part: {0}")]
    Name(#[from] ParseNameError),
    /// The second part.
    #[error("the link's second part, the fingerprint: {0}")]
    Fingerprint(ParseIdError),
    /// The third part.
    #[error("the link's third part, the secret, is not whole: was it cut off?")]
    Secret,
}

impl Link {
    /// A link to a server at `origin`, such as `https://example.org:8080`.
    pub fn new(
        origin: &str,
        computation: ComputationName,
        fingerprint: Fingerprint,
        invitation: Option<SigningKeyPair<Invitation>>,
    ) -> Result<Self, ParseLinkError> {
        let origin = origin.trim_end_matches('/');
        Ok(Self {
            origin: check_origin(origin)?.to_owned(),
            computation,
            fingerprint,
            invitation,
        })
    }

    /// The address of the server: `http://` or `https://`, a host and perhaps a port.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }
}

impl PartialEq for Link {
    fn eq(&self, other: &Self) -> bool {
        let key = |link: &Self| link.invitation.as_ref().map(key_of);
        self.origin == other.origin
            && self.computation == other.computation
            && self.fingerprint == other.fingerprint
            && key(self) == key(other)
    }
}

impl Eq for Link {}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            origin,
            computation,
            fingerprint,
            invitation,
        } = self;
        write!(f, "{origin}/#{computation}.{fingerprint}")?;
        if let Some(keys) = invitation {
            let seed = Zeroizing::new(BASE64URL_NOPAD.encode(&**keys.seed()));
            write!(f, ".{}", *seed)?;
        }
        Ok(())
    }
}

impl FromStr for Link {
    type Err = ParseLinkError;

    fn from_str(text: &str) -> Result<Self, ParseLinkError> {
        let (page, fragment) = text
            .trim()
            .split_once('#')
            .ok_or(ParseLinkError::Malformed)?;
        let origin = check_origin(page.strip_suffix('/').unwrap_or(page))?;
        let mut parts = fragment.split('.');
        let (Some(name), Some(fingerprint)) = (parts.next(), parts.next()) else {
            return Err(ParseLinkError::Malformed);
        };
        let invitation = parts.next().map(read_seed).transpose()?;
        if parts.next().is_some() {
            return Err(ParseLinkError::Malformed);
        }
        Ok(Self {
            origin: origin.to_owned(),
            computation: name.parse()?,
            fingerprint: fingerprint.parse().map_err(ParseLinkError::Fingerprint)?,
            invitation,
        })
    }
}

/// A scheme, a host, perhaps a port, and nothing else.
fn check_origin(origin: &str) -> Result<&str, ParseLinkError> {
    let (scheme, host) = origin.split_once("://").ok_or(ParseLinkError::Malformed)?;
    if !matches!(scheme, "http" | "https") {
        return Err(ParseLinkError::Scheme);
    }
    if host.contains(['/', '?']) {
        return Err(ParseLinkError::Path);
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    if host.is_empty() || !host.chars().all(allowed) {
        return Err(ParseLinkError::Malformed);
    }
    Ok(origin)
}

fn read_seed(text: &str) -> Result<SigningKeyPair<Invitation>, ParseLinkError> {
    let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map(Zeroizing::new);
    let bytes = bytes.map_err(|_| ParseLinkError::Secret)?;
    let mut seed = Zeroizing::new([0; 32]);
    if bytes.len() != seed.len() {
        return Err(ParseLinkError::Secret);
    }
    seed.copy_from_slice(&bytes);
    Ok(SigningKeyPair::from_seed(seed))
}
