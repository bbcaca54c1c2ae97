//! What an analyst asks of a kind, and how it differs from what there is.

use std::fmt;

use super::Kind;
use super::sum::SumParameters;
use crate::shares::Modulus;

/// What an analyst asks of a kind; `None` is "as it is", or the default of a new computation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KindSettings {
    /// p of a sum.
    pub modulus: Option<Modulus>,
    /// Whether the inputs of a sum may be negative.
    pub signed: Option<bool>,
}

/// A setting that an open computation has and that is not the one asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// A number.
    Value {
        /// Which setting, as its flag is called.
        setting: &'static str,
        /// The open computation's.
        open: String,
        /// What was asked for.
        asked: String,
    },
    /// Whether negative numbers are allowed.
    Signed {
        /// What was asked for.
        asked: bool,
    },
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value {
                setting,
                open,
                asked,
            } => write!(f, "has {setting} {open}, not {asked}"),
            Self::Signed { asked: true } => f.write_str("is unsigned, you asked for --signed"),
            Self::Signed { asked: false } => f.write_str("is signed, you asked for --signed=false"),
        }
    }
}

impl KindSettings {
    /// The kind of a new computation: what is asked for, and for the rest what the round before had.
    #[must_use]
    pub fn propose(&self, last: Option<&Kind>) -> Kind {
        let last = last.map(|Kind::Sum(parameters)| parameters);
        if let (Some(last), None, None) = (last, &self.modulus, self.signed) {
            return Kind::Sum(last.clone());
        }
        let modulus = self
            .modulus
            .clone()
            .or(last.map(|last| last.modulus.clone()));
        let signed = self.signed.or(last.map(|last| last.signed));
        Kind::Sum(SumParameters::new(
            modulus.unwrap_or_default(),
            signed.unwrap_or_default(),
        ))
    }

    /// The first setting in which an open computation differs from what is asked for.
    #[must_use]
    pub fn difference(&self, open: &Kind) -> Option<Difference> {
        let Kind::Sum(open) = open;
        if let Some(asked) = self
            .modulus
            .as_ref()
            .filter(|asked| **asked != open.modulus)
        {
            let (open, asked) = (open.modulus.to_string(), asked.to_string());
            return Some(Difference::Value {
                setting: "modulus",
                open,
                asked,
            });
        }
        let asked = self.signed.filter(|asked| *asked != open.signed)?;
        Some(Difference::Signed { asked })
    }
}
