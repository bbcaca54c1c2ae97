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
pub struct Difference {
    /// Which setting, as its flag is called.
    pub setting: &'static str,
    /// The open computation's.
    pub open: String,
    /// What was asked for.
    pub asked: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}, not {}", self.setting, self.open, self.asked)
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
            return Some(Difference {
                setting: "modulus",
                open,
                asked,
            });
        }
        let asked = self.signed.filter(|asked| *asked != open.signed)?;
        let (open, asked) = (open.signed.to_string(), asked.to_string());
        Some(Difference {
            setting: "signed",
            open,
            asked,
        })
    }
}
