use prio::flp::test_utils::TypeTest;
use prio::flp::types::SumVec;
use prio::vdaf::Client;
use prio::vdaf::prio3::Prio3;
use prio::vdaf::xof::XofTurboShake128;
use proptest::prelude::*;

use super::*;

fn number(value: u128) -> Field128 {
    Field128::from(value)
}

/// Bits of a number, each proved to be one, and the number's square in one more element.
fn number_with_square(bits: usize) -> Circuit {
    let bit = |place| Product {
        a: Linear::element(place),
        b: Linear::element(place),
        c: Linear::element(place),
    };
    let weight = |place: usize| (place, number(1 << place));
    let value = Linear::weighted((0..bits).map(weight));
    let square = Linear::element(bits);
    let squared = Product {
        a: value.clone(),
        b: value.clone(),
        c: square.clone(),
    };
    let products = (0..bits).map(bit).chain([squared]).collect();
    Circuit::new(bits + 1, products, Vec::new(), vec![value, square]).unwrap()
}

fn encode(value: u128, bits: usize) -> Vec<Field128> {
    let bit = |place: usize| number(value >> place & 1);
    (0..bits).map(bit).chain([number(value * value)]).collect()
}

/// One of `choices`: each a bit, together 1.
fn choice(choices: usize) -> Circuit {
    let bit = |place| Product {
        a: Linear::element(place),
        b: Linear::element(place).minus(&Linear::constant(Field128::one())),
        c: Linear::default(),
    };
    let sum = (0..choices).fold(Linear::constant(-Field128::one()), |sum, place| {
        sum.plus(&Linear::element(place))
    });
    let outputs = (0..choices).map(Linear::element).collect();
    Circuit::new(choices, (0..choices).map(bit).collect(), vec![sum], outputs).unwrap()
}

#[test]
fn valid_inputs_pass_prios_own_test() {
    let circuit = number_with_square(8);
    for value in [0, 1, 200, 255] {
        let output = [number(value), number(value * value)];
        TypeTest::expect_valid::<2>(&circuit, &encode(value, 8), &output);
    }
    let hot: Vec<_> = [0, 0, 1, 0].map(number).to_vec();
    TypeTest::expect_valid::<2>(&choice(4), &hot, &hot);
}

#[test]
fn every_single_change_is_noticed() {
    let circuit = number_with_square(8);
    let valid = encode(77, 8);
    for place in 0..valid.len() {
        for change in [number(1), -number(1), number(2), number(1 << 64)] {
            let mut changed = valid.clone();
            changed[place] += change;
            TypeTest::expect_invalid::<2>(&circuit, &changed);
        }
    }
    for bad in [[0, 0, 0, 0], [1, 1, 0, 0], [2, 0, 0, 0]] {
        TypeTest::expect_invalid::<2>(&choice(4), &bad.map(number));
    }
    let half = number(2).inv();
    TypeTest::expect_invalid::<2>(&choice(2), &[half, half]);
}

#[test]
fn what_is_claimed_must_be_so() {
    let bits = |place| Linear::element(place);
    let claims = vec![bits(0), bits(1).plus(&bits(2))];
    let circuit = choice(4).with_claims(claims).unwrap();
    let hot = |place: usize| -> Vec<Field128> {
        (0..4)
            .map(|other| number(u128::from(other == place)))
            .collect()
    };
    for (chosen, claimed) in [(0, [true, false]), (2, [false, true]), (3, [false, false])] {
        let honest = circuit.claiming(&claimed);
        TypeTest::expect_valid::<2>(&honest, &hot(chosen), &hot(chosen));
        TypeTest::expect_valid::<3>(&honest, &hot(chosen), &hot(chosen));
        for lie in [[false, false], [true, false], [false, true], [true, true]] {
            if lie != claimed {
                TypeTest::expect_invalid::<2>(&circuit.claiming(&lie), &hot(chosen));
            }
        }
    }
    // What claims nothing, or something else, proves nothing.
    let silent = Prio3::<_, XofTurboShake128, 32>::new(2, 1, 7, circuit.clone()).unwrap();
    assert!(silent.shard(b"context", &hot(0), &[0; 16]).is_err());
    let more = circuit.claiming(&[true; 3]);
    let more = Prio3::<_, XofTurboShake128, 32>::new(2, 1, 7, more).unwrap();
    assert!(more.shard(b"context", &hot(0), &[0; 16]).is_err());
    let constant = Linear::constant(Field128::one());
    assert_eq!(
        choice(4).with_claims(vec![constant]),
        Err(CircuitError::Constant)
    );
    assert_eq!(
        choice(4).with_claims(vec![bits(4)]),
        Err(CircuitError::Place)
    );
}

#[test]
fn rows_must_make_sense() {
    let row = Product {
        a: Linear::element(0),
        b: Linear::element(0),
        c: Linear::element(0),
    };
    let new = |len, products, outputs| Circuit::new(len, products, Vec::new(), outputs);
    let element = || vec![Linear::element(0)];
    assert!(new(1, vec![row.clone()], element()).is_ok());
    assert_eq!(new(1, Vec::new(), element()), Err(CircuitError::Empty));
    assert_eq!(
        new(1, vec![row.clone()], Vec::new()),
        Err(CircuitError::Empty)
    );
    assert_eq!(
        new(1, vec![row.clone()], vec![Linear::element(1)]),
        Err(CircuitError::Place)
    );
    let constant = Linear::element(0).plus(&Linear::constant(Field128::one()));
    assert_eq!(
        new(1, vec![row], vec![constant]),
        Err(CircuitError::Constant)
    );
}

/// Shards, prepares and adds up with both aggregators of a Prio3.
fn aggregate<T: Type<Field = Field128>>(
    typ: &T,
    measurements: &[T::Measurement],
) -> T::AggregateResult {
    let vdaf = Prio3::<_, XofTurboShake128, 32>::new(2, 1, 0xffff_0001, typ.clone()).unwrap();
    prio::vdaf::test_utils::run_vdaf(b"context", &vdaf, &(), measurements.to_vec()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn a_sum_vector_is_that_of_prio(
        vectors in prop::collection::vec(prop::collection::vec(0_u128..16, 5), 1..6),
    ) {
        let bit = |place| Product {
            a: Linear::element(place), b: Linear::element(place), c: Linear::element(place),
        };
        let outputs = (0..5).map(|field| {
            let weight = |place: usize| (field * 4 + place, number(1 << place));
            Linear::weighted((0..4).map(weight))
        }).collect();
        let ours = Circuit::new(20, (0..20).map(bit).collect(), Vec::new(), outputs).unwrap();
        let theirs = SumVec::<Field128, ParallelSum<Field128, Mul>>::new(15, 5, 4).unwrap();
        let encoded: Vec<_> =
            vectors.iter().map(|vector| theirs.encode_measurement(vector).unwrap()).collect();
        prop_assert_eq!(aggregate(&ours, &encoded), aggregate(&theirs, &vectors));
    }
}
