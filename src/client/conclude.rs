//! The end of a reveal: from what both sides found to the result. The same natively and in a browser,
//! which differ in how they work through the pages.

use std::sync::Arc;

use super::{ClientError, Connection};
use crate::batch::{Batch, Commit, commit_hash};
use crate::crypto::{Analyst, Entropy, Identity};
use crate::ids::{Blob, Digest};
use crate::manifest::Terms;
use crate::measurement::{Aggregate, Population, ReleasedShare};
use crate::protocol::{ClientMessage, ServerMessage};
use crate::record::Signed;
use crate::reveal::{Agreed, Decision, RevealError, Tally, hide, open_release, record_result};
use crate::session::{Joined, Misbehaviour};

/// What a reveal ends with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What both sides signed.
    pub commit: Commit,
    /// The aggregate; nothing when both sides committed that there is none.
    pub aggregate: Option<Aggregate>,
}

/// What the analyst is about to commit to.
#[derive(Debug)]
pub struct Proposal {
    decision: Decision,
    signed: Signed<Commit>,
    tally: Arc<Tally>,
}

impl Proposal {
    /// Goes to the journal before the commit goes to the server.
    #[must_use]
    pub fn hash(&self) -> Digest {
        commit_hash(&self.signed.body)
    }
}

/// What follows from the pages of a batch.
pub async fn propose(
    joined: &Joined,
    batch: &Batch,
    tally: Tally,
    identity: &Identity<Analyst>,
) -> Result<Proposal, ClientError> {
    let tally = Arc::new(tally);
    let decision = {
        let (tally, terms, batch) = (Arc::clone(&tally), Arc::clone(&joined.terms), batch.clone());
        apart(move || tally.decide(&terms, &batch)).await
    };
    let decision = decision.flatten().ok_or(RevealError::Count)?;
    if joined
        .commit
        .as_ref()
        .is_some_and(|before| *before != decision.commit)
    {
        return Err(Misbehaviour::Unproven("commit of an earlier run").into());
    }
    let signed = Signed::sign(&decision.commit, &identity.signing);
    Ok(Proposal {
        decision,
        signed,
        tally,
    })
}

/// Commits, and opens and records the result. There is no way back from here.
pub async fn conclude(
    connection: &mut Connection,
    joined: &Joined,
    batch: &Batch,
    proposal: Proposal,
    identity: &Identity<Analyst>,
    entropy: &Entropy,
) -> Result<Found, ClientError> {
    let Proposal {
        decision: Decision { commit, population },
        signed,
        tally,
    } = proposal;
    let terms = &joined.terms;
    match connection
        .ask(ClientMessage::Commit(signed.clone()))
        .await?
    {
        ServerMessage::Committed(answer) => joined.check_commit(&signed, &answer)?,
        _ => return Err(Misbehaviour::Unexpected.into()),
    }
    if !commit.outcome.is_release() {
        return Ok(Found {
            commit,
            aggregate: None,
        });
    }
    let asking = Asking {
        terms,
        commit: &signed.body,
        tally: &tally,
        identity,
    };
    let (share, population) = asking.release(connection, population).await?;
    let ours = terms.scheme.release(tally.aggregate(), &population);
    let aggregate = terms.scheme.unshard(&share, &ours, population);
    let record = record_result(
        terms,
        batch,
        &signed.body,
        &aggregate,
        identity,
        &mut entropy.rng(),
    );
    match connection.ask(ClientMessage::Result(record)).await? {
        ServerMessage::Recorded {} => Ok(Found {
            commit,
            aggregate: Some(aggregate),
        }),
        _ => Err(Misbehaviour::Unexpected.into()),
    }
}

/// What the analyst has when it asks for the server's share.
struct Asking<'a> {
    terms: &'a Arc<Terms>,
    commit: &'a Blob,
    tally: &'a Arc<Tally>,
    identity: &'a Identity<Analyst>,
}

impl Asking<'_> {
    /// The server's share, and whose result it is about; before that, where parts are counted, what
    /// of them is hidden.
    async fn release(
        &self,
        connection: &mut Connection,
        population: Population,
    ) -> Result<(ReleasedShare, Population), ClientError> {
        let (request, agreed) = if self.terms.scheme.counts_presence() {
            self.hide(connection, population).await?
        } else {
            (ClientMessage::Release {}, Agreed::uncounted(population))
        };
        let ServerMessage::Released(released) = connection.ask(request).await? else {
            return Err(Misbehaviour::Unexpected.into());
        };
        let boxes = &self.identity.boxes;
        let share = open_release(self.terms, self.commit, &agreed, &released, boxes);
        let share = share.map_err(|_| Misbehaviour::Unproven("released share"))?;
        Ok((share, agreed.population))
    }

    async fn hide(
        &self,
        connection: &mut Connection,
        population: Population,
    ) -> Result<(ClientMessage, Agreed), ClientError> {
        let answer = connection.ask(ClientMessage::Presence {}).await?;
        let ServerMessage::Presence(theirs) = answer else {
            return Err(Misbehaviour::Unexpected.into());
        };
        let (terms, tally) = (Arc::clone(self.terms), Arc::clone(self.tally));
        let (commit, identity) = (self.commit.clone(), self.identity.clone());
        let job = move || {
            let aggregate = tally.aggregate();
            hide(&terms, &commit, population, aggregate, &theirs, &identity)
        };
        let decided = apart(job).await.and_then(Result::ok);
        let (hiding, agreed) = decided.ok_or(Misbehaviour::Unproven("share of counts"))?;
        Ok((ClientMessage::Hide(hiding), agreed))
    }
}

/// What with very many cohorts takes seconds, away from the thread that keeps the connection; nothing
/// if the program is coming down.
#[cfg(feature = "native")]
async fn apart<T: Send + 'static>(job: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    tokio::task::spawn_blocking(job).await.ok()
}

/// A browser has one thread.
#[cfg(not(feature = "native"))]
async fn apart<T>(job: impl FnOnce() -> T) -> Option<T> {
    std::future::ready(Some(job())).await
}
