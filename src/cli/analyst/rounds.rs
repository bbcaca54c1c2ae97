//! Two rounds with nearly the same people: their results together tell of those few who took part in
//! one of them only.

use super::super::output::Output;
use crate::client::{ClientError, Connection};
use crate::manifest::{Terms, Tracking};
use crate::protocol::{ClientMessage, ServerMessage};
use crate::session::Misbehaviour;

/// Whether the server may say before the freeze which round is near: it follows from who takes part.
pub(super) fn are_compared(terms: &Terms) -> bool {
    terms.manifest.is_compared() && terms.manifest.tracking == Tracking::Labels
}

/// Asks the server, and says what it says.
pub(super) async fn compare(
    connection: &mut Connection,
    terms: &Terms,
    output: &Output,
) -> Result<(), ClientError> {
    if !are_compared(terms) {
        return Ok(());
    }
    match connection.ask(ClientMessage::Track {}).await? {
        ServerMessage::Tracked(tracked) => {
            tell(tracked.near_round, output);
            Ok(())
        }
        _ => Err(Misbehaviour::Unexpected.into()),
    }
}

/// Warns where there is such a round; whether there is.
pub(super) fn tell(near_round: Option<u32>, output: &Output) -> bool {
    let Some(round) = near_round else {
        return false;
    };
    output.warning(&format!(
        "nearly the same people take part in this round as in round {round}: the difference of the \
         two results is about fewer of them than the minimum, and may be one person's value"
    ));
    true
}
