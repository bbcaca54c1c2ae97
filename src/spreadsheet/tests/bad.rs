//! Bad cells and sheets.

use rust_xlsxwriter::{ExcelDateTime, Format, Formula};

use super::*;

#[test]
fn a_good_sheet_is_read() {
    let bytes = sheet_of(|sheet| {
        sheet.write(3, 1, 0.1).unwrap();
        sheet.write(3, 2, 1.1 + 2.2).unwrap();
        sheet.write(4, 1, " 12.50 ").unwrap();
        sheet.clear_cell(4, 2);
    });
    let answers = read(&salary(), VERSION, "t.xlsx", &bytes).unwrap();
    assert!(answers.tables == [[Some(10), Some(330), Some(1250), None]]);
    // A result that was saved counts.
    let formula = Formula::new("=1+2").set_result("3");
    let bytes = sheet_of(|sheet| {
        sheet.write(3, 1, formula).unwrap();
    });
    let answers = read(&salary(), VERSION, "t.xlsx", &bytes).unwrap();
    assert!(answers.tables[0][0] == Some(300));
}

#[test]
fn every_bad_cell_is_named_in_order() {
    let date = Format::new().set_num_format("dd/mm/yyyy");
    let found = of_sheet(|sheet| {
        sheet.write(4, 2, 10).unwrap();
        sheet.write(4, 1, 0.123).unwrap();
        let day = ExcelDateTime::from_ymd(2024, 5, 1).unwrap();
        sheet.write_with_format(3, 2, &day, &date).unwrap();
        sheet.write(3, 1, "1,234 USD").unwrap();
    });
    assert_eq!(
        found,
        "Salary!B4: holds text that is not a number in digits, such as 1000: no letters, units or separators of thousands, and a point before decimals\n\
         Salary!C4: holds a date, and must be a number such as 1000: set the cell's format to number and enter it again\n\
         Salary!B5: has more than 2 digits behind the point\n\
         Salary!C5: must be from 0 to 9"
    );
}

#[test]
fn formulas_need_a_result() {
    let error = Formula::new("=1/0").set_result("#DIV/0!");
    let found = of_sheet(|sheet| {
        sheet.write(3, 1, error).unwrap();
        sheet.write(3, 2, true).unwrap();
    });
    assert_eq!(
        found,
        "Salary!B4: holds a formula with the error #DIV/0!: correct it, or enter the number\n\
         Salary!C4: holds TRUE or FALSE, and must be a number such as 1000"
    );
}

#[test]
fn extreme_numbers_are_named() {
    let found = of_sheet(|sheet| {
        sheet.write(3, 1, 1e308).unwrap();
        sheet.write(3, 2, -1e-300).unwrap();
        sheet.write(4, 1, 1e18).unwrap();
    });
    assert_eq!(
        found,
        "Salary!B4: must be from 0 to 1000\n\
         Salary!C4: has more than 2 digits behind the point\n\
         Salary!B5: must be from 0 to 1000"
    );
}

#[test]
fn shifted_headers_say_what_was_expected_and_found() {
    let found = of_sheet(|sheet| {
        sheet.write(2, 1, "Median").unwrap();
        sheet.write(2, 2, 77).unwrap();
        sheet.clear_cell(4, 0);
    });
    let advice = "put the table back where the template has it";
    assert_eq!(
        found,
        format!(
            "Salary!B3: expected the header \"Mean\" and found \"Median\": {advice}\n\
             Salary!C3: expected the header \"Median\" and found a number: {advice}\n\
             Salary!A5: expected the header \"Men\" and found nothing: {advice}"
        )
    );
}

#[test]
fn a_missing_sheet_names_those_that_are_there() {
    let found = of_sheet(|sheet| {
        sheet.set_name("Tabelle 1").unwrap();
    });
    assert_eq!(
        found,
        "Salary: there is no sheet of this name; the file has \"Tabelle 1\". Rename the right one, or use the template"
    );
    // Letters' case is no reason.
    let bytes = sheet_of(|sheet| {
        sheet.set_name("SALARY").unwrap();
    });
    assert!(read(&salary(), VERSION, "t.xlsx", &bytes).is_ok());
}

#[test]
fn merged_and_hidden_cells_are_not_answers() {
    let found = of_sheet(|sheet| {
        sheet.merge_range(3, 1, 3, 2, "", &Format::new()).unwrap();
        sheet.write(3, 1, 5).unwrap();
        sheet.set_row_hidden(4).unwrap();
        sheet.set_column_hidden(2).unwrap();
    });
    let merged = "is one of the merged cells B4:C4: unmerge them, so that each has its own answer";
    let hidden = "is in a hidden row: show the row and check its answers";
    assert_eq!(
        found,
        format!(
            "Salary!B4: {merged}\nSalary!C4: {merged}\nSalary!B5: {hidden}\nSalary!C5: {hidden}"
        )
    );
    let found = of_sheet(|sheet| {
        sheet.set_column_hidden(2).unwrap();
    });
    assert!(
        found.starts_with("Salary!C4: is in a hidden column: show the column"),
        "{found}"
    );
}

#[test]
fn a_hidden_sheet_has_no_answers() {
    for hide in [Worksheet::set_hidden, Worksheet::set_very_hidden] {
        let mut workbook = Workbook::new();
        workbook.add_worksheet();
        let sheet = fill(workbook.add_worksheet());
        hide(sheet, true);
        let bytes = workbook.save_to_buffer().unwrap();
        assert_eq!(
            complaint(&salary(), "t.xlsx", &bytes),
            "Salary: is a hidden sheet: show it and check its answers"
        );
    }
}

#[test]
fn another_version_is_refused() {
    let form = everything();
    let bytes = filled(&form, "v0", &everything_answered()).unwrap();
    assert_eq!(
        complaint(&form, "t.xlsx", &bytes),
        "the file was made for another version of this form (v0, and not v1): get the new template and copy the answers into it"
    );
    // A file without a version is taken: every other test here has none.
    assert!(read(&salary(), VERSION, "t.xlsx", &sheet_of(|_| ())).is_ok());
}

#[test]
fn bad_answers_to_questions_are_named() {
    let mut workbook = Workbook::new();
    for (name, column) in [("Both", 1), ("A-B- -all-", 1)] {
        let sheet = workbook.add_worksheet();
        sheet.set_name(name).unwrap();
        sheet
            .write(1, column, if name == "Both" { "All" } else { "y" })
            .unwrap();
    }
    let sheet = workbook.add_worksheet();
    sheet.set_name("Questions").unwrap();
    let rows = [
        ("Industry", "Farming"),
        ("How many?", "seven"),
        ("Union?", "perhaps"),
        ("Which?", ""),
        ("Health", "maybe"),
        ("Pension", "yes"),
    ];
    for (row, (text, answer)) in (1..).zip(rows) {
        sheet.write(row, 0, text).unwrap();
        sheet.write(row, 1, answer).unwrap();
    }
    let found = complaint(&everything(), "t.xlsx", &workbook.save_to_buffer().unwrap());
    let questions: Vec<&str> = found
        .lines()
        .filter(|line| line.starts_with("Questions"))
        .collect();
    assert_eq!(
        questions,
        [
            "Questions!B2: must be one of: Finance, Other",
            "Questions!B3: holds text that is not a number in digits, such as 50: no letters, units or separators of thousands, and a point before decimals",
            "Questions!B4: must be one of: Yes, No, never",
            "Questions!B6: must be yes, or empty where the option is not chosen",
            "Questions!A7: expected the header \"Pension fund\" and found \"Pension\": put the table back where the template has it",
        ]
    );
}

#[test]
fn broken_rules_name_cells() {
    let mut answers = everything_answered();
    answers.tables[1][1] = Some(3);
    let bytes = filled(&everything(), VERSION, &answers).unwrap();
    assert_eq!(
        complaint(&everything(), "t.xlsx", &bytes),
        "Both!B4: must be zero if and only if Both!E4 is zero: one is, the other is not"
    );
}
