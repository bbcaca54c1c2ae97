//! The analyst's keys: loaded for every command, shown, closed with a passphrase, backed up and put
//! back.

mod reminder;

use std::path::Path;

use serde_json::json;

pub(super) use self::reminder::Reminder;
use super::super::arguments::{Analyst as Arguments, KeysCommand};
use super::super::command::command;
use super::super::dates;
use super::super::exit::{Exit, Failure};
use super::super::output::Output;
use super::super::passphrase::{self, Use};
use crate::crypto::{Analyst, Entropy, Passphrase, UnlockError};
use crate::files::backup::{Backup, BackupError, Remembered};
use crate::files::keyfile::{self, KeyFileError, Loaded};
use crate::files::public_key;

/// How often somebody at a terminal may try a passphrase.
const TRIES: u32 = 3;

/// `keys ...`
pub(super) async fn run(
    arguments: &Arguments,
    command: &KeysCommand,
    output: &Output,
) -> Result<(), Failure> {
    match command {
        KeysCommand::Show => show(arguments, output).await,
        KeysCommand::Protect {
            new_passphrase_file,
            remove,
        } => protect(arguments, new_passphrase_file.as_deref(), *remove, output).await,
        KeysCommand::Backup {
            file,
            new_passphrase_file,
        } => backup(arguments, file, new_passphrase_file.as_deref(), output).await,
        KeysCommand::Restore { file } => restore(arguments, file, output).await,
    }
}

/// The analyst's keys; new ones where there are none.
pub(super) async fn load(
    arguments: &Arguments,
    output: &Output,
) -> Result<Loaded<Analyst>, Failure> {
    let path = &arguments.keys;
    let loaded = match keyfile::load::<Analyst>(path) {
        Ok(Some(loaded)) => loaded,
        Err(KeyFileError::Passphrase { .. }) => unlock(arguments, output).await?.0,
        Ok(None) | Err(KeyFileError::BadFormat { .. }) => {
            let file = arguments.passphrase_file.as_deref();
            let passphrase = file.map(|file| passphrase::from_file(file, Use::Close));
            let passphrase = passphrase.transpose()?;
            keyfile::unlock_or_create(path, passphrase.as_ref(), &Entropy::System)
                .map_err(|error| Failure::keys(&error))?
        }
        Err(error) => return Err(Failure::keys(&error)),
    };
    warn(&loaded, output);
    if loaded.created {
        output.note(&format!(
            "made new keys in {}: nobody can reveal without them; back them up with: {}",
            path.display(),
            command("analyst", "keys backup FILE")
        ));
    }
    Ok(loaded)
}

fn warn(loaded: &Loaded<Analyst>, output: &Output) {
    for warning in &loaded.warnings {
        output.warning(&warning.to_string());
    }
}

/// Keys that are there.
pub(super) async fn there(
    arguments: &Arguments,
    output: &Output,
) -> Result<Loaded<Analyst>, Failure> {
    let path = arguments.keys.display();
    match existing(arguments, output).await {
        Ok((loaded, _)) => Ok(loaded),
        Err(failure) if arguments.keys.exists() => Err(failure),
        Err(failure) => Err(failure.hint(format!(
            "go to the folder where {path} is, or name the file with --keys FILE"
        ))),
    }
}

/// Keys that are there, and their passphrase if they have one.
async fn existing(
    arguments: &Arguments,
    output: &Output,
) -> Result<(Loaded<Analyst>, Option<Passphrase>), Failure> {
    let path = arguments.keys.clone();
    let (loaded, passphrase) = match keyfile::load::<Analyst>(&path) {
        Ok(Some(loaded)) => (loaded, None),
        Ok(None) => return Err(Failure::keys(&KeyFileError::Missing { path })),
        Err(KeyFileError::Passphrase { .. }) => {
            let (loaded, passphrase) = unlock(arguments, output).await?;
            (loaded, Some(passphrase))
        }
        Err(error) => return Err(Failure::keys(&error)),
    };
    warn(&loaded, output);
    Ok((loaded, passphrase))
}

/// Keys that a passphrase keeps closed.
async fn unlock(
    arguments: &Arguments,
    output: &Output,
) -> Result<(Loaded<Analyst>, Passphrase), Failure> {
    let path = &arguments.keys;
    let what = path.display().to_string();
    let opened = open_with(
        arguments,
        &what,
        output,
        |passphrase| match keyfile::unlock::<Analyst>(path, Some(passphrase)) {
            Ok(Some(loaded)) => Tried::Opened(loaded),
            Err(KeyFileError::Locked {
                why: UnlockError::Wrong,
                ..
            }) => Tried::Wrong,
            Ok(None) => Tried::Failed(Failure::keys(&KeyFileError::Missing { path: path.clone() })),
            Err(error) => Tried::Failed(Failure::keys(&error)),
        },
    );
    opened.await
}

/// What came of a passphrase.
enum Tried<T> {
    Opened(T),
    Wrong,
    Failed(Failure),
}

/// Opens something with the passphrase in the file that was named, or with what is typed.
async fn open_with<T>(
    arguments: &Arguments,
    what: &str,
    output: &Output,
    open: impl Fn(&Passphrase) -> Tried<T>,
) -> Result<(T, Passphrase), Failure> {
    let wrong = || {
        let message = format!("{what}: {}", UnlockError::Wrong);
        Failure::new(Exit::Failed, "passphrase_wrong", message)
    };
    if let Some(file) = &arguments.passphrase_file {
        let passphrase = passphrase::from_file(file, Use::Open)?;
        return match open(&passphrase) {
            Tried::Opened(opened) => Ok((opened, passphrase)),
            Tried::Wrong => Err(wrong()),
            Tried::Failed(failure) => Err(failure),
        };
    }
    if !passphrase::can_ask() {
        let message = format!("{what} is protected by a passphrase");
        return Err(Failure::new(Exit::Failed, "passphrase_needed", message)
            .hint("name the file that holds it with --passphrase-file FILE"));
    }
    for _ in 0..TRIES {
        let passphrase = passphrase::ask(&format!("Passphrase of {what}: "), output).await?;
        match open(&passphrase) {
            Tried::Opened(opened) => return Ok((opened, passphrase)),
            Tried::Wrong => output.note(&format!("{}", UnlockError::Wrong)),
            Tried::Failed(failure) => return Err(failure),
        }
    }
    Err(wrong())
}

/// `keys show`
async fn show(arguments: &Arguments, output: &Output) -> Result<(), Failure> {
    let public = load(arguments, output).await?.identity.public();
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

/// `keys protect`
async fn protect(
    arguments: &Arguments,
    new_file: Option<&Path>,
    remove: bool,
    output: &Output,
) -> Result<(), Failure> {
    let (_, current) = existing(arguments, output).await?;
    let file = match &current {
        // The one that opens the keys is not the new one.
        Some(_) => new_file,
        None => new_file.or(arguments.passphrase_file.as_deref()),
    };
    let new = match (remove, file) {
        (true, _) => None,
        (false, Some(file)) => Some(passphrase::from_file(file, Use::Close)?),
        (false, None) => Some(passphrase::ask_new("New passphrase: ", output).await?),
    };
    let path = &arguments.keys;
    keyfile::protect::<Analyst>(path, current.as_ref(), new.as_ref(), &Entropy::System)
        .map_err(|error| Failure::keys(&error))?;
    let protected = new.is_some();
    output.event(
        "protected",
        json!({ "keys": path.display().to_string(), "protected": protected }),
    );
    let path = path.display();
    output.result(&if protected {
        format!("{path} needs a passphrase from now on")
    } else {
        format!("{path} needs no passphrase any more")
    });
    if protected {
        output.note("Nobody can open it without the passphrase: keep that too.");
    }
    Ok(())
}

/// `keys backup FILE`
async fn backup(
    arguments: &Arguments,
    to: &Path,
    new_file: Option<&Path>,
    output: &Output,
) -> Result<(), Failure> {
    let keys = &arguments.keys;
    let (loaded, opened_with) = existing(arguments, output).await?;
    let key_id = loaded.identity.public().key_id();
    let made = dates::now();
    let backup = Backup::take(keys, loaded.identity, loaded.protected, made).map_err(failed)?;
    // Asked for before anything is written, and not where the file is there already.
    if to.exists() {
        return Err(failed(BackupError::Exists(to.to_owned())));
    }
    let from_keys = opened_with.filter(|_| arguments.passphrase_file.is_some());
    let passphrase = if let Some(file) = new_file {
        passphrase::from_file(file, Use::Close)?
    } else if let Some(passphrase) = from_keys {
        passphrase
    } else if let Some(file) = &arguments.passphrase_file {
        passphrase::from_file(file, Use::Close)?
    } else {
        passphrase::ask_new("Passphrase for the backup: ", output).await?
    };
    let saved = backup.save(to, &passphrase, &Entropy::System);
    saved.map_err(failed)?;
    let entries = backup.entries().map_err(failed)?;
    remember(
        keys,
        Remembered {
            key_id,
            made,
            entries,
        },
        output,
    );
    output.event(
        "backed_up",
        json!({ "file": to.display().to_string(), "key_id": key_id, "journal": entries }),
    );
    let plural = if entries == 1 { "entry" } else { "entries" };
    output.result(&format!(
        "{}: keys and journal ({entries} {plural}), read back and opened",
        to.display()
    ));
    output.note(
        "Keep it on another machine, and its passphrase apart from it. \
         Make a new one after each reveal.",
    );
    Ok(())
}

/// `keys restore FILE`
async fn restore(arguments: &Arguments, from: &Path, output: &Output) -> Result<(), Failure> {
    let keys = &arguments.keys;
    if !from.exists() {
        return Err(failed(BackupError::Missing(from.to_owned())));
    }
    let what = from.display().to_string();
    let opened = open_with(arguments, &what, output, |passphrase| {
        match Backup::open(from, passphrase) {
            Ok(backup) => Tried::Opened(backup),
            Err(BackupError::Locked {
                why: UnlockError::Wrong,
                ..
            }) => Tried::Wrong,
            Err(error) => Tried::Failed(failed(error)),
        }
    });
    let (backup, passphrase) = opened.await?;
    let restored = backup.restore(keys, &passphrase, &Entropy::System);
    let restored = restored.map_err(failed)?;
    let key_id = backup.identity.public().key_id();
    let entries = backup.entries().map_err(failed)?;
    let made = backup.made;
    remember(
        keys,
        Remembered {
            key_id,
            made,
            entries,
        },
        output,
    );
    output.event(
        "restored",
        json!({
            "keys": restored.keys,
            "key_id": key_id,
            "made": made,
            "journal": restored.lines,
        }),
    );
    let (keys, day) = (keys.display(), dates::shown(made));
    output.result(&if restored.keys {
        format!("{keys}: restored from a backup of {day}, key id {key_id}")
    } else {
        format!("{keys}: the same keys are there already, key id {key_id}")
    });
    let lines = match restored.lines {
        0 => "no entry".to_owned(),
        1 => "1 entry".to_owned(),
        lines => format!("{lines} entries"),
    };
    output.result(&format!("{keys}.journal: {lines} added"));
    if restored.marked {
        output.note(&format!(
            "What you froze or revealed after {day} is not in this journal. If you still have the \
             {keys}.journal of before, put it in its place and run this again."
        ));
    }
    Ok(())
}

/// The backup is good, whether this is remembered or not.
fn remember(keys: &Path, newest: Remembered, output: &Output) {
    if let Err(error) = newest.write(keys) {
        output.warning(&error.to_string());
    }
}

fn failed(error: BackupError) -> Failure {
    let message = error.to_string();
    let failure = Failure::new(Exit::Failed, "backup_unusable", message);
    match error {
        BackupError::Exists(_) => failure.hint("name a file that does not exist"),
        BackupError::OtherKeys(_) => {
            failure.hint("name another place for the keys of the backup with --keys FILE")
        }
        BackupError::Keys(error) => Failure::keys(&error),
        _ => failure,
    }
}
