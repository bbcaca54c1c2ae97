//! The server's share, opened, is distributed in the same way whatever the input is. A sharer that
//! was biased on purpose is caught by the same test.

use num_bigint::BigInt;
use rand::Rng;
use rand::rngs::StdRng;
use web_mpc::crypto::{BoxKeyPair, Identity, Party, Server, SigningKeyPair, Tag};
use web_mpc::ids::SubmissionId;
use web_mpc::manifest::{ComputationKey, Terms};
use web_mpc::measurement::sum::SumParameters;
use web_mpc::measurement::{InputShares, Instance, Kind, Measurement};
use web_mpc::record::Countersigned;
use web_mpc::shares::Modulus;
use web_mpc::submission::Submission;

use super::super::wire::{Hand, rng};

/// Small, so that every share is drawn often.
const MODULUS: u8 = 17;

/// The least, a middle and the largest input.
const INPUTS: [u8; 3] = [0, 8, 16];

/// Submissions for each input.
const DRAWS: usize = 3_000;

struct World {
    terms: Terms,
    boxes: BoxKeyPair<Server>,
    rng: StdRng,
}

impl World {
    fn new(modulus: &str) -> Self {
        let mut rng = rng(17);
        let analyst = Identity::generate(&mut rng);
        let server = Identity::<Server>::generate(&mut rng);
        let boxes = BoxKeyPair::generate(&mut rng);
        let box_key = *boxes.public();
        let signature = server
            .signing
            .sign(Tag::COMPUTATION_KEY, box_key.as_bytes());
        let key = ComputationKey { box_key, signature };
        let modulus: Modulus = modulus.parse().unwrap();
        let signed = Hand::manifest(&analyst, server.public(), key, &mut rng, |manifest| {
            manifest.kind = Kind::Sum(SumParameters::new(modulus, false));
        });
        let manifest = Countersigned::countersign(&signed, &server.signing);
        Self {
            terms: Terms::agreed(&manifest).unwrap(),
            boxes,
            rng,
        }
    }

    /// The share that the server finds in a submission's box.
    fn opened(&self, submission: &Submission) -> Vec<u8> {
        let opened = self.boxes.open(&submission.server_box.0);
        submission.server_share(opened.as_ref()).unwrap().to_vec()
    }

    fn seal(&mut self, share: impl FnOnce(&Terms, &mut StdRng) -> InputShares) -> Vec<u8> {
        let keys = SigningKeyPair::<Party>::generate(&mut self.rng);
        let id = SubmissionId::random(&mut self.rng);
        let shares = share(&self.terms, &mut self.rng);
        let submission = Submission::seal_shares(&self.terms, &keys, id, 1, &shares, &mut self.rng);
        self.opened(&submission)
    }
}

/// The product's own.
fn honest(terms: &Terms, rng: &mut StdRng, input: &BigInt) -> InputShares {
    let measurement = Measurement::Number(input.clone());
    let id = SubmissionId::random(rng);
    let at = Instance {
        fingerprint: &terms.fingerprint,
        submission_id: &id,
    };
    terms.scheme.shard(&measurement, at, rng).unwrap()
}

/// Takes the analyst's share from `bound` residues only.
fn biased(bound: u8) -> impl Fn(&Terms, &mut StdRng, &BigInt) -> InputShares {
    move |_, rng, input| {
        let input: u8 = input.to_string().parse().unwrap();
        let mut byte = [0];
        let analyst = loop {
            rng.fill_bytes(&mut byte);
            // No bias but the one that is meant.
            if byte[0] < u8::MAX / bound * bound {
                break byte[0] % bound;
            }
        };
        let server = (input + MODULUS - analyst) % MODULUS;
        InputShares {
            public_part: Vec::new(),
            server: vec![server].into(),
            analyst: vec![analyst].into(),
        }
    }
}

/// Pearson's statistic of a table, by how many standard deviations of its distribution under
/// independence it is above its mean.
fn dependence(table: &[Vec<u32>]) -> f64 {
    let total: f64 = table.iter().flatten().map(|count| f64::from(*count)).sum();
    let row = |row: &Vec<u32>| row.iter().map(|count| f64::from(*count)).sum::<f64>();
    let column = |at: usize| table.iter().map(|row| f64::from(row[at])).sum::<f64>();
    let columns: Vec<f64> = (0..table[0].len()).map(column).collect();
    let mut statistic = 0.0;
    for counts in table {
        let row = row(counts);
        for (count, column) in counts.iter().zip(&columns) {
            let expected = row * column / total;
            if expected > 0.0 {
                statistic += (f64::from(*count) - expected).powi(2) / expected;
            }
        }
    }
    let used = columns.iter().filter(|column| **column > 0.0).count();
    let freedom = f64::from(u32::try_from((table.len() - 1) * (used - 1)).unwrap());
    (statistic - freedom) / (2.0 * freedom).sqrt()
}

/// More than this many standard deviations are no accident: less than one in a million.
const LIMIT: f64 = 6.0;

fn measure(sharer: impl Fn(&Terms, &mut StdRng, &BigInt) -> InputShares) -> f64 {
    let mut world = World::new(&MODULUS.to_string());
    let mut table = vec![vec![0; usize::from(MODULUS)]; INPUTS.len()];
    for (row, input) in table.iter_mut().zip(INPUTS) {
        let input = BigInt::from(input);
        for _ in 0..DRAWS {
            let share = world.seal(|terms, rng| sharer(terms, rng, &input));
            assert_eq!(share.len(), 1);
            row[usize::from(share[0])] += 1;
        }
    }
    dependence(&table)
}

#[test]
fn the_servers_opened_share_does_not_depend_on_the_input() {
    let found = measure(honest);
    assert!(found.abs() < LIMIT, "{found} standard deviations");
}

#[test]
fn a_biased_sharer_is_caught() {
    for bound in [1, 8, 16] {
        let found = measure(biased(bound));
        assert!(
            found > LIMIT,
            "{bound} residues: {found} standard deviations"
        );
    }
}

/// With the default modulus, the bits at both ends of the share.
#[test]
fn no_bit_of_a_wide_share_depends_on_the_input() {
    let mut world = World::new("2^127-1");
    let inputs = [BigInt::ZERO, BigInt::from(1), BigInt::from(u64::MAX)];
    let mut first = vec![vec![0; 128]; inputs.len()];
    let mut last = vec![vec![0; 256]; inputs.len()];
    for (row, input) in inputs.iter().enumerate() {
        for _ in 0..20_000 {
            let share = honest(&world.terms, &mut world.rng, input).server;
            first[row][usize::from(share[0])] += 1;
            last[row][usize::from(share[15])] += 1;
        }
    }
    for table in [first, last] {
        let found = dependence(&table);
        assert!(found.abs() < LIMIT, "{found} standard deviations");
    }
}
