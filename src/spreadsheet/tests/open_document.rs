//! Open Document files, made by hand.

use super::files::zipped;
use super::*;

fn ods(rows: &str) -> Vec<u8> {
    styled("shown", rows)
}

/// With one style that shows a sheet and one that hides it.
fn styled(style: &str, rows: &str) -> Vec<u8> {
    let content = format!(
        r#"<office:document-content xmlns:office="o" xmlns:style="s" xmlns:table="t" xmlns:text="x" xmlns:calcext="c">
        <office:automatic-styles>
        <style:style style:name="hidden" style:family="table"><style:table-properties table:display="false"/></style:style>
        <style:style style:name="shown" style:family="table"><style:table-properties table:display="true"/></style:style>
        </office:automatic-styles><office:body><office:spreadsheet>
        <table:table table:name="Other" table:style-name="hidden"><table:table-row/></table:table>
        <table:table table:name="Salary" table:style-name="{style}"><table:table-column/>{rows}</table:table>
        </office:spreadsheet></office:body></office:document-content>"#
    );
    zipped(&[
        (
            "mimetype",
            b"application/vnd.oasis.opendocument.spreadsheet",
        ),
        ("META-INF/manifest.xml", b"<manifest/>"),
        ("content.xml", content.as_bytes()),
    ])
}

fn text(text: &str) -> String {
    format!(
        r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#
    )
}

fn number(number: &str) -> String {
    format!(
        r#"<table:table-cell office:value-type="float" office:value="{number}"><text:p>shown</text:p></table:table-cell>"#
    )
}

/// The headers of the table, with the first merged over both columns.
fn headers() -> String {
    let empty = "<table:table-cell/>";
    format!(
        r#"<table:table-row>{empty}</table:table-row>
        <table:table-row>{empty}<table:table-cell table:number-columns-spanned="2" office:value-type="string"><office:annotation><text:p>a note</text:p></office:annotation><text:p>20<text:span>24</text:span></text:p></table:table-cell><table:covered-table-cell/></table:table-row>
        <table:table-row>{empty}{}{}</table:table-row>"#,
        text("Mean"),
        text("Median")
    )
}

#[test]
fn a_good_file_is_read() {
    let rows = format!(
        r#"{}<table:table-row>{}{}{}</table:table-row>
        <table:table-header-rows><table:table-row>{}<table:table-cell table:number-columns-repeated="2" office:value-type="currency" office:value="7"/></table:table-row></table:table-header-rows>
        <table:table-row table:number-rows-repeated="1048571"><table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/></table:table-row>"#,
        headers(),
        text("Wo<text:s/>men").replace("<text:s/>", ""),
        number("0.1"),
        number("3.3000000000000003"),
        text("&#77;en"),
    );
    let answers = read(&salary(), VERSION, "t.ods", &ods(&rows)).unwrap();
    assert!(answers.tables == [[Some(10), Some(330), Some(700), Some(7)]]);
    assert_eq!(
        complaint(&salary(), "t.ods", &styled("hidden", &rows)),
        "Salary: is a hidden sheet: show it and check its answers"
    );
}

#[test]
fn bad_cells_are_named() {
    let rows = format!(
        r#"{}<table:table-row>{}<table:table-cell table:number-columns-spanned="2" office:value-type="float" office:value="5"/><table:covered-table-cell/></table:table-row>
        <table:table-row table:visibility="collapse">{}{}<table:table-cell office:value-type="date" office:date-value="2024-05-01"/></table:table-row>"#,
        headers(),
        text("Women"),
        text("Men"),
        number("1e308"),
    );
    let found = complaint(&salary(), "t.ods", &ods(&rows));
    let merged = "is one of the merged cells B4:C4: unmerge them, so that each has its own answer";
    let hidden = "is in a hidden row: show the row and check its answers";
    assert_eq!(
        found,
        format!(
            "Salary!B4: {merged}\nSalary!C4: {merged}\nSalary!B5: {hidden}\nSalary!C5: {hidden}"
        )
    );
    let rows = format!(
        r#"{}<table:table-row>{}<table:table-cell table:formula="of:=1/0" calcext:value-type="error" office:value-type="string"><text:p>#DIV/0!</text:p></table:table-cell><table:table-cell office:value-type="date"/></table:table-row>
        <table:table-row>{}<table:table-cell table:formula="of:=1"/><table:table-cell calcext:value-type="error" office:value-type="string"/></table:table-row>"#,
        headers(),
        text("Women"),
        text("Men"),
    );
    let found = complaint(&salary(), "t.ods", &ods(&rows));
    let starts = [
        "Salary!B4: holds a formula with the error #DIV/0!",
        "Salary!C4: holds a date",
        "Salary!B5: holds a formula that was not calculated",
        "Salary!C5: holds a formula with an error: correct it, or enter the number",
    ];
    for (line, start) in found.lines().zip(starts) {
        assert!(line.starts_with(start), "{line}");
    }
    assert_eq!(found.lines().count(), starts.len());
}

#[test]
fn a_file_that_ends_early_is_damaged() {
    let whole =
        String::from_utf8(b"<a><table:table table:name=\"Salary\"><table:table-row>".to_vec());
    let bytes = zipped(&[
        (
            "mimetype",
            b"application/vnd.oasis.opendocument.spreadsheet",
        ),
        ("content.xml", whole.unwrap().as_bytes()),
    ]);
    let found = complaint(&salary(), "t.ods", &bytes);
    assert!(
        found.starts_with("the file is damaged (content.xml, at byte "),
        "{found}"
    );
    let locked = zipped(&[
        (
            "mimetype",
            b"application/vnd.oasis.opendocument.spreadsheet",
        ),
        ("META-INF/manifest.xml", b"<m:encryption-data/>"),
        ("content.xml", b"\xFF\xFF"),
    ]);
    assert!(complaint(&salary(), "t.ods", &locked).starts_with("the file has a password"));
}
