//! The native client: connections, retries and the pipeline of a reveal. What is said on a
//! connection is decided by [`crate::session`]; nothing here prints.

mod analyst;
mod connection;
mod party;
mod reveal;
mod tls;
mod url;

pub use self::analyst::{announce, audit, count, earlier, freeze, join};
pub use self::connection::{Connection, Incoming};
pub use self::party::{PartyEvent, PartyHost, find, inclusion, submit};
pub use self::reveal::{Found, RevealHost, Tools, reveal};
pub use self::tls::{Distrust, RootsError};
pub use self::url::{ParseUrlError, ServerUrl};

use std::time::Duration;

use crate::protocol::Refusal;
use crate::reveal::RevealError;
use crate::session::{AnalystError, FateError, Misbehaviour, PartyError};
use crate::workers::WorkersError;

/// What a host could not do: its own error.
pub type HostError = Box<dyn std::error::Error + Send + Sync>;

/// What went wrong, by who is at fault.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// Nobody answers there.
    #[error("cannot reach the server at {url}: {reason}")]
    Unreachable {
        /// Where.
        url: ServerUrl,
        /// What the operating system says.
        reason: String,
    },
    /// Somebody else answers there, or the server in another way.
    #[error("what answers at {url} does not speak {wanted}")]
    OtherProtocol {
        /// Where.
        url: ServerUrl,
        /// What was to be spoken.
        wanted: &'static str,
    },
    /// The server's certificate is not accepted: nothing was said to it.
    #[error("the certificate of {url} is not accepted: {why}")]
    Untrusted {
        /// Where.
        url: ServerUrl,
        /// Why not.
        why: Distrust,
    },
    /// Nobody's certificate could be checked.
    #[error(transparent)]
    Roots(#[from] RootsError),
    /// The connection was lost.
    #[error("the connection to the server was lost")]
    Lost,
    /// The server did not answer in time.
    #[error("the server did not answer in time")]
    TimedOut,
    /// The wait that the person allowed is over.
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
    /// A proof about a submission cannot be used.
    #[error(transparent)]
    Fate(#[from] FateError),
    /// A file that the host keeps.
    #[error(transparent)]
    Host(HostError),
    /// The cryptography threads.
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
            Self::Unreachable { .. } | Self::Lost | Self::TimedOut => true,
            Self::Refused(refusal) => refusal.code.is_passing(),
            _ => false,
        }
    }
}

/// Pauses between tries: quick at first, since programs are often started together, then calm.
#[derive(Debug, Clone)]
pub struct BackOff {
    next: Duration,
}

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

impl Default for BackOff {
    fn default() -> Self {
        Self { next: Self::FIRST }
    }
}
