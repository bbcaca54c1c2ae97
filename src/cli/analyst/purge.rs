//! `purge`: deletes what was submitted, once nothing more will come of it.

use std::io::{self, BufRead, Write};

use serde_json::json;

use super::super::exit::{Exit, Failure};
use super::super::terminal;
use super::collect::Run;
use super::reveal_it;
use crate::client;
use crate::manifest::{Access, Action, Phase};
use crate::session::{Joined, Purpose};

/// Longest answer that is read.
const MAX_ANSWER: u64 = 100;

/// `purge`
pub(super) async fn purge(run: &mut Run, agreed: bool) -> Result<(), Failure> {
    let (mut connection, joined) = run.join(Purpose::Existing).await?;
    let (name, round) = (&joined.terms.manifest.name, joined.terms.manifest.round);
    let phase = joined.standing.phase;
    if !phase.is_over() {
        let message = format!("computation {name} has no result yet in round {round}");
        return Err(Failure::new(Exit::NotReady, "not_revealed", message).hint(reveal_it(run)));
    }
    if phase == Phase::Purged {
        // Again is no mistake: the server finishes what it may have left half done.
        client::repeat(&mut connection, &joined).await?;
    } else {
        if !agreed && !ask(run, &joined).await? {
            let message = "nothing was deleted";
            return Err(Failure::new(Exit::Failed, "not_agreed", message)
                .hint(format!("without being asked: {}", run.again("purge --yes"))));
        }
        client::announce(&mut connection, &joined, Action::Purge, &run.identity).await?;
    }
    run.output.event(
        "purged",
        json!({
            "computation": name,
            "round": round,
            "fingerprint": joined.terms.fingerprint,
        }),
    );
    run.output
        .result(&format!("Computation {name}, round {round}, is purged."));
    let result = if joined.has_ended() {
        String::new()
    } else {
        let command = run.again("result");
        format!(" The result stays, sealed to you: {command}.")
    };
    let invitations = match joined.terms.manifest.access {
        Access::Open => "",
        Access::Invited => "who was invited, as far as the server knew it, ",
    };
    run.output.note(&format!(
        "What parties submitted is deleted on the server, with the key that opened it there: no copy \
         of the database gives it back. The manifest and the notices, how many submitted, \
         {invitations}and proofs for receipts stay.{result}"
    ));
    Ok(())
}

/// Says what will be deleted, and whether the person wants that.
async fn ask(run: &Run, joined: &Joined) -> Result<bool, Failure> {
    let (name, round) = (&joined.terms.manifest.name, joined.terms.manifest.round);
    let parties = joined.batch.as_ref().map_or(0, |batch| batch.parties);
    run.output.note(&format!(
        "This deletes for ever what {parties} parties have submitted to computation {name}, round \
         {round}: every sealed share on the server, and the server's key for them."
    ));
    let ask = || {
        let mut screen = io::stderr();
        write!(screen, "Purge it? [y/N] ")?;
        screen.flush()?;
        let mut answer = String::new();
        io::Read::take(io::stdin().lock(), MAX_ANSWER).read_line(&mut answer)?;
        Ok(answer)
    };
    let answer = terminal::talk(ask, &run.stop).await?;
    let answer = answer.trim().to_ascii_lowercase();
    Ok(matches!(answer.as_str(), "y" | "yes"))
}
