//! Files that are no spreadsheets, or worse.

use std::io::{Cursor, Write};
use std::time::{Duration, Instant};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

/// A compressed file of such parts.
pub(super) fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// An `.xlsx` with a sheet `Salary` of that XML.
fn raw(sheet: &str, strings: &str) -> Vec<u8> {
    zipped(&[
        ("[Content_Types].xml", b"<Types/>"),
        (
            "xl/workbook.xml",
            br#"<workbook xmlns:r="r"><sheets><sheet name="Salary" sheetId="1" r:id="a"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            br#"<Relationships>
              <Relationship Id="a" Type="x/worksheet" Target="/xl/s.xml"/>
              <Relationship Id="b" Type="x/sharedStrings" Target="t.xml"/></Relationships>"#,
        ),
        ("xl/s.xml", sheet.as_bytes()),
        ("xl/t.xml", strings.as_bytes()),
    ])
}

fn said(name: &str, bytes: &[u8]) -> String {
    complaint(&salary(), name, bytes)
}

#[test]
fn what_is_no_spreadsheet_is_refused() {
    let save = "open it in a spreadsheet program and save it as";
    for (name, bytes, expected) in [
        (
            "t.pdf",
            &b"x"[..],
            "t.pdf is not the name of a spreadsheet: save it as .xlsx, .ods or .csv".to_owned(),
        ),
        (
            "xlsx",
            b"x",
            "xlsx is not the name of a spreadsheet: save it as .xlsx, .ods or .csv".to_owned(),
        ),
        (
            "t.xlsx",
            b"",
            "the file is empty: fill in the template and save it again".to_owned(),
        ),
        (
            "t.csv",
            b"\xEF\xBB\xBF \r\n",
            "the file is empty: fill in the template and save it again".to_owned(),
        ),
        (
            "t.xlsx",
            b"a,b",
            format!("the content is not that of a spreadsheet in the format xlsx: {save} xlsx"),
        ),
        (
            "t.ods",
            b"PK\x03\x04",
            format!("the content is not that of a spreadsheet in the format ods: {save} ods"),
        ),
        (
            "t.csv",
            b"PK\x03\x04",
            format!("the content is not that of a spreadsheet in the format csv: {save} csv"),
        ),
        (
            "t.xlsx",
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1....",
            "the file has a password or is an old Excel file: save it as .xlsx, without a password"
                .to_owned(),
        ),
    ] {
        assert_eq!(said(name, bytes), expected);
    }
    let other = zipped(&[("readme.txt", b"hello")]);
    assert_eq!(
        said("t.xlsx", &other),
        format!("the content is not that of a spreadsheet in the format xlsx: {save} xlsx")
    );
    let text = zipped(&[("mimetype", b"application/vnd.oasis.opendocument.text")]);
    assert!(said("t.ods", &text).contains("in the format ods"));
}

#[test]
fn large_files_are_refused_unread() {
    let large = vec![b'P'; 50_000_000];
    assert_eq!(
        said("t.xlsx", &large),
        "the file has more than 20000000 bytes, and a form needs far fewer: copy the answers into a fresh template"
    );
}

#[test]
fn bombs_do_not_go_off() {
    let expected =
        "the file unpacks to far more than a form needs: copy the answers into a fresh template";
    let zeros = vec![b' '; 40_000_000];
    let bomb = zipped(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("xl/workbook.xml", &zeros),
    ]);
    assert!(bomb.len() < 200_000, "{}", bomb.len());
    assert_eq!(said("t.xlsx", &bomb), expected);
    // One that claims to be small: the size in both of its headers is changed.
    let (size, small) = (40_000_000_u32.to_le_bytes(), 1_000_u32.to_le_bytes());
    let mut liar = bomb.clone();
    let places: Vec<usize> = (0..bomb.len() - 4)
        .filter(|at| bomb[*at..at + 4] == size)
        .collect();
    assert!(places.len() >= 2, "{places:?}");
    for at in places {
        liar[at..at + 4].copy_from_slice(&small);
    }
    let start = Instant::now();
    let found = said("t.xlsx", &liar);
    assert!(
        found == expected || found.starts_with("the file is damaged"),
        "{found}"
    );
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[test]
fn claims_of_a_file_are_not_believed() {
    let cells = r#"<worksheet><dimension ref="A1:XFD1048576"/><sheetData>
        <row r="4294967295"><c r="XFD1048576"><v>1</v></c><c><v>2</v></c></row>
        <row r="99999999999"><c r="ZZZZ0"><v>1</v></c></row>
        <row r="4" hidden="0"><c r="B4"><v>NaN</v></c><c r="C4"><v>1e999</v></c></row>
        <row><c r="B5"><f>A1</f></c><c r="C5" t="e"><v>#N/A</v></c></row>
        </sheetData><mergeCells count="99999999999"><mergeCell ref="C9:A9"/></mergeCells></worksheet>"#;
    let strings = r#"<sst uniqueCount="99999999999999"><si><t>a</t></si></sst>"#;
    let found = said("t.xlsx", &raw(cells, strings));
    let large = "holds a number that is too large for a spreadsheet, and must be a number such as";
    let cells: Vec<&str> = found
        .lines()
        .filter(|line| !line.contains("header"))
        .collect();
    assert_eq!(
        cells,
        [
            &format!("Salary!B4: {large} 1000"),
            &format!("Salary!C4: {large} 1000"),
            "Salary!B5: holds a formula that was not calculated: open the file in a spreadsheet program and save it, or enter the number",
            "Salary!C5: holds a formula with the error #N/A: correct it, or enter the number",
        ]
    );
}

#[test]
fn damaged_parts_are_named() {
    for sheet in [
        "<worksheet><sheetData><row r=\"1\"><c r=\"A1\"",
        "<worksheet><sheetData><row r=\"1\"><c r=\"A1\"><v>1",
        "<worksheet><sheetData></worksheet>",
        "<worksheet>&bomb;</worksheet>",
    ] {
        let found = said("t.xlsx", &raw(sheet, "<sst/>"));
        assert!(
            found.starts_with("the file is damaged (xl/s.xml, at byte "),
            "{found}"
        );
        assert!(
            found.ends_with("open it in a spreadsheet program and save it again"),
            "{found}"
        );
    }
    let found = said(
        "t.xlsx",
        &raw("<a><c r=\"A1\" t=\"s\"><v>7</v></c></a>", "<sst/>"),
    );
    assert!(found.contains("a text is missing"), "{found}");
}

#[test]
fn very_many_cells_end_early() {
    let row = "<row><c><v>1</v></c><c><v>1</v></c></row>".repeat(200_000);
    let start = Instant::now();
    let found = said("t.xlsx", &raw(&format!("<a>{row}</a>"), "<sst/>"));
    assert!(
        found.starts_with("Salary!B2: expected the header"),
        "{found}"
    );
    let merged = "<mergeCell ref=\"A1:B2\"/>".repeat(100_000);
    let found = said("t.xlsx", &raw(&format!("<a>{merged}</a>"), "<sst/>"));
    assert!(found.starts_with("the file has too many cells"), "{found}");
    assert!(start.elapsed() < Duration::from_secs(20));
}
