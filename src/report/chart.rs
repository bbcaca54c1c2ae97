//! What the charts of a result show: bars with a label, a figure and perhaps a deviation. How they
//! are drawn is not said here. A chart shows figures that stand in a table beside it.

use super::grid;
use super::labels::{NONE, digits, figures_title, group_title, grouped, parties, path, plain};
use crate::form::Statistic;
use crate::form::report::{Content, Figures, Group, Report, Section};

/// Most bars of one section: where there are more, its table says it better.
const MAX_BARS: usize = 80;

/// Bars on one scale.
#[derive(Debug)]
pub(super) struct Chart {
    /// What it shows.
    pub(super) title: String,
    /// What length and whiskers stand for.
    pub(super) note: &'static str,
    pub(super) bars: Vec<Bar>,
}

/// One bar.
#[derive(Debug)]
pub(super) struct Bar {
    pub(super) label: String,
    /// What is written beside it.
    pub(super) figure: String,
    /// Its length, rounded; nothing where there is no figure.
    pub(super) value: Option<f64>,
    /// How far its whiskers reach to both sides.
    pub(super) deviation: Option<f64>,
}

/// A result of several groups side by side.
#[derive(Debug)]
pub(super) struct Comparison {
    /// A row for each group.
    pub(super) section: Section,
    pub(super) charts: Vec<Chart>,
}

/// The charts of one section, which stands among `sections`.
pub(super) fn charts(section: &Section, sections: &[Section]) -> Vec<Chart> {
    let count = section.rows.len().saturating_mul(section.columns.len());
    if !(2..=MAX_BARS).contains(&count) {
        return Vec::new();
    }
    match section.figures {
        Figures::Statistic(Statistic::Histogram) => histograms(section),
        Figures::Statistic(Statistic::Mean) => vec![means(section, deviations(section, sections))],
        Figures::Tally => vec![means(section, None)],
        _ => Vec::new(),
    }
}

/// A chart for each number.
fn histograms(section: &Section) -> Vec<Chart> {
    let charts = grid::rows(section).map(|(row, figures)| {
        let bars = section.columns.iter().zip(figures);
        Chart {
            title: format!(
                "{}, {}: {}",
                plain(&section.title),
                plain(row),
                figures_title(section)
            ),
            note: "The length of a bar is a number of parties.",
            bars: bars
                .map(|(bin, figure)| bar(path(bin), figure, None))
                .collect(),
        }
    });
    charts.collect()
}

/// One chart with a bar for each figure.
fn means(section: &Section, deviations: Option<&Section>) -> Chart {
    let mut bars = Vec::new();
    for (place, (row, figures)) in grid::rows(section).enumerate() {
        let reach = deviations.and_then(|section| section.cells.get(place));
        for (column, figure) in figures.into_iter().enumerate() {
            let headers = section.columns.get(column).map(|headers| path(headers));
            let headers =
                headers.filter(|headers| section.columns.len() > 1 && !headers.is_empty());
            let label =
                headers.map_or_else(|| plain(row), |path| format!("{}, {path}", plain(row)));
            let reach = reach.and_then(|row| row.get(column)?.as_deref());
            bars.push(bar(label, figure, reach));
        }
    }
    Chart {
        title: format!("{}: {}", plain(&section.title), figures_title(section)),
        note: if deviations.is_some() {
            "Whiskers reach one standard deviation to both sides."
        } else if section.figures == Figures::Tally {
            "The length of a bar is a number of parties."
        } else {
            "The length of a bar is the figure beside it."
        },
        bars,
    }
}

/// The deviations of the same numbers as those means.
fn deviations<'a>(means: &Section, sections: &'a [Section]) -> Option<&'a Section> {
    let statistics = [Statistic::SampleDeviation, Statistic::PopulationDeviation];
    let wanted = statistics.map(Figures::Statistic);
    let mut sections = sections.iter();
    sections.find(|other| {
        other.source == means.source
            && wanted.contains(&other.figures)
            && means.figures == Figures::Statistic(Statistic::Mean)
    })
}

fn bar(label: String, figure: Option<&str>, deviation: Option<&str>) -> Bar {
    Bar {
        label,
        figure: figure.map_or_else(|| NONE.to_owned(), grouped),
        value: figure.and_then(length),
        deviation: deviation.and_then(length),
    }
}

/// A figure as far as a drawing shows it.
fn length(figure: &str) -> Option<f64> {
    digits(figure)?;
    figure
        .parse()
        .ok()
        .filter(|length: &f64| length.is_finite())
}

/// Each question with one figure or with options, over all parties and over the groups of one
/// dimension, where at least two of them are shown.
pub(super) fn comparisons(report: &Report) -> Vec<Comparison> {
    let groups = report.groups.iter().filter(|group| group.of.len() < 2);
    let shown: Vec<(&Group, &[Section])> = groups
        .filter_map(|group| match &group.content {
            Content::Sections(sections) => Some((group, sections.as_slice())),
            Content::Suppressed(_) => None,
        })
        .collect();
    let Some((_, first)) = shown.first().filter(|_| shown.len() > 1) else {
        return Vec::new();
    };
    let compared = first.iter().filter(|section| match section.figures {
        Figures::Tally => section.columns.len() == 1,
        Figures::Statistic(Statistic::Mean) | Figures::RatioOfSums | Figures::MeanOfRatios => {
            (section.rows.len(), section.columns.len()) == (1, 1)
        }
        _ => false,
    });
    compared
        .map(|section| comparison(section, &shown))
        .collect()
}

fn comparison(model: &Section, shown: &[(&Group, &[Section])]) -> Comparison {
    let same = |other: &&Section| other.source == model.source && other.figures == model.figures;
    let groups: Vec<(&Group, &[Section], &Section)> = shown
        .iter()
        .filter_map(|(group, all)| Some((*group, *all, all.iter().find(same)?)))
        .collect();
    let options = if model.figures == Figures::Tally {
        model.rows.iter().map(|row| vec![row.clone()]).collect()
    } else {
        vec![vec![model.figures.title().to_owned()]]
    };
    let title = |group: &Group| format!("{} ({})", group_title(group), parties(group.parties));
    let first_column = |section: &Section| -> Vec<Option<String>> {
        let rows = section.cells.iter();
        rows.map(|row| row.first().cloned().flatten()).collect()
    };
    let section = Section {
        rows: groups.iter().map(|(group, ..)| title(group)).collect(),
        columns: options,
        cells: groups
            .iter()
            .map(|(_, _, section)| first_column(section))
            .collect(),
        ..model.clone()
    };
    let count = section.rows.len().saturating_mul(section.columns.len());
    let charts = if count > MAX_BARS {
        Vec::new()
    } else if model.figures == Figures::Tally {
        shares(model, &groups)
    } else {
        vec![side_by_side(model, &groups)]
    };
    Comparison { section, charts }
}

/// A chart for each option, with the share of each group.
fn shares(model: &Section, groups: &[(&Group, &[Section], &Section)]) -> Vec<Chart> {
    let charts = model.rows.iter().enumerate().map(|(option, title)| {
        let bars = groups.iter().map(|(group, _, section)| {
            let figure = section
                .cells
                .get(option)
                .and_then(|row| row.first()?.as_deref());
            let of = group.parties.to_string();
            let share = figure
                .and_then(length)
                .zip(length(&of).filter(|of| *of > 0.0));
            let mut bar = bar(group_title(group), figure, None);
            bar.figure = format!("{} of {}", bar.figure, grouped(&of));
            bar.value = share.map(|(figure, of)| figure / of);
            bar
        });
        Chart {
            title: format!("{}: {}", plain(&model.title), plain(title)),
            note: "The length of a bar is the share of the group's parties.",
            bars: bars.collect(),
        }
    });
    charts.collect()
}

/// One chart with the figure of each group.
fn side_by_side(model: &Section, groups: &[(&Group, &[Section], &Section)]) -> Chart {
    let mut whiskers = false;
    let mut bars = Vec::new();
    for (group, all, section) in groups {
        let only = |section: &Section| section.cells.first().and_then(|row| row.first()?.clone());
        let reach = deviations(section, all).and_then(only);
        whiskers |= reach.is_some();
        bars.push(bar(
            group_title(group),
            only(section).as_deref(),
            reach.as_deref(),
        ));
    }
    Chart {
        title: format!("{}: {}", plain(&model.title), figures_title(model)),
        note: if whiskers {
            "Whiskers reach one standard deviation to both sides."
        } else {
            "The length of a bar is the figure beside it."
        },
        bars,
    }
}
