//! What a reveal came to, as the pages show it: the members of `Outcome` in `api.ts`. Its figures are
//! made by a module of their own, of what is given here.

use std::fmt;

use js_sys::Uint8Array;
use serde::Serialize;
use wasm_bindgen::prelude::*;
use web_mpc::batch::{Commit, InvitationCounts};
use web_mpc::disclosure::{self, EndReason};
use web_mpc::manifest::Terms;
use web_mpc::measurement::{Aggregate, Rejection};
use zeroize::Zeroizing;

use super::view::View;
use crate::failure::json;

/// What is told beside the figures.
#[derive(Serialize)]
struct Facts<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    computation: Option<View<'a>>,
    parties: u64,
    rejected: Vec<Rejected>,
    /// What became of them, which the batch says to who may know.
    invitations: Option<InvitationCounts>,
    result: Option<Ended<'a>>,
    caveat: Option<String>,
}

#[derive(Serialize)]
struct Rejected {
    reason: Rejection,
    describe: &'static str,
    count: u64,
}

#[derive(Serialize)]
struct Ended<'a> {
    ended: &'a [EndReason],
}

/// What a reveal came to.
#[wasm_bindgen]
pub struct Outcome {
    facts: String,
    kind: String,
    aggregate: Option<Zeroizing<Vec<u8>>>,
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Outcome(..)")
    }
}

#[wasm_bindgen]
impl Outcome {
    /// Everything but the figures, as JSON.
    pub fn facts(&self) -> String {
        self.facts.clone()
    }

    /// What the figures are of, for `figures`.
    pub fn kind(&self) -> Uint8Array {
        Uint8Array::from(self.kind.as_bytes())
    }

    /// What the figures are made of; nothing if both sides committed that there is no result.
    pub fn aggregate(&self) -> Option<Uint8Array> {
        let aggregate = self.aggregate.as_ref()?;
        Some(Uint8Array::from(aggregate.as_slice()))
    }
}

impl Outcome {
    /// `aggregate` is there unless both sides committed that there is none; `computation` where the
    /// page has not shown it already.
    pub fn new(
        terms: &Terms,
        commit: &Commit,
        aggregate: Option<&Aggregate>,
        invitations: Option<InvitationCounts>,
        computation: Option<View<'_>>,
    ) -> Self {
        let counts = &commit.counts;
        let rejected = counts.rejected.iter().map(|(reason, &count)| Rejected {
            reason: *reason,
            describe: reason.describe(),
            count,
        });
        let ended = match &commit.outcome {
            disclosure::Outcome::End { reasons } => reasons.as_slice(),
            disclosure::Outcome::Release { .. } => &[],
        };
        let facts = Facts {
            computation,
            parties: counts.accepted,
            rejected: rejected.collect(),
            invitations,
            result: aggregate.is_none().then_some(Ended { ended }),
            caveat: terms.scheme.caveat(terms.manifest.max_parties),
        };
        Self {
            facts: json(&facts),
            kind: json(&terms.manifest.kind),
            aggregate: aggregate.map(|aggregate| terms.scheme.encode_aggregate(aggregate)),
        }
    }
}

/// One line about a round that is over.
#[cfg(feature = "analyst")]
pub fn past(terms: &Terms, aggregate: Option<&Aggregate>) -> String {
    let round = terms.manifest.round;
    let Some(aggregate) = aggregate else {
        return format!("round {round}: ended without a result");
    };
    let parties = aggregate.population.parties;
    let what = match (terms.scheme.form(), terms.scheme.total(aggregate)) {
        (Some(form), _) => form.title.clone(),
        (None, sum) => sum.unwrap_or_default().to_string(),
    };
    format!("round {round}: {what} ({parties} parties)")
}
