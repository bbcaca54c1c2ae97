//! Time from Enter to the sum, with both programs on this machine, over the floor: opening
//! both boxes of every submission on the same cores.

use serde_json::Value;
use web_mpc::measurement::KindSettings;

use crate::Failure;
use crate::deployment::{Server, analyst_keys, seal};
use crate::floor::{computation_key, on_both_sides};
use crate::stored::{compare, fill};
use crate::table::{Goal, verdict};

/// Reveal over floor.
const GOAL: f64 = 1.15;

pub(crate) async fn measure(quick: bool) -> Result<(), Failure> {
    let (rounds, count) = if quick { (3, 20_000) } else { (5, 100_000) };
    let folder = tempfile::tempdir()?;
    let server = Server::start(folder.path())?;
    let terms = server
        .create(folder.path(), KindSettings::default())
        .await?;
    drop(server);
    let (submissions, sum) = seal(&terms, count)?;
    fill(folder.path(), terms.fingerprint, submissions.clone()).await?;

    let server_keys = computation_key(folder.path(), &terms)?;
    let analyst_keys = analyst_keys(folder.path())?.boxes;
    let expected = sum.to_string();
    let ratios = compare(
        &format!(
            "From Enter to the sum of {count} stored submissions, over opening 2 x {count} boxes"
        ),
        folder.path(),
        rounds,
        || {
            on_both_sides(&submissions, |submission| {
                let opened = server_keys.open(&submission.server_box.0);
                opened.ok_or("the server's box does not open")?;
                let opened = analyst_keys.open(&submission.analyst_box.0);
                opened.ok_or("the analyst's box does not open")?;
                Ok(())
            })
        },
        |result| match result.get("sum").and_then(Value::as_str) {
            Some(found) if found == expected => Ok(()),
            found => Err(format!("the sum is {expected}, not {found:?}").into()),
        },
    )?;
    verdict("reveal / floor", ratios.whole, Goal::AtMost(GOAL), "");
    Ok(())
}
