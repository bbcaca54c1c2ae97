//! Each of the three in turn breaks the protocol: a party, an analyst that drives it by hand, a
//! server that lies to the product's own clients. None gets anything.

#[path = "cheating/analyst.rs"]
mod analyst;
#[path = "cheating/cohorts.rs"]
mod cohorts;
#[path = "cheating/crafted.rs"]
mod crafted;
#[path = "cheating/groups.rs"]
mod groups;
#[path = "cheating/liar.rs"]
mod liar;
#[path = "cheating/merged.rs"]
mod merged;
#[path = "cheating/party.rs"]
mod party;
#[path = "cheating/prover.rs"]
mod prover;
#[path = "cheating/restored.rs"]
mod restored;
#[path = "cheating/server.rs"]
mod server;
#[path = "cheating/shown.rs"]
mod shown;
#[path = "cheating/survey.rs"]
mod survey;

use std::sync::Arc;

use rand::rngs::StdRng;
use tempfile::TempDir;
use web_mpc::crypto::{Analyst, Entropy, Identity};
use web_mpc::files::journal::Journal;
use web_mpc::manifest::{Manifest, Terms};
use web_mpc::submission::Submission;

use super::wire::{Hand, Honest, Place, Served, rng, seal, submit};

/// A server with one computation and some stored submissions.
struct Scene {
    place: Place,
    served: Served,
    analyst: Identity<Analyst>,
    terms: Arc<Terms>,
    submissions: Vec<Submission>,
    sum: i64,
    rng: StdRng,
    keys: TempDir,
}

/// What the parties submit.
const VALUES: [i64; 5] = [7, 11, 13, 17, 19];

impl Scene {
    async fn new(seed: u64) -> Self {
        Self::with(seed, |_| {}).await
    }

    async fn with(seed: u64, change: impl FnOnce(&mut Manifest)) -> Self {
        let mut rng = rng(seed);
        let place = Place::new();
        let served = place.serve().await;
        let analyst = Identity::generate(&mut rng);
        let hand = Hand::create(served.address, &analyst, &mut rng, change).await;
        let mut submissions = Vec::new();
        for value in VALUES {
            let submission = seal(&hand.terms, value, &mut rng);
            submit(served.address, &submission).await.unwrap();
            submissions.push(submission);
        }
        Self {
            terms: hand.terms,
            place,
            served,
            analyst,
            submissions,
            sum: VALUES.iter().sum(),
            rng,
            keys: tempfile::tempdir().unwrap(),
        }
    }

    /// A connection of the analyst, logged in.
    async fn hand(&mut self) -> Hand {
        Hand::rejoin(
            self.served.address,
            &self.analyst,
            &self.terms,
            &mut self.rng,
        )
        .await
        .unwrap()
    }

    /// The analyst as the program is.
    fn honest(&self) -> Honest {
        honest(&self.analyst, &self.terms, &self.keys)
    }

    /// Whatever was tried: the honest analyst gets the sum of everything.
    async fn check_result(&self, count: u64) {
        let found = self.honest().reveal(&self.served.url()).await.unwrap();
        assert_eq!(found, (self.sum, count));
    }
}

pub(crate) fn honest(analyst: &Identity<Analyst>, terms: &Terms, keys: &TempDir) -> Honest {
    Honest {
        identity: analyst.clone(),
        name: terms.manifest.name.clone(),
        journal: Journal::open(&keys.path().join("keys.json")).unwrap(),
        entropy: Entropy::System,
    }
}
