//! `result`: the newest result of a computation's name, once more.
//!
//! A server finds a computation by its name or by its fingerprint, and which round is the newest is
//! its word. The journal knows the rounds that this analyst has committed to: none of them may be
//! missing, or an older result would pass for the newest.

use super::super::exit::{Exit, Failure};
use super::super::result::{Report, past};
use super::collect::Run;
use super::publish::publish;
use super::reveal_it;
use crate::client::{self, ClientError, Connection};
use crate::files::journal::Round;
use crate::manifest::Terms;
use crate::protocol::ErrorCode;
use crate::session::{Joined, Purpose};

/// `result`
pub(super) async fn recall(run: &mut Run) -> Result<(), Failure> {
    let (mut connection, joined) = run.join(Purpose::Existing).await?;
    run.check_ending(&joined)?;
    let known = run.journal.rounds(&joined.terms).to_vec();
    let this = joined.terms.fingerprint;
    if joined.standing.phase.is_over() {
        let (newest, number) = (known.last(), joined.terms.manifest.round);
        let overtaken = newest.filter(|newest| newest.fingerprint != this);
        if let Some(missing) = overtaken.filter(|newest| {
            newest.number >= number || known.iter().any(|round| round.fingerprint == this)
        }) {
            return Err(not_shown(&joined.terms, missing));
        }
        report(run, &joined)?;
        return Ok(publish(run, &mut connection, &joined).await?);
    }
    let earlier = match known.last() {
        // It is this round's turn: an earlier result would not be the newest.
        Some(newest) if newest.fingerprint == this => None,
        _ => newest_result(run, &mut connection, &joined, &known).await?,
    };
    let (name, round) = (&joined.terms.manifest.name, joined.terms.manifest.round);
    let Some(earlier) = earlier else {
        let message = format!("computation {name} has no result yet in round {round}");
        return Err(Failure::new(Exit::NotReady, "not_revealed", message).hint(reveal_it(run)));
    };
    run.output.note(&format!(
        "round {round} has no result yet; this is the result of round {}:",
        earlier.terms.manifest.round
    ));
    report(run, &earlier)
}

/// The newest of the rounds before that has a result.
async fn newest_result(
    run: &Run,
    connection: &mut Connection,
    joined: &Joined,
    known: &[Round],
) -> Result<Option<Joined>, Failure> {
    for round in known.iter().rev() {
        let earlier = match client::earlier(connection, joined, round.fingerprint, &run.identity)
            .await
        {
            Ok(earlier) => earlier,
            Err(ClientError::Refused(refusal)) if refusal.code == ErrorCode::UnknownComputation => {
                return Err(not_shown(&joined.terms, round));
            }
            Err(error) => return Err(error.into()),
        };
        match &earlier.commit {
            Some(commit) if commit.outcome.is_release() => return Ok(Some(earlier)),
            Some(_) => run.output.note(&past(&earlier.terms, None)),
            None => return Err(not_shown(&joined.terms, round)),
        }
    }
    Ok(None)
}

/// Prints the result of a round that is over.
fn report(run: &mut Run, joined: &Joined) -> Result<(), Failure> {
    let terms = &joined.terms;
    if let Some(batch) = &joined.batch {
        run.tell_invitations(batch);
    }
    match (&joined.commit, &joined.aggregate) {
        (Some(commit), Some(aggregate)) => run.report(&Report::new(terms, commit, aggregate)),
        _ if joined.has_ended() => Err(Failure::new(Exit::Failed, "ended", past(terms, None))),
        _ => Err(Failure::failed("the result was not recorded")),
    }
}

fn not_shown(terms: &Terms, round: &Round) -> Failure {
    let message = format!(
        "the server does not show round {} of computation {}, to which you have committed",
        round.number, terms.manifest.name
    );
    Failure::new(Exit::Failed, "round_missing", message).hint(
        "an older result is not the newest one; the server's operator should see this message: \
         its database was removed, or restored from an old backup",
    )
}
