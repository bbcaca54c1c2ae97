//! An analyst's invitations.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde::{Deserialize, Serialize};
use serde_json::json;
use wasm_bindgen::prelude::*;
use web_mpc::client::{self, ClientError};
use web_mpc::crypto::Entropy;
use web_mpc::form::Dimension;
use web_mpc::ids::InvitationKey;
use web_mpc::invitation::{NewInvitation, ParseLinkError, key_of};
use web_mpc::manifest::Tracking;
use web_mpc::protocol::{ClientMessage, ServerMessage};
use web_mpc::session::{Invitee, Misbehaviour};

use super::analyst::Member;
use crate::failure::{Failure, json};

/// Somebody who is to be invited, as the page says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Person {
    label: String,
    #[serde(default)]
    email: Option<String>,
    /// Option by id of the dimension.
    #[serde(default)]
    cohorts: BTreeMap<String, String>,
    #[serde(default)]
    expires: Option<u64>,
}

/// A link, as the page shows it: the members of `Link` in `api.ts`.
#[derive(Serialize)]
struct Link {
    number: u64,
    label: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    cohorts: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<u64>,
    revoked: bool,
    url: String,
}

fn invalid(message: impl ToString) -> Failure {
    Failure::new("invitations_invalid", message)
}

impl Person {
    fn read(self, dimensions: &[Dimension]) -> Result<NewInvitation, Failure> {
        let unknown = self.cohorts.keys();
        if let Some(id) = unknown
            .into_iter()
            .find(|id| dimensions.iter().all(|dimension| dimension.id != **id))
        {
            return Err(invalid(format!("the form has no cohorts {id}")));
        }
        let fixed = dimensions.iter().map(|dimension| {
            let Some(option) = self.cohorts.get(&dimension.id) else {
                return Ok(None);
            };
            let wanted = option.trim().to_lowercase();
            let mut options = dimension.options.iter();
            let place = options.position(|option| option.trim().to_lowercase() == wanted);
            let place = place.and_then(|place| u32::try_from(place).ok());
            let none = || invalid(format!("{} has no option {option}", dimension.title));
            place.map(Some).ok_or_else(none)
        });
        let cohorts: Vec<Option<u32>> = fixed.collect::<Result<_, _>>()?;
        let any = cohorts.iter().any(Option::is_some);
        let label = self.label.trim();
        Ok(NewInvitation {
            label: Some(label)
                .filter(|label| !label.is_empty())
                .map(|label| label.parse().map_err(invalid))
                .transpose()?,
            email: self
                .email
                .as_deref()
                .map(str::trim)
                .filter(|email| !email.is_empty())
                .map(|email| email.parse().map_err(invalid))
                .transpose()?,
            cohorts: if any { cohorts } else { Vec::new() },
            expires: self.expires,
        })
    }
}

#[wasm_bindgen]
impl Member {
    /// Invites people: a JSON list of `NewInvitation` in `api.ts`.
    pub async fn invite(&mut self, people: String) -> Result<(), Failure> {
        let people: Vec<Person> = web_mpc::json::read(people.as_bytes()).map_err(invalid)?;
        let joined = Rc::clone(&self.joined);
        let people = people
            .into_iter()
            .map(|person| person.read(self.dimensions()));
        let people = people.collect::<Result<Vec<_>, _>>()?;
        let changed = client::invite(
            &mut self.connection,
            &joined,
            &people,
            &self.identity,
            &Entropy::System,
        );
        self.joined = Rc::new(changed.await?);
        Ok(())
    }

    /// Every link, as JSON. `origin` is where the page for input parties is: `https://host`.
    pub async fn links(&mut self, origin: String) -> Result<String, Failure> {
        let joined = Rc::clone(&self.joined);
        let all = client::roster(&mut self.connection, &joined, &self.identity).await?;
        let links = all.iter().map(|invitee| self.link(invitee, &origin));
        let links = links.collect::<Result<Vec<_>, _>>();
        Ok(json(&links.map_err(|error| Failure::new("usage", error))?))
    }

    /// How far the collection is beside the total, as the manifest allows, as JSON: the member
    /// `tracked` of `Status` in `api.ts`; nothing where it allows nothing.
    pub async fn track(&mut self) -> Result<Option<String>, Failure> {
        let joined = Rc::clone(&self.joined);
        let tracking = joined.terms.manifest.tracking;
        if tracking == Tracking::None {
            return Ok(None);
        }
        let people = if tracking == Tracking::Labels {
            client::roster(&mut self.connection, &joined, &self.identity).await?
        } else {
            Vec::new()
        };
        let ServerMessage::Tracked(tracked) = self.connection.ask(ClientMessage::Track {}).await?
        else {
            return Err(ClientError::from(Misbehaviour::Unexpected).into());
        };
        let used = tracked.used.as_ref().map(|used| {
            let used = people
                .iter()
                .filter(|invitee| used.contains(invitee.number));
            used.map(name_of).collect::<Vec<String>>()
        });
        Ok(Some(json(&json!({
            "at": tracked.at,
            "cohorts": tracked.cohorts,
            "used": used,
            "nearRound": tracked.near_round,
        }))))
    }

    /// Revokes what bears these labels and was not used: a JSON list of texts.
    pub async fn revoke(&mut self, labels: String) -> Result<(), Failure> {
        let labels: Vec<String> = web_mpc::json::read(labels.as_bytes()).map_err(invalid)?;
        let joined = Rc::clone(&self.joined);
        let all = client::roster(&mut self.connection, &joined, &self.identity).await?;
        let keys = labels.iter().map(|label| {
            let found = all.iter().find(|invitee| name_of(invitee) == *label);
            let none = || invalid(format!("nobody is invited as {label}"));
            found.map(|invitee| key_of(&invitee.keys)).ok_or_else(none)
        });
        let keys = keys.collect::<Result<Vec<InvitationKey>, _>>()?;
        let changed = client::revoke(&mut self.connection, &joined, &keys, &self.identity).await?;
        self.joined = Rc::new(changed);
        Ok(())
    }
}

impl Member {
    fn dimensions(&self) -> &[Dimension] {
        let form = self.joined.terms.scheme.form();
        form.map_or(&[], |form| &form.cohorts)
    }

    fn link(&self, invitee: &Invitee, origin: &str) -> Result<Link, ParseLinkError> {
        let terms = &self.joined.terms;
        let link = invitee.link(origin, &terms.manifest.name, &terms.fingerprint)?;
        let fixed = self.dimensions().iter().zip(&invitee.cohorts);
        Ok(Link {
            number: invitee.number,
            label: name_of(invitee),
            email: invitee.person.email.as_ref().map(ToString::to_string),
            cohorts: fixed
                .filter_map(|(dimension, option)| {
                    let place = usize::try_from((*option)?).ok()?;
                    let option = dimension.options.get(place)?;
                    Some((dimension.id.clone(), option.clone()))
                })
                .collect(),
            expires: invitee.expires,
            revoked: invitee.revoked,
            url: link.to_string(),
        })
    }
}

/// The label, or the number of one that has none.
fn name_of(invitee: &Invitee) -> String {
    match &invitee.person.label {
        Some(label) => label.to_string(),
        None => format!("#{}", invitee.number),
    }
}
