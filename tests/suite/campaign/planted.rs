//! The search of a campaign is worth something: what is planted in any one stream is found.

use rusqlite::Connection;
use serde_json::{Value, json};
use web_mpc::crypto::{Invitation, SigningKeyPair};
use web_mpc::ids::{Blob, Fingerprint};
use web_mpc::invitation::Link;

use super::super::harness::{Finished, Launch, Place, Said};
use super::super::secrecy::needles::{Needle, secret};
use super::super::webhooks::receiver::Delivery;
use super::super::wire::{Direction, Seen, rng};
use super::Invited;
use super::secrecy::{Artifacts, of_value};
use super::ties::{self, Names, View};

const SECRET: [u8; 32] = *b"\x91plants\xfe\x00in every stream, once!!";

const GRAIN: u64 = 60;

fn needle() -> Needle {
    secret("it", &SECRET, &[])
}

/// In which streams something is found.
fn found(fill: impl FnOnce(&mut Artifacts), needles: &[Needle]) -> Vec<String> {
    let mut artifacts = Artifacts::default();
    fill(&mut artifacts);
    artifacts.found(needles)
}

/// A program that has ended.
fn ended() -> Finished {
    let place = Place::new();
    Launch::server(&place.folder("server"))
        .args(["--version"])
        .run()
}

fn frame(name: &str, payload: impl Into<Vec<u8>>) -> Seen {
    Seen {
        direction: Direction::ToAnalyst,
        name: name.to_owned(),
        payload: payload.into(),
    }
}

fn message(name: &str, content: &Value) -> Seen {
    frame(name, json!({ name: content }).to_string())
}

/// A record as it travels.
fn record(content: &Value) -> Value {
    json!({ "body": Blob(content.to_string().into_bytes()) })
}

fn delivery(happening: &str, timestamp: &str) -> Delivery {
    let body = json!({
        "type": happening,
        "timestamp": timestamp,
        "data": { "computation": "web-mpc", "round": 1, "fingerprint": "F", "parties": 3 },
    });
    Delivery {
        target: "/hooks".to_owned(),
        headers: vec![("webhook-id".to_owned(), "msg_1".to_owned())],
        body: body.to_string(),
        taken: true,
    }
}

#[test]
fn a_secret_is_found_in_a_log() {
    let hex = data_encoding::HEXLOWER.encode(&SECRET);
    let mut said = Said::default();
    said.err.push(format!("TRACE sealing share={hex}\n"));
    let in_log = found(|artifacts| artifacts.log("party", &said), &[needle()]);
    assert_eq!(in_log, ["it in party stderr"]);
    let mut finished = ended();
    assert!(
        found(
            |artifacts| artifacts.finished("party", &finished),
            &[needle()]
        )
        .is_empty()
    );
    let planted = format!("{SECRET:?}");
    finished.stdout.push_str(&planted);
    let printed = found(
        |artifacts| artifacts.transcript(&[], &[finished]),
        &[needle()],
    );
    assert_eq!(printed, ["it in analyst stdout"]);
}

#[test]
fn a_value_is_found_however_it_is_written() {
    let value = 517_203_918_000_u64;
    for written in [
        b"517203918000".to_vec(),
        b"517,203,918,000".to_vec(),
        value.to_be_bytes().to_vec(),
        u128::from(value).to_le_bytes().to_vec(),
        data_encoding::BASE64URL_NOPAD
            .encode(&value.to_be_bytes())
            .into_bytes(),
    ] {
        let frames = [frame("page", written.clone())];
        let told = found(
            |artifacts| artifacts.transcript(&frames, &[]),
            &of_value(value),
        );
        assert_eq!(told, ["a value in frame page"], "{written:?}");
    }
}

#[test]
fn a_secret_is_found_in_a_database() {
    let place = Place::new();
    let folder = place.folder("server");
    let database = Connection::open(folder.join("web-mpc.db")).unwrap();
    database
        .execute("CREATE TABLE small (cell BLOB)", [])
        .unwrap();
    database
        .execute("CREATE TABLE large (cell BLOB)", [])
        .unwrap();
    let insert = |table: &str, cell: &[u8]| {
        let insert = format!("INSERT INTO {table} VALUES (?1)");
        database.execute(&insert, [cell]).unwrap();
    };
    // So long that the file has it in two pieces, of which the first has 489 bytes.
    let mut cell = vec![0; 4577];
    cell[470..502].copy_from_slice(&SECRET);
    insert("large", &cell);
    let in_cell = found(|artifacts| artifacts.database(&folder), &[needle()]);
    assert_eq!(in_cell, ["it in table large"]);
    insert("small", &SECRET);
    let in_file = found(|artifacts| artifacts.database(&folder), &[needle()]);
    let all = [
        "it in file web-mpc.db",
        "it in table small",
        "it in table large",
    ];
    assert_eq!(in_file, all);
    // What was deleted is in the file still.
    database.execute("DROP TABLE large", []).unwrap();
    database.execute("DELETE FROM small", []).unwrap();
    let deleted = found(|artifacts| artifacts.database(&folder), &[needle()]);
    assert_eq!(deleted, ["it in file web-mpc.db"]);
}

#[test]
fn a_secret_is_found_in_what_the_analyst_is_told() {
    let inner = record(&json!({ "note": record(&json!({ "key": Blob(SECRET.to_vec()) })) }));
    for (told, frame) in [
        (
            "it in frame page",
            frame("page", [&[1, 0, 0][..], &SECRET].concat()),
        ),
        ("it in frame computation", message("computation", &inner)),
        (
            "it in frame error",
            message("error", &json!({ "have": SECRET })),
        ),
    ] {
        let frames = [frame];
        let found = found(|artifacts| artifacts.transcript(&frames, &[]), &[needle()]);
        assert_eq!(found.first().map(String::as_str), Some(told));
    }
}

#[test]
fn a_secret_is_found_in_an_event() {
    let text = data_encoding::BASE64.encode(&SECRET);
    let mut deliveries = vec![delivery("submitted", "2026-01-01T10:00:00Z")];
    assert!(found(|artifacts| artifacts.webhooks(&deliveries), &[needle()]).is_empty());
    deliveries[0]
        .headers
        .push(("x-trace".to_owned(), text.clone()));
    let in_head = found(|artifacts| artifacts.webhooks(&deliveries), &[needle()]);
    assert_eq!(in_head, ["it in webhook header"]);
    deliveries[0].headers.pop();
    deliveries[0].body = json!({ "data": text }).to_string();
    let in_body = found(|artifacts| artifacts.webhooks(&deliveries), &[needle()]);
    assert_eq!(in_body, ["it in webhook body"]);
}

/// Somebody who is invited, and a submission of somebody.
struct World {
    people: Vec<Invited>,
    names: Names,
    key: Blob,
    id: Blob,
}

impl World {
    fn new() -> Self {
        let keys = SigningKeyPair::<Invitation>::generate(&mut rng(17));
        let fingerprint = Fingerprint::new([9; 32]);
        let name = "web-mpc".parse().unwrap();
        let link = Link::new("https://example.org", name, fingerprint, Some(keys)).unwrap();
        let (key, id) = (Blob(vec![7; 32]), Blob(vec![8; 16]));
        Self {
            people: vec![Invited {
                label: "Müller & Söhne".to_owned(),
                link: link.to_string(),
            }],
            names: Names::new(vec![key.0.clone(), id.0.clone()]),
            key,
            id,
        }
    }

    /// A roster, as the analyst sealed it, and the submissions after the freeze.
    fn frames(&self) -> Vec<Seen> {
        let list = json!({ "invitations": [{ "label": self.people[0].label }] });
        let list = Blob(list.to_string().into_bytes());
        vec![
            message(
                "roster",
                &json!({ "lists": [{ "notice": 1, "list": list }] }),
            ),
            message("tracked", &json!({ "at": 1_800_000_000 })),
            message("frozen", &record(&json!({ "parties": 3 }))),
            frame("page", [&[1][..], &self.key.0, &self.id.0].concat()),
        ]
    }

    fn told(&self, frames: &[Seen], said: &[Finished]) -> Vec<String> {
        ties::told(frames, said, &self.people, &self.names, GRAIN)
    }
}

#[test]
fn a_tie_is_found_in_what_the_analyst_is_told() {
    let world = World::new();
    let frames = world.frames();
    assert!(world.told(&frames, &[]).is_empty());
    let both = json!({ "label": world.people[0].label, "submission_id": world.id });
    let fine = record(&json!({ "notice": { "at": 1_800_000_001_u64 } }));
    for (place, planted, expected) in [
        (
            4,
            message("roster", &record(&both)),
            "names an invitation and a submission",
        ),
        (
            1,
            message("tracked", &json!({ "of": world.id })),
            "names a submission before the freeze",
        ),
        (
            1,
            message(
                "error",
                &json!({ "message": data_encoding::HEXLOWER.encode(&world.key.0) }),
            ),
            "names a submission before the freeze",
        ),
        (
            1,
            message("computation", &fine),
            "tells the moment 1800000001",
        ),
        (
            1,
            message("error", &json!({ "since": "2027-01-15T08:00:01Z" })),
            "tells the moment 2027",
        ),
        (
            4,
            message("signatures", &json!([{ "sequence": 2 }])),
            "tells a version",
        ),
    ] {
        let mut frames = frames.clone();
        frames.insert(place, planted);
        let ties = world.told(&frames, &[]);
        assert_eq!(ties.len(), 1, "{ties:?}");
        assert!(ties[0].contains(expected), "{ties:?}");
    }
    let mut finished = ended();
    let planted = format!(
        "warning: {} is rejected\n",
        data_encoding::BASE64URL_NOPAD.encode(&world.id.0)
    );
    finished.stderr.push_str(&planted);
    let ties = world.told(&frames, &[finished]);
    assert!(
        ties.len() == 1 && ties[0].starts_with("a submission is named"),
        "{ties:?}"
    );
}

#[test]
fn a_tie_is_found_in_an_event() {
    let world = World::new();
    let coarse = "2026-01-01T10:05:00Z";
    let events = |delivery: Delivery| {
        ties::events(&[delivery], &world.people, &["North"], &world.names, GRAIN)
    };
    assert!(events(delivery("submitted", coarse)).is_empty());
    assert!(
        events(delivery("frozen", "2026-01-01T10:05:01.5Z")).is_empty(),
        "the analyst's own"
    );
    let changed = |change: &dyn Fn(&mut Delivery, &mut Value)| {
        let mut delivery = delivery("submitted", coarse);
        let mut body = delivery.json();
        change(&mut delivery, &mut body);
        delivery.body = body.to_string();
        events(delivery)
    };
    let label = world.people[0].label.clone();
    let id = data_encoding::BASE64URL_NOPAD.encode(&world.id.0);
    let fine = changed(&|_, body| body["timestamp"] = "2026-01-01T10:05:01Z".into());
    assert!(
        fine.len() == 1 && fine[0].contains("tells a moment"),
        "{fine:?}"
    );
    let more = changed(&|_, body| body["data"]["sequence"] = 2.into());
    assert!(
        more.len() == 1 && more[0].contains("tells more"),
        "{more:?}"
    );
    let named = changed(&|_, body| body["data"]["computation"] = label.as_str().into());
    assert!(
        named.len() == 1 && named[0].contains("a party or a cohort"),
        "{named:?}"
    );
    let cohort = changed(&|_, body| body["data"]["computation"] = "North".into());
    assert!(
        cohort.len() == 1 && cohort[0].contains("a party or a cohort"),
        "{cohort:?}"
    );
    let in_head = changed(&|delivery, _| delivery.headers.push(("x-of".to_owned(), id.clone())));
    assert!(
        in_head.len() == 1 && in_head[0].contains("names a submission"),
        "{in_head:?}"
    );
}

#[test]
fn a_step_of_fewer_than_three_is_found() {
    let view = |at: u64, used: &[u64], cohorts: [u64; 2]| View {
        at,
        cohorts: cohorts.to_vec(),
        used: used.to_vec(),
    };
    let start = view(60, &[0, 1, 2, 4], [3, 1]);
    let wrong = |next: View| ties::small_steps(&[start.clone(), next], |number| number % 2).len();
    assert_eq!(wrong(start.clone()), 0);
    assert_eq!(wrong(view(120, &[0, 1, 2, 4, 6, 8, 10], [6, 1])), 0);
    // Two leave and one comes; three move.
    assert_eq!(wrong(view(120, &[1, 2, 6], [2, 1])), 0);
    assert_eq!(wrong(view(120, &[0, 1, 2, 4], [0, 4])), 0);
    for alone in [
        view(120, &[0, 1, 2, 4, 6], [4, 1]),
        view(120, &[0, 1, 2, 4], [2, 2]),
        view(120, &[1, 2, 4], [1, 2]),
        // Another answer at the same boundary.
        view(60, &[0, 1, 2, 4, 6, 8, 10], [6, 1]),
        // Whoever is counted is used.
        view(120, &[0, 1, 2, 4, 6, 8, 10], [3, 1]),
    ] {
        assert_eq!(wrong(alone.clone()), 1, "{alone:?}");
    }
    let first = [view(60, &[0], [1, 0])];
    assert_eq!(
        ties::small_steps(&first, |number| number % 2).len(),
        1,
        "the first step"
    );
}
