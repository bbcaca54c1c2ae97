//! An analyst of one computation, on one connection after the other.

use std::rc::Rc;

use js_sys::Function;
use serde::{Deserialize, Serialize};
use serde_json::json;
use wasm_bindgen::prelude::*;
use web_mpc::client::{self, ClientError, Connection};
use web_mpc::crypto::{Analyst, Entropy, Identity};
use web_mpc::form::Form;
use web_mpc::ids::{ComputationName, Fingerprint};
use web_mpc::manifest::{Access, Action, Phase, Publication, TimeGrain, Tracking};
use web_mpc::measurement::KindSettings;
use web_mpc::protocol::{ClientMessage, ServerMessage};
use web_mpc::session::{AnalystSession, Joined, Misbehaviour, Purpose, Settings};
use web_mpc::shares::Modulus;

use super::forms::invalid;
use super::keys::Keys;
use super::outcome::{Outcome, past};
use super::view::View;
use super::wire::{Socket, connection, event};
use crate::failure::{Failure, json};

/// What a page asks of a new computation, or of the one that there is.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Asked {
    computation: ComputationName,
    /// An earlier round of that name.
    #[serde(default)]
    fingerprint: Option<Fingerprint>,
    #[serde(default)]
    form: Option<serde_json::Value>,
    #[serde(default)]
    modulus: Option<Modulus>,
    #[serde(default)]
    signed: Option<bool>,
    #[serde(default)]
    min_parties: Option<u64>,
    #[serde(default)]
    max_parties: Option<u64>,
    #[serde(default)]
    max_rejected: Option<u64>,
    #[serde(default)]
    access: Option<Access>,
    #[serde(default)]
    tracking: Option<Tracking>,
    #[serde(default)]
    time_grain: Option<u32>,
    #[serde(default)]
    publication: Option<Publication>,
}

impl Asked {
    fn read(text: &str) -> Result<Self, Failure> {
        web_mpc::json::read(text.as_bytes()).map_err(|error| Failure::new("usage", error))
    }

    fn settings(self) -> Result<Settings, Failure> {
        let form = self.form.map(|form| {
            let form = Form::parse(&form.to_string());
            form.map(Box::new).map_err(invalid)
        });
        let grain = self.time_grain.map(|seconds| {
            let wrong = || Failure::new("usage", "the time grain is from a second to a week");
            TimeGrain::from_seconds(seconds).ok_or_else(wrong)
        });
        Ok(Settings {
            kind: KindSettings {
                modulus: self.modulus,
                signed: self.signed,
                form: form.transpose()?,
            },
            min_parties: self.min_parties,
            max_parties: self.max_parties,
            max_rejected: self.max_rejected,
            access: self.access,
            tracking: self.tracking,
            time_grain: grain.transpose()?,
            publication: self.publication,
        })
    }
}

/// The members of `AnalystView` in `api.ts`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Whole<'a> {
    computation: View<'a>,
    previous: Option<Previous>,
    has_result: bool,
}

#[derive(Serialize)]
struct Previous {
    round: u32,
    line: String,
}

/// An analyst that is logged in, on a connection of its own.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Member {
    pub(super) url: String,
    pub(super) identity: Identity<Analyst>,
    pub(super) connection: Connection,
    pub(super) joined: Rc<Joined>,
}

/// Finds a computation, or creates one (or its next round) where `create` says so, and logs in.
#[wasm_bindgen(js_name = logIn)]
pub async fn log_in(
    socket: Socket,
    url: String,
    keys: &Keys,
    asked: String,
    create: bool,
) -> Result<Member, Failure> {
    let identity = keys.identity().clone();
    let asked = Asked::read(&asked)?;
    let fingerprint = asked.fingerprint;
    let purpose = if create {
        Purpose::Collect
    } else {
        Purpose::Existing
    };
    let name = asked.computation.clone();
    let session = AnalystSession::new(identity.clone(), name, asked.settings()?, purpose);
    let mut connection = connection(socket);
    let mut joined = client::log_in(&mut connection, session, &Entropy::System).await?;
    if let Some(fingerprint) = fingerprint.filter(|asked| *asked != joined.terms.fingerprint) {
        let earlier = client::earlier(&mut connection, &joined, fingerprint, &identity).await?;
        *joined = earlier;
    }
    let joined = Rc::new(*joined);
    Ok(Member {
        url,
        identity,
        connection,
        joined,
    })
}

/// All computations of an analyst on a server, as JSON: a list of `Listed` in `api.ts`.
#[wasm_bindgen]
pub async fn list(socket: Socket, keys: &Keys) -> Result<String, Failure> {
    let mut connection = connection(socket);
    let identity = keys.identity().clone();
    let all = client::listed(&mut connection, &identity, &Entropy::System).await?;
    connection.close().await;
    Ok(json(&all))
}

#[wasm_bindgen]
impl Member {
    /// The computation as it stands, as JSON: the members of `AnalystView` in `api.ts`.
    pub fn view(&self) -> String {
        let joined = &self.joined;
        let previous = joined.previous.as_ref().map(|previous| {
            let (terms, aggregate) = (&previous.terms, previous.aggregate.as_ref());
            let (round, line) = (terms.manifest.round, past(terms, aggregate));
            Previous { round, line }
        });
        let phase = joined.standing.phase;
        json(&Whole {
            computation: View::new(&joined.terms, phase, &joined.announced, &self.url),
            previous,
            has_result: joined.aggregate.is_some() || joined.has_ended(),
        })
    }

    /// The address of the page for input parties, without what stands before `#`.
    pub fn fragment(&self) -> String {
        let terms = &self.joined.terms;
        format!("#{}.{}", terms.manifest.name, terms.fingerprint)
    }

    /// Tells how many have submitted, now and whenever it changes, until the connection ends.
    pub async fn watch(&mut self, tell: Function) -> Result<(), Failure> {
        self.connection.send([ClientMessage::Watch {}]).await?;
        loop {
            match self.connection.message().await? {
                ServerMessage::Submissions { parties } => {
                    event(&tell, &json(&json!({ "parties": parties })));
                }
                ServerMessage::Error(refusal) => {
                    return Err(ClientError::Refused(refusal).into());
                }
                _ => return Err(ClientError::from(Misbehaviour::Unexpected).into()),
            }
        }
    }

    /// Pauses, resumes, closes, sets dates or purges: `action` is the JSON of a notice's.
    pub async fn announce(&mut self, action: String) -> Result<(), Failure> {
        let unknown = || Failure::new("usage", "there is no such action");
        let action: Action = web_mpc::json::read(action.as_bytes()).map_err(|_| unknown())?;
        // A freeze is a reveal's, and lists of invitations travel beside their notices.
        if matches!(
            action,
            Action::Freeze | Action::Invite { .. } | Action::Revoke { .. }
        ) {
            return Err(unknown());
        }
        let (joined, identity) = (Rc::clone(&self.joined), &self.identity);
        let phase = joined.standing.phase;
        if action == Action::Purge && phase == Phase::Purged {
            // Again is no mistake: the server finishes what it may have left half done.
            return Ok(client::repeat(&mut self.connection, &joined).await?);
        }
        let changed = client::announce(&mut self.connection, &joined, action, identity).await?;
        self.joined = Rc::new(changed);
        Ok(())
    }

    /// Gives the result to those whom the manifest names; whether that was done now.
    pub async fn publish(&mut self) -> Result<bool, Failure> {
        let joined = Rc::clone(&self.joined);
        let connection = &mut self.connection;
        Ok(client::publish(connection, &joined, &self.identity, &Entropy::System).await?)
    }

    /// The result that was recorded.
    pub fn outcome(&self) -> Result<Outcome, Failure> {
        let joined = &self.joined;
        let not_yet = || Failure::new("not_revealed", "there is no result yet");
        let commit = joined.commit.as_ref().ok_or_else(not_yet)?;
        if joined.aggregate.is_none() && !joined.has_ended() {
            return Err(not_yet());
        }
        let (terms, aggregate) = (&joined.terms, joined.aggregate.as_ref());
        let view = View::new(terms, joined.standing.phase, &joined.announced, &self.url);
        let invitations = joined.batch.as_ref().and_then(|batch| batch.invitations);
        Ok(Outcome::new(
            terms,
            commit,
            aggregate,
            invitations,
            Some(view),
        ))
    }
}
