//! Decimal numbers without rounding: a whole number and how many of its digits stand behind the
//! point.

use std::fmt;
use std::str::FromStr;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Most digits behind the point.
pub const MAX_DECIMALS: u8 = 9;

/// Most digits in all.
const MAX_DIGITS: usize = 30;

/// `mantissa / 10^decimals`. In JSON a whole number, or a text such as `"12.50"`; never a number
/// with a point, which most programs round.
#[derive(Debug, Clone, Copy)]
pub struct Decimal {
    mantissa: i128,
    decimals: u8,
}

/// A text is not a decimal number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// Anything but digits, a sign and one point.
    #[error("not a number in digits, such as 1234 or -0.25")]
    Malformed,
    /// More digits than are computed with.
    #[error(
        "a number has at most {MAX_DIGITS} digits, and {MAX_DECIMALS} of them behind the point"
    )]
    TooLong,
}

impl Decimal {
    /// `mantissa / 10^decimals`; no more than [`MAX_DECIMALS`] count.
    #[must_use]
    pub fn new(mantissa: i128, decimals: u8) -> Self {
        Self {
            mantissa,
            decimals: decimals.min(MAX_DECIMALS),
        }
    }

    /// The whole number that stands for this one where so many digits stand behind the point;
    /// nothing if it has more of them, or is too large.
    #[must_use]
    pub fn scaled(self, decimals: u8) -> Option<i128> {
        let reduced = self.reduced();
        let more = decimals.checked_sub(reduced.decimals)?;
        reduced
            .mantissa
            .checked_mul(10_i128.checked_pow(more.into())?)
    }

    /// Without zeros at the end.
    fn reduced(mut self) -> Self {
        while self.decimals > 0 && self.mantissa % 10 == 0 {
            self.mantissa /= 10;
            self.decimals = self.decimals.saturating_sub(1);
        }
        self
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        let (a, b) = (self.reduced(), other.reduced());
        (a.mantissa, a.decimals) == (b.mantissa, b.decimals)
    }
}

impl Eq for Decimal {}

impl From<i64> for Decimal {
    fn from(number: i64) -> Self {
        Self::new(number.into(), 0)
    }
}

impl FromStr for Decimal {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, DecimalError> {
        let text = text.trim();
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let digits = [whole, fraction].concat();
        let point = unsigned.len() != whole.len();
        if whole.is_empty()
            || (point && fraction.is_empty())
            || !digits.bytes().all(|byte| byte.is_ascii_digit())
        {
            return Err(DecimalError::Malformed);
        }
        let decimals = u8::try_from(fraction.len()).map_err(|_| DecimalError::TooLong)?;
        if decimals > MAX_DECIMALS || digits.len() > MAX_DIGITS {
            return Err(DecimalError::TooLong);
        }
        let magnitude: i128 = digits.parse().map_err(|_| DecimalError::TooLong)?;
        let mantissa = if text.starts_with('-') {
            magnitude.saturating_neg()
        } else {
            magnitude
        };
        Ok(Self { mantissa, decimals })
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let magnitude = self.mantissa.unsigned_abs();
        let unit = 10_u128.saturating_pow(self.decimals.into());
        let whole = magnitude.checked_div(unit).unwrap_or_default();
        write!(f, "{sign}{whole}")?;
        if self.decimals > 0 {
            let fraction = magnitude.checked_rem(unit).unwrap_or_default();
            let width = usize::from(self.decimals);
            write!(f, ".{fraction:0width$}")?;
        }
        Ok(())
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match i64::try_from(self.mantissa) {
            Ok(number) if self.decimals == 0 => serializer.serialize_i64(number),
            _ => serializer.collect_str(self),
        }
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Decimal {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Decimal".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A whole number, or a decimal number as text.",
            "anyOf": [
                {"type": "integer"},
                {"type": "string", "pattern": "^\\s*[-+]?[0-9]+(\\.[0-9]{1,9})?\\s*$"}
            ]
        })
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DecimalVisitor)
    }
}

struct DecimalVisitor;

impl Visitor<'_> for DecimalVisitor {
    type Value = Decimal;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number, or a decimal number as text such as \"0.25\"")
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Decimal, E> {
        Ok(number.into())
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Decimal, E> {
        Ok(Decimal::new(number.into(), 0))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Decimal, E> {
        text.parse().map_err(E::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_and_written_exactly() {
        for (text, mantissa, decimals) in [("12.50", 1250, 2), ("-0.05", -5, 2), ("+7", 7, 0)] {
            let number: Decimal = text.parse().unwrap();
            assert_eq!((number.mantissa, number.decimals), (mantissa, decimals));
            assert_eq!(number.to_string(), text.trim_start_matches('+'));
        }
        for bad in ["", "-", ".5", "5.", "1e3", "1,5", "1.2.3", "0x1", "٣"] {
            assert_eq!(bad.parse::<Decimal>().unwrap_err(), DecimalError::Malformed);
        }
        let long = "1".repeat(31);
        assert_eq!(long.parse::<Decimal>().unwrap_err(), DecimalError::TooLong);
        assert!("0.0000000001".parse::<Decimal>().is_err());
    }

    #[test]
    fn a_scale_must_hold_all_digits() {
        let number: Decimal = "1.50".parse().unwrap();
        assert_eq!(number.scaled(2), Some(150));
        assert_eq!(number.scaled(1), Some(15));
        assert_eq!(number.scaled(0), None);
    }

    #[test]
    fn json_has_whole_numbers_or_text() {
        let read = |text| serde_json::from_str::<Decimal>(text);
        assert_eq!(read("5").unwrap(), Decimal::from(5));
        assert_eq!(read("\"0.5\"").unwrap(), Decimal::new(5, 1));
        let error = read("0.5").unwrap_err().to_string();
        assert!(error.contains("as text"), "{error}");
        assert_eq!(
            serde_json::to_string(&Decimal::new(5, 1)).unwrap(),
            "\"0.5\""
        );
    }
}
