//! What must be nowhere at the end of the story, and what the analyst and the receiver of events were
//! told in it.

use web_mpc::crypto::{Analyst, Server};
use web_mpc::files::receipt;

use super::super::super::secrecy::needles::Needle;
use super::super::super::webhooks::{TOKEN, secret, told_of};
use super::super::secrecy::{
    Artifacts, Boxes, identity, of_identity, of_invitations, of_receipt, of_value, of_verify_key,
    opens_nothing,
};
use super::super::ties::{self, Names};
use super::{CORRECT, GRAIN, INTERRUPTED, SUBMIT, Story, WITHDRAW};

impl Story {
    /// Nothing that is secret is in the server's files, in a log, in an event or in what the analyst
    /// was told, and after the purge nothing opens what was submitted.
    pub(super) fn keep_secrets(&mut self) {
        let server = self.collection.place.folder("server");
        let receipt = self.collection.place.folder("second").join("mine.json");
        let terms = receipt::read(&receipt).unwrap().terms;
        self.look();
        let boxes = Boxes::read(&server);
        let key = Boxes::key(&server, &terms).unwrap();
        assert_eq!(boxes.opened_by(&key), SUBMIT - WITHDRAW);
        let analyst = identity::<Analyst>(&self.collection.desk().join("keys.json"));
        let mut needles = of_invitations(&self.people, &self.emails);
        needles.extend((1..=self.made).flat_map(|made| of_value(Self::hours(made))));
        needles.extend(boxes.shares(&key, &analyst.boxes));
        needles.extend(of_identity("the analyst's", &analyst));
        let own = identity::<Server>(&server.join("server-keys.json"));
        needles.extend(of_identity("the server's", &own));
        needles.push(of_verify_key(&analyst, &terms));
        for device in &self.devices {
            let folder = self.collection.place.folder(&device.name);
            needles.push(of_receipt(&folder.join("mine.json")));
        }
        let names = Names::read(&server);
        for (stream, text) in [
            ("table invitation", "Firm 00"),
            ("server stderr", "DEBUG"),
            ("party stdout", "Submitted to"),
            ("party stderr", "invitations were made"),
        ] {
            assert!(self.artifacts.hold(stream, text), "{stream} says something");
        }
        self.artifacts.hold_none_of(&needles);
        // Who knows the receiver's address or its secret could speak in the server's place.
        let receivers = secret(1).replace("whsec_", "");
        let receivers =
            [receivers.as_str(), TOKEN].map(|text| Needle::text("the receiver's", text, &[]));
        self.artifacts.hold_none_of(&receivers);

        self.collection.server.restart();
        self.collection.analyst(&["purge", "--yes"]).exits(0);
        self.receiver.until("the last event", |came| {
            let last = came.iter().find(|each| each.told().0 == "purged");
            last.map(|_| ())
        });
        let said = self.collection.server.kill();
        let mut purged = Artifacts::default();
        purged.log("server", &said);
        purged.database(&server);
        assert!(!purged.hold("table", "Firm 00"), "labels are gone");
        purged.hold_none_of(&boxes.sealed());
        purged.hold_none_of(&needles);
        assert!(Boxes::key(&server, &terms).is_none(), "the key is gone");
        opens_nothing(&boxes, &server, &self.collection.desk());
        self.collection.server.restart();
        self.collection.analyst(&["result"]).exits(0);
        self.what_was_told(&needles, &names);
    }

    /// To the analyst and to the receiver of events, from the beginning to the end.
    fn what_was_told(&self, needles: &[Needle], names: &Names) {
        let (frames, said) = (self.proxy.seen(), &self.collection.said);
        let mut told = Artifacts::default();
        told.transcript(&frames, said);
        assert!(told.hold("analyst stdout", "\"tracked\""));
        assert!(told.hold("frame roster", "Firm 00"), "records are decoded");
        told.hold_none_of(needles);
        let ties = ties::told(&frames, said, &self.people, names, GRAIN);
        assert!(ties.is_empty(), "{}", ties.join("\n"));

        let home = |number: u64| number % 2;
        let over_the_wire = ties::shown(&frames);
        let watched = said
            .iter()
            .find(|finished| finished.stdout.contains("\"tracked\""));
        let on_the_screen = ties::printed(&watched.unwrap().stdout, &self.people);
        for views in [&over_the_wire, &on_the_screen] {
            let small = ties::small_steps(views, home);
            assert!(small.is_empty(), "{}", small.join("\n"));
            let last = views.last().unwrap();
            assert!(
                last.used.len() > SUBMIT - 3 && last.cohorts[1] > last.cohorts[0],
                "{last:?}"
            );
        }

        let deliveries = self.receiver.deliveries();
        let mut events = Artifacts::default();
        events.webhooks(&deliveries);
        assert!(events.hold("webhook body", "\"submitted\""));
        assert!(events.hold("webhook header", "webhook-signature: "));
        events.hold_none_of(needles);
        let cohorts = ["North", "South"];
        let ties = ties::events(&deliveries, &self.people, &cohorts, names, GRAIN);
        assert!(ties.is_empty(), "{}", ties.join("\n"));
        self.every_event();
    }

    /// Each event of the story, in order, however often the server was killed.
    fn every_event(&self) {
        let mut parties = 0;
        let mut expected: Vec<(String, Option<u64>)> = Vec::new();
        let mut event = |happening: &str, by: i64| {
            parties += by;
            let parties = u64::try_from(parties).unwrap();
            expected.push((happening.to_owned(), Some(parties)));
        };
        event("created", 0);
        (0..SUBMIT).for_each(|_| event("submitted", 1));
        // All of those that were interrupted but one came to the server.
        let interrupted = INTERRUPTED.len() - 1;
        (0..CORRECT + interrupted).for_each(|_| event("corrected", 0));
        (0..WITHDRAW).for_each(|_| event("withdrawn", -1));
        // Who was told that nobody else is missing, and who went on with another device.
        (0..2).for_each(|_| event("corrected", 0));
        for happening in ["frozen", "revealed", "purged"] {
            event(happening, 0);
        }
        assert_eq!(told_of(&self.receiver.events(), "web-mpc"), expected);
    }
}
