//! `list`: all computations of this analyst on a server.

use serde_json::json;

use super::super::command::command;
use super::super::exit::Failure;
use super::collect::Run;
use crate::client;
use crate::protocol::Listed;

/// `list`
pub(super) async fn list(run: &Run) -> Result<(), Failure> {
    let listed = client::list(&run.url, &run.identity, &run.entropy).await?;
    for computation in &listed {
        run.output.event(
            "computation",
            json!({
                "computation": computation.name,
                "round": computation.round,
                "fingerprint": computation.fingerprint,
                "state": computation.phase,
                "parties": computation.parties,
            }),
        );
    }
    if listed.is_empty() {
        run.output.note(&format!(
            "no computations of these keys; open one with: {}",
            command("analyst", "--computation NAME")
        ));
        return Ok(());
    }
    for line in table(&listed) {
        run.output.result(&line);
    }
    Ok(())
}

const HEAD: [&str; 5] = ["computation", "round", "state", "parties", "fingerprint"];

/// Which columns are numbers, and stand at the right.
const NUMBERS: [bool; 5] = [false, true, false, true, false];

/// A line for each, under a head.
fn table(listed: &[Listed]) -> Vec<String> {
    let rows = listed.iter().map(|computation| {
        let parties = computation.parties;
        [
            computation.name.to_string(),
            computation.round.to_string(),
            computation.phase.name().to_owned(),
            parties.map_or_else(|| "-".to_owned(), |parties| parties.to_string()),
            computation.fingerprint.to_string(),
        ]
    });
    let all: Vec<_> = [HEAD.map(str::to_owned)].into_iter().chain(rows).collect();
    let mut widths = [0; HEAD.len()];
    for row in &all {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.len().max(*width);
        }
    }
    let line = |row: &[String; HEAD.len()]| {
        let cells = row.iter().zip(widths).zip(NUMBERS);
        let cells = cells.map(|((cell, width), number)| {
            if number {
                format!("{cell:>width$}")
            } else {
                format!("{cell:<width$}")
            }
        });
        let cells: Vec<String> = cells.collect();
        cells.join("  ").trim_end().to_owned()
    };
    all.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Fingerprint;
    use crate::manifest::Phase;

    #[test]
    fn columns_stand_below_each_other() {
        let listed = [
            ("web-mpc", 12, Phase::Revealed, Some(3)),
            ("wages-of-2026", 1, Phase::Open, None),
        ]
        .map(|(name, round, phase, parties)| Listed {
            name: name.parse().unwrap(),
            round,
            fingerprint: Fingerprint::new([0; 32]),
            phase,
            parties,
        });
        let f = Fingerprint::new([0; 32]).to_string();
        assert_eq!(
            table(&listed),
            [
                "computation    round  state     parties  fingerprint".to_owned(),
                format!("web-mpc           12  revealed        3  {f}"),
                format!("wages-of-2026      1  open            -  {f}"),
            ]
        );
    }
}
