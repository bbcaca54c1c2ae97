//! The result as one page: no script, nothing from elsewhere, and a policy that forbids both.

mod style;
mod table;

use self::style::{STYLE, STYLE_HASH};
use self::table::table;
use super::chart::{Chart, Comparison, charts, comparisons};
use super::labels::{group_title, grouped, parties, plain, plain_lines, section_title};
use super::svg::svg;
use crate::form::report::{Content, Group, Report, Section};

/// A text for the page, within an element or an attribute.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for c in plain(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

pub(super) fn html(report: &Report) -> String {
    let comparisons = comparisons(report);
    let mut page = head(report);
    page += &contents(report, !comparisons.is_empty());
    page += "<main id=\"result\" tabindex=\"-1\">\n";
    for (index, group) in report.groups.iter().enumerate() {
        page += &group_section(group, &format!("group-{index}"));
    }
    if !comparisons.is_empty() {
        page += &compared(&comparisons, report);
    }
    page + "</main>\n</body>\n</html>\n"
}

fn head(report: &Report) -> String {
    let title = escape(&report.title);
    let lines = plain_lines(&report.description).filter(|line| !line.is_empty());
    let description: Vec<String> = lines
        .map(|line| format!("<p>{}</p>\n", escape(&line)))
        .collect();
    let description = description.concat();
    let minimum = if report.groups.len() > 1 {
        let minimum = grouped(&report.minimum.to_string());
        format!(" A group has figures from {minimum} parties on.")
    } else {
        String::new()
    };
    let hidden = report.why_hidden();
    let hidden = hidden.map_or_else(String::new, |why| format!("<p>{}</p>\n", escape(&why)));
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src '{STYLE_HASH}'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#result\">Skip to the result</a>\n\
         <header>\n<h1>{title}</h1>\n{description}<p>{}.{minimum} Where there is no figure, such \
         as the mean of nobody, stands a dash.</p>\n{hidden}</header>\n",
        parties(report.parties),
    )
}

fn contents(report: &Report, compared: bool) -> String {
    let groups = report.groups.iter().enumerate().map(|(index, group)| {
        let note = match &group.content {
            Content::Sections(_) => "",
            Content::Suppressed(_) => ", not shown",
        };
        let (title, parties) = (escape(&group_title(group)), parties(group.parties));
        format!("<li><a href=\"#group-{index}\">{title}</a> ({parties}{note})</li>\n")
    });
    let mut items: Vec<String> = groups.collect();
    if compared {
        items.push("<li><a href=\"#compared\">Groups compared</a></li>\n".to_owned());
    }
    let items = items.concat();
    format!(
        "<nav aria-labelledby=\"contents\">\n<h2 id=\"contents\">Contents</h2>\n<ul>\n{items}\
         </ul>\n</nav>\n"
    )
}

fn group_section(group: &Group, id: &str) -> String {
    let content = match &group.content {
        Content::Suppressed(reason) => {
            format!(
                "<p class=\"suppressed\">Not shown: {}</p>\n",
                escape(reason)
            )
        }
        Content::Sections(sections) => sections_of(sections, id),
    };
    format!(
        "<section id=\"{id}\" aria-labelledby=\"{id}-title\">\n<h2 id=\"{id}-title\">{}</h2>\n\
         <p>{}</p>\n{content}</section>\n",
        escape(&group_title(group)),
        parties(group.parties),
    )
}

/// Table and charts of each section; sections of one source share a heading.
fn sections_of(sections: &[Section], id: &str) -> String {
    let mut parts = Vec::new();
    let mut source = None;
    for (index, section) in sections.iter().enumerate() {
        if source != Some(&section.source) {
            parts.push(format!("<h3>{}</h3>\n", escape(&section.title)));
            source = Some(&section.source);
        }
        parts.push(table(section));
        parts.push(figures(
            &charts(section, sections),
            &format!("{id}-{index}"),
        ));
    }
    parts.concat()
}

/// Charts below what each of them shows.
fn figures(charts: &[Chart], id: &str) -> String {
    let charts = charts.iter().enumerate().map(|(place, chart)| {
        let caption = escape(&chart.title);
        let svg = svg(chart, &format!("{id}-{place}"));
        format!("<figure>\n<figcaption>{caption}</figcaption>\n{svg}</figure>\n")
    });
    let charts: Vec<String> = charts.collect();
    charts.concat()
}

fn compared(comparisons: &[Comparison], report: &Report) -> String {
    let mut parts = vec![
        "<section id=\"compared\" aria-labelledby=\"compared-title\">\n\
                    <h2 id=\"compared-title\">Groups compared</h2>\n"
            .to_owned(),
    ];
    let hidden = report
        .groups
        .iter()
        .filter(|group| group.of.len() < 2 && matches!(group.content, Content::Suppressed(_)));
    let hidden: Vec<String> = hidden.map(|group| escape(&group_title(group))).collect();
    if !hidden.is_empty() {
        parts.push(format!(
            "<p class=\"suppressed\">Not shown: {}</p>\n",
            hidden.join("; ")
        ));
    }
    for (index, Comparison { section, charts }) in comparisons.iter().enumerate() {
        parts.push(format!("<h3>{}</h3>\n", escape(&section_title(section))));
        parts.push(table(section));
        parts.push(figures(charts, &format!("compared-{index}")));
    }
    parts.push("</section>\n".to_owned());
    parts.concat()
}

#[cfg(test)]
mod tests;
