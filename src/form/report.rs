//! A result as people read it: groups of parties, and for each of them grids of exact figures.
//! Whoever writes a table, a spreadsheet or a page of it needs nothing but this.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Statistic;

/// In place of a figure: too few gave what it is made of, or it would show such a figure together
/// with others.
pub const HIDDEN: &str = "hidden";

/// The result of a form.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The form's.
    pub title: String,
    /// The form's.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// How many parties are in the result.
    pub parties: u64,
    /// Fewest parties of a published group.
    pub minimum: u64,
    /// Fewest parties of a group that gave a published part that may be left empty; nothing where
    /// there are no such parts or single answers may be shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_of_cells: Option<u64>,
    /// All parties first, then the groups of each dimension, then those of both together.
    pub groups: Vec<Group>,
}

/// The first member of a result as JSON. It changes when a program that read the JSON before could
/// misunderstand it; new members do not change it.
pub const FORMAT: &str = "web-mpc-report-1";

/// A result as JSON says it: its members behind the name of the format.
#[derive(Debug, Serialize)]
pub struct Document<'a> {
    format: &'static str,
    #[serde(flatten)]
    report: &'a Report,
}

impl<'a> Document<'a> {
    /// That of a result.
    #[must_use]
    pub fn of(report: &'a Report) -> Self {
        let format = FORMAT;
        Self { format, report }
    }
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Report({} parties, ..)", self.parties)
    }
}

impl Report {
    /// What [`HIDDEN`] means, if it stands anywhere.
    #[must_use]
    pub fn why_hidden(&self) -> Option<String> {
        let minimum = self.minimum_of_cells?;
        let hides = |section: &Section| {
            section
                .cells
                .iter()
                .flatten()
                .flatten()
                .any(|f| f == HIDDEN)
        };
        let hidden = self.groups.iter().any(|group| match &group.content {
            Content::Sections(sections) => sections.iter().any(hides),
            Content::Suppressed(_) => false,
        });
        hidden.then(|| {
            format!(
                "\"{HIDDEN}\": fewer than {minimum} parties of the group gave it, or it would tell \
                 such a figure together with others."
            )
        })
    }
}

/// The result over one group of parties.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Titles of dimension and option, for each dimension that the group is about; none for all
    /// parties.
    pub of: Vec<(String, String)>,
    /// Options whose parties are counted in this group, since they are too few for one of their own,
    /// each with the title of its dimension.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub includes: Vec<(String, String)>,
    /// How many parties.
    pub parties: u64,
    /// Its figures, or why they are not shown.
    #[serde(flatten)]
    pub content: Content,
}

/// What is shown of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// Its figures.
    Sections(Vec<Section>),
    /// Why there are none, for people.
    Suppressed(String),
}

/// A grid of figures of one sort.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Id of the table, question, ratio or cross-table.
    pub source: String,
    /// Its title.
    pub title: String,
    /// What the figures are.
    pub figures: Figures,
    /// Of the figures; empty where they count.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// Headers of the rows.
    pub rows: Vec<String>,
    /// The headers above each column, from the outermost.
    pub columns: Vec<Vec<String>>,
    /// Row by row. An exact decimal number; nothing where there is none: the mean of nobody; or
    /// [`HIDDEN`].
    pub cells: Vec<Vec<Option<String>>>,
}

impl fmt::Debug for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Section({}, {:?}, ..)", self.source, self.figures)
    }
}

/// What the figures of a section are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Figures {
    /// A statistic of numbers, of those of one unit: another one has a section of its own. A histogram
    /// has one row for each number and one column for each bin; quartiles have two columns for each
    /// number.
    Statistic(Statistic),
    /// How many parties chose each option: one row for each.
    Tally,
    /// How many chose each pair of options.
    CrossTable,
    /// Sum over sum.
    RatioOfSums,
    /// Mean of the parties' quotients.
    MeanOfRatios,
}

impl Figures {
    /// What the figures are, for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Statistic(Statistic::Count) => "count",
            Self::Statistic(Statistic::Sum) => "sum",
            Self::Statistic(Statistic::Mean) => "mean",
            Self::Statistic(Statistic::PopulationDeviation) => "standard deviation (population)",
            Self::Statistic(Statistic::SampleDeviation) => "standard deviation (sample)",
            Self::Statistic(Statistic::Histogram) => "histogram",
            Self::Statistic(Statistic::Median) => "median (from the histogram)",
            Self::Statistic(Statistic::Quartiles) => "quartiles (from the histogram)",
            Self::Tally | Self::CrossTable => "parties",
            Self::RatioOfSums => "ratio of sums",
            Self::MeanOfRatios => "mean of ratios",
        }
    }
}
