//! The `analyst` program.

mod collect;
mod recall;
mod reveal;

use std::path::Path;

use serde_json::json;

use self::collect::Run;
use super::arguments::{Analyst as Arguments, AnalystCommand, KeysCommand};
use super::command::command;
use super::exit::{Exit, Failure};
use super::forms;
use super::output::Output;
use super::{result, signals};
use crate::client::{self, Connection};
use crate::crypto::{Analyst, Entropy};
use crate::files::{keyfile, public_key};
use crate::manifest::{Action, Phase};
use crate::measurement::KindSettings;
use crate::session::{Joined, Purpose, Settings};

pub(super) async fn run(arguments: Arguments, output: Output) -> Result<(), Failure> {
    let loaded = load_keys(&arguments.keys, &output)?;
    if let Some(AnalystCommand::Keys {
        command: KeysCommand::Show,
    }) = &arguments.command
    {
        return show_keys(&arguments, &loaded, &output);
    }
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
        result::check_out(path, settings.kind.form.is_some())?;
    }
    let command = arguments.command.as_ref();
    let stop = signals::stop(&output);
    output.mind_exposure(&arguments.server);
    let mut run = Run::new(&arguments, loaded.identity, settings, output, stop)?;
    match command {
        None => run.collect().await,
        Some(AnalystCommand::Status) => status(&mut run).await,
        Some(AnalystCommand::Reveal) => run.reveal_now().await,
        Some(AnalystCommand::Result) => recall::recall(&mut run).await,
        Some(AnalystCommand::Audit) => audit(&mut run).await,
        Some(AnalystCommand::Pause) => announce(&mut run, Action::Pause).await,
        Some(AnalystCommand::Resume) => announce(&mut run, Action::Resume).await,
        Some(AnalystCommand::Close) => announce(&mut run, Action::Close).await,
        Some(AnalystCommand::Keys { .. }) => Ok(()),
    }
}

fn load_keys(path: &Path, output: &Output) -> Result<keyfile::Loaded<Analyst>, Failure> {
    let loaded =
        keyfile::load_or_create(path, &Entropy::System).map_err(|error| Failure::keys(&error))?;
    for warning in &loaded.warnings {
        output.warning(&warning.to_string());
    }
    if loaded.created {
        output.note(&format!(
            "made new keys in {}: keep this file, nobody can reveal without it",
            path.display()
        ));
    }
    Ok(loaded)
}

/// `keys show`
fn show_keys(
    arguments: &Arguments,
    loaded: &keyfile::Loaded<Analyst>,
    output: &Output,
) -> Result<(), Failure> {
    let public = loaded.identity.public();
    if let Some(path) = &arguments.out {
        public_key::write(path, &public).map_err(|error| Failure::failed(error.to_string()))?;
        output.note(&format!(
            "wrote {}: give it to the input parties",
            path.display()
        ));
    }
    output.event("keys", json!({ "key_id": public.key_id(), "keys": public }));
    output.result(&public.key_id().to_string());
    Ok(())
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
    show_status(run, &mut connection, &joined).await
}

async fn show_status(
    run: &Run,
    connection: &mut Connection,
    joined: &Joined,
) -> Result<(), Failure> {
    let parties = match &joined.batch {
        Some(batch) => batch.parties,
        None => client::count(connection).await?,
    };
    let manifest = &joined.terms.manifest;
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
        }),
    );
    let state = match joined.standing.phase {
        Phase::Open => "open".to_owned(),
        Phase::Paused => format!("paused: go on with: {}", command("analyst", "resume")),
        Phase::Closed => format!("closed: {}", reveal_it()),
        Phase::Frozen => format!("frozen: {}", reveal_it()),
        Phase::Revealed => {
            let command = command("analyst", "result");
            format!("revealed: see it with: {command}")
        }
        Phase::Ended => "ended without a result".to_owned(),
        Phase::Purged => "purged".to_owned(),
    };
    let (name, round) = (&manifest.name, manifest.round);
    run.output
        .result(&format!("computation {name}, round {round}: {state}"));
    let minimum = manifest.min_parties;
    run.output
        .result(&format!("{parties} submitted, {minimum} needed"));
    Ok(())
}

fn reveal_it() -> String {
    format!("reveal it with: {}", command("analyst", "reveal"))
}

/// `audit`
async fn audit(run: &mut Run) -> Result<(), Failure> {
    let (mut connection, joined) = run.join(Purpose::Existing).await?;
    let Some(batch) = &joined.batch else {
        let message = "the batch is not frozen yet";
        return Err(Failure::new(Exit::NotReady, "not_frozen", message).hint(reveal_it()));
    };
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
