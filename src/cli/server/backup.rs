//! `server backup`: a copy of the database, and what it is not.

use std::path::Path;

use super::super::arguments;
use super::super::exit::Failure;
use super::super::output::Output;
use super::{database, missing};
use crate::store;

/// `backup FILE`
pub(super) async fn backup(
    arguments: &arguments::Server,
    to: &Path,
    output: &Output,
) -> Result<(), Failure> {
    let store = store::open_to_read(&arguments.database).await;
    let store = store.map_err(|error| database(&error))?;
    let store = store.ok_or_else(missing)?;
    let copied = async {
        store.backup(to).await?;
        store.computations().await
    };
    let copied = copied.await;
    store.close().await;
    let computations = copied.map_err(|error| database(&error))?;
    let plural = if computations == 1 { "" } else { "s" };
    let file = to.display();
    output.result(&format!("{file}: {computations} computation{plural}"));
    let keys = arguments.keys.display();
    output.note(&format!(
        "Not in it, and without them it cannot be used: {keys} and {keys}.d/.\n\
         Never put an older {keys}.ledger in the place of a newer one."
    ));
    Ok(())
}
