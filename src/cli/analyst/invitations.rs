//! `invitations`: the links, on the terminal or as a table for a mail merge.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::super::arguments::Sending;
use super::super::command::command;
use super::super::exit::{Exit, Failure};
use super::super::output::Output;
use super::super::{dates, forms, qr};
use super::collect::Run;
use super::invite::{dimensions, join_invited};
use crate::client;
use crate::files::atomic::{self, Readers};
use crate::ids::Fingerprint;
use crate::manifest::Terms;
use crate::roster::{Addressee, STANDARD, Template, mailing};
use crate::session::Invitee;
use crate::text;

/// `invitations`
pub(super) async fn invitations(run: &mut Run, sending: &Sending) -> Result<(), Failure> {
    let writer = Writer::new(run, sending)?;
    let (mut connection, joined) = join_invited(run).await?;
    let known = client::roster(&mut connection, &joined, &run.identity).await?;
    connection.close().await;
    if known.is_empty() {
        let hint = run.again("invite --count N");
        return Err(
            Failure::new(Exit::NotReady, "nobody_invited", "nobody is invited yet")
                .hint(format!("invite people with: {hint}")),
        );
    }
    let revoked = known.iter().filter(|invitee| invitee.revoked).count();
    if revoked > 0 {
        run.output.note(&format!(
            "note: left out, as you have revoked them: {revoked}"
        ));
    }
    writer.write(&joined.terms, &known)
}

/// How links are written.
pub(super) struct Writer {
    /// `http://` or `https://`, a host and perhaps a port, and a slash.
    origin: String,
    template: Template,
    qr: bool,
    out: Option<PathBuf>,
    output: Output,
}

impl Writer {
    /// Checks everything that can be checked before there are links.
    pub(super) fn new(run: &Run, sending: &Sending) -> Result<Self, Failure> {
        let template = match &sending.message {
            None => Template::parse(STANDARD),
            Some(path) => Template::parse(&forms::read(path)?),
        };
        let template = template.map_err(|error| {
            let name = sending
                .message
                .as_deref()
                .unwrap_or_else(|| Path::new("the message"));
            let message = format!("{} {error}", name.display());
            Failure::new(Exit::Usage, "message_invalid", message)
                .hint("for example: Dear {label}, this is your own link: {link}")
        })?;
        let ending = run.out.as_deref().and_then(Path::extension);
        if ending.is_some_and(|ending| !ending.eq_ignore_ascii_case("csv")) {
            return Err(Failure::usage("invitations are written as a table in CSV")
                .hint("end the file's name with .csv"));
        }
        if let Some(path) = run.out.as_deref().filter(|path| path.exists()) {
            let message = format!("{} is there already, and may hold links", path.display());
            return Err(Failure::new(Exit::Usage, "file_exists", message).hint("name another file"));
        }
        let url = sending.url.as_ref().unwrap_or(&run.url);
        Ok(Self {
            origin: url.page(),
            template,
            qr: sending.qr,
            out: run.out.clone(),
            output: run.output.clone(),
        })
    }

    /// Whether there is a date where the message says one: a gap in a letter helps nobody.
    pub(super) fn check_expires(&self, expires: Option<u64>) -> Result<(), Failure> {
        if expires.is_some() || !self.template.says("expires") {
            return Ok(());
        }
        let message = "the message says {expires}, and there are invitations without such a date";
        Err(Failure::new(Exit::Usage, "message_invalid", message)
            .hint("invite with --expires DATE, or leave {expires} out of the message"))
    }

    /// Writes the links of some invitations.
    pub(super) fn write(&self, terms: &Terms, invitees: &[Invitee]) -> Result<(), Failure> {
        let rows = invitees
            .iter()
            .filter(|invitee| !invitee.revoked)
            .map(|invitee| self.row(terms, invitee))
            .collect::<Result<Vec<Addressee>, Failure>>()?;
        if let Some(path) = &self.out {
            self.write_table(path, terms, &rows)?;
        }
        for row in &rows {
            self.output.event(
                "invitation",
                json!({ "number": row.number, "label": row.label, "link": row.link }),
            );
            if self.out.is_none() || self.qr {
                let name = row.label.as_deref().map_or_else(String::new, text::plain);
                let line = format!("#{} {name} {}", row.number, row.link);
                self.output.result(&line.replace("  ", " "));
            }
            if self.qr {
                let code = qr::code(&row.link).ok_or_else(|| {
                    Failure::failed("the link is too long for a code that a telephone reads")
                })?;
                self.output.result(&code);
            }
        }
        Ok(())
    }

    fn write_table(&self, path: &Path, terms: &Terms, rows: &[Addressee]) -> Result<(), Failure> {
        let bytes = mailing(dimensions(terms), rows);
        let bytes = bytes.map_err(|error| Failure::failed(error.to_string()))?;
        let created = atomic::create_new(path, &bytes, Readers::Owner)
            .map_err(|error| Failure::failed(error.to_string()))?;
        if !created {
            let message = format!("{} is there already", path.display());
            return Err(
                Failure::new(Exit::Failed, "file_exists", message).hint(format!(
                    "the invitations are made; write them with: {}",
                    command("analyst", "invitations --out FILE.csv")
                )),
            );
        }
        self.output
            .event("mailing", json!({ "file": path, "rows": rows.len() }));
        self.output
            .result(&format!("Invitations: {}", path.display()));
        Ok(())
    }

    fn row(&self, terms: &Terms, invitee: &Invitee) -> Result<Addressee, Failure> {
        self.check_expires(invitee.expires)?;
        let manifest = &terms.manifest;
        let link = invitee
            .link(&self.origin, &manifest.name, &terms.fingerprint)
            .map_err(|error| Failure::usage(error.to_string()))?
            .to_string();
        let number = invitee.number.saturating_add(1);
        let label = invitee.person.label.as_ref().map(ToString::to_string);
        let email = invitee.person.email.as_ref().map(ToString::to_string);
        let expires = invitee.expires.map(dates::shown);
        let data = match terms.scheme.form() {
            None => "VALUE",
            Some(_) => "--file FILE",
        };
        let message = self.template.fill(|name| match name {
            "link" => link.clone(),
            "label" => label.clone().unwrap_or_default(),
            "email" => email.clone().unwrap_or_default(),
            "number" => number.to_string(),
            "computation" => manifest.name.to_string(),
            "round" => manifest.round.to_string(),
            "words" => terms.fingerprint.words(Fingerprint::WORDS_SHOWN),
            "expires" => expires.clone().unwrap_or_default(),
            "command" => command("input-party", &format!("--link \"{link}\" {data}")),
            _ => String::new(),
        });
        Ok(Addressee {
            number,
            label,
            email,
            cohorts: invitee.cohorts.clone(),
            expires,
            link,
            message,
        })
    }
}
