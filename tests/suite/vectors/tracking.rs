//! What an analyst is shown beside the total.

use serde_json::{Value, json};
use web_mpc::protocol::{ServerMessage, decode};
use web_mpc::tracking::{Change, Tracked, Who};

use super::{Input, Kinds};

pub(super) const KINDS: Kinds = &[
    ("shown", shown),
    ("tracked", tracked),
    ("bad_tracked", tracked),
];

fn shown(input: &Input<'_>) -> Result<Value, String> {
    let changes: Vec<(u64, u64, Option<u32>)> = input.read("changes");
    let changes = changes.into_iter().map(|(grain, number, cohort)| Change {
        grain,
        who: Who::Invitation(number),
        cohort,
    });
    let boundary = input.number("boundary");
    let shown = web_mpc::tracking::shown(changes, boundary);
    let cohorts: usize = input.read("cohorts");
    let tracked = Tracked {
        at: boundary * input.number("time_grain"),
        cohorts: (cohorts > 0).then(|| shown.cohorts(cohorts)),
        used: Some(shown.used()),
        near_round: None,
    };
    Ok(json!(ServerMessage::Tracked(tracked)))
}

fn tracked(input: &Input<'_>) -> Result<Value, String> {
    let message = decode::<ServerMessage>(input.text("text")).map_err(|_| String::new())?;
    let ServerMessage::Tracked(tracked) = message else {
        panic!("another message: {message:?}");
    };
    let used = tracked.used.map(|used| {
        let numbers = (0..1000).filter(|number| used.contains(*number));
        numbers.collect::<Vec<u64>>()
    });
    Ok(json!({ "at": tracked.at, "cohorts": tracked.cohorts, "used": used }))
}
