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
use super::stored::{MAX_URL, Progress, StoredReceipt, Version};
use crate::crypto::SigningKeyPair;
use crate::ids::{ComputationName, Fingerprint, SubmissionHash};
use crate::invitation::Admission;
use crate::manifest::{Manifest, Terms};
use crate::record::{Countersigned, Signed};
use crate::submission::{Receipt, Submission, Withdrawal, WithdrawalReceipt};

/// The version that this program writes.
const VERSION: u64 = 1;

/// How every pending file begins.
pub(super) const PENDING: &[u8] = b"{\"version\":1,\"state\":\"pending\",";

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
    crate::json::read(bytes).map_err(|_| Refusal::NotAReceipt)
}
