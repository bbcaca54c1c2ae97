//! Exit codes, and what is said with them.

use std::process::ExitCode;

use num_bigint::Sign;

use super::{command, dates};
use crate::client::{ClientError, Distrust};
use crate::files::keyfile::KeyFileError;
use crate::manifest::{ManifestError, Phase};
use crate::measurement::MeasurementError;
use crate::protocol::{ErrorCode, Refusal};
use crate::publication::PublicationError;
use crate::session::{AnalystError, PartyError};

/// How a program ends, where it does not end well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// It failed.
    Failed = 1,
    /// It was asked for something that makes no sense.
    Usage = 2,
    /// The server cannot be reached (`EX_UNAVAILABLE`).
    Unreachable = 69,
    /// Not yet: try again later (`EX_TEMPFAIL`).
    NotReady = 75,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// What failed, and what may help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) exit: Exit,
    /// Stable, for programs.
    pub(super) code: String,
    /// What failed, with the name that the person gave.
    pub(super) message: String,
    /// The command or setting that helps.
    pub(super) hint: Option<String>,
}

impl Failure {
    pub(super) fn new(exit: Exit, code: &str, message: impl Into<String>) -> Self {
        Self {
            exit,
            code: code.to_owned(),
            message: message.into(),
            hint: None,
        }
    }

    pub(super) fn failed(message: impl Into<String>) -> Self {
        Self::new(Exit::Failed, "failed", message)
    }

    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, "usage", message)
    }

    /// A key file cannot be used.
    pub(super) fn keys(error: &KeyFileError) -> Self {
        Self::new(Exit::Failed, "keys_unusable", error.to_string()).hint_if(error.hint())
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// A hint where there may be none.
    pub(super) fn hint_if(self, hint: Option<impl Into<String>>) -> Self {
        match hint {
            Some(hint) => self.hint(hint),
            None => self,
        }
    }
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        let message = error.to_string();
        match error {
            ClientError::Unreachable { url, .. } => {
                Self::new(Exit::Unreachable, "unreachable", message)
                    .hint(format!("start it with: {}", command::server(&url)))
            }
            ClientError::OtherProtocol { url, .. } => {
                let hint = if url.is_secure() {
                    "the server has TLS only if it is started with --tls-cert and --tls-key"
                } else {
                    "if the server has TLS: use wss:// in its address"
                };
                Self::new(Exit::Failed, "other_protocol", message).hint(hint)
            }
            ClientError::Untrusted { why, .. } => {
                Self::new(Exit::Failed, "untrusted_certificate", message).hint(distrusted(why))
            }
            ClientError::Roots(_) => Self::new(Exit::Failed, "ca_cert_unusable", message)
                .hint("name a file of certificates in PEM with --ca-cert FILE"),
            ClientError::Lost | ClientError::TimedOut => {
                Self::new(Exit::Unreachable, "connection_lost", message)
                    .hint("run the same command again: nothing is lost")
            }
            ClientError::NotReady(_) => {
                Self::new(Exit::NotReady, "not_ready", message).hint(opened_with(""))
            }
            ClientError::Refused(refusal) if refusal.code == ErrorCode::TooFewParties => {
                let code = refusal.code.to_string();
                Self::new(Exit::NotReady, &code, too_few(&refusal))
                    .hint("try again when more have submitted")
            }
            ClientError::Refused(refusal) if refusal.code == ErrorCode::TooEarly => {
                let left = refusal.need.unwrap_or(0);
                let opens_at = dates::shown(dates::in_about(left));
                let message = format!("submissions are not taken before {opens_at}");
                Self::new(Exit::NotReady, &refusal.code.to_string(), message).hint("try again then")
            }
            ClientError::Refused(refusal) if refusal.code == ErrorCode::TakeoverWaiting => {
                let code = refusal.code.to_string();
                let left = in_time(refusal.need.unwrap_or(0));
                let message = format!(
                    "another device has submitted with this link; this one may take its place {left}"
                );
                Self::new(Exit::NotReady, &code, message)
            }
            ClientError::Refused(refusal) => {
                let exit = match refusal.code {
                    ErrorCode::NotCommitted | ErrorCode::NotFrozen | ErrorCode::NotPublished => {
                        Exit::NotReady
                    }
                    code if code.is_passing() => Exit::NotReady,
                    _ => Exit::Failed,
                };
                Self::new(exit, &refusal.code.to_string(), refusal.shown())
                    .hint_if(refusal_hint(refusal.code))
            }
            ClientError::Party(error) => party(&error, message),
            ClientError::Analyst(error) => analyst(&error, message),
            ClientError::Misbehaviour(_) => Self::new(Exit::Failed, "server_misbehaved", message)
                .hint("do not trust this server with data; its operator should see this message"),
            ClientError::Publication(error) => {
                let hint = match error {
                    PublicationError::InvitationNeeded => {
                        Some("give the whole link that you were invited with")
                    }
                    PublicationError::ForAnalyst => Some("ask the analyst for it"),
                    PublicationError::Unopenable => None,
                    PublicationError::Unproven | PublicationError::OtherResult => {
                        Some("do not rely on what is published; the others should see this message")
                    }
                };
                Self::new(Exit::Failed, "publication_unusable", message).hint_if(hint)
            }
            ClientError::Cancelled => Self::new(Exit::Failed, "cancelled", message),
            ClientError::Fate(_) => Self::new(Exit::Failed, "receipt_invalid", message),
            _ => Self::failed(message),
        }
    }
}

/// What helps where a certificate is not accepted. Never to go on without one.
fn distrusted(why: Distrust) -> &'static str {
    match why {
        Distrust::Expired => "the server's operator must renew it; check this machine's clock too",
        Distrust::NotYetValid => "check this machine's clock",
        Distrust::OtherName => "use the name in the address that the certificate is for",
        Distrust::UnknownIssuer => {
            "if your organisation has a CA of its own, name its certificate with --ca-cert FILE; \
             otherwise do not trust this server"
        }
        Distrust::OfCa => "the server's operator must sign one for the server with it",
        Distrust::Revoked | Distrust::Invalid => "do not trust this server",
    }
}

/// A time that is left, in the largest unit that it has some of; rounded up, so that it is not too
/// early then.
fn in_time(seconds: u64) -> String {
    let units = [
        (86_400, "day"),
        (3_600, "hour"),
        (60, "minute"),
        (1, "second"),
    ];
    // Two at least, so that rounding up adds no half.
    let many = |length: u64| seconds >= length.saturating_mul(2);
    let unit = units.into_iter().find(|(length, _)| many(*length));
    let (length, name) = unit.unwrap_or((1, "second"));
    match seconds.div_ceil(length) {
        1 => format!("in 1 {name}"),
        count => format!("in {count} {name}s"),
    }
}

/// What is missing for a reveal.
pub(super) fn too_few(refusal: &Refusal) -> String {
    let need = refusal.need.unwrap_or(1);
    let Some(have) = refusal.have else {
        return match need {
            1 => "nobody has submitted".to_owned(),
            need => format!("fewer than {need} parties have submitted"),
        };
    };
    let missing = need.saturating_sub(have);
    let parties = if need == 1 {
        "party has"
    } else {
        "parties have"
    };
    format!("{have} of {need} {parties} submitted: {missing} more needed")
}

/// For a round that takes no submissions any more.
const NOT_OPEN: &str = "ask the analyst for the link or the fingerprint of a round that is open: each round has its own";

/// What opens a computation.
fn opened_with(arguments: &str) -> String {
    let command = command::command("analyst", arguments);
    format!("the analyst opens it with: {command}")
}

fn refusal_hint(code: ErrorCode) -> Option<String> {
    if code == ErrorCode::UnknownComputation {
        return Some(opened_with("--computation NAME"));
    }
    if code == ErrorCode::AnalystNotAllowed {
        let command = command::command("analyst", "keys show");
        return Some(format!(
            "ask the server's operator to allow your key id, which this shows: {command}"
        ));
    }
    let hint = match code {
        ErrorCode::ComputationFull => Some("the analyst set the limit with --max-parties"),
        ErrorCode::ClosedByDate => Some("ask the analyst for a later date"),
        ErrorCode::Purged => Some("nothing more can be done with this round"),
        ErrorCode::NotOpen => Some(NOT_OPEN),
        ErrorCode::NotCommitted | ErrorCode::NotFrozen | ErrorCode::NotPublished => {
            Some("try again after the analyst has revealed the result")
        }
        ErrorCode::InvitationRequired => {
            Some("use the link that you were sent: --link URL; or ask the analyst for one")
        }
        ErrorCode::InvitationUnknown | ErrorCode::InvitationInvalid => {
            Some("was the link copied whole? If it was, ask the analyst for a new one")
        }
        ErrorCode::InvitationUnexpected => Some("leave --link out: everybody may submit there"),
        ErrorCode::InvitationRevoked | ErrorCode::InvitationExpired => {
            Some("ask the analyst for a new link")
        }
        ErrorCode::InvitationInUse => Some(
            "if that was you, correct it in the folder where you did it and where its receipt is, or add \
             --take-over to go on with this device; if not, tell the analyst",
        ),
        ErrorCode::TakeoverRefused => Some(
            "ask for its consent: input-party release, on the device that uses the link; where \
                 another device took this one's place, come back as a new one: the link with another \
                 --receipt FILE",
        ),
        ErrorCode::CohortFixed => Some(
            "choose the group that the analyst has invited you for, or ask it for another link",
        ),
        ErrorCode::TooManyInvitations => Some("the limit was set with --max-parties"),
        ErrorCode::InvitationsInvalid => Some("run the same command again; nobody was invited"),
        ErrorCode::RolledBack => {
            Some("the server was restored from an old backup; collect again under another name")
        }
        ErrorCode::TooManyComputations => Some("the server's operator must make room"),
        _ => None,
    };
    hint.map(str::to_owned)
}

fn party(error: &PartyError, message: String) -> Failure {
    let (code, hint) = match error {
        PartyError::OtherFingerprint { .. } => (
            "other_fingerprint",
            "ask the analyst for the fingerprint of this round",
        ),
        PartyError::OtherAnalyst { .. } => (
            "other_analyst",
            "ask the analyst for the key id, over a way that you trust",
        ),
        PartyError::OtherServer { .. } => {
            ("other_server", "ask the server's operator for its key id")
        }
        PartyError::TooFewDemanded { .. } => (
            "too_few_demanded",
            "ask the analyst to start a computation with a higher minimum",
        ),
        PartyError::NotOpen {
            phase: Phase::Paused,
            ..
        } => ("not_open", "try again later; the analyst resumes it"),
        PartyError::NotOpen {
            phase: Phase::Closed,
            ..
        } => (
            "not_open",
            "ask the analyst whether submissions are taken again",
        ),
        PartyError::NotOpen { .. } => ("not_open", NOT_OPEN),
        PartyError::NotInvited { .. } => (
            "invitation_required",
            "use the link that you were sent: --link URL; or ask the analyst for one",
        ),
        PartyError::InvitedToOpen { .. } => (
            "invitation_unexpected",
            "leave the link out, or ask the analyst what it is for",
        ),
        PartyError::Measurement(MeasurementError::OutOfRange { min, .. })
            if min.sign() != Sign::Minus =>
        {
            (
                "out_of_range",
                "check the value and the unit; negative numbers need an analyst with --signed",
            )
        }
        PartyError::Measurement(MeasurementError::OtherKind(_)) => (
            "other_kind",
            "for a form: --print-template FILE.xlsx, then --file FILE.xlsx; or --ask",
        ),
        PartyError::Measurement(_) => ("out_of_range", "check the value and the unit"),
        _ => return Failure::failed(message),
    };
    Failure::new(Exit::Failed, code, message).hint(hint)
}

fn analyst(error: &AnalystError, message: String) -> Failure {
    match error {
        AnalystError::BelongsTo { .. } => Failure::new(Exit::Failed, "belongs_to_another", message),
        AnalystError::Differs { .. } => Failure::new(Exit::Failed, "settings_differ", message)
            .hint(
                "leave the flag out to go on as it is, reveal this round first, \
                 or collect under another name with --computation NAME",
            ),
        AnalystError::Settings(ManifestError::Policy(_)) => {
            Failure::new(Exit::Usage, "policy", message)
                .hint("add --access invited, or leave it out")
        }
        AnalystError::Settings(_) => {
            Failure::usage(message).hint("see which numbers there may be with --help")
        }
        AnalystError::Unknown(name) => Failure::new(Exit::NotReady, "unknown_computation", message)
            .hint(format!(
                "open it with: {}",
                command::command("analyst", &format!("--computation {name}"))
            )),
        _ => Failure::failed(message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_that_are_left_are_rounded_up() {
        for (seconds, shown) in [
            (0, "in 0 seconds"),
            (1, "in 1 second"),
            (119, "in 119 seconds"),
            (121, "in 3 minutes"),
            (86_399, "in 24 hours"),
            (90_000, "in 25 hours"),
            (172_801, "in 3 days"),
        ] {
            assert_eq!(in_time(seconds), shown);
        }
    }
}
