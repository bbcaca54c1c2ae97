//! The analyst's own view of its invitations: who is invited, with the keys that their links hold.

use std::collections::VecDeque;

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
            self.add(read, people.ok_or(UNPROVEN)?, &list.revoked);
            self.after = number;
        }
        Ok(())
    }

    fn add(&mut self, list: InvitationList, people: Vec<Person>, revoked: &[u64]) {
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
