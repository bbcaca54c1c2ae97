//! An analyst's connection up to the reveal.

#[cfg(feature = "native")]
use super::ServerUrl;
use super::{ClientError, Connection};
use crate::batch::{Batch, leaf, merkle::RootBuilder};
use crate::crypto::{Analyst, Entropy, Identity, Party, Tag, VerifyingKey};
use crate::ids::{Fingerprint, PartyKey};
use crate::manifest::Action;
use crate::protocol::{ClientMessage, ServerMessage, Which, limits};
use crate::reveal::RevealError;
use crate::session::{AnalystSession, AnalystStep, Joined, Misbehaviour};

/// Connects, finds or creates the computation, logs in.
#[cfg(feature = "native")]
pub async fn join(
    url: &ServerUrl,
    session: AnalystSession,
    entropy: &Entropy,
) -> Result<(Connection, Box<Joined>), ClientError> {
    let mut connection = Connection::open(url).await?;
    let joined = log_in(&mut connection, session, entropy).await?;
    Ok((connection, joined))
}

/// Finds or creates the computation on a new connection, and logs in.
pub async fn log_in(
    connection: &mut Connection,
    mut session: AnalystSession,
    entropy: &Entropy,
) -> Result<Box<Joined>, ClientError> {
    connection.send([AnalystSession::hello()]).await?;
    loop {
        let message = connection.message().await?;
        match session.received(message, &mut entropy.rng())? {
            AnalystStep::Send(message) => connection.send([*message]).await?,
            AnalystStep::Joined(joined) => return Ok(joined),
        }
    }
}

/// How many parties have submitted.
pub async fn count(connection: &mut Connection) -> Result<u64, ClientError> {
    connection.send([ClientMessage::Watch {}]).await?;
    match connection.message().await? {
        ServerMessage::Submissions { parties } => Ok(parties),
        ServerMessage::Error(refusal) => Err(ClientError::Refused(refusal)),
        _ => Err(Misbehaviour::Unexpected.into()),
    }
}

/// Looks at an earlier round.
pub async fn earlier(
    connection: &mut Connection,
    joined: &Joined,
    fingerprint: Fingerprint,
    identity: &Identity<Analyst>,
) -> Result<Joined, ClientError> {
    let which = Which::Fingerprint(fingerprint);
    match connection
        .ask(ClientMessage::Lookup { which, wait: false })
        .await?
    {
        ServerMessage::Computation(standing) => {
            Ok(joined.earlier(&fingerprint, *standing, identity)?)
        }
        _ => Err(Misbehaviour::Unexpected.into()),
    }
}

/// Freezes the batch; the same again for one that is frozen.
pub async fn freeze(
    connection: &mut Connection,
    joined: &Joined,
    identity: &Identity<Analyst>,
) -> Result<Batch, ClientError> {
    let notice = joined.notice(Action::Freeze, identity);
    match connection.ask(notice).await? {
        ServerMessage::Frozen(batch) => Ok(joined.check_batch(&batch)?),
        _ => Err(Misbehaviour::Unexpected.into()),
    }
}

/// Changes the state without a freeze; gives the computation as it is then.
pub async fn announce(
    connection: &mut Connection,
    joined: &Joined,
    action: Action,
    identity: &Identity<Analyst>,
) -> Result<Joined, ClientError> {
    let notice = joined.following(action, identity);
    let asked = ClientMessage::Notice(notice.clone());
    match connection.ask(asked).await? {
        ServerMessage::Computation(standing) => {
            let changed = joined.earlier(&joined.terms.fingerprint, *standing, identity)?;
            // Nothing less than the chain as it was, and this notice behind it.
            let known = joined.standing.notices.len();
            let follows = changed
                .standing
                .notices
                .starts_with(&joined.standing.notices);
            if follows && changed.standing.notices.get(known) == Some(&notice) {
                Ok(changed)
            } else {
                Err(Misbehaviour::Unproven("list of notices").into())
            }
        }
        _ => Err(Misbehaviour::Unexpected.into()),
    }
}

/// Says the last notice once more, of which the server may have done a part only.
pub async fn repeat(connection: &mut Connection, joined: &Joined) -> Result<(), ClientError> {
    let Some(last) = joined.standing.notices.last() else {
        return Ok(());
    };
    match connection.ask(ClientMessage::Notice(last.clone())).await? {
        ServerMessage::Computation(_) => Ok(()),
        _ => Err(Misbehaviour::Unexpected.into()),
    }
}

/// Checks every party's signature over the frozen batch; gives their number. `progress` is told how
/// many are done.
pub async fn audit(
    connection: &mut Connection,
    batch: &Batch,
    mut progress: impl FnMut(u64),
) -> Result<u64, ClientError> {
    let mut root = RootBuilder::default();
    let mut last: Option<PartyKey> = None;
    let mut done = 0_u64;
    loop {
        let asked = ClientMessage::Signatures { after: last };
        let answer = connection.ask(asked).await?;
        let ServerMessage::Signatures(signatures) = answer else {
            return Err(Misbehaviour::Unexpected.into());
        };
        for signed in &signatures {
            let hash = signed.submission_hash.as_bytes();
            let key = VerifyingKey::<Party>::from(signed.party_key);
            if !key.verify(Tag::SUBMISSION, hash, &signed.signature) {
                return Err(Misbehaviour::Unproven("batch of signed submissions").into());
            }
            // Rising keys: nobody stands twice.
            if last.is_some_and(|last| last >= signed.party_key) {
                return Err(RevealError::Order.into());
            }
            last = Some(signed.party_key);
            root.push(leaf(&signed.party_key, &signed.submission_hash));
        }
        done = done.saturating_add(signatures.len() as u64);
        progress(done);
        if signatures.len() < limits::SIGNATURES_PER_MESSAGE || done > batch.parties {
            break;
        }
    }
    if done == batch.parties && root.finish().0 == batch.root {
        Ok(done)
    } else {
        Err(Misbehaviour::Unproven("list of signatures").into())
    }
}
