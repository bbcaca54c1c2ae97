//! Which code stands for which error: those of `docs/PROTOCOL.md`, sections 13 and 16.

use web_mpc::client::ClientError;
#[cfg(feature = "analyst")]
use web_mpc::crypto::UnlockError;
#[cfg(any(feature = "party", feature = "after"))]
use web_mpc::files::receipt;
#[cfg(feature = "analyst")]
use web_mpc::files::{journal, keyfile};
use web_mpc::session::{AnalystError, PartyError};

use crate::failure::Failure;

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        let message = error.to_string();
        let passing = error.is_passing();
        let failure = match error {
            ClientError::Refused(refusal) => Self {
                have: refusal.have,
                need: refusal.need,
                ..Self::new(&refusal.code.to_string(), refusal.shown())
            },
            ClientError::Lost | ClientError::TimedOut => Self::new("connection_lost", message),
            ClientError::Party(error) => party(error, message),
            ClientError::Analyst(error) => analyst(error, message),
            ClientError::Misbehaviour(_) => Self::new("server_misbehaved", message),
            ClientError::Invitations(_) => Self::new("invitations_invalid", message),
            ClientError::Fate(_) => Self::new("receipt_invalid", message),
            ClientError::Cancelled => Self::new("cancelled", message),
            _ => Self::new("failed", message),
        };
        Self { passing, ..failure }
    }
}

#[cfg(feature = "party")]
impl From<PartyError> for Failure {
    fn from(error: PartyError) -> Self {
        ClientError::from(error).into()
    }
}

fn party(error: PartyError, message: String) -> Failure {
    match error {
        PartyError::OtherFingerprint { .. } => Failure::new("other_fingerprint", message),
        PartyError::OtherAnalyst { found, expected } => {
            Failure::new("other_analyst", message).of(found, expected)
        }
        PartyError::OtherServer { found, expected } => {
            Failure::new("other_server", message).of(found, expected)
        }
        PartyError::TooFewDemanded { found, expected } => Failure {
            have: Some(found),
            need: Some(expected),
            ..Failure::new("too_few_demanded", message)
        },
        PartyError::NotOpen { .. } => Failure::new("not_open", message),
        PartyError::NotInvited { .. } => Failure::new("invitation_required", message),
        PartyError::InvitedToOpen { .. } => Failure::new("invitation_unexpected", message),
        PartyError::Measurement(_) => Failure::new("out_of_range", message),
        _ => Failure::new("failed", message),
    }
}

fn analyst(error: AnalystError, message: String) -> Failure {
    match error {
        AnalystError::BelongsTo { owner, you, .. } => {
            Failure::new("belongs_to_another", message).of(owner, you)
        }
        AnalystError::Differs { .. } => Failure::new("settings_differ", message),
        AnalystError::Settings(_) => Failure::new("usage", message),
        AnalystError::Unknown(_) => Failure::new("unknown_computation", message),
        _ => Failure::new("failed", message),
    }
}

#[cfg(feature = "analyst")]
impl From<keyfile::KeyFileError> for Failure {
    fn from(error: keyfile::KeyFileError) -> Self {
        match error {
            keyfile::KeyFileError::Passphrase => Self::new("passphrase_needed", error),
            keyfile::KeyFileError::Locked(UnlockError::Wrong) => {
                Self::new("passphrase_wrong", error)
            }
            _ => Self::new("keys_unusable", error),
        }
    }
}

#[cfg(any(feature = "party", feature = "after"))]
impl From<receipt::ReceiptError> for Failure {
    fn from(error: receipt::ReceiptError) -> Self {
        Self::new("receipt_unusable", error)
    }
}

#[cfg(feature = "analyst")]
impl From<journal::JournalError> for Failure {
    fn from(error: journal::JournalError) -> Self {
        Self::new("journal_disagrees", error)
    }
}
