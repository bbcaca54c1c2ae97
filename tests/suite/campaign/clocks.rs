//! Clocks that disagree by a year. The server goes by one that the test sets, and the programs by
//! that of this machine: whichever of the two is wrong, what the server's says is what counts, and
//! nothing that a client sends or checks depends on its own.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use tokio::runtime::Runtime;
use web_mpc::invitation::NewInvitation;
use web_mpc::server::Clock;

use super::super::harness::{Finished, Launch, Place};
use super::super::wire::{self, Served};
use super::{Invited, invite_by_hand, read_mailing};

const DAY: u64 = 24 * 3600;
const YEAR: u64 = 365 * DAY;

/// A server with its own clock, an analyst who invites, and devices of parties.
struct World {
    place: Place,
    clock: Arc<AtomicU64>,
    url: String,
    /// In this order: the server ends before what it runs on.
    _served: Served,
    _files: wire::Place,
    _runtime: Runtime,
}

/// What time it is on this machine.
fn here() -> u64 {
    u64::try_from(Timestamp::now().as_second()).unwrap()
}

/// A moment as a flag of the programs has it.
fn date(moment: u64) -> String {
    let moment = Timestamp::from_second(i64::try_from(moment).unwrap());
    moment.unwrap().to_string()
}

impl World {
    fn new(clock: u64) -> Self {
        let (runtime, files) = (Runtime::new().unwrap(), wire::Place::new());
        let clock = Arc::new(AtomicU64::new(clock));
        let served = runtime.block_on(files.serve_by(Clock::Set(Arc::clone(&clock))));
        let world = Self {
            place: Place::new(),
            clock,
            url: format!("ws://{}", served.address),
            _served: served,
            _files: files,
            _runtime: runtime,
        };
        let settings = ["--access", "invited", "--min-parties", "2"];
        world.analyst(&settings).exits(0);
        world
    }

    fn analyst(&self, args: &[&str]) -> Finished {
        let launch = self.place.analyst(&self.url);
        launch.env("TZ", "UTC").args(args).run()
    }

    /// Invites people by their labels.
    fn invite(&self, labels: &str, args: &[&str]) -> Vec<Invited> {
        let desk = self.place.folder("analyst");
        fs::write(desk.join("people.csv"), format!("label\n{labels}")).unwrap();
        let file = format!("links-{}.csv", labels.len());
        let base = ["invite", "--roster", "people.csv", "--out", &file];
        self.analyst(&[&base, args].concat()).exits(0);
        read_mailing(&desk.join(file))
    }

    /// Submits on a device of its own.
    fn submit(&self, device: &str, args: &[&str]) -> Finished {
        let launch = Launch::input_party(&self.place.folder(device)).env("TZ", "UTC");
        let base = ["--json", "--receipt", "mine.json"];
        launch.args(base).args(args).run()
    }
}

/// Refused with that code and that exit code.
#[track_caller]
fn refused(finished: Finished, code: &str, exit: i32) -> Finished {
    let finished = finished.exits(exit);
    let expected = format!("\"code\":\"{code}\"");
    assert!(finished.stdout.contains(&expected), "{finished}");
    finished
}

#[test]
fn clients_whose_clocks_are_behind_are_told_by_the_servers() {
    let world = World::new(here() + YEAR);
    let soon = date(here() + 30 * DAY);
    // For the analyst there is a month left, for the server it is over.
    let late = world.invite("Late\n", &["--expires", &soon]);
    let people = world.invite("Alpha\nBeta\n", &[]);
    let over = world.submit("late", &["--link", &late[0].link, "1"]);
    refused(over, "invitation_expired", 1);
    world.analyst(&["schedule", "--opens-at", &soon]).exits(0);
    let alpha = ["--link", &people[0].link, "40"];
    world.submit("alpha", &alpha).exits(0);
    let until = ["schedule", "--opens-at", "none", "--closes-at", &soon];
    world.analyst(&until).exits(0);
    let beta = ["--link", &people[1].link, "2"];
    refused(world.submit("beta", &beta), "closed_by_date", 1);
    let later = date(here() + 2 * YEAR);
    world.analyst(&["schedule", "--closes-at", &later]).exits(0);
    world.submit("beta", &[]).exits(0);
    world.analyst(&["reveal"]).sum(42);
}

#[test]
fn clients_whose_clocks_are_ahead_are_told_by_the_servers() {
    let world = World::new(here() - YEAR);
    let past = here() - 30 * DAY;
    // The program takes the analyst's word for what time it is, before it asks anybody.
    let asked = ["--json", "invite", "--count", "1", "--expires", &date(past)];
    refused(world.analyst(&asked), "expires_in_the_past", 2);
    // An invitation that is over for the analyst and for the party is not over for the server.
    let people = world.invite("Alpha\nBeta\n", &[]);
    let early = [NewInvitation {
        expires: Some(past),
        ..NewInvitation::default()
    }];
    let desk = world.place.folder("analyst");
    invite_by_hand(&world.url, &desk, &early);
    world.analyst(&["invitations", "--out", "all.csv"]).exits(0);
    let all = read_mailing(&desk.join("all.csv"));
    let early = ["--link", &all[2].link, "1"];
    world.submit("early", &early).exits(0);
    // The same with the dates of the collection.
    let until = ["schedule", "--closes-at", &date(past)];
    world.analyst(&until).exits(0);
    let alpha = ["--link", &people[0].link, "40"];
    world.submit("alpha", &alpha).exits(0);
    let from = ["schedule", "--opens-at", &date(past), "--closes-at", "none"];
    world.analyst(&from).exits(0);
    let beta = ["--link", &people[1].link, "1"];
    // What is told is how long it is until then, which both clocks agree about.
    let left = past - world.clock.load(Ordering::Relaxed);
    let day = |moment| date(moment)[.."2026-01-01".len()].to_owned();
    let before = day(here() + left);
    let told = refused(world.submit("beta", &beta), "too_early", 75);
    let after = day(here() + left);
    let says = |day: &str| told.stdout.contains(&format!("not taken before {day}"));
    assert!(says(&before) || says(&after), "{before}: {told}");
    world.clock.store(past, Ordering::Relaxed);
    world.submit("beta", &[]).exits(0);
    world.analyst(&["reveal"]).sum(42);
}

#[test]
fn a_wait_is_as_long_as_the_servers_clock_says() {
    let world = World::new(here() - YEAR);
    let people = world.invite("Alpha\nBeta\n", &[]);
    for (device, person, value) in [("first", 0, "1"), ("other", 1, "2")] {
        let args = ["--link", &people[person].link, value];
        world.submit(device, &args).exits(0);
    }
    let second = ["--link", &people[0].link, "--take-over", "40"];
    refused(world.submit("second", &second), "takeover_waiting", 75);
    world.clock.fetch_add(DAY - 3600, Ordering::Relaxed);
    refused(world.submit("second", &[]), "takeover_waiting", 75);
    // A day for the server, a moment for the party. The time grain of an hour is rounded up to.
    world.clock.fetch_add(2 * 3600, Ordering::Relaxed);
    world.submit("second", &[]).exits(0);
    world.analyst(&["reveal"]).sum(42);
}
