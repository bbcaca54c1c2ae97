//! A run of the analyst: joins, waits for Enter, and comes back after every lost connection.

use std::path::PathBuf;

use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::super::arguments::{Analyst as Arguments, DateFlags};
use super::super::command::{self, command};
use super::super::dates;
use super::super::exit::{Exit, Failure, too_few};
use super::super::output::Output;
use super::super::result::{check_ending, past};
use super::keyboard::{Enter, Keyboard};
use super::keys::Reminder;
use super::rounds;
use super::schedule;
use crate::batch::Batch;
use crate::client::{self, BackOff, ClientError, Connection, Incoming, ServerUrl};
use crate::crypto::{Analyst, Entropy, Identity};
use crate::files::journal::Journal;
use crate::files::keyfile::Loaded;
use crate::ids::{ComputationName, Fingerprint};
use crate::manifest::{Access, Action, Terms};
use crate::protocol::{ClientMessage, ErrorCode, Refusal, ServerMessage};
use crate::session::{AnalystSession, Joined, Misbehaviour, Purpose, Settings};
use crate::workers::Workers;

/// What there is instead of a total, where the policy says so.
pub(super) const UNCOUNTED: &str = "nobody is told before the reveal how many have submitted";

/// What a run of the analyst works with.
pub(super) struct Run {
    pub(super) url: ServerUrl,
    pub(super) name: ComputationName,
    pub(super) keys: PathBuf,
    pub(super) out: Option<PathBuf>,
    pub(super) identity: Identity<Analyst>,
    pub(super) settings: Settings,
    /// From when until when submissions are to be taken.
    pub(super) dates: DateFlags,
    pub(super) entropy: Entropy,
    pub(super) workers: Workers,
    pub(super) journal: Journal,
    pub(super) reminder: Reminder,
    /// Whether it was said which round is near.
    pub(super) near_told: bool,
    pub(super) output: Output,
    pub(super) stop: CancellationToken,
}

/// What ends the wait for Enter.
enum Next {
    /// This is frozen.
    Reveal(Batch),
    Leave,
    /// Join again: others have changed the state.
    Again,
}

impl Run {
    pub(super) fn new(
        arguments: &Arguments,
        loaded: Loaded<Analyst>,
        settings: Settings,
        output: Output,
        stop: CancellationToken,
    ) -> Result<Self, Failure> {
        let journal =
            Journal::open(&arguments.keys).map_err(|error| Failure::failed(error.to_string()))?;
        Ok(Self {
            url: arguments.server.clone().trusting(arguments.ca_cert.clone()),
            name: arguments.computation.clone(),
            keys: arguments.keys.clone(),
            out: arguments.out.clone(),
            reminder: Reminder::new(loaded.created),
            near_told: false,
            identity: loaded.identity,
            settings,
            dates: arguments.dates,
            entropy: Entropy::System,
            workers: Workers::new().map_err(ClientError::from)?,
            journal,
            output,
            stop,
        })
    }

    /// Sets up or joins, waits for Enter, reveals.
    pub(super) async fn collect(&mut self) -> Result<(), Failure> {
        let mut keyboard = Keyboard::new();
        let (mut connection, mut joined) = self.join(Purpose::Collect).await?;
        self.check_ending(&joined)?;
        schedule::begin(self, &mut connection, &mut joined).await?;
        self.announce(&joined);
        loop {
            if joined.standing.phase.is_frozen() && !self.waits_frozen(&joined, &mut keyboard) {
                return self.reveal(connection, joined).await;
            }
            match self
                .wait_for_enter(&mut connection, &joined, &mut keyboard)
                .await
            {
                Ok(Next::Reveal(batch)) => {
                    joined.batch = Some(batch);
                    return self.reveal(connection, joined).await;
                }
                Ok(Next::Leave) => {
                    match keyboard.enter {
                        Enter::Awaited | Enter::Comparing => self.say_goodbye(),
                        Enter::Freezing | Enter::Frozen(_) => self.say_frozen(),
                    }
                    return Ok(());
                }
                Ok(Next::Again) => (connection, joined) = self.join(Purpose::Existing).await?,
                Err(error) if error.is_passing() => {
                    self.output.note(&format!("{error}; connecting again"));
                    (connection, joined) = self.join(Purpose::Existing).await?;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// `reveal`: without Enter.
    pub(super) async fn reveal_now(&mut self) -> Result<(), Failure> {
        let (mut connection, joined) = self.join(Purpose::Existing).await?;
        if joined.standing.phase.is_over() {
            let (round, name) = (joined.terms.manifest.round, &self.name);
            let message = format!("round {round} of computation {name} is over");
            return Err(Failure::new(Exit::Failed, "over", message).hint(format!(
                "see it with: {}; open the next round with: {}",
                self.again("result"),
                self.again(""),
            )));
        }
        self.check_ending(&joined)?;
        self.mind_the_gap(&joined);
        if joined.batch.is_none() {
            let near_round = rounds::compare(&mut connection, &joined.terms).await?;
            self.tell_near(near_round);
        }
        self.reveal(connection, joined).await
    }

    /// Connects until it succeeds. An interrupt is heeded between tries only: a set-up that is
    /// under way is finished.
    pub(super) async fn join(
        &mut self,
        purpose: Purpose,
    ) -> Result<(Connection, Box<Joined>), Failure> {
        let mut back_off = BackOff::default();
        let mut told = false;
        loop {
            let session = AnalystSession::new(
                self.identity.clone(),
                self.name.clone(),
                self.settings.clone(),
                purpose,
            );
            let error = match client::join(&self.url, session, &self.entropy).await {
                Ok((connection, joined)) => {
                    if joined.created {
                        let begun = self.journal.record_begun(joined.terms.fingerprint);
                        begun.map_err(|error| Failure::failed(error.to_string()))?;
                    }
                    return Ok((connection, joined));
                }
                Err(error) => error,
            };
            if !error.is_passing() {
                return Err(self.explain(error));
            }
            if !std::mem::replace(&mut told, true) {
                let (url, command) = (&self.url, command::server(&self.url));
                let what = format!("the server at {url}");
                self.output
                    .event("waiting", json!({ "for": what, "command": command }));
                self.output
                    .note(&format!("waiting for {what}; start it with: {command}"));
            }
            tokio::select! {
                () = back_off.pause() => {}
                () = self.stop.cancelled() => return Err(error.into()),
            }
        }
    }

    /// Whether the result can be written to the file that was named, once it is known of what kind it
    /// is.
    pub(super) fn check_ending(&self, joined: &Joined) -> Result<(), Failure> {
        match &self.out {
            Some(path) => check_ending(path, joined.terms.scheme.form().is_some()),
            None => Ok(()),
        }
    }

    /// Says that keys should have a backup, where that is not so.
    pub(super) fn remind(&mut self) {
        let key_id = self.identity.public().key_id();
        self.reminder
            .say(&self.keys, &key_id, &self.journal, &self.output);
    }

    /// Says where a journal from a backup does not know what this analyst may have agreed to since:
    /// which of two batches was the first is then the server's word. A commit that is shown is this
    /// analyst's own.
    pub(super) fn mind_the_gap(&self, joined: &Joined) {
        let fingerprint = &joined.terms.fingerprint;
        let doubts = self.journal.doubts(fingerprint);
        if let Some(made) = doubts.filter(|_| joined.commit.is_none()) {
            self.output.warning(&format!(
                "the journal comes from a backup of {}: if you have frozen this computation since, \
                 the server could show another batch now",
                dates::shown(made)
            ));
        }
    }

    /// Agrees to a batch, as a reveal does: what is audited is what is revealed.
    pub(super) fn agree(&mut self, joined: &Joined, batch: &Batch) -> Result<(), Failure> {
        let fingerprint = joined.terms.fingerprint;
        let agreed = self.journal.record_root(fingerprint, batch.root);
        agreed.map_err(|error| Failure::failed(error.to_string()))
    }

    /// Says whose computation it is, and which key file was read.
    fn explain(&self, error: ClientError) -> Failure {
        let failure = Failure::from(error);
        if failure.code == "unknown_computation" {
            return failure.hint(format!("open it with: {}", self.again("")));
        }
        if failure.code != "belongs_to_another" {
            return failure;
        }
        let keys = self.keys.display();
        failure.hint(format!(
            "your keys come from {keys}; give the right file with --keys FILE, \
             or collect under another name with --computation NAME"
        ))
    }

    /// What a person needs to know once the computation is there.
    fn announce(&mut self, joined: &Joined) {
        let terms = &joined.terms;
        let manifest = &terms.manifest;
        if let Some(previous) = &joined.previous {
            let line = past(&previous.terms, previous.aggregate.as_ref());
            self.output.event("previous", json!({ "message": line }));
            self.output.note(&line);
        }
        let words = terms.fingerprint.words(Fingerprint::WORDS_SHOWN);
        let (lead, next) = self.brings_parties(terms);
        self.output.event(
            "initialized",
            json!({
                "computation": manifest.name,
                "round": manifest.round,
                "fingerprint": terms.fingerprint,
                "words": words,
                "key_id": manifest.analyst.key_id(),
                "state": joined.standing.phase,
                "min_parties": manifest.min_parties,
                "max_parties": manifest.max_parties,
                "command": next,
            }),
        );
        self.output.result("Computation initialized!");
        self.output.result(&format!("Fingerprint: {words}"));
        self.output.result(&format!("{lead}: {next}"));
        if let Some(caveat) = terms.scheme.caveat(manifest.max_parties) {
            self.output.note(&format!("note: {caveat}"));
        }
        if !manifest.is_counted() {
            self.output.note(&format!("note: {UNCOUNTED}"));
        }
        let dates = joined.announced.dates;
        if let Some(line) = schedule::line(dates) {
            self.output.note(&line);
        } else if joined
            .previous
            .as_ref()
            .is_some_and(|round| round.dates != dates)
        {
            let set = self.again("schedule --closes-at DATE");
            self.output.note(&format!(
                "note: the dates of the round before do not go over to this one; set some with: {set}"
            ));
        }
        let phase = joined.standing.phase;
        if !phase.takes_submissions() && !phase.is_frozen() {
            self.output.note(&format!(
                "note: no submissions are taken at the moment; take them again with: {}",
                self.again("resume"),
            ));
        }
        self.mind_the_gap(joined);
        self.remind();
        if !phase.is_frozen() {
            self.output
                .result("Hit enter when you decide it is time to compute!");
        }
    }

    /// The analyst's command about the same computation at the same server.
    pub(super) fn again(&self, what: &str) -> String {
        command::analyst(&self.url, &self.name, what)
    }

    /// The exact command that an input party needs, or where each has one of its own, the one that
    /// makes these; and what to say before it.
    fn brings_parties(&self, terms: &Terms) -> (&'static str, String) {
        if terms.manifest.access == Access::Invited {
            return ("Invite input parties", self.again("invite --count N"));
        }
        let mut words = command::reaching(&self.url);
        if self.name != ComputationName::default() {
            words.push(format!("--computation {}", self.name));
        }
        let data = match terms.scheme.form() {
            None => "VALUE",
            Some(_) => "--file FILE",
        };
        words.push(format!("--fingerprint {} {data}", terms.fingerprint));
        (
            "Input parties run",
            command("input-party", &words.join(" ")),
        )
    }

    /// Shows the total until a line comes with which the batch could be frozen. Lines that come
    /// before the answer to an earlier one add nothing to it.
    async fn wait_for_enter(
        &mut self,
        connection: &mut Connection,
        joined: &Joined,
        keyboard: &mut Keyboard,
    ) -> Result<Next, ClientError> {
        if joined.terms.manifest.is_counted() {
            connection.send([ClientMessage::Watch {}]).await?;
        }
        if keyboard.enter.is_asked() {
            let again = self.entered(joined, keyboard);
            connection.send([again]).await?;
        }
        loop {
            if keyboard.ended && !keyboard.enter.is_asked() {
                return Ok(Next::Leave);
            }
            tokio::select! {
                incoming = connection.receive() => match incoming? {
                    Incoming::Message(ServerMessage::Submissions { parties }) => {
                        self.output.total(parties);
                    }
                    Incoming::Message(ServerMessage::Frozen(batch))
                        if matches!(keyboard.enter, Enter::Freezing) =>
                    {
                        let batch = joined.check_batch(&batch)?;
                        if !self.asks_again(batch.near_round(), keyboard) {
                            return Ok(Next::Reveal(batch));
                        }
                        keyboard.enter = Enter::Frozen(batch);
                    }
                    Incoming::Message(ServerMessage::Tracked(tracked))
                        if matches!(keyboard.enter, Enter::Comparing) =>
                    {
                        keyboard.compared = true;
                        if !self.asks_again(tracked.near_round, keyboard) {
                            let next = self.entered(joined, keyboard);
                            connection.send([next]).await?;
                        }
                    }
                    // Paused or closed meanwhile, from elsewhere: asked again after the latest notice.
                    Incoming::Message(ServerMessage::Error(refusal))
                        if refusal.code == ErrorCode::NoticeOutOfOrder =>
                    {
                        return Ok(Next::Again);
                    }
                    Incoming::Message(ServerMessage::Error(refusal)) => {
                        self.still_waiting(refusal)?;
                        keyboard.enter = Enter::Awaited;
                    }
                    _ => return Err(Misbehaviour::Unexpected.into()),
                },
                line = keyboard.lines.recv(), if !keyboard.ended => match line {
                    Some(()) if keyboard.enter.is_asked() => self.output.entered(),
                    Some(()) => {
                        self.output.entered();
                        if let Enter::Frozen(batch) = &keyboard.enter {
                            return Ok(Next::Reveal(batch.clone()));
                        }
                        let next = self.entered(joined, keyboard);
                        connection.send([next]).await?;
                    }
                    None => keyboard.ended = true,
                },
                () = self.stop.cancelled() => return Ok(Next::Leave),
            }
        }
    }

    /// What Enter asks for: whether the round is too near to another one first, and then the freeze.
    fn entered(&self, joined: &Joined, keyboard: &mut Keyboard) -> ClientMessage {
        if keyboard.compared || !joined.terms.manifest.is_compared_before_freeze() {
            keyboard.enter = Enter::Freezing;
            joined.notice(Action::Freeze, &self.identity)
        } else {
            keyboard.enter = Enter::Comparing;
            ClientMessage::Track {}
        }
    }

    /// Whether the reveal of a frozen batch waits for a person who was asked whether to go on, or is to
    /// be: the answer to the freeze may have been lost.
    fn waits_frozen(&mut self, joined: &Joined, keyboard: &mut Keyboard) -> bool {
        if let (Enter::Freezing, Some(batch)) = (&keyboard.enter, &joined.batch)
            && self.asks_again(batch.near_round(), keyboard)
        {
            keyboard.enter = Enter::Frozen(batch.clone());
        }
        matches!(keyboard.enter, Enter::Frozen(_))
    }

    /// Warns where a round is near, and asks a person who is there whether to go on.
    fn asks_again(&mut self, near_round: Option<u32>, keyboard: &mut Keyboard) -> bool {
        let asks = self.tell_near(near_round) && keyboard.person;
        if asks {
            // What was pressed before is no answer to this.
            while keyboard.lines.try_recv().is_ok() {}
            keyboard.enter = Enter::Awaited;
            self.output
                .note("Hit enter once more to compute nevertheless, or Ctrl-C to leave it.");
        }
        asks
    }

    /// Enter came too early: says what is missing and goes on.
    fn still_waiting(&self, refusal: Refusal) -> Result<(), ClientError> {
        if refusal.code != ErrorCode::TooFewParties {
            return Err(ClientError::Refused(refusal));
        }
        self.output.event(
            "too_few",
            json!({ "have": refusal.have, "need": refusal.need }),
        );
        self.output
            .note(&format!("{}; still waiting", too_few(&refusal)));
        Ok(())
    }

    pub(super) fn say_frozen(&self) {
        self.output.clear();
        self.output.event("left", json!({}));
        self.output.note(
            "Stopped before anything was released. The batch stays frozen: \
             run the same command again to reveal it.",
        );
    }

    pub(super) fn say_goodbye(&self) {
        self.output.clear();
        self.output.event("left", json!({}));
        self.output.note(&format!(
            "Computation {} stays open. Come back with the same command and {}.",
            self.name,
            self.keys.display()
        ));
    }
}
