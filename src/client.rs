//! The client: natively connections, retries and the pipeline of a reveal, and everywhere what is
//! asked on a connection. What is said is decided by [`crate::session`]; nothing here prints.
//!
//! Without `native` a connection is one that somebody else has opened: a browser's WebSocket.

mod analyst;
mod conclude;
#[cfg(feature = "native")]
mod connection;
mod inquiry;
mod invitations;
mod list;
#[cfg(feature = "native")]
mod pages;
#[cfg(feature = "native")]
mod party;
mod publication;
#[cfg(feature = "native")]
mod reveal;
#[cfg(feature = "native")]
mod site;
#[cfg(feature = "native")]
mod tls;
#[cfg(feature = "native")]
mod url;
#[cfg(not(feature = "native"))]
mod wired;

#[cfg(feature = "native")]
pub use self::analyst::join;
pub use self::analyst::{announce, audit, count, earlier, freeze, log_in, repeat};
pub use self::conclude::{Found, Proposal, conclude, propose};
#[cfg(feature = "native")]
pub use self::connection::{Connection, Incoming};
pub use self::inquiry::{appraise, inquire, leave};
pub use self::invitations::{invite, revoke, roster};
#[cfg(feature = "native")]
pub use self::list::list;
pub use self::list::listed;
#[cfg(feature = "native")]
pub use self::pages::Pages;
#[cfg(feature = "native")]
pub use self::party::{PartyEvent, PartyHost, find, inclusion, invitation, submit, withdraw};
pub use self::publication::{Told, publish, published};
#[cfg(feature = "native")]
pub use self::reveal::{RevealHost, Tools, reveal};
#[cfg(feature = "native")]
pub use self::site::{Served, SiteError, served};
#[cfg(feature = "native")]
pub use self::tls::Distrust;
#[cfg(feature = "native")]
pub use self::url::{ParseUrlError, ServerUrl};
#[cfg(not(feature = "native"))]
pub use self::wired::{Arrival, Broken, Connection, Frame, Incoming, Wire};

#[cfg(feature = "native")]
use std::time::Duration;

#[cfg(feature = "native")]
use crate::files::roots::RootsError;
use crate::invitation::ListError;
use crate::protocol::Refusal;
use crate::publication::PublicationError;
use crate::reveal::RevealError;
use crate::session::{AnalystError, FateError, Misbehaviour, PartyError};
#[cfg(feature = "native")]
use crate::workers::WorkersError;

/// What a host could not do: its own error.
pub type HostError = Box<dyn std::error::Error + Send + Sync>;

/// What went wrong, by who is at fault.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// Nobody answers there.
    #[cfg(feature = "native")]
    #[error("cannot reach the server at {url}: {reason}")]
    Unreachable {
        /// Where.
        url: ServerUrl,
        /// What the operating system says.
        reason: String,
    },
    /// Somebody else answers there, or the server in another way.
    #[cfg(feature = "native")]
    #[error("what answers at {url} does not speak {wanted}")]
    OtherProtocol {
        /// Where.
        url: ServerUrl,
        /// What was to be spoken.
        wanted: &'static str,
    },
    /// The server's certificate is not accepted: nothing was said to it.
    #[cfg(feature = "native")]
    #[error("the certificate of {url} is not accepted: {why}")]
    Untrusted {
        /// Where.
        url: ServerUrl,
        /// Why not.
        why: Distrust,
    },
    /// Nobody's certificate could be checked.
    #[cfg(feature = "native")]
    #[error(transparent)]
    Roots(#[from] RootsError),
    /// The connection was lost.
    #[error("the connection to the server was lost")]
    Lost,
    /// The server did not answer in time.
    #[error("the server did not answer in time")]
    TimedOut,
    /// The wait that the person allowed is over.
    #[cfg(feature = "native")]
    #[error("the computation is not there after {} s", .0.as_secs())]
    NotReady(Duration),
    /// The server said no.
    #[error("{0}")]
    Refused(Refusal),
    /// The server broke the protocol.
    #[error(transparent)]
    Misbehaviour(#[from] Misbehaviour),
    /// An input party cannot go on.
    #[error(transparent)]
    Party(PartyError),
    /// An analyst cannot go on.
    #[error(transparent)]
    Analyst(AnalystError),
    /// People cannot be invited so.
    #[error(transparent)]
    Invitations(#[from] ListError),
    /// A proof about a submission cannot be used.
    #[error(transparent)]
    Fate(#[from] FateError),
    /// A published result cannot be used.
    #[error(transparent)]
    Publication(#[from] PublicationError),
    /// A file that the host keeps.
    #[error(transparent)]
    Host(HostError),
    /// The cryptography threads.
    #[cfg(feature = "native")]
    #[error(transparent)]
    Workers(#[from] WorkersError),
    /// The person stopped it.
    #[error("stopped")]
    Cancelled,
}

impl From<PartyError> for ClientError {
    fn from(error: PartyError) -> Self {
        match error {
            PartyError::Refused(refusal) => Self::Refused(refusal),
            PartyError::Misbehaviour(misbehaviour) => Self::Misbehaviour(misbehaviour),
            other => Self::Party(other),
        }
    }
}

impl From<AnalystError> for ClientError {
    fn from(error: AnalystError) -> Self {
        match error {
            AnalystError::Refused(refusal) => Self::Refused(refusal),
            AnalystError::Misbehaviour(misbehaviour) => Self::Misbehaviour(misbehaviour),
            other => Self::Analyst(other),
        }
    }
}

impl From<RevealError> for ClientError {
    fn from(error: RevealError) -> Self {
        Self::Misbehaviour(Misbehaviour::Reveal(error))
    }
}

impl ClientError {
    /// Whether trying again later may help, without anybody changing anything.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            #[cfg(feature = "native")]
            Self::Unreachable { .. } => true,
            Self::Lost | Self::TimedOut => true,
            Self::Refused(refusal) => refusal.code.is_passing(),
            _ => false,
        }
    }
}

/// Pauses between tries: quick at first, since programs are often started together, then calm.
#[cfg(feature = "native")]
#[derive(Debug, Clone)]
pub struct BackOff {
    next: Duration,
}

#[cfg(feature = "native")]
impl BackOff {
    const FIRST: Duration = Duration::from_millis(100);
    const LONGEST: Duration = Duration::from_secs(2);

    /// Waits; each time a little longer.
    pub async fn pause(&mut self) {
        tokio::time::sleep(self.next).await;
        self.next = (self.next * 3 / 2).min(Self::LONGEST);
    }

    /// Begins anew, after progress.
    pub fn reset(&mut self) {
        self.next = Self::FIRST;
    }
}

#[cfg(feature = "native")]
impl Default for BackOff {
    fn default() -> Self {
        Self { next: Self::FIRST }
    }
}
