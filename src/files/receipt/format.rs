//! What stands in a receipt file.
//!
//! ```json
//! {"version": 1, "state": "pending", "server": "ws://127.0.0.1:8080", "computation": "web-mpc",
//!  "fingerprint": "<base64url>", "party_seed": "<base64url>",
//!  "manifest": {"body": .., "analyst_signature": .., "server_signature": ..},
//!  "versions": [
//!    {"sequence": 1, "submission_hash": .., "receipt": {"body": .., "signature": ..}},
//!    {"sequence": 2, "submission_hash": .., "submission": {..}, "refused": true}],
//!  "invitation": {"key": .., "signature": ..}}
//! ```
//!
//! `refused` stands only beside a submission that the server has refused. A version that takes the one
//! before back has `withdrawal`, and `withdrawn` once the server has signed for it, in place of
//! `submission` and `receipt`; its hash is that of what it takes back. `invitation` stands only in an
//! invited computation: it admits this party's key, and nobody else can use it.
//!
//! `state`, `computation` and `fingerprint` follow from the rest; they are there for people and for
//! a quick look, and must agree with it.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::super::secret::Secret;
use crate::crypto::{Party, SigningKeyPair};
use crate::ids::{ComputationName, Fingerprint, PartyKey, SubmissionHash};
use crate::invitation::Admission;
use crate::manifest::{Access, MAX_SEQUENCE, Manifest, Terms};
use crate::record::{Countersigned, Signed};
use crate::submission::{MAX_WITHDRAWAL, Receipt, Submission, Withdrawal, WithdrawalReceipt};

/// The version that this program writes.
const VERSION: u64 = 1;

/// Longest URL of a server.
const MAX_URL: usize = 2048;

/// How every pending file begins.
pub(super) const PENDING: &[u8] = b"{\"version\":1,\"state\":\"pending\",";

/// Everything that a party keeps of one computation.
#[derive(Debug, Clone)]
pub struct StoredReceipt {
    /// URL of the server to which it submits.
    pub server: String,
    /// As both compute parties signed it.
    pub manifest: Countersigned<Manifest>,
    /// The same, checked.
    pub terms: Terms,
    /// The party's key, fresh for this computation.
    pub keys: SigningKeyPair<Party>,
    /// What was submitted or taken back, the newest last; at least one. Only the last may be without
    /// a receipt.
    pub versions: Vec<Version>,
    /// What admits the party, in an invited computation.
    pub admission: Option<Admission>,
}

/// One submission of a party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Rises with each version.
    pub sequence: u64,
    /// What the party signed; of a withdrawal, what it takes back.
    pub submission_hash: SubmissionHash,
    /// How far it got.
    pub progress: Progress,
}

/// How far a submission got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// Perhaps sent; to be sent again exactly so.
    Pending(Box<Submission>),
    /// Refused by the server, which may have stored it nevertheless: to be sent again exactly so, or
    /// to be replaced by a later version under the same key.
    Refused(Box<Submission>),
    /// Stored by the server, which says so here.
    Finished(Signed<Receipt>),
    /// To be taken back; perhaps sent.
    Withdrawing(Signed<Withdrawal>),
    /// Taken back, as the server says.
    Withdrawn(Signed<Withdrawal>, Signed<WithdrawalReceipt>),
}

impl Version {
    /// A submission that is about to be sent.
    #[must_use]
    pub fn pending(submission: Submission) -> Self {
        Self {
            sequence: submission.sequence,
            submission_hash: submission.hash(),
            progress: Progress::Pending(Box::new(submission)),
        }
    }
}

impl StoredReceipt {
    /// What a new party is about to submit, under a manifest that was checked.
    #[must_use]
    pub fn new(
        server: String,
        manifest: Countersigned<Manifest>,
        terms: Terms,
        keys: SigningKeyPair<Party>,
        submission: Submission,
    ) -> Self {
        let admission = submission.invitation.as_deref();
        Self {
            server,
            manifest,
            terms,
            keys,
            admission: admission.map(|admission| admission.taking_over(None)),
            versions: vec![Version::pending(submission)],
        }
    }

    /// What is to be sent (again), refused or not.
    #[must_use]
    pub fn pending(&self) -> Option<&Submission> {
        match &self.versions.last()?.progress {
            Progress::Pending(submission) | Progress::Refused(submission) => Some(submission),
            Progress::Finished(_) | Progress::Withdrawing(_) | Progress::Withdrawn(..) => None,
        }
    }

    /// The withdrawal that is to be sent (again).
    #[must_use]
    pub fn pending_withdrawal(&self) -> Option<&Signed<Withdrawal>> {
        match &self.versions.last()?.progress {
            Progress::Withdrawing(withdrawal) => Some(withdrawal),
            _ => None,
        }
    }

    /// Whether something is to be sent (again).
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.pending().is_some() || self.pending_withdrawal().is_some()
    }

    /// The server's word that what was submitted is taken back, if that is the last that it has said.
    #[must_use]
    pub fn newest_withdrawal(&self) -> Option<&Signed<WithdrawalReceipt>> {
        let mut settled = self.versions.iter().rev().filter(|version| {
            matches!(
                version.progress,
                Progress::Finished(_) | Progress::Withdrawn(..)
            )
        });
        match &settled.next()?.progress {
            Progress::Withdrawn(_, receipt) => Some(receipt),
            _ => None,
        }
    }

    /// Whether the server has refused what is to be sent again.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        let last = self.versions.last().map(|version| &version.progress);
        matches!(last, Some(Progress::Refused(_)))
    }

    /// The server's newest receipt.
    #[must_use]
    pub fn newest_receipt(&self) -> Option<&Signed<Receipt>> {
        let receipts = self.versions.iter().rev();
        let mut receipts = receipts.filter_map(|version| match &version.progress {
            Progress::Finished(receipt) => Some(receipt),
            _ => None,
        });
        receipts.next()
    }

    /// The highest number that was used, of a version or a withdrawal.
    #[must_use]
    pub fn last_sequence(&self) -> u64 {
        self.versions.last().map_or(0, |version| version.sequence)
    }

    /// The number of the next version; nothing if there can be none.
    #[must_use]
    pub fn next_sequence(&self) -> Option<u64> {
        let last = self.last_sequence();
        (last < MAX_SEQUENCE).then(|| last.saturating_add(1))
    }

    /// The number of a withdrawal; nothing if there can be none.
    #[must_use]
    pub fn withdrawal_sequence(&self) -> Option<u64> {
        let last = self.versions.last()?.sequence;
        (last < MAX_WITHDRAWAL).then(|| last.saturating_add(1))
    }

    /// The same with the server's receipt for what is pending; nothing if it is not for that.
    #[must_use]
    pub fn finished(&self, receipt: Signed<Receipt>) -> Option<Self> {
        self.pending()?;
        let mut finished = self.clone();
        finished.versions.last_mut()?.progress = Progress::Finished(receipt);
        finished.is_consistent().then_some(finished)
    }

    /// The same with a correction, which is pending then. The receipts of earlier versions stay; a
    /// version that the server has refused gives way. Nothing where a version is not finished yet, or
    /// the correction is another party's or not newer.
    #[must_use]
    pub fn corrected(&self, submission: Submission) -> Option<Self> {
        self.followed_by(Version::pending(submission))
    }

    /// The same with a withdrawal, which is pending then. Nothing where a version is not finished yet,
    /// where there is nothing that the server has stored, or where the withdrawal is another party's
    /// or not the next version.
    #[must_use]
    pub fn withdrawing(&self, withdrawal: Signed<Withdrawal>) -> Option<Self> {
        self.newest_receipt()?;
        self.followed_by(Version {
            sequence: self.withdrawal_sequence()?,
            submission_hash: self.versions.last()?.submission_hash,
            progress: Progress::Withdrawing(withdrawal),
        })
    }

    fn followed_by(&self, version: Version) -> Option<Self> {
        let unfinished = self.is_pending() && !self.is_refused();
        let newer = self
            .versions
            .last()
            .is_none_or(|last| last.sequence < version.sequence);
        let mut followed = self.clone();
        if followed.is_refused() {
            followed.versions.pop();
        }
        followed.versions.push(version);
        (!unfinished && newer && followed.is_consistent()).then_some(followed)
    }

    /// The same with the server's receipt for the withdrawal that is pending; nothing if it is not for
    /// that.
    #[must_use]
    pub fn withdrawn(&self, receipt: Signed<WithdrawalReceipt>) -> Option<Self> {
        let withdrawal = self.pending_withdrawal()?.clone();
        let mut withdrawn = self.clone();
        withdrawn.versions.last_mut()?.progress = Progress::Withdrawn(withdrawal, receipt);
        withdrawn.is_consistent().then_some(withdrawn)
    }

    /// The same without the withdrawal that is pending, which the server has refused.
    #[must_use]
    pub fn kept(&self) -> Option<Self> {
        self.pending_withdrawal()?;
        let mut kept = self.clone();
        kept.versions.pop();
        kept.is_consistent().then_some(kept)
    }

    /// The same with a note that the server has refused what is pending. Key and bytes stay.
    #[must_use]
    pub fn refused(&self) -> Option<Self> {
        let submission = self.pending()?.clone();
        let mut refused = self.clone();
        refused.versions.last_mut()?.progress = Progress::Refused(Box::new(submission));
        Some(refused)
    }

    /// Whether all parts are of one party and one computation, and what is signed is signed.
    pub(super) fn is_consistent(&self) -> bool {
        let rising = self
            .versions
            .windows(2)
            .all(|pair| matches!(pair, [one, next] if one.sequence < next.sequence));
        let earlier = self.versions.len().saturating_sub(1);
        let earlier_finished = self.versions.iter().take(earlier).all(|version| {
            matches!(
                version.progress,
                Progress::Finished(_) | Progress::Withdrawn(..)
            )
        });
        !self.versions.is_empty()
            && self.is_admitted()
            && self.server.len() <= MAX_URL
            && rising
            && earlier_finished
            && self.versions.iter().all(|version| self.fits(version))
    }

    /// Whether there is an admission of this party if and only if the computation needs one.
    fn is_admitted(&self) -> bool {
        let party = PartyKey::from(*self.keys.public());
        let invited = self.terms.manifest.access == Access::Invited;
        let holds = |admission: Admission| admission.holds(&self.terms.fingerprint, &party);
        self.admission.is_some() == invited && self.admission.is_none_or(holds)
    }

    fn fits(&self, version: &Version) -> bool {
        let party = PartyKey::from(*self.keys.public());
        let fingerprint = self.terms.fingerprint;
        match &version.progress {
            Progress::Pending(submission) | Progress::Refused(submission) => {
                submission.fingerprint == fingerprint
                    && submission.party_key == party
                    && submission.sequence == version.sequence
                    && (1..=MAX_SEQUENCE).contains(&submission.sequence)
                    && submission.hash() == version.submission_hash
                    && submission
                        .invitation
                        .as_deref()
                        .map(|admission| admission.key)
                        == self.admission.map(|admission| admission.key)
            }
            Progress::Withdrawing(signed) => self.fits_withdrawal(version, signed).is_some(),
            Progress::Withdrawn(signed, receipt) => {
                let server = &self.terms.manifest.server.identity.signing_key;
                let withdrawal = self.fits_withdrawal(version, signed);
                let due =
                    withdrawal.map(|withdrawal| WithdrawalReceipt::of(&withdrawal, &signed.body));
                due.is_some() && receipt.open(server).ok() == due
            }
            Progress::Finished(signed) => {
                let server = &self.terms.manifest.server.identity.signing_key;
                signed.open(server).is_ok_and(|receipt| {
                    receipt.fingerprint == fingerprint
                        && receipt.party_key == party
                        && receipt.sequence == version.sequence
                        && receipt.submission_hash == version.submission_hash
                })
            }
        }
    }
}

impl StoredReceipt {
    fn fits_withdrawal(
        &self,
        version: &Version,
        signed: &Signed<Withdrawal>,
    ) -> Option<Withdrawal> {
        let party = PartyKey::from(*self.keys.public());
        Withdrawal::open(signed).filter(|withdrawal| {
            withdrawal.fingerprint == self.terms.fingerprint
                && withdrawal.party_key == party
                && withdrawal.sequence == version.sequence
        })
    }
}

/// Why a file's content is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    NewerVersion(u64),
    NotAReceipt,
}

/// What every version has.
#[derive(Deserialize)]
struct AnyVersion {
    version: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Pending,
    Finished,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: u64,
    state: State,
    server: String,
    computation: ComputationName,
    fingerprint: Fingerprint,
    party_seed: Secret,
    manifest: Countersigned<Manifest>,
    versions: Vec<VersionDocument>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    invitation: Option<Admission>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct VersionDocument {
    sequence: u64,
    submission_hash: SubmissionHash,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    submission: Option<Box<Submission>>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    refused: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    receipt: Option<Signed<Receipt>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    withdrawal: Option<Signed<Withdrawal>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    withdrawn: Option<Signed<WithdrawalReceipt>>,
}

impl From<&Version> for VersionDocument {
    fn from(version: &Version) -> Self {
        let mut document = Self {
            sequence: version.sequence,
            submission_hash: version.submission_hash,
            submission: None,
            refused: false,
            receipt: None,
            withdrawal: None,
            withdrawn: None,
        };
        match &version.progress {
            Progress::Pending(submission) => document.submission = Some(submission.clone()),
            Progress::Refused(submission) => {
                document.submission = Some(submission.clone());
                document.refused = true;
            }
            Progress::Finished(receipt) => document.receipt = Some(receipt.clone()),
            Progress::Withdrawing(withdrawal) => document.withdrawal = Some(withdrawal.clone()),
            Progress::Withdrawn(withdrawal, receipt) => {
                document.withdrawal = Some(withdrawal.clone());
                document.withdrawn = Some(receipt.clone());
            }
        }
        document
    }
}

impl VersionDocument {
    fn read(self) -> Result<Version, Refusal> {
        let submitted = (self.submission, self.refused, self.receipt);
        let progress = match (submitted, self.withdrawal, self.withdrawn) {
            ((Some(submission), false, None), None, None) => Progress::Pending(submission),
            ((Some(submission), true, None), None, None) => Progress::Refused(submission),
            ((None, false, Some(receipt)), None, None) => Progress::Finished(receipt),
            ((None, false, None), Some(withdrawal), None) => Progress::Withdrawing(withdrawal),
            ((None, false, None), Some(withdrawal), Some(receipt)) => {
                Progress::Withdrawn(withdrawal, receipt)
            }
            _ => return Err(Refusal::NotAReceipt),
        };
        Ok(Version {
            sequence: self.sequence,
            submission_hash: self.submission_hash,
            progress,
        })
    }
}

/// The content of a receipt file, on one line.
pub(super) fn write(stored: &StoredReceipt) -> Zeroizing<Vec<u8>> {
    let state = if stored.is_pending() {
        State::Pending
    } else {
        State::Finished
    };
    let document = Document {
        version: VERSION,
        state,
        server: stored.server.clone(),
        computation: stored.terms.manifest.name.clone(),
        fingerprint: stored.terms.fingerprint,
        party_seed: Secret(stored.keys.seed().clone()),
        manifest: stored.manifest.clone(),
        versions: stored.versions.iter().map(VersionDocument::from).collect(),
        invitation: stored.admission,
    };
    // Large enough from the start: growing would leave copies of the seed behind.
    let mut content = Zeroizing::new(Vec::with_capacity(room(stored)));
    #[expect(clippy::expect_used, reason = "text keys and no failing serialiser")]
    serde_json::to_writer(&mut *content, &document).expect("a receipt file is JSON");
    content.push(b'\n');
    content
}

/// More than the content has bytes: base64url is 4/3 as long, the rest is of known length.
pub(super) fn room(stored: &StoredReceipt) -> usize {
    const FIXED: usize = MAX_URL + 2048;
    const VERSION: usize = 2048;
    let boxes = stored.pending().map_or(0, |submission| {
        [
            &submission.public_part,
            &submission.server_box,
            &submission.analyst_box,
        ]
        .map(|part| part.0.len())
        .iter()
        .sum()
    });
    let receipts = stored.versions.len().saturating_mul(VERSION);
    let encoded = stored.manifest.body.0.len().saturating_add(boxes);
    encoded.saturating_mul(3) / 2 + receipts + FIXED
}

/// Reads the content of a receipt file. Anything may stand there.
pub(super) fn parse(bytes: &[u8]) -> Result<StoredReceipt, Refusal> {
    let any: AnyVersion = json(bytes)?;
    if any.version > VERSION {
        return Err(Refusal::NewerVersion(any.version));
    }
    let document: Document = json(bytes)?;
    let terms = Terms::agreed(&document.manifest).map_err(|_| Refusal::NotAReceipt)?;
    let versions = document.versions.into_iter().map(VersionDocument::read);
    let stored = StoredReceipt {
        server: document.server,
        manifest: document.manifest,
        terms,
        keys: SigningKeyPair::from_seed(document.party_seed.0),
        versions: versions.collect::<Result<_, _>>()?,
        admission: document.invitation,
    };
    let agrees = document.version == VERSION
        && (document.state == State::Pending) == stored.is_pending()
        && document.computation == stored.terms.manifest.name
        && document.fingerprint == stored.terms.fingerprint
        && stored.is_consistent();
    if agrees {
        Ok(stored)
    } else {
        Err(Refusal::NotAReceipt)
    }
}

/// What serde says of a failure may repeat what stands in the file: it goes no further.
fn json<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Refusal> {
    serde_json::from_slice(bytes).map_err(|_| Refusal::NotAReceipt)
}
