//! The proof of a whole number made by hand, as draft-irtf-cfrg-vdaf describes it: so that a part
//! of the joint randomness that a party publishes may be another than the one it should be.
//!
//! Each side makes a part of the joint randomness from its own share. The party publishes both, and
//! each side works with its own and with the published part of the other; the message that both
//! must agree on is made of the parts as each side found its own. So whoever publishes a wrong part
//! lets one side work with randomness of its own:
//!
//! | wrong is | the server works with | the analyst works with | the message is of |
//! |---|---|---|---|
//! | the server's part | the true parts | the wrong one | the true parts: the analyst rejects |
//! | the analyst's part | the wrong one | the true parts | the true parts: the server rejects |
//!
//! In the second case the analyst sees nothing wrong if the proof holds for shares that are
//! weighted differently on both sides. With `x * x = x` for each bit, and x0 and x1 the shares of x,
//! that is
//!
//! ```text
//! (r0 * x0 + r1 * x1) * x - (r0 * x0 + r1 * x1) = 0
//! ```
//!
//! which holds, whatever r0 and r1 are, where x is 1: for the largest number, all of whose bits are.

use prio::field::{Field128, FieldElement};
use prio::flp::{Flp, FlpError, Gadget};
use prio::vdaf::xof::{IntoFieldVec, Xof, XofTurboShake128};
use rand::RngExt;
use rand::rngs::StdRng;
use web_mpc::ids::SubmissionId;
use web_mpc::manifest::Terms;
use web_mpc::measurement::InputShares;
use web_mpc::measurement::circuit::{Circuit, Linear, Product};

/// Version of the draft, class and number of the algorithm, as every tag begins.
const TAG: [u8; 6] = [18, 0, 0xff, 0xff, 0, 1];

/// What a stream is for.
const MEASUREMENT_SHARE: u8 = 1;
const PROOF_SHARE: u8 = 2;
const JOINT_RANDOMNESS: u8 = 3;
const JOINT_SEED: u8 = 6;
const JOINT_PART: u8 = 7;

/// How many proofs there are.
const PROOFS: u8 = 1;

/// Which side a share or a part is of.
pub(super) const SERVER: usize = 0;
pub(super) const ANALYST: usize = 1;

type Seed = [u8; 32];

/// Shares of the largest number of so many bits, with its proof. `wrong` is the side whose part is
/// published as something else; `knowing` says whether the proof is made for what both sides will
/// work with then.
pub(super) fn prove(
    (terms, id): (&Terms, &SubmissionId),
    (cohort, bits): (u32, usize),
    wrong: Option<usize>,
    knowing: bool,
    rng: &mut StdRng,
) -> InputShares {
    let prover = Prover {
        context: *terms.fingerprint.as_bytes(),
        nonce: *id.as_bytes(),
        circuit: circuit(bits),
    };
    let [seed, server_blind, analyst_blind]: [Seed; 3] = rng.random();
    let analyst = prover.stream(MEASUREMENT_SHARE, &seed, &[&[1]], bits);
    let number = vec![Field128::one(); bits];
    let server = minus(&number, &analyst);
    let truth = [
        prover.part(0, &server_blind, &server),
        prover.part(1, &analyst_blind, &analyst),
    ];
    let mut published = truth;
    if let Some(side) = wrong {
        published[side] = rng.random();
    }
    // Each side's own part is the true one.
    let by_server = prover.randomness(&[truth[SERVER], published[ANALYST]]);
    let by_analyst = prover.randomness(&[published[SERVER], truth[ANALYST]]);
    let honest = prover.randomness(&truth);
    let proof = Weighted {
        circuit: prover.circuit.clone(),
        shares: [server.clone(), analyst],
        randomness: if knowing {
            [by_server, by_analyst]
        } else {
            [honest.clone(), honest]
        },
    };
    let wires = (0..proof.prove_rand_len()).map(|_| Field128::from(rng.random::<u128>()));
    let joint = vec![Field128::zero(); proof.joint_rand_len()];
    let proof = proof.prove(&number, &wires.collect::<Vec<_>>(), &joint);
    let proof = proof.unwrap();
    let helpers = prover.stream(PROOF_SHARE, &seed, &[&[PROOFS, 1]], proof.len());
    let elements = [server, minus(&proof, &helpers)].concat();
    let mut server: Vec<u8> = Vec::new();
    for element in elements {
        server.extend(<[u8; 16]>::from(element));
    }
    server.extend(server_blind);
    InputShares {
        public_part: [&cohort.to_be_bytes()[..], published.as_flattened()].concat(),
        server: server.into(),
        analyst: [seed, analyst_blind].concat().into(),
    }
}

/// That of a whole number from 0 whose only statistics are sums.
fn circuit(bits: usize) -> Circuit {
    let bit = |place| {
        let [a, b, c] = [(); 3].map(|()| Linear::element(place));
        Product { a, b, c }
    };
    let rows = (0..bits).map(bit).collect();
    Circuit::new(bits, rows, Vec::new(), vec![Linear::element(0)]).unwrap()
}

fn minus(all: &[Field128], share: &[Field128]) -> Vec<Field128> {
    let pairs = all.iter().zip(share);
    pairs.map(|(all, share)| *all - *share).collect()
}

struct Prover {
    context: [u8; 32],
    nonce: [u8; 16],
    circuit: Circuit,
}

impl Prover {
    fn xof(&self, usage: u8, seed: &Seed, binder: &[&[u8]]) -> XofTurboShake128 {
        let tag = [&TAG[..], &[0, usage]].concat();
        let mut xof = XofTurboShake128::init(seed, &[&tag, &self.context]);
        for part in binder {
            xof.update(part);
        }
        xof
    }

    fn stream(&self, usage: u8, seed: &Seed, binder: &[&[u8]], len: usize) -> Vec<Field128> {
        let stream = self.xof(usage, seed, binder).into_seed_stream();
        stream.into_field_vec(len)
    }

    /// A side's part of the joint randomness.
    fn part(&self, side: u8, blind: &Seed, share: &[Field128]) -> Seed {
        let share: Vec<u8> = share.iter().flat_map(|x| <[u8; 16]>::from(*x)).collect();
        let binder: [&[u8]; 3] = [&[side], &self.nonce, &share];
        *self.xof(JOINT_PART, blind, &binder).into_seed().as_ref()
    }

    /// The joint randomness of both parts.
    fn randomness(&self, parts: &[Seed; 2]) -> Vec<Field128> {
        let binder: [&[u8]; 1] = [parts.as_flattened()];
        let seed = self.xof(JOINT_SEED, &[0; 32], &binder).into_seed();
        let len = self.circuit.joint_rand_len();
        self.stream(JOINT_RANDOMNESS, seed.as_ref(), &[&[PROOFS]], len)
    }
}

/// The circuit of bits as both sides evaluate it together, each with randomness of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Weighted {
    circuit: Circuit,
    shares: [Vec<Field128>; 2],
    randomness: [Vec<Field128>; 2],
}

impl Flp for Weighted {
    type Field = Field128;

    fn gadget(&self) -> Vec<Box<dyn Gadget<Field128>>> {
        self.circuit.gadget()
    }

    fn num_gadgets(&self) -> usize {
        self.circuit.num_gadgets()
    }

    fn valid(
        &self,
        gadgets: &mut Vec<Box<dyn Gadget<Field128>>>,
        input: &[Field128],
        _: &[Field128],
        _: usize,
    ) -> Result<Vec<Field128>, FlpError> {
        let gadget = &mut gadgets[0];
        let chunk = gadget.arity() / 2;
        for (call, rows) in input.chunks(chunk).enumerate() {
            let mut wires = vec![Field128::zero(); gadget.arity()];
            for (row, x) in rows.iter().enumerate() {
                let place = call * chunk + row;
                for side in [SERVER, ANALYST] {
                    let mut weight = self.randomness[side][call];
                    for _ in 0..row {
                        weight *= self.randomness[side][call];
                    }
                    wires[2 * row] += weight * self.shares[side][place];
                }
                wires[2 * row + 1] = *x;
            }
            gadget.eval(&wires)?;
        }
        Ok(vec![Field128::zero()])
    }

    fn input_len(&self) -> usize {
        self.circuit.input_len()
    }

    fn proof_len(&self) -> usize {
        self.circuit.proof_len()
    }

    fn verifier_len(&self) -> usize {
        self.circuit.verifier_len()
    }

    fn joint_rand_len(&self) -> usize {
        self.circuit.joint_rand_len()
    }

    fn eval_output_len(&self) -> usize {
        self.circuit.eval_output_len()
    }

    fn prove_rand_len(&self) -> usize {
        self.circuit.prove_rand_len()
    }
}
