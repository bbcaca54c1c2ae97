//! Collections with invited parties, as real processes: from the table of people to the receipts.

#[path = "campaign/misuse.rs"]
mod misuse;
#[path = "campaign/relay.rs"]
mod relay;
#[path = "campaign/restored.rs"]
mod restored;
#[path = "campaign/secrecy.rs"]
mod secrecy;
#[path = "campaign/story.rs"]
mod story;
#[path = "campaign/theft.rs"]
mod theft;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::harness::{Finished, Launch, Place, Server, free_address};
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
}

impl Collection {
    /// Opens a computation that only invited parties may submit to. `files` are the analyst's.
    pub(crate) fn open(server: &[&str], settings: &[&str], files: &[(&str, &str)]) -> Self {
        let place = Place::new();
        let server = Server::start(&place.folder("server"), free_address(), server);
        let url = server.url.clone();
        Self::on(place, server, url, settings, files)
    }

    /// The same, with a server that logs everything, and a proxy that reads along with the analyst.
    pub(crate) fn watched(settings: &[&str], files: &[(&str, &str)]) -> (Self, Proxy) {
        let place = Place::new();
        let folder = place.folder("server");
        let server = Server::logging(Some("trace"), &folder, free_address(), &[]);
        let proxy = Proxy::new(server.address, None);
        let url = format!("ws://{}", proxy.address);
        (Self::on(place, server, url, settings, files), proxy)
    }

    fn on(
        place: Place,
        server: Server,
        url: String,
        settings: &[&str],
        files: &[(&str, &str)],
    ) -> Self {
        for (name, content) in files {
            fs::write(place.folder("analyst").join(name), content).unwrap();
        }
        let mut collection = Self {
            place,
            server,
            said: Vec::new(),
            url,
        };
        let access = ["--access", "invited"];
        collection.analyst(&[&access, settings].concat()).exits(0);
        collection
    }

    /// The analyst's folder.
    pub(crate) fn desk(&self) -> PathBuf {
        self.place.folder("analyst")
    }

    /// Runs one of the analyst's commands to its end.
    pub(crate) fn analyst(&mut self, args: &[&str]) -> Finished {
        let launch = self.place.analyst(&self.url).args(args);
        let finished = launch.run();
        self.said.push(finished.clone());
        finished
    }

    /// Invites the people of a table, and gives them as the table for the mail merge has them.
    pub(crate) fn invite(&mut self, roster: &str, args: &[&str]) -> Vec<Invited> {
        fs::write(self.desk().join("people.csv"), roster).unwrap();
        let file = format!("invitations-{}.csv", self.said.len());
        let base = ["invite", "--roster", "people.csv", "--out", &file];
        self.analyst(&[&base, args].concat()).exits(0);
        read_mailing(&self.desk().join(file))
    }

    /// A party's own device: a folder of its own.
    pub(crate) fn device(&self, name: &str) -> Launch {
        Launch::input_party(&self.place.folder(name))
    }
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
