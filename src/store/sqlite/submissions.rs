//! Taking a submission, in the writer's order: what it is judged by, and what is written of it.

use rusqlite::Connection;

use super::book::{self, Book};
use super::desk::Desk;
use super::invitations::{self, Verdict};
use super::rows::{Current, State, Version};
use super::tags::Key;
use super::{tracked, withdrawals};
use crate::ids::Fingerprint;
use crate::store::{
    Happening, NewAdmission, NotAdmitted, Result, StoreError, StoredSubmission, Submitted,
    TrackedAt,
};
use crate::tracking::Change;

/// How many party keys there may be for each party that the manifest allows, those that have left
/// too: everybody may lose a receipt after a withdrawal once, and nobody can fill a disk by leaving.
const KEYS_PER_PLACE: u64 = 2;

/// A submission that has come.
struct Coming<'a> {
    connection: &'a Connection,
    new: &'a StoredSubmission,
    admission: Option<&'a NewAdmission>,
    /// The earliest time grain in which it may be written down.
    told: u64,
}

/// How a submission that is taken goes in.
struct Entry {
    /// Under which tags its keys go.
    tags: [u64; 2],
    /// What its invitation does for it.
    verdict: Verdict,
    /// The party's own row, whatever has become of it.
    older: Option<Version>,
    /// The row that counts of the device in whose place it comes.
    replaced: Option<Version>,
}

/// What is stored or why nothing is.
type Outcome<T> = std::result::Result<T, Submitted>;

impl Desk {
    /// Checks in the order of [`Store::submit`](crate::store::Store::submit), and stores.
    pub(super) fn submit(
        &mut self,
        fingerprint: &Fingerprint,
        new: &StoredSubmission,
        max_parties: u64,
        admission: Option<&NewAdmission>,
    ) -> Result<Submitted> {
        if let Err(state) = self.book(fingerprint)? {
            return too_late(&self.connection, &state, new);
        }
        let coming = Coming {
            connection: &self.connection,
            new,
            admission,
            told: self.told(fingerprint),
        };
        let book = self
            .books
            .get_mut(fingerprint)
            .ok_or(StoreError::NoComputation)?;
        let entry = match coming.judge(book)? {
            Ok(entry) => entry,
            Err(why_not) => return Ok(why_not),
        };
        let staying = match coming.room(book, &entry, max_parties)? {
            Ok(staying) => staying,
            Err(why_not) => return Ok(why_not),
        };
        let parties = staying.saturating_add(1);
        coming.write(book, &entry, parties)?;
        let state = book.state;
        self.announce(
            &state,
            match entry.leaving() {
                0 => Happening::Submitted,
                // Also by another device in the place of the first.
                _ => Happening::Corrected,
            },
        )?;
        Ok(Submitted::Stored { parties })
    }

    /// How many invitations existed when this very submission was stored, if it was.
    pub(super) fn receipted(
        &mut self,
        fingerprint: &Fingerprint,
        submission: &StoredSubmission,
    ) -> Result<Option<u64>> {
        let frozen_state = self.book(fingerprint)?.err();
        let found = match (frozen_state, self.books.get(fingerprint)) {
            (Some(state), _) => {
                let version = (&submission.party_key, &submission.submission_id);
                book::frozen_version(&self.connection, state.id, version)?
            }
            (None, Some(book)) => {
                let id = Key::Id(&submission.submission_id);
                book.find(&self.connection, id)?.version
            }
            (None, None) => None,
        };
        let found = found.filter(|found| is_same(found, submission));
        Ok(found.map(|found| found.invitations))
    }
}

impl Coming<'_> {
    /// All but whether there is room. A claim to another device's place is written down here: it is
    /// the answer.
    fn judge(&self, book: &Book) -> Result<Outcome<Entry>> {
        let Self {
            connection,
            new,
            admission,
            ..
        } = *self;
        let same_id = book.find(connection, Key::Id(&new.submission_id))?;
        if let Some(found) = same_id.version.as_ref().filter(|found| is_same(found, new)) {
            return Ok(Err(Submitted::Repeated {
                invitations: found.invitations,
            }));
        }
        if !book.state.phase.takes_submissions() {
            return Ok(Err(Submitted::NotOpen(book.state.phase)));
        }
        if same_id.version.is_some() {
            return Ok(Err(Submitted::IdTaken));
        }
        let id = book.state.id;
        let verdict = match admission {
            None => Verdict::Bound,
            Some(admission) => invitations::judge(connection, id, &new.party_key, admission)?,
        };
        if let Verdict::Refused(why) = verdict {
            return Ok(Err(Submitted::NotAdmitted(why)));
        }
        let same_party = book.find(connection, Key::Party(&new.party_key))?;
        if let Some(older) = &same_party.version {
            let highest = withdrawals::highest(connection, id, older)?;
            if new.sequence <= highest {
                return Ok(Err(Submitted::Stale { highest }));
            }
        }
        if let (Verdict::Asks { due, seconds }, Some(admission)) = (verdict, admission) {
            invitations::ask(connection, id, &new.party_key, &admission.key, due)?;
            let waiting = NotAdmitted::Waiting { seconds };
            return Ok(Err(Submitted::NotAdmitted(waiting)));
        }
        let replaced = match self.replaced(book, verdict)? {
            Ok(replaced) => replaced,
            Err(why_not) => return Ok(Err(why_not)),
        };
        Ok(Ok(Entry {
            tags: [same_id.tag, same_party.tag],
            verdict,
            older: same_party.version,
            replaced,
        }))
    }

    /// The row that counts of the device in whose place it comes, unless that device's consent is
    /// too old: it ends with whatever its party has sent since.
    fn replaced(&self, book: &Book, verdict: Verdict) -> Result<Outcome<Option<Version>>> {
        let Verdict::Replaces(party) = verdict else {
            return Ok(Ok(None));
        };
        let leaves = book.find(self.connection, Key::Party(&party))?.version;
        let release = self.admission.and_then(|new| new.takeover?.release);
        if let (Some(leaves), Some(release)) = (&leaves, release)
            && release.sequence < withdrawals::highest(self.connection, book.state.id, leaves)?
        {
            let refused = NotAdmitted::TakeoverRefused;
            return Ok(Err(Submitted::NotAdmitted(refused)));
        }
        Ok(Ok(leaves.filter(counts)))
    }

    /// How many other parties there are with it, if there is room.
    fn room(&self, book: &Book, entry: &Entry, max_parties: u64) -> Result<Outcome<u64>> {
        let leaving = entry.leaving();
        let staying = book.state.parties.checked_sub(leaving);
        let staying = staying.ok_or(StoreError::Corrupt("count of parties"))?;
        if leaving == 0 && staying >= max_parties {
            return Ok(Err(Submitted::Full));
        }
        // Those that have left are kept too: otherwise there would be no end of keys that come and go.
        // Of the invited, each invitation has its own limit.
        let keys = max_parties.saturating_mul(KEYS_PER_PLACE);
        if entry.older.is_none() && self.admission.is_none() && book.known >= keys {
            return Ok(Err(Submitted::Crowded { keys }));
        }
        Ok(Ok(staying))
    }

    fn write(&self, book: &mut Book, entry: &Entry, parties: u64) -> Result<()> {
        let Self {
            connection,
            new,
            admission,
            ..
        } = *self;
        let id = book.state.id;
        if let Some(replaced) = &entry.replaced {
            book::depart(connection, replaced.arrival)?;
        }
        match &entry.older {
            None => book.known = book.known.saturating_add(1),
            Some(older) => {
                book::supersede(connection, older.arrival)?;
                if older.current == Current::Departed {
                    withdrawals::forget(connection, id, &new.party_key)?;
                }
            }
        }
        if let Some(admission) = admission {
            invitations::admit(connection, id, &new.party_key, admission, entry.verdict)?;
        }
        book::insert(connection, book.next, new)?;
        if let Some(TrackedAt { grain, cohort }) = new.tracked {
            let change = Change {
                grain: grain.max(self.told),
                who: invitations::who(connection, id, &new.party_key)?,
                cohort: Some(cohort),
            };
            tracked::append(connection, id, &change)?;
        }
        book.enter(entry.tags, parties);
        Ok(())
    }
}

impl Entry {
    /// How many rows that count it takes the place of.
    fn leaving(&self) -> u64 {
        let older = self.older.as_ref().filter(|older| counts(older));
        u64::from(self.replaced.is_some()) + u64::from(older.is_some())
    }
}

fn counts(version: &Version) -> bool {
    version.current == Current::Counts
}

/// What becomes of a submission to a computation that is frozen.
fn too_late(connection: &Connection, state: &State, new: &StoredSubmission) -> Result<Submitted> {
    let version = (&new.party_key, &new.submission_id);
    let found = book::frozen_version(connection, state.id, version)?;
    Ok(match found.filter(|found| is_same(found, new)) {
        Some(found) => Submitted::Repeated {
            invitations: found.invitations,
        },
        None => Submitted::NotOpen(state.phase),
    })
}

/// Whether a version is that very submission.
fn is_same(found: &Version, new: &StoredSubmission) -> bool {
    found.party_key == new.party_key
        && found.sequence == new.sequence
        && found.submission_hash == new.submission_hash
}
