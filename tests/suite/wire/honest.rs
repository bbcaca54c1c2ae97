//! Analyst and party as the programs are: the product's own client, with a journal in a file.

use tokio_util::sync::CancellationToken;
use web_mpc::batch::Batch;
use web_mpc::client::{
    self, ClientError, Connection, Found, HostError, PartyEvent, PartyHost, RevealHost, ServerUrl,
};
use web_mpc::crypto::{Analyst, Entropy, Identity, SigningKeyPair};
use web_mpc::files::journal::Journal;
use web_mpc::ids::{ComputationName, Digest, Fingerprint};
use web_mpc::manifest::Terms;
use web_mpc::measurement::Measurement;
use web_mpc::protocol::Which;
use web_mpc::record::Signed;
use web_mpc::session::{
    AnalystSession, Joined, PartyPlan, PartySession, Pins, Purpose, Request, Settings, Sought,
    Unsent,
};
use web_mpc::submission::Receipt;
use web_mpc::workers::Workers;

use super::PATIENCE;

/// The analyst's side of whatever is done with the product's own code.
#[derive(Debug)]
pub(crate) struct Honest {
    pub(crate) identity: Identity<Analyst>,
    pub(crate) name: ComputationName,
    pub(crate) journal: Journal,
    pub(crate) entropy: Entropy,
}

/// The sum and of how many it is.
pub(crate) fn sum_of(joined: &Joined, found: &Found) -> (i64, u64) {
    let aggregate = found.aggregate.as_ref().expect("an aggregate");
    let summary = joined.terms.scheme.summarise(aggregate);
    (
        summary.sum().unwrap().to_string().parse().unwrap(),
        summary.parties,
    )
}

impl Honest {
    pub(crate) async fn join(
        &self,
        url: &ServerUrl,
        purpose: Purpose,
    ) -> Result<(Connection, Box<Joined>), ClientError> {
        let session = AnalystSession::new(
            self.identity.clone(),
            self.name.clone(),
            Settings::default(),
            purpose,
        );
        client::join(url, session, &self.entropy).await
    }

    /// Freezes, if that was not done before.
    pub(crate) async fn batch(
        &self,
        connection: &mut Connection,
        joined: &Joined,
    ) -> Result<Batch, ClientError> {
        match &joined.batch {
            Some(batch) => Ok(batch.clone()),
            None => client::freeze(connection, joined, &self.identity).await,
        }
    }

    /// Everything from the connection to the result.
    pub(crate) async fn reveal(&mut self, url: &ServerUrl) -> Result<(i64, u64), ClientError> {
        let (mut connection, joined) = self.join(url, Purpose::Existing).await?;
        let batch = self.batch(&mut connection, &joined).await?;
        let found = self.reveal_on(&mut connection, &joined, &batch).await?;
        Ok(sum_of(&joined, &found))
    }

    /// Everything from the freeze to the result.
    pub(crate) async fn reveal_on(
        &mut self,
        connection: &mut Connection,
        joined: &Joined,
        batch: &Batch,
    ) -> Result<Found, ClientError> {
        let tools = client::Tools {
            identity: &self.identity,
            workers: &Workers::new()?,
            entropy: &self.entropy,
            cancel: &CancellationToken::new(),
        };
        let mut host = Host(&mut self.journal);
        client::reveal(connection, joined, batch, tools, &mut host).await
    }
}

struct Host<'a>(&'a mut Journal);

impl RevealHost for Host<'_> {
    fn record_root(&mut self, fingerprint: &Fingerprint, root: &Digest) -> Result<(), HostError> {
        Ok(self.0.record_root(*fingerprint, *root)?)
    }

    fn record_commit(&mut self, terms: &Terms, commit: &Digest) -> Result<(), HostError> {
        Ok(self.0.record_commit(terms, *commit)?)
    }

    fn progress(&mut self, _done: u64, _of: u64) {}
}

/// A party that the product's own client serves, and that tries until there is an answer.
pub(crate) async fn party(
    url: &ServerUrl,
    terms: &Terms,
    value: i64,
) -> Result<Signed<Receipt>, ClientError> {
    let entropy = Entropy::System;
    let request = Request {
        sought: Sought {
            which: Which::Fingerprint(terms.fingerprint),
            pins: Pins::default(),
        },
        measurement: Measurement::Number(value.into()),
        keys: SigningKeyPair::generate(&mut entropy.rng()),
        sequence: 1,
        ticket: None,
    };
    let session = PartySession::new(PartyPlan::Submit(Box::new(request)));
    client::submit(url, session, &entropy, Some(PATIENCE), &mut Quiet).await
}

struct Quiet;

impl PartyHost for Quiet {
    fn tell(&mut self, _event: PartyEvent) {}

    fn save(&mut self, _unsent: &Unsent) -> Result<(), HostError> {
        Ok(())
    }
}
