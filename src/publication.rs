//! Telling parties the result, where the manifest says so: to everybody in clear, or to the invited
//! alone, sealed to a key that only the secrets in their links open.
//!
//! ```text
//! content    = k (32) || values, k being what opens the commitment in the analyst's record
//! sealed     = sealed box to Q: "web-mpc/1/published-result" 0x00 || commit hash || content
//! key of i   = sealed box to B(i): the secret of Q
//! B(i)       = X25519 pair of HMAC-SHA-256(seed of invitation i,
//!                                          "web-mpc/1/publication-box" 0x00 || fingerprint)
//! ```
//!
//! Whoever reads it checks that it opens the commitment which the analyst recorded at the reveal: it
//! cannot publish another result than the one that it recorded, nor different ones to different
//! parties.

use rand::CryptoRng;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::batch::{Commit, ResultRecord, commit_hash};
use crate::crypto::{
    Analyst, BoxKeyPair, Identity, Invitation, SEAL_OVERHEAD, SigningKeyPair, Tag, hmac_sha256,
    sha256,
};
use crate::ids::{Blob, Digest, Fingerprint};
use crate::invitation::invitation_keys;
use crate::manifest::{Publication, Terms, room};
use crate::measurement::Aggregate;
use crate::record::{Countersigned, Record, Signed};

/// Length of an invitation's key to a published result.
pub const KEY_LEN: usize = 32 + SEAL_OVERHEAD;

/// Length of what opens the commitment.
const OPENING: usize = 32;

/// A result as its analyst publishes it. Signed under `web-mpc/1/publication`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishedResult {
    /// Which computation.
    pub fingerprint: Fingerprint,
    /// Hash of the commit.
    pub commit: Digest,
    /// The result.
    pub content: Content,
}

/// For whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Content {
    /// For everybody.
    Public(Blob),
    /// For who holds an invitation.
    Sealed {
        /// The result, sealed.
        result: Blob,
        /// Hash of all keys to it, in the order of the invitations.
        keys: Digest,
    },
}

impl Record for PublishedResult {
    type Signer = Analyst;
    const TAG: Tag = Tag::PUBLICATION;
}

/// What an analyst hands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Signed.
    pub record: Signed<PublishedResult>,
    /// The keys of the invitations one after the other; none where everybody may read it.
    pub keys: Blob,
}

/// What both sides and the analyst have signed of a result.
#[derive(Debug, Clone, Copy)]
pub struct Decided<'a> {
    /// The commit.
    pub commit: &'a Countersigned<Commit>,
    /// The analyst's record.
    pub result: &'a Signed<ResultRecord>,
}

/// A published result cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PublicationError {
    /// Not signed by the analyst, or about another commit, or malformed.
    #[error("what is published is not this computation's result")]
    Unproven,
    /// Nobody else is ever told.
    #[error("the result of this computation is for its analyst alone")]
    ForAnalyst,
    /// It is for the invited, and no invitation was given.
    #[error("the result is told to the invited alone")]
    InvitationNeeded,
    /// The key does not open it.
    #[error("this invitation does not open the result")]
    Unopenable,
    /// It is not what the analyst recorded at the reveal.
    #[error("the analyst has published another result than it recorded")]
    OtherResult,
}

/// Publishes a result as the manifest says; nothing where it says that nobody is told.
#[must_use]
pub fn publish(
    terms: &Terms,
    commit: (&Blob, &Digest),
    aggregate: &Aggregate,
    analyst: &Identity<Analyst>,
    invitations: u64,
    rng: &mut impl CryptoRng,
) -> Option<Published> {
    let (commit, root) = (commit_hash(commit.0), commit.1);
    let fingerprint = terms.fingerprint;
    let parts: [&[u8]; 2] = [fingerprint.as_bytes(), root.as_bytes()];
    let opening = hmac_sha256(analyst.boxes.secret(), Tag::RESULT_KEY, &parts);
    let values = terms.scheme.encode_aggregate(aggregate);
    let content = Zeroizing::new([&opening[..], &values].concat());
    let (content, keys) = match terms.manifest.publication {
        Publication::None => return None,
        Publication::Public => (Content::Public(Blob(content.to_vec())), Blob::default()),
        Publication::Parties => {
            let pair = BoxKeyPair::<Invitation>::generate(rng);
            let result = pair.public().seal(&labelled(&commit, &content), rng);
            let mut keys = Vec::new();
            for number in 0..invitations {
                let invitation = invitation_keys(&analyst.boxes, &fingerprint, number);
                let to = box_of(&invitation, &fingerprint);
                keys.extend_from_slice(&to.public().seal(&**pair.secret(), rng));
            }
            let content = Content::Sealed {
                result: Blob(result),
                keys: keys_hash(&keys),
            };
            (content, Blob(keys))
        }
    };
    let record = PublishedResult {
        fingerprint,
        commit,
        content,
    };
    Some(Published {
        record: Signed::sign(&record, &analyst.signing),
        keys,
    })
}

impl Published {
    /// Whether it is what a server may keep: signed by the analyst, about that commit, as the
    /// manifest says, with a key for each invitation.
    #[must_use]
    pub fn fits(&self, terms: &Terms, commit: &Digest, invitations: u64) -> bool {
        let analyst = &terms.manifest.analyst.signing_key;
        if self.record.body.0.len() > room::result_len(&terms.scheme) {
            return false;
        }
        let Ok(record) = self.record.open(analyst) else {
            return false;
        };
        let keys = &self.keys.0;
        let fits = match (&record.content, terms.manifest.publication) {
            (Content::Public(_), Publication::Public) => keys.is_empty(),
            (Content::Sealed { keys: hash, .. }, Publication::Parties) => {
                let due = u64::try_from(KEY_LEN).ok();
                let due = due.and_then(|len| len.checked_mul(invitations));
                u64::try_from(keys.len()).ok() == due && keys_hash(keys) == *hash
            }
            _ => false,
        };
        fits && record.fingerprint == terms.fingerprint && record.commit == *commit
    }
}

/// Opens and checks a published result. `key` is what the server has for that invitation.
pub fn open_published(
    terms: &Terms,
    decided: Decided<'_>,
    record: &Signed<PublishedResult>,
    key: Option<(&SigningKeyPair<Invitation>, &Blob)>,
) -> Result<(Commit, Aggregate), PublicationError> {
    const UNPROVEN: PublicationError = PublicationError::Unproven;
    let manifest = &terms.manifest;
    let analyst = &manifest.analyst.signing_key;
    let commit = decided
        .commit
        .open(analyst, &manifest.server.identity.signing_key);
    let commit = commit.map_err(|_| UNPROVEN)?;
    let hash = commit_hash(&decided.commit.body);
    let result = decided.result.open(analyst).map_err(|_| UNPROVEN)?;
    let record = record.open(analyst).map_err(|_| UNPROVEN)?;
    let same = commit.fingerprint == terms.fingerprint
        && (result.fingerprint, result.commit) == (terms.fingerprint, hash)
        && (record.fingerprint, record.commit) == (terms.fingerprint, hash);
    if !same {
        return Err(UNPROVEN);
    }
    let content = match (record.content, key) {
        (Content::Public(content), _) => Zeroizing::new(content.0),
        (Content::Sealed { .. }, None) => return Err(PublicationError::InvitationNeeded),
        (Content::Sealed { result, .. }, Some((invitation, key))) => {
            unseal(terms, &hash, &result, invitation, key).ok_or(PublicationError::Unopenable)?
        }
    };
    let (opening, values) = content.split_at_checked(OPENING).ok_or(UNPROVEN)?;
    if sha256(Tag::RESULT_COMMITMENT, &[opening, values]) != result.commitment {
        return Err(PublicationError::OtherResult);
    }
    let aggregate = terms.scheme.decode_aggregate(values).ok_or(UNPROVEN)?;
    Ok((commit, aggregate))
}

fn unseal(
    terms: &Terms,
    commit: &Digest,
    result: &Blob,
    invitation: &SigningKeyPair<Invitation>,
    key: &Blob,
) -> Option<Zeroizing<Vec<u8>>> {
    let secret = box_of(invitation, &terms.fingerprint).open(&key.0)?;
    let secret = Zeroizing::new(<[u8; 32]>::try_from(secret.as_slice()).ok()?);
    let opened = BoxKeyPair::<Invitation>::from_secret(secret).open(&result.0)?;
    let content = opened.strip_prefix(&labelled(commit, &[])[..])?;
    Some(Zeroizing::new(content.to_vec()))
}

/// `"web-mpc/1/published-result" 0x00 || commit hash || content`
fn labelled(commit: &Digest, content: &[u8]) -> Zeroizing<Vec<u8>> {
    let tag = Tag::PUBLISHED_RESULT.as_str().as_bytes();
    Zeroizing::new([tag, &[0], commit.as_bytes(), content].concat())
}

/// What opens an invitation's key to the result.
fn box_of(
    invitation: &SigningKeyPair<Invitation>,
    fingerprint: &Fingerprint,
) -> BoxKeyPair<Invitation> {
    let parts: [&[u8]; 1] = [fingerprint.as_bytes()];
    let secret = hmac_sha256(invitation.seed(), Tag::PUBLICATION_BOX, &parts);
    BoxKeyPair::from_secret(secret)
}

fn keys_hash(keys: &[u8]) -> Digest {
    sha256(Tag::PUBLICATION_KEYS, &[keys])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::World;
    use crate::ids::Signature;

    #[test]
    fn a_published_result_is_at_most_so_long() {
        let world = World::with(1, |manifest| manifest.publication = Publication::Public);
        let commit = Digest::new([1; 32]);
        let record = PublishedResult {
            fingerprint: world.terms.fingerprint,
            commit,
            content: Content::Public(Blob::default()),
        };
        let keys = &world.analyst.signing;
        let fits = |len| {
            // JSON may have blanks.
            let mut body = Signed::sign(&record, keys).body;
            body.0.resize(len, b' ');
            let signature: Signature = keys.sign(PublishedResult::TAG, &body.0);
            let published = Published {
                record: Signed::from_parts(body, signature),
                keys: Blob::default(),
            };
            published.fits(&world.terms, &commit, 0)
        };
        let most = room::result_len(&world.terms.scheme);
        assert!(fits(most));
        assert!(!fits(most + 1));
    }
}
