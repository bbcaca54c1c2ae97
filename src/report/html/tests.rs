//! The page, read back.

use super::super::tests::{assert_has_all, sample};
use super::*;

/// Elements without an end.
const VOID: [&str; 1] = ["meta"];

/// What is open after an element's start or end; fails where they cross.
fn nested<'a>(mut open: Vec<&'a str>, tag: &'a str) -> Vec<&'a str> {
    let name = tag.split_whitespace().next().unwrap().trim_end_matches('/');
    if let Some(name) = name.strip_prefix('/') {
        assert_eq!(open.pop(), Some(name), "crossed by </{name}>");
    } else if !(tag.ends_with('/') || tag.starts_with('!') || VOID.contains(&name)) {
        open.push(name);
    }
    open
}

/// Every tag of a page, without its brackets.
fn tags(page: &str) -> Vec<&str> {
    let parts = page.split('<').skip(1);
    parts
        .map(|part| part.split_once('>').expect("a tag ends").0)
        .collect()
}

#[test]
fn elements_are_balanced() {
    let page = html(&sample());
    let tags = tags(&page);
    assert!(
        tags.iter()
            .fold(Vec::new(), |open, tag| nested(open, tag))
            .is_empty()
    );
    for tag in &tags {
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
    }
    // What follows a tag has no bracket of its own but in the sheet.
    let words = page
        .split('<')
        .skip(1)
        .map(|part| part.split_once('>').unwrap());
    let mut words = words.filter(|(tag, _)| *tag != "style");
    assert!(words.all(|(_, words)| !words.contains('>')));
}

#[test]
fn titles_are_no_markup() {
    let page = html(&sample());
    assert!(!page.contains("<script") && !page.contains("<b>") && !page.contains('\u{1b}'));
    assert!(page.contains("Pay &lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;more&quot;"));
    assert!(page.contains("<title>Pay &lt;b&gt;2025&lt;/b&gt; of &#39;all&#39;</title>"));
    assert!(page.contains("<p>Second &lt;/p&gt; line.</p>"));
}

#[test]
fn nothing_comes_from_elsewhere() {
    let page = html(&sample());
    assert!(page.contains("content=\"default-src 'none'; style-src 'sha256-"));
    for word in [
        "http:",
        "https:",
        "src=",
        " style=",
        "javascript:",
        " on",
        "@import",
    ] {
        let found = tags(&page).into_iter().find(|tag| tag.contains(word));
        assert_eq!(found, None);
    }
}

#[test]
fn ids_are_unique_and_links_lead_somewhere() {
    let page = html(&sample());
    let values = |name: &str| -> Vec<String> {
        let parts = page.split(name).skip(1);
        parts
            .map(|part| part.split_once('"').unwrap().0.to_owned())
            .collect()
    };
    let mut ids = values(" id=\"");
    let labels = values("aria-labelledby=\"");
    let named = labels.iter().flat_map(|ids| ids.split(' '));
    let linked = values("href=\"#");
    for id in named.chain(linked.iter().map(String::as_str)) {
        assert!(ids.iter().any(|known| known == id), "{id}");
    }
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

#[test]
fn every_figure_has_its_cell() {
    let report = sample();
    let page = html(&report);
    let values = page.split("<td><data value=\"").skip(1);
    let values = values.map(|part| part.split_once('"').unwrap().0.to_owned());
    assert_has_all(&report, values.collect());
    assert!(page.contains(">8,123,456.78</data></td>"));
    assert!(page.contains("<td>–</td>"));
    assert!(page.contains("Not shown: fewer than 3 &lt;parties&gt;"));
}

#[test]
fn headers_say_what_they_stand_above() {
    let page = html(&sample());
    let head = "<thead>\n<tr><td rowspan=\"2\"></td>\
                <th scope=\"colgroup\" colspan=\"2\">2025</th>\
                <th scope=\"col\" rowspan=\"2\">=cmd() |&#39;x&#39;</th></tr>\n\
                <tr><th scope=\"col\">Women</th><th scope=\"col\">Men</th></tr>\n</thead>";
    assert!(page.contains(head));
}

#[test]
fn charts_are_drawn_and_described() {
    let page = html(&sample());
    for (part, count) in [
        // For each group means, two histograms and a tally; three options and an age compared.
        ("<svg role=\"img\"", 3 * 4 + 4),
        ("<title id=", 3 * 4 + 4),
        ("<desc id=", 3 * 4 + 4),
        // Five means of six have a deviation, drawn as three lines.
        ("class=\"whisker\"", 3 * 5 * 3),
        (">82 of 1,234</text>", 1),
        (">62 of 22</text>", 1),
    ] {
        assert_eq!(page.matches(part).count(), count, "{part}");
    }
    assert!(page.contains("<a href=\"#compared\">"));
    assert!(page.contains("<p class=\"suppressed\">Not shown: +Industry: =Law</p>"));
}

#[test]
fn one_group_is_not_compared() {
    let mut report = sample();
    report.groups.truncate(1);
    assert!(!html(&report).contains("compared"));
}
