//! Invitations as rows: added and revoked by notices, bound to a party by its first submission.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::columns::{Cohorts, Wide};
use super::desk::Desk;
use super::rows::{all, one};
use crate::ids::{Fingerprint, InvitationKey, PartyKey};
use crate::invitation::{MAX_TAKEOVERS, agrees};
use crate::store::{
    InvitationTotals, Invited, NewAdmission, NewInvitations, NewTakeover, NotAdmitted, Noticed,
    Result, Revoked, StoreError, StoredInvitation, StoredList, Transition,
};
use crate::tracking::Who;

impl Desk {
    pub(super) fn invite(
        &mut self,
        fingerprint: &Fingerprint,
        change: &Transition,
        new: &NewInvitations,
    ) -> Result<Invited> {
        let id = self.state(fingerprint)?.id;
        // Before the notice is written: a refusal leaves nothing behind. The same notice again is
        // told apart first, since its keys are there then.
        if !self.is_known(id, change)? {
            for invitation in &new.invitations {
                if self.is_taken("key", id, &invitation.key)? {
                    return Ok(Invited::KeyTaken(invitation.number));
                }
                if invitation.label.is_some() && self.is_taken("label", id, &invitation.label)? {
                    return Ok(Invited::LabelTaken(invitation.number));
                }
            }
        }
        if let Err(noticed) = self.take_notice(fingerprint, change)? {
            return Ok(Invited::Noticed(noticed));
        }
        let first = new.invitations.first().map_or(0, |first| first.number);
        self.execute(
            "INSERT INTO invitation_list (computation, notice, first, count, list)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                id,
                Wide(change.number),
                Wide(first),
                Wide(new.invitations.len() as u64),
                new.list
            ],
        )?;
        for invitation in &new.invitations {
            self.execute(
                "INSERT INTO invitation
                     (computation, key, number, cohorts, expires, revoked, takeovers, label)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7)",
                params![
                    id,
                    invitation.key,
                    Wide(invitation.number),
                    Cohorts(invitation.cohorts.clone()),
                    invitation.expires.map(Wide),
                    invitation.revoked,
                    invitation.label,
                ],
            )?;
        }
        Ok(Invited::Noticed(Noticed::Applied))
    }

    fn is_taken(&self, column: &str, id: i64, value: &dyn rusqlite::ToSql) -> Result<bool> {
        let sql = format!("SELECT 1 FROM invitation WHERE computation = ?1 AND {column} = ?2");
        let mut statement = self.connection.prepare_cached(&sql)?;
        Ok(statement.exists(params![id, value])?)
    }

    fn is_known(&self, id: i64, change: &Transition) -> Result<bool> {
        let known = super::rows::notice(&self.connection, id, change.number)?;
        Ok(known.as_ref() == Some(&change.notice.body))
    }

    pub(super) fn revoke(
        &mut self,
        fingerprint: &Fingerprint,
        change: &Transition,
        keys: &[InvitationKey],
    ) -> Result<Revoked> {
        let id = self.state(fingerprint)?.id;
        for key in keys {
            if !self.is_taken("key", id, key)? {
                return Ok(Revoked::Unknown(*key));
            }
        }
        if let Err(noticed) = self.take_notice(fingerprint, change)? {
            return Ok(Revoked::Noticed(noticed));
        }
        for key in keys {
            self.execute(
                "UPDATE invitation SET revoked = 1 WHERE computation = ?1 AND key = ?2",
                params![id, key],
            )?;
        }
        Ok(Revoked::Noticed(Noticed::Applied))
    }
}

/// What an invitation does for a party that comes with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is this party's.
    Bound,
    /// It is nobody's yet.
    Binds,
    /// It is another party's, which this one replaces.
    Replaces(PartyKey),
    /// It is another party's, which is to be asked to leave: until when, and seconds from now.
    Asks { due: u64, seconds: u64 },
    /// It does nothing.
    Refused(NotAdmitted),
}

/// One invitation with what has become of it.
struct Bound {
    invitation: StoredInvitation,
    party_key: Option<PartyKey>,
    claim: Option<(PartyKey, u64)>,
    takeovers: u64,
}

const COLUMNS: &str = "number, key, label, cohorts, expires, revoked";

fn invitation(row: &Row<'_>) -> rusqlite::Result<StoredInvitation> {
    Ok(StoredInvitation {
        number: row.get::<_, Wide>(0)?.0,
        key: row.get(1)?,
        label: row.get(2)?,
        cohorts: row.get::<_, Cohorts>(3)?.0,
        expires: row.get::<_, Option<Wide>>(4)?.map(|expires| expires.0),
        revoked: row.get(5)?,
    })
}

/// The invitation with that key.
pub(super) fn find(
    connection: &Connection,
    id: i64,
    key: &InvitationKey,
) -> Result<Option<StoredInvitation>> {
    let sql = format!("SELECT {COLUMNS} FROM invitation WHERE computation = ?1 AND key = ?2");
    one(connection, &sql, params![id, key], invitation)
}

/// How many invitations there are: their numbers have no gaps.
pub(super) fn made(connection: &Connection, id: i64) -> Result<u64> {
    let sql = "SELECT number FROM invitation WHERE computation = ?1 ORDER BY number DESC LIMIT 1";
    let last = one(connection, sql, [id], |row| row.get::<_, Wide>(0))?;
    Ok(last.map_or(0, |last| last.0.saturating_add(1)))
}

/// What became of all of them.
pub(super) fn totals(connection: &Connection, id: i64) -> Result<InvitationTotals> {
    let mut statement = connection.prepare_cached(
        "SELECT count(*), coalesce(sum(revoked), 0), count(party_key),
             (SELECT count(*) FROM withdrawal JOIN invitation AS of_it
                  ON of_it.computation = withdrawal.computation
                  AND of_it.party_key = withdrawal.party_key
              WHERE withdrawal.computation = ?1),
             coalesce(sum(takeovers), 0)
         FROM invitation WHERE computation = ?1",
    )?;
    Ok(statement.query_row([id], |row| {
        Ok(InvitationTotals {
            made: row.get::<_, Wide>(0)?.0,
            revoked: row.get::<_, Wide>(1)?.0,
            used: row.get::<_, Wide>(2)?.0,
            withdrawn: row.get::<_, Wide>(3)?.0,
            takeovers: row.get::<_, Wide>(4)?.0,
        })
    })?)
}

/// Lists after a notice, as many as fit.
pub(super) fn lists(
    connection: &Connection,
    id: i64,
    after: u64,
    room: usize,
) -> Result<Vec<StoredList>> {
    let mut lists = Vec::new();
    let (mut left, mut after) = (room, after);
    loop {
        let next = one(
            connection,
            "SELECT notice, first, count, list FROM invitation_list
             WHERE computation = ?1 AND notice > ?2 ORDER BY notice LIMIT 1",
            params![id, Wide(after)],
            |row| {
                let (first, count): (i64, i64) = (row.get(1)?, row.get(2)?);
                let list = StoredList {
                    notice: row.get::<_, Wide>(0)?.0,
                    list: row.get(3)?,
                    revoked: Vec::new(),
                };
                Ok((list, first, count))
            },
        )?;
        let Some((mut list, first, count)) = next else {
            return Ok(lists);
        };
        let fits = left.checked_sub(list.list.0.len());
        if !lists.is_empty() && fits.is_none() {
            return Ok(lists);
        }
        (left, after) = (fits.unwrap_or(0), list.notice);
        list.revoked = all(
            connection,
            "SELECT number FROM invitation WHERE computation = ?1 AND number >= ?2
             AND number < ?3 AND revoked = 1 ORDER BY number",
            params![id, first, first.saturating_add(count)],
            |row| Ok(row.get::<_, Wide>(0)?.0),
        )?;
        lists.push(list);
    }
}

/// What an invitation does for a party. Writes nothing.
pub(super) fn judge(
    connection: &Connection,
    id: i64,
    party: &PartyKey,
    new: &NewAdmission,
) -> Result<Verdict> {
    let refused = |why| Ok(Verdict::Refused(why));
    let Some(found) = bound(connection, id, &new.key)? else {
        return refused(NotAdmitted::Unknown);
    };
    let mut statement = connection.prepare_cached(
        "SELECT invitation, replaced_by IS NOT NULL FROM admission
         WHERE computation = ?1 AND party_key = ?2",
    )?;
    let used: Option<(InvitationKey, bool)> = statement
        .query_row(params![id, party], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    if used.is_some_and(|(used, _)| used != new.key) {
        return refused(NotAdmitted::OtherInvitation);
    }
    if !agrees(&found.invitation.cohorts, &new.cohorts) {
        return refused(NotAdmitted::CohortFixed);
    }
    if found.party_key == Some(*party) {
        return Ok(Verdict::Bound);
    }
    // A key comes once: who replaced it has its word for that, which a return would make a lie, and
    // an old consent must not work again.
    if used.is_some_and(|(_, replaced)| replaced) {
        return refused(match new.takeover {
            None => NotAdmitted::InUse,
            Some(_) => NotAdmitted::Replaced,
        });
    }
    // Before anything that tells whether it is used: the analyst, who can make every link again,
    // would otherwise learn label by label who has submitted.
    let release = new.takeover.and_then(|takeover| takeover.release);
    let consented = release.is_some_and(|release| found.party_key == Some(release.party_key));
    if found.invitation.revoked && !consented {
        return refused(NotAdmitted::Revoked);
    }
    if found.invitation.expires.is_some_and(|end| end <= new.now) && !consented {
        return refused(NotAdmitted::Expired);
    }
    match (found.party_key, new.takeover) {
        (None, _) => Ok(Verdict::Binds),
        (Some(_), None) => refused(NotAdmitted::InUse),
        (Some(_), Some(_)) if found.takeovers >= MAX_TAKEOVERS => {
            refused(NotAdmitted::TakeoverRefused)
        }
        (Some(bound), Some(takeover)) => {
            Ok(take_over(bound, found.claim, party, &takeover, new.now))
        }
    }
}

/// Who consents goes at once. Who does not is asked, and goes when it is due unless it has said
/// something until then. One asks at a time; a claim that nobody follows up lapses.
fn take_over(
    bound: PartyKey,
    claim: Option<(PartyKey, u64)>,
    party: &PartyKey,
    takeover: &NewTakeover,
    now: u64,
) -> Verdict {
    match (takeover.release, claim) {
        (Some(release), _) if release.party_key == bound => Verdict::Replaces(bound),
        (Some(_), _) => Verdict::Refused(NotAdmitted::TakeoverRefused),
        (None, Some((claimant, due))) if claimant == *party => match due.checked_sub(now) {
            None | Some(0) => Verdict::Replaces(bound),
            Some(seconds) => Verdict::Refused(NotAdmitted::Waiting { seconds }),
        },
        (None, Some((_, due))) if now < due.saturating_add(takeover.lapse) => {
            Verdict::Refused(NotAdmitted::TakeoverRefused)
        }
        (None, _) => Verdict::Asks {
            due: takeover.due,
            seconds: takeover.due.saturating_sub(now),
        },
    }
}

fn bound(connection: &Connection, id: i64, key: &InvitationKey) -> Result<Option<Bound>> {
    let sql = format!(
        "SELECT {COLUMNS}, party_key, claimant, due, takeovers FROM invitation
         WHERE computation = ?1 AND key = ?2"
    );
    one(connection, &sql, params![id, key], |row| {
        let (claimant, due): (Option<PartyKey>, Option<Wide>) = (row.get(7)?, row.get(8)?);
        Ok(Bound {
            invitation: invitation(row)?,
            party_key: row.get(6)?,
            claim: claimant.zip(due.map(|due| due.0)),
            takeovers: row.get::<_, Wide>(9)?.0,
        })
    })
}

/// Whom a party's submissions are about, for what the analyst may see: its invitation, whichever
/// device uses it, or in an open computation itself.
pub(super) fn who(connection: &Connection, id: i64, party: &PartyKey) -> Result<Who> {
    let number = one(
        connection,
        "SELECT invitation.number FROM admission JOIN invitation
         ON invitation.computation = admission.computation AND key = admission.invitation
         WHERE admission.computation = ?1 AND admission.party_key = ?2",
        params![id, party],
        |row| row.get::<_, Wide>(0),
    )?;
    Ok(number.map_or(Who::Party(*party), |number| Who::Invitation(number.0)))
}

/// Writes down that a party asks for another one's place.
pub(super) fn ask(
    connection: &Connection,
    id: i64,
    party: &PartyKey,
    key: &InvitationKey,
    due: u64,
) -> Result<()> {
    connection
        .prepare_cached(
            "UPDATE invitation SET claimant = ?3, due = ?4 WHERE computation = ?1 AND key = ?2",
        )?
        .execute(params![id, key, party, Wide(due)])?;
    Ok(())
}

/// The party to which an invitation is bound has said something: who asks for its place does so in
/// vain.
fn keep_place(connection: &Connection, id: i64, key: &InvitationKey) -> Result<()> {
    connection
        .prepare_cached(
            "UPDATE invitation SET claimant = NULL, due = NULL
             WHERE computation = ?1 AND key = ?2 AND claimant IS NOT NULL",
        )?
        .execute(params![id, key])?;
    Ok(())
}

/// The same for the invitation that a party uses, if it uses one.
pub(super) fn keep_place_of(connection: &Connection, id: i64, party: &PartyKey) -> Result<()> {
    let used: Option<InvitationKey> = one(
        connection,
        "SELECT invitation FROM admission WHERE computation = ?1 AND party_key = ?2
         AND replaced_by IS NULL",
        params![id, party],
        |row| row.get(0),
    )?;
    used.map_or(Ok(()), |key| keep_place(connection, id, &key))
}

/// Nobody's wait goes on: what was announced may have kept those from objecting who use the
/// invitations.
pub(super) fn end_waits(connection: &Connection, id: i64) -> Result<()> {
    connection
        .prepare_cached(
            "UPDATE invitation SET claimant = NULL, due = NULL
             WHERE computation = ?1 AND claimant IS NOT NULL",
        )?
        .execute([id])?;
    Ok(())
}

/// Writes what follows for the invitation from a submission that is stored.
pub(super) fn admit(
    connection: &Connection,
    id: i64,
    party: &PartyKey,
    new: &NewAdmission,
    verdict: Verdict,
) -> Result<()> {
    match verdict {
        Verdict::Bound => keep_place(connection, id, &new.key),
        Verdict::Replaces(before) => bind(connection, id, party, new, Some(&before)),
        Verdict::Binds => bind(connection, id, party, new, None),
        Verdict::Asks { .. } | Verdict::Refused(_) => Err(StoreError::Corrupt("invitation")),
    }
}

/// Binds an invitation to a party, in place of another one where there is one.
fn bind(
    connection: &Connection,
    id: i64,
    party: &PartyKey,
    new: &NewAdmission,
    before: Option<&PartyKey>,
) -> Result<()> {
    connection
        .prepare_cached(
            "UPDATE invitation SET party_key = ?3, claimant = NULL, due = NULL,
                 takeovers = takeovers + ?4
             WHERE computation = ?1 AND key = ?2",
        )?
        .execute(params![id, new.key, party, before.is_some()])?;
    let release = new.takeover.and_then(|takeover| takeover.release);
    connection
        .prepare_cached(
            "INSERT INTO admission (computation, party_key, invitation, signature,
                 released_by, release_sequence, release_signature)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            id,
            party,
            new.key,
            new.signature,
            release.map(|release| release.party_key),
            release.map(|release| Wide(release.sequence)),
            release.map(|release| release.signature),
        ])?;
    if let Some(before) = before {
        connection
            .prepare_cached(
                "UPDATE admission SET replaced_by = ?3 WHERE computation = ?1 AND party_key = ?2",
            )?
            .execute(params![id, before, party])?;
    }
    Ok(())
}
