//! Server and analyst are killed at every step of a reveal, one at a time, and started again: the
//! same result afterwards, never a second batch, never another sum.
//!
//! There is no crash switch in the product: a proxy counts the frames of an undisturbed reveal, and
//! then ends one side before or after frame k is delivered.

use std::collections::BTreeSet;
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;

use rusqlite::{Connection, OpenFlags};
use web_mpc::protocol::{self, ClientMessage, ServerMessage};

use super::wire::{
    Direction, Heard, Place, Process, Programs, Proxy, Seen, Trigger, When, Which, Wire, seal_many,
    until,
};

/// Four pages of the default computation.
const PARTIES: u64 = 2_500;

/// Who is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Victim {
    Server,
    Analyst,
}

#[derive(Debug, Clone, Copy)]
struct Case {
    victim: Victim,
    direction: Direction,
    frame: usize,
    when: When,
}

#[test]
fn killed_at_any_frame_the_reveal_comes_to_the_same_result() {
    let stage = prepare();
    let undisturbed = play(&stage, None);
    let names: Vec<_> = undisturbed.iter().map(|seen| seen.name.as_str()).collect();
    let pages = names.iter().filter(|name| **name == "page").count();
    assert!(pages >= 3, "{names:?}");
    let cases = if super::long() {
        every_case(&undisturbed)
    } else {
        spread(&undisturbed)
    };
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::SeqCst)) {
                    play(&stage, Some(*case));
                }
            });
        }
    });
    println!("killed at {} places of {} frames", cases.len(), names.len());
}

/// Frames of one direction, with their numbers.
fn numbered(seen: &[Seen], direction: Direction) -> impl Iterator<Item = (usize, &Seen)> {
    let of = seen.iter().filter(move |seen| seen.direction == direction);
    of.enumerate()
}

const DIRECTIONS: [Direction; 2] = [Direction::ToServer, Direction::ToAnalyst];

fn every_case(seen: &[Seen]) -> Vec<Case> {
    let mut cases = Vec::new();
    for direction in DIRECTIONS {
        // What the analyst's system says after the analyst has ended is not a step of the reveal.
        let steps = numbered(seen, direction).filter(|(_, seen)| seen.name != "close");
        for (frame, _) in steps {
            for victim in [Victim::Server, Victim::Analyst] {
                cases.extend([When::Before, When::After].map(|when| Case {
                    victim,
                    direction,
                    frame,
                    when,
                }));
            }
        }
    }
    cases
}

/// The frames around every step that is stored, and some of the pages.
fn spread(seen: &[Seen]) -> Vec<Case> {
    let steps = [
        ("notice", When::After),
        ("frozen", When::Before),
        ("prepare", When::After),
        ("page", When::Before),
        ("verdicts", When::After),
        ("commit", When::Before),
        ("commit", When::After),
        ("committed", When::Before),
        ("release", When::After),
        ("released", When::Before),
        ("result", When::Before),
        ("result", When::After),
        ("recorded", When::Before),
    ];
    let mut cases = Vec::new();
    for (name, when) in steps {
        for direction in DIRECTIONS {
            let named = numbered(seen, direction).filter(|(_, seen)| seen.name == name);
            let Some((frame, _)) = named.last() else {
                continue;
            };
            cases.extend([Victim::Server, Victim::Analyst].map(|victim| Case {
                victim,
                direction,
                frame,
                when,
            }));
        }
    }
    cases
}

/// A computation with all its submissions, before the freeze.
struct Stage {
    place: Place,
    sum: String,
}

fn prepare() -> Stage {
    let place = Place::new();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let mut served = place.serve().await;
        // At the end of its input it leaves the computation open.
        let analyst = Programs::new(place.path()).analyst(served.address, &[]);
        assert!(tokio::task::block_in_place(|| analyst.wait()).success());
        let (mut wire, _, _) = Wire::greeted(served.address).await;
        let lookup = ClientMessage::Lookup {
            which: protocol::Which::Name("web-mpc".parse().unwrap()),
            wait: false,
        };
        let ServerMessage::Computation(standing) = wire.ask(&lookup).await else {
            panic!("no computation: {}", analyst.stderr());
        };
        let terms = web_mpc::manifest::Terms::agreed(&standing.manifest).unwrap();
        let submissions = seal_many(&terms, PARTIES, value);
        for some in submissions.chunks(50) {
            for submission in some {
                wire.say(&ClientMessage::Submit(submission.clone())).await;
            }
            for _ in some {
                let answer = wire.hear().await;
                let receipt = matches!(answer, Heard::Message(ServerMessage::Receipt(_)));
                assert!(receipt, "{answer:?}");
            }
        }
        wire.close().await;
        served.stop().await;
    });
    let sum: i64 = (0..PARTIES).map(value).sum();
    Stage {
        place,
        sum: format!("SUM IS: {sum}"),
    }
}

fn value(party: u64) -> i64 {
    i64::try_from(party * party % 9_973).unwrap()
}

/// One reveal, disturbed or not; gives the frames that went by.
fn play(stage: &Stage, case: Option<Case>) -> Vec<Seen> {
    let place = stage.place.duplicate();
    let programs = Programs::new(place.path());
    let (mut server, address) = programs.server();
    let victim = Arc::new(OnceLock::<Process>::new());
    let proxy = Proxy::new(address, case.map(|case| case.trigger(&victim)));
    if case.is_some_and(|case| case.victim == Victim::Server) {
        victim.set(server.clone()).unwrap();
    }
    let mut analyst = programs.analyst(proxy.address, &["reveal"]);
    if case.is_some_and(|case| case.victim == Victim::Analyst) {
        victim.set(analyst.clone()).unwrap();
    }
    if let Some(case) = case {
        // After the last frame the analyst may have ended before the proxy comes to it.
        until(&format!("{case:?}"), || proxy.fired().then_some(()));
        match case.victim {
            Victim::Server => {
                let (again, address) = programs.server();
                proxy.point_to(address);
                server = again;
            }
            Victim::Analyst => analyst = programs.analyst(proxy.address, &["reveal"]),
        }
    }
    let status = analyst.wait();
    let (out, err) = (analyst.stdout(), analyst.stderr());
    let over = err.contains("is over");
    assert!(status.success() || over, "{case:?}: {out}{err}");
    assert!(over || out.contains(&stage.sum), "{case:?}: {out}{err}");
    let seen = proxy.seen();

    let again = programs.analyst(proxy.address, &["result"]);
    assert!(again.wait().success(), "{case:?}: {}", again.stderr());
    assert!(again.stdout().contains(&stage.sum), "{case:?}");
    server.kill();
    for answer in ["frozen", "committed"] {
        let answers = seen.iter().filter(|seen| seen.name == answer);
        let distinct: BTreeSet<_> = answers.map(|seen| &seen.payload).collect();
        assert!(distinct.len() <= 1, "{case:?}: {answer} differs");
    }
    check_files(&place, case);
    seen
}

impl Case {
    fn trigger(self, victim: &Arc<OnceLock<Process>>) -> Trigger {
        let victim = Arc::clone(victim);
        Trigger {
            direction: self.direction,
            frame: Which::Number(self.frame),
            when: self.when,
            action: Box::new(move || victim.wait().kill()),
            cut: true,
        }
    }
}

/// One batch, one commit, one result; ledger and journal have the same.
fn check_files(place: &Place, case: Option<Case>) {
    let database =
        Connection::open_with_flags(place.file("web-mpc.db"), OpenFlags::SQLITE_OPEN_READ_WRITE)
            .unwrap();
    for table in ["batch", "committed", "result", "notice"] {
        let count = format!("SELECT count(*) FROM {table}");
        let rows: i64 = database.query_row(&count, [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 1, "{case:?}: {table}");
    }
    let lines = |file: &str, fields: [&str; 2]| -> [String; 2] {
        let text = fs::read_to_string(place.file(file)).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
        let lines: Vec<serde_json::Value> = lines.collect();
        fields.map(|field| {
            let of = lines.iter().filter_map(|line| line[field].as_str());
            let of: Vec<_> = of.collect();
            assert_eq!(of.len(), 1, "{case:?}: {field} in {text}");
            of[0].to_owned()
        })
    };
    let ledger = lines("server-keys.json.ledger", ["frozen", "committed"]);
    let journal = lines("keys.json.journal", ["root", "commit"]);
    assert_eq!(ledger, journal, "{case:?}");
}
