//! What a party and an analyst do on the wire, without input or output: the native client and the
//! browser both drive these machines. They take the server's messages, check everything that can be
//! checked, and say what to send next.

mod analyst;
mod fate;
mod joined;
mod leaving;
mod notices;
mod party;
mod question;
mod roster;
mod settings;
mod ticket;

pub use self::analyst::{AnalystError, AnalystSession, AnalystStep, Purpose};
pub use self::fate::{
    Evidence, Fate, FateError, Promise, fate, fate_of_unfinished, fate_of_withdrawal,
};
pub use self::joined::{Joined, PastRound};
pub use self::leaving::Leaving;
pub use self::notices::Announced;
pub use self::party::{
    PartyError, PartyPlan, PartySession, PartyStep, Pins, Request, Sought, Unsent,
};
pub use self::question::{Question, QuestionStep};
pub use self::roster::{Invitee, Roster};
pub use self::settings::Settings;
pub use self::ticket::Ticket;

/// The server broke the protocol: what it sent does not follow from what was asked, or does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Misbehaviour {
    /// A message that is not an answer to what was asked.
    #[error("the server sent a message that is not an answer to what was asked")]
    Unexpected,
    /// A computation that is not the one that was asked for.
    #[error("the server answered with another computation than the one asked for")]
    OtherComputation,
    /// A manifest that does not hold.
    #[error("the server answered with an invalid manifest: {0}")]
    Manifest(#[from] crate::manifest::ManifestError),
    /// Something else that should be signed and is not, or is about something else.
    #[error("the server's {0} does not hold")]
    Unproven(&'static str),
    /// A frame of a reveal.
    #[error(transparent)]
    Reveal(#[from] crate::reveal::RevealError),
}
