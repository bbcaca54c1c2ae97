//! `server check`: whether a server with these settings would serve.

use super::super::arguments;
use super::super::exit::{Exit, Failure};
use super::super::output::Output;
use super::{database, tls, warn_of_exposure, webhook};
use crate::crypto::{Identity, Server};
use crate::files::keyfile;
use crate::files::ledger::Ledger;
use crate::server;
use crate::store::{self, StoreError};

/// `check`
pub(super) async fn check(arguments: &arguments::Server, output: &Output) -> Result<(), Failure> {
    warn_of_exposure(arguments, output);
    tls(arguments)?;
    if let Some(certificate) = &arguments.tls_cert {
        output.result(&format!("certificate: {}", certificate.display()));
    }
    let webhook = webhook::webhook(&arguments.webhook, output)?;
    if let Some((_, shown)) = &webhook {
        output.result(&format!("webhook: {shown}"));
    }
    let identity = keys(arguments, output)?;
    let store = store::open_to_read(&arguments.database).await;
    let store = store.map_err(|error| database(&error))?;
    let (computations, frozen, events) = match &store {
        None => (None, Vec::new(), 0),
        Some(store) => {
            let read = async {
                let events = store.events_waiting().await?;
                Ok::<_, StoreError>((store.computations().await?, store.frozen().await?, events))
            };
            let read = read.await;
            store.close().await;
            let (computations, frozen, events) = read.map_err(|error| database(&error))?;
            (Some(computations), frozen, events)
        }
    };
    output.result(&match computations {
        None => "database: none yet, it is made at the first start".to_owned(),
        Some(1) => "database: 1 computation".to_owned(),
        Some(computations) => format!("database: {computations} computations"),
    });
    if webhook.is_some() || events > 0 {
        output.result(&format!("events that wait to be delivered: {events}"));
    }
    let ledger = Ledger::open(&arguments.keys);
    let mut ledger = ledger.map_err(|error| Failure::failed(error.to_string()))?;
    let Some(identity) = identity else {
        if computations.is_none_or(|computations| computations == 0) && ledger.known().is_empty() {
            return Ok(());
        }
        let message = format!(
            "{} is missing, and what the server has cannot be used without it",
            arguments.keys.display()
        );
        return Err(Failure::new(Exit::Failed, "keys_unusable", message)
            .hint("restore it, or give the right file with --keys FILE"));
    };
    let lost = server::rolled_back(&frozen, identity.signing.public(), &mut ledger);
    let lost = lost.map_err(|error| Failure::failed(error.to_string()))?;
    match lost.as_slice() {
        [] => Ok(()),
        [first, rest @ ..] => {
            let others = match rest.len() {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let message = format!(
                "the database is older than the ledger: computation {first}{others} will be refused"
            );
            Err(Failure::new(Exit::Failed, "rolled_back", message).hint(
                "put a newer copy of the database in place; what it lacks is collected again \
                 under another name",
            ))
        }
    }
}

/// The server's keys, if there are any yet.
fn keys(
    arguments: &arguments::Server,
    output: &Output,
) -> Result<Option<Identity<Server>>, Failure> {
    let loaded = keyfile::load::<Server>(&arguments.keys);
    let Some(loaded) = loaded.map_err(|error| Failure::keys(&error))? else {
        output.result("keys: none yet, they are made at the first start");
        return Ok(None);
    };
    for warning in &loaded.warnings {
        output.warning(&warning.to_string());
    }
    let id = loaded.identity.public().key_id();
    output.result(&format!("keys: {}, key id: {id}", arguments.keys.display()));
    Ok(Some(loaded.identity))
}
