//! `status --watch`: the total as it changes, and from grain to grain who and how many of which
//! cohort.

use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, sleep_until};

use super::super::dates;
use super::super::exit::Failure;
use super::super::output::Output;
use super::collect::Run;
use super::rounds;
use super::show_status;
use crate::client::{self, ClientError, Connection, Incoming};
use crate::manifest::{Terms, TimeGrain, Tracking};
use crate::protocol::{ClientMessage, ServerMessage, Which};
use crate::session::{Invitee, Joined, Misbehaviour, Purpose};
use crate::text::plain;
use crate::tracking::{LEAST_TOGETHER, Tracked, Used};

/// Longest time between two questions: whether somebody has frozen the batch is asked as well.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// After a boundary, so that a clock that is a little ahead does not ask too early.
const GRACE: Duration = Duration::from_millis(200);

/// `status --watch`
pub(super) async fn watch(run: &mut Run) -> Result<(), Failure> {
    let (mut connection, mut joined) = run.join(Purpose::Existing).await?;
    show_status(run, &mut connection, &joined).await?;
    explain_steps(&run.output, &joined.terms);
    let mut last = None;
    loop {
        if joined.standing.phase.is_frozen() {
            return Ok(());
        }
        match follow(run, &mut connection, &joined, &mut last).await {
            Ok(Next::Leave) => {
                run.output.clear();
                return Ok(());
            }
            Ok(Next::Changed(changed)) => {
                run.output.clear();
                *joined = *changed;
                show_status(run, &mut connection, &joined).await?;
            }
            Err(error) if error.is_passing() => {
                run.output.note(&format!("{error}; connecting again"));
                (connection, joined) = run.join(Purpose::Existing).await?;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

enum Next {
    Leave,
    /// The state is another one.
    Changed(Box<Joined>),
}

/// Shows what comes on one connection, until the state changes.
async fn follow(
    run: &Run,
    connection: &mut Connection,
    joined: &Joined,
    last: &mut Option<Tracked>,
) -> Result<Next, ClientError> {
    let terms = &joined.terms;
    let counts = terms.manifest.is_counted();
    // Before the first push: an answer must not be taken for one.
    let people = if terms.manifest.tracking == Tracking::Labels {
        client::roster(connection, joined, &run.identity).await?
    } else {
        Vec::new()
    };
    if counts {
        connection.send([ClientMessage::Watch {}]).await?;
    }
    let mut next = Instant::now();
    loop {
        tokio::select! {
            incoming = connection.receive() => match incoming? {
                Incoming::Message(ServerMessage::Submissions { parties }) => {
                    run.output.collected(parties, goal(joined));
                }
                Incoming::Message(ServerMessage::Tracked(tracked)) => {
                    if last.as_ref().is_none_or(|last| differs(last, &tracked)) {
                        show(&run.output, terms, &people, &tracked);
                    }
                    *last = Some(tracked);
                }
                Incoming::Message(ServerMessage::Computation(standing)) => {
                    let same = terms.fingerprint;
                    let now = joined.earlier(&same, *standing, &run.identity)?;
                    if now.standing.phase != joined.standing.phase
                        || now.announced != joined.announced
                    {
                        return Ok(Next::Changed(Box::new(now)));
                    }
                }
                Incoming::Message(ServerMessage::Error(refusal)) => {
                    return Err(ClientError::Refused(refusal));
                }
                _ => return Err(Misbehaviour::Unexpected.into()),
            },
            () = sleep_until(next) => {
                let which = Which::Fingerprint(terms.fingerprint);
                let look = ClientMessage::Lookup { which, wait: false };
                let track = counts.then_some(ClientMessage::Track {});
                connection.send([look].into_iter().chain(track)).await?;
                next = Instant::now() + pause(terms);
            }
            () = run.stop.cancelled() => return Ok(Next::Leave),
        }
    }
}

/// Until the next grain begins.
fn pause(terms: &Terms) -> Duration {
    let grain = u64::from(terms.manifest.time_grain).max(1);
    let left = Duration::from_secs(grain.saturating_sub(dates::now() % grain));
    left.saturating_add(GRACE).min(LONGEST_PAUSE)
}

/// How many there are to be: everybody who is invited, or what a reveal needs.
fn goal(joined: &Joined) -> u64 {
    match joined.announced.invitations {
        0 => joined.terms.manifest.min_parties,
        invited => invited,
    }
}

/// Why what is seen beside the total lags behind it.
fn explain_steps(output: &Output, terms: &Terms) {
    let grain = TimeGrain::from_seconds(terms.manifest.time_grain);
    if let Some(grain) = grain.filter(|_| terms.is_tracked()) {
        output.note(&format!(
            "note: the total is live; who it is and of which group is shown in steps of {grain} and \
             of {LEAST_TOGETHER} parties at least"
        ));
    }
}

fn differs(last: &Tracked, now: &Tracked) -> bool {
    (&last.cohorts, &last.used, last.near_round) != (&now.cohorts, &now.used, now.near_round)
}

/// Lines and an event about what is seen beside the total.
fn show(output: &Output, terms: &Terms, people: &[Invitee], tracked: &Tracked) {
    let names = cohorts(terms);
    let counts = tracked.cohorts.as_deref().unwrap_or_default();
    let counts: Vec<(&str, u64)> = names
        .iter()
        .map(String::as_str)
        .zip(counts.iter().copied())
        .collect();
    let used = tracked.used.as_ref().map(|used| submitted(people, used));
    output.event(
        "tracked",
        json!({
            "at": dates::rfc3339(tracked.at),
            "cohorts": tracked.cohorts.as_ref().map(|_| {
                let cohorts = counts.iter().map(|(cohort, parties)| {
                    json!({ "cohort": cohort, "parties": parties })
                });
                cohorts.collect::<Vec<_>>()
            }),
            "used": used,
        }),
    );
    rounds::tell(tracked.near_round, output);
    if counts.is_empty() && used.is_none() {
        return;
    }
    output.result(&format!("by {}:", dates::shown(tracked.at)));
    for (cohort, parties) in counts {
        output.result(&format!("  {cohort}: {parties}"));
    }
    if let Some(used) = used {
        let of = people.len();
        output.result(&format!("  {} of {of} invitations are used", used.len()));
        for name in used {
            output.result(&format!("    {name}"));
        }
    }
}

/// Who has submitted, in the order of the invitations.
fn submitted(people: &[Invitee], used: &Used) -> Vec<String> {
    let used = people
        .iter()
        .filter(|invitee| used.contains(invitee.number));
    used.map(|invitee| match &invitee.person.label {
        Some(label) => plain(&label.to_string()),
        None => format!("invitation {}", invitee.number.saturating_add(1)),
    })
    .collect()
}

/// The name of each cohort, in the order of their numbers.
fn cohorts(terms: &Terms) -> Vec<String> {
    let Some(form) = terms.scheme.form() else {
        return Vec::new();
    };
    let mut names = vec![String::new()];
    for dimension in &form.cohorts {
        let longer = names.iter().flat_map(|name| {
            dimension.options.iter().map(move |option| {
                let option = plain(option);
                if name.is_empty() {
                    option
                } else {
                    format!("{name}, {option}")
                }
            })
        });
        names = longer.collect();
    }
    names
}
