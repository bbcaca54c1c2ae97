//! All computations of one analyst.

use serde_json::Value;

use super::super::harness::Place;
use super::super::journey::Analyst;

#[test]
fn an_analyst_lists_its_own_computations() {
    let place = Place::new();
    let mut server = place.server();
    let list = |args: &[&str]| place.analyst(&server.url).args(["list"]).args(args).run();
    for keys in ["keys.json", "theirs.json"] {
        let show = ["--keys", keys, "keys", "show"];
        place.analyst(&server.url).args(show).run().exits(0);
    }
    let none = list(&[]).exits(0);
    assert_eq!(none.stdout, "");
    let first = Analyst::start(&place, &server.url, &[]);
    place.party(&server.url).args(["42"]).run().exits(0);
    let one = first.fingerprint.clone();
    first.reveal().sum(42);
    let second = Analyst::start(&place, &server.url, &[]);
    let two = second.fingerprint.clone();
    second.process().kill();
    let quiet = ["--computation", "quiet", "--tracking", "none"];
    let quiet = Analyst::start(&place, &server.url, &quiet);
    place
        .party(&server.url)
        .args(["--computation", "quiet", "1"])
        .run()
        .exits(0);
    let three = quiet.fingerprint.clone();
    quiet.process().kill();
    let expected = format!(
        "computation  round  state     parties  fingerprint\n\
         web-mpc          1  revealed        1  {one}\n\
         web-mpc          2  open            0  {two}\n\
         quiet            1  open            -  {three}\n"
    );
    list(&[]).is(0, &expected, "");
    // Whose keys these are decides, not who asks.
    let theirs = list(&["--keys", "theirs.json"]).exits(0);
    assert_eq!(theirs.stdout, "");
    let json = list(&["--json"]).exits(0);
    let lines: Vec<Value> = json
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(
        (&lines[1]["event"], &lines[1]["round"]),
        (&"computation".into(), &2.into())
    );
    assert_eq!(lines[2]["parties"], Value::Null);
    server.kill();
    server.restart();
    place
        .analyst(&server.url)
        .args(["list"])
        .run()
        .is(0, &expected, "");
}
