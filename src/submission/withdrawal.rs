//! Taking a submission back.

use serde::{Deserialize, Serialize};

use crate::crypto::{Party, Server, Tag, sha256};
use crate::ids::{Blob, Digest, Fingerprint, PartyKey};
use crate::manifest::MAX_SEQUENCE;
use crate::record::{Record, Signed};

/// Highest sequence number of a withdrawal: whoever has made the last version that is allowed can
/// still take it back.
pub const MAX_WITHDRAWAL: u64 = MAX_SEQUENCE + 1;

/// A party takes its submission back. Signed by the party under `web-mpc/1/withdrawal`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdrawal {
    /// From which computation.
    pub fingerprint: Fingerprint,
    /// Who.
    pub party_key: PartyKey,
    /// One more than that of the version that is taken back: withdrawals and versions of a party
    /// share one sequence.
    pub sequence: u64,
}

impl Record for Withdrawal {
    type Signer = Party;
    const TAG: Tag = Tag::WITHDRAWAL;
}

impl Withdrawal {
    /// Reads a withdrawal that the party signed which it names.
    #[must_use]
    pub fn open(signed: &Signed<Self>) -> Option<Self> {
        let withdrawal = signed.open_with(|withdrawal| withdrawal.party_key.into());
        let in_range = |withdrawal: &Self| (1..=MAX_WITHDRAWAL).contains(&withdrawal.sequence);
        withdrawal.ok().filter(in_range)
    }
}

/// The server's word that a submission is withdrawn. Signed under `web-mpc/1/withdrawal-receipt`
/// after the withdrawal is on the disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithdrawalReceipt {
    /// From which computation.
    pub fingerprint: Fingerprint,
    /// Who.
    pub party_key: PartyKey,
    /// Which of its versions and withdrawals this is.
    pub sequence: u64,
    /// Hash of the withdrawal's bytes.
    pub withdrawal: Digest,
}

impl Record for WithdrawalReceipt {
    type Signer = Server;
    const TAG: Tag = Tag::WITHDRAWAL_RECEIPT;
}

impl WithdrawalReceipt {
    /// What the server signs for a withdrawal.
    #[must_use]
    pub fn of(withdrawal: &Withdrawal, body: &Blob) -> Self {
        Self {
            fingerprint: withdrawal.fingerprint,
            party_key: withdrawal.party_key,
            sequence: withdrawal.sequence,
            withdrawal: withdrawal_hash(body),
        }
    }
}

/// What a receipt says of a withdrawal.
#[must_use]
pub fn withdrawal_hash(body: &Blob) -> Digest {
    sha256(Tag::WITHDRAWAL_HASH, &[&body.0])
}
