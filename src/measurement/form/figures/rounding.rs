//! Fractions and roots of whole numbers as decimal texts, rounded once. Halves are rounded away from
//! zero.

use num_bigint::{BigInt, BigUint, Sign};

/// `numerator / denominator` with so many digits behind the point; nothing where the denominator is
/// not positive.
#[expect(clippy::arithmetic_side_effects, reason = "BigInt grows as needed")]
pub(super) fn fraction(numerator: &BigInt, denominator: &BigInt, decimals: u8) -> Option<String> {
    if *denominator <= BigInt::ZERO {
        return None;
    }
    let scaled = numerator.magnitude() * BigUint::from(10_u8).pow(decimals.into()) * 2_u8;
    let denominator = denominator.magnitude();
    // Half of a digit is added, then cut.
    let rounded = (scaled + denominator) / (denominator * 2_u8);
    Some(decimal(numerator.sign(), &rounded, decimals))
}

/// The square root of `numerator / denominator`, likewise.
#[expect(clippy::arithmetic_side_effects, reason = "BigInt grows as needed")]
pub(super) fn root(numerator: &BigInt, denominator: &BigInt, decimals: u8) -> Option<String> {
    if *denominator <= BigInt::ZERO || *numerator < BigInt::ZERO {
        return None;
    }
    // The root of 4 x^2 cut to a whole number is 2 x cut to halves: one more, halved, is x rounded.
    let scale = BigUint::from(100_u8).pow(decimals.into()) * 4_u8;
    let twice = (numerator.magnitude() * scale / denominator.magnitude()).sqrt();
    let rounded = (twice + 1_u8) / 2_u8;
    Some(decimal(Sign::Plus, &rounded, decimals))
}

/// `magnitude / 10^decimals`
fn decimal(sign: Sign, magnitude: &BigUint, decimals: u8) -> String {
    let decimals = usize::from(decimals);
    let width = decimals.saturating_add(1);
    let digits = format!("{magnitude:0>width$}");
    let point = digits.len().saturating_sub(decimals);
    let (whole, digits) = digits.split_at_checked(point).unwrap_or((&digits, ""));
    let sign = if sign == Sign::Minus && *magnitude != BigUint::ZERO {
        "-"
    } else {
        ""
    };
    let point = if digits.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{digits}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_rounded_away_from_zero() {
        let of = |a: i64, b: i64, decimals| fraction(&a.into(), &b.into(), decimals).unwrap();
        assert_eq!(of(1, 2, 0), "1");
        assert_eq!(of(-1, 2, 0), "-1");
        assert_eq!(of(-1, 3, 2), "-0.33");
        assert_eq!(of(-1, 1000, 2), "0.00");
        assert_eq!(of(2, 3, 2), "0.67");
        assert_eq!(of(1234, 1, 0), "1234");
        assert_eq!(fraction(&1.into(), &0.into(), 2), None);
    }

    #[test]
    fn roots_are_exact() {
        let of = |a: i64, b: i64, decimals| root(&a.into(), &b.into(), decimals).unwrap();
        assert_eq!(of(2, 1, 5), "1.41421");
        assert_eq!(of(9, 4, 0), "2");
        assert_eq!(of(1, 4, 2), "0.50");
        assert_eq!(of(8, 3, 3), "1.633");
        assert_eq!(of(0, 3, 1), "0.0");
    }
}
