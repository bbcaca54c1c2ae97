//! What an analyst asks of a kind, and how it differs from what there is.

use std::fmt;

use super::Kind;
use super::form::FormParameters;
use super::sum::SumParameters;
use crate::form::Form;
use crate::shares::Modulus;

/// What an analyst asks of a kind; `None` is "as it is", or the default of a new computation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KindSettings {
    /// p of a sum.
    pub modulus: Option<Modulus>,
    /// Whether the inputs of a sum may be negative.
    pub signed: Option<bool>,
    /// A form, in place of a sum.
    pub form: Option<Box<Form>>,
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
    /// What is computed.
    Kind {
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
            Self::Kind { open, asked } => write!(f, "is about {open}, you asked for {asked}"),
            Self::Signed { asked: true } => f.write_str("is unsigned, you asked for --signed"),
            Self::Signed { asked: false } => f.write_str("is signed, you asked for --signed=false"),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sum(_) => f.write_str("a sum"),
            Self::Form(parameters) => write!(f, "the form {:?}", parameters.form.title),
        }
    }
}

impl KindSettings {
    /// The kind of a new computation: what is asked for, and for the rest what the round before had.
    /// `prove` makes the parameters of a form, with a verify key of its own in each round.
    #[must_use]
    pub fn propose(&self, last: Option<&Kind>, prove: impl FnOnce(Form) -> FormParameters) -> Kind {
        let last = match last {
            Some(Kind::Form(last)) if *self == Self::default() => {
                return Kind::Form(Box::new(prove(last.form.clone())));
            }
            Some(Kind::Sum(last)) => Some(last),
            _ => None,
        };
        if let Some(form) = &self.form {
            return Kind::Form(Box::new(prove((**form).clone())));
        }
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
        let another = |asked: String| {
            let open = open.to_string();
            Some(Difference::Kind { open, asked })
        };
        let open = match (open, &self.form) {
            (Kind::Form(open), Some(asked)) if open.form == **asked => return None,
            (_, Some(asked)) => return another(format!("the form {:?} as it is now", asked.title)),
            (Kind::Form(_), None) if *self == Self::default() => return None,
            (Kind::Form(_), None) => return another("a sum".to_owned()),
            (Kind::Sum(open), None) => open,
        };
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
