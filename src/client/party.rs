//! An input party's run: connects, waits, submits, and does not give up on a lost connection.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::inquiry::{appraise, inquire, leave};
use super::{BackOff, ClientError, Connection, HostError, ServerUrl};
use crate::crypto::{Entropy, Invitation, SigningKeyPair};
use crate::ids::{Fingerprint, PartyKey};
use crate::invitation::InvitationStanding;
use crate::manifest::Terms;
use crate::protocol::Inclusion;
use crate::record::Signed;
use crate::session::{
    Announced, Leaving, Misbehaviour, PartyPlan, PartySession, PartyStep, Sought, Unsent,
};
use crate::submission::{Receipt, Withdrawal, WithdrawalReceipt};

/// What a person may want to know while waiting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartyEvent {
    /// The server cannot be reached yet.
    ServerAway,
    /// The server does not know the computation yet.
    ComputationAway,
    /// The computation was found, and this is what its analyst says of it beside its manifest.
    Found(Box<Terms>, Announced),
}

/// What an input party's run needs from its surroundings.
pub trait PartyHost {
    /// Tells the person. Called once for each kind of event.
    fn tell(&mut self, event: PartyEvent);

    /// Puts a submission on the disk before it is sent.
    fn save(&mut self, unsent: &Unsent) -> Result<(), HostError>;
}

/// Submits. Waits for server and computation for as long as `wait` says, for ever without.
pub async fn submit(
    url: &ServerUrl,
    session: PartySession,
    entropy: &Entropy,
    wait: Option<Duration>,
    host: &mut (impl PartyHost + Send),
) -> Result<Signed<Receipt>, ClientError> {
    match run(url, session, entropy, wait, host).await? {
        Ended::Stored(receipt) => Ok(receipt),
        Ended::Found(_) => Err(Misbehaviour::Unexpected.into()),
    }
}

/// Finds a computation and checks it. Waits likewise.
pub async fn find(
    url: &ServerUrl,
    sought: Sought,
    entropy: &Entropy,
    wait: Option<Duration>,
    host: &mut (impl PartyHost + Send),
) -> Result<Box<Terms>, ClientError> {
    let session = PartySession::new(PartyPlan::Find(Box::new(sought)));
    match run(url, session, entropy, wait, host).await? {
        Ended::Found(terms) => Ok(terms),
        Ended::Stored(_) => Err(Misbehaviour::Unexpected.into()),
    }
}

/// What a session came to.
enum Ended {
    Stored(Signed<Receipt>),
    Found(Box<Terms>),
}

/// Waits for server and computation for as long as `wait` says, for ever without.
async fn run(
    url: &ServerUrl,
    mut session: PartySession,
    entropy: &Entropy,
    wait: Option<Duration>,
    host: &mut (impl PartyHost + Send),
) -> Result<Ended, ClientError> {
    let deadline = wait.map(|wait| (wait, Instant::now() + wait));
    let mut told = Told::default();
    let mut back_off = BackOff::default();
    loop {
        let attempt = attempt(url, &mut session, entropy, host, &mut told, &mut back_off);
        let error = match deadline {
            None => attempt.await,
            Some((wait, end)) => timeout_at(end, attempt)
                .await
                .unwrap_or_else(|_| Err(told.give_up(url, wait))),
        };
        match error {
            Err(error) if error.is_passing() => {
                if matches!(error, ClientError::Unreachable { .. }) && !told.server {
                    told.server = true;
                    host.tell(PartyEvent::ServerAway);
                }
                if let Some((wait, end)) = deadline
                    && timeout_at(end, back_off.pause()).await.is_err()
                {
                    let gone = matches!(error, ClientError::Unreachable { .. });
                    return Err(if gone { error } else { told.give_up(url, wait) });
                } else if deadline.is_none() {
                    back_off.pause().await;
                }
            }
            result => return result,
        }
    }
}

/// What the person was told already.
#[derive(Debug, Default)]
struct Told {
    server: bool,
    computation: bool,
}

impl Told {
    /// Why the wait was in vain.
    fn give_up(&self, url: &ServerUrl, wait: Duration) -> ClientError {
        if self.computation || !self.server {
            ClientError::NotReady(wait)
        } else {
            let reason = format!("no answer within {} s", wait.as_secs());
            ClientError::Unreachable {
                url: url.clone(),
                reason,
            }
        }
    }
}

/// One connection, to its end.
async fn attempt(
    url: &ServerUrl,
    session: &mut PartySession,
    entropy: &Entropy,
    host: &mut (impl PartyHost + Send),
    told: &mut Told,
    back_off: &mut BackOff,
) -> Result<Ended, ClientError> {
    let mut connection = Connection::open(url).await?;
    connection.send(session.connected()).await?;
    loop {
        let message = connection.message().await?;
        match session.received(message, &mut entropy.rng())? {
            // A greeting is no progress: a server that is too busy for more greets too.
            PartyStep::Continue => {}
            PartyStep::Waiting => {
                back_off.reset();
                if !std::mem::replace(&mut told.computation, true) {
                    host.tell(PartyEvent::ComputationAway);
                }
            }
            PartyStep::Save(unsent) => {
                back_off.reset();
                if let Some(announced) = session.announced() {
                    let terms = Box::new(unsent.terms.clone());
                    host.tell(PartyEvent::Found(terms, announced));
                }
                host.save(&unsent).map_err(ClientError::Host)?;
                connection.send(session.saved()).await?;
            }
            PartyStep::Done(receipt) => {
                connection.close().await;
                return Ok(Ended::Stored(receipt));
            }
            PartyStep::Found(terms) => {
                if let Some(announced) = session.announced() {
                    host.tell(PartyEvent::Found(terms.clone(), announced));
                }
                connection.close().await;
                return Ok(Ended::Found(terms));
            }
        }
    }
}

/// Asks what an invitation is worth.
pub async fn invitation(
    url: &ServerUrl,
    terms: &Terms,
    keys: &SigningKeyPair<Invitation>,
) -> Result<InvitationStanding, ClientError> {
    let mut connection = Connection::open(url).await?;
    let standing = appraise(&mut connection, terms, keys).await?;
    connection.close().await;
    Ok(standing)
}

/// Takes a submission back with a withdrawal that was saved. Tries again for as long as `wait` says,
/// for ever without.
pub async fn withdraw(
    url: &ServerUrl,
    terms: &Terms,
    withdrawal: &Signed<Withdrawal>,
    wait: Option<Duration>,
) -> Result<Signed<WithdrawalReceipt>, ClientError> {
    let leaving = Leaving::new(terms, withdrawal);
    let deadline = wait.map(|wait| Instant::now() + wait);
    let mut back_off = BackOff::default();
    loop {
        match attempt_to_leave(url, &leaving).await {
            Err(error) if error.is_passing() => match deadline {
                None => back_off.pause().await,
                Some(end) => {
                    if timeout_at(end, back_off.pause()).await.is_err() {
                        return Err(error);
                    }
                }
            },
            result => return result,
        }
    }
}

/// One connection, to its end.
async fn attempt_to_leave(
    url: &ServerUrl,
    leaving: &Leaving<'_>,
) -> Result<Signed<WithdrawalReceipt>, ClientError> {
    let mut connection = Connection::open(url).await?;
    let receipt = leave(&mut connection, leaving).await?;
    connection.close().await;
    Ok(receipt)
}

/// Asks where a party's submission stands in the frozen batch.
pub async fn inclusion(
    url: &ServerUrl,
    fingerprint: Fingerprint,
    party_key: PartyKey,
) -> Result<Inclusion, ClientError> {
    let mut connection = Connection::open(url).await?;
    let inclusion = inquire(&mut connection, fingerprint, party_key).await?;
    connection.close().await;
    Ok(inclusion)
}
