//! From when until when submissions are taken: set at the beginning, changed later.

use super::super::arguments::DateFlags;
use super::super::dates::{self, When};
use super::super::exit::{Exit, Failure};
use super::collect::Run;
use super::show_status;
use crate::client::{self, Connection};
use crate::manifest::{Action, Dates, Outside, Phase};
use crate::session::{Joined, Purpose};

/// `schedule`
pub(super) async fn schedule(run: &mut Run) -> Result<(), Failure> {
    if run.dates.opens_at.is_none() && run.dates.closes_at.is_none() {
        return Err(Failure::usage("a date is needed").hint(format!(
            "for example: {}",
            run.again("schedule --closes-at \"2026-12-31 18:00\""),
        )));
    }
    let (mut connection, mut joined) = run.join(Purpose::Existing).await?;
    let wanted = asked(&run.dates, joined.announced.dates)?;
    if wanted != joined.announced.dates {
        *joined = announce(run, &mut connection, &joined, wanted).await?;
    }
    show_status(run, &mut connection, &joined).await
}

/// Sets the dates that were asked for with a set-up. A run that was cut before it came to this is
/// finished by the next one.
pub(super) async fn begin(
    run: &Run,
    connection: &mut Connection,
    joined: &mut Joined,
) -> Result<(), Failure> {
    let open = joined.announced.dates;
    let wanted = asked(&run.dates, open)?;
    if wanted == open || joined.standing.phase.is_frozen() {
        return Ok(());
    }
    if !joined.standing.notices.is_empty() {
        let name = &joined.terms.manifest.name;
        let message = format!("computation {name} has other dates than the ones asked for");
        return Err(
            Failure::new(Exit::Failed, "settings_differ", message).hint(format!(
                "change them with: {}",
                run.again("schedule --opens-at DATE --closes-at DATE"),
            )),
        );
    }
    *joined = announce(run, connection, joined, wanted).await?;
    Ok(())
}

/// Takes submissions again that the last date has ended.
pub(super) async fn reopen(
    run: &Run,
    connection: &mut Connection,
    joined: &mut Joined,
) -> Result<(), Failure> {
    let dates = joined.announced.dates;
    if dates.at(dates::now()) != Err(Outside::Over) {
        return Ok(());
    }
    let wanted = Dates {
        closes_at: None,
        ..dates
    };
    *joined = announce(run, connection, joined, wanted).await?;
    Ok(())
}

async fn announce(
    run: &Run,
    connection: &mut Connection,
    joined: &Joined,
    dates: Dates,
) -> Result<Joined, Failure> {
    if dates.at(dates::now()) == Err(Outside::Over) {
        run.output
            .warning("the last date is over already: from now on no submissions are taken");
    }
    let action = Action::Schedule(dates);
    Ok(client::announce(connection, joined, action, &run.identity).await?)
}

/// What is asked for, and for the rest what there is.
fn asked(flags: &DateFlags, open: Dates) -> Result<Dates, Failure> {
    let wanted = Dates {
        opens_at: flags.opens_at.map_or(open.opens_at, When::from),
        closes_at: flags.closes_at.map_or(open.closes_at, When::until),
    };
    if wanted.make_sense() {
        return Ok(wanted);
    }
    Err(Failure::usage(
        "submissions would be taken at no moment: the first date must come before the last",
    ))
}

/// A line about the dates, where there are any.
pub(super) fn line(dates: Dates) -> Option<String> {
    let from = dates
        .opens_at
        .map(|moment| format!("from {}", dates::shown(moment)));
    let until = dates
        .closes_at
        .map(|moment| format!("until {}", dates::shown(moment)));
    let both: Vec<String> = from.into_iter().chain(until).collect();
    (!both.is_empty()).then(|| format!("submissions are taken {}", both.join(" ")))
}

/// What the dates make of the state that the notices say.
pub(super) fn state(phase: Phase, dates: Dates) -> Option<&'static str> {
    match (phase, dates.at(dates::now())) {
        (Phase::Open, Err(Outside::TooEarly { .. })) => Some("not open yet"),
        (Phase::Open, Err(Outside::Over)) => Some("closed by its date"),
        _ => None,
    }
}
