//! An input party: what it keeps, and how it submits.

use std::cell::RefCell;

use js_sys::{Function, Promise, Uint8Array};
use serde_json::json;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_mpc::client::{ClientError, leave};
use web_mpc::crypto::{Party as PartyRole, SigningKeyPair};
use web_mpc::files::receipt::{self, Progress, StoredReceipt};
use web_mpc::ids::{FingerprintPin, PartyKey};
use web_mpc::invitation::{Handover, Takeover, key_of};
use web_mpc::protocol::{ServerMessage, Which};
use web_mpc::session::{
    Leaving, PartyPlan, PartySession, PartyStep, Pins, Request, Sought, Ticket, Unsent,
};

use super::computation::Computation;
use super::wire::{Socket, connection, event, rng};
use crate::failure::{Failure, json};

/// An input party of one computation.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Party {
    url: String,
    keys: SigningKeyPair<PartyRole>,
    pub(super) stored: RefCell<Option<StoredReceipt>>,
    session: RefCell<Option<PartySession>>,
}

#[wasm_bindgen]
impl Party {
    /// A new party of a computation.
    #[wasm_bindgen(constructor)]
    pub fn new(computation: &Computation) -> Self {
        Self {
            url: computation.url.clone(),
            keys: SigningKeyPair::generate(&mut rng()),
            stored: RefCell::default(),
            session: RefCell::default(),
        }
    }

    /// The party that a receipt file is of.
    pub fn read(file: &[u8]) -> Result<Self, Failure> {
        let stored = receipt::read(file)?;
        Ok(Self {
            url: stored.server.clone(),
            keys: stored.keys.clone(),
            stored: RefCell::new(Some(stored)),
            session: RefCell::default(),
        })
    }

    /// The content of the receipt file; nothing before anything was sealed.
    pub fn file(&self) -> Option<Uint8Array> {
        let stored = self.stored.borrow();
        let content = stored.as_ref().map(receipt::write);
        content.map(|content| Uint8Array::from(content.as_slice()))
    }

    /// What is kept, as JSON: the members of `Kept` in `api.ts`, without the time.
    pub fn kept(&self) -> Option<String> {
        let stored = self.stored.borrow();
        let stored = stored.as_ref()?;
        let last = stored.versions.last()?;
        let state = match &last.progress {
            Progress::Finished(_) => "finished",
            Progress::Withdrawn(..) => "withdrawn",
            Progress::Refused(_) => "refused",
            Progress::Pending(_) | Progress::Withdrawing(_) => "pending",
        };
        let finished = stored
            .versions
            .iter()
            .rev()
            .find_map(|version| match &version.progress {
                Progress::Finished(receipt) => Some((version, receipt)),
                _ => None,
            });
        let receipt = finished.map(|(version, receipt)| {
            let server = &stored.terms.manifest.server.identity.signing_key;
            let hash = version.submission_hash.to_string();
            let invitations = receipt
                .open(server)
                .map_or(0, |receipt| receipt.invitations);
            json!({
                "sequence": version.sequence,
                "digest": hash.get(..8),
                "submissionHash": hash,
                "invitations": invitations,
                "at": null,
            })
        });
        Some(json(&json!({
            "state": state,
            "sequence": last.sequence,
            "leaving": stored.pending_withdrawal().is_some(),
            "receipt": receipt,
        })))
    }

    /// What leads to the computation of the receipt, as JSON.
    pub fn target(&self) -> Option<String> {
        let stored = self.stored.borrow();
        let stored = stored.as_ref()?;
        Some(json(&json!({
            "server": self.url,
            "computation": stored.terms.manifest.name,
            "fingerprint": stored.terms.fingerprint,
        })))
    }

    /// Begins to submit, or to correct what was submitted. `takeover` asks for the place of another
    /// device that has used the invitation, with that device's consent if there is a text in it.
    pub fn submit(
        &self,
        computation: &Computation,
        measurement: &str,
        takeover: Option<String>,
    ) -> Result<(), Failure> {
        let measurement = computation.measurement(measurement)?;
        let takeover = takeover.as_deref().map(read_takeover).transpose()?;
        let stored = self.stored.borrow();
        let sequence = match stored.as_ref() {
            None => 1,
            Some(stored) if stored.is_pending() && !stored.is_refused() => {
                let message = "a submission that was kept must be sent first";
                return Err(Failure::new("unfinished", message));
            }
            Some(stored) => stored
                .next_sequence()
                .ok_or_else(|| Failure::new("failed", "there are no more corrections"))?,
        };
        let admission = stored.as_ref().and_then(|stored| stored.admission);
        let invitation = computation.invitation.clone();
        // Whose link it is may have changed since: what is kept is another person's then.
        let linked = invitation.as_ref().map(key_of);
        if let (Some(linked), Some(admission)) = (linked, admission)
            && linked != admission.key
        {
            let message = "what is kept here was submitted with another invitation";
            return Err(Failure::new("other_invitation", message));
        }
        let invited = |keys| Ticket::Invitation { keys, takeover };
        // A request for another device's place stands beside an admission that was kept, too.
        let ticket = admission.map(|admission| Ticket::Admission(admission.taking_over(takeover)));
        let fingerprint = computation.terms.fingerprint;
        self.begin(PartyPlan::Submit(Box::new(Request {
            sought: Sought {
                which: Which::Fingerprint(fingerprint),
                pins: Pins {
                    fingerprint: Some(FingerprintPin::Full(fingerprint)),
                    ..computation.sought.pins.clone()
                },
            },
            measurement,
            keys: self.keys.clone(),
            sequence,
            ticket: ticket.or_else(|| invitation.map(invited)),
        })));
        Ok(())
    }

    /// Begins to send again what was kept.
    pub fn resume(&self) -> Result<(), Failure> {
        let stored = self.stored.borrow();
        let pending = stored.as_ref().and_then(|stored| {
            Some(Unsent {
                manifest: stored.manifest.clone(),
                terms: stored.terms.clone(),
                submission: stored.pending()?.clone(),
            })
        });
        let Some(unsent) = pending else {
            return Err(Failure::new("nothing_open", "nothing waits to be sent"));
        };
        self.begin(PartyPlan::Resend(Box::new(unsent)));
        Ok(())
    }

    fn begin(&self, plan: PartyPlan) {
        *self.session.borrow_mut() = Some(PartySession::new(plan));
    }

    /// Goes on with what was begun, on a new connection, to its end. `keep` takes the content of the
    /// receipt file and resolves when it is durable. May be called again after a lost connection.
    pub async fn go_on(
        &self,
        socket: Socket,
        tell: Function,
        keep: Function,
    ) -> Result<(), Failure> {
        let ended = self.attempt(socket, &tell, &keep).await;
        let Err(Ended::Client(ClientError::Refused(refusal))) = &ended else {
            return ended.map_err(Failure::from);
        };
        // The refusal is the server's word: the key is kept, so that nobody counts twice.
        if refusal.code.refuses_submission()
            && let Some(refused) = self.changed(StoredReceipt::refused)
        {
            self.save(refused, &keep).await?;
        }
        ended.map_err(Failure::from)
    }

    async fn attempt(&self, socket: Socket, tell: &Function, keep: &Function) -> Result<(), Ended> {
        let mut connection = connection(socket);
        let nothing = || Failure::new("nothing_open", "nothing was begun");
        // Taken out while it is at work, so that nobody else drives it.
        let mut session = self.session.take().ok_or_else(nothing)?;
        let ended = self.drive(&mut session, &mut connection, tell, keep).await;
        match &ended {
            Err(Ended::Client(error)) if error.is_passing() => {
                *self.session.borrow_mut() = Some(session);
            }
            Ok(()) => connection.close().await,
            Err(_) => {}
        }
        ended
    }

    async fn drive(
        &self,
        session: &mut PartySession,
        connection: &mut web_mpc::client::Connection,
        tell: &Function,
        keep: &Function,
    ) -> Result<(), Ended> {
        connection.send(session.connected()).await?;
        if self
            .stored
            .borrow()
            .as_ref()
            .is_some_and(|stored| stored.pending().is_some())
        {
            event(tell, r#"{"step":"sent"}"#);
        }
        loop {
            let message = connection.message().await?;
            if matches!(message, ServerMessage::Computation(_)) {
                event(tell, r#"{"step":"proving"}"#);
            }
            match session
                .received(message, &mut rng())
                .map_err(ClientError::from)?
            {
                PartyStep::Continue => {}
                PartyStep::Waiting => event(tell, r#"{"waiting":"computation"}"#),
                PartyStep::Save(unsent) => {
                    event(tell, r#"{"step":"sealed"}"#);
                    let stored = self.with(*unsent)?;
                    self.save(stored, keep).await?;
                    event(tell, r#"{"step":"kept"}"#);
                    connection.send(session.saved()).await?;
                    event(tell, r#"{"step":"sent"}"#);
                }
                PartyStep::Done(receipt) => {
                    let finished = self.changed(|stored| stored.finished(receipt));
                    let wrong = || Failure::new("server_misbehaved", "the receipt does not hold");
                    self.save(finished.ok_or_else(wrong)?, keep).await?;
                    event(tell, r#"{"step":"confirmed"}"#);
                    return Ok(());
                }
                PartyStep::Found(_) => return Err(Failure::new("failed", "nothing to find").into()),
            }
        }
    }

    fn with(&self, unsent: Unsent) -> Result<StoredReceipt, Failure> {
        let stored = self.stored.borrow();
        let wrong = || Failure::new("receipt_unusable", "the submission is not this party's");
        match stored.as_ref() {
            Some(stored) => stored.corrected(unsent.submission).ok_or_else(wrong),
            None => Ok(StoredReceipt::new(
                self.url.clone(),
                unsent.manifest,
                unsent.terms,
                self.keys.clone(),
                unsent.submission,
            )),
        }
    }

    /// What would be kept after a change; nothing if nothing is kept, or it cannot change so.
    fn changed(
        &self,
        change: impl FnOnce(&StoredReceipt) -> Option<StoredReceipt>,
    ) -> Option<StoredReceipt> {
        self.stored.borrow().as_ref().and_then(change)
    }

    /// Durably first, then in memory.
    async fn save(&self, stored: StoredReceipt, keep: &Function) -> Result<(), Failure> {
        let content = Uint8Array::from(receipt::write(&stored).as_slice());
        let kept = keep.call1(&JsValue::NULL, &content);
        let kept = kept.and_then(JsCast::dyn_into::<Promise>);
        let failed = |_| Failure::new("browser_unusable", "the browser could not keep the receipt");
        JsFuture::from(kept.map_err(failed)?)
            .await
            .map_err(failed)?;
        *self.stored.borrow_mut() = Some(stored);
        Ok(())
    }

    /// Takes the submission back, on a new connection. `keep` as above. May be called again after a
    /// lost connection.
    pub async fn withdraw(
        &self,
        socket: Socket,
        tell: Function,
        keep: Function,
    ) -> Result<(), Failure> {
        let Some(stored) = self.stored.borrow().clone() else {
            return Err(Failure::new("nothing_open", "nothing was submitted"));
        };
        if stored.pending().is_some() && !stored.is_refused() {
            return Err(Failure::new("unfinished", "the submission is not finished"));
        }
        let signed = if let Some(signed) = stored.pending_withdrawal() {
            signed.clone()
        } else {
            let none_left = || Failure::new("failed", "there are no more withdrawals");
            let sequence = stored.withdrawal_sequence().ok_or_else(none_left)?;
            let signed = Leaving::sign(&stored.terms, &stored.keys, sequence);
            let nothing = || Failure::new("nothing_open", "nothing was submitted");
            let leaving = stored.withdrawing(signed.clone()).ok_or_else(nothing)?;
            self.save(leaving, &keep).await?;
            event(&tell, r#"{"step":"kept"}"#);
            signed
        };
        let mut connection = connection(socket);
        event(&tell, r#"{"step":"sent"}"#);
        match leave(&mut connection, &Leaving::new(&stored.terms, &signed)).await {
            Ok(receipt) => {
                let withdrawn = self.changed(|stored| stored.withdrawn(receipt));
                let wrong = || Failure::new("server_misbehaved", "the receipt does not hold");
                self.save(withdrawn.ok_or_else(wrong)?, &keep).await?;
                event(&tell, r#"{"step":"confirmed"}"#);
                connection.close().await;
                Ok(())
            }
            Err(error) => {
                if matches!(&error, ClientError::Refused(refusal) if !refusal.code.is_passing())
                    && let Some(kept) = self.changed(StoredReceipt::kept)
                {
                    self.save(kept, &keep).await?;
                }
                Err(error.into())
            }
        }
    }

    /// What another device with the same invitation must consent to.
    pub fn request(&self) -> String {
        PartyKey::from(*self.keys.public()).to_string()
    }

    /// Consents that another device takes this party's place.
    pub fn release(&self, request: &str) -> Result<String, Failure> {
        let stored = self.stored.borrow();
        let stored = stored.as_ref();
        let nothing = || Failure::new("nothing_open", "nothing was submitted from here");
        let admission = stored
            .and_then(|stored| stored.admission)
            .ok_or_else(nothing)?;
        let fingerprint = stored
            .map(|stored| stored.terms.fingerprint)
            .ok_or_else(nothing)?;
        let wrong = |_| Failure::new("request_invalid", "this is not what the other device shows");
        let next: PartyKey = request.trim().parse().map_err(wrong)?;
        let sequence = stored.map_or(0, StoredReceipt::last_sequence);
        let handover = Handover::sign(&self.keys, &fingerprint, &admission.key, &next, sequence);
        Ok(handover.to_string())
    }
}

/// Another device's consent, as [`Party::release`] wrote it; an empty text is none.
pub(super) fn read_takeover(text: &str) -> Result<Takeover, Failure> {
    if text.trim().is_empty() {
        return Ok(Takeover { release: None });
    }
    let wrong = |_| Failure::new("release_invalid", "this is not what the other device shows");
    Ok(Takeover {
        release: Some(text.parse().map_err(wrong)?),
    })
}

/// How an attempt ended, if not well.
enum Ended {
    Client(ClientError),
    Here(Failure),
}

impl From<ClientError> for Ended {
    fn from(error: ClientError) -> Self {
        Self::Client(error)
    }
}

impl From<Failure> for Ended {
    fn from(failure: Failure) -> Self {
        Self::Here(failure)
    }
}

impl From<Ended> for Failure {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::Client(error) => error.into(),
            Ended::Here(failure) => failure,
        }
    }
}
