//! The reveal of a run: tries until there is a result, and reports it.

use serde_json::json;

use super::super::exit::{Exit, Failure};
use super::super::output::Output;
use super::super::result::{Report, ended, past};
use super::collect::Run;
use crate::batch::{Batch, InvitationCounts};
use crate::client::{self, BackOff, ClientError, Connection, Found, HostError, RevealHost};
use crate::disclosure::Outcome;
use crate::files::journal::Journal;
use crate::ids::{Digest, Fingerprint};
use crate::manifest::{Phase, Terms};
use crate::protocol::ErrorCode;
use crate::session::{Joined, Purpose};

impl Run {
    /// Freezes and reveals; after a lost connection again, with the same result.
    pub(super) async fn reveal(
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
                Ok((batch, found)) => {
                    connection.close().await;
                    self.output.clear();
                    self.tell_invitations(&batch);
                    self.report_found(&joined, &found)?;
                    self.publish_what_was_revealed(joined.terms.manifest.publication)
                        .await;
                    self.remind();
                    return Ok(());
                }
                Err(ClientError::Cancelled) => {
                    self.say_frozen();
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
                Err(error) => return Err(self.not_revealed(error, joined.standing.phase)),
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

    /// Why there is no result. Where too few have submitted and nobody can, waiting does not help.
    fn not_revealed(&self, error: ClientError, phase: Phase) -> Failure {
        let failure = Failure::from(error);
        if failure.code != "too_few_parties" || phase.takes_submissions() {
            return failure;
        }
        let resume = self.again("resume");
        failure.hint(format!("take submissions again with: {resume}"))
    }

    /// One try of freeze and reveal on one connection.
    async fn attempt(
        &mut self,
        connection: &mut Connection,
        joined: &Joined,
    ) -> Result<(Batch, Found), ClientError> {
        let batch = match &joined.batch {
            Some(batch) => batch.clone(),
            None => client::freeze(connection, joined, &self.identity).await?,
        };
        // Before anything of it is opened, for who was not told before the freeze.
        self.tell_near(batch.near_round());
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
        let found = client::reveal(connection, joined, &batch, tools, &mut host).await?;
        Ok((batch, found))
    }

    /// What became of the invitations, where there are any.
    pub(super) fn tell_invitations(&mut self, batch: &Batch) {
        let Some(counts) = batch.invitations else {
            return;
        };
        self.output.event("invitations", json!(counts));
        let takeovers = match counts.takeovers {
            0 => "no device has taken another one's place".to_owned(),
            1 => "1 device has taken another one's place".to_owned(),
            count => format!("{count} devices have taken another one's place"),
        };
        let InvitationCounts {
            made,
            used,
            withdrawn,
            revoked,
            ..
        } = counts;
        self.output.note(&format!(
            "Invitations: {made} made, {used} used, {withdrawn} withdrawn, {revoked} revoked; {takeovers}."
        ));
        self.tell_near(counts.near_round);
    }

    /// The result of this run's reveal.
    fn report_found(&self, joined: &Joined, found: &Found) -> Result<(), Failure> {
        match (&found.commit.outcome, &found.aggregate) {
            (Outcome::Release { .. }, Some(aggregate)) => {
                self.report(&Report::new(&joined.terms, &found.commit, aggregate))
            }
            (Outcome::End { reasons }, _) => {
                Err(Failure::new(Exit::Failed, "ended", ended(reasons))
                    .hint("collect again in a new round: run the analyst once more"))
            }
            (Outcome::Release { .. }, None) => Err(Failure::failed("there is no aggregate")),
        }
    }

    /// The round was over when this run came back to it.
    fn report_recorded(&mut self, joined: &Joined, elsewhere: bool) -> Result<(), Failure> {
        self.output.clear();
        if let Some(batch) = &joined.batch {
            self.tell_invitations(batch);
        }
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
                Outcome::Release { .. } => Err(Failure::failed("the result was not recorded")),
            },
            (None, _) => Err(Failure::failed("the round is over without a commit")),
        }
    }

    /// Prints a result, and writes it where that was asked for.
    pub(super) fn report(&self, report: &Report<'_>) -> Result<(), Failure> {
        report.print(&self.output);
        let Some(path) = &self.out else {
            return Ok(());
        };
        report.write(path).map_err(|failure| {
            let again = self.again(&format!("result --out {}", path.display()));
            failure.hint(format!(
                "the result stays, sealed to you; write it with: {again}"
            ))
        })
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
