//! `input-party withdraw`: takes a submission back.

use std::path::Path;
use std::time::Duration;

use serde_json::json;

use super::super::arguments::InputParty;
use super::super::exit::{Exit, Failure};
use super::super::output::Output;
use super::super::signals;
use super::{again, given, unusable};
use crate::client::{self, ClientError};
use crate::files::receipt::ReceiptFile;
use crate::session::Leaving;

/// `withdraw RECEIPT`
pub(super) async fn withdraw(
    arguments: &InputParty,
    path: &Path,
    output: &Output,
) -> Result<(), Failure> {
    let mut file = ReceiptFile::open(path).map_err(|error| unusable(&error))?;
    let url = given::server(Some(file.stored()), arguments);
    if file.stored().pending().is_some() && !file.stored().is_refused() {
        let message = format!("{} has a submission that is not finished", path.display());
        let command = again(file.stored(), path, &url);
        return Err(Failure::new(Exit::NotReady, "unfinished", message)
            .hint(format!("finish it first with: {command}")));
    }
    output.mind_exposure(&url);
    if file.stored().pending_withdrawal().is_none() {
        let stored = file.stored();
        let sequence = stored
            .withdrawal_sequence()
            .ok_or_else(|| Failure::failed("this submission was taken back for the last time"))?;
        let withdrawal = Leaving::sign(&stored.terms, &stored.keys, sequence);
        file.begin_withdrawal(withdrawal)
            .map_err(|error| unusable(&error))?;
    }
    let stored = file.stored().clone();
    let Some(withdrawal) = stored.pending_withdrawal() else {
        return Err(Failure::failed("the withdrawal was not saved"));
    };
    let stop = signals::stop(output);
    let wait = arguments.wait.map(Duration::from_secs);
    let withdrawn = tokio::select! {
        withdrawn = client::withdraw(&url, &stored.terms, withdrawal, wait) => withdrawn,
        () = stop.cancelled() => Err(ClientError::Cancelled),
    };
    let receipt = match withdrawn {
        Ok(receipt) => receipt,
        Err(error) => {
            if matches!(&error, ClientError::Refused(refusal) if !refusal.code.is_passing())
                && let Err(error) = file.abandon_withdrawal()
            {
                output.warning(&error.to_string());
            }
            return Err(error.into());
        }
    };
    file.finish_withdrawal(receipt)
        .map_err(|error| Failure::failed(error.to_string()))?;
    let manifest = &stored.terms.manifest;
    output.event(
        "withdrawn",
        json!({
            "computation": manifest.name,
            "round": manifest.round,
            "fingerprint": stored.terms.fingerprint,
            "receipt": path,
        }),
    );
    let (name, round) = (&manifest.name, manifest.round);
    output.result(&format!(
        "Withdrawn from computation {name}, round {round}."
    ));
    Ok(())
}
