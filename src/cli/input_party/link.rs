//! What a link changes: where to submit, what admits, and which receipt belongs to it.

use std::io::{BufRead, IsTerminal, Read};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::super::arguments::{GivenLink, InputParty};
use super::super::command::command;
use super::super::exit::{Exit, Failure};
use super::super::output::Output;
use super::RECEIPTS;
use crate::client::ServerUrl;
use crate::files::receipt::StoredReceipt;
use crate::ids::{FingerprintPin, PartyKey};
use crate::invitation::{Link, Takeover, key_of};

/// Longest line that is read as a link, in bytes: several times the longest link.
const MAX_LINE: u64 = 4096;

/// A link says which server and which computation; what else the command says must agree.
pub(super) fn follow(mut arguments: InputParty, output: &Output) -> Result<InputParty, Failure> {
    let Some(given) = &mut arguments.invited.link else {
        return Ok(arguments);
    };
    fetch(given, output)?;
    let link = read(given)?;
    let url = ServerUrl::try_from(link).map_err(|error| Failure::usage(error.to_string()))?;
    arguments.server.get_or_insert(url);
    arguments.computation = link.computation.clone();
    arguments.fingerprint = Some(FingerprintPin::Full(link.fingerprint));
    Ok(arguments)
}

/// Reads the link from standard input, where that was asked for: its first line, so that a number may
/// follow.
pub(super) fn fetch(given: &mut GivenLink, output: &Output) -> Result<(), Failure> {
    if !matches!(given, GivenLink::Input) {
        return Ok(());
    }
    let input = std::io::stdin();
    if input.is_terminal() {
        output.note("Paste the link, then press Enter:");
    }
    let mut line = Zeroizing::new(String::new());
    let read = input.lock().take(MAX_LINE).read_line(&mut line);
    read.map_err(|error| Failure::failed(format!("cannot read standard input: {error}")))?;
    let text = line.trim();
    *given = GivenLink::Text(text.parse());
    Ok(())
}

/// What was given, if it is a link. Nothing of it is repeated: it may hold a secret.
pub(super) fn read(given: &GivenLink) -> Result<&Link, Failure> {
    given.link().map_err(|error| {
        Failure::new(Exit::Usage, "link_invalid", error.to_string())
            .hint("copy the whole link, in quotation marks")
    })
}

/// Where the receipt of an invitation is kept, so that the same link again corrects what was
/// submitted with it.
pub(super) fn receipt(arguments: &InputParty) -> Option<PathBuf> {
    /// Enough of the key to tell invitations apart.
    const SHOWN: usize = 22;
    let link = arguments.invited.link.as_ref()?.link().ok()?;
    let key = key_of(link.invitation.as_ref()?).to_string();
    let key = key.get(..SHOWN)?;
    Some(Path::new(RECEIPTS).join(format!("{}-{key}.json", link.computation)))
}

/// A receipt belongs to one invitation: with another person's link it would replace what the receipt's
/// owner has submitted.
pub(super) fn check_same_invitation(
    arguments: &InputParty,
    stored: &StoredReceipt,
    path: &Path,
) -> Result<(), Failure> {
    let link = arguments.invited.link.as_ref();
    let link = link.and_then(|given| given.link().ok());
    let invited = link.and_then(|link| link.invitation.as_ref()).map(key_of);
    let kept = stored.admission.map(|admission| admission.key);
    if invited.is_none() || kept.is_none() || invited == kept {
        return Ok(());
    }
    let message = format!(
        "{} is the receipt of another invitation than the link's",
        path.display()
    );
    Err(Failure::new(Exit::Failed, "other_invitation", message)
        .hint("give another --receipt, or none: the one of this link is found by itself"))
}

/// What is asked of another device that has used the same link.
pub(super) fn takeover(arguments: &InputParty) -> Option<Takeover> {
    let release = arguments.invited.release;
    (arguments.invited.take_over || release.is_some()).then_some(Takeover { release })
}

/// What helps a device that waits for another one's place; `again` finishes what it has sealed.
pub(super) fn how_to_take_over(stored: &StoredReceipt, again: &str) -> String {
    let key = PartyKey::from(*stored.keys.public());
    let release = command("input-party", &format!("release RECEIPT {key}"));
    format!(
        "finish then with: {again}\n\
         or at once, with the other device's consent:\n  \
         there: {release}\n  \
         here: {again} --release CONSENT"
    )
}
