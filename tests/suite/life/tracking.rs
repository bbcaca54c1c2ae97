//! `status --watch`: what an analyst sees while parties submit.

use std::fs;

use serde_json::{Value, json};

use super::super::harness::Place;
use super::super::journey::Analyst;

const FORM: &str = r#"{
  "title": "Hours",
  "questions": [{"id": "hours", "text": "How many?", "answer": {"number": {"min": 0, "max": 15, "statistics": ["sum"]}}}],
  "cohorts": [{"id": "team", "title": "Team", "options": ["Red", "Green"]}]
}"#;

#[test]
fn the_total_and_the_cohorts_are_watched() {
    let place = Place::new();
    let server = place.server();
    fs::write(place.folder("analyst").join("form.json"), FORM).unwrap();
    let form = ["--form", "form.json", "--time-grain", "1s"];
    Analyst::start(&place, &server.url, &form).process().kill();
    let watch = place
        .analyst(&server.url)
        .args(["--json", "status", "--watch"]);
    let watch = watch.start();
    watch.out(r#"{"event":"submissions","parties":0}"#);
    for team in ["Red", "Green", "Red"] {
        let answers = json!({"cohorts": {"team": team}, "questions": {"hours": 1}});
        let folder = place.folder("party");
        fs::write(folder.join("answers.json"), answers.to_string()).unwrap();
        let party = place.party(&server.url);
        let party = party.args(["--answers", "answers.json", "--yes"]);
        party.run().exits(0);
    }
    watch.out(r#"{"event":"submissions","parties":3}"#);
    let line = watch.until("all three", |said| {
        let mut lines = said.out.iter().filter(|line| line.contains("\"tracked\""));
        lines.find(|line| line.contains("\"parties\":2")).cloned()
    });
    let tracked: Value = serde_json::from_str(&line).unwrap();
    let expected = json!([{"cohort": "Red", "parties": 2}, {"cohort": "Green", "parties": 1}]);
    assert_eq!(tracked["cohorts"], expected);
    assert_eq!(tracked["used"], Value::Null);
    // Whoever reveals elsewhere ends it.
    place.analyst(&server.url).args(["reveal"]).run().exits(0);
    let ended = watch.finish().exits(0);
    let states: Vec<Value> = ended
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .filter(|event: &Value| event["event"] == "status")
        .collect();
    assert_eq!(states[0]["state"], "open");
    assert_ne!(states.last().unwrap()["state"], "open");
}
