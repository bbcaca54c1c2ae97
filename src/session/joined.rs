//! A computation that an analyst is logged in to: what the server shows of it, checked, and what
//! the analyst may ask for.

use std::sync::Arc;

use super::{Announced, Misbehaviour};
use crate::batch::{Batch, Commit};
use crate::crypto::{Analyst, Identity};
use crate::disclosure::Outcome;
use crate::ids::{Fingerprint, InvitationKey};
use crate::invitation::{InvitationList, list_hash, revocation_hash};
use crate::manifest::{Access, Action, Dates, ManifestError, Notice, Phase, Terms};
use crate::measurement::Aggregate;
use crate::protocol::{ClientMessage, Standing};
use crate::record::{Countersigned, Signed};
use crate::reveal::open_result;

/// How the round before ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastRound {
    /// Its terms.
    pub terms: Arc<Terms>,
    /// Its result, where there is one.
    pub aggregate: Option<Aggregate>,
    /// From when until when it took submissions.
    pub dates: Dates,
}

/// A computation that the analyst is logged in to.
#[derive(Debug, Clone)]
pub struct Joined {
    /// Its terms.
    pub terms: Arc<Terms>,
    /// As the server shows it.
    pub standing: Standing,
    /// What the notices in it come to.
    pub announced: Announced,
    /// The frozen batch, checked.
    pub batch: Option<Batch>,
    /// What both sides committed to, checked.
    pub commit: Option<Commit>,
    /// What the analyst recorded, opened.
    pub aggregate: Option<Aggregate>,
    /// The round before, when this run opened the next one.
    pub previous: Option<PastRound>,
    /// Whether this run opened it.
    pub created: bool,
}

impl Joined {
    /// Checks everything that the server shows of a computation of this analyst.
    pub(super) fn new(
        mut terms: Terms,
        standing: Standing,
        previous: Option<PastRound>,
        identity: &Identity<Analyst>,
    ) -> Result<Self, Misbehaviour> {
        let scheme = &terms.scheme;
        terms.scheme = scheme
            .for_analyst(&identity.boxes, &terms.manifest.nonce)
            .map_err(ManifestError::from)?;
        let announced = Announced::by(&terms, &standing.notices)?;
        let batch = standing.batch.as_ref();
        // What the analyst did not freeze is not revealed.
        if batch.is_some() && !standing.phase.is_frozen() {
            return Err(Misbehaviour::Unproven("batch"));
        }
        let batch = batch
            .map(|batch| check_batch(&terms, &announced, batch))
            .transpose()?;
        let commit = standing.commit.as_ref();
        let commit = commit
            .map(|commit| committed(&terms, batch.as_ref(), commit))
            .transpose()?;
        let aggregate = recorded(&terms, &standing, identity)?;
        announced.lead_to(standing.phase)?;
        check_end(&standing, commit.as_ref(), aggregate.as_ref())?;
        Ok(Self {
            terms: Arc::new(terms),
            standing,
            announced,
            batch,
            commit,
            aggregate,
            previous,
            created: false,
        })
    }

    /// A round of the same name with the same server, which was asked for by its fingerprint: an
    /// earlier one, or this one later.
    pub fn earlier(
        &self,
        fingerprint: &Fingerprint,
        standing: Standing,
        identity: &Identity<Analyst>,
    ) -> Result<Self, Misbehaviour> {
        let terms = Terms::agreed(&standing.manifest)?;
        let (this, that) = (&self.terms.manifest, &terms.manifest);
        let asked_for = terms.fingerprint == *fingerprint
            && that.name == this.name
            && that.analyst == this.analyst
            && that.server.identity == this.server.identity;
        if !asked_for {
            return Err(Misbehaviour::OtherComputation);
        }
        Self::new(terms, standing, None, identity)
    }

    /// What is told of it once the next round is open.
    pub(super) fn into_past(self) -> PastRound {
        PastRound {
            terms: self.terms,
            aggregate: self.aggregate,
            dates: self.announced.dates,
        }
    }

    /// The analyst's next notice.
    #[must_use]
    pub fn notice(&self, action: Action, identity: &Identity<Analyst>) -> ClientMessage {
        ClientMessage::Notice(self.following(action, identity))
    }

    /// The same as a record.
    #[must_use]
    pub fn following(&self, action: Action, identity: &Identity<Analyst>) -> Signed<Notice> {
        let last = self.standing.notices.last();
        let number = (self.standing.notices.len() as u64).saturating_add(1);
        let notice = Notice::following(self.terms.fingerprint, last, number, action);
        Signed::sign(&notice, &identity.signing)
    }

    /// The message that adds a list of invitations.
    #[must_use]
    pub fn invite(&self, list: &InvitationList, identity: &Identity<Analyst>) -> ClientMessage {
        let count = u64::try_from(list.invitations.len()).unwrap_or(u64::MAX);
        let list = list.write();
        let action = Action::Invite {
            count,
            list: list_hash(&list),
        };
        let notice = self.following(action, identity);
        ClientMessage::Invite { notice, list }
    }

    /// The message that revokes at most [`REVOCATIONS_PER_NOTICE`] invitations.
    ///
    /// [`REVOCATIONS_PER_NOTICE`]: crate::invitation::REVOCATIONS_PER_NOTICE
    #[must_use]
    pub fn revoke(&self, keys: Vec<InvitationKey>, identity: &Identity<Analyst>) -> ClientMessage {
        let action = Action::Revoke {
            count: u64::try_from(keys.len()).unwrap_or(u64::MAX),
            list: revocation_hash(&keys),
        };
        let notice = self.following(action, identity);
        ClientMessage::Revoke { notice, keys }
    }

    /// Checks the server's word on what was frozen.
    pub fn check_batch(&self, batch: &Signed<Batch>) -> Result<Batch, Misbehaviour> {
        check_batch(&self.terms, &self.announced, batch)
    }

    /// Checks that the server countersigned this very commit.
    pub fn check_commit(
        &self,
        sent: &Signed<Commit>,
        answer: &Countersigned<Commit>,
    ) -> Result<(), Misbehaviour> {
        let server = &self.terms.manifest.server.identity.signing_key;
        if answer.analysts() == *sent && answer.is_countersigned(server) {
            Ok(())
        } else {
            Err(Misbehaviour::Unproven("commit"))
        }
    }

    /// Whether both sides committed that there is no result.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.commit
            .as_ref()
            .is_some_and(|commit| !commit.outcome.is_release())
    }
}

/// A batch that can have come of this computation. Of the invited there are as many parties in it as
/// invitations that are used; there may be more of those than are known here, where another program
/// of the same analyst has made some.
fn check_batch(
    terms: &Terms,
    announced: &Announced,
    batch: &Signed<Batch>,
) -> Result<Batch, Misbehaviour> {
    let invited = terms.manifest.access == Access::Invited;
    batch
        .open(&terms.manifest.server.identity.signing_key)
        .ok()
        .filter(|batch| batch.fingerprint == terms.fingerprint)
        .filter(|batch| batch.parties <= terms.manifest.max_parties)
        .filter(|batch| match batch.invitations {
            None => !invited,
            Some(counts) => {
                let made =
                    (announced.invitations..=terms.manifest.max_parties).contains(&counts.made);
                let rounds = 1..terms.manifest.round;
                let earlier = counts.near_round.is_none_or(|near| rounds.contains(&near));
                invited && made && earlier && counts.explain(batch.parties)
            }
        })
        .ok_or(Misbehaviour::Unproven("batch"))
}

/// Whether a round that is shown as over is: only a commit ends it.
fn check_end(
    standing: &Standing,
    commit: Option<&Commit>,
    aggregate: Option<&Aggregate>,
) -> Result<(), Misbehaviour> {
    let outcome = commit.map(|commit| &commit.outcome);
    let has_result = outcome.is_some_and(Outcome::is_release) && aggregate.is_some();
    let has_ended = matches!(outcome, Some(Outcome::End { .. }));
    let holds = match standing.phase {
        Phase::Open | Phase::Paused | Phase::Closed | Phase::Frozen => true,
        Phase::Revealed => has_result,
        Phase::Ended => has_ended,
        Phase::Purged => has_result || has_ended,
    };
    if holds {
        Ok(())
    } else {
        Err(Misbehaviour::Unproven("state of the computation"))
    }
}

/// A commit that both sides signed for this batch.
fn committed(
    terms: &Terms,
    batch: Option<&Batch>,
    record: &Countersigned<Commit>,
) -> Result<Commit, Misbehaviour> {
    let manifest = &terms.manifest;
    record
        .open(
            &manifest.analyst.signing_key,
            &manifest.server.identity.signing_key,
        )
        .ok()
        .filter(|commit| commit.fingerprint == terms.fingerprint)
        .filter(|commit| batch.is_some_and(|batch| batch.root == commit.root))
        .ok_or(Misbehaviour::Unproven("commit"))
}

/// The result that the analyst recorded, if there is one.
fn recorded(
    terms: &Terms,
    standing: &Standing,
    identity: &Identity<Analyst>,
) -> Result<Option<Aggregate>, Misbehaviour> {
    match (&standing.commit, &standing.result) {
        (Some(commit), Some(result)) => open_result(terms, &commit.body, result, &identity.boxes)
            .map(Some)
            .map_err(|_| Misbehaviour::Unproven("record of the result")),
        _ => Ok(None),
    }
}
