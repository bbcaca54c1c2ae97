//! The `input-party` program.

mod answers;
mod given;
mod link;
mod policy;
mod prompts;
mod release;
mod result;
mod verify;
mod withdraw;

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;

use self::answers::Source;
use super::arguments::{InputParty, InputPartyCommand};
use super::command::{self, command};
use super::exit::{Exit, Failure};
use super::output::Output;
use super::signals;
use crate::client::{self, ClientError, HostError, PartyEvent, PartyHost, ServerUrl};
use crate::crypto::{Entropy, Party, SigningKeyPair};
use crate::files::receipt::{
    Progress, ReceiptError, ReceiptFile, StoredReceipt, default_path, find_pending, find_submitted,
};
use crate::ids::{ComputationName, Fingerprint, FingerprintPin};
use crate::manifest::{Access, Terms};
use crate::measurement::Measurement;
use crate::protocol::{ErrorCode, Which};
use crate::record::Signed;
use crate::session::{PartyPlan, PartySession, Pins, Request, Sought, Ticket, Unsent};
use crate::submission::Receipt;

/// Where receipts go when nothing else is asked for.
const RECEIPTS: &str = "receipts";

pub(super) async fn run(arguments: InputParty, output: Output) -> Result<(), Failure> {
    match &arguments.command {
        Some(InputPartyCommand::Verify { receipt }) => {
            return verify::verify(&arguments, receipt, &output).await;
        }
        Some(InputPartyCommand::Withdraw { receipt }) => {
            return withdraw::withdraw(&arguments, receipt, &output).await;
        }
        Some(InputPartyCommand::Result { link }) => {
            let mut link = link.clone();
            link::fetch(&mut link, &output)?;
            return result::result(link::read(&link)?, arguments.ca_cert.clone(), &output).await;
        }
        Some(InputPartyCommand::Release { receipt, key }) => {
            return release::release(receipt, key, &output);
        }
        None => {}
    }
    let arguments = link::follow(arguments, &output)?;
    let value = arguments.value.as_deref();
    let measurement = value.map(|text| given::value(text, &output)).transpose()?;
    let mut pins = given::pins(&arguments)?;
    let entropy = Entropy::System;
    let stop = signals::stop(&output);
    let mut run = Run {
        url: given::server(None, &arguments),
        computation: arguments.computation.to_string(),
        pinned: pins.fingerprint.is_some() || pins.analyst.is_some(),
        path: arguments
            .receipt
            .clone()
            .or_else(|| link::receipt(&arguments)),
        keys: SigningKeyPair::generate(&mut entropy.rng()),
        file: None,
        told: false,
        output: output.clone(),
    };
    run.output.mind_exposure(&run.url);
    let wait = arguments.wait.map(Duration::from_secs);
    let measurement = match Source::of(&arguments) {
        None => measurement,
        Some(source) => {
            let terms = tokio::select! {
                terms = run.look_up(&arguments, &pins, &entropy, wait) => terms?,
                () = stop.cancelled() => return Err(ClientError::Cancelled.into()),
            };
            pins.fingerprint = Some(FingerprintPin::Full(terms.fingerprint));
            let answered = source.measurement(&terms, &run.url, arguments.yes, &output, &stop);
            match answered.await? {
                None => return Ok(()),
                measurement => measurement,
            }
        }
    };
    let plan = run.plan(&arguments, measurement, pins)?;
    let url = run.url.clone();
    let session = PartySession::new(plan);
    let submitted = tokio::select! {
        submitted = client::submit(&url, session, &entropy, wait, &mut run) => submitted,
        () = stop.cancelled() => Err(ClientError::Cancelled),
    };
    match submitted {
        Ok(receipt) => run.finish(receipt),
        Err(error) => Err(run.give_up(error)),
    }
}

/// A run that submits.
struct Run {
    url: ServerUrl,
    computation: String,
    /// Whether the person knows the analyst or the computation from elsewhere.
    pinned: bool,
    path: Option<PathBuf>,
    keys: SigningKeyPair<Party>,
    file: Option<ReceiptFile>,
    /// Whether the person was told what the computation is like.
    told: bool,
    output: Output,
}

impl Run {
    /// What the computation asks: as the receipt to correct says, or else as the server does.
    async fn look_up(
        &mut self,
        arguments: &InputParty,
        pins: &Pins,
        entropy: &Entropy,
        wait: Option<Duration>,
    ) -> Result<Terms, Failure> {
        match self.path.as_deref().map(ReceiptFile::open) {
            None | Some(Err(ReceiptError::Missing { .. })) => {}
            Some(Ok(file)) => return Ok(file.stored().terms.clone()),
            Some(Err(error)) => return Err(unusable(&error)),
        }
        let which = match &pins.fingerprint {
            Some(FingerprintPin::Full(full)) => Which::Fingerprint(*full),
            _ => Which::Name(arguments.computation.clone()),
        };
        let pins = pins.clone();
        let url = self.url.clone();
        let terms = client::find(&url, Sought { which, pins }, entropy, wait, self).await?;
        Ok(*terms)
    }

    /// What to do: submit, finish what an earlier run began, or correct.
    fn plan(
        &mut self,
        arguments: &InputParty,
        measurement: Option<Measurement>,
        pins: Pins,
    ) -> Result<PartyPlan, Failure> {
        self.take_up(arguments)?;
        if let Some(unsent) = self.unfinished(arguments, measurement.is_some())? {
            self.output.note(
                "sending again what an earlier run sealed; to change the value, \
                 run the same command once more afterwards",
            );
            return Ok(PartyPlan::Resend(unsent));
        }
        let (which, sequence) = match self.file.as_ref().map(ReceiptFile::stored) {
            Some(stored) => {
                let sequence = stored
                    .next_sequence()
                    .ok_or_else(|| Failure::failed("this party has used up its corrections"))?;
                (Which::Fingerprint(stored.terms.fingerprint), sequence)
            }
            None => match &pins.fingerprint {
                Some(FingerprintPin::Full(full)) => (Which::Fingerprint(*full), 1),
                _ => (Which::Name(arguments.computation.clone()), 1),
            },
        };
        let measurement = measurement.ok_or_else(|| {
            Failure::usage("there is nothing to finish: a VALUE is needed").hint(format!(
                "{} submits, or corrects what FILE is the receipt of",
                command("input-party", "--receipt FILE VALUE")
            ))
        })?;
        Ok(PartyPlan::Submit(Box::new(Request {
            sought: Sought { which, pins },
            measurement,
            keys: self.keys.clone(),
            sequence,
            ticket: self.ticket(arguments),
        })))
    }

    /// Opens the receipt that is to be finished or corrected, if there is one: key and server are then
    /// those in it.
    fn take_up(&mut self, arguments: &InputParty) -> Result<(), Failure> {
        let Some(path) = &self.path else {
            self.mention_pending();
            return Ok(());
        };
        let file = match ReceiptFile::open(path) {
            Ok(file) => file,
            Err(ReceiptError::Missing { .. }) => return Ok(()),
            Err(error) => return Err(unusable(&error)),
        };
        let stored = file.stored();
        Self::check_same_computation(arguments, &stored.terms, file.path())?;
        link::check_same_invitation(arguments, stored, file.path())?;
        self.keys = stored.keys.clone();
        let url = given::server(Some(stored), arguments);
        self.file = Some(file);
        if url != self.url {
            self.output.mind_exposure(&url);
            self.url = url;
        }
        Ok(())
    }

    /// What is to be sent again as it is. What was refused may be sealed anew, under the same key, if
    /// there is something; what may just not have been answered is finished first.
    fn unfinished(
        &mut self,
        arguments: &InputParty,
        anew: bool,
    ) -> Result<Option<Box<Unsent>>, Failure> {
        let Some(file) = &mut self.file else {
            return Ok(None);
        };
        let replaced = anew && file.stored().is_refused();
        if replaced || file.stored().pending().is_none() {
            return Ok(None);
        }
        if let Some(takeover) = link::takeover(arguments) {
            file.ask_for_place(takeover)
                .map_err(|error| unusable(&error))?;
        }
        let stored = file.stored();
        let unsent = stored.pending().map(|submission| Unsent {
            manifest: stored.manifest.clone(),
            submission: submission.clone(),
            terms: stored.terms.clone(),
        });
        Ok(unsent.map(Box::new))
    }

    /// What admits to an invited computation: what the receipt has, or else the link. Both are of one
    /// invitation.
    fn ticket(&self, arguments: &InputParty) -> Option<Ticket> {
        let takeover = link::takeover(arguments);
        let kept = self.file.as_ref().and_then(|file| file.stored().admission);
        let kept = kept.map(|admission| admission.taking_over(takeover));
        kept.map(Ticket::Admission).or_else(|| {
            let link = arguments.invited.link.as_ref()?.link().ok()?;
            let keys = link.invitation.clone()?;
            Some(Ticket::Invitation { keys, takeover })
        })
    }

    /// A receipt belongs to one computation, whatever else the command says.
    fn check_same_computation(
        arguments: &InputParty,
        terms: &Terms,
        path: &Path,
    ) -> Result<(), Failure> {
        let named = &arguments.computation;
        let other_name = *named != terms.manifest.name;
        let pinned = arguments.fingerprint.as_ref();
        let other_fingerprint = pinned.is_some_and(|pin| !pin.matches(&terms.fingerprint));
        if other_name || other_fingerprint {
            let message = format!(
                "{} is a receipt of computation {} (round {}), not of {named}",
                path.display(),
                terms.manifest.name,
                terms.manifest.round,
            );
            return Err(Failure::new(Exit::Failed, "other_computation", message)
                .hint("give another --receipt, or none for a new party"));
        }
        Ok(())
    }

    /// Names the runs that died, and how to finish them.
    fn mention_pending(&self) {
        let Ok(pending) = find_pending(Path::new(RECEIPTS)) else {
            return;
        };
        for file in pending
            .iter()
            .filter(|file| file.computation.as_str() == self.computation)
        {
            let path = file.path.display();
            let arguments = format!("--computation {} --receipt {path}", file.computation);
            let command = command("input-party", &arguments);
            self.output.warning(&if file.refused {
                format!(
                    "the server refused an earlier run; if that was you, try again with: {command}"
                )
            } else {
                format!("an earlier run did not finish; finish it with: {command}")
            });
        }
    }

    /// A second submission is that of a second party, and not a correction: somebody may not know.
    fn mention_submitted(&self, terms: &Terms) {
        if terms.manifest.access != Access::Open {
            return;
        }
        if let Some(path) = find_submitted(Path::new(RECEIPTS), &terms.fingerprint) {
            let name = &terms.manifest.name;
            let mut words = command::reaching(&self.url);
            if *name != ComputationName::default() {
                words.push(format!("--computation {name}"));
            }
            let value = if terms.scheme.form().is_some() {
                "--file FILE"
            } else {
                "VALUE"
            };
            words.push(format!("--receipt {} {value}", path.display()));
            let command = command("input-party", &words.join(" "));
            self.output.note(&format!(
                "note: you have submitted to this computation before, and this counts as one more party. \
                 To correct what you sent instead: {command}"
            ));
        }
    }

    /// What opens the computation.
    fn analyst_command(&self) -> String {
        let (url, name) = (&self.url, &self.computation);
        let mut words = command::reaching(url);
        if name != ComputationName::default().as_str() {
            words.push(format!("--computation {name}"));
        }
        command("analyst", &words.join(" "))
    }

    fn finish(mut self, receipt: Signed<Receipt>) -> Result<(), Failure> {
        let Some(file) = &mut self.file else {
            return Err(Failure::failed("the receipt came before anything was sent"));
        };
        file.finish(receipt)
            .map_err(|error| Failure::failed(error.to_string()))?;
        let (stored, path) = (file.stored(), file.path());
        let manifest = &stored.terms.manifest;
        let sequence = stored.versions.last().map_or(1, |version| version.sequence);
        self.output.event(
            "submitted",
            json!({
                "computation": manifest.name,
                "round": manifest.round,
                "fingerprint": stored.terms.fingerprint,
                "sequence": sequence,
                "receipt": path,
            }),
        );
        let before = stored.versions.iter().rev().nth(1);
        let verb = match before.map(|version| &version.progress) {
            None => "Submitted to",
            Some(Progress::Withdrawn(..)) => "Submitted again to",
            Some(_) => "Corrected in",
        };
        let (name, round) = (&manifest.name, manifest.round);
        self.output
            .result(&format!("{verb} computation {name}, round {round}."));
        self.output.result(&format!("Receipt: {}", path.display()));
        Ok(())
    }

    /// What is left after a failure, and whether it can be finished.
    fn give_up(self, error: ClientError) -> Failure {
        let refused =
            matches!(&error, ClientError::Refused(refusal) if refusal.code.refuses_submission());
        let needs_new_link = matches!(
            &error,
            ClientError::Refused(refusal) if matches!(
                refusal.code,
                ErrorCode::InvitationRevoked
                    | ErrorCode::InvitationExpired
                    | ErrorCode::InvitationUnknown
            )
        );
        let mut failure = Failure::from(error);
        if failure.code == "not_ready" {
            let command = self.analyst_command();
            failure = failure.hint(format!("the analyst opens it with: {command}"));
        }
        match self.file {
            Some(mut file) if file.stored().pending().is_some() => {
                let command = again(file.stored(), file.path(), &self.url);
                if failure.code == "takeover_waiting" {
                    return failure.hint(link::how_to_take_over(file.stored(), &command));
                }
                if !refused {
                    return failure.hint(format!(
                        "the sealed submission is kept; finish with: {command}"
                    ));
                }
                // The refusal is the server's word. Had it stored the submission nevertheless, a new
                // key would count a second time.
                if let Err(error) = file.note_refusal() {
                    self.output.warning(&error.to_string());
                }
                // This key is bound to the link that admits nobody any more.
                if needs_new_link {
                    return failure;
                }
                let advice =
                    format!("the key is kept; try again as the same party with: {command}");
                let advice = match &failure.hint {
                    Some(hint) => format!("{hint}; {advice}"),
                    None => advice,
                };
                failure.hint(advice)
            }
            _ => failure,
        }
    }
}

impl PartyHost for Run {
    fn tell(&mut self, event: PartyEvent) {
        let (what, command) = match event {
            PartyEvent::ServerAway => (
                format!("the server at {}", self.url),
                command::server(&self.url),
            ),
            PartyEvent::ComputationAway => (
                format!("computation {}", self.computation),
                self.analyst_command(),
            ),
            PartyEvent::Found(terms, announced) => {
                if !std::mem::replace(&mut self.told, true) {
                    for line in policy::lines(&terms.manifest, &announced) {
                        self.output.note(&line);
                    }
                }
                return;
            }
        };
        self.output
            .event("waiting", json!({ "for": what, "command": command }));
        self.output
            .note(&format!("waiting for {what}; start it with: {command}"));
    }

    fn save(&mut self, unsent: &Unsent) -> Result<(), HostError> {
        if !self.pinned {
            let words = unsent.terms.fingerprint.words(Fingerprint::WORDS_SHOWN);
            self.output.note(&format!(
                "computation {}: {words}\n\
                 You are trusting the server for these words: compare them with the analyst's, \
                 or run the command that the analyst shows, with --fingerprint in it.",
                unsent.terms.manifest.name
            ));
        }
        if let Some(file) = &mut self.file {
            return Ok(file.begin_correction(unsent.submission.clone())?);
        }
        self.mention_submitted(&unsent.terms);
        let name = &unsent.terms.manifest.name;
        let path = self.path.clone().unwrap_or_else(|| {
            default_path(Path::new(RECEIPTS), name, &unsent.submission.submission_id)
        });
        let stored = StoredReceipt::new(
            self.url.to_string(),
            unsent.manifest.clone(),
            unsent.terms.clone(),
            self.keys.clone(),
            unsent.submission.clone(),
        );
        self.file = Some(ReceiptFile::create(&path, stored)?);
        Ok(())
    }
}

/// What finishes what is in a file, or with a value behind it corrects it.
fn again(stored: &StoredReceipt, path: &Path, url: &ServerUrl) -> String {
    let mut words: Vec<_> = command::trusting(url).into_iter().collect();
    let name = &stored.terms.manifest.name;
    if *name != ComputationName::default() {
        words.push(format!("--computation {name}"));
    }
    words.push(format!("--receipt {}", path.display()));
    command("input-party", &words.join(" "))
}

fn unusable(error: &ReceiptError) -> Failure {
    Failure::new(Exit::Failed, "receipt_unusable", error.to_string())
}

#[cfg(test)]
mod tests;
