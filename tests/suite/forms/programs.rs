//! Templates that were filled in with other programs, and files that such programs made. All have
//! the same answers to `tests/files/spreadsheets/form.json`, or the same mistakes.
//!
//! | file | written by |
//! |---|---|
//! | `calc.ods`, `calc.xlsx`, `calc-*.ods`, `calc-*.xlsx` | LibreOffice Calc 7.4.7.2: the template, opened, typed into and saved, with formulas |
//! | `calc.csv`, `calc-utf16.csv` | LibreOffice Calc 7.4.7.2: a line for each answer, with semicolons and as UTF-16 |
//! | `openpyxl.xlsx` | openpyxl 3.1.5: the template, loaded, filled in and saved |
//! | `xlsxwriter.xlsx` | XlsxWriter 3.3.1 in constant memory, without template: texts in their cells |
//! | `pandas.ods` | pandas 3.1.1 with odfpy 1.4.1, without template |
//! | `pandas.csv` | pandas 3.1.1: a line for each answer |

use std::fs;
use std::path::PathBuf;

use web_mpc::form::{Answer, Answers, Form};
use web_mpc::spreadsheet::{self, SpreadsheetError};

fn path(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/files/spreadsheets");
    folder.join(name)
}

fn form() -> Form {
    Form::parse(&fs::read_to_string(path("form.json")).unwrap()).unwrap()
}

fn read(name: &str) -> Result<Answers, SpreadsheetError> {
    let form = form();
    let bytes = fs::read(path(name)).unwrap();
    spreadsheet::read(&form, &form.hash().to_string(), name, &bytes)
}

/// What stands in all good ones.
fn answers() -> Answers {
    // In cents.
    let wages = [
        [1_200, 4_125_050, 3_000, 4_310_000],
        [700, 10, 900, 123_456],
        [0, 0, 300, 0],
    ];
    let mut wages: Vec<_> = wages.concat().into_iter().map(Some).collect();
    wages[11] = None;
    Answers {
        cohort: vec![2],
        tables: vec![wages, vec![Some(-1_125), Some(2_500)]],
        questions: vec![
            Answer::Number(61),
            Answer::Choice(2),
            Answer::Choices(vec![true, false, true]),
        ],
    }
}

#[test]
fn what_other_programs_write_is_read() {
    for name in [
        "calc.ods",
        "calc.xlsx",
        "calc.csv",
        "calc-utf16.csv",
        "openpyxl.xlsx",
        "xlsxwriter.xlsx",
        "pandas.ods",
        "pandas.csv",
    ] {
        let found = read(name).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(found == answers(), "{name} has other answers");
    }
}

#[test]
fn mistakes_are_the_same_in_every_format() {
    let text = "holds text that is not a number in digits, such as 500000: no letters, units or \
                separators of thousands, and a point before decimals";
    let wrong = format!(
        "Wages!B4: holds a formula with the error #DIV/0!: correct it, or enter the number\n\
         Wages!C4: {text}\n\
         Wages!D4: {text}\n\
         Wages!E4: holds a date, and must be a number such as 500000: set the cell's format to number and enter it again\n\
         Wages!B5: must be from 0 to 500000\n\
         Wages!C5: has more than 2 digits behind the point\n\
         Wages!D5: holds a formula with the error #NAME?: correct it, or enter the number\n\
         Wages!E5: must be from 0 to 500000\n\
         Questions!B2: must be one of: Farming, Finance, Trade & transport\n\
         Questions!B7: must be yes, or empty where the option is not chosen"
    );
    let row = "is in a hidden row: show the row and check its answers";
    let column = "is in a hidden column: show the column and check its answers";
    let merged = "is one of the merged cells B6:C6: unmerge them, so that each has its own answer";
    let unseen = format!(
        "Wages!D4: {column}\n\
         Wages!B5: {row}\nWages!C5: {row}\nWages!D5: {row}\nWages!E5: {row}\n\
         Wages!B6: {merged}\nWages!C6: {merged}\nWages!D6: {column}\n\
         Change since last year: is a hidden sheet: show it and check its answers"
    );
    for (name, expected) in [("calc-wrong", wrong), ("calc-unseen", unseen)] {
        for format in ["ods", "xlsx"] {
            let found = read(&format!("{name}.{format}")).unwrap_err().to_string();
            assert_eq!(found, expected, "{format}");
        }
    }
}

#[test]
fn a_password_is_named() {
    let found = read("calc-password.ods").unwrap_err();
    assert_eq!(found, SpreadsheetError::Locked);
}
