//! What the analyst's notices of a computation come to.

use super::Misbehaviour;
use crate::manifest::{Action, Notice, Phase, Terms};
use crate::record::Signed;

/// What all notices of a computation together say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Announced {
    /// The state that they lead to; what comes after the freeze is no matter of notices.
    pub phase: Phase,
    /// How many invitations there are.
    pub invitations: u64,
}

impl Announced {
    /// Checks that all are the analyst's, one after the other, each allowed after the one before.
    pub fn by(terms: &Terms, notices: &[Signed<Notice>]) -> Result<Self, Misbehaviour> {
        let analyst = &terms.manifest.analyst.signing_key;
        let mut announced = Self {
            phase: Phase::Open,
            invitations: 0,
        };
        let mut last = None;
        for (number, signed) in (1_u64..).zip(notices) {
            let due = |notice: &Notice| {
                *notice == Notice::following(terms.fingerprint, last, number, notice.action)
            };
            let notice = signed.open(analyst).ok().filter(due);
            announced = notice
                .and_then(|notice| announced.with(notice.action))
                .ok_or(Misbehaviour::Unproven("list of notices"))?;
            last = Some(signed);
        }
        Ok(announced)
    }

    /// The same after one more notice; nothing where it is not allowed.
    #[must_use]
    pub fn with(mut self, action: Action) -> Option<Self> {
        self.phase = action.leads_to(self.phase)?;
        if let Action::Invite { count, .. } = action {
            self.invitations = self.invitations.checked_add(count)?;
        }
        Some(self)
    }
}
