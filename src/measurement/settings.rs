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
        let asks_for_a_sum = self.modulus.is_some() || self.signed.is_some();
        let difference = |open: &str, asked: &str| {
            let (setting, open, asked) = ("form", open.to_owned(), asked.to_owned());
            Some(Difference {
                setting,
                open,
                asked,
            })
        };
        let open = match (open, &self.form) {
            (Kind::Sum(_), Some(asked)) => return difference("none", &asked.title),
            (Kind::Sum(open), None) => open,
            (Kind::Form(open), None) if asks_for_a_sum => {
                return difference(&open.form.title, "a sum");
            }
            (Kind::Form(open), Some(asked)) if open.form != **asked => {
                let (open, asked) = (&open.form.title, &asked.title);
                return if open == asked {
                    difference(open, "a changed one with that title")
                } else {
                    difference(open, asked)
                };
            }
            (Kind::Form(_), _) => return None,
        };
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
