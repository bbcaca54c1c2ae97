//! What a party uploads, and how its parts are bound to each other.
//!
//! Sealed boxes have no associated data, so the binding is inside: each opened share begins with a
//! header that names computation, party, submission and public part, and the opener compares every
//! field. The analyst's box is sealed first; the server's plaintext holds its hash.
//!
//! ```text
//! plaintext = "web-mpc/1/input-share" 0x00 || role (1: server, 2: analyst) || fingerprint (32)
//!             || party key (32) || submission id (16) || SHA-256(public part) (32) || cohort (4)
//!             || [server only: sequence number (8) || SHA-256(analyst's box) (32)] || input share
//! s         = H("submission-sequence", sequence number (8) || SHA-256(server's box))
//! hash      = H("submission-hash", fingerprint || party key || submission id
//!               || SHA-256(public part) || SHA-256(analyst's box) || s)
//! signature = Ed25519(party key, "web-mpc/1/submission" 0x00 || hash)
//! ```
//!
//! Numbers are big-endian. The analyst is shown `s`, never the sequence number, which would say who
//! corrected how often.
#![cfg_attr(
    not(test),
    deny(clippy::arithmetic_side_effects, clippy::as_conversions)
)]

mod withdrawal;

use rand::CryptoRng;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

pub use self::withdrawal::{MAX_WITHDRAWAL, Withdrawal, WithdrawalReceipt, withdrawal_hash};
use crate::crypto::{
    Analyst, BoxKeyPair, Party, Role, SEAL_OVERHEAD, Server, SigningKeyPair, Tag, VerifyingKey,
    sha256, sha256_untagged,
};
use crate::ids::{Blob, Digest, Fingerprint, PartyKey, Signature, SubmissionHash, SubmissionId};
use crate::invitation::Admission;
use crate::manifest::{MAX_SEQUENCE, Terms};
use crate::measurement::{InputShares, Instance, Measurement, MeasurementError, Rejection};
use crate::record::Record;

/// One version of one party's data, as it travels and is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Submission {
    /// Which computation.
    pub fingerprint: Fingerprint,
    /// Who.
    pub party_key: PartyKey,
    /// Which version of whose data.
    pub submission_id: SubmissionId,
    /// Rises with each version of one party, from 1.
    pub sequence: u64,
    /// What both sides read in clear.
    pub public_part: Blob,
    /// Sealed to the server.
    pub server_box: Blob,
    /// Sealed to the analyst.
    pub analyst_box: Blob,
    /// The party's, over the submission hash.
    pub signature: Signature,
    /// What admits the party, in an invited computation only. It is no part of the submission hash:
    /// the analyst, who knows whose invitation is whose, never sees it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation: Option<Box<Admission>>,
}

/// Why a submission is refused at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SubmissionError {
    /// A part has not the length that the manifest implies, or the sequence number is out of range.
    #[error("a part of the submission has the wrong size")]
    WrongSize,
    /// Not signed by the party key.
    #[error("the submission's signature is wrong")]
    BadSignature,
    /// The server's share cannot be used.
    #[error("{}", .0.describe())]
    Share(Rejection),
}

impl Submission {
    /// Splits, seals and signs a measurement.
    pub fn seal(
        terms: &Terms,
        keys: &SigningKeyPair<Party>,
        sequence: u64,
        measurement: &Measurement,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, MeasurementError> {
        let submission_id = SubmissionId::random(rng);
        let at = Instance {
            fingerprint: &terms.fingerprint,
            submission_id: &submission_id,
        };
        let shares = terms.scheme.shard(measurement, at, rng)?;
        Ok(Self::seal_shares(
            terms,
            keys,
            submission_id,
            sequence,
            &shares,
            rng,
        ))
    }

    /// Seals and signs shares that were made already.
    #[must_use]
    pub fn seal_shares(
        terms: &Terms,
        keys: &SigningKeyPair<Party>,
        submission_id: SubmissionId,
        sequence: u64,
        shares: &InputShares,
        rng: &mut impl CryptoRng,
    ) -> Self {
        let party_key = (*keys.public()).into();
        let binding = Binding::new(
            terms.fingerprint,
            party_key,
            submission_id,
            &shares.public_part,
        );
        let manifest = &terms.manifest;
        let analyst_header = binding.header::<Analyst>();
        let analyst_plain = Zeroizing::new([&analyst_header[..], &shares.analyst].concat());
        let analyst_box = manifest.analyst.box_key.seal(&analyst_plain, rng);
        let server_header = binding.server_header(sequence, &sha256_untagged(&[&analyst_box]));
        let server_plain = Zeroizing::new([&server_header[..], &shares.server].concat());
        let server_box = manifest
            .server
            .computation_key
            .box_key
            .seal(&server_plain, rng);
        let hash = binding.hash(
            &sha256_untagged(&[&analyst_box]),
            &sequence_hash(sequence, &server_box),
        );
        Self {
            fingerprint: terms.fingerprint,
            party_key: binding.party_key,
            submission_id,
            sequence,
            public_part: Blob(shares.public_part.clone()),
            server_box: Blob(server_box),
            analyst_box: Blob(analyst_box),
            signature: keys.sign(Tag::SUBMISSION, hash.as_bytes()),
            invitation: None,
        }
    }

    /// The same with what admits its party.
    #[must_use]
    pub fn admitted(mut self, invitation: Option<Admission>) -> Self {
        self.invitation = invitation.map(Box::new);
        self
    }

    /// What the party signs: over everything that it uploads.
    #[must_use]
    pub fn hash(&self) -> SubmissionHash {
        self.binding().hash(
            &sha256_untagged(&[&self.analyst_box.0]),
            &sequence_hash(self.sequence, &self.server_box.0),
        )
    }

    /// Everything that the server can check before it stores a submission.
    pub fn check(
        &self,
        terms: &Terms,
        keys: &BoxKeyPair<Server>,
    ) -> Result<SubmissionHash, SubmissionError> {
        let sizes = Sizes::of(terms);
        let right_size = self.public_part.0.len() == sizes.public_part
            && self.server_box.0.len() == sizes.server_box
            && self.analyst_box.0.len() == sizes.analyst_box
            && (1..=MAX_SEQUENCE).contains(&self.sequence);
        if !right_size {
            return Err(SubmissionError::WrongSize);
        }
        let hash = self.hash();
        let party = VerifyingKey::<Party>::from(self.party_key);
        if !party.verify(Tag::SUBMISSION, hash.as_bytes(), &self.signature) {
            return Err(SubmissionError::BadSignature);
        }
        let opened = keys.open(&self.server_box.0);
        let share = self
            .server_share(opened.as_ref())
            .map_err(SubmissionError::Share)?;
        terms
            .scheme
            .check_share(&self.public_part.0, share)
            .map_err(SubmissionError::Share)?;
        Ok(hash)
    }

    /// The server's input share in its opened box, if the header is that of this submission.
    pub fn server_share<'a>(
        &self,
        opened: Option<&'a Zeroizing<Vec<u8>>>,
    ) -> Result<&'a [u8], Rejection> {
        let opened = opened.ok_or(Rejection::ServerBoxUnopenable)?;
        let header = self
            .binding()
            .server_header(self.sequence, &sha256_untagged(&[&self.analyst_box.0]));
        opened
            .strip_prefix(&header[..])
            .ok_or(Rejection::ServerHeaderMismatch)
    }

    fn binding(&self) -> Binding {
        Binding::new(
            self.fingerprint,
            self.party_key,
            self.submission_id,
            &self.public_part.0,
        )
    }
}

/// What both headers and the submission hash have in common.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// Which computation.
    pub fingerprint: Fingerprint,
    /// Who.
    pub party_key: PartyKey,
    /// Which version of whose data.
    pub submission_id: SubmissionId,
    /// SHA-256 of the public part.
    public_hash: Digest,
    /// The first bytes of the public part; 0 where it is empty.
    cohort: u32,
}

/// Length of the analyst's header: tag, zero, role, fingerprint, party key, id, hash, cohort.
const ANALYST_HEADER: usize = Tag::INPUT_SHARE.as_str().len() + 2 + 32 + 32 + 16 + 32 + 4;

/// Length of the server's header: the same, sequence number and hash of the analyst's box.
const SERVER_HEADER: usize = ANALYST_HEADER + 8 + 32;

impl Binding {
    /// Binds a submission to what both sides read in clear.
    #[must_use]
    pub fn new(
        fingerprint: Fingerprint,
        party_key: PartyKey,
        submission_id: SubmissionId,
        public_part: &[u8],
    ) -> Self {
        Self {
            fingerprint,
            party_key,
            submission_id,
            public_hash: sha256_untagged(&[public_part]),
            cohort: public_part
                .first_chunk()
                .map_or(0, |bytes| u32::from_be_bytes(*bytes)),
        }
    }

    fn header<R: RoleByte>(&self) -> Vec<u8> {
        let mut header = Vec::with_capacity(SERVER_HEADER);
        header.extend_from_slice(Tag::INPUT_SHARE.as_str().as_bytes());
        header.extend_from_slice(&[0, R::BYTE]);
        header.extend_from_slice(self.fingerprint.as_bytes());
        header.extend_from_slice(self.party_key.as_bytes());
        header.extend_from_slice(self.submission_id.as_bytes());
        header.extend_from_slice(self.public_hash.as_bytes());
        header.extend_from_slice(&self.cohort.to_be_bytes());
        header
    }

    fn server_header(&self, sequence: u64, analyst_box: &Digest) -> Vec<u8> {
        let mut header = self.header::<Server>();
        header.extend_from_slice(&sequence.to_be_bytes());
        header.extend_from_slice(analyst_box.as_bytes());
        header
    }

    /// The analyst's input share in its opened box, if the header is that of this submission.
    pub fn analyst_share<'a>(
        &self,
        opened: Option<&'a Zeroizing<Vec<u8>>>,
    ) -> Result<&'a [u8], Rejection> {
        let opened = opened.ok_or(Rejection::AnalystBoxUnopenable)?;
        opened
            .strip_prefix(&self.header::<Analyst>()[..])
            .ok_or(Rejection::AnalystHeaderMismatch)
    }

    /// The submission hash, from what the analyst sees of a submission.
    #[must_use]
    pub fn hash(&self, analyst_box: &Digest, sequence_hash: &Digest) -> SubmissionHash {
        let parts: [&[u8]; 6] = [
            self.fingerprint.as_bytes(),
            self.party_key.as_bytes(),
            self.submission_id.as_bytes(),
            self.public_hash.as_bytes(),
            analyst_box.as_bytes(),
            sequence_hash.as_bytes(),
        ];
        SubmissionHash::new(*sha256(Tag::SUBMISSION_HASH, &parts).as_bytes())
    }
}

/// s: what the analyst is shown in place of the sequence number and the server's box.
#[must_use]
pub fn sequence_hash(sequence: u64, server_box: &[u8]) -> Digest {
    let server_box = sha256_untagged(&[server_box]);
    sha256(
        Tag::SUBMISSION_SEQUENCE,
        &[&sequence.to_be_bytes(), server_box.as_bytes()],
    )
}

/// The byte that stands for a compute party in a header.
trait RoleByte: Role {
    const BYTE: u8;
}

impl RoleByte for Server {
    const BYTE: u8 = 1;
}

impl RoleByte for Analyst {
    const BYTE: u8 = 2;
}

/// Lengths in bytes of a submission's parts: the same for every input of a computation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// What both sides read in clear.
    pub public_part: usize,
    /// Sealed to the server.
    pub server_box: usize,
    /// Sealed to the analyst.
    pub analyst_box: usize,
}

impl Sizes {
    /// The lengths that a manifest implies.
    #[must_use]
    pub fn of(terms: &Terms) -> Self {
        let lengths = terms.scheme.lengths();
        let sealed = |header: usize, share: usize| {
            header.saturating_add(share).saturating_add(SEAL_OVERHEAD)
        };
        Self {
            public_part: lengths.public_part,
            server_box: sealed(SERVER_HEADER, lengths.server_share),
            analyst_box: sealed(ANALYST_HEADER, lengths.analyst_share),
        }
    }
}

/// The server's word that it holds a submission. Signed under `web-mpc/1/receipt` after the
/// submission is on the disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// Which computation.
    pub fingerprint: Fingerprint,
    /// Who.
    pub party_key: PartyKey,
    /// Which version.
    pub sequence: u64,
    /// What was uploaded.
    pub submission_hash: SubmissionHash,
    /// How many invitations existed when it was stored.
    pub invitations: u64,
}

impl Record for Receipt {
    type Signer = Server;
    const TAG: Tag = Tag::RECEIPT;
}
