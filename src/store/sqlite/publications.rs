//! Results that were published.

use rusqlite::{Connection, params};

use super::desk::Desk;
use super::rows::{self, one, record};
use crate::ids::{Blob, Fingerprint, InvitationKey};
use crate::publication::KEY_LEN;
use crate::store::{Result, StoreError, StoredRecord};

impl Desk {
    pub(super) fn publish(
        &mut self,
        fingerprint: &Fingerprint,
        published: &StoredRecord,
        keys: &Blob,
    ) -> Result<()> {
        let state = rows::state(&self.connection, fingerprint)?;
        if !state.phase.is_over() {
            return Err(StoreError::WrongPhase(state.phase));
        }
        self.execute(
            "INSERT INTO publication (computation, body, signature, keys) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO NOTHING",
            params![state.id, published.body, published.signature, keys],
        )
    }
}

/// What was published, and the key of an invitation to it.
pub(super) fn publication(
    connection: &Connection,
    fingerprint: &Fingerprint,
    invitation: Option<&InvitationKey>,
) -> Result<Option<(StoredRecord, Option<Blob>)>> {
    let id = rows::state(connection, fingerprint)?.id;
    let published = one(
        connection,
        "SELECT body, signature FROM publication WHERE computation = ?1",
        [id],
        |row| record(row, 0),
    )?;
    let (Some(published), Some(invitation)) = (&published, invitation) else {
        return Ok(published.map(|published| (published, None)));
    };
    let len = i64::try_from(KEY_LEN).unwrap_or(i64::MAX);
    let key = one(
        connection,
        "SELECT substr(keys, 1 + number * ?3, ?3) FROM publication
         JOIN invitation ON invitation.computation = publication.computation AND key = ?2
         WHERE publication.computation = ?1 AND length(keys) >= (number + 1) * ?3",
        params![id, invitation, len],
        |row| row.get(0),
    )?;
    Ok(Some((published.clone(), key)))
}
