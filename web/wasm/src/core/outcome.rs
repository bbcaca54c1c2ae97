//! What a reveal came to, as the pages show it: the members of `Outcome` in `api.ts`.

use serde_json::{Value, json};
use web_mpc::batch::{Commit, InvitationCounts};
use web_mpc::disclosure;
use web_mpc::form::report::Document;
use web_mpc::manifest::{Phase, Terms};
use web_mpc::measurement::{Aggregate, ResultOf};
use web_mpc::session::Announced;

use super::view::View;
use crate::failure::json;

/// What a reveal came to.
pub struct Outcome<'a> {
    terms: &'a Terms,
    commit: &'a Commit,
    aggregate: Option<&'a Aggregate>,
    invitations: Option<InvitationCounts>,
}

impl<'a> Outcome<'a> {
    /// `aggregate` is there unless both sides committed that there is none.
    pub fn new(terms: &'a Terms, commit: &'a Commit, aggregate: Option<&'a Aggregate>) -> Self {
        Self {
            terms,
            commit,
            aggregate,
            invitations: None,
        }
    }

    /// With what became of the invitations, which the batch says to who may know.
    #[cfg(feature = "analyst")]
    pub fn invited(mut self, invitations: Option<InvitationCounts>) -> Self {
        self.invitations = invitations;
        self
    }

    /// As JSON.
    pub fn json(&self, phase: Phase, announced: &Announced, url: &str) -> String {
        let counts = &self.commit.counts;
        let rejected: Vec<Value> = counts
            .rejected
            .iter()
            .map(|(reason, count)| {
                json!({ "reason": reason, "describe": reason.describe(), "count": count })
            })
            .collect();
        json(&json!({
            "computation": View::new(self.terms, phase, announced, url),
            "parties": counts.accepted,
            "rejected": rejected,
            "invitations": self.invitations,
            "result": self.result(),
            "caveat": self.terms.scheme.caveat(self.terms.manifest.max_parties),
        }))
    }

    fn result(&self) -> Value {
        let Some(aggregate) = self.aggregate else {
            let reasons = match &self.commit.outcome {
                disclosure::Outcome::End { reasons } => json!(reasons),
                disclosure::Outcome::Release { .. } => json!([]),
            };
            return json!({ "ended": reasons });
        };
        match self.terms.scheme.summarise(aggregate).result {
            ResultOf::Sum(sum) => json!({ "sum": sum.to_string() }),
            ResultOf::Form(report) => json!({ "form": Document::of(&report) }),
        }
    }
}

/// One line about a round that is over.
#[cfg(feature = "analyst")]
pub fn past(terms: &Terms, aggregate: Option<&Aggregate>) -> String {
    let round = terms.manifest.round;
    match aggregate.map(|aggregate| terms.scheme.summarise(aggregate)) {
        None => format!("round {round}: ended without a result"),
        Some(summary) => match summary.result {
            ResultOf::Sum(sum) => format!("round {round}: {sum} ({} parties)", summary.parties),
            ResultOf::Form(report) => {
                format!(
                    "round {round}: {} ({} parties)",
                    report.title, summary.parties
                )
            }
        },
    }
}
