//! Changes of a computation other than submissions: each is a record, once.

use rusqlite::params;

use super::columns::Wide;
use super::desk::Desk;
use super::order;
use super::rows::{self, State};
use super::{invitations, schema, tracked};
use crate::ids::Fingerprint;
use crate::manifest::Phase;
use crate::store::{
    Creation, Happening, NewComputation, Noticed, Result, StoreError, StoredBatch, StoredCommit,
    StoredRecord, Transition,
};

impl Desk {
    pub(super) fn create(&mut self, new: &NewComputation) -> Result<Creation> {
        let taken =
            "SELECT 1 FROM computation WHERE fingerprint = ?1 OR (name = ?2 AND round = ?3)";
        let of = params![new.fingerprint, new.name, new.round];
        if self.connection.prepare_cached(taken)?.exists(of)? {
            return Ok(Creation::Taken);
        }
        self.execute(
            "INSERT INTO computation
                 (fingerprint, name, round, manifest, analyst_signature, server_signature, analyst,
                 counted, grain)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                new.fingerprint,
                new.name,
                new.round,
                new.manifest.body,
                new.manifest.analyst_signature,
                new.manifest.server_signature,
                new.analyst,
                new.counted,
                new.grain,
            ],
        )?;
        self.execute(
            "INSERT INTO state (computation, phase, parties) VALUES (?1, ?2, 0)",
            params![self.connection.last_insert_rowid(), Phase::Open],
        )?;
        let state = rows::state(&self.connection, &new.fingerprint)?;
        self.announce(&state, Happening::Created)?;
        Ok(Creation::Created)
    }

    pub(super) fn transition(
        &mut self,
        fingerprint: &Fingerprint,
        change: &Transition,
    ) -> Result<Noticed> {
        match self.take_notice(fingerprint, change)? {
            Ok(state) => {
                // It is about the phase or the dates: lists have their own ways.
                invitations::end_waits(&self.connection, state.id)?;
                if let Some(phase) = change.phase {
                    self.enter(fingerprint, state, phase)?;
                }
                Ok(Noticed::Applied)
            }
            Err(noticed) => Ok(noticed),
        }
    }

    /// Stores a notice that is due and allowed, and gives the state before it; or says why not.
    pub(super) fn take_notice(
        &mut self,
        fingerprint: &Fingerprint,
        change: &Transition,
    ) -> Result<std::result::Result<State, Noticed>> {
        let state = self.state(fingerprint)?;
        if rows::notice(&self.connection, state.id, change.number)?.as_ref()
            == Some(&change.notice.body)
        {
            return Ok(Err(Noticed::Repeated));
        }
        let last = rows::last_notice(&self.connection, state.id)?;
        if last.checked_add(1) != Some(change.number) {
            return Ok(Err(Noticed::OutOfOrder { last }));
        }
        let allowed = match change.phase {
            Some(phase) => state.phase.may_become(phase),
            None => !state.phase.is_frozen(),
        };
        if !allowed {
            return Ok(Err(Noticed::NotAllowed(state.phase)));
        }
        if state.parties < change.minimum {
            return Ok(Err(Noticed::TooFew {
                parties: state.parties,
            }));
        }
        self.execute(
            "INSERT INTO notice (computation, number, body, signature) VALUES (?1, ?2, ?3, ?4)",
            params![
                state.id,
                Wide(change.number),
                change.notice.body,
                change.notice.signature
            ],
        )?;
        Ok(Ok(state))
    }

    /// Changes the phase and does what belongs to it.
    fn enter(&mut self, fingerprint: &Fingerprint, state: State, phase: Phase) -> Result<()> {
        self.execute(
            "UPDATE state SET phase = ?2, parties = ?3 WHERE computation = ?1",
            params![state.id, phase, Wide(state.parties)],
        )?;
        let rows = schema::arrivals(state.id)?;
        if phase == Phase::Purged {
            self.purged = true;
            tracked::delete(&self.connection, state.id)?;
            self.execute(
                "UPDATE submission SET public_part = x'', server_box = x'', analyst_box = x''
                 WHERE arrival >= ?1 AND arrival < ?2",
                params![rows.start, rows.end],
            )?;
            // Who was invited goes too; which invitations there were, and who used them, stays.
            self.execute(
                "UPDATE invitation SET label = NULL WHERE computation = ?1",
                [state.id],
            )?;
            self.execute(
                "DELETE FROM invitation_list WHERE computation = ?1",
                [state.id],
            )?;
        }
        if phase.is_frozen() && !state.phase.is_frozen() {
            order::write(&self.connection, &state)?;
        }
        self.forget(fingerprint);
        if phase != state.phase {
            self.announce_phase(&State { phase, ..state })?;
        }
        Ok(())
    }

    pub(super) fn record_batch(
        &mut self,
        fingerprint: &Fingerprint,
        new: &StoredBatch,
    ) -> Result<StoredBatch> {
        let state = rows::state(&self.connection, fingerprint)?;
        if let Some(found) = rows::batch(&self.connection, state.id)? {
            return Ok(found);
        }
        require(state.phase)?;
        self.execute(
            "INSERT INTO batch (computation, body, signature, blocks) VALUES (?1, ?2, ?3, ?4)",
            params![
                state.id,
                new.statement.body,
                new.statement.signature,
                new.blocks
            ],
        )?;
        Ok(new.clone())
    }

    pub(super) fn record_commit(
        &mut self,
        fingerprint: &Fingerprint,
        new: &StoredCommit,
    ) -> Result<StoredCommit> {
        let state = rows::state(&self.connection, fingerprint)?;
        if let Some(found) = rows::commit(&self.connection, state.id)? {
            return Ok(found);
        }
        require(state.phase)?;
        if !matches!(new.phase, Phase::Frozen | Phase::Ended) {
            return Err(StoreError::WrongPhase(new.phase));
        }
        self.execute(
            "INSERT INTO committed (computation, body, analyst_signature, server_signature,
                 accepted, rejected, phase) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                state.id,
                new.record.body,
                new.record.analyst_signature,
                new.record.server_signature,
                new.accepted,
                new.rejected,
                new.phase,
            ],
        )?;
        self.enter(fingerprint, state, new.phase)?;
        Ok(new.clone())
    }

    pub(super) fn record_result(
        &mut self,
        fingerprint: &Fingerprint,
        new: &StoredRecord,
    ) -> Result<StoredRecord> {
        let state = rows::state(&self.connection, fingerprint)?;
        if let Some(found) = rows::result(&self.connection, state.id)? {
            return Ok(found);
        }
        require(state.phase)?;
        self.execute(
            "INSERT INTO result (computation, body, signature) VALUES (?1, ?2, ?3)",
            params![state.id, new.body, new.signature],
        )?;
        self.enter(fingerprint, state, Phase::Revealed)?;
        Ok(new.clone())
    }
}

/// What is recorded about a reveal is recorded while the batch is frozen.
fn require(phase: Phase) -> Result<()> {
    if phase == Phase::Frozen {
        Ok(())
    } else {
        Err(StoreError::WrongPhase(phase))
    }
}
