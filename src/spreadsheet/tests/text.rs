//! Text with separators.

use super::*;

const GRID: &str = ",2024,\n,Mean,Median\nWomen,1.50,2\nMen,3,\n";

fn cells(bytes: &[u8]) -> Vec<Option<i128>> {
    read(&salary(), VERSION, "t.csv", bytes)
        .unwrap()
        .tables
        .remove(0)
}

fn said(text: &str) -> String {
    complaint(&salary(), "t.csv", text.as_bytes())
}

#[test]
fn a_table_is_read_in_every_dress() {
    let expected = vec![Some(150), Some(200), Some(300), None];
    assert!(cells(GRID.as_bytes()) == expected);
    let quoted = GRID.replace("Women", "\" women\"").replace('\n', "\r\n");
    assert!(cells(quoted.as_bytes()) == expected);
    let titled = format!("\u{feff}Salary,,\n{GRID},,\n\n");
    assert!(cells(titled.as_bytes()) == expected);
    for separator in [";", "\t"] {
        let other = GRID.replace(',', separator);
        assert!(cells(other.as_bytes()) == expected);
    }
    let units = GRID.encode_utf16();
    let little: Vec<u8> = [0xFEFF]
        .into_iter()
        .chain(units)
        .flat_map(u16::to_le_bytes)
        .collect();
    assert!(cells(&little) == expected);
    let units = GRID.encode_utf16();
    let big: Vec<u8> = [0xFEFF]
        .into_iter()
        .chain(units)
        .flat_map(u16::to_be_bytes)
        .collect();
    assert!(cells(&big) == expected);
}

#[test]
fn bad_tables_are_named() {
    let fields = "and must have 3: one for the row's header and one for each column. A text with the separator in it must be in quotation marks";
    assert_eq!(
        said(&GRID.replace("1.50,2", "1,50,2").replace("Men,3,", "Men,3")),
        format!("row 3: has 4 fields, {fields}\nrow 4: has 2 fields, {fields}")
    );
    assert_eq!(
        said(&GRID.replace("1.50", "1'50").replace("Median", "Modus")),
        "row 2, column 3: expected the header \"Median\" and found \"Modus\": put the table back where the template has it\n\
         row 3, column 2: holds text that is not a number in digits, such as 1000: no letters, units or separators of thousands, and a point before decimals"
    );
    assert_eq!(
        said(&format!("{GRID}Both,1,2\n")),
        "row 5: is beyond the 4 rows that the table has: remove it"
    );
    assert_eq!(
        said(&GRID.replace("Women", "\"Women")),
        "a quotation mark is opened and never closed: close it, or write it twice where it is part of a text"
    );
    for bytes in [&b"\xFF\xFEa"[..], b"a\0b\0", b"caf\xE9,1"] {
        assert_eq!(
            complaint(&salary(), "t.csv", bytes),
            "the text is not in UTF-8: save it as \"CSV UTF-8\""
        );
    }
}

#[test]
fn a_line_for_each_answer_is_read() {
    let text = "place;answer\nversion;v1\n/tables/a/0/0;1\ntables/a/1/0;0\ntables/b/0/0;50\ntables/b/1/0;0\n\
                tables/c/0/0;-5\n\nquestions/size;7\nquestions/union;no, never\nquestions/perks;\"Health\"\n\
                cohorts/industry;Other\n";
    let mut expected = everything_answered();
    expected.questions[2] = Answer::Choices(vec![true, false]);
    let answers = read(&everything(), VERSION, "t.CSV", text.as_bytes());
    assert!(answers == Ok(expected));
    let stale = text.replace("v1", "v0");
    assert!(complaint(&everything(), "t.csv", stale.as_bytes()).contains("(v0, and not v1)"));
}

#[test]
fn bad_lines_are_named() {
    let text = "place,answer\ntables/a/0/0,x\ntables/a/0/0,1\ntables/a/9/9,1\nquestions/size\n\
                cohorts/industry,Farming\nquestions/perks,Health\n";
    assert_eq!(
        complaint(&everything(), "t.csv", text.as_bytes()),
        "row 2 (tables/a/0/0): is not a number in digits, such as 100\n\
         row 3: answers the same as row 2: keep one of them\n\
         row 4: tables/a/9/9 is no place of this form\n\
         row 5: has 1 fields, and must have 2: a place and an answer\n\
         row 6 (cohorts/industry): must be one of: Finance, Other\n\
         tables/a/1/0: is empty, and must not be\n\
         tables/b/0/0: is empty, and must not be\n\
         tables/b/1/0: is empty, and must not be\n\
         tables/c/0/0: is empty, and must not be\n\
         questions/size: is empty, and must not be"
    );
    let found = complaint(&everything(), "t.csv", GRID.as_bytes());
    assert!(
        found.starts_with("row 1: must be place,answer, with a line such as"),
        "{found}"
    );
}
