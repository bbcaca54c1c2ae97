//! What an analyst asks for on a connection that it is logged in on.

use std::mem;
use std::sync::Arc;

use tokio::sync::OwnedMutexGuard;
use tokio::time::sleep;

use super::super::live::{Live, Seat};
use super::super::memory::Taken;
use super::super::reveal::{self, Reveal};
use super::super::socket::Gone;
use super::super::{analyst, invitations, publish, refusals, track};
use super::{Answer, Connection, Stage, WATCH_PAUSE, Watcher, Watching};
use crate::disclosure::Outcome;
use crate::ids::Digest;
use crate::protocol::{ClientMessage, Refusal, ServerMessage, encode};

impl Connection {
    pub(super) async fn answer_analyst(
        &mut self,
        message: ClientMessage,
    ) -> Result<Answer, Refusal> {
        let shared = Arc::clone(&self.shared);
        // In memory while the request is answered, not for as long as somebody is logged in.
        let live = shared.known(&self.seat()?.fingerprint).await?;
        Ok(match message {
            ClientMessage::Watch {} => self.watch(live).await?,
            ClientMessage::Invite { notice, list } => {
                invitations::invite(&shared, &live, notice, list).await?
            }
            ClientMessage::Revoke { notice, keys } => {
                invitations::revoke(&shared, &live, notice, keys).await?
            }
            ClientMessage::Roster { after } => {
                invitations::roster(&shared, &live, after).await?.into()
            }
            ClientMessage::Track {} => track::track(&shared, &live).await?.into(),
            ClientMessage::Notice(notice) => analyst::notice(&shared, &live, notice).await?,
            ClientMessage::Publish { record, keys } => {
                publish::publish(&shared, &live, record, keys).await?.into()
            }
            ClientMessage::Signatures { after } => {
                analyst::signatures(&shared, &live, after).await?.into()
            }
            ClientMessage::Prepare { root } => Answer::Pages(root),
            ClientMessage::Commit(commit) => {
                let reveal = self.reveal()?;
                let (message, outcome) = reveal.commit(&shared, &live, commit).await?;
                let text = encode(&message).into();
                match outcome {
                    Outcome::Release { .. } => Answer::Text(text),
                    Outcome::End { .. } => Answer::Last(text),
                }
            }
            ClientMessage::Presence {} => self.reveal()?.presence(&shared, &live).await?.into(),
            ClientMessage::Hide(hiding) => {
                let released = self.reveal()?.release(&shared, &live, Some(hiding));
                released.await?.into()
            }
            ClientMessage::Release {} => self.reveal()?.release(&shared, &live, None).await?.into(),
            ClientMessage::Result(record) => {
                let message = analyst::result(&shared, &live, record).await?;
                Answer::Last(encode(&message).into())
            }
            _ => return Err(refusals::internal()),
        })
    }

    async fn watch(&mut self, live: Arc<Live>) -> Result<Answer, Refusal> {
        if !live.terms.manifest.is_counted() && !live.view().phase.is_frozen() {
            return Err(refusals::not_counted());
        }
        // Before counting, so that nothing changes unseen between the two.
        let seat = Arc::clone(&live.seat);
        let changes = seat.watch();
        let parties = self.shared.store.parties(&live.terms.fingerprint).await?;
        self.watching = Some(next_change(Watcher {
            seat,
            changes,
            told: parties,
        }));
        Ok(ServerMessage::Submissions { parties }.into())
    }

    /// Goes through the pages of a batch with the analyst.
    pub(super) async fn prepare(&mut self, root: Digest) -> Result<(), Gone> {
        let (live, turn, memory) = match self.admit(&root).await {
            Ok(admitted) => admitted,
            Err(refusal) => return Box::pin(self.say(Err(refusal))).await,
        };
        let seat = Arc::clone(&live.seat);
        let reveal = reveal::prepare(&self.shared, live, turn, memory, &mut self.socket).await?;
        // Less than what the pages took beside it.
        self.socket.keep(reveal.footprint());
        self.stage = Stage::Prepared(seat, Box::new(reveal));
        Ok(())
    }

    /// Takes the turn, or keeps the one that this connection has from going through the pages
    /// before; and room for what is in memory while the pages are under way.
    async fn admit(
        &mut self,
        root: &Digest,
    ) -> Result<(Arc<Live>, OwnedMutexGuard<()>, Taken), Refusal> {
        let (shared, seat) = (Arc::clone(&self.shared), self.seat()?);
        let live = shared.known(&seat.fingerprint).await?;
        let stage = mem::replace(&mut self.stage, Stage::LoggedIn(Arc::clone(&live.seat)));
        let turn = match stage {
            Stage::Prepared(_, reveal) => Some(reveal.into_turn()),
            _ => None,
        };
        let turn = reveal::admit(&live, root, turn).await?;
        shared.computations.make_room_for_reveal()?;
        let most = reveal::most_bytes(&live)?;
        // What was kept of the pages before is gone.
        self.socket.keep(0);
        if !self.socket.keep(live.footprint().saturating_add(most)) {
            return Err(refusals::busy());
        }
        let memory = shared.computations.memory.count(most);
        Ok((live, turn, memory))
    }

    /// That of the computation whose analyst this is.
    fn seat(&self) -> Result<Arc<Seat>, Refusal> {
        match &self.stage {
            Stage::LoggedIn(seat) | Stage::Prepared(seat, _) => Ok(Arc::clone(seat)),
            Stage::Fresh | Stage::Greeted => Err(refusals::not_logged_in()),
        }
    }

    fn reveal(&mut self) -> Result<&mut Reveal, Refusal> {
        match &mut self.stage {
            Stage::Prepared(_, reveal) => Ok(reveal),
            _ => Err(refusals::not_prepared()),
        }
    }
}

/// Comes when the number may have changed, but not at once again.
pub(super) fn next_change(mut watcher: Watcher) -> Watching {
    Box::pin(async move {
        sleep(WATCH_PAUSE).await;
        if watcher.changes.changed().await.is_err() {
            // The watcher holds the seat, so its channel cannot close before.
            std::future::pending::<()>().await;
        }
        watcher
    })
}
