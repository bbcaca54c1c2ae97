//! A run of the analyst: joins, waits for Enter, reveals; and comes back after every lost
//! connection.

use std::path::PathBuf;

use serde_json::json;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::super::arguments::Analyst as Arguments;
use super::super::command::{self, command};
use super::super::exit::{Exit, Failure, too_few};
use super::super::output::Output;
use super::super::result::{Report, ended, past};
use super::super::signals;
use crate::batch::Batch;
use crate::client::{
    self, BackOff, ClientError, Connection, Found, HostError, Incoming, RevealHost, ServerUrl,
};
use crate::crypto::{Analyst, Entropy, Identity};
use crate::disclosure::Outcome;
use crate::files::journal::{Journal, Round};
use crate::ids::{ComputationName, Digest, Fingerprint};
use crate::manifest::Terms;
use crate::protocol::{ClientMessage, ErrorCode, Refusal, ServerMessage};
use crate::session::{AnalystSession, Joined, Misbehaviour, Purpose, Settings};
use crate::workers::Workers;

/// What a run of the analyst works with.
pub(super) struct Run {
    url: ServerUrl,
    name: ComputationName,
    keys: PathBuf,
    out: Option<PathBuf>,
    identity: Identity<Analyst>,
    settings: Settings,
    entropy: Entropy,
    workers: Workers,
    journal: Journal,
    pub(super) output: Output,
    stop: CancellationToken,
}

/// What came from standard input.
struct Keyboard {
    lines: mpsc::Receiver<()>,
    /// There will be no more.
    ended: bool,
    /// Enter was pressed and is not answered yet, perhaps because the connection was lost.
    asked: bool,
}

/// What ends the wait for Enter.
enum Next {
    Reveal,
    Leave,
}

impl Run {
    pub(super) fn new(
        arguments: &Arguments,
        identity: Identity<Analyst>,
        settings: Settings,
        output: Output,
        stop: CancellationToken,
    ) -> Result<Self, Failure> {
        let journal =
            Journal::open(&arguments.keys).map_err(|error| Failure::failed(error.to_string()))?;
        Ok(Self {
            url: arguments.server.clone(),
            name: arguments.computation.clone(),
            keys: arguments.keys.clone(),
            out: arguments.out.clone(),
            identity,
            settings,
            entropy: Entropy::System,
            workers: Workers::new().map_err(ClientError::from)?,
            journal,
            output,
            stop,
        })
    }

    /// Sets up or joins, waits for Enter, reveals.
    pub(super) async fn collect(&mut self) -> Result<(), Failure> {
        let mut keyboard = Keyboard {
            lines: signals::lines(),
            ended: false,
            asked: false,
        };
        let (mut connection, mut joined) = self.join(Purpose::Collect).await?;
        self.announce(&joined);
        loop {
            if joined.standing.phase.is_frozen() {
                return self.reveal(connection, joined).await;
            }
            match self
                .wait_for_enter(&mut connection, &joined, &mut keyboard)
                .await
            {
                Ok(Next::Reveal) => return self.reveal(connection, joined).await,
                Ok(Next::Leave) => {
                    self.say_goodbye();
                    return Ok(());
                }
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
        let (connection, joined) = self.join(Purpose::Existing).await?;
        if joined.standing.phase.is_over() {
            let (round, name) = (joined.terms.manifest.round, &self.name);
            let message = format!("round {round} of computation {name} is over");
            return Err(Failure::new(Exit::Failed, "over", message).hint(format!(
                "see it with: {}; open the next round with: {}",
                command("analyst", "result"),
                command("analyst", ""),
            )));
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
                Ok(joined) => return Ok(joined),
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

    /// Agrees to a batch, as a reveal does: what is audited is what is revealed.
    pub(super) fn agree(&mut self, joined: &Joined, batch: &Batch) -> Result<(), Failure> {
        let fingerprint = joined.terms.fingerprint;
        let agreed = self.journal.record_root(fingerprint, batch.root);
        agreed.map_err(|error| Failure::failed(error.to_string()))
    }

    /// The rounds of a name that this analyst has committed to, the newest last.
    pub(super) fn rounds(&self, terms: &Terms) -> Vec<Round> {
        self.journal.rounds(terms).to_vec()
    }

    /// An earlier round of the same name.
    pub(super) async fn earlier(
        &self,
        connection: &mut Connection,
        joined: &Joined,
        round: &Round,
    ) -> Result<Joined, ClientError> {
        client::earlier(connection, joined, round.fingerprint, &self.identity).await
    }

    /// Says whose computation it is, and which key file was read.
    fn explain(&self, error: ClientError) -> Failure {
        let failure = Failure::from(error);
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
    fn announce(&self, joined: &Joined) {
        let terms = &joined.terms;
        let manifest = &terms.manifest;
        if let Some(previous) = &joined.previous {
            let line = past(&previous.terms, previous.aggregate.as_ref());
            self.output.event("previous", json!({ "message": line }));
            self.output.note(&line);
        }
        let words = terms.fingerprint.words(Fingerprint::WORDS_SHOWN);
        let command = self.party_command(&terms.fingerprint);
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
                "command": command,
            }),
        );
        self.output.result("Computation initialized!");
        self.output.result(&format!("Fingerprint: {words}"));
        self.output.result(&format!("Input parties run: {command}"));
        if let Some(caveat) = terms.scheme.caveat(manifest.max_parties) {
            self.output.note(&format!("note: {caveat}"));
        }
        if !joined.standing.phase.is_frozen() {
            self.output
                .result("Hit enter when you decide it is time to compute!");
        }
    }

    /// The exact command that an input party needs.
    fn party_command(&self, fingerprint: &Fingerprint) -> String {
        let mut words = Vec::new();
        if !self.url.is_default() {
            words.push(format!("--server {}", self.url));
        }
        if self.name != ComputationName::default() {
            words.push(format!("--computation {}", self.name));
        }
        words.push(format!("--fingerprint {fingerprint} VALUE"));
        command("input-party", &words.join(" "))
    }

    /// Shows the total until a line comes with which the batch could be frozen. Lines that come
    /// before the answer to an earlier one add nothing to it.
    async fn wait_for_enter(
        &self,
        connection: &mut Connection,
        joined: &Joined,
        keyboard: &mut Keyboard,
    ) -> Result<Next, ClientError> {
        connection.send([ClientMessage::Watch {}]).await?;
        if keyboard.asked {
            connection.send([joined.freeze(&self.identity)]).await?;
        }
        loop {
            if keyboard.ended && !keyboard.asked {
                return Ok(Next::Leave);
            }
            tokio::select! {
                incoming = connection.receive() => match incoming? {
                    Incoming::Message(ServerMessage::Submissions { parties }) => {
                        self.output.total(parties);
                    }
                    Incoming::Message(ServerMessage::Frozen(_)) if keyboard.asked => {
                        return Ok(Next::Reveal);
                    }
                    Incoming::Message(ServerMessage::Error(refusal)) => {
                        self.still_waiting(refusal)?;
                        keyboard.asked = false;
                    }
                    _ => return Err(Misbehaviour::Unexpected.into()),
                },
                line = keyboard.lines.recv(), if !keyboard.ended => match line {
                    Some(()) if keyboard.asked => self.output.entered(),
                    Some(()) => {
                        self.output.entered();
                        keyboard.asked = true;
                        connection.send([joined.freeze(&self.identity)]).await?;
                    }
                    None => keyboard.ended = true,
                },
                () = self.stop.cancelled() => return Ok(Next::Leave),
            }
        }
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

    fn say_goodbye(&self) {
        self.output.clear();
        self.output.event("left", json!({}));
        self.output.note(&format!(
            "Computation {} stays open. Come back with the same command and {}.",
            self.name,
            self.keys.display()
        ));
    }

    /// Freezes and reveals; after a lost connection again, with the same result.
    async fn reveal(
        &mut self,
        mut connection: Connection,
        mut joined: Box<Joined>,
    ) -> Result<(), Failure> {
        let mut back_off = BackOff::default();
        let mut elsewhere = false;
        loop {
            if joined.standing.phase.is_over() {
                return self.report_recorded(&joined, elsewhere);
            }
            match self.attempt(&mut connection, &joined).await {
                Ok(found) => {
                    connection.close().await;
                    return self.report_found(&joined, &found);
                }
                Err(ClientError::Cancelled) => {
                    self.output.clear();
                    self.output.event("left", json!({}));
                    self.output.note(
                        "Stopped before anything was fixed. The batch stays frozen: \
                         run the same command again to reveal it.",
                    );
                    return Ok(());
                }
                Err(ClientError::Refused(refusal))
                    if refusal.code == ErrorCode::RevealInProgress =>
                {
                    if !std::mem::replace(&mut elsewhere, true) {
                        self.output
                            .note("another process of this analyst is revealing; waiting");
                    }
                }
                Err(error) if error.is_passing() => {
                    self.output.note(&format!("{error}; connecting again"));
                }
                Err(error) => return Err(error.into()),
            }
            tokio::select! {
                () = back_off.pause() => {}
                () = self.stop.cancelled() => {
                    self.say_goodbye();
                    return Ok(());
                }
            }
            (connection, joined) = self.join(Purpose::Existing).await?;
        }
    }

    /// One try of freeze and reveal on one connection.
    async fn attempt(
        &mut self,
        connection: &mut Connection,
        joined: &Joined,
    ) -> Result<Found, ClientError> {
        let batch = match &joined.batch {
            Some(batch) => batch.clone(),
            None => client::freeze(connection, joined, &self.identity).await?,
        };
        let mut host = Host {
            journal: &mut self.journal,
            output: &self.output,
        };
        let tools = client::Tools {
            identity: &self.identity,
            workers: &self.workers,
            entropy: &self.entropy,
            cancel: &self.stop,
        };
        client::reveal(connection, joined, &batch, tools, &mut host).await
    }

    /// The result of this run's reveal.
    fn report_found(&self, joined: &Joined, found: &Found) -> Result<(), Failure> {
        self.output.clear();
        match (&found.commit.outcome, &found.aggregate) {
            (Outcome::Release, Some(aggregate)) => {
                self.report(&Report::new(&joined.terms, &found.commit, aggregate))
            }
            (Outcome::End { reasons }, _) => {
                Err(Failure::new(Exit::Failed, "ended", ended(reasons))
                    .hint("collect again in a new round: run the analyst once more"))
            }
            (Outcome::Release, None) => Err(Failure::failed("there is no aggregate")),
        }
    }

    /// The round was over when this run came back to it.
    fn report_recorded(&self, joined: &Joined, elsewhere: bool) -> Result<(), Failure> {
        self.output.clear();
        match (&joined.commit, &joined.aggregate) {
            (Some(commit), Some(aggregate)) if !elsewhere => {
                self.report(&Report::new(&joined.terms, commit, aggregate))
            }
            (Some(_), Some(aggregate)) => {
                let line = past(&joined.terms, Some(aggregate));
                self.output.event("previous", json!({ "message": line }));
                self.output.note(&line);
                Ok(())
            }
            (Some(commit), None) => match &commit.outcome {
                Outcome::End { reasons } => {
                    Err(Failure::new(Exit::Failed, "ended", ended(reasons)))
                }
                Outcome::Release => Err(Failure::failed("the result was not recorded")),
            },
            (None, _) => Err(Failure::failed("the round is over without a commit")),
        }
    }

    /// Prints a result, and writes it where that was asked for.
    pub(super) fn report(&self, report: &Report<'_>) -> Result<(), Failure> {
        if let Some(path) = &self.out {
            report.write(path)?;
        }
        report.print(&self.output);
        Ok(())
    }
}

/// The analyst's journal and screen during a reveal.
struct Host<'a> {
    journal: &'a mut Journal,
    output: &'a Output,
}

impl RevealHost for Host<'_> {
    fn record_root(&mut self, fingerprint: &Fingerprint, root: &Digest) -> Result<(), HostError> {
        Ok(self.journal.record_root(*fingerprint, *root)?)
    }

    fn record_commit(&mut self, terms: &Terms, commit: &Digest) -> Result<(), HostError> {
        Ok(self.journal.record_commit(terms, *commit)?)
    }

    fn progress(&mut self, done: u64, of: u64) {
        self.output.progress(done, of);
    }
}
