//! Notices: how the analyst changes a computation after its manifest was signed.

use serde::{Deserialize, Serialize};

use super::{Dates, Phase};
use crate::crypto::{Analyst, Tag, sha256};
use crate::ids::{Digest, Fingerprint};
use crate::record::{Record, Signed};

/// A change that the analyst makes to a computation: numbered from 1, each with the hash of the one
/// before, so that none can be left out, repeated or put in another order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// Which computation.
    pub fingerprint: Fingerprint,
    /// From 1, without gaps.
    pub number: u64,
    /// SHA-256 of the notice before; for the first one the fingerprint's bytes.
    pub previous: Digest,
    /// What changes.
    pub action: Action,
}

/// What a notice changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// Fixes the batch for ever.
    Freeze,
    /// Takes nothing for the moment.
    Pause,
    /// Takes submissions again.
    Resume,
    /// Takes nothing any more.
    Close,
    /// Sets from when until when submissions are taken, in place of what was set before.
    Schedule(Dates),
    /// Deletes what was submitted, once nothing more will come of it.
    Purge,
    /// Adds invitations, which travel beside the notice.
    Invite {
        /// How many.
        count: u64,
        /// Hash of the list.
        list: Digest,
    },
    /// Takes back those of some invitations that nobody has used; which, travels beside the notice.
    Revoke {
        /// How many are named.
        count: u64,
        /// Hash of the list of their keys.
        list: Digest,
    },
}

impl Action {
    /// The state afterwards of a computation that is in state `phase`; nothing where it is not
    /// allowed.
    #[must_use]
    pub fn leads_to(self, phase: Phase) -> Option<Phase> {
        match self.changes_to() {
            Some(next) => phase.may_become(next).then_some(next),
            None => (!phase.is_frozen()).then_some(phase),
        }
    }

    /// The state that it changes to; nothing for what leaves the state as it is.
    #[must_use]
    pub fn changes_to(self) -> Option<Phase> {
        match self {
            Self::Freeze => Some(Phase::Frozen),
            Self::Pause => Some(Phase::Paused),
            Self::Resume => Some(Phase::Open),
            Self::Close => Some(Phase::Closed),
            Self::Purge => Some(Phase::Purged),
            Self::Schedule(_) | Self::Invite { .. } | Self::Revoke { .. } => None,
        }
    }

    /// Whether what it says makes sense, whatever the computation.
    #[must_use]
    pub fn makes_sense(self) -> bool {
        match self {
            Self::Schedule(dates) => dates.make_sense(),
            _ => true,
        }
    }
}

impl Record for Notice {
    type Signer = Analyst;
    const TAG: Tag = Tag::NOTICE;
}

impl Notice {
    /// The notice that follows `last`.
    #[must_use]
    pub fn following(
        fingerprint: Fingerprint,
        last: Option<&Signed<Self>>,
        number: u64,
        action: Action,
    ) -> Self {
        let previous = last.map_or_else(
            || Digest::new(*fingerprint.as_bytes()),
            |notice| sha256(Tag::NOTICE_HASH, &[&notice.body.0]),
        );
        Self {
            fingerprint,
            number,
            previous,
            action,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_the_state_as_it_is_is_allowed_until_the_freeze() {
        let list = Digest::new([1; 32]);
        for action in [
            Action::Invite { count: 1, list },
            Action::Revoke { count: 1, list },
            Action::Schedule(Dates::default()),
        ] {
            for phase in [Phase::Open, Phase::Paused, Phase::Closed] {
                assert_eq!(action.leads_to(phase), Some(phase));
            }
            for phase in [Phase::Frozen, Phase::Revealed, Phase::Ended, Phase::Purged] {
                assert_eq!(action.leads_to(phase), None);
            }
        }
        assert_eq!(Action::Pause.leads_to(Phase::Open), Some(Phase::Paused));
        assert_eq!(Action::Pause.leads_to(Phase::Paused), None);
    }

    #[test]
    fn actions_are_pinned_to_their_text() {
        let list = Digest::new([0; 32]);
        let written = serde_json::to_string(&Action::Invite { count: 2, list }).unwrap();
        let expected = format!(r#"{{"invite":{{"count":2,"list":"{list}"}}}}"#);
        assert_eq!(written, expected);
        assert_eq!(
            serde_json::to_string(&Action::Freeze).unwrap(),
            r#""freeze""#
        );
        let dates = Dates {
            opens_at: None,
            closes_at: Some(1_800_000_000),
        };
        let text = r#"{"schedule":{"opens_at":null,"closes_at":1800000000}}"#;
        assert_eq!(
            serde_json::to_string(&Action::Schedule(dates)).unwrap(),
            text
        );
        assert_eq!(
            serde_json::from_str::<Action>(text).unwrap(),
            Action::Schedule(dates)
        );
        for other in [
            r#"{"schedule":{"opens_at":-1}}"#,
            r#"{"schedule":{"opens":1}}"#,
            r#""invite""#,
            r#"{"invite":{"count":2}}"#,
            r#"{"freeze":{}}"#,
            r#"{"thaw":null}"#,
        ] {
            assert!(serde_json::from_str::<Action>(other).is_err(), "{other}");
        }
    }
}
