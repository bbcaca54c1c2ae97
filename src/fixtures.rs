//! What the unit tests of several modules begin with.

use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::crypto::{Analyst, BoxKeyPair, Identity, Party, Server, SigningKeyPair, Tag};
use crate::form::Form;
use crate::ids::{ComputationName, Nonce};
use crate::manifest::{
    Access, ComputationKey, Manifest, Publication, ServerKeys, Terms, Tracking, VERSION,
};
use crate::measurement::form::FormParameters;
use crate::measurement::sum::SumParameters;
use crate::measurement::{Kind, Measurement};
use crate::record::{Countersigned, Signed};
use crate::submission::Submission;

/// Both compute parties of one computation, and its terms.
pub(crate) struct World {
    pub(crate) analyst: Identity<Analyst>,
    pub(crate) server: Identity<Server>,
    pub(crate) computation_key: BoxKeyPair<Server>,
    pub(crate) manifest: Countersigned<Manifest>,
    pub(crate) terms: Terms,
    pub(crate) rng: StdRng,
}

impl World {
    /// The default computation.
    pub(crate) fn new(seed: u64) -> Self {
        Self::with(seed, |_| {})
    }

    /// A computation whose manifest was changed before it was signed.
    pub(crate) fn with(seed: u64, change: impl FnOnce(&mut Manifest)) -> Self {
        Self::build(seed, |manifest, _, _| change(manifest))
    }

    /// A computation that asks a form.
    pub(crate) fn asking(seed: u64, form: Form) -> Self {
        Self::build(seed, |manifest, analyst, rng| {
            let server = &manifest.server.computation_key.box_key;
            let keys = &analyst.boxes;
            let parameters = FormParameters::new(form, &manifest.nonce, keys, server, rng);
            manifest.kind = Kind::Form(Box::new(parameters));
            manifest.min_parties = manifest.kind.min_parties();
        })
    }

    fn build(
        seed: u64,
        change: impl FnOnce(&mut Manifest, &Identity<Analyst>, &mut StdRng),
    ) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let analyst = Identity::generate(&mut rng);
        let server = Identity::<Server>::generate(&mut rng);
        let computation_key = BoxKeyPair::generate(&mut rng);
        let box_key = *computation_key.public();
        let signature = server
            .signing
            .sign(Tag::COMPUTATION_KEY, box_key.as_bytes());
        let mut manifest = Manifest {
            version: VERSION,
            nonce: Nonce::random(&mut rng),
            name: ComputationName::default(),
            round: 1,
            kind: Kind::Sum(SumParameters::default()),
            analyst: analyst.public(),
            server: ServerKeys {
                identity: server.public(),
                computation_key: ComputationKey { box_key, signature },
            },
            min_parties: 1,
            max_parties: 1000,
            max_rejected: None,
            access: Access::Open,
            tracking: Tracking::Count,
            time_grain: 3600,
            publication: Publication::None,
        };
        change(&mut manifest, &analyst, &mut rng);
        let signed = Signed::sign(&manifest, &analyst.signing);
        let manifest = Countersigned::countersign(&signed, &server.signing);
        let terms = Terms::agreed(&manifest).expect("a valid manifest");
        Self {
            analyst,
            server,
            computation_key,
            manifest,
            terms,
            rng,
        }
    }

    /// A new party's first submission.
    pub(crate) fn submission(&mut self, value: i64) -> Submission {
        let keys = SigningKeyPair::<Party>::generate(&mut self.rng);
        let measurement = Measurement::Number(value.into());
        Submission::seal(&self.terms, &keys, 1, &measurement, &mut self.rng).expect("in range")
    }
}
