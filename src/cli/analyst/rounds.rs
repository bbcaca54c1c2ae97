//! Two rounds with nearly the same people: their results together tell of those few who took part in
//! one of them only.

use super::super::output::Output;
use super::collect::Run;
use crate::client::{ClientError, Connection};
use crate::manifest::Terms;
use crate::protocol::{ClientMessage, ServerMessage};
use crate::session::Misbehaviour;

/// Asks the server.
pub(super) async fn compare(
    connection: &mut Connection,
    terms: &Terms,
) -> Result<Option<u32>, ClientError> {
    if !terms.manifest.is_compared_before_freeze() {
        return Ok(None);
    }
    match connection.ask(ClientMessage::Track {}).await? {
        ServerMessage::Tracked(tracked) => Ok(tracked.near_round),
        _ => Err(Misbehaviour::Unexpected.into()),
    }
}

impl Run {
    /// Warns of a near round, once in a run; whether it did.
    pub(super) fn tell_near(&mut self, near_round: Option<u32>) -> bool {
        let near = near_round.filter(|_| !self.near_told);
        let told = tell(near, &self.output);
        self.near_told |= told;
        told
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
