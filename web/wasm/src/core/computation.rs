//! A computation as an input party finds it.

use std::collections::BTreeMap;

use js_sys::Function;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use wasm_bindgen::prelude::*;
use web_mpc::client::appraise;
use web_mpc::crypto::{Invitation, SigningKeyPair};
use web_mpc::form::{Decimal, FormError};
use web_mpc::manifest::{Phase, Terms};
use web_mpc::measurement::Measurement;
use web_mpc::measurement::sum::parse_number;
use web_mpc::protocol::ServerMessage;
use web_mpc::session::{Announced, Misbehaviour, PartyError, PartyPlan, PartySession, Sought};

use super::link::Target;
use super::view::View;
use super::wire::{Socket, connection, event};
use crate::failure::{Failure, json};

/// A computation that was found and checked.
#[wasm_bindgen]
#[derive(Debug, Clone)]
pub struct Computation {
    pub(super) url: String,
    pub(super) sought: Sought,
    pub(super) terms: Terms,
    pub(super) invitation: Option<SigningKeyPair<Invitation>>,
    phase: Phase,
    announced: Announced,
}

/// Asks for a computation on a new connection. `tell` is called while it is not there yet.
#[wasm_bindgen]
pub async fn find(socket: Socket, target: String, tell: Function) -> Result<Computation, Failure> {
    let target = Target::read(&target)?;
    let mut connection = connection(socket);
    let sought = target.sought();
    let session = PartySession::new(PartyPlan::Find(Box::new(sought.clone())));
    connection.send(session.connected()).await?;
    loop {
        match connection.message().await? {
            ServerMessage::Welcome { .. } => {}
            ServerMessage::Waiting {} => event(&tell, r#"{"waiting":"computation"}"#),
            ServerMessage::Computation(standing) => {
                connection.close().await;
                let terms = sought.agree(&standing)?;
                let announced = Announced::by(&terms, &standing.notices);
                return Ok(Computation {
                    announced: announced.map_err(PartyError::from)?,
                    terms,
                    sought,
                    url: target.server,
                    invitation: target.invitation,
                    phase: standing.phase,
                });
            }
            ServerMessage::Error(refusal) => return Err(PartyError::Refused(refusal).into()),
            _ => return Err(PartyError::from(Misbehaviour::Unexpected).into()),
        }
    }
}

#[wasm_bindgen]
impl Computation {
    /// What everybody may know of it.
    pub fn view(&self) -> String {
        json(&View::new(
            &self.terms,
            self.phase,
            &self.announced,
            &self.url,
        ))
    }

    /// Whether the page has an invitation.
    #[wasm_bindgen(js_name = isInvited)]
    pub fn is_invited(&self) -> bool {
        self.invitation.is_some()
    }

    /// What the invitation says, as JSON: the members of `Invitation` in `api.ts`. On a new
    /// connection.
    pub async fn appraise(&self, socket: Socket) -> Result<String, Failure> {
        let missing = || Failure::new("invitation_required", "a link is needed");
        let keys = self.invitation.as_ref().ok_or_else(missing)?;
        let mut connection = connection(socket);
        let standing = appraise(&mut connection, &self.terms, keys).await?;
        connection.close().await;
        let dimensions = self
            .terms
            .scheme
            .form()
            .map_or(&[][..], |form| &form.cohorts);
        let fixed = dimensions.iter().zip(&standing.cohorts);
        let cohorts: BTreeMap<&str, &String> = fixed
            .filter_map(|(dimension, option)| {
                let place = usize::try_from((*option)?).ok()?;
                Some((dimension.id.as_str(), dimension.options.get(place)?))
            })
            .collect();
        Ok(json(&json!({
            "cohorts": cohorts,
            "expires": standing.expires,
            "revoked": standing.revoked,
        })))
    }

    /// What is wrong with a measurement, and what is worth a second look.
    pub fn review(&self, measurement: &str) -> Result<String, Failure> {
        let given = Given::read(measurement)?;
        Ok(json(&match (self.terms.scheme.form(), given) {
            (None, Given::Number(text)) => self.review_number(&text),
            (Some(form), Given::Answers(answers)) => {
                let review = form
                    .review(&answers.to_string())
                    .map_err(|error| wrong(vec![error]))?;
                Checked {
                    errors: review.errors,
                    warnings: review.warnings,
                    understood: review.understood.into_iter().collect(),
                }
            }
            _ => return Err(other_kind()),
        }))
    }

    fn review_number(&self, text: &str) -> Checked {
        let mut checked = Checked::default();
        let number = parse_number(text).map_err(|error| error.to_string());
        let measurement = number.map(Measurement::Number).and_then(|measurement| {
            let scheme = &self.terms.scheme;
            scheme
                .check(&measurement)
                .map_err(|error| error.to_string())
        });
        if let Err(problem) = measurement {
            let place = NUMBER.to_owned();
            checked.errors.push(FormError { place, problem });
        }
        checked
    }
}

/// The place of the only number of a sum.
const NUMBER: &str = "/number";

/// What a review finds.
#[derive(Debug, Default, Serialize)]
struct Checked {
    errors: Vec<FormError>,
    warnings: Vec<FormError>,
    understood: BTreeMap<String, Decimal>,
}

/// A measurement as the page gives it.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Given {
    Number(String),
    Answers(Value),
}

impl Given {
    fn read(text: &str) -> Result<Self, Failure> {
        // What serde says might repeat an answer.
        web_mpc::json::read(text.as_bytes()).map_err(|_| other_kind())
    }
}

impl Computation {
    /// The measurement, ready to be sealed.
    pub fn measurement(&self, text: &str) -> Result<Measurement, Failure> {
        match (self.terms.scheme.form(), Given::read(text)?) {
            (None, Given::Number(text)) => {
                let checked = self.review_number(&text);
                if !checked.errors.is_empty() {
                    return Err(wrong(checked.errors));
                }
                let number = parse_number(&text).map_err(|_| other_kind())?;
                Ok(Measurement::Number(number))
            }
            (Some(form), Given::Answers(answers)) => {
                let answers = form.read_answers(&answers.to_string()).map_err(wrong)?;
                Ok(Measurement::Answers(Box::new(answers)))
            }
            _ => Err(other_kind()),
        }
    }
}

fn wrong(problems: Vec<FormError>) -> Failure {
    Failure::problems("answers_invalid", "some answers cannot be sent", problems)
}

fn other_kind() -> Failure {
    Failure::new("answers_invalid", "the computation asks for something else")
}
