//! The `analyst` program.

mod collect;
mod keyboard;
mod keys;
mod list;
mod publish;
mod purge;
mod invitations;
mod invite;
mod recall;
mod reveal;
mod rounds;
mod schedule;
mod ui;
mod verify_page;
mod watch;

use serde_json::json;

use self::collect::{Run, UNCOUNTED};
use super::arguments::{Analyst as Arguments, AnalystCommand};
use super::dates;
use super::exit::{Exit, Failure};
use super::forms;
use super::output::Output;
use super::{result, signals};
use crate::client::{self, Connection};
use crate::manifest::{Action, Phase};
use crate::measurement::KindSettings;
use crate::session::{Joined, Purpose, Settings};

pub(super) async fn run(arguments: Arguments, output: Output) -> Result<(), Failure> {
    if let Some(AnalystCommand::Keys { command }) = &arguments.command {
        return keys::run(&arguments, command, &output).await;
    }
    if let Some(AnalystCommand::Ui { port, url }) = &arguments.command {
        return ui::ui(&arguments, *port, url.as_deref(), &output).await;
    }
    if let Some(AnalystCommand::VerifyPage { url }) = &arguments.command {
        let url = url.clone().trusting(arguments.ca_cert.clone());
        return verify_page::verify_page(&url, &output).await;
    }
    // Only who sets something up gets new keys: whoever asks for what is there is in the wrong folder.
    let loaded = match &arguments.command {
        None => keys::load(&arguments, &output).await?,
        Some(_) => keys::there(&arguments, &output).await?,
    };
    let settings = Settings {
        kind: KindSettings {
            form: arguments
                .form
                .as_deref()
                .map(forms::load)
                .transpose()?
                .map(Box::new),
            modulus: arguments.modulus.clone(),
            signed: arguments.signed,
        },
        min_parties: arguments.min_parties,
        max_parties: arguments.max_parties,
        max_rejected: arguments.policy.max_rejected,
        access: arguments.policy.access,
        tracking: arguments.policy.tracking,
        time_grain: arguments.policy.time_grain,
        publication: arguments.policy.publish,
    };
    if let Some(path) = &arguments.out {
        result::check_out(path)?;
        if settings.kind.form.is_some() {
            result::check_ending(path, true)?;
        }
    }
    let command = arguments.command.as_ref();
    let stop = signals::stop(&output);
    output.mind_exposure(&arguments.server);
    let mut run = Run::new(&arguments, loaded, settings, output, stop)?;
    match command {
        None => run.collect().await,
        Some(AnalystCommand::Status { watch: false }) => status(&mut run).await,
        Some(AnalystCommand::Status { watch: true }) => watch::watch(&mut run).await,
        Some(AnalystCommand::Reveal) => run.reveal_now().await,
        Some(AnalystCommand::Result) => recall::recall(&mut run).await,
        Some(AnalystCommand::Audit) => audit(&mut run).await,
        Some(AnalystCommand::Invite(asked)) => invite::invite(&mut run, asked).await,
        Some(AnalystCommand::Invitations(sending)) => {
            invitations::invitations(&mut run, sending).await
        }
        Some(AnalystCommand::Revoke { labels }) => invite::revoke(&mut run, labels).await,
        Some(AnalystCommand::Pause) => announce(&mut run, Action::Pause).await,
        Some(AnalystCommand::Resume) => announce(&mut run, Action::Resume).await,
        Some(AnalystCommand::Close) => announce(&mut run, Action::Close).await,
        Some(AnalystCommand::Schedule) => schedule::schedule(&mut run).await,
        Some(AnalystCommand::List) => list::list(&run).await,
        Some(AnalystCommand::Purge { yes }) => purge::purge(&mut run, *yes).await,
        Some(
            AnalystCommand::Keys { .. }
            | AnalystCommand::Ui { .. }
            | AnalystCommand::VerifyPage { .. },
        ) => Ok(()),
    }
}

/// `status`
async fn status(run: &mut Run) -> Result<(), Failure> {
    let (mut connection, joined) = run.join(Purpose::Existing).await?;
    show_status(run, &mut connection, &joined).await
}

/// `pause`, `resume`, `close`: once more is no mistake.
async fn announce(run: &mut Run, action: Action) -> Result<(), Failure> {
    let (mut connection, mut joined) = run.join(Purpose::Existing).await?;
    if Some(joined.standing.phase) != action.changes_to() {
        let changed = client::announce(&mut connection, &joined, action, &run.identity);
        *joined = changed.await?;
    }
    if action == Action::Resume {
        schedule::reopen(run, &mut connection, &mut joined).await?;
    }
    show_status(run, &mut connection, &joined).await
}

async fn show_status(
    run: &Run,
    connection: &mut Connection,
    joined: &Joined,
) -> Result<(), Failure> {
    let manifest = &joined.terms.manifest;
    let parties = match &joined.batch {
        Some(batch) => Some(batch.parties),
        None if manifest.is_counted() => Some(client::count(connection).await?),
        None => None,
    };
    run.output.event(
        "status",
        json!({
            "computation": manifest.name,
            "round": manifest.round,
            "fingerprint": joined.terms.fingerprint,
            "state": joined.standing.phase,
            "parties": parties,
            "min_parties": manifest.min_parties,
            "max_parties": manifest.max_parties,
            "access": manifest.access,
            "tracking": manifest.tracking,
            "publication": manifest.publication,
            "opens_at": joined.announced.dates.opens_at.and_then(dates::rfc3339),
            "closes_at": joined.announced.dates.closes_at.and_then(dates::rfc3339),
        }),
    );
    let dates = joined.announced.dates;
    let state = match joined.standing.phase {
        Phase::Open => schedule::state(Phase::Open, dates)
            .unwrap_or("open")
            .to_owned(),
        Phase::Paused => format!("paused: go on with: {}", run.again("resume")),
        Phase::Closed => format!("closed: {}", reveal_it(run)),
        Phase::Frozen => format!("frozen: {}", reveal_it(run)),
        Phase::Revealed => {
            let command = run.again("result");
            format!("revealed: see it with: {command}")
        }
        Phase::Ended => "ended without a result".to_owned(),
        Phase::Purged => "purged".to_owned(),
    };
    let (name, round) = (&manifest.name, manifest.round);
    run.output
        .result(&format!("computation {name}, round {round}: {state}"));
    let minimum = manifest.min_parties;
    run.output.result(&match parties {
        Some(parties) => format!("{parties} submitted, {minimum} needed"),
        None => format!("{minimum} needed; {UNCOUNTED}"),
    });
    if let Some(line) = schedule::line(dates).filter(|_| !joined.standing.phase.is_frozen()) {
        run.output.result(&line);
    }
    Ok(())
}

fn reveal_it(run: &Run) -> String {
    format!("reveal it with: {}", run.again("reveal"))
}

/// `audit`
async fn audit(run: &mut Run) -> Result<(), Failure> {
    let (mut connection, joined) = run.join(Purpose::Existing).await?;
    let Some(batch) = &joined.batch else {
        let message = "the batch is not frozen yet";
        return Err(Failure::new(Exit::NotReady, "not_frozen", message).hint(reveal_it(run)));
    };
    run.mind_the_gap(&joined);
    run.agree(&joined, batch)?;
    let progress = |done| run.output.progress(done, batch.parties);
    let checked = client::audit(&mut connection, batch, progress).await?;
    run.output.clear();
    run.output.event("audited", json!({ "parties": checked }));
    let signatures = if checked == 1 {
        "signature holds"
    } else {
        "signatures hold"
    };
    run.output.result(&format!(
        "{checked} {signatures}: the batch is what the parties signed"
    ));
    Ok(())
}
