//! Submissions and what becomes of them.

use super::NotAdmitted;
use crate::ids::{Blob, PartyKey, Signature, SubmissionHash, SubmissionId};
use crate::manifest::Phase;

/// One version of one party's data, ready to be stored: checked and sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSubmission {
    /// Who.
    pub party_key: PartyKey,
    /// Which version of whose data; never used twice within a computation.
    pub submission_id: SubmissionId,
    /// Rises with each version of one party, from 1.
    pub sequence: u64,
    /// What the party signed.
    pub submission_hash: SubmissionHash,
    /// The part of the sharding that both sides need in clear.
    pub public_part: Blob,
    /// Sealed to the server.
    pub server_box: Blob,
    /// Sealed to the analyst.
    pub analyst_box: Blob,
    /// The party's signature over the submission hash.
    pub signature: Signature,
    /// How many invitations existed when this was received; part of the receipt.
    pub invitations: u64,
    /// What is to be written down of it for the analyst; not read back.
    pub tracked: Option<TrackedAt>,
}

/// What is written down of a submission where its analyst may see more than the total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrackedAt {
    /// In which time grain it came.
    pub grain: u64,
    /// In which cohort it is; 0 where there are none.
    pub cohort: u32,
}

/// What became of a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Submitted {
    /// Durable; it is this party's current version.
    Stored {
        /// How many parties have a current submission now.
        parties: u64,
    },
    /// The very same submission was stored before and is current or superseded; nothing changed.
    Repeated {
        /// How many invitations existed when it was first stored.
        invitations: u64,
    },
    /// The submission id was used for something else.
    IdTaken,
    /// The party has a version with this or a higher sequence number.
    Stale {
        /// The highest sequence number of this party.
        highest: u64,
    },
    /// A new party, and there are as many as the manifest allows.
    Full,
    /// A new party, and so many have come and left that no other party key is taken.
    Crowded {
        /// How many party keys there may be.
        keys: u64,
    },
    /// The computation takes no submissions.
    NotOpen(Phase),
    /// The party is not admitted.
    NotAdmitted(NotAdmitted),
}

/// One leaf of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leaf {
    /// Who.
    pub party_key: PartyKey,
    /// What it uploaded.
    pub submission_hash: SubmissionHash,
}

/// Where one party stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The highest sequence number of this party.
    pub sequence: u64,
    /// The submission that counts.
    pub submission_hash: SubmissionHash,
}
