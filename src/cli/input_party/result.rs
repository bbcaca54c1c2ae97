//! `input-party result`: the result that an analyst has published.

use super::super::exit::Failure;
use super::super::output::Output;
use super::super::result::Report;
use crate::client::{self, ClientError, Connection, ServerUrl};
use crate::crypto::{Invitation, SigningKeyPair};
use crate::ids::Fingerprint;
use crate::invitation::Link;
use crate::manifest::{Publication, Terms};
use crate::protocol::ErrorCode;

/// `result LINK`
pub(super) async fn result(
    link: &Link,
    ca_cert: Option<std::path::PathBuf>,
    output: &Output,
) -> Result<(), Failure> {
    let url = ServerUrl::try_from(link).map_err(|error| Failure::usage(error.to_string()))?;
    let url = url.trusting(ca_cert);
    output.mind_exposure(&url);
    Ok(show(&url, link.fingerprint, link.invitation.as_ref(), output).await?)
}

async fn show(
    url: &ServerUrl,
    fingerprint: Fingerprint,
    invitation: Option<&SigningKeyPair<Invitation>>,
    output: &Output,
) -> Result<(), ClientError> {
    let mut connection = Connection::open(url).await?;
    let told = client::published(&mut connection, fingerprint, invitation).await?;
    connection.close().await;
    Report::new(&told.terms, &told.commit, &told.aggregate).print(output);
    Ok(())
}

/// After a verification: the result too, where everybody may read it. That it cannot be shown makes
/// the verification no worse.
pub(super) async fn after_verification(url: &ServerUrl, terms: &Terms, output: &Output) {
    match terms.manifest.publication {
        Publication::None => {}
        Publication::Parties => output.note(&format!(
            "see the result with: {}",
            super::super::command::command("input-party", "result LINK")
        )),
        Publication::Public => match show(url, terms.fingerprint, None, output).await {
            Ok(()) => {}
            Err(ClientError::Refused(refusal)) if refusal.code == ErrorCode::NotPublished => {
                output.note("the analyst has not published the result yet");
            }
            Err(error) => output.warning(&format!("the result cannot be shown: {error}")),
        },
    }
}
