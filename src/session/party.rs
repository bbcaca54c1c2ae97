//! An input party: finds its computation, checks it, seals its data, hands it in.

use rand::CryptoRng;

use super::{Announced, Misbehaviour, Ticket};
use crate::crypto::{Party, SigningKeyPair};
use crate::form::Form;
use crate::ids::{ComputationName, FingerprintPin, KeyId};
use crate::manifest::{Manifest, Phase, Terms, VERSION};
use crate::measurement::{Measurement, MeasurementError};
use crate::protocol::{ClientMessage, Refusal, ServerMessage, Standing, Which};
use crate::record::{Countersigned, Signed};
use crate::submission::{Receipt, Submission};

/// What a person got out of band, and will not take the server's word for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pins {
    /// The computation with all its parameters.
    pub fingerprint: Option<FingerprintPin>,
    /// Who the analyst is.
    pub analyst: Option<KeyId>,
    /// Who the server is.
    pub server: Option<KeyId>,
    /// Fewest parties that the manifest must demand.
    pub min_parties: Option<u64>,
}

/// What an input party wants.
#[derive(Debug, Clone)]
pub enum PartyPlan {
    /// To submit for the first time, or to correct what it submitted.
    Submit(Box<Request>),
    /// To send again what a run before this one may have sent already.
    Resend(Box<Unsent>),
    /// To learn what is asked, before there is anything to submit.
    Find(Box<Sought>),
}

/// A computation that is looked for.
#[derive(Debug, Clone)]
pub struct Sought {
    /// Where.
    pub which: Which,
    /// What the computation must satisfy.
    pub pins: Pins,
}

/// A submission to be made.
#[derive(Debug, Clone)]
pub struct Request {
    /// For which computation.
    pub sought: Sought,
    /// The party's data.
    pub measurement: Measurement,
    /// Its key: fresh, or that of the versions before.
    pub keys: SigningKeyPair<Party>,
    /// One more than that of the version before; 1 for the first.
    pub sequence: u64,
    /// What admits it, in an invited computation.
    pub ticket: Option<Ticket>,
}

/// A sealed submission that must be on the disk before it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsent {
    /// What the submission was sealed for.
    pub manifest: Countersigned<Manifest>,
    /// The same, checked.
    pub terms: Terms,
    /// What is sent.
    pub submission: Submission,
}

/// What the driver has to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartyStep {
    /// Wait for the next message.
    Continue,
    /// Tell the person that the computation is not there yet, and wait.
    Waiting,
    /// Put this on the disk, then call [`PartySession::saved`].
    Save(Box<Unsent>),
    /// The submission is stored; keep the receipt.
    Done(Signed<Receipt>),
    /// What was sought, checked.
    Found(Box<Terms>),
}

/// Why an input party's submission cannot go on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PartyError {
    /// The fingerprint is not the one that was pinned.
    #[error("computation {name} has another fingerprint than the one given")]
    OtherFingerprint {
        /// The computation's name.
        name: ComputationName,
    },
    /// The analyst is not the one that was pinned.
    #[error("the computation belongs to analyst {found}, not to {expected}")]
    OtherAnalyst {
        /// Who it belongs to.
        found: KeyId,
        /// Who was pinned.
        expected: KeyId,
    },
    /// The server is not the one that was pinned.
    #[error("the server is {found}, not {expected}")]
    OtherServer {
        /// Who it is.
        found: KeyId,
        /// Who was pinned.
        expected: KeyId,
    },
    /// The manifest demands fewer parties than the person does.
    #[error("a result may be revealed of {found} parties, fewer than the {expected} demanded")]
    TooFewDemanded {
        /// The manifest's minimum.
        found: u64,
        /// The person's.
        expected: u64,
    },
    /// The computation takes no submissions.
    #[error("computation {name} takes no submissions{}", explain(*.phase))]
    NotOpen {
        /// The computation's name.
        name: ComputationName,
        /// Its state.
        phase: Phase,
    },
    /// The computation is for the invited.
    #[error("computation {name} is for the invited: a link is needed")]
    NotInvited {
        /// The computation's name.
        name: ComputationName,
    },
    /// The computation has no invitations.
    #[error("computation {name} is open to everybody: the link's secret is not for it")]
    InvitedToOpen {
        /// The computation's name.
        name: ComputationName,
    },
    /// The data does not fit.
    #[error(transparent)]
    Measurement(#[from] MeasurementError),
    /// The server said no.
    #[error("{0}")]
    Refused(Refusal),
    /// The server broke the protocol.
    #[error(transparent)]
    Misbehaviour(#[from] Misbehaviour),
}

/// What a state means for somebody who wants to submit.
fn explain(phase: Phase) -> &'static str {
    match phase {
        Phase::Open => "",
        Phase::Paused => ": the analyst has paused it",
        Phase::Closed => ": it is closed",
        Phase::Frozen => ": the analyst is revealing it",
        Phase::Revealed | Phase::Ended | Phase::Purged => ": it is over",
    }
}

#[derive(Debug)]
enum State {
    Looking(Box<Request>),
    Finding(Box<Sought>),
    Saving(Box<Unsent>),
    Sending(Box<Unsent>),
}

/// The machine. On every (re)connection send [`Self::connected`], then hand in every message.
#[derive(Debug)]
pub struct PartySession {
    state: State,
    announced: Option<Announced>,
}

impl PartySession {
    /// Begins.
    #[must_use]
    pub fn new(plan: PartyPlan) -> Self {
        let state = match plan {
            PartyPlan::Submit(request) => State::Looking(request),
            PartyPlan::Resend(unsent) => State::Sending(unsent),
            PartyPlan::Find(sought) => State::Finding(sought),
        };
        Self {
            state,
            announced: None,
        }
    }

    /// What the analyst's notices say of the computation, once it was found.
    #[must_use]
    pub fn announced(&self) -> Option<Announced> {
        self.announced
    }

    /// What to send on a new connection: the server answers in order, so nothing waits for an
    /// answer that it does not need.
    #[must_use]
    pub fn connected(&self) -> Vec<ClientMessage> {
        let next = match &self.state {
            State::Looking(request) => Some(request.sought.lookup()),
            State::Finding(sought) => Some(sought.lookup()),
            State::Saving(_) => None,
            State::Sending(unsent) => Some(ClientMessage::Submit(unsent.submission.clone())),
        };
        [ClientMessage::Hello { version: VERSION }]
            .into_iter()
            .chain(next)
            .collect()
    }

    /// Takes a message of the server.
    pub fn received(
        &mut self,
        message: ServerMessage,
        rng: &mut impl CryptoRng,
    ) -> Result<PartyStep, PartyError> {
        match (message, &self.state) {
            // What another server says of this submission means nothing.
            (ServerMessage::Welcome { server, .. }, State::Sending(unsent)) => {
                unsent.check_server(server.key_id())?;
                Ok(PartyStep::Continue)
            }
            (ServerMessage::Welcome { .. }, _) => Ok(PartyStep::Continue),
            (ServerMessage::Waiting {}, State::Looking(_) | State::Finding(_)) => {
                Ok(PartyStep::Waiting)
            }
            (ServerMessage::Computation(standing), State::Finding(sought)) => {
                let (terms, announced) = sought.check(&standing)?;
                self.announced = Some(announced);
                Ok(PartyStep::Found(Box::new(terms)))
            }
            (ServerMessage::Computation(standing), State::Looking(request)) => {
                let (unsent, announced) = request.seal(*standing, rng)?;
                let unsent = Box::new(unsent);
                self.announced = Some(announced);
                self.state = State::Saving(unsent.clone());
                Ok(PartyStep::Save(unsent))
            }
            (ServerMessage::Receipt(receipt), State::Sending(unsent)) => {
                unsent.check(&receipt)?;
                Ok(PartyStep::Done(receipt))
            }
            (ServerMessage::Error(refusal), _) => Err(PartyError::Refused(refusal)),
            _ => Err(Misbehaviour::Unexpected.into()),
        }
    }

    /// The submission is on the disk: now it may be sent.
    pub fn saved(&mut self) -> Option<ClientMessage> {
        let State::Saving(unsent) = &self.state else {
            return None;
        };
        let message = ClientMessage::Submit(unsent.submission.clone());
        self.state = State::Sending(unsent.clone());
        Some(message)
    }
}

impl Sought {
    fn lookup(&self) -> ClientMessage {
        ClientMessage::Lookup {
            which: self.which.clone(),
            wait: true,
        }
    }

    /// Checks a computation before a byte of data leaves.
    fn check(&self, standing: &Standing) -> Result<(Terms, Announced), PartyError> {
        let (terms, announced) = self.recognise(standing)?;
        if !standing.phase.takes_submissions() {
            let name = terms.manifest.name.clone();
            return Err(PartyError::NotOpen {
                name,
                phase: standing.phase,
            });
        }
        Ok((terms, announced))
    }

    /// Checks that a computation is the one that is sought, whether it takes submissions or not, and
    /// that its analyst led it to where it stands.
    pub fn agree(&self, standing: &Standing) -> Result<Terms, PartyError> {
        self.recognise(standing).map(|(terms, _)| terms)
    }

    fn recognise(&self, standing: &Standing) -> Result<(Terms, Announced), PartyError> {
        let terms = Terms::agreed(&standing.manifest).map_err(Misbehaviour::from)?;
        let asked_for = match &self.which {
            Which::Name(name) => *name == terms.manifest.name,
            Which::Fingerprint(fingerprint) => *fingerprint == terms.fingerprint,
        };
        if !asked_for {
            return Err(Misbehaviour::OtherComputation.into());
        }
        self.pins.check(&terms)?;
        let announced = Announced::by(&terms, &standing.notices)?;
        announced.lead_to(standing.phase)?;
        Ok((terms, announced))
    }
}

impl Request {
    fn seal(
        &self,
        standing: Standing,
        rng: &mut impl CryptoRng,
    ) -> Result<(Unsent, Announced), PartyError> {
        let (terms, announced) = self.sought.check(&standing)?;
        terms.scheme.check(&self.measurement)?;
        let party = (*self.keys.public()).into();
        let invitation = Ticket::admission(self.ticket.as_ref(), &terms, &party)?;
        let submission =
            Submission::seal(&terms, &self.keys, self.sequence, &self.measurement, rng)?
                .admitted(invitation);
        let unsent = Unsent {
            manifest: standing.manifest,
            terms,
            submission,
        };
        Ok((unsent, announced))
    }
}

impl Pins {
    fn check(&self, terms: &Terms) -> Result<(), PartyError> {
        let manifest = &terms.manifest;
        if let Some(pin) = &self.fingerprint
            && !pin.matches(&terms.fingerprint)
        {
            let name = manifest.name.clone();
            return Err(PartyError::OtherFingerprint { name });
        }
        let (analyst, server) = (manifest.analyst.key_id(), manifest.server.identity.key_id());
        if let Some(expected) = self.analyst.filter(|pinned| *pinned != analyst) {
            return Err(PartyError::OtherAnalyst {
                found: analyst,
                expected,
            });
        }
        if let Some(expected) = self.server.filter(|pinned| *pinned != server) {
            return Err(PartyError::OtherServer {
                found: server,
                expected,
            });
        }
        let of_form = terms.scheme.form().and_then(Form::fewest_shown);
        let found = manifest.min_parties.min(of_form.unwrap_or(u64::MAX));
        if let Some(expected) = self.min_parties.filter(|pinned| found < *pinned) {
            return Err(PartyError::TooFewDemanded { found, expected });
        }
        Ok(())
    }
}

impl Unsent {
    /// Whether a server is the one that the submission was sealed for.
    fn check_server(&self, found: KeyId) -> Result<(), PartyError> {
        let expected = self.terms.manifest.server.identity.key_id();
        if found == expected {
            Ok(())
        } else {
            Err(PartyError::OtherServer { found, expected })
        }
    }

    /// Whether a receipt is for this very submission.
    fn check(&self, signed: &Signed<Receipt>) -> Result<(), Misbehaviour> {
        let submission = &self.submission;
        let receipt = signed
            .open(&self.terms.manifest.server.identity.signing_key)
            .map_err(|_| Misbehaviour::Unproven("receipt"))?;
        let holds = receipt.fingerprint == submission.fingerprint
            && receipt.party_key == submission.party_key
            && receipt.sequence == submission.sequence
            && receipt.submission_hash == submission.hash();
        if holds {
            Ok(())
        } else {
            Err(Misbehaviour::Unproven("receipt"))
        }
    }
}
