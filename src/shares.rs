//! Additive secret sharing modulo p.
//!
//! `server share + analyst share = value (mod p)`, the analyst's share uniform in `[0, p)`: each
//! share on its own is uniform whatever the value is. Sums of shares are shares of the sum.
#![cfg_attr(
    not(test),
    deny(clippy::arithmetic_side_effects, clippy::as_conversions)
)]

use std::fmt;
use std::str::FromStr;

use num_bigint::{BigInt, BigUint, Sign};
use rand::CryptoRng;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use zeroize::Zeroizing;

/// A modulus p, at least 2 and of at most [`Modulus::MAX_BITS`] bits. It need not be prime.
#[derive(Clone, PartialEq, Eq)]
pub struct Modulus {
    p: BigUint,
}

/// A whole number in `[0, p)`. It carries no modulus: the [`Modulus`] that made it reads it.
#[derive(Clone, PartialEq, Eq)]
pub struct Residue(BigUint);

impl fmt::Debug for Residue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Residue(..)")
    }
}

/// A text is not a modulus.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "a modulus is a whole number from 2 up, of at most {} bits, such as 16777729 or 2^127-1",
    Modulus::MAX_BITS
)]
pub struct ParseModulusError;

impl Modulus {
    /// Longest modulus, in bits.
    pub const MAX_BITS: u64 = 4096;

    /// Longest text that is read as a modulus: more digits than 2^4096 has.
    const MAX_TEXT: usize = 1300;

    /// The modulus with that value, if it is one.
    #[must_use]
    pub fn new(p: BigUint) -> Option<Self> {
        (p >= BigUint::from(2_u8) && p.bits() <= Self::MAX_BITS).then_some(Self { p })
    }

    /// p.
    #[must_use]
    pub fn value(&self) -> &BigUint {
        &self.p
    }

    /// Length of every encoded residue, in bytes: that of p - 1.
    #[must_use]
    pub fn residue_len(&self) -> usize {
        usize::try_from(self.last().bits().div_ceil(8)).unwrap_or(usize::MAX)
    }

    /// The residue of a whole number.
    #[must_use]
    #[expect(clippy::arithmetic_side_effects, reason = "p is not zero")]
    pub fn reduce(&self, value: &BigInt) -> Residue {
        let magnitude = Residue(value.magnitude() % &self.p);
        match value.sign() {
            Sign::Minus => self.subtract(&self.zero(), &magnitude),
            Sign::NoSign | Sign::Plus => magnitude,
        }
    }

    /// The residue 0, where every sum begins.
    #[must_use]
    pub fn zero(&self) -> Residue {
        Residue(BigUint::ZERO)
    }

    /// `to := to + other (mod p)`, in place: a reveal does it for each submission.
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "the sum is below 2p, and p is subtracted once only"
    )]
    pub fn add(&self, to: &mut Residue, other: &Residue) {
        to.0 += &other.0;
        if to.0 >= self.p {
            to.0 -= &self.p;
        }
    }

    /// `a - b (mod p)`
    #[must_use]
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "nothing larger is ever subtracted"
    )]
    pub fn subtract(&self, a: &Residue, b: &Residue) -> Residue {
        Residue(if a.0 >= b.0 {
            &a.0 - &b.0
        } else {
            &a.0 + &self.p - &b.0
        })
    }

    /// Splits a value: the server's share and the analyst's, which is uniform.
    pub fn split(&self, value: &Residue, rng: &mut impl CryptoRng) -> (Residue, Residue) {
        let analyst_share = self.uniform(rng);
        (self.subtract(value, &analyst_share), analyst_share)
    }

    /// A residue drawn uniformly, by rejection: fewer than two draws are expected.
    fn uniform(&self, rng: &mut impl CryptoRng) -> Residue {
        let excess_bits = self.last().bits().wrapping_neg() % 8;
        let mask = 0xff_u8
            .checked_shr(u32::try_from(excess_bits).unwrap_or(0))
            .unwrap_or(0xff);
        let mut bytes = Zeroizing::new(vec![0; self.residue_len()]);
        loop {
            rng.fill_bytes(&mut bytes);
            if let Some(first) = bytes.first_mut() {
                *first &= mask;
            }
            if let Some(residue) = self.decode(&bytes) {
                return residue;
            }
        }
    }

    /// Fixed width, big-endian.
    #[must_use]
    pub fn encode(&self, residue: &Residue) -> Vec<u8> {
        let digits = residue.0.to_bytes_be();
        let mut bytes = vec![0; self.residue_len()];
        for (to, from) in bytes.iter_mut().rev().zip(digits.iter().rev()) {
            *to = *from;
        }
        bytes
    }

    /// Reads what [`Self::encode`] writes; nothing for another length or a number from p up.
    #[must_use]
    pub fn decode(&self, bytes: &[u8]) -> Option<Residue> {
        let value = BigUint::from_bytes_be(bytes);
        (bytes.len() == self.residue_len() && value < self.p).then_some(Residue(value))
    }

    /// The number that a residue stands for: itself, or for signed inputs the one nearest to zero
    /// (`r - p` where `r > (p - 1) / 2`).
    #[must_use]
    #[expect(clippy::arithmetic_side_effects, reason = "BigInt grows as needed")]
    pub fn interpret(&self, residue: &Residue, signed: bool) -> BigInt {
        let value = BigInt::from(residue.0.clone());
        if signed && residue.0 > self.last() >> 1 {
            value - BigInt::from(self.p.clone())
        } else {
            value
        }
    }

    /// `p - 1`
    #[expect(clippy::arithmetic_side_effects, reason = "p is at least 2")]
    fn last(&self) -> BigUint {
        &self.p - 1_u8
    }
}

impl Default for Modulus {
    /// 2^127 - 1: room for 2^63 inputs of 64 bits, so that no sum wraps.
    fn default() -> Self {
        Self {
            p: BigUint::from(u128::MAX >> 1),
        }
    }
}

impl fmt::Display for Modulus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.p.fmt(f)
    }
}

impl fmt::Debug for Modulus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Modulus({self})")
    }
}

impl FromStr for Modulus {
    type Err = ParseModulusError;

    /// Reads a decimal number, or `2^n`, `2^n+c`, `2^n-c`.
    fn from_str(text: &str) -> Result<Self, ParseModulusError> {
        if text.len() > Self::MAX_TEXT {
            return Err(ParseModulusError);
        }
        let value = match text.strip_prefix("2^") {
            None => parse_digits(text),
            Some(power) => parse_power_of_two(power),
        };
        value.and_then(Self::new).ok_or(ParseModulusError)
    }
}

/// Digits only: no sign, no underscore, no leading zero, so that a number has one spelling.
fn parse_digits(text: &str) -> Option<BigUint> {
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    (plain && !(text.len() > 1 && text.starts_with('0')))
        .then(|| text.parse().ok())
        .flatten()
}

/// What follows `2^`: the exponent, and perhaps `+c` or `-c`.
#[expect(
    clippy::arithmetic_side_effects,
    reason = "the exponent is bounded and c compared first"
)]
fn parse_power_of_two(text: &str) -> Option<BigUint> {
    let split = text.find(['+', '-']).unwrap_or(text.len());
    let (exponent, rest) = text.split_at(split);
    let exponent: u64 = exponent
        .parse()
        .ok()
        .filter(|bits| *bits <= Modulus::MAX_BITS)?;
    let power = BigUint::from(1_u8) << exponent;
    match (rest.strip_prefix('+'), rest.strip_prefix('-')) {
        (Some(c), _) => Some(power + parse_digits(c)?),
        (_, Some(c)) => parse_digits(c).filter(|c| *c <= power).map(|c| power - c),
        _ => Some(power),
    }
}

impl Serialize for Modulus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Modulus {
    /// Reads decimal digits only: a manifest has one spelling of a number.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        (text.len() <= Self::MAX_TEXT)
            .then(|| parse_digits(&text))
            .flatten()
            .and_then(Self::new)
            .ok_or_else(|| de::Error::custom(ParseModulusError))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    fn modulus(text: &str) -> Modulus {
        text.parse().unwrap()
    }

    #[test]
    fn a_modulus_is_read_in_both_forms() {
        assert_eq!(modulus("2^127-1"), Modulus::default());
        assert_eq!(
            modulus("170141183460469231731687303715884105727"),
            Modulus::default()
        );
        assert_eq!(modulus("2^1").to_string(), "2");
        assert_eq!(modulus("2^24+513").to_string(), "16777729");
        assert_eq!(modulus("2^4096-1").value().bits(), 4096);
        let long = "9".repeat(1301);
        for bad in [
            "",
            "0",
            "1",
            "-5",
            "+5",
            "007",
            "2^",
            "2^4096",
            "2^99999999999",
            "2^3-8",
        ]
        .into_iter()
        .chain(["2^3-9", "3^4", "1_000", " 7", "2^8--1", "2^+8", &long])
        {
            assert!(bad.parse::<Modulus>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn widths_are_those_of_the_largest_residue() {
        for (text, width) in [("2", 1), ("256", 1), ("257", 2), ("2^64", 8), ("2^64+1", 9)] {
            assert_eq!(modulus(text).residue_len(), width, "{text}");
        }
    }

    #[test]
    fn shares_from_p_up_are_refused() {
        let p = modulus("257");
        assert!(p.decode(&[1, 0]).is_some());
        assert!(p.decode(&[1, 1]).is_none());
        assert!(p.decode(&[0]).is_none());
        assert!(p.decode(&[0, 0, 0]).is_none());
    }

    #[test]
    fn signed_results_are_nearest_to_zero() {
        let p = modulus("7");
        let read = |value: i32| p.interpret(&p.reduce(&value.into()), true);
        for value in -3..=3 {
            assert_eq!(read(value), value.into());
        }
        assert_eq!(read(4), (-3).into());
        let even = modulus("4");
        assert_eq!(even.interpret(&even.reduce(&2.into()), true), (-2).into());
    }

    #[test]
    fn every_residue_of_a_small_modulus_is_drawn() {
        let p = modulus("5");
        let mut rng = StdRng::seed_from_u64(1);
        let mut seen = [0_u32; 5];
        for _ in 0..5_000 {
            let share = p.uniform(&mut rng);
            seen[usize::from(p.encode(&share)[0])] += 1;
        }
        assert!(
            seen.iter().all(|count| (850..1150).contains(count)),
            "{seen:?}"
        );
    }

    proptest! {
        #[test]
        fn shares_add_up(
            bits in 1_u64..=512, offset in any::<u64>(), values in prop::collection::vec(any::<i128>(), 0..20),
            seed in any::<u64>(),
        ) {
            let p = Modulus::new((BigUint::from(1_u8) << bits) + offset).unwrap();
            let mut rng = StdRng::seed_from_u64(seed);
            let (mut server, mut analyst) = (p.zero(), p.zero());
            let mut plain = BigInt::ZERO;
            for value in values {
                plain += value;
                let (a, b) = p.split(&p.reduce(&value.into()), &mut rng);
                let travelled = p.decode(&p.encode(&a)).unwrap();
                p.add(&mut server, &travelled);
                p.add(&mut analyst, &b);
            }
            let modulus = BigInt::from(p.value().clone());
            let expected = ((plain % &modulus) + &modulus) % &modulus;
            p.add(&mut server, &analyst);
            prop_assert_eq!(p.interpret(&server, false), expected);
        }
    }
}
