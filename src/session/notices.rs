//! What the analyst's notices of a computation come to.

use super::Misbehaviour;
use crate::manifest::{Action, Dates, Notice, Phase, Terms};
use crate::record::Signed;

/// What all notices of a computation together say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Announced {
    /// The state that they lead to; what comes after the freeze is no matter of notices.
    pub phase: Phase,
    /// How many invitations there are.
    pub invitations: u64,
    /// From when until when submissions are taken.
    pub dates: Dates,
}

impl Announced {
    /// Checks that all are the analyst's, one after the other, each allowed after the one before.
    pub fn by(terms: &Terms, notices: &[Signed<Notice>]) -> Result<Self, Misbehaviour> {
        let analyst = &terms.manifest.analyst.signing_key;
        let mut announced = Self {
            phase: Phase::Open,
            invitations: 0,
            dates: Dates::default(),
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
        if !action.makes_sense() {
            return None;
        }
        self.phase = match (action, self.phase) {
            // It was over by then, which is no matter of notices.
            (Action::Purge, Phase::Frozen) => Phase::Purged,
            _ => action.leads_to(self.phase)?,
        };
        match action {
            Action::Invite { count, .. } => {
                self.invitations = self.invitations.checked_add(count)?;
            }
            Action::Schedule(dates) => self.dates = dates,
            _ => {}
        }
        Some(self)
    }

    /// Checks that the state which a server shows is one that the notices can have led to: up to the
    /// freeze, and for the purge, only they change it.
    pub fn lead_to(&self, shown: Phase) -> Result<(), Misbehaviour> {
        let is_possible = match shown {
            Phase::Revealed | Phase::Ended => self.phase == Phase::Frozen,
            _ => self.phase == shown,
        };
        if is_possible {
            Ok(())
        } else {
            Err(Misbehaviour::Unproven("state of the computation"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::World;

    /// What these notices come to, each following the one before.
    fn announced(world: &World, actions: &[Action]) -> Result<Announced, Misbehaviour> {
        Announced::by(&world.terms, &chain(world, actions))
    }

    fn chain(world: &World, actions: &[Action]) -> Vec<Signed<Notice>> {
        let mut notices: Vec<Signed<Notice>> = Vec::new();
        for (number, action) in (1..).zip(actions) {
            let last = notices.last();
            let notice = Notice::following(world.terms.fingerprint, last, number, *action);
            notices.push(Signed::sign(&notice, &world.analyst.signing));
        }
        notices
    }

    const CLOSES: Dates = Dates {
        opens_at: None,
        closes_at: Some(100),
    };

    #[test]
    fn the_last_dates_hold() {
        let world = World::new(1);
        let opens = Dates {
            opens_at: Some(50),
            closes_at: Some(60),
        };
        let actions = [
            Action::Schedule(opens),
            Action::Pause,
            Action::Schedule(CLOSES),
        ];
        let all = announced(&world, &actions).unwrap();
        assert_eq!((all.phase, all.dates), (Phase::Paused, CLOSES));
        let turned = Dates {
            opens_at: Some(60),
            closes_at: Some(50),
        };
        assert!(announced(&world, &[Action::Schedule(turned)]).is_err());
        assert!(announced(&world, &[Action::Freeze, Action::Schedule(CLOSES)]).is_err());
    }

    #[test]
    fn a_purge_comes_after_the_freeze() {
        let world = World::new(1);
        let purged = announced(&world, &[Action::Freeze, Action::Purge]).unwrap();
        assert_eq!(purged.lead_to(Phase::Purged), Ok(()));
        assert!(purged.lead_to(Phase::Revealed).is_err());
        assert!(announced(&world, &[Action::Purge]).is_err());
        assert!(announced(&world, &[Action::Freeze, Action::Purge, Action::Purge]).is_err());
    }

    #[test]
    fn a_state_that_no_notice_leads_to_is_refused() {
        let world = World::new(1);
        let open = announced(&world, &[]).unwrap();
        assert_eq!(open.lead_to(Phase::Open), Ok(()));
        for forged in [Phase::Paused, Phase::Closed, Phase::Frozen, Phase::Revealed] {
            assert!(open.lead_to(forged).is_err(), "{forged:?}");
        }
        let frozen = announced(&world, &[Action::Freeze]).unwrap();
        for possible in [Phase::Frozen, Phase::Revealed, Phase::Ended] {
            assert_eq!(frozen.lead_to(possible), Ok(()));
        }
        assert!(frozen.lead_to(Phase::Open).is_err());
        assert!(frozen.lead_to(Phase::Purged).is_err());
    }

    #[test]
    fn a_notice_that_is_missing_or_not_the_analysts_is_noticed() {
        let world = World::new(1);
        let notices = chain(&world, &[Action::Pause, Action::Resume, Action::Close]);
        let by = |notices: &[Signed<Notice>]| Announced::by(&world.terms, notices);
        assert_eq!(by(&notices).unwrap().phase, Phase::Closed);
        assert_eq!(by(&notices[..2]).unwrap().phase, Phase::Open);
        let without_the_first = by(&notices[1..]);
        assert!(without_the_first.is_err());
        let twice = [notices[0].clone(), notices[0].clone()];
        assert!(by(&twice).is_err());
        let other = World::new(2);
        assert!(by(&chain(&other, &[Action::Pause])).is_err());
        let mut changed = notices;
        let body = String::from_utf8(changed[2].body.0.clone()).unwrap();
        changed[2].body.0 = body.replace("close", "pause").into_bytes();
        assert!(by(&changed).is_err());
    }
}
