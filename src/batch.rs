//! A frozen batch: its leaves, its root, which of its submissions count, and what both sides sign
//! about it before anything is released.

pub mod merkle;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::crypto::{Analyst, Server, Tag, sha256};
use crate::disclosure::{Counts, Outcome};
use crate::ids::{Blob, Digest, Fingerprint, PartyKey, SubmissionHash};
use crate::manifest::Terms;
use crate::measurement::merging::Merged;
use crate::measurement::{Population, PresenceShare};
use crate::record::{JointRecord, Record};

/// What was frozen, in the server's words. Signed under `web-mpc/1/batch`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// Which computation.
    pub fingerprint: Fingerprint,
    /// N: how many submissions, one for each party.
    pub parties: u64,
    /// Root of the tree whose leaves are `party key || submission hash`, sorted by party key.
    pub root: Digest,
    /// What became of the invitations; only where there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitations: Option<InvitationCounts>,
}

impl Batch {
    /// The earlier round that this one is too near to, if there is one.
    #[must_use]
    pub fn near_round(&self) -> Option<u32> {
        self.invitations.and_then(|counts| counts.near_round)
    }
}

/// What became of a computation's invitations until the freeze.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvitationCounts {
    /// How many there are.
    pub made: u64,
    /// How many of them the analyst has revoked, with or without effect.
    pub revoked: u64,
    /// How many were used.
    pub used: u64,
    /// How many of those parties have withdrawn.
    pub withdrawn: u64,
    /// How often a second device took the place of a first one.
    pub takeovers: u64,
    /// An earlier round of the same name with nearly the same people: the difference of both results
    /// is about fewer of them than the minimum. In the server's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub near_round: Option<u32>,
}

impl InvitationCounts {
    /// Whether a batch of so many parties can have come of them.
    #[must_use]
    pub fn explain(&self, parties: u64) -> bool {
        self.used <= self.made
            && self.revoked <= self.made
            && self.used.checked_sub(self.withdrawn) == Some(parties)
    }
}

impl Record for Batch {
    type Signer = Server;
    const TAG: Tag = Tag::BATCH;
}

/// The hash of one leaf of a batch.
#[must_use]
pub fn leaf(party_key: &PartyKey, submission_hash: &SubmissionHash) -> Digest {
    let mut leaf = [0; PartyKey::LEN + SubmissionHash::LEN];
    let (first, second) = leaf.split_at_mut(PartyKey::LEN);
    first.copy_from_slice(party_key.as_bytes());
    second.copy_from_slice(submission_hash.as_bytes());
    merkle::leaf(&leaf)
}

/// A: one bit for each submission of a batch, in the batch's order. Bit i is bit `i % 8` (from the
/// least significant) of byte `i / 8`; the bits that pad the last byte are 0.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Accepted {
    bits: Vec<u8>,
    len: u64,
}

impl Accepted {
    /// Appends one submission.
    pub fn push(&mut self, accepted: bool) {
        let place = self.len % 8;
        if place == 0 {
            self.bits.push(0);
        }
        if let Some(last) = self.bits.last_mut() {
            *last |= u8::from(accepted) << place;
        }
        self.len += 1;
    }

    /// Reads the bits of a batch of `len` submissions.
    #[must_use]
    pub fn from_bits(bits: Vec<u8>, len: u64) -> Option<Self> {
        let padding = len.wrapping_neg() % 8;
        let clean = bits
            .last()
            .is_none_or(|last| u64::from(last.leading_zeros()) >= padding);
        (u64::try_from(bits.len()).ok()? == len.div_ceil(8) && clean).then_some(Self { bits, len })
    }

    /// The bits.
    #[must_use]
    pub fn bits(&self) -> &[u8] {
        &self.bits
    }

    /// Whether submission `index` counts; nothing beyond the end.
    #[must_use]
    pub fn get(&self, index: u64) -> Option<bool> {
        let byte = self.bits.get(usize::try_from(index / 8).ok()?)?;
        (index < self.len).then_some(byte >> (index % 8) & 1 == 1)
    }

    /// H("accepted", N (8 bytes, big-endian) || bits)
    #[must_use]
    pub fn hash(&self) -> Digest {
        sha256(Tag::ACCEPTED, &[&self.len.to_be_bytes(), &self.bits])
    }
}

/// What both sides fix before anything is released: one batch, one A, one outcome. Signed by the
/// analyst under `web-mpc/1/commit` and by the server under `web-mpc/1/commit-countersignature`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commit {
    /// Which computation.
    pub fingerprint: Fingerprint,
    /// Root of the batch.
    pub root: Digest,
    /// Hash of A.
    pub accepted: Digest,
    /// How many were accepted, and rejected for which reason.
    pub counts: Counts,
    /// What follows.
    pub outcome: Outcome,
}

impl Commit {
    /// Whose result it is about. What is hidden besides it does not say.
    #[must_use]
    pub fn population(&self, terms: &Terms) -> Population {
        let (suppressed, merged) = match &self.outcome {
            Outcome::Release {
                suppressed, merged, ..
            } => (suppressed.clone(), merged.clone()),
            Outcome::End { .. } => (Vec::new(), Merged::nothing()),
        };
        let scheme = &terms.scheme;
        let (groups, merging) = (scheme.groups(), scheme.merging());
        Population {
            parties: self.counts.accepted,
            cohorts: merging.apply(&groups, &merged, &self.counts.cohorts),
            merged,
            suppressed,
            hidden: Vec::new(),
        }
    }
}

impl Record for Commit {
    type Signer = Analyst;
    const TAG: Tag = Tag::COMMIT;
}

impl JointRecord for Commit {
    const SERVER_TAG: Tag = Tag::COMMIT_COUNTERSIGNATURE;
}

/// H("commit-hash", the commit's bytes)
#[must_use]
pub fn commit_hash(body: &Blob) -> Digest {
    sha256(Tag::COMMIT_HASH, &[&body.0])
}

/// The server's share of how many gave each part that may be left empty. Signed under
/// `web-mpc/1/presence`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Presence {
    /// Which computation.
    pub fingerprint: Fingerprint,
    /// Hash of the commit.
    pub commit: Digest,
    /// Sealed to the analyst: `"web-mpc/1/presence-share" 0x00 || commit hash || share`.
    pub sealed_share: Blob,
}

impl Record for Presence {
    type Signer = Server;
    const TAG: Tag = Tag::PRESENCE;
}

/// The analyst's share of the same, and what both sides hide because of these counts. Signed under
/// `web-mpc/1/hiding`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hiding {
    /// Which computation.
    pub fingerprint: Fingerprint,
    /// Hash of the commit.
    pub commit: Digest,
    /// The analyst's share of the counts.
    pub share: PresenceShare,
    /// For each part that may be left empty the groups in which it is not released, by number.
    pub hidden: Vec<Vec<u32>>,
}

impl fmt::Debug for Hiding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hiding(..)")
    }
}

impl Record for Hiding {
    type Signer = Analyst;
    const TAG: Tag = Tag::HIDING;
}

/// H("hiding-hash", the bytes that the analyst signed)
#[must_use]
pub fn hiding_hash(body: &Blob) -> Digest {
    sha256(Tag::HIDING_HASH, &[&body.0])
}

/// The server's aggregate share on its way to the analyst. Signed under `web-mpc/1/release`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// Which computation.
    pub fingerprint: Fingerprint,
    /// Hash of the commit.
    pub commit: Digest,
    /// Hash of what the analyst signed to be hidden, where both sides decided that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hiding: Option<Digest>,
    /// Sealed to the analyst: `"web-mpc/1/aggregate-share" 0x00 || commit hash || aggregate share`.
    pub sealed_share: Blob,
}

impl Record for Release {
    type Signer = Server;
    const TAG: Tag = Tag::RELEASE;
}

/// The analyst's record of the result, which the server keeps without learning anything. Signed
/// under `web-mpc/1/result`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultRecord {
    /// Which computation.
    pub fingerprint: Fingerprint,
    /// Hash of the commit.
    pub commit: Digest,
    /// H("result-commitment", k || values), k = HMAC(analyst's secret, "result-key",
    /// fingerprint || root): hides the values and binds the analyst to them.
    pub commitment: Digest,
    /// Sealed by the analyst to itself:
    /// `"web-mpc/1/result-blob" 0x00 || commit hash || parties (8) || values`.
    pub sealed_result: Blob,
}

impl Record for ResultRecord {
    type Signer = Analyst;
    const TAG: Tag = Tag::RESULT;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_stand_in_order_and_padding_is_zero() {
        let mut accepted = Accepted::default();
        for index in 0..11_u64 {
            accepted.push(index % 3 == 0);
        }
        assert_eq!(accepted.bits(), [0b0100_1001, 0b0000_0010]);
        assert_eq!(accepted.get(9), Some(true));
        assert_eq!(accepted.get(10), Some(false));
        assert_eq!(accepted.get(11), None);
        assert_eq!(
            Accepted::from_bits(accepted.bits().to_vec(), 11),
            Some(accepted.clone())
        );
        assert_eq!(Accepted::from_bits(vec![0, 0b1000], 11), None, "padding");
        assert_eq!(Accepted::from_bits(vec![0], 11), None, "too short");
        assert_eq!(Accepted::from_bits(vec![0; 3], 11), None, "too long");
        assert_eq!(Accepted::from_bits(vec![], 0), Some(Accepted::default()));
        assert_ne!(
            Accepted::from_bits(vec![0], 7).unwrap().hash(),
            Accepted::from_bits(vec![0], 8).unwrap().hash()
        );
    }
}
