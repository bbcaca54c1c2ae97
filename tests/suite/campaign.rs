//! Collections with invited parties, as real processes: from the table of people to the receipts.

#[path = "campaign/clocks.rs"]
mod clocks;
#[path = "campaign/misuse.rs"]
mod misuse;
#[path = "campaign/planted.rs"]
mod planted;
#[path = "campaign/relay.rs"]
mod relay;
#[path = "campaign/restored.rs"]
mod restored;
#[path = "campaign/secrecy.rs"]
mod secrecy;
#[path = "campaign/story.rs"]
mod story;
#[path = "campaign/texts.rs"]
mod texts;
#[path = "campaign/theft.rs"]
mod theft;
#[path = "campaign/ties.rs"]
mod ties;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use web_mpc::client::{self, ServerUrl};
use web_mpc::crypto::{Analyst, Entropy};
use web_mpc::files::keyfile;
use web_mpc::ids::ComputationName;
use web_mpc::invitation::NewInvitation;
use web_mpc::session::{AnalystSession, Purpose, Settings};

use super::harness::{Finished, Launch, Place, Process, Server, free_address};
use super::webhooks::receiver::{Mood, Receiver};
use super::webhooks::{flags, url};
use super::wire::Proxy;

/// One party of a collection, with the link that it was sent.
#[derive(Debug, Clone)]
pub(crate) struct Invited {
    pub(crate) label: String,
    pub(crate) link: String,
}

/// A server and an analyst who invites.
pub(crate) struct Collection {
    pub(crate) place: Place,
    pub(crate) server: Server,
    /// What the analyst's commands have said, in order.
    pub(crate) said: Vec<Finished>,
    /// Where the analyst's programs find the server.
    url: String,
    /// What programs log, where that is not the usual.
    level: Option<&'static str>,
}

impl Collection {
    /// Opens a computation that only invited parties may submit to. `files` are the analyst's.
    pub(crate) fn open(server: &[&str], settings: &[&str], files: &[(&str, &str)]) -> Self {
        let place = Place::new();
        let server = Server::start(&place.folder("server"), free_address(), server);
        let url = server.url.clone();
        let mut collection = Self::new(place, server, url, files);
        collection.set_up(settings);
        collection
    }

    /// The same, with programs that log everything, a proxy that reads along with the analyst, and
    /// somebody who receives the events.
    pub(crate) fn watched(settings: &[&str], files: &[(&str, &str)]) -> (Self, Proxy, Receiver) {
        let place = Place::new();
        let folder = place.folder("server");
        let receiver = Receiver::start(free_address(), Mood::Take);
        let flags = flags(&place, &url(receiver.address));
        let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
        let level = Some("trace");
        let server = Server::logging(level, &folder, free_address(), &flags);
        let proxy = Proxy::new(server.address, None);
        let url = format!("ws://{}", proxy.address);
        let mut collection = Self::new(place, server, url, files);
        collection.level = level;
        collection.set_up(settings);
        (collection, proxy, receiver)
    }

    fn new(place: Place, server: Server, url: String, files: &[(&str, &str)]) -> Self {
        for (name, content) in files {
            fs::write(place.folder("analyst").join(name), content).unwrap();
        }
        Self {
            place,
            server,
            said: Vec::new(),
            url,
            level: None,
        }
    }

    fn set_up(&mut self, settings: &[&str]) {
        let access = ["--access", "invited"];
        self.analyst(&[&access, settings].concat()).exits(0);
    }

    /// The analyst's folder.
    pub(crate) fn desk(&self) -> PathBuf {
        self.place.folder("analyst")
    }

    /// Runs one of the analyst's commands to its end.
    pub(crate) fn analyst(&mut self, args: &[&str]) -> Finished {
        let finished = self.logging(self.place.analyst(&self.url).args(args)).run();
        self.said.push(finished.clone());
        finished
    }

    /// Starts one of the analyst's commands.
    pub(crate) fn start_analyst(&self, args: &[&str]) -> Process {
        let launch = self.place.analyst(&self.url).args(args);
        self.logging(launch).start()
    }

    fn logging(&self, launch: Launch) -> Launch {
        match self.level {
            Some(level) => launch.env("WEB_MPC_LOG", level),
            None => launch,
        }
    }

    /// Invites the people of a table, and gives them as the table for the mail merge has them.
    pub(crate) fn invite(&mut self, roster: &str, args: &[&str]) -> Vec<Invited> {
        fs::write(self.desk().join("people.csv"), roster).unwrap();
        let file = format!("invitations-{}.csv", self.said.len());
        let base = ["invite", "--roster", "people.csv", "--out", &file];
        self.analyst(&[&base, args].concat()).exits(0);
        read_mailing(&self.desk().join(file))
    }

    /// Invites people without the analyst's program, which would refuse some of them.
    pub(crate) fn invite_by_hand(&self, people: &[NewInvitation]) {
        invite_by_hand(&self.url, &self.desk(), people);
    }

    /// A party's own device: a folder of its own.
    pub(crate) fn device(&self, name: &str) -> Launch {
        self.logging(Launch::input_party(&self.place.folder(name)))
    }
}

/// Invites people with the keys in a folder, whatever the program would say to that.
pub(crate) fn invite_by_hand(url: &str, desk: &Path, people: &[NewInvitation]) {
    let keys = keyfile::load::<Analyst>(&desk.join("keys.json"));
    let identity = keys.unwrap().unwrap().identity;
    let url: ServerUrl = url.parse().unwrap();
    let inviting = async {
        let (name, settings) = (ComputationName::default(), Settings::default());
        let session = AnalystSession::new(identity.clone(), name, settings, Purpose::Existing);
        let entropy = Entropy::System;
        let (mut connection, joined) = client::join(&url, session, &entropy).await.unwrap();
        let invited = client::invite(&mut connection, &joined, people, &identity, &entropy);
        invited.await.unwrap();
        connection.close().await;
    };
    tokio::runtime::Runtime::new().unwrap().block_on(inviting);
}

/// The people in a table for a mail merge.
pub(crate) fn read_mailing(path: &Path) -> Vec<Invited> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let rows = reader.deserialize::<BTreeMap<String, String>>();
    rows.map(Result::unwrap)
        .map(|row| Invited {
            label: row["label"].clone(),
            link: row["link"].clone(),
        })
        .collect()
}

/// A link that leads to another address: by way of a proxy, say.
pub(crate) fn by_way_of(link: &str, url: &str) -> String {
    let fragment = link.split_once('#').unwrap().1;
    format!("{}/#{fragment}", url.replacen("ws", "http", 1))
}
