//! Publishing a result as the manifest says: after the reveal, and once more with `result` where that
//! was cut off.

use serde_json::json;

use super::collect::Run;
use crate::client::{self, ClientError, Connection};
use crate::manifest::Publication;
use crate::session::{AnalystSession, Joined, Purpose};

impl Run {
    /// After a reveal, which stands whatever becomes of this.
    pub(super) async fn publish_what_was_revealed(&self, to: Publication) {
        if to == Publication::None {
            return;
        }
        if let Err(error) = self.try_to_publish().await {
            let command = self.again("result");
            self.output.warning(&format!(
                "the result is not published yet ({error}); publish it with: {command}"
            ));
        }
    }

    async fn try_to_publish(&self) -> Result<(), ClientError> {
        let session = AnalystSession::new(
            self.identity.clone(),
            self.name.clone(),
            self.settings.clone(),
            Purpose::Existing,
        );
        let (mut connection, joined) = client::join(&self.url, session, &self.entropy).await?;
        publish(self, &mut connection, &joined).await?;
        connection.close().await;
        Ok(())
    }
}

/// Publishes what parties were promised, unless that was done before.
pub(super) async fn publish(
    run: &Run,
    connection: &mut Connection,
    joined: &Joined,
) -> Result<(), ClientError> {
    let to = joined.terms.manifest.publication;
    if to == Publication::None
        || !client::publish(connection, joined, &run.identity, &run.entropy).await?
    {
        return Ok(());
    }
    run.output.event("published", json!({ "to": to }));
    run.output.note(match to {
        Publication::Public => "The result is published: the server and everybody can read it.",
        _ => "The result is published to everybody who is invited.",
    });
    Ok(())
}
