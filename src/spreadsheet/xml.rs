//! A walk through the XML of one part. Nothing is expanded but the five entities of XML and
//! characters by number; what is not closed at the end is a mistake.

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::SpreadsheetError;

/// What comes next.
#[derive(Debug)]
pub(super) enum Step<'a> {
    /// An element begins. One without content ends right after.
    Start(Element<'a>),
    /// The element of that local name ends.
    End(String),
    /// Text.
    Text(String),
}

/// An element's name, without its namespace, and attributes.
#[derive(Debug)]
pub(super) struct Element<'a>(BytesStart<'a>);

impl Element<'_> {
    pub(super) fn name(&self) -> &str {
        self.0.local_name().into_inner()
    }

    /// The attribute of that local name. `prefix` tells two of them apart; most have no rival.
    pub(super) fn attribute(&self, prefix: Option<&str>, name: &str) -> Option<String> {
        let attributes = self.0.attributes().flatten();
        let mut wanted = attributes.filter(|attribute| {
            let own = attribute
                .key
                .prefix()
                .map(quick_xml::name::Prefix::into_inner);
            attribute.key.local_name().into_inner() == name && (prefix.is_none() || own == prefix)
        });
        let value = wanted
            .next()?
            .normalized_value(XmlVersion::default())
            .ok()?;
        Some(value.into_owned())
    }

    pub(super) fn get(&self, name: &str) -> Option<String> {
        self.attribute(None, name)
    }

    /// A number that says how many; 1 if it is not there.
    pub(super) fn count(&self, name: &str) -> u32 {
        let count = self.get(name).and_then(|count| count.parse().ok());
        count.unwrap_or(1).max(1)
    }

    /// Whether an attribute says yes.
    pub(super) fn says(&self, name: &str) -> bool {
        matches!(self.get(name).as_deref(), Some("1" | "true" | "on"))
    }
}

/// A part that is being read.
pub(super) struct Walk<'a> {
    reader: Reader<&'a [u8]>,
    name: &'a str,
    depth: usize,
}

impl<'a> Walk<'a> {
    pub(super) fn new(name: &'a str, text: &'a str) -> Self {
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        Self {
            reader,
            name,
            depth: 0,
        }
    }

    fn damaged(&self) -> SpreadsheetError {
        let at = self.reader.buffer_position();
        SpreadsheetError::Damaged(format!("{}, at byte {at}", self.name))
    }

    /// What comes next; nothing at the end.
    pub(super) fn step(&mut self) -> Result<Option<Step<'a>>, SpreadsheetError> {
        loop {
            let event = self.reader.read_event().map_err(|_| self.damaged())?;
            let step = match event {
                Event::Start(element) | Event::Empty(element) => {
                    self.depth = self.depth.saturating_add(1);
                    Step::Start(Element(element))
                }
                Event::End(element) => {
                    self.depth = self.depth.saturating_sub(1);
                    Step::End(element.local_name().into_inner().to_owned())
                }
                Event::Text(text) => Step::Text(text.xml10_content().into_owned()),
                Event::CData(text) => Step::Text(text.xml10_content().into_owned()),
                Event::GeneralRef(reference) => {
                    let letter = entity(&reference).ok_or_else(|| self.damaged())?;
                    Step::Text(letter.to_string())
                }
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => continue,
                Event::Eof if self.depth > 0 => return Err(self.damaged()),
                Event::Eof => return Ok(None),
            };
            return Ok(Some(step));
        }
    }

    /// Reads on to the end of an element that began, with all that is in it.
    pub(super) fn skip(&mut self) -> Result<(), SpreadsheetError> {
        let outside = self.depth.saturating_sub(1);
        while self.depth > outside && self.step()?.is_some() {}
        Ok(())
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }
}

fn entity(reference: &BytesRef<'_>) -> Option<char> {
    if let Some(letter) = reference.resolve_char_ref().ok()? {
        return Some(letter);
    }
    match &*reference.xml10_content() {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}
