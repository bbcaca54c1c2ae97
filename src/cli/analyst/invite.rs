//! `invite` and `revoke`: who may take part.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde_json::json;

use super::super::arguments::Invite;
use super::super::command::command;
use super::super::dates;
use super::super::exit::{Exit, Failure};
use super::collect::Run;
use super::invitations::Writer;
use crate::client::{self, ClientError, Connection};
use crate::form::Dimension;
use crate::ids::InvitationKey;
use crate::invitation::{NewInvitation, key_of};
use crate::manifest::{Access, Manifest, Terms, Tracking};
use crate::roster::{self, RosterError, same_label};
use crate::session::{Invitee, Joined, Purpose};
use crate::text;

/// Most mistakes of a table that are told at once.
const MAX_TOLD: usize = 50;

/// `invite`
pub(super) async fn invite(run: &mut Run, asked: &Invite) -> Result<(), Failure> {
    // What can be wrong on this machine is told before anything is asked of the server.
    let writer = Writer::new(run, &asked.sending)?;
    let expires = asked.expires.and_then(dates::When::until);
    if expires.is_some_and(|expires| expires <= dates::now()) {
        let message = "the date of --expires is over already";
        return Err(Failure::new(Exit::Usage, "expires_in_the_past", message)
            .hint("check the date and this machine's clock"));
    }
    writer.check_expires(expires)?;
    let table = asked.roster.as_deref().map(read_file).transpose()?;
    let (mut connection, joined) = join_invited(run).await?;
    check_not_over(run, &joined, "nobody can be invited any more")?;
    let mut people = if let Some((path, bytes)) = &table {
        read_people(path, bytes, dimensions(&joined.terms))?
    } else {
        let count = usize::try_from(asked.count.unwrap_or_default());
        vec![NewInvitation::default(); count.unwrap_or_default()]
    };
    let known = client::roster(&mut connection, &joined, &run.identity).await?;
    let labelled = joined.terms.manifest.tracking == Tracking::Labels;
    for (person, number) in people.iter_mut().zip(known.len().saturating_add(1)..) {
        person.expires = expires;
        // Who is tracked by label needs one.
        if labelled && person.label.is_none() {
            person.label = format!("Party {number}").parse().ok();
        }
    }
    check_labels(run, &known, &people)?;
    check_room(&joined.terms.manifest, known.len(), people.len())?;
    let (identity, entropy) = (&run.identity, &run.entropy);
    let invited = client::invite(&mut connection, &joined, &people, identity, entropy).await;
    let joined = invited.map_err(|error| interrupted(run, error))?;
    let everybody = client::roster(&mut connection, &joined, &run.identity).await?;
    connection.close().await;
    let made = everybody.get(known.len()..).unwrap_or_default();
    let (new, total) = (made.len(), everybody.len());
    run.output
        .event("invited", json!({ "made": new, "total": total }));
    writer.write(&joined.terms, made)?;
    let made = if new == 1 {
        "invitation"
    } else {
        "invitations"
    };
    run.output.note(&format!(
        "Made {new} {made}; there are {total}, and each party is told so before it submits."
    ));
    run.output
        .note("hint: whoever holds a link can submit with it once; send each to its party alone");
    Ok(())
}

/// `revoke`
pub(super) async fn revoke(run: &mut Run, named: &[String]) -> Result<(), Failure> {
    let (mut connection, joined) = join_invited(run).await?;
    check_not_over(run, &joined, "no invitation can be taken back any more")?;
    let known = client::roster(&mut connection, &joined, &run.identity).await?;
    let keys = named
        .iter()
        .map(|name| find(run, &known, name))
        .collect::<Result<Vec<InvitationKey>, Failure>>()?;
    client::revoke(&mut connection, &joined, &keys, &run.identity).await?;
    connection.close().await;
    run.output
        .event("revoked", json!({ "invitations": keys.len() }));
    let invitations = match keys.len() {
        1 => "That invitation admits nobody any more".to_owned(),
        count => format!("Those {count} invitations admit nobody any more"),
    };
    run.output
        .result(&format!("{invitations}, unless it was used before."));
    run.output.note(
        "note: what was used before stays. Which one that is you are not told: it would say whose \
         submission is there.",
    );
    Ok(())
}

/// The invitation that somebody means by a label, or by # and a number.
fn find(run: &Run, known: &[Invitee], name: &str) -> Result<InvitationKey, Failure> {
    let number = name
        .strip_prefix('#')
        .and_then(|number| number.parse().ok());
    let wanted = name.trim().to_lowercase();
    let mut invitees = known.iter();
    let found = invitees.find(|invitee| {
        let label = invitee.person.label.as_ref().map(same_label);
        label.as_ref() == Some(&wanted) || number == invitee.number.checked_add(1)
    });
    found.map(|invitee| key_of(&invitee.keys)).ok_or_else(|| {
        let message = format!("nobody is invited as {name}");
        Failure::new(Exit::Failed, "unknown_label", message).hint(format!(
            "see who is: {}; one without a label is named by its number: '#5'",
            run.again("invitations")
        ))
    })
}

/// Joins a computation that is for the invited.
pub(super) async fn join_invited(run: &mut Run) -> Result<(Connection, Box<Joined>), Failure> {
    let (connection, joined) = run.join(Purpose::Existing).await?;
    let manifest = &joined.terms.manifest;
    if manifest.access == Access::Invited {
        return Ok((connection, joined));
    }
    let message = format!(
        "whoever reaches the server may submit to computation {}: it has no invitations",
        manifest.name
    );
    let hint = format!(
        "open one for the invited alone with: {}",
        command("analyst", "--computation NAME --access invited")
    );
    Err(Failure::new(Exit::Failed, "computation_open", message).hint(hint))
}

/// Invitations change until the freeze.
fn check_not_over(run: &Run, joined: &Joined, what: &str) -> Result<(), Failure> {
    if !joined.standing.phase.is_frozen() {
        return Ok(());
    }
    let manifest = &joined.terms.manifest;
    let message = format!(
        "round {} of computation {} is frozen: {what}",
        manifest.round, manifest.name
    );
    Err(Failure::new(Exit::Failed, "not_allowed", message)
        .hint(format!("open the next round with: {}", run.again(""))))
}

/// The ways in which a form groups its parties; none of a sum.
pub(super) fn dimensions(terms: &Terms) -> &[Dimension] {
    terms.scheme.form().map_or(&[], |form| &form.cohorts)
}

/// The bytes of a table of people, of a sensible number.
fn read_file(path: &Path) -> Result<(&Path, Vec<u8>), Failure> {
    let cannot = |error: &dyn std::fmt::Display| {
        let message = format!("cannot read {}: {error}", path.display());
        Failure::new(Exit::Usage, "roster_unreadable", message)
            .hint("name a file with a line for each party, the columns in the first one")
    };
    let file = File::open(path).map_err(|error| cannot(&error))?;
    let most = u64::try_from(roster::MAX_FILE).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    file.take(most.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| cannot(&error))?;
    // What is too large is refused without a server.
    if bytes.len() > roster::MAX_FILE {
        return Err(refused(path, &RosterError::TooLarge));
    }
    Ok((path, bytes))
}

fn read_people(
    path: &Path,
    bytes: &[u8],
    dimensions: &[Dimension],
) -> Result<Vec<NewInvitation>, Failure> {
    roster::read(bytes, dimensions).map_err(|error| refused(path, &error))
}

/// What is wrong with a table of people.
fn refused(path: &Path, error: &RosterError) -> Failure {
    let path = path.display();
    let (code, hint) = match error {
        RosterError::Mistakes(mistakes) => {
            let mut lines = vec![format!("{path} is no list of people to invite:")];
            let told = mistakes.iter().take(MAX_TOLD);
            lines.extend(told.map(|mistake| format!("  {}", text::plain(&mistake.to_string()))));
            if let Some(more) = mistakes
                .len()
                .checked_sub(MAX_TOLD)
                .filter(|more| *more > 0)
            {
                lines.push(format!("  and {more} more"));
            }
            return Failure::new(Exit::Usage, "roster_invalid", lines.join("\n"))
                .hint("correct the file; nobody was invited");
        }
        RosterError::Empty => ("roster_empty", "for example: label,email in the first line"),
        RosterError::TooLarge => (
            "roster_too_large",
            "keep the columns label, email and cohorts only",
        ),
        RosterError::TooMany => ("roster_too_many", "split the file"),
        RosterError::NotText | RosterError::Encoding => (
            "roster_not_text",
            "in a spreadsheet program: Save as, CSV UTF-8",
        ),
    };
    Failure::new(Exit::Usage, code, format!("{path} {error}")).hint(hint)
}

/// A label names one party, whenever it was invited.
fn check_labels(run: &Run, known: &[Invitee], people: &[NewInvitation]) -> Result<(), Failure> {
    let numbered = known.iter().filter_map(|invitee| {
        let label = invitee.person.label.as_ref()?;
        Some((same_label(label), invitee.number.saturating_add(1)))
    });
    let taken: HashMap<String, u64> = numbered.collect();
    let mut labels = people.iter().filter_map(|person| person.label.as_ref());
    let found = labels.find_map(|label| Some((label, taken.get(&same_label(label))?)));
    let Some((label, number)) = found else {
        return Ok(());
    };
    let message = format!("{label} is invited already, with invitation #{number}");
    Err(
        Failure::new(Exit::Failed, "label_taken", message).hint(format!(
            "leave out who is invited; the links are there: {}",
            run.again("invitations")
        )),
    )
}

/// Nobody who is invited may find the computation full.
fn check_room(manifest: &Manifest, known: usize, new: usize) -> Result<(), Failure> {
    let total = u64::try_from(known.saturating_add(new)).unwrap_or(u64::MAX);
    if total <= manifest.max_parties {
        return Ok(());
    }
    let message = format!(
        "{total} invitations are more than the {} parties that computation {} may have",
        manifest.max_parties, manifest.name
    );
    let hint = "the limit was set with --max-parties; collect under another name with a higher one";
    Err(Failure::new(Exit::Failed, "too_many_invitations", message).hint(hint))
}

/// Some lists may be there when the connection is lost.
fn interrupted(run: &Run, error: ClientError) -> Failure {
    let passing = error.is_passing();
    let failure = Failure::from(error);
    if !passing {
        return failure;
    }
    failure.hint(format!(
        "some invitations may be made already; see: {}",
        run.again("invitations")
    ))
}
