//! A party that waits for the place of another device.

use wasm_bindgen::prelude::*;
use web_mpc::files::receipt::Progress;

use super::party::{Party, read_takeover};
use crate::failure::Failure;

#[wasm_bindgen]
impl Party {
    /// Adds to what is kept, and waits to be sent again, that it asks for another device's place; the
    /// rest of it stays as it is. What `takeover` is says [`Party::submit`]. A consent that is there
    /// stays until there is another one. Whether anything changed: it is to be kept then.
    #[wasm_bindgen(js_name = askForPlace)]
    pub fn ask_for_place(&self, takeover: &str) -> Result<bool, Failure> {
        let takeover = read_takeover(takeover)?;
        let mut stored = self.stored.borrow_mut();
        let last = stored
            .as_mut()
            .and_then(|stored| stored.versions.last_mut());
        let Some(Progress::Pending(submission) | Progress::Refused(submission)) =
            last.map(|last| &mut last.progress)
        else {
            return Ok(false);
        };
        let Some(admission) = submission.invitation.as_deref_mut() else {
            return Ok(false);
        };
        let asks = admission.takeover.is_some() && takeover.release.is_none();
        if asks || admission.takeover == Some(takeover) {
            return Ok(false);
        }
        admission.takeover = Some(takeover);
        Ok(true)
    }
}
