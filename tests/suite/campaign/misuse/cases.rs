//! The ways themselves, from the set-up to the end.

use std::fs;

use serde_json::Value;
use web_mpc::invitation::NewInvitation;

use super::super::super::harness::free_address;
use super::super::{Collection, by_way_of, read_mailing};
use super::World;

impl World {
    /// Before anybody is invited.
    pub(super) fn inviting(&mut self) {
        self.analyst("nobody is invited yet", &["invitations"]);
        let there = ["--computation", "nowhere", "invite", "--count", "1"];
        self.analyst("a computation that is not there", &there);
        let open = ["--computation", "open", "invite", "--count", "1"];
        self.analyst("a computation that is open to all", &open);
        let keys = ["--keys", "stranger.json", "invite", "--count", "1"];
        self.collection
            .analyst(&["--keys", "stranger.json", "keys", "show"])
            .exits(0);
        self.analyst("another analyst's keys", &keys);
        self.analyst("more than may take part", &["invite", "--count", "7"]);
        self.analyst("neither a number nor a table", &["invite"]);
        let nonsense = ["invite", "--count", "1", "--expires", "soon"];
        self.analyst("an expiry that is no date", &nonsense);
        let over = ["invite", "--count", "1", "--expires", "2001-01-01"];
        self.analyst("an expiry that is over, or a clock that is wrong", &over);
        self.write("no-link.txt", "Dear {label}, take part!\n");
        let message = ["invite", "--count", "1", "--message", "no-link.txt"];
        self.analyst("a message without the link", &message);
        self.write("name.txt", "Dear {name}, take part: {link}\n");
        let message = ["invite", "--count", "1", "--message", "name.txt"];
        self.analyst("a message with an unknown placeholder", &message);
        self.write("there.csv", "");
        let file = ["invite", "--count", "1", "--out", "there.csv"];
        self.analyst("a file that is there already", &file);
        let labels = ["--computation", "new", "--tracking", "labels"];
        self.analyst("labels without invitations", &labels);
        let parties = ["--computation", "new", "--publish", "parties"];
        self.analyst("a result for parties without invitations", &parties);
        self.analyst(
            "another policy than it was opened with",
            &["--access", "open"],
        );
    }

    /// What can be wrong with a table of people.
    pub(super) fn tables(&mut self) {
        self.analyst(
            "a table that is not there",
            &["invite", "--roster", "none.csv"],
        );
        for (what, content) in [
            ("a table of nobody", &b"label,email\n"[..]),
            ("duplicate labels", b"label\nAcme\nBolt\nacme \n"),
            ("a column that is not known", b"label,phone\nAcme,1\n"),
            ("an address that is none", b"label,email\nAcme,acme\n"),
            ("an address that is a formula", b"email\n=1+1@x.example\n"),
            ("a line that is not whole", b"label,email\nAcme\n"),
            ("a quotation mark that is not closed", b"label\n\"Acme\n"),
            ("text that is not UTF-8", b"label\nM\xFCller\n"),
            ("a workbook", b"PK\x03\x04"),
        ] {
            self.write("people.csv", content);
            self.analyst(what, &["invite", "--roster", "people.csv"]);
        }
        self.write("people.csv", vec![b'\n'; 16_000_001]);
        self.analyst("an oversize table", &["invite", "--roster", "people.csv"]);
        self.write("people.csv", "label,branch\nAcme,West\n");
        let hours = ["--computation", "hours", "invite", "--roster", "people.csv"];
        self.analyst("a cohort that the form does not have", &hours);
        // A label may look like a formula; the cell in the table is none.
        self.people = self.collection.invite("label\n=1+1\nBolt\nCoil\n", &[]);
        assert_eq!(self.people[0].label, "'=1+1");
        self.write("people.csv", "label\nbolt\n");
        self.analyst(
            "a label that is taken",
            &["invite", "--roster", "people.csv"],
        );
        self.analyst("a label that nobody has", &["revoke", "Bolt", "Acme"]);
    }

    /// What can be wrong with a link.
    pub(super) fn links(&mut self) {
        for (number, person) in self.people.clone().into_iter().enumerate() {
            self.book.mask(&person.link, &format!("LINK-{number}"));
        }
        let link = self.people[1].link.clone();
        let (head, secret) = link.rsplit_once('.').unwrap();
        self.party(
            "a link that was cut off",
            &["--link", &link[..link.len() - 4], "42"],
        );
        let half = link.split_once('#').unwrap().0;
        self.party("half a link", &["--link", half, "42"]);
        let page = link.replacen("/#", "/page#", 1);
        self.party("a link to a page", &["--link", &page, "42"]);
        let ftp = link.replacen("http", "ftp", 1);
        self.party("a link of another kind", &["--link", &ftp, "42"]);
        let first = if secret.starts_with('A') { "B" } else { "A" };
        let wrong = format!("{head}.{first}{}", &secret[1..]);
        let receipt = ["--receipt", "RECEIPT"];
        self.party(
            "a link with a wrong secret",
            &[&["--link", &wrong], &receipt[..], &["42"]].concat(),
        );
        let name = head.split_once('#').unwrap().1.split_once('.').unwrap().0;
        let other = link.replacen(&format!("#{name}."), &format!("#{name}.A"), 1);
        self.party(
            "a link with a fingerprint that is too long",
            &["--link", &other, "42"],
        );
        let server = self.collection.server.url.clone();
        let none = ["--server", &server, "42"];
        self.party("no link where one is needed", &none);
        let insisting = ["--link", &link, "--min-parties", "3", "42"];
        self.party("a party that wants more parties", &insisting);
        let pinned = ["--link", &link, "--fingerprint", &"A".repeat(43), "42"];
        self.party("a link and another fingerprint", &pinned);
        let away = free_address();
        let moved = by_way_of(&link, &format!("ws://{away}"));
        self.book.mask(&away.to_string(), "ELSEWHERE");
        self.party(
            "a server that is away",
            &["--link", &moved, "--wait", "0", "42"],
        );
        self.party("a value that is none", &["--link", &link, "forty-two"]);
    }

    /// What can be wrong with who uses a link, and when.
    pub(super) fn devices(&mut self) {
        let link = self.people[1].link.clone();
        let submit = |collection: &Collection, name: &str, link: &str, value: &str| {
            let args = ["--link", link, "--receipt", "mine.json", value];
            collection.device(name).args(args).run()
        };
        submit(&self.collection, "first", &link, "42").exits(0);
        let again = ["--link", &link, "--receipt", "RECEIPT", "43"];
        self.party("a link that another device has used", &again);
        let waiting = submit(&self.collection, "second", &link, "43").exits(1);
        drop(waiting);
        let receipt = ["--receipt", "RECEIPT"];
        let take = [&["--link", &link, "--take-over"], &receipt[..], &["43"]].concat();
        self.device_of(
            "second",
            "another device's place, without its consent",
            &take,
        );
        let take = ["--link", &link, "--take-over", "--receipt", "RECEIPT", "43"];
        self.party("a third device, while the second one waits", &take);
        let key = "A".repeat(43);
        let first = self.collection.device("first");
        let released = first.args(["release", "mine.json", &key]).run().exits(0);
        let consent = released.stdout.trim().to_owned();
        let args = ["--receipt", "RECEIPT", "--release", &consent];
        self.device_of("second", "a consent for another device", &args);
        let args = ["--receipt", "RECEIPT", "--release", &consent[..100]];
        self.device_of("second", "a consent that was cut off", &args);
        let args = ["release", "RECEIPT", &consent[..43]];
        self.device_of("first", "a consent for the device itself", &args);
        let other = self.people[0].link.clone();
        let args = ["--link", &other, "--receipt", "RECEIPT", "1"];
        self.device_of("first", "a receipt of another invitation", &args);
        let args = ["--computation", "open", "--receipt", "RECEIPT", "1"];
        self.device_of("first", "a receipt of another computation", &args);

        let late = self.overdue();
        self.book.mask(&late, "LINK-expired");
        let args = ["--link", &late, "--receipt", "RECEIPT", "42"];
        self.party("an expired link", &args);
        let revoked = self.people[2].clone();
        self.collection
            .analyst(&["revoke", &revoked.label])
            .exits(0);
        let args = ["--link", &revoked.link, "--receipt", "RECEIPT", "42"];
        self.party("a revoked link", &args);
        let status = ["--computation", "open", "status", "--json"];
        let status = self.collection.analyst(&status).exits(0);
        let status: Value = serde_json::from_str(status.stdout.lines().next().unwrap()).unwrap();
        let (origin, fragment) = link.split_once("/#").unwrap();
        let secret = fragment.rsplit_once('.').unwrap().1;
        let open = status["fingerprint"].as_str().unwrap();
        let open = format!("{origin}/#open.{open}.{secret}");
        self.book.mask(secret, "SECRET");
        self.party(
            "a link's secret where everybody may submit",
            &["--link", &open, "42"],
        );

        self.collection
            .analyst(&["--computation", "hours", "--form", "form.json"])
            .exits(0);
        fs::write(
            self.collection.desk().join("north.csv"),
            "label,branch\nAcme,North\n",
        )
        .unwrap();
        let invite = [
            "--computation",
            "hours",
            "invite",
            "--roster",
            "north.csv",
            "--out",
            "north-links.csv",
        ];
        self.collection.analyst(&invite).exits(0);
        let north = read_mailing(&self.collection.desk().join("north-links.csv"));
        self.book.mask(&north[0].link, "LINK-north");
        let answers = r#"{"cohorts": {"branch": "South"}, "questions": {"hours": 40}}"#;
        fs::write(
            self.collection.place.folder("party").join("answers.json"),
            answers,
        )
        .unwrap();
        let args = [
            "--link",
            &north[0].link,
            "--receipt",
            "RECEIPT",
            "--answers",
            "answers.json",
            "--yes",
        ];
        self.party("another cohort than the link's", &args);
        let args = ["--link", &north[0].link, "--receipt", "RECEIPT", "40"];
        self.party("a number where a form is asked", &args);
    }

    /// The link of somebody whose time is over already: no command invites so late, so that nobody has
    /// to wait until it is.
    fn overdue(&mut self) -> String {
        let people = [NewInvitation {
            label: Some("Dyne".parse().unwrap()),
            expires: Some(1),
            ..NewInvitation::default()
        }];
        self.collection.invite_by_hand(&people);
        let table = ["invitations", "--out", "all-links.csv"];
        self.collection.analyst(&table).exits(0);
        let all = read_mailing(&self.collection.desk().join("all-links.csv"));
        let late = all.into_iter().find(|person| person.label == "Dyne");
        late.unwrap().link
    }

    /// While the collection takes nothing.
    pub(super) fn states(&mut self) {
        let link = self.people[0].link.clone();
        let submit = ["--link", &link, "--receipt", "RECEIPT", "42"];
        self.collection.analyst(&["pause"]).exits(0);
        self.party("while it is paused", &submit);
        self.collection.analyst(&["close"]).exits(0);
        self.party("when it is closed", &submit);
        self.collection.analyst(&["resume"]).exits(0);
        let far = "2099-01-01T00:00:00Z";
        self.collection
            .analyst(&["schedule", "--opens-at", far])
            .exits(0);
        self.party("too early", &submit);
        let over = ["--opens-at", "none", "--closes-at", "2020-01-01T00:00:00Z"];
        self.collection
            .analyst(&[&["schedule"], &over[..]].concat())
            .exits(0);
        self.party("too late", &submit);
        let none = ["--opens-at", "none", "--closes-at", "none"];
        self.collection
            .analyst(&[&["schedule"], &none[..]].concat())
            .exits(0);
        self.analyst("a reveal of too few", &["reveal"]);
        self.device_of(
            "first",
            "a look at the result too early",
            &["verify", "RECEIPT"],
        );
    }

    /// When it is over.
    pub(super) fn afterwards(&mut self) {
        let link = self.people[0].link.clone();
        let args = ["--link", &link, "--receipt", "mine.json", "8"];
        self.collection.device("other").args(args).run().exits(0);
        self.collection.analyst(&["reveal"]).exits(0);
        self.analyst("an invitation when it is over", &["invite", "--count", "1"]);
        self.analyst("a revocation when it is over", &["revoke", "Bolt"]);
        self.analyst("a second reveal", &["reveal"]);
        self.device_of(
            "first",
            "a correction when it is over",
            &["--receipt", "RECEIPT", "43"],
        );
        let device = self.collection.device("first");
        drop(device.args(["--receipt", "mine.json", "43"]).run());
        self.device_of(
            "other",
            "a withdrawal when it is over",
            &["withdraw", "RECEIPT"],
        );
        self.device_of(
            "second",
            "what never took the other device's place",
            &["verify", "RECEIPT"],
        );
    }
}
