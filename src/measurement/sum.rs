//! The kind `sum`: one whole number from each party, added modulo p.
//!
//! Nothing about an input is proved: one party can move the sum to any value.

use num_bigint::BigInt;
use rand::CryptoRng;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use zeroize::Zeroizing;

use super::{InputShares, KindError, Lengths, MeasurementError};
use crate::shares::{Modulus, Residue};

/// What a manifest says of a sum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SumParameters {
    /// p.
    pub modulus: Modulus,
    /// Whether a result above (p - 1) / 2 stands for a negative number.
    pub signed: bool,
    /// Least input.
    #[serde(with = "decimal")]
    pub min: BigInt,
    /// Largest input.
    #[serde(with = "decimal")]
    pub max: BigInt,
}

impl SumParameters {
    /// Inputs of 64 bits, or as many as the modulus can tell apart.
    #[must_use]
    pub fn new(modulus: Modulus, signed: bool) -> Self {
        let (least, most) = representable(&modulus, signed);
        let (min, max): (BigInt, BigInt) = if signed {
            (i64::MIN.into(), i64::MAX.into())
        } else {
            (0.into(), u64::MAX.into())
        };
        Self {
            modulus,
            signed,
            min: min.max(least),
            max: max.min(most),
        }
    }

    /// Whether the inputs of so many parties can add up to more than the modulus tells apart: the
    /// result is then the sum modulo p, not the sum.
    #[must_use]
    #[expect(clippy::arithmetic_side_effects, reason = "BigInt grows as needed")]
    pub fn may_wrap(&self, max_parties: u64) -> bool {
        let (least, most) = representable(&self.modulus, self.signed);
        &self.min * max_parties < least || &self.max * max_parties > most
    }
}

impl Default for SumParameters {
    fn default() -> Self {
        Self::new(Modulus::default(), false)
    }
}

/// The least and the largest number that a residue can stand for.
#[expect(
    clippy::arithmetic_side_effects,
    reason = "p is at least 2; BigInt grows as needed"
)]
fn representable(modulus: &Modulus, signed: bool) -> (BigInt, BigInt) {
    let p = BigInt::from(modulus.value().clone());
    let last: BigInt = &p - 1;
    if signed {
        (-(p >> 1_u8), last >> 1_u8)
    } else {
        (BigInt::ZERO, last)
    }
}

/// A sum with parameters that agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum(SumParameters);

impl Sum {
    pub(super) fn new(parameters: &SumParameters) -> Result<Self, KindError> {
        let (least, most) = representable(&parameters.modulus, parameters.signed);
        let (min, max) = (&parameters.min, &parameters.max);
        if least <= *min && min <= max && *max <= most {
            Ok(Self(parameters.clone()))
        } else {
            Err(KindError::Bounds { least, most })
        }
    }

    pub(super) fn lengths(&self) -> Lengths {
        let residue = self.0.modulus.residue_len();
        Lengths {
            public_part: 0,
            server_share: residue,
            analyst_share: residue,
            verifier_share: 0,
            verifier_message: 0,
            leader_state: residue,
            aggregate_share: residue,
            aggregate: residue.saturating_add(8),
        }
    }

    pub(super) fn check(&self, number: &BigInt) -> Result<(), MeasurementError> {
        let (min, max) = (&self.0.min, &self.0.max);
        if min <= number && number <= max {
            Ok(())
        } else {
            Err(MeasurementError::OutOfRange {
                min: min.clone(),
                max: max.clone(),
            })
        }
    }

    pub(super) fn shard(
        &self,
        number: &BigInt,
        rng: &mut impl CryptoRng,
    ) -> Result<InputShares, MeasurementError> {
        self.check(number)?;
        let modulus = &self.0.modulus;
        let (server, analyst) = modulus.split(&modulus.reduce(number), rng);
        Ok(InputShares {
            public_part: Vec::new(),
            server: Zeroizing::new(modulus.encode(&server)),
            analyst: Zeroizing::new(modulus.encode(&analyst)),
        })
    }

    pub(super) fn caveat(&self, max_parties: u64) -> Option<String> {
        let SumParameters { modulus, .. } = &self.0;
        self.0
            .may_wrap(max_parties)
            .then(|| format!("the result is the sum modulo {modulus}: a larger sum wraps around"))
    }

    pub(super) fn zero(&self) -> Residue {
        self.0.modulus.zero()
    }

    pub(super) fn add(&self, to: &mut Residue, other: &Residue) {
        self.0.modulus.add(to, other);
    }

    pub(super) fn encode(&self, residue: &Residue) -> Vec<u8> {
        self.0.modulus.encode(residue)
    }

    pub(super) fn decode(&self, bytes: &[u8]) -> Option<Residue> {
        self.0.modulus.decode(bytes)
    }

    pub(super) fn interpret(&self, residue: &Residue) -> BigInt {
        self.0.modulus.interpret(residue, self.0.signed)
    }
}

/// Longest text that is read as a number, in characters: a sign and more digits than 2^4096 has.
const MAX_NUMBER_TEXT: usize = 1300;

/// A text is not a whole number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a whole number in decimal digits")]
pub struct ParseNumberError;

/// Reads a whole number: decimal digits, perhaps a sign.
pub fn parse_number(text: &str) -> Result<BigInt, ParseNumberError> {
    let text = text.trim();
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty()
        || text.len() > MAX_NUMBER_TEXT
        || !digits.bytes().all(|b| b.is_ascii_digit())
    {
        return Err(ParseNumberError);
    }
    text.parse().map_err(|_| ParseNumberError)
}

/// Whole numbers as JSON strings of decimal digits, in one spelling.
mod decimal {
    use super::{BigInt, Deserialize, Deserializer, Serializer, de, parse_number};

    pub(super) fn serialize<S: Serializer>(number: &BigInt, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(number)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<BigInt, D::Error> {
        let text = String::deserialize(from)?;
        let number = parse_number(&text).map_err(de::Error::custom)?;
        if number.to_string() == text {
            Ok(number)
        } else {
            Err(de::Error::custom(
                "a number must have no leading zero, no + and no blank",
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_follow_the_modulus() {
        let small = SumParameters::new("16777729".parse().unwrap(), false);
        assert_eq!(
            (small.min.clone(), small.max.clone()),
            (0.into(), 16_777_728.into())
        );
        assert!(small.may_wrap(2));
        assert!(!small.may_wrap(1));
        let signed = SumParameters::new("16777729".parse().unwrap(), true);
        assert_eq!(signed.min, (-8_388_864).into());
        assert_eq!(signed.max, 8_388_864.into());
        let usual = SumParameters::default();
        assert_eq!(usual.max, u64::MAX.into());
        assert!(!usual.may_wrap(1_000_000));
        assert_eq!(
            SumParameters::new(Modulus::default(), true).min,
            i64::MIN.into()
        );
    }

    #[test]
    fn contradicting_bounds_are_refused() {
        let mut parameters = SumParameters::new("7".parse().unwrap(), false);
        assert!(Sum::new(&parameters).is_ok());
        parameters.max = 7.into();
        assert!(Sum::new(&parameters).is_err());
        parameters.max = 2.into();
        parameters.min = 3.into();
        assert!(Sum::new(&parameters).is_err());
    }

    #[test]
    fn numbers_are_read_strictly() {
        assert_eq!(parse_number(" -5\n"), Ok((-5).into()));
        assert_eq!(parse_number("+007"), Ok(7.into()));
        let long = "1".repeat(1301);
        for bad in ["", "-", "1.0", "1e3", "0x10", "1_000", "--1", "٣", &long] {
            assert!(parse_number(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn parameters_have_one_spelling() {
        let text = serde_json::to_string(&SumParameters::default()).unwrap();
        assert_eq!(
            text,
            "{\"modulus\":\"170141183460469231731687303715884105727\",\"signed\":false,\
             \"min\":\"0\",\"max\":\"18446744073709551615\"}"
        );
        assert!(serde_json::from_str::<SumParameters>(&text).is_ok());
        for (from, to) in [
            ("\"0\"", "\"00\""),
            ("\"0\"", "0"),
            ("false", "false,\"x\":1"),
        ] {
            assert!(
                serde_json::from_str::<SumParameters>(&text.replace(from, to)).is_err(),
                "{to}"
            );
        }
    }
}
