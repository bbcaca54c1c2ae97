//! The analyst's side of a reveal over a connection: pages are opened on all cores while others are
//! on their way, and everything that depends on order happens in page order.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;

use tokio_tungstenite::tungstenite::Bytes;
use tokio_util::sync::CancellationToken;

use super::conclude::{Found, conclude, propose};
use super::{ClientError, Connection, HostError, Incoming};
use crate::batch::Batch;
use crate::crypto::{Analyst, Entropy, Identity};
use crate::ids::{Digest, Fingerprint};
use crate::manifest::Terms;
use crate::protocol::{ClientMessage, ServerMessage, limits};
use crate::reveal::{Collection, Helper, RevealError, Tally, VerifiedPage};
use crate::session::{Joined, Misbehaviour};
use crate::workers::{Workers, WorkersError};

/// What a reveal needs from its surroundings.
pub trait RevealHost {
    /// Writes down which batch this analyst reveals, and refuses another one for ever.
    fn record_root(&mut self, fingerprint: &Fingerprint, root: &Digest) -> Result<(), HostError>;

    /// Writes down what this analyst commits to, and refuses anything else for ever.
    fn record_commit(&mut self, terms: &Terms, commit: &Digest) -> Result<(), HostError>;

    /// Tells the person how many submissions are done.
    fn progress(&mut self, done: u64, of: u64);
}

/// What a reveal works with.
#[derive(Debug, Clone, Copy)]
pub struct Tools<'a> {
    /// The analyst's keys.
    pub identity: &'a Identity<Analyst>,
    /// Where boxes are opened.
    pub workers: &'a Workers,
    /// Randomness.
    pub entropy: &'a Entropy,
    /// Heeded before the commit and not after.
    pub cancel: &'a CancellationToken,
}

/// Reveals a frozen batch.
pub async fn reveal(
    connection: &mut Connection,
    joined: &Joined,
    batch: &Batch,
    tools: Tools<'_>,
    host: &mut (impl RevealHost + Send),
) -> Result<Found, ClientError> {
    let Tools {
        identity,
        workers,
        entropy,
        cancel,
    } = tools;
    let terms = &joined.terms;
    host.record_root(&terms.fingerprint, &batch.root)
        .map_err(ClientError::Host)?;
    connection
        .send([ClientMessage::Prepare { root: batch.root }])
        .await?;
    let helper = Helper::new(Arc::clone(terms), identity.boxes.clone());
    let preparation = Preparation::new(helper, batch.clone(), workers.clone());
    let tally = tokio::select! {
        tally = preparation.run(connection, host) => tally?,
        () = cancel.cancelled() => return Err(ClientError::Cancelled),
    };
    let proposal = propose(joined, batch, tally, identity).await?;
    host.record_commit(terms, &proposal.hash())
        .map_err(ClientError::Host)?;
    conclude(connection, joined, batch, proposal, identity, entropy).await
}

type Opening =
    Pin<Box<dyn Future<Output = Result<Result<VerifiedPage, RevealError>, WorkersError>> + Send>>;

/// The pages under way.
struct Preparation {
    helper: Helper,
    workers: Workers,
    collection: Collection,
    opening: VecDeque<Opening>,
    next_page: u32,
    parties: u64,
    /// Pages that came and are not settled.
    unsettled: usize,
}

impl Preparation {
    fn new(helper: Helper, batch: Batch, workers: Workers) -> Self {
        let parties = batch.parties;
        let collection = Collection::new(helper.clone(), batch);
        let opening = VecDeque::with_capacity(limits::PAGES_IN_FLIGHT);
        Self {
            helper,
            workers,
            collection,
            opening,
            next_page: 0,
            parties,
            unsettled: 0,
        }
    }

    async fn run(
        mut self,
        connection: &mut Connection,
        host: &mut (impl RevealHost + Send),
    ) -> Result<Tally, ClientError> {
        while !self.collection.is_complete() {
            tokio::select! {
                // Sending what is done comes first: the server may be waiting for it.
                biased;
                page = front(&mut self.opening) => {
                    self.opening.pop_front();
                    let frame = self.collection.verified(page??)?;
                    connection.send_frame(frame).await?;
                }
                incoming = connection.receive() => match incoming? {
                    Incoming::Frame(frame) => self.take(frame, host)?,
                    Incoming::Message(ServerMessage::Submissions { .. }) => {}
                    Incoming::Message(ServerMessage::Error(refusal)) => {
                        return Err(ClientError::Refused(refusal));
                    }
                    Incoming::Message(_) => return Err(Misbehaviour::Unexpected.into()),
                },
            }
        }
        Ok(self.collection.finish()?)
    }

    /// A page to open, or verdicts on the oldest page that waits for them.
    fn take(
        &mut self,
        frame: Bytes,
        host: &mut (impl RevealHost + Send),
    ) -> Result<(), ClientError> {
        if Helper::is_page(&frame) {
            if self.unsettled >= limits::PAGES_IN_FLIGHT {
                return Err(Misbehaviour::Unexpected.into());
            }
            let (helper, workers, number) =
                (self.helper.clone(), self.workers.clone(), self.next_page);
            // A task of its own, so that the pool starts on it at once.
            let opening =
                tokio::spawn(
                    async move { workers.run(move || helper.verify(number, &frame)).await },
                );
            self.opening.push_back(Box::pin(async move {
                opening.await.unwrap_or(Err(WorkersError::Lost))
            }));
            self.next_page = self
                .next_page
                .checked_add(1)
                .ok_or(Misbehaviour::Unexpected)?;
            self.unsettled += 1;
        } else {
            let done = self
                .collection
                .settled(&frame)
                .map_err(Misbehaviour::from)?;
            self.unsettled = self.unsettled.saturating_sub(1);
            host.progress(done, self.parties);
        }
        Ok(())
    }
}

/// The oldest page that is being opened; never, while there is none.
async fn front(
    opening: &mut VecDeque<Opening>,
) -> Result<Result<VerifiedPage, RevealError>, WorkersError> {
    match opening.front_mut() {
        Some(page) => page.await,
        None => std::future::pending().await,
    }
}
