//! What a party keeps of one computation, and what may follow on what: pending, finished, corrected,
//! taken back.

use crate::crypto::{Party, SigningKeyPair};
use crate::ids::{PartyKey, SubmissionHash};
use crate::invitation::Admission;
use crate::manifest::{Access, MAX_SEQUENCE, Manifest, Terms};
use crate::record::{Countersigned, Signed};
use crate::submission::{MAX_WITHDRAWAL, Receipt, Submission, Withdrawal, WithdrawalReceipt};

/// Longest URL of a server.
pub(super) const MAX_URL: usize = 2048;

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
