//! The wire: what client and server say to each other. `docs/PROTOCOL.md` tells the same in prose,
//! with an example of every message.
//!
//! A text frame holds one JSON object with one member, whose name is the message's type. The pages
//! of a reveal travel in binary frames ([`crate::reveal::frame`]). Unknown types, unknown fields and
//! double fields are refused.
#![cfg_attr(
    not(test),
    deny(clippy::arithmetic_side_effects, clippy::as_conversions)
)]

mod error;
mod invitations;
pub mod limits;
mod listing;

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub use self::error::{ErrorCode, Refusal};
pub use self::invitations::{Departure, RosterList};
pub use self::listing::{Listed, list_challenge};
use crate::batch::{Batch, Commit, Hiding, Presence, Release, ResultRecord};
use crate::crypto::{Analyst, PublicIdentity, Server};
use crate::ids::{
    Blob, ComputationName, Digest, Fingerprint, InvitationKey, Nonce, PartyKey, Signature,
    SubmissionHash,
};
use crate::invitation::InvitationStanding;
use crate::json;
use crate::manifest::{ComputationKey, Manifest, Notice, Phase};
use crate::measurement::Rejection;
use crate::publication::PublishedResult;
use crate::record::{Countersigned, Signed};
use crate::submission::{Receipt, Submission, Withdrawal, WithdrawalReceipt};
use crate::tracking::Tracked;

/// From a client to the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ClientMessage {
    /// The first message of a connection. Answered by [`ServerMessage::Welcome`].
    Hello {
        /// [`crate::manifest::VERSION`].
        version: u32,
    },
    /// Asks for a computation. Answered by [`ServerMessage::Computation`]; before that, where there
    /// is none and the client waits, by [`ServerMessage::Waiting`].
    Lookup {
        /// Which.
        #[serde(flatten)]
        which: Which,
        /// Whether the answer may come once there is such a computation.
        wait: bool,
    },
    /// Hands in one version of one party's data. Answered by [`ServerMessage::Receipt`].
    Submit(Submission),
    /// Takes a party's submission back. Answered by [`ServerMessage::Withdrawn`].
    Withdraw(Signed<Withdrawal>),
    /// Asks what an invitation is worth. Answered by [`ServerMessage::Invitation`].
    Invitation {
        /// Which computation.
        fingerprint: Fingerprint,
        /// Which invitation.
        key: InvitationKey,
        /// The invitation's signature over the question ([`crate::invitation::sign_lookup`]).
        signature: Signature,
    },
    /// Asks whether a party's submission was counted. Answered by [`ServerMessage::Inclusion`].
    Inclusion {
        /// Which computation.
        fingerprint: Fingerprint,
        /// Whose submission.
        party_key: PartyKey,
    },
    /// Asks for a fresh box key for a computation that this connection will create. Answered by
    /// [`ServerMessage::ComputationKey`].
    ComputationKey {},
    /// Creates a computation. Answered by [`ServerMessage::Computation`].
    Create(Signed<Manifest>),
    /// Opens the analyst's view of its computation to this connection, for reading. Answered by
    /// [`ServerMessage::LoggedIn`].
    Login {
        /// Which computation.
        fingerprint: Fingerprint,
        /// The analyst's, against replays.
        nonce: Nonce,
        /// The analyst's signature over the challenge ([`challenge`]).
        signature: Signature,
    },
    /// Asks which computations an analyst has. Answered by [`ServerMessage::Computations`].
    List {
        /// Who asks.
        analyst: PublicIdentity<Analyst>,
        /// The analyst's, against replays.
        nonce: Nonce,
        /// The analyst's signature over the challenge ([`list_challenge`]).
        signature: Signature,
        /// The last computation that the analyst has.
        after: Option<Fingerprint>,
    },
    /// Asks to be told how many parties have submitted, now and whenever it changes. Answered by
    /// [`ServerMessage::Submissions`], again and again.
    Watch {},
    /// Asks what may be seen beside the total. Answered by [`ServerMessage::Tracked`].
    Track {},
    /// Applies a notice. A freeze is answered by [`ServerMessage::Frozen`].
    Notice(Signed<Notice>),
    /// Adds invitations. Answered by [`ServerMessage::Computation`].
    Invite {
        /// Says so, with the list's hash.
        notice: Signed<Notice>,
        /// The list ([`crate::invitation::InvitationList`]).
        list: Blob,
    },
    /// Takes back invitations that nobody has used. Answered by [`ServerMessage::Computation`].
    Revoke {
        /// Says so, with the hash of the keys.
        notice: Signed<Notice>,
        /// Which.
        keys: Vec<InvitationKey>,
    },
    /// Asks for the lists of invitations that were sent. Answered by [`ServerMessage::Roster`].
    Roster {
        /// The number of the notice whose list the analyst has; 0 for none.
        after: u64,
    },
    /// Asks for the pages of the frozen batch. Answered by binary frames.
    Prepare {
        /// Root of the batch that the analyst has in its journal.
        root: Digest,
    },
    /// Commits to what both sides found. Answered by [`ServerMessage::Committed`].
    Commit(Signed<Commit>),
    /// Asks for the server's share of how many gave each part that may be left empty. Answered by
    /// [`ServerMessage::Presence`].
    Presence {},
    /// Hands in the analyst's share of the same and what is hidden because of it. Answered by
    /// [`ServerMessage::Released`].
    Hide(Signed<Hiding>),
    /// Asks for the server's aggregate share, where nothing is counted before. Answered by
    /// [`ServerMessage::Released`].
    Release {},
    /// Hands in the analyst's record of the result. Answered by [`ServerMessage::Recorded`].
    Result(Signed<ResultRecord>),
    /// Publishes the result, where the manifest says so. Answered by [`ServerMessage::Published`].
    Publish {
        /// The result.
        record: Signed<PublishedResult>,
        /// A key to it for each invitation, one after the other; none where everybody may read it.
        keys: Blob,
    },
    /// Asks for a result that was published. Answered by [`ServerMessage::Publication`].
    Publication {
        /// Of which computation.
        fingerprint: Fingerprint,
        /// Whose key to it is asked for as well.
        invitation: Option<InvitationKey>,
    },
    /// Asks for the parties' signatures of a frozen batch, in the batch's order. Answered by
    /// [`ServerMessage::Signatures`].
    Signatures {
        /// The last party key that the analyst has.
        after: Option<PartyKey>,
    },
}

/// Which computation a client asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// The newest round of that name.
    Name(ComputationName),
    /// The one with that fingerprint.
    Fingerprint(Fingerprint),
}

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => name.fmt(f),
            Self::Fingerprint(fingerprint) => fingerprint.fmt(f),
        }
    }
}

/// From the server to a client. What only an analyst is told is read only where there may be one: the
/// input party's page takes it for no message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ServerMessage {
    /// Answers `hello`.
    Welcome {
        /// [`crate::manifest::VERSION`].
        version: u32,
        /// The server's keys.
        server: PublicIdentity<Server>,
        /// The server's part of a login challenge.
        nonce: Nonce,
    },
    /// There is no such computation yet; the answer will come on this connection.
    Waiting {},
    /// A computation as it stands.
    Computation(Box<Standing>),
    /// The submission is on the disk.
    Receipt(Signed<Receipt>),
    /// The withdrawal is on the disk.
    Withdrawn(Signed<WithdrawalReceipt>),
    /// What an invitation is worth.
    Invitation(InvitationStanding),
    /// Where a party's submission stands in the frozen batch.
    Inclusion(Box<Inclusion>),
    /// A box key for one computation.
    #[cfg_attr(not(feature = "analyst"), serde(skip_deserializing))]
    ComputationKey(ComputationKey),
    /// The login holds.
    #[cfg_attr(not(feature = "analyst"), serde(skip_deserializing))]
    LoggedIn {
        /// The server's signature over the same challenge.
        signature: Signature,
    },
    /// Computations in the order of their creation; fewer than
    /// [`limits::COMPUTATIONS_PER_MESSAGE`] end it.
    #[cfg_attr(not(feature = "analyst"), serde(skip_deserializing))]
    Computations(Vec<Listed>),
    /// How many parties have a submission that counts.
    #[cfg_attr(not(feature = "analyst"), serde(skip_deserializing))]
    Submissions {
        /// The number.
        parties: u64,
    },
    /// Lists of invitations in the order of their notices; none when there are no more.
    #[cfg_attr(not(feature = "analyst"), serde(skip_deserializing))]
    Roster {
        /// The lists.
        lists: Vec<RosterList>,
    },
    /// What may be seen beside the total.
    #[cfg_attr(not(feature = "analyst"), serde(skip_deserializing))]
    Tracked(Tracked),
    /// The batch is fixed.
    #[cfg_attr(not(feature = "analyst"), serde(skip_deserializing))]
    Frozen(Signed<Batch>),
    /// Both sides are bound.
    #[cfg_attr(not(feature = "analyst"), serde(skip_deserializing))]
    Committed(Countersigned<Commit>),
    /// The server's share of presence counts, sealed.
    #[cfg_attr(not(feature = "analyst"), serde(skip_deserializing))]
    Presence(Signed<Presence>),
    /// The server's aggregate share, sealed.
    #[cfg_attr(not(feature = "analyst"), serde(skip_deserializing))]
    Released(Signed<Release>),
    /// The analyst's record is on the disk.
    #[cfg_attr(not(feature = "analyst"), serde(skip_deserializing))]
    Recorded {},
    /// The published result is on the disk.
    #[cfg_attr(not(feature = "analyst"), serde(skip_deserializing))]
    Published {},
    /// A result that was published.
    Publication {
        /// The result.
        record: Signed<PublishedResult>,
        /// What opens it with the invitation that was asked for.
        key: Option<Blob>,
    },
    /// Signatures of a frozen batch; fewer than [`limits::SIGNATURES_PER_MESSAGE`] end it.
    #[cfg_attr(not(feature = "analyst"), serde(skip_deserializing))]
    Signatures(Vec<PartySignature>),
    /// What the client asked for was refused.
    Error(Refusal),
}

/// A computation as the server shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standing {
    /// Signed by both.
    pub manifest: Countersigned<Manifest>,
    /// State.
    pub phase: Phase,
    /// The analyst's notices, from number 1.
    pub notices: Vec<Signed<Notice>>,
    /// Once it is frozen.
    pub batch: Option<Signed<Batch>>,
    /// Once both sides are bound.
    pub commit: Option<Countersigned<Commit>>,
    /// Once the analyst has recorded it.
    pub result: Option<Signed<ResultRecord>>,
}

/// Where a party's submission stands in a frozen batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inclusion {
    /// What was frozen.
    pub batch: Signed<Batch>,
    /// What both sides committed to.
    pub commit: Countersigned<Commit>,
    /// A.
    pub accepted: Blob,
    /// The party's place; nothing if the batch has no submission of this party.
    pub place: Option<Place>,
    /// Why the batch has none, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub departure: Option<Departure>,
}

/// One leaf of a batch, with its proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// From 0, in the batch's order.
    pub index: u64,
    /// What counts for this party.
    pub submission_hash: SubmissionHash,
    /// From the leaf to the root, nearest first.
    pub path: Vec<Digest>,
    /// Why it was rejected, if it was.
    pub rejection: Option<Rejection>,
}

/// One party's signature, for an audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartySignature {
    /// Who.
    pub party_key: PartyKey,
    /// What it signed.
    pub submission_hash: SubmissionHash,
    /// Over the submission hash.
    pub signature: Signature,
}

/// A text frame is not a message of this protocol. What it said is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a message of protocol version {}", crate::manifest::VERSION)]
pub struct MalformedMessage;

/// A message as the text of one frame.
#[must_use]
#[expect(clippy::missing_panics_doc, reason = "see below")]
pub fn encode<T: Serialize>(message: &T) -> String {
    #[expect(
        clippy::expect_used,
        reason = "messages have text keys and no failing serialiser"
    )]
    serde_json::to_string(message).expect("a message is JSON")
}

/// Reads the text of one frame.
pub fn decode<T: DeserializeOwned>(text: &str) -> Result<T, MalformedMessage> {
    json::read(text.as_bytes()).map_err(|_| MalformedMessage)
}

/// What both sides of a login sign: `server's signing key || fingerprint || analyst's nonce ||
/// server's nonce`.
#[must_use]
pub fn challenge(
    server: &PublicIdentity<Server>,
    fingerprint: &Fingerprint,
    analyst_nonce: &Nonce,
    server_nonce: &Nonce,
) -> Vec<u8> {
    [
        &server.signing_key.as_bytes()[..],
        fingerprint.as_bytes(),
        analyst_nonce.as_bytes(),
        server_nonce.as_bytes(),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_pinned_to_their_text() {
        let hello = ClientMessage::Hello { version: 1 };
        assert_eq!(encode(&hello), r#"{"hello":{"version":1}}"#);
        let lookup = ClientMessage::Lookup {
            which: Which::Name(ComputationName::default()),
            wait: true,
        };
        assert_eq!(
            encode(&lookup),
            r#"{"lookup":{"name":"web-mpc","wait":true}}"#
        );
        assert_eq!(encode(&ClientMessage::Watch {}), r#"{"watch":{}}"#);
        for message in [hello, lookup, ClientMessage::Watch {}] {
            assert_eq!(decode(&encode(&message)), Ok(message));
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "null",
            "\"watch\"",
            "{}",
            r#"{"hello":{"version":1,"more":2}}"#,
            r#"{"hello":{"version":1,"version":1}}"#,
            r#"{"hello":{"version":1},"watch":{}}"#,
            r#"{"hello":{"version":1}} {"#,
            r#"{"hello":{"version":-1}}"#,
            r#"{"Hello":{"version":1}}"#,
            r#"{"goodbye":{}}"#,
            r#"{"lookup":{"name":"web-mpc","fingerprint":"x","wait":true}}"#,
            r#"{"lookup":{"name":"web-mpc","wait":true,"more":1}}"#,
            r#"{"lookup":{"name":"WEB","wait":true}}"#,
        ] {
            assert_eq!(
                decode::<ClientMessage>(text),
                Err(MalformedMessage),
                "{text}"
            );
        }
    }
}
