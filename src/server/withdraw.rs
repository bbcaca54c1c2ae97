//! Taking a withdrawal: checked, stored durably, and only then receipted.

use std::sync::Arc;

use super::{Shared, refusals, stored, track};
use crate::protocol::{ErrorCode, Refusal, ServerMessage};
use crate::record::Signed;
use crate::store::{NewWithdrawal, Withdrawn};
use crate::submission::{Withdrawal, WithdrawalReceipt};

/// Takes one withdrawal.
pub(super) async fn withdraw(
    shared: &Arc<Shared>,
    signed: Signed<Withdrawal>,
) -> Result<ServerMessage, Refusal> {
    let (keys, opened) = (shared.identity.signing.clone(), signed.clone());
    let checked = shared.workers.run(move || {
        let withdrawal = Withdrawal::open(&opened)?;
        let receipt = WithdrawalReceipt::of(&withdrawal, &opened.body);
        Some((withdrawal, Signed::sign(&receipt, &keys)))
    });
    let (withdrawal, receipt) = checked.await?.ok_or_else(|| {
        let message = "the withdrawal is not signed by its party, or its number is out of range";
        Refusal::new(ErrorCode::WithdrawalInvalid, message)
    })?;
    let live = shared.known(&withdrawal.fingerprint).await?;
    let new = NewWithdrawal {
        party_key: withdrawal.party_key,
        sequence: withdrawal.sequence,
        record: stored::stored(&signed),
        grain: live
            .terms
            .is_tracked()
            .then(|| track::grain(&live.terms, shared.clock.now())),
    };
    let fingerprint = &withdrawal.fingerprint;
    match shared.store.withdraw(fingerprint, new).await? {
        Withdrawn::Stored => live.seat.changed(),
        Withdrawn::Repeated => {}
        Withdrawn::Nothing => {
            let message = "this party has no submission that it could withdraw";
            return Err(Refusal::new(ErrorCode::NothingSubmitted, message));
        }
        Withdrawn::Stale { highest } => {
            return Err(refusals::stale(withdrawal.sequence, highest));
        }
        Withdrawn::NotOpen(phase) => return Err(refusals::not_open(phase)),
    }
    Ok(ServerMessage::Withdrawn(receipt))
}
