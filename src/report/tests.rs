//! One report with everything in it, and what every format must make of it.

use super::*;
use crate::form::Statistic;
use crate::form::report::{Content, Figures, Group, Section};

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn section(
    source: &str,
    title: &str,
    figures: Figures,
    rows: &[&str],
    columns: &[&[&str]],
    cells: &[&[&str]],
) -> Section {
    let cell = |cell: &&str| Some((*cell).to_owned()).filter(|cell| !cell.is_empty());
    Section {
        source: source.to_owned(),
        title: title.to_owned(),
        figures,
        unit: if matches!(figures, Figures::Statistic(Statistic::Mean)) {
            "USD".to_owned()
        } else {
            String::new()
        },
        rows: texts(rows),
        columns: columns.iter().map(|path| texts(path)).collect(),
        cells: cells
            .iter()
            .map(|row| row.iter().map(cell).collect())
            .collect(),
    }
}

/// Figures of which each stands once in the whole report, but for small ones.
fn sections(digit: &str) -> Vec<Section> {
    let figure = |text: &str| text.replace('#', digit);
    let nested: &[&[&str]] = &[&["2025", "Women"], &["2025", "Men"], &["=cmd()\n|'x'"]];
    let pay = "Pay <script>alert(1)</script> & \"more\"";
    let statistic = Figures::Statistic;
    let means: Vec<String> = ["#123456.78", "-#2.50", "#01", "1#34567890123456789.25"]
        .map(figure)
        .into();
    let [a, b, c, d] = means.as_slice() else {
        unreachable!()
    };
    vec![
        section(
            "pay",
            pay,
            statistic(Statistic::Mean),
            &["Board\u{1b}[31m", "-1+1"],
            nested,
            &[&[a, b, ""], &[c, d, "7.00"]],
        ),
        section(
            "pay",
            pay,
            statistic(Statistic::SampleDeviation),
            &["Board\u{1b}[31m", "-1+1"],
            nested,
            &[&["12.25", "3.5", ""], &["4.75", &figure("#5.5"), "0"]],
        ),
        section(
            "pay",
            pay,
            statistic(Statistic::Histogram),
            &["Board, 2025 / Women", "-1+1, 2025 / Women"],
            &[&["0 to 9"], &["10 to 99"], &["100 and more"]],
            &[&["3", "0", "19"], &["1", "20", &figure("#1")]],
        ),
        section(
            "seat",
            "Where do you sit?",
            Figures::Tally,
            &["Left", "Right", "@home"],
            &[&["parties"]],
            &[&[&figure("#2")], &["0"], &[&figure("#4")]],
        ),
        section(
            "age",
            "How old is the firm?",
            statistic(Statistic::Mean),
            &["How old is the firm?"],
            &[&["mean"]],
            &[&[&figure("4#.5")]],
        ),
    ]
}

pub(super) fn sample() -> Report {
    let of = |option: &str| vec![("+Industry".to_owned(), option.to_owned())];
    let group = |of, parties, content| Group {
        of,
        includes: Vec::new(),
        parties,
        content,
    };
    Report {
        title: "Pay <b>2025</b>\nof 'all'".to_owned(),
        description: "First line.\nSecond </p> line.".to_owned(),
        parties: 1234,
        minimum: 3,
        minimum_of_cells: None,
        groups: vec![
            group(Vec::new(), 1234, Content::Sections(sections("8"))),
            group(of("Tech / [x]"), 22, Content::Sections(sections("6"))),
            group(of("tech - [x]"), 20, Content::Sections(sections("9"))),
            group(
                of("=Law"),
                2,
                Content::Suppressed("fewer than 3 <parties>".to_owned()),
            ),
        ],
    }
}

/// Every figure of a report, with how many there are of it.
pub(super) fn figures(report: &Report) -> Vec<&str> {
    let sections = report
        .groups
        .iter()
        .filter_map(|group| match &group.content {
            Content::Sections(sections) => Some(sections),
            Content::Suppressed(_) => None,
        });
    let cells = sections
        .flatten()
        .flat_map(|section| section.cells.iter().flatten());
    cells.flatten().map(String::as_str).collect()
}

/// Fails unless `there` has each figure of a report at least as often as the report.
pub(super) fn assert_has_all(report: &Report, mut there: Vec<String>) {
    for figure in figures(report) {
        let at = there.iter().position(|text| text == figure);
        let at = at.unwrap_or_else(|| panic!("{figure} is missing"));
        there.swap_remove(at);
    }
}

#[test]
fn a_file_is_written_as_its_name_ends() {
    for format in Format::ALL {
        let path = format!("result.v1.{}", format.ending().to_uppercase());
        assert_eq!(Format::from_path(Path::new(&path)).unwrap(), format);
    }
    for path in ["result", "csv", ".csv", "result.pdf"] {
        let error = Format::from_path(Path::new(path)).unwrap_err().to_string();
        for format in Format::ALL {
            assert!(error.contains(&format!(".{format}")), "{error}");
        }
    }
}

#[test]
fn text_is_for_a_terminal() {
    let report = sample();
    let wide = text(&report, 200);
    let narrow = text(&report, 48);
    for text in [&wide, &narrow] {
        assert!(text.chars().all(|c| c == '\n' || !c.is_control()));
        let line = "+Industry: =Law (2 parties): fewer than 3 <parties>\n";
        assert!(text.contains(line));
        assert!(text.contains("8,123,456.78 "));
        assert!(text.contains("– │"));
        let cells = text.split(['│', '┆', '\n']);
        assert_has_all(
            &report,
            cells.map(|cell| cell.trim().replace(',', "")).collect(),
        );
    }
    let tables = narrow
        .lines()
        .filter(|line| line.starts_with(['│', '┌', '└']));
    assert!(tables.into_iter().all(|line| line.chars().count() <= 48));
}

#[test]
fn csv_has_a_line_for_each_figure() {
    let report = sample();
    let bytes = write(&report, Format::Csv).unwrap();
    let mut reader = ::csv::Reader::from_reader(bytes.as_slice());
    let header = reader.headers().unwrap().clone();
    assert_eq!(header.get(0), Some("group: +Industry"));
    assert_eq!(header.len(), 10);
    let records: Vec<_> = reader.records().map(Result::unwrap).collect();
    let values = records.iter().map(|record| record[8].to_owned());
    assert_has_all(&report, values.collect());
    for record in &records {
        for (at, field) in record.iter().enumerate() {
            let formula = field.starts_with(['=', '+', '-', '@', '\t']);
            assert!(
                !formula || at == 8 && labels::digits(field).is_some(),
                "{field}"
            );
            assert!(!field.contains(['\n', '\u{1b}']));
        }
    }
    let first: Vec<_> = records[0].iter().collect();
    let pay = "Pay <script>alert(1)</script> & \"more\"";
    let board = "Board\u{fffd}[31m";
    let expected = [
        "all",
        "1234",
        "pay",
        pay,
        "mean",
        "USD",
        board,
        "2025 / Women",
        "8123456.78",
        "",
    ];
    assert_eq!(first, expected);
    assert_eq!(&records[2][7], "'=cmd() |'x'");
    assert_eq!((&records[2][8], &records[2][9]), ("", "no figure"));
    let last: Vec<_> = records.last().unwrap().iter().collect();
    assert_eq!(last[..3], ["'=Law", "2", ""]);
    assert_eq!(last[9], "fewer than 3 <parties>");
}

#[test]
fn json_is_the_report() {
    let report = sample();
    let bytes = write(&report, Format::Json).unwrap();
    assert!(bytes.starts_with(b"{\n  \"format\": \"web-mpc-report-1\",\n  \"title\": "));
    let mut json: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    json.as_object_mut()
        .unwrap()
        .shift_remove("format")
        .unwrap();
    assert_eq!(json, serde_json::to_value(&report).unwrap());
    let law = &json["groups"][3];
    assert_eq!(law["of"][0][1], "=Law");
    assert_eq!(law["suppressed"], "fewer than 3 <parties>");
    assert_eq!(
        json["groups"][0]["sections"][0]["figures"]["statistic"],
        "mean"
    );
}
