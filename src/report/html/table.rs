//! A section as a table whose headers say what they stand for.

use super::super::grid::{self, Header};
use super::super::labels::{NONE, digits, figures_title, grouped};
use super::escape;
use crate::form::report::Section;

/// The table, in an element that scrolls where it is too wide.
pub(super) fn table(section: &Section) -> String {
    let caption = escape(&figures_title(section));
    let label = escape(&section.title);
    format!(
        "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{label}: {caption}\">\n\
         <table>\n<caption>{caption}</caption>\n{}<tbody>\n{}</tbody>\n</table>\n</div>\n",
        head(section),
        body(section),
    )
}

fn head(section: &Section) -> String {
    let depth = grid::depth(&section.columns);
    if depth == 0 {
        return String::new();
    }
    let lines = (0..depth).map(|line| {
        let corner = if line == 0 {
            format!("<td{}></td>", span("rowspan", depth))
        } else {
            String::new()
        };
        let headers = grid::headers(&section.columns, line);
        let headers: String = headers.iter().map(cell).collect();
        format!("<tr>{corner}{headers}</tr>\n")
    });
    let lines: Vec<String> = lines.collect();
    format!("<thead>\n{}</thead>\n", lines.concat())
}

fn cell(header: &Header<'_>) -> String {
    let scope = if header.columns > 1 {
        "colgroup"
    } else {
        "col"
    };
    format!(
        "<th scope=\"{scope}\"{}{}>{}</th>",
        span("colspan", header.columns),
        span("rowspan", header.lines),
        escape(header.title),
    )
}

fn span(name: &str, count: usize) -> String {
    if count > 1 {
        format!(" {name}=\"{count}\"")
    } else {
        String::new()
    }
}

fn body(section: &Section) -> String {
    let rows = grid::rows(section).map(|(header, figures)| {
        let figures: String = figures.into_iter().map(figure).collect();
        format!(
            "<tr><th scope=\"row\">{}</th>{figures}</tr>\n",
            escape(header)
        )
    });
    let rows: Vec<String> = rows.collect();
    rows.concat()
}

fn figure(figure: Option<&str>) -> String {
    match figure {
        None => format!("<td>{NONE}</td>"),
        Some(figure) if digits(figure).is_some() => {
            format!(
                "<td><data value=\"{figure}\">{}</data></td>",
                grouped(figure)
            )
        }
        Some(figure) => format!("<td>{}</td>", escape(figure)),
    }
}
