//! After the commit: the server's release and the analyst's record of the result.

use rand::CryptoRng;
use zeroize::Zeroizing;

use super::Agreed;
use crate::batch::{Batch, Release, ResultRecord, commit_hash};
use crate::crypto::{
    Analyst, BoxKeyPair, Identity, Server, SigningKeyPair, Tag, hmac_sha256, sha256,
};
use crate::ids::{Blob, Digest};
use crate::manifest::Terms;
use crate::measurement::{Aggregate, ReleasedShare};
use crate::record::{RecordError, Signed};

/// What the other side released or recorded cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutcomeError {
    /// Not signed by whom it should be, or malformed.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// About another computation or another commit.
    #[error("it belongs to another commit")]
    OtherCommit,
    /// Sealed to another key, or not of the documented form.
    #[error("it does not open with this analyst's key")]
    Unopenable,
    /// What both sides say of the counts does not make counts.
    #[error("the shares of counts do not make counts that are possible")]
    Counts,
    /// The other side hides something else.
    #[error("what it hides, or shows, is not what follows from the counts")]
    OtherDecision,
}

/// The server's aggregate share, sealed to the analyst and signed. `hiding` is the hash of what the
/// analyst signed to be hidden, where anything is counted.
#[must_use]
pub fn release(
    terms: &Terms,
    commit: &Blob,
    hiding: Option<Digest>,
    share: &ReleasedShare,
    keys: &SigningKeyPair<Server>,
    rng: &mut impl CryptoRng,
) -> Signed<Release> {
    let commit = commit_hash(commit);
    let share = terms.scheme.encode_released(share);
    let plaintext = labelled(Tag::AGGREGATE_SHARE, &commit, &share);
    let sealed_share = Blob(terms.manifest.analyst.box_key.seal(&plaintext, rng));
    Signed::sign(
        &Release {
            fingerprint: terms.fingerprint,
            commit,
            hiding,
            sealed_share,
        },
        keys,
    )
}

/// Opens what [`release`] sealed, and checks that it keeps to what was agreed.
pub fn open_release(
    terms: &Terms,
    commit: &Blob,
    agreed: &Agreed,
    release: &Signed<Release>,
    keys: &BoxKeyPair<Analyst>,
) -> Result<ReleasedShare, OutcomeError> {
    let release = release.open(&terms.manifest.server.identity.signing_key)?;
    let commit = commit_hash(commit);
    let expected = (terms.fingerprint, commit, agreed.hiding);
    if (release.fingerprint, release.commit, release.hiding) != expected {
        return Err(OutcomeError::OtherCommit);
    }
    let share = open(keys, Tag::AGGREGATE_SHARE, &commit, &release.sealed_share)?;
    let share = terms.scheme.decode_released(&share);
    let share = share.ok_or(OutcomeError::Unopenable)?;
    let (population, presence) = (&agreed.population, &agreed.presence);
    if terms.scheme.keeps(&share, population, presence.as_ref()) {
        Ok(share)
    } else {
        Err(OutcomeError::OtherDecision)
    }
}

/// What the analyst leaves with the server: a commitment that hides the values, and the values
/// sealed to itself.
#[must_use]
pub fn record_result(
    terms: &Terms,
    batch: &Batch,
    commit: &Blob,
    aggregate: &Aggregate,
    analyst: &Identity<Analyst>,
    rng: &mut impl CryptoRng,
) -> Signed<ResultRecord> {
    let commit = commit_hash(commit);
    let values = terms.scheme.encode_aggregate(aggregate);
    let parts: [&[u8]; 2] = [terms.fingerprint.as_bytes(), batch.root.as_bytes()];
    let key = hmac_sha256(analyst.boxes.secret(), Tag::RESULT_KEY, &parts);
    let plaintext = labelled(Tag::RESULT_BLOB, &commit, &values);
    let record = ResultRecord {
        fingerprint: terms.fingerprint,
        commit,
        commitment: sha256(Tag::RESULT_COMMITMENT, &[&*key, &values]),
        sealed_result: Blob(analyst.boxes.public().seal(&plaintext, rng)),
    };
    Signed::sign(&record, &analyst.signing)
}

/// Opens what [`record_result`] recorded.
pub fn open_result(
    terms: &Terms,
    commit: &Blob,
    record: &Signed<ResultRecord>,
    keys: &BoxKeyPair<Analyst>,
) -> Result<Aggregate, OutcomeError> {
    let record = record.open(&terms.manifest.analyst.signing_key)?;
    let commit = commit_hash(commit);
    if record.fingerprint != terms.fingerprint || record.commit != commit {
        return Err(OutcomeError::OtherCommit);
    }
    let values = open(keys, Tag::RESULT_BLOB, &commit, &record.sealed_result)?;
    terms
        .scheme
        .decode_aggregate(&values)
        .ok_or(OutcomeError::Unopenable)
}

/// `tag || 0x00 || commit hash || body`
pub(super) fn labelled(tag: Tag, commit: &Digest, body: &[u8]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new([tag.as_str().as_bytes(), &[0], commit.as_bytes(), body].concat())
}

pub(super) fn open(
    keys: &BoxKeyPair<Analyst>,
    tag: Tag,
    commit: &Digest,
    sealed: &Blob,
) -> Result<Zeroizing<Vec<u8>>, OutcomeError> {
    let opened = keys.open(&sealed.0).ok_or(OutcomeError::Unopenable)?;
    let body = opened
        .strip_prefix(&labelled(tag, commit, &[])[..])
        .ok_or(OutcomeError::Unopenable)?;
    Ok(Zeroizing::new(body.to_vec()))
}
