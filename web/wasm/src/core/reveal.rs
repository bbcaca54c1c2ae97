//! A reveal, in the steps between which the page keeps the journal.

use std::rc::Rc;
use std::sync::Arc;

use js_sys::Function;
use serde_json::json;
use wasm_bindgen::prelude::*;
use web_mpc::batch::Batch;
use web_mpc::client::{self, ClientError, Connection, Found, Incoming, Proposal};
use web_mpc::crypto::{Analyst, Entropy, Identity};
use web_mpc::files::journal;
use web_mpc::manifest::Phase;
use web_mpc::protocol::{ClientMessage, ServerMessage, limits};
use web_mpc::reveal::{Collection, Helper, RevealError, Tally};
use web_mpc::session::{Joined, Misbehaviour};

use super::analyst::Member;
use super::outcome::Outcome;
use super::view::View;
use super::wire::event;
use crate::failure::{Failure, json};

/// A reveal that is under way on one connection.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Reveal {
    url: String,
    identity: Identity<Analyst>,
    connection: Connection,
    joined: Rc<Joined>,
    batch: Batch,
    proposal: Option<Proposal>,
    found: Option<Found>,
}

#[wasm_bindgen]
impl Reveal {
    /// Freezes the batch: there is no way back. The same again for one that is frozen.
    pub async fn freeze(member: Member) -> Result<Reveal, Failure> {
        let Member {
            url,
            identity,
            mut connection,
            joined,
        } = member;
        let batch = match &joined.batch {
            Some(batch) => batch.clone(),
            None => client::freeze(&mut connection, &joined, &identity).await?,
        };
        Ok(Self {
            url,
            identity,
            connection,
            joined,
            batch,
            proposal: None,
            found: None,
        })
    }

    /// What the journal must say of the batch before anything of it is shown, if that is more than
    /// `kept` says.
    #[wasm_bindgen(js_name = agreeToBatch)]
    pub fn agree_to_batch(&self, kept: Option<String>) -> Result<Option<String>, Failure> {
        let root = Some(self.batch.root);
        Ok(journal::agree(
            kept.as_deref(),
            &self.joined.terms,
            root,
            None,
        )?)
    }

    /// Opens and verifies every submission.
    pub async fn verify(&mut self, tell: Function) -> Result<(), Failure> {
        let root = self.batch.root;
        self.connection
            .send([ClientMessage::Prepare { root }])
            .await?;
        let helper = Helper::new(Arc::clone(&self.joined.terms), self.identity.boxes.clone());
        let pages = Pages {
            collection: Collection::new(helper.clone(), self.batch.clone()),
            helper,
            next: 0,
            unsettled: 0,
            parties: self.batch.parties,
        };
        let tally = pages.run(&mut self.connection, &tell).await?;
        let proposal = client::propose(&self.joined, &self.batch, tally, &self.identity).await?;
        self.proposal = Some(proposal);
        Ok(())
    }

    /// What the journal must say before the commit, if that is more than `kept` says.
    #[wasm_bindgen(js_name = agreeToCommit)]
    pub fn agree_to_commit(&self, kept: Option<String>) -> Result<Option<String>, Failure> {
        let proposal = self.proposal.as_ref().ok_or_else(out_of_order)?;
        let (root, commit) = (Some(self.batch.root), Some(proposal.hash()));
        Ok(journal::agree(
            kept.as_deref(),
            &self.joined.terms,
            root,
            commit,
        )?)
    }

    /// Commits, opens the result and records it.
    pub async fn conclude(&mut self) -> Result<(), Failure> {
        let proposal = self.proposal.take().ok_or_else(out_of_order)?;
        let found = client::conclude(
            &mut self.connection,
            &self.joined,
            &self.batch,
            proposal,
            &self.identity,
            &Entropy::System,
        );
        self.found = Some(found.await?);
        Ok(())
    }

    /// The result.
    pub fn outcome(&self) -> Result<Outcome, Failure> {
        let found = self.found.as_ref().ok_or_else(out_of_order)?;
        let (terms, aggregate) = (&self.joined.terms, found.aggregate.as_ref());
        let phase = if aggregate.is_some() {
            Phase::Revealed
        } else {
            Phase::Ended
        };
        let view = View::new(terms, phase, &self.joined.announced, &self.url);
        let invitations = self.batch.invitations;
        Ok(Outcome::new(
            terms,
            &found.commit,
            aggregate,
            invitations,
            Some(view),
        ))
    }
}

fn out_of_order() -> Failure {
    Failure::new(
        "nothing_open",
        "the steps of a reveal come one after the other",
    )
}

/// The pages of a batch, one at a time: a worker has one thread.
struct Pages {
    helper: Helper,
    collection: Collection,
    next: u32,
    /// Pages that came and are not settled.
    unsettled: usize,
    parties: u64,
}

impl Pages {
    async fn run(
        mut self,
        connection: &mut Connection,
        tell: &Function,
    ) -> Result<Tally, ClientError> {
        while !self.collection.is_complete() {
            match connection.receive().await? {
                Incoming::Frame(frame) if Helper::is_page(&frame) => {
                    if self.unsettled >= limits::PAGES_IN_FLIGHT {
                        return Err(Misbehaviour::Unexpected.into());
                    }
                    let page = self.helper.verify(self.next, &frame)?;
                    let answer = self.collection.verified(page)?;
                    connection.send_frame(answer).await?;
                    self.next = self.next.checked_add(1).ok_or(RevealError::Count)?;
                    self.unsettled += 1;
                }
                Incoming::Frame(frame) => {
                    let done = self.collection.settled(&frame)?;
                    self.unsettled = self.unsettled.saturating_sub(1);
                    event(tell, &json(&json!({ "done": done, "of": self.parties })));
                }
                Incoming::Message(ServerMessage::Submissions { .. }) => {}
                Incoming::Message(ServerMessage::Error(refusal)) => {
                    return Err(ClientError::Refused(refusal));
                }
                Incoming::Message(_) => return Err(Misbehaviour::Unexpected.into()),
            }
        }
        Ok(self.collection.finish()?)
    }
}
