//! An analyst: finds or creates its computation, logs in, and later freezes, commits and records.

use rand::CryptoRng;

use super::Misbehaviour;
use super::joined::{Joined, PastRound};
use super::settings::Settings;
use crate::crypto::{Analyst, Identity, PublicIdentity, Server, Tag};
use crate::ids::{Blob, ComputationName, KeyId, Nonce};
use crate::manifest::{ComputationKey, Manifest, ManifestError, ServerKeys, Terms, VERSION};
use crate::measurement::Difference;
use crate::measurement::form::FormParameters;
use crate::protocol::{self, ClientMessage, ErrorCode, Refusal, ServerMessage, Standing, Which};
use crate::record::Signed;

/// Why the analyst comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To have a computation to collect for: creates one, or the next round, where there is none.
    Collect,
    /// To work on the computation that there is.
    Existing,
}

/// What the driver has to do next.
#[derive(Debug)]
pub enum AnalystStep {
    /// Send this.
    Send(Box<ClientMessage>),
    /// The analyst is logged in.
    Joined(Box<Joined>),
}

/// Why the analyst cannot go on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnalystError {
    /// The computation is another analyst's.
    #[error("computation {name} belongs to key id {owner}, you are {you}")]
    BelongsTo {
        /// Its name.
        name: ComputationName,
        /// Whose it is.
        owner: KeyId,
        /// Who asks.
        you: KeyId,
    },
    /// A setting differs from the open computation's.
    #[error("computation {name} {difference}")]
    Differs {
        /// Its name.
        name: ComputationName,
        /// Which setting, and how.
        difference: Difference,
    },
    /// The settings contradict each other.
    #[error(transparent)]
    Settings(ManifestError),
    /// There is no such computation.
    #[error("there is no computation {0}")]
    Unknown(ComputationName),
    /// The server said no.
    #[error("{0}")]
    Refused(Refusal),
    /// The server broke the protocol.
    #[error(transparent)]
    Misbehaviour(#[from] Misbehaviour),
}

#[derive(Debug)]
enum State {
    Greeting,
    Looking,
    NeedsKey {
        previous: Option<PastRound>,
    },
    Creating {
        sent: Blob,
        previous: Option<PastRound>,
    },
    LoggingIn {
        joined: Box<Joined>,
        challenge: Vec<u8>,
    },
    Done,
}

/// The machine that ends with a login. On every connection begin anew: send [`Self::hello`], then
/// hand in every message.
#[derive(Debug)]
pub struct AnalystSession {
    identity: Identity<Analyst>,
    name: ComputationName,
    settings: Settings,
    purpose: Purpose,
    server: Option<(PublicIdentity<Server>, Nonce)>,
    state: State,
}

impl AnalystSession {
    /// Begins.
    #[must_use]
    pub fn new(
        identity: Identity<Analyst>,
        name: ComputationName,
        settings: Settings,
        purpose: Purpose,
    ) -> Self {
        Self {
            identity,
            name,
            settings,
            purpose,
            server: None,
            state: State::Greeting,
        }
    }

    /// The first message.
    #[must_use]
    pub fn hello() -> ClientMessage {
        ClientMessage::Hello { version: VERSION }
    }

    /// Takes a message of the server.
    pub fn received(
        &mut self,
        message: ServerMessage,
        rng: &mut impl CryptoRng,
    ) -> Result<AnalystStep, AnalystError> {
        let state = std::mem::replace(&mut self.state, State::Done);
        match (message, state) {
            (ServerMessage::Welcome { server, nonce, .. }, State::Greeting) => {
                self.server = Some((server, nonce));
                Ok(self.look_up())
            }
            (ServerMessage::Computation(standing), State::Looking) => self.found(*standing, rng),
            (ServerMessage::Error(refusal), State::Looking)
                if refusal.code == ErrorCode::UnknownComputation =>
            {
                match self.purpose {
                    Purpose::Collect => Ok(self.need_key(None)),
                    Purpose::Existing => Err(AnalystError::Unknown(self.name.clone())),
                }
            }
            (ServerMessage::ComputationKey(key), State::NeedsKey { previous }) => {
                self.create(key, previous, rng)
            }
            (ServerMessage::Computation(standing), State::Creating { sent, previous }) => {
                if standing.manifest.body != sent {
                    return Err(Misbehaviour::OtherComputation.into());
                }
                let step = self.log_in(*standing, previous, rng)?;
                if let State::LoggingIn { joined, .. } = &mut self.state {
                    joined.created = true;
                }
                Ok(step)
            }
            // Another process of the same analyst was faster.
            (ServerMessage::Error(refusal), State::Creating { .. })
                if matches!(
                    refusal.code,
                    ErrorCode::ComputationExists | ErrorCode::RoundOutOfOrder
                ) =>
            {
                Ok(self.look_up())
            }
            (ServerMessage::LoggedIn { signature }, State::LoggingIn { joined, challenge }) => {
                let server = &joined.terms.manifest.server.identity.signing_key;
                if server.verify(Tag::LOGIN_ANSWER, &challenge, &signature) {
                    Ok(AnalystStep::Joined(joined))
                } else {
                    Err(Misbehaviour::Unproven("login").into())
                }
            }
            (ServerMessage::Error(refusal), _) => Err(AnalystError::Refused(refusal)),
            _ => Err(Misbehaviour::Unexpected.into()),
        }
    }

    fn look_up(&mut self) -> AnalystStep {
        self.state = State::Looking;
        let which = Which::Name(self.name.clone());
        AnalystStep::Send(Box::new(ClientMessage::Lookup { which, wait: false }))
    }

    fn need_key(&mut self, previous: Option<PastRound>) -> AnalystStep {
        self.state = State::NeedsKey { previous };
        AnalystStep::Send(Box::new(ClientMessage::ComputationKey {}))
    }

    /// Decides what to do with the newest round of the name.
    fn found(
        &mut self,
        standing: Standing,
        rng: &mut impl CryptoRng,
    ) -> Result<AnalystStep, AnalystError> {
        let terms = self.own(&standing)?;
        if standing.phase.is_over() && self.purpose == Purpose::Collect {
            let past = Joined::new(terms, standing, None, &self.identity)?.into_past();
            return Ok(self.need_key(Some(past)));
        }
        self.log_in(standing, None, rng)
    }

    /// The terms of a computation that is this analyst's and bears the right name.
    fn own(&self, standing: &Standing) -> Result<Terms, AnalystError> {
        let terms = Terms::agreed(&standing.manifest).map_err(Misbehaviour::from)?;
        if terms.manifest.name != self.name {
            return Err(Misbehaviour::OtherComputation.into());
        }
        let (owner, you) = (terms.manifest.analyst, self.identity.public());
        if owner != you {
            let (owner, you) = (owner.key_id(), you.key_id());
            return Err(AnalystError::BelongsTo {
                name: self.name.clone(),
                owner,
                you,
            });
        }
        Ok(terms)
    }

    /// Writes the manifest of a new computation, or of the next round with the last one's settings
    /// where none are asked for.
    fn create(
        &mut self,
        computation_key: ComputationKey,
        previous: Option<PastRound>,
        rng: &mut impl CryptoRng,
    ) -> Result<AnalystStep, AnalystError> {
        let (identity, _) = self.server.ok_or(Misbehaviour::Unexpected)?;
        let nonce = Nonce::random(rng);
        let last = previous.as_ref().map(|round| &round.terms.manifest);
        let last_kind = last.map(|last| &last.kind);
        let kind = self.settings.kind.propose(last_kind, |form| {
            let key = &computation_key.box_key;
            FormParameters::new(form, &nonce, &self.identity.boxes, key, rng)
        });
        let conditions = self.settings.conditions(last, &kind);
        let manifest = Manifest {
            version: VERSION,
            nonce,
            name: self.name.clone(),
            round: last.map_or(1, |last| last.round.saturating_add(1)),
            kind,
            analyst: self.identity.public(),
            server: ServerKeys {
                identity,
                computation_key,
            },
            min_parties: conditions.min_parties,
            max_parties: conditions.max_parties,
            max_rejected: conditions.max_rejected,
            access: conditions.access,
            tracking: conditions.tracking,
            time_grain: conditions.time_grain,
            publication: conditions.publication,
        };
        let signed = Signed::sign(&manifest, &self.identity.signing);
        Terms::proposed(&signed).map_err(AnalystError::Settings)?;
        let sent = signed.body.clone();
        self.state = State::Creating { sent, previous };
        Ok(AnalystStep::Send(Box::new(ClientMessage::Create(signed))))
    }

    fn log_in(
        &mut self,
        standing: Standing,
        previous: Option<PastRound>,
        rng: &mut impl CryptoRng,
    ) -> Result<AnalystStep, AnalystError> {
        let terms = self.own(&standing)?;
        if !standing.phase.is_over() {
            self.settings.check(&terms)?;
        }
        let (server, server_nonce) = self.server.ok_or(Misbehaviour::Unexpected)?;
        if server != terms.manifest.server.identity {
            return Err(Misbehaviour::Unproven("identity").into());
        }
        let nonce = Nonce::random(rng);
        let challenge = protocol::challenge(&server, &terms.fingerprint, &nonce, &server_nonce);
        let login = ClientMessage::Login {
            fingerprint: terms.fingerprint,
            nonce,
            signature: self.identity.signing.sign(Tag::LOGIN, &challenge),
        };
        let joined = Joined::new(terms, standing, previous, &self.identity)?;
        let joined = Box::new(joined);
        self.state = State::LoggingIn { joined, challenge };
        Ok(AnalystStep::Send(Box::new(login)))
    }
}
