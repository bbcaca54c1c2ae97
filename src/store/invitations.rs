//! What a store keeps of invitations and of parties that have left.

use super::{Noticed, StoredRecord};
use crate::ids::{Blob, InvitationKey, PartyKey, Signature};
use crate::invitation::Handover;
use crate::manifest::Phase;

/// An invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredInvitation {
    /// From 0 through the computation.
    pub number: u64,
    /// What verifies its signatures.
    pub key: InvitationKey,
    /// Who it is for, where the server is told.
    pub label: Option<String>,
    /// The option that it fixes in each dimension; may be empty.
    pub cohorts: Vec<Option<u32>>,
    /// When it can no longer be used for the first time, in seconds since 1970.
    pub expires: Option<u64>,
    /// Whether it was revoked, with or without effect.
    pub revoked: bool,
}

/// Invitations to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewInvitations {
    /// The list as it came; opaque to the store.
    pub list: Blob,
    /// What stands in it, in the order of their numbers.
    pub invitations: Vec<StoredInvitation>,
}

/// What became of an attempt to add invitations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invited {
    /// What became of its notice.
    Noticed(Noticed),
    /// The invitation with that number has a key that there is already; nothing changed.
    KeyTaken(u64),
    /// The invitation with that number has a label that there is already; nothing changed.
    LabelTaken(u64),
}

/// What became of an attempt to revoke invitations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revoked {
    /// What became of its notice.
    Noticed(Noticed),
    /// There is no invitation with that key; nothing changed.
    Unknown(InvitationKey),
}

/// A list as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredList {
    /// The number of the notice that added it.
    pub notice: u64,
    /// The list.
    pub list: Blob,
    /// The numbers of those of its invitations that were revoked.
    pub revoked: Vec<u64>,
}

/// How many invitations there are, and what became of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct InvitationTotals {
    /// How many there are.
    pub made: u64,
    /// How many were revoked.
    pub revoked: u64,
    /// How many were used.
    pub used: u64,
    /// How many parties that use one have withdrawn.
    pub withdrawn: u64,
    /// How often a party took the place of another.
    pub takeovers: u64,
}

/// What admits a submission, checked but for what other submissions have to do with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAdmission {
    /// Which invitation.
    pub key: InvitationKey,
    /// Its signature over the party key.
    pub signature: Signature,
    /// The submission's option in each dimension.
    pub cohorts: Vec<u32>,
    /// How another party may be replaced, where that is asked for.
    pub takeover: Option<NewTakeover>,
    /// When it came, in seconds since 1970.
    pub now: u64,
}

/// A wish to replace another party.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewTakeover {
    /// The consent of who is replaced.
    pub release: Option<Handover>,
    /// Without consent: when it is due if it is asked for now, in seconds since 1970.
    pub due: u64,
    /// How long after it is due it may still be made, in seconds; then another party may ask.
    pub lapse: u64,
}

/// Why a party is not admitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAdmitted {
    /// There is no such invitation.
    Unknown,
    /// The party uses another invitation.
    OtherInvitation,
    /// The invitation is revoked, whether another party uses it or nobody.
    Revoked,
    /// The invitation has expired, whether another party uses it or nobody.
    Expired,
    /// Another party uses it.
    InUse,
    /// Another party uses it, and has been asked to leave.
    Waiting {
        /// Seconds until it may be replaced.
        seconds: u64,
    },
    /// The consent is not that of the party that uses it or is older than what that one has sent, or
    /// another party has asked before.
    TakeoverRefused,
    /// Another party has taken this one's place, who may not have it back under the same key.
    Replaced,
    /// It fixes another cohort.
    CohortFixed,
}

/// A withdrawal, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWithdrawal {
    /// Who.
    pub party_key: PartyKey,
    /// Higher than that of every version of this party.
    pub sequence: u64,
    /// As the party signed it.
    pub record: StoredRecord,
    /// In which time grain it came, where that is to be written down for the analyst.
    pub grain: Option<u64>,
}

/// What became of a withdrawal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withdrawn {
    /// Durable; the party has no current submission.
    Stored,
    /// The very same withdrawal was stored before; nothing changed.
    Repeated,
    /// The party never submitted, or another one has taken its place.
    Nothing,
    /// The party has a version or withdrawal with this or a higher sequence number.
    Stale {
        /// The highest sequence number of this party.
        highest: u64,
    },
    /// The batch is fixed.
    NotOpen(Phase),
}

/// Why a party that submitted has no current submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoredDeparture {
    /// It withdrew.
    Withdrawn(StoredRecord),
    /// Another party took its place.
    Replaced {
        /// Who.
        by: PartyKey,
        /// The invitation.
        key: InvitationKey,
        /// The invitation's signature over the party key that came.
        signature: Signature,
        /// The consent of a party that was replaced.
        release: Option<Handover>,
    },
}
