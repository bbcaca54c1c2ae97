//! An analyst: finds or creates its computation, logs in, and later freezes, commits and records.

use std::sync::Arc;

use rand::CryptoRng;

use super::Misbehaviour;
use crate::batch::{Batch, Commit};
use crate::crypto::{Analyst, Identity, PublicIdentity, Server, Tag};
use crate::disclosure::Outcome;
use crate::ids::{ComputationName, KeyId, Nonce};
use crate::manifest::{
    Access, Action, ComputationKey, DEFAULT_MAX_PARTIES, Manifest, ManifestError, Notice, Phase,
    Publication, ServerKeys, Terms, Tracking, VERSION,
};
use crate::measurement::{Aggregate, Difference, KindSettings};
use crate::protocol::{self, ClientMessage, ErrorCode, Refusal, ServerMessage, Standing, Which};
use crate::record::{Countersigned, Signed};
use crate::reveal::open_result;

/// What the analyst asks of its computation; `None` is "as it is", or the default of a new one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// What is computed.
    pub kind: KindSettings,
    /// Fewest accepted submissions.
    pub min_parties: Option<u64>,
    /// Most parties.
    pub max_parties: Option<u64>,
}

/// Why the analyst comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To have a computation to collect for: creates one, or the next round, where there is none.
    Collect,
    /// To work on the computation that there is.
    Existing,
}

/// How the round before ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastRound {
    /// Its terms.
    pub terms: Arc<Terms>,
    /// Its state.
    pub phase: Phase,
    /// Its result, where there is one.
    pub aggregate: Option<Aggregate>,
}

/// A computation that the analyst is logged in to.
#[derive(Debug, Clone)]
pub struct Joined {
    /// Its terms.
    pub terms: Arc<Terms>,
    /// As the server shows it.
    pub standing: Standing,
    /// The frozen batch, checked.
    pub batch: Option<Batch>,
    /// What both sides committed to, checked.
    pub commit: Option<Commit>,
    /// What the analyst recorded, opened.
    pub aggregate: Option<Aggregate>,
    /// The round before, when this run opened the next one.
    pub previous: Option<PastRound>,
}

/// What the driver has to do next.
#[derive(Debug)]
pub enum AnalystStep {
    /// Send these, in order.
    Send(Vec<ClientMessage>),
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
    #[error("computation {name} has {difference}")]
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
            (ServerMessage::Computation(standing), State::Creating { previous }) => {
                self.log_in(*standing, previous, rng)
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
        AnalystStep::Send(vec![ClientMessage::Lookup { which, wait: false }])
    }

    fn need_key(&mut self, previous: Option<PastRound>) -> AnalystStep {
        self.state = State::NeedsKey { previous };
        AnalystStep::Send(vec![ClientMessage::ComputationKey {}])
    }

    /// Decides what to do with the newest round of the name.
    fn found(
        &mut self,
        standing: Standing,
        rng: &mut impl CryptoRng,
    ) -> Result<AnalystStep, AnalystError> {
        let terms = self.own(&standing)?;
        if standing.phase.is_over() && self.purpose == Purpose::Collect {
            let aggregate = recorded(&terms, &standing, &self.identity)?;
            let previous = PastRound {
                terms: Arc::new(terms),
                phase: standing.phase,
                aggregate,
            };
            return Ok(self.need_key(Some(previous)));
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
        let last = previous.as_ref().map(|round| &round.terms.manifest);
        let manifest = Manifest {
            version: VERSION,
            nonce: Nonce::random(rng),
            name: self.name.clone(),
            round: last.map_or(1, |last| last.round.saturating_add(1)),
            kind: self.settings.kind.propose(last.map(|last| &last.kind)),
            analyst: self.identity.public(),
            server: ServerKeys {
                identity,
                computation_key,
            },
            min_parties: self
                .settings
                .min_parties
                .or(last.map(|m| m.min_parties))
                .unwrap_or(1),
            max_parties: self
                .settings
                .max_parties
                .or(last.map(|m| m.max_parties))
                .unwrap_or(DEFAULT_MAX_PARTIES),
            max_rejected: None,
            access: Access::Open,
            tracking: Tracking::Count,
            time_grain: 3600,
            publication: Publication::None,
        };
        let signed = Signed::sign(&manifest, &self.identity.signing);
        Terms::proposed(&signed).map_err(AnalystError::Settings)?;
        self.state = State::Creating { previous };
        Ok(AnalystStep::Send(vec![ClientMessage::Create(signed)]))
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
        let batch = frozen(&terms, &standing)?;
        let commit = standing
            .commit
            .as_ref()
            .map(|commit| committed(&terms, batch.as_ref(), commit))
            .transpose()?;
        let aggregate = recorded(&terms, &standing, &self.identity)?;
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
        let terms = Arc::new(terms);
        let joined = Box::new(Joined {
            terms,
            standing,
            batch,
            commit,
            aggregate,
            previous,
        });
        self.state = State::LoggingIn { joined, challenge };
        Ok(AnalystStep::Send(vec![login]))
    }
}

impl Settings {
    /// Whether the open computation is what was asked for.
    fn check(&self, terms: &Terms) -> Result<(), AnalystError> {
        let manifest = &terms.manifest;
        let numbers = [
            ("min-parties", manifest.min_parties, self.min_parties),
            ("max-parties", manifest.max_parties, self.max_parties),
        ];
        let differing = |(setting, open, asked): (&'static str, u64, Option<u64>)| {
            let asked = asked.filter(|asked| *asked != open)?;
            Some(Difference {
                setting,
                open: open.to_string(),
                asked: asked.to_string(),
            })
        };
        let difference = self
            .kind
            .difference(&manifest.kind)
            .or_else(|| numbers.into_iter().find_map(differing));
        match difference {
            None => Ok(()),
            Some(difference) => Err(AnalystError::Differs {
                name: manifest.name.clone(),
                difference,
            }),
        }
    }
}

/// The batch that the server signed, if there is one.
fn frozen(terms: &Terms, standing: &Standing) -> Result<Option<Batch>, Misbehaviour> {
    standing
        .batch
        .as_ref()
        .map(|batch| Joined::check_batch(terms, batch))
        .transpose()
}

/// A commit that both sides signed for this batch.
fn committed(
    terms: &Terms,
    batch: Option<&Batch>,
    record: &Countersigned<Commit>,
) -> Result<Commit, Misbehaviour> {
    let manifest = &terms.manifest;
    record
        .open(
            &manifest.analyst.signing_key,
            &manifest.server.identity.signing_key,
        )
        .ok()
        .filter(|commit| commit.fingerprint == terms.fingerprint)
        .filter(|commit| batch.is_some_and(|batch| batch.root == commit.root))
        .ok_or(Misbehaviour::Unproven("commit"))
}

/// The result that the analyst recorded, if there is one.
fn recorded(
    terms: &Terms,
    standing: &Standing,
    identity: &Identity<Analyst>,
) -> Result<Option<Aggregate>, Misbehaviour> {
    match (&standing.commit, &standing.result) {
        (Some(commit), Some(result)) => open_result(terms, &commit.body, result, &identity.boxes)
            .map(Some)
            .map_err(|_| Misbehaviour::Unproven("record of the result")),
        _ => Ok(None),
    }
}

impl Joined {
    /// The notice that freezes the batch.
    #[must_use]
    pub fn freeze(&self, identity: &Identity<Analyst>) -> ClientMessage {
        let last = self.standing.notices.last();
        let number = (self.standing.notices.len() as u64).saturating_add(1);
        let notice = Notice::following(self.terms.fingerprint, last, number, Action::Freeze);
        ClientMessage::Notice(Signed::sign(&notice, &identity.signing))
    }

    /// Checks the server's word on what was frozen.
    pub fn check_batch(terms: &Terms, batch: &Signed<Batch>) -> Result<Batch, Misbehaviour> {
        batch
            .open(&terms.manifest.server.identity.signing_key)
            .ok()
            .filter(|batch| batch.fingerprint == terms.fingerprint)
            .ok_or(Misbehaviour::Unproven("batch"))
    }

    /// Checks that the server countersigned this very commit.
    pub fn check_commit(
        &self,
        sent: &Signed<Commit>,
        answer: &Countersigned<Commit>,
    ) -> Result<(), Misbehaviour> {
        let server = &self.terms.manifest.server.identity.signing_key;
        if answer.analysts() == *sent && answer.is_countersigned(server) {
            Ok(())
        } else {
            Err(Misbehaviour::Unproven("commit"))
        }
    }

    /// Whether both sides committed that there is no result.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.commit
            .as_ref()
            .is_some_and(|commit| commit.outcome != Outcome::Release)
    }
}
