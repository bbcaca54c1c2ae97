//! The analyst's own view of its invitations: who is invited, with the keys that their links hold.

use std::collections::{HashSet, VecDeque};

use super::{Joined, Misbehaviour};
use crate::crypto::{Analyst, Identity, Invitation, SigningKeyPair};
use crate::ids::{ComputationName, Digest, Fingerprint};
use crate::invitation::{InvitationList, Link, ParseLinkError, Person, invitation_keys, list_hash};
use crate::manifest::{Action, Terms};
use crate::protocol::{ClientMessage, RosterList};

/// Somebody who is invited.
#[derive(Debug, Clone)]
pub struct Invitee {
    /// From 0 through the computation.
    pub number: u64,
    /// What the link holds.
    pub keys: SigningKeyPair<Invitation>,
    /// Who it is.
    pub person: Person,
    /// The option that is fixed in each dimension, or nothing in one; empty where none is fixed.
    pub cohorts: Vec<Option<u32>>,
    /// When it can no longer be used for the first time, in seconds since 1970.
    pub expires: Option<u64>,
    /// Whether the analyst has revoked it, with or without effect.
    pub revoked: bool,
}

impl Invitee {
    /// The link that this person is sent.
    pub fn link(
        &self,
        origin: &str,
        computation: &ComputationName,
        fingerprint: &Fingerprint,
    ) -> Result<Link, ParseLinkError> {
        let keys = self.keys.clone();
        Link::new(origin, computation.clone(), *fingerprint, Some(keys))
    }
}

/// The machine: as long as there is a [`Self::question`], ask it and hand in the answer.
#[derive(Debug)]
pub struct Roster<'a> {
    terms: &'a Terms,
    identity: &'a Identity<Analyst>,
    /// The notices whose lists are due: number, count and hash.
    due: VecDeque<(u64, u64, Digest)>,
    after: u64,
    invitees: Vec<Invitee>,
}

impl<'a> Roster<'a> {
    /// All invitations of a computation.
    #[must_use]
    pub fn of(joined: &'a Joined, identity: &'a Identity<Analyst>) -> Self {
        let analyst = identity.signing.public();
        let notices = (1_u64..).zip(&joined.standing.notices);
        let due = notices.filter_map(|(number, signed)| match signed.open(analyst).ok()?.action {
            Action::Invite { count, list } => Some((number, count, list)),
            _ => None,
        });
        Self {
            terms: &joined.terms,
            identity,
            due: due.collect(),
            after: 0,
            invitees: Vec::new(),
        }
    }

    /// What to ask next; nothing when everything is there.
    #[must_use]
    pub fn question(&self) -> Option<ClientMessage> {
        let after = self.after;
        (!self.due.is_empty()).then_some(ClientMessage::Roster { after })
    }

    /// Takes the server's answer. Every list must be the one that the analyst's notice names.
    pub fn answered(&mut self, lists: &[RosterList]) -> Result<(), Misbehaviour> {
        const UNPROVEN: Misbehaviour = Misbehaviour::Unproven("list of invitations");
        if lists.is_empty() {
            return Err(UNPROVEN);
        }
        for list in lists {
            let Some((number, count, hash)) = self.due.pop_front() else {
                return Err(UNPROVEN);
            };
            let read = InvitationList::read(&list.list, self.terms).map_err(|_| UNPROVEN)?;
            let same = list.notice == number
                && list_hash(&list.list) == hash
                && u64::try_from(read.invitations.len()) == Ok(count)
                && u64::try_from(self.invitees.len()) == Ok(read.first);
            let people = read.people(&self.identity.boxes).filter(|_| same);
            let numbers = read.first..read.first.saturating_add(count);
            let revoked: HashSet<u64> = list.revoked.iter().copied().collect();
            // Each once, of this list: the server's word is bounded by what the analyst signed.
            let named = revoked.len() == list.revoked.len()
                && revoked.iter().all(|number| numbers.contains(number));
            let people = people.filter(|_| named).ok_or(UNPROVEN)?;
            self.add(read, people, &revoked);
            self.after = number;
        }
        Ok(())
    }

    fn add(&mut self, list: InvitationList, people: Vec<Person>, revoked: &HashSet<u64>) {
        let (boxes, fingerprint) = (&self.identity.boxes, &self.terms.fingerprint);
        let entries = (list.first..).zip(list.invitations).zip(people);
        let invitees = entries.map(|((number, invited), person)| Invitee {
            number,
            keys: invitation_keys(boxes, fingerprint, number),
            person,
            cohorts: invited.cohorts,
            expires: invited.expires,
            revoked: revoked.contains(&number),
        });
        self.invitees.extend(invitees);
    }

    /// Everybody, in the order of their numbers.
    #[must_use]
    pub fn invitees(self) -> Vec<Invitee> {
        self.invitees
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::{Batch, InvitationCounts};
    use crate::fixtures::World;
    use crate::ids::Blob;
    use crate::invitation::{NewInvitation, key_of, lists};
    use crate::manifest::{Access, Notice, Phase};
    use crate::protocol::Standing;
    use crate::record::Signed;

    /// A computation with two lists, as its server shows it, and what the server answers.
    fn invited() -> (World, Joined, Vec<RosterList>) {
        let mut world = World::with(21, |manifest| manifest.access = Access::Invited);
        let mut standing = Standing {
            manifest: world.manifest.clone(),
            phase: Phase::Open,
            notices: Vec::new(),
            batch: None,
            commit: None,
            result: None,
        };
        let mut shown = Vec::new();
        for (number, first, count) in [(1, 0, 2), (2, 2, 1)] {
            let people = vec![NewInvitation::default(); count];
            let boxes = &world.analyst.boxes;
            let made = lists(&world.terms, boxes, first, &people, &mut world.rng).unwrap();
            let list = made[0].write();
            let action = Action::Invite {
                count: count as u64,
                list: list_hash(&list),
            };
            let before = standing.notices.last();
            let notice = Notice::following(world.terms.fingerprint, before, number, action);
            let signed = Signed::sign(&notice, &world.analyst.signing);
            standing.notices.push(signed);
            shown.push(RosterList {
                notice: number,
                list,
                revoked: vec![first],
            });
        }
        let joined = Joined::new(world.terms.clone(), standing, None, &world.analyst).unwrap();
        (world, joined, shown)
    }

    #[test]
    fn the_keys_alone_make_all_links_again() {
        let (world, joined, shown) = invited();
        let mut roster = Roster::of(&joined, &world.analyst);
        let first = ClientMessage::Roster { after: 0 };
        assert_eq!(roster.question(), Some(first));
        roster.answered(&shown[..1]).unwrap();
        assert_eq!(roster.question(), Some(ClientMessage::Roster { after: 1 }));
        roster.answered(&shown[1..]).unwrap();
        assert_eq!(roster.question(), None);
        let invitees = roster.invitees();
        let numbers: Vec<_> = invitees
            .iter()
            .map(|one| (one.number, one.revoked))
            .collect();
        assert_eq!(numbers, [(0, true), (1, false), (2, true)]);
        let (name, fingerprint) = (&world.terms.manifest.name, &world.terms.fingerprint);
        let link = invitees[2].link("http://host", name, fingerprint).unwrap();
        let again = invitation_keys(&world.analyst.boxes, fingerprint, 2);
        assert_eq!(
            link.invitation.map(|keys| key_of(&keys)),
            Some(key_of(&again))
        );
    }

    #[test]
    fn a_server_can_neither_change_nor_withhold_a_list() {
        let (world, joined, shown) = invited();
        let refused = |lists: &[RosterList]| {
            let mut roster = Roster::of(&joined, &world.analyst);
            assert!(roster.answered(lists).is_err());
        };
        refused(&[]);
        refused(&shown[1..]);
        refused(&[shown[1].clone(), shown[0].clone()]);
        refused(&[shown[0].clone(), shown[1].clone(), shown[1].clone()]);
        let mut renumbered = shown[0].clone();
        renumbered.notice = 2;
        refused(&[renumbered]);
        for revoked in [vec![3], vec![u64::MAX], vec![0, 0]] {
            let mut other = shown[0].clone();
            other.revoked = revoked;
            refused(&[other]);
        }
        let mut changed = shown[0].clone();
        changed.list = Blob([&changed.list.0[..], b" "].concat());
        refused(&[changed]);
    }

    #[test]
    fn a_batch_has_as_many_parties_as_invitations_explain() {
        let (world, joined, _) = invited();
        let good = InvitationCounts {
            near_round: None,
            made: 3,
            revoked: 1,
            used: 2,
            withdrawn: 1,
            takeovers: 7,
        };
        let check = |parties, invitations| {
            let batch = Batch {
                fingerprint: world.terms.fingerprint,
                parties,
                root: Digest::new([1; 32]),
                invitations,
            };
            joined
                .check_batch(&Signed::sign(&batch, &world.server.signing))
                .is_ok()
        };
        assert!(check(1, Some(good)));
        assert!(!check(1, None));
        assert!(!check(2, Some(good)), "more parties than invitations used");
        assert!(!check(0, Some(good)), "fewer");
        let changed = |change: fn(&mut InvitationCounts)| {
            let mut counts = good;
            change(&mut counts);
            Some(counts)
        };
        assert!(
            !check(1, changed(|counts| counts.made = 2)),
            "fewer than announced"
        );
        assert!(
            !check(1, changed(|counts| counts.made = 10_000)),
            "more than allowed"
        );
        assert!(!check(
            4,
            changed(|counts| (counts.used, counts.withdrawn) = (4, 0))
        ));
        assert!(!check(1, changed(|counts| counts.withdrawn = 3)));
        assert!(!check(1, changed(|counts| counts.revoked = 4)));
    }
}
