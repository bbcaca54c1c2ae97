//! Bad spreadsheets, given to the program as people give them: each is refused with exactly one
//! text and exit code 2, cells are named, and nothing is sent.

use std::fs;
use std::io::{Cursor, Write};

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};
use web_mpc::form::Form;
use web_mpc::spreadsheet;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::super::harness::Place;
use super::open;

/// One table, at B4 of the sheet Pay.
const FORM: &str = r#"{
  "title": "Pay", "tables": [{
    "id": "pay", "title": "Pay", "rows": ["Women", "Men"],
    "columns": [{"title": "Staff", "columns": [{"title": "Number"}, {"title": "Mean"}]}],
    "cell": {"decimals": 2, "min": 0, "max": 1000, "statistics": ["sum"]},
    "spreadsheet": {"sheet": "Pay", "first_cell": "B4"}
  }]
}"#;

/// The table filled in well, and then something else.
fn sheet(change: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("Pay").unwrap();
    sheet.write(1, 1, "Staff").unwrap();
    sheet.write(2, 1, "Number").unwrap();
    sheet.write(2, 2, "Mean").unwrap();
    for (row, name) in [(3, "Women"), (4, "Men")] {
        sheet.write(row, 0, name).unwrap();
        sheet.write(row, 1, 7).unwrap();
        sheet.write(row, 2, 2.25).unwrap();
    }
    change(sheet);
    workbook.save_to_buffer().unwrap()
}

/// A small file that unpacks to a large one.
fn bomb() -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, part) in [
        ("[Content_Types].xml", b"<Types/>".to_vec()),
        ("xl/workbook.xml", vec![b' '; 60_000_000]),
    ] {
        let options = SimpleFileOptions::default();
        writer.start_file(name, options).unwrap();
        writer.write_all(&part).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// What is wrong with a file as such, with its name.
fn files() -> Vec<(&'static str, Vec<u8>, String)> {
    let save = "open it in a spreadsheet program and save it as";
    let fresh = "copy the answers into a fresh template";
    let cases = [
        (
            "letter.pdf",
            b"%PDF-1.7".to_vec(),
            "letter.pdf is not the name of a spreadsheet: save it as .xlsx, .ods or .csv"
                .to_owned(),
        ),
        (
            "empty.xlsx",
            Vec::new(),
            "the file is empty: fill in the template and save it again".to_owned(),
        ),
        (
            "text.xlsx",
            b"1,2".to_vec(),
            format!("the content is not that of a spreadsheet in the format xlsx: {save} xlsx"),
        ),
        (
            "cut.xlsx",
            sheet(|_| ())[..1000].to_vec(),
            format!("the content is not that of a spreadsheet in the format xlsx: {save} xlsx"),
        ),
        (
            "old.xlsx",
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and more".to_vec(),
            "the file has a password or is an old Excel file: save it as .xlsx, without a password"
                .to_owned(),
        ),
        (
            "large.xlsx",
            vec![b'P'; 50_000_000],
            format!("the file has more than 20000000 bytes, and a form needs far fewer: {fresh}"),
        ),
        (
            "bomb.xlsx",
            bomb(),
            format!("the file unpacks to far more than a form needs: {fresh}"),
        ),
        (
            "latin.csv",
            b",M\xE4nner\n".to_vec(),
            "the text is not in UTF-8: save it as \"CSV UTF-8\"".to_owned(),
        ),
    ];
    cases.into()
}

/// What is wrong inside, line by line.
fn cells() -> Vec<(&'static str, Vec<u8>, &'static [&'static str])> {
    let date = Format::new().set_num_format("yyyy-mm-dd");
    vec![
        (
            "missing-sheet.xlsx",
            sheet(|sheet| {
                sheet.set_name("Tabelle1").unwrap();
            }),
            &[
                "Pay: there is no sheet of this name; the file has \"Tabelle1\". Rename the right one, or use the template",
            ],
        ),
        (
            "hidden-sheet.xlsx",
            {
                let mut workbook = Workbook::new();
                workbook.add_worksheet();
                workbook.push_worksheet({
                    let mut sheet = Worksheet::new();
                    sheet.set_name("Pay").unwrap().set_hidden(true);
                    sheet.write(1, 1, "Staff").unwrap();
                    sheet.write_row(2, 1, ["Number", "Mean"]).unwrap();
                    sheet.write_column(3, 0, ["Women", "Men"]).unwrap();
                    sheet.write_row_matrix(3, 1, [[1, 2], [3, 4]]).unwrap();
                    sheet
                });
                workbook.save_to_buffer().unwrap()
            },
            &["Pay: is a hidden sheet: show it and check its answers"],
        ),
        (
            "shifted-headers.xlsx",
            sheet(|sheet| {
                sheet.write(2, 1, "Mean").unwrap();
                sheet.write(2, 2, "Number").unwrap();
            }),
            &[
                "Pay!B3: expected the header \"Number\" and found \"Mean\": put the table back where the template has it",
                "Pay!C3: expected the header \"Mean\" and found \"Number\": put the table back where the template has it",
            ],
        ),
        (
            "text-in-cells.xlsx",
            sheet(|sheet| {
                sheet.write(3, 1, "seven").unwrap();
                sheet.write(3, 2, "1,234").unwrap();
                sheet.write(4, 2, true).unwrap();
            }),
            &[
                "Pay!B4: holds text that is not a number in digits, such as 1000: no letters, units or separators of thousands, and a point before decimals",
                "Pay!C4: holds text that is not a number in digits, such as 1000: no letters, units or separators of thousands, and a point before decimals",
                "Pay!C5: holds TRUE or FALSE, and must be a number such as 1000",
            ],
        ),
        (
            "formulas.xlsx",
            sheet(|sheet| {
                let error = Formula::new("=1/0").set_result("#DIV/0!");
                sheet.write(3, 1, error).unwrap();
                let text = Formula::new("=A1&\"!\"").set_result("none");
                sheet.write(4, 1, text).unwrap();
            }),
            &[
                "Pay!B4: holds a formula with the error #DIV/0!: correct it, or enter the number",
                "Pay!B5: holds text that is not a number in digits, such as 1000: no letters, units or separators of thousands, and a point before decimals",
            ],
        ),
        (
            "merged-cells.xlsx",
            sheet(|sheet| {
                sheet.merge_range(3, 1, 4, 1, "", &Format::new()).unwrap();
                sheet.write(3, 1, 5).unwrap();
            }),
            &[
                "Pay!B4: is one of the merged cells B4:B5: unmerge them, so that each has its own answer",
                "Pay!B5: is one of the merged cells B4:B5: unmerge them, so that each has its own answer",
            ],
        ),
        (
            "dates.xlsx",
            sheet(|sheet| {
                let day = ExcelDateTime::from_ymd(2024, 5, 1).unwrap();
                sheet.write_with_format(4, 2, &day, &date).unwrap();
            }),
            &[
                "Pay!C5: holds a date, and must be a number such as 1000: set the cell's format to number and enter it again",
            ],
        ),
        (
            "huge.xlsx",
            sheet(|sheet| {
                sheet.write(3, 1, 1e308).unwrap();
                sheet.write(3, 2, -1e308).unwrap();
                sheet.write(4, 1, 1e-308).unwrap();
                sheet.write(4, 2, "1e308").unwrap();
            }),
            &[
                "Pay!B4: must be from 0 to 1000",
                "Pay!C4: must be from 0 to 1000",
                "Pay!B5: has more than 2 digits behind the point",
                "Pay!C5: holds text that is not a number in digits, such as 1000: no letters, units or separators of thousands, and a point before decimals",
            ],
        ),
        (
            "hidden-rows.xlsx",
            sheet(|sheet| {
                sheet.set_row_hidden(4).unwrap();
                sheet.set_column_hidden(1).unwrap();
            }),
            &[
                "Pay!B4: is in a hidden column: show the column and check its answers",
                "Pay!B5: is in a hidden row: show the row and check its answers",
                "Pay!C5: is in a hidden row: show the row and check its answers",
            ],
        ),
        (
            "separators.csv",
            b",Staff,\n,Number,Mean\nWomen,1,50,2\nMen,3,x\n".to_vec(),
            &[
                "row 3: has 4 fields, and must have 3: one for the row's header and one for each column. A text with the separator in it must be in quotation marks",
            ],
        ),
    ]
}

#[test]
fn every_bad_file_is_refused_with_its_own_words() {
    let folder = Place::new();
    let path = folder.folder("form").join("form.json");
    fs::write(&path, FORM).unwrap();
    let form = Form::parse(FORM).unwrap();
    let (place, server, analyst) = open(&path);
    let fingerprint = analyst.fingerprint.clone();
    let parties = place.folder("party");
    let run = |name: &str, bytes: &[u8]| {
        fs::write(parties.join(name), bytes).unwrap();
        let args = ["--yes", "--fingerprint", &fingerprint, "--file", name];
        place.party(&server.url).args(args).run()
    };
    for (name, bytes, problem) in files() {
        let expected = format!("error: cannot read {name}: {problem}\n");
        run(name, &bytes).is(2, "", &expected);
    }
    for (name, bytes, problems) in cells() {
        let lines = problems.join("\n  ");
        let expected = format!("error: {name} cannot be sent:\n  {lines}\n");
        run(name, &bytes).is(2, "", &expected);
    }
    let old = spreadsheet::template(&form, "v0").unwrap();
    let current = form.hash();
    let expected = format!(
        "error: cannot read old-version.xlsx: the file was made for another version of this form \
         (v0, and not {current}): get the new template and copy the answers into it\n"
    );
    run("old-version.xlsx", &old).is(2, "", &expected);
    // None of them was sent; good ones are.
    for _ in 0..3 {
        run("good.xlsx", &sheet(|_| ())).exits(0);
    }
    let told = analyst.reveal();
    assert!(told.stdout.contains("21.00"), "three times 7: {told}");
}
