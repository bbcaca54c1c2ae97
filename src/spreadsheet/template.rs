//! An empty spreadsheet to fill in, and a filled one for demonstrations and tests.

use rust_xlsxwriter::{
    DataValidation, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook,
    Worksheet, XlsxError,
};

use super::SpreadsheetError;
use super::layout::{Asked, Layout, MARK, Placed, QUESTIONS, VERSION};
use super::rules::{LISTS, MAX_MESSAGE, list_rule, number_rule, short};
use super::value::YES;
use super::workbook::Area;
use crate::form::{Answer, AnswerType, Answers, Decimal, Form, Number};
use crate::text;

/// The sheet that says what the form is about.
const ABOUT: &str = "About";

/// Width of the columns of headers and of questions, in characters.
const WIDE: f64 = 40.0;

/// Width of a column of numbers.
const NARROW: f64 = 16.0;

impl From<XlsxError> for SpreadsheetError {
    fn from(error: XlsxError) -> Self {
        Self::Write(error.to_string())
    }
}

/// An empty `.xlsx` to fill in. The same form and version give the same bytes.
pub fn template(form: &Form, version: &str) -> Result<Vec<u8>, SpreadsheetError> {
    Writer::new(form, None)?.file(version)
}

/// The same with answers. Those of another form leave cells empty.
pub fn filled(form: &Form, version: &str, answers: &Answers) -> Result<Vec<u8>, SpreadsheetError> {
    Writer::new(form, Some(answers))?.file(version)
}

struct Writer<'a> {
    form: &'a Form,
    answers: Option<&'a Answers>,
    layout: Layout<'a>,
    bold: Format,
    header: Format,
    input: Format,
    /// Lists of options, for the sheet [`MARK`].
    lists: Vec<&'a [String]>,
}

impl<'a> Writer<'a> {
    fn new(form: &'a Form, answers: Option<&'a Answers>) -> Result<Self, SpreadsheetError> {
        Ok(Self {
            form,
            answers,
            layout: Layout::of(form)?,
            bold: Format::new().set_bold(),
            header: Format::new()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::VerticalCenter)
                .set_border(FormatBorder::Thin)
                .set_background_color(0x00E8_ECF2),
            input: Format::new().set_border(FormatBorder::Thin),
            lists: Vec::new(),
        })
    }

    fn file(mut self, version: &str) -> Result<Vec<u8>, SpreadsheetError> {
        let mut workbook = Workbook::new();
        // The date of a file says when it was made, and the same form must give the same bytes.
        let date = ExcelDateTime::from_ymd(2000, 1, 1)?;
        let properties = DocProperties::new()
            .set_title(short(&self.form.title, MAX_MESSAGE))
            .set_creation_datetime(&date);
        workbook.set_properties(&properties);
        for (index, name) in self.layout.sheets.iter().enumerate() {
            let sheet = workbook.add_worksheet();
            sheet.set_name(name)?;
            let tables = self.layout.tables.iter().enumerate();
            for (place, placed) in tables.filter(|(_, placed)| placed.sheet == index) {
                self.table(sheet, place, placed)?;
            }
        }
        if let Some(index) = self.layout.questions() {
            self.questions(workbook.worksheet_from_index(index)?)?;
        }
        self.about(&mut workbook)?;
        let sheet = workbook.add_worksheet();
        sheet.set_name(MARK)?.set_hidden(true);
        sheet.write_string(0, 0, "Version of the form")?;
        let (row, column) = VERSION;
        sheet.write_string(row, narrow(column)?, version)?;
        for (list, column) in self.lists.iter().zip(LISTS..) {
            for (option, row) in list.iter().zip(0_u32..) {
                sheet.write_string(row, column, option)?;
            }
        }
        Ok(workbook.save_to_buffer()?)
    }

    fn table(
        &self,
        sheet: &mut Worksheet,
        index: usize,
        placed: &Placed<'_>,
    ) -> Result<(), SpreadsheetError> {
        let (row, column) = placed.whole().first;
        self.title(sheet, placed)?;
        sheet.set_column_width(narrow(column)?, WIDE)?;
        for column in placed.cells.first.1..=placed.cells.last.1 {
            sheet.set_column_width(narrow(column)?, NARROW)?;
        }
        if placed.depth > 0 {
            let corner = Area {
                first: (row, column),
                last: (placed.cells.first.0.saturating_sub(1), column),
            };
            write_header(sheet, corner, "", &self.header)?;
        }
        for header in &placed.headers {
            write_header(sheet, header.area, header.text, &self.header)?;
        }
        let answers = self.answers.and_then(|answers| answers.tables.get(index));
        for (place, number) in placed.table.numbers().enumerate() {
            let (row, column) = placed.cell(place);
            let column = narrow(column)?;
            let value = answers
                .and_then(|cells| cells.get(place))
                .copied()
                .flatten();
            match value {
                Some(value) => {
                    let value = as_float(value, number)?;
                    sheet.write_number_with_format(row, column, value, &self.input)?;
                }
                None => {
                    sheet.write_blank(row, column, &self.input)?;
                }
            }
        }
        for (area, number) in alike(placed) {
            let (first, last) = (area.first, area.last);
            let rule = number_rule(number)?;
            let (left, right) = (narrow(first.1)?, narrow(last.1)?);
            sheet.add_data_validation(first.0, left, last.0, right, &rule)?;
        }
        Ok(())
    }

    /// What the form says of itself, on a sheet that nothing is read from; left out where a table has
    /// a sheet of that name.
    fn about(&self, workbook: &mut Workbook) -> Result<(), SpreadsheetError> {
        let mut names = self.layout.sheets.iter();
        let taken = names.any(|name| name.trim().eq_ignore_ascii_case(ABOUT));
        if self.form.description.is_empty() || taken {
            return Ok(());
        }
        let sheet = workbook.add_worksheet();
        sheet.set_name(ABOUT)?.set_column_width(0, 2.0 * WIDE)?;
        let title = short(&self.form.title, MAX_MESSAGE);
        sheet.write_string_with_format(0, 0, title, &self.bold)?;
        let wrapped = Format::new().set_text_wrap();
        for (line, row) in self.form.description.trim().lines().zip(2_u32..) {
            sheet.write_string_with_format(row, 0, text::plain(line), &wrapped)?;
        }
        Ok(())
    }

    /// The title stands above the headers, if there is room.
    fn title(&self, sheet: &mut Worksheet, placed: &Placed<'_>) -> Result<(), SpreadsheetError> {
        let (top, column) = placed.whole().first;
        let Some(row) = top.checked_sub(1) else {
            return Ok(());
        };
        let mut others = self.layout.tables.iter();
        let taken = others.any(|other| {
            other.sheet == placed.sheet && other.whole().meets(Area::cell(row, column))
        });
        if !taken {
            let unit = &placed.table.cell.unit;
            let title = if unit.is_empty() {
                placed.table.title.clone()
            } else {
                format!("{} ({unit})", placed.table.title)
            };
            sheet.write_string_with_format(row, narrow(column)?, title, &self.bold)?;
        }
        Ok(())
    }

    fn questions(&mut self, sheet: &mut Worksheet) -> Result<(), SpreadsheetError> {
        sheet.set_column_width(0, WIDE)?.set_column_width(1, WIDE)?;
        sheet.write_string_with_format(0, 0, QUESTIONS, &self.header)?;
        sheet.write_string_with_format(0, 1, "Answers", &self.header)?;
        sheet.set_column_width(2, WIDE)?;
        for (row, number_at) in self.layout.rows.iter().zip(1_u32..) {
            let format = match row.asked {
                Asked::Option(..) => self.input.clone().set_indent(2),
                _ => self.input.clone().set_bold(),
            };
            sheet.write_string_with_format(number_at, 0, row.text, &format.set_text_wrap())?;
            let rule = match row.asked {
                Asked::Options(_) => {
                    sheet.write_string(number_at, 1, "Write yes beside each that holds:")?;
                    continue;
                }
                Asked::Option(..) => Some(
                    DataValidation::new()
                        .allow_list_strings(&YES[..1])?
                        .set_input_message("yes, or leave it empty")?,
                ),
                Asked::Cohort(place) => self
                    .form
                    .cohorts
                    .get(place)
                    .map(|cohort| list_rule(&mut self.lists, &cohort.options, false))
                    .transpose()?,
                Asked::Question(place) => {
                    let question = self.form.questions.get(place);
                    match question.map(|question| &question.answer) {
                        Some(AnswerType::Number(number)) => {
                            // Beside the answer, where nothing is read.
                            let words = [number.unit.as_str(), number.hint.as_str()];
                            let words = words.into_iter().filter(|word| !word.is_empty());
                            let note = words.collect::<Vec<_>>().join("; ");
                            sheet.write_string(number_at, 2, text::plain(&note))?;
                            Some(number_rule(number)?)
                        }
                        Some(AnswerType::Choice(choice) | AnswerType::Choices(choice)) => {
                            let options = &choice.options;
                            Some(list_rule(&mut self.lists, options, choice.optional)?)
                        }
                        None => None,
                    }
                }
            };
            if let Some(rule) = rule {
                sheet.add_data_validation(number_at, 1, number_at, 1, &rule)?;
            }
            let Some(answers) = self.answers else {
                sheet.write_blank(number_at, 1, &self.input)?;
                continue;
            };
            match answer(self.form, answers, row.asked)? {
                Value::Nothing => sheet.write_blank(number_at, 1, &self.input)?,
                Value::Text(text) => {
                    sheet.write_string_with_format(number_at, 1, text, &self.input)?
                }
                Value::Number(value) => {
                    sheet.write_number_with_format(number_at, 1, value, &self.input)?
                }
            };
        }
        Ok(())
    }
}

enum Value<'a> {
    Nothing,
    Text(&'a str),
    Number(f64),
}

/// What answers say at a row of the sheet of questions.
fn answer<'a>(
    form: &'a Form,
    answers: &Answers,
    asked: Asked,
) -> Result<Value<'a>, SpreadsheetError> {
    let chosen = |options: &'a [String], place: usize| {
        let option = options.get(place);
        option.map_or(Value::Nothing, |option| Value::Text(option))
    };
    let (question, answer) = match asked {
        Asked::Cohort(place) => {
            let pair = form.cohorts.get(place).zip(answers.cohort.get(place));
            return Ok(pair.map_or(Value::Nothing, |(cohort, place)| {
                chosen(&cohort.options, *place)
            }));
        }
        Asked::Question(place) | Asked::Options(place) | Asked::Option(place, ..) => {
            (form.questions.get(place), answers.questions.get(place))
        }
    };
    Ok(
        match (question.map(|question| &question.answer), answer, asked) {
            (Some(AnswerType::Number(number)), Some(Answer::Number(value)), _) => {
                Value::Number(as_float(*value, number)?)
            }
            (Some(AnswerType::Choice(choice)), Some(Answer::Choice(place)), _) => {
                chosen(&choice.options, *place)
            }
            (_, Some(Answer::Choices(own)), Asked::Option(_, option))
                if own.get(option) == Some(&true) =>
            {
                Value::Text(YES[0])
            }
            _ => Value::Nothing,
        },
    )
}

/// A whole number of the last digit as a spreadsheet has it. Bounds are below 2^50 units, so that
/// the shortest decimal text of the float is the number again.
fn as_float(value: i128, number: &Number) -> Result<f64, SpreadsheetError> {
    let text = Decimal::new(value, number.decimals).to_string();
    let float = text.parse();
    float.map_err(|_| SpreadsheetError::Write("a number has no value".to_owned()))
}

pub(super) fn narrow(column: u32) -> Result<u16, SpreadsheetError> {
    let narrow = u16::try_from(column);
    narrow.map_err(|_| SpreadsheetError::Write("a sheet has too many columns".to_owned()))
}

fn write_header(
    sheet: &mut Worksheet,
    area: Area,
    text: &str,
    format: &Format,
) -> Result<(), SpreadsheetError> {
    let (row, column) = area.first;
    if area.is_one() {
        sheet.write_string_with_format(row, narrow(column)?, text, format)?;
    } else {
        let (last_row, last_column) = (area.last.0, narrow(area.last.1)?);
        sheet.merge_range(row, narrow(column)?, last_row, last_column, text, format)?;
    }
    Ok(())
}

/// Areas of cells that take the same: the whole table, or parts of its rows.
fn alike<'a>(placed: &Placed<'a>) -> Vec<(Area, &'a Number)> {
    if placed.table.exceptions.is_empty() {
        return vec![(placed.cells, &placed.table.cell)];
    }
    let mut areas: Vec<(Area, &Number)> = Vec::new();
    let (rows, columns) = placed.table.shape();
    for place in 0..rows.saturating_mul(columns) {
        let (row, column) = (
            place.checked_div(columns).unwrap_or_default(),
            place.checked_rem(columns).unwrap_or_default(),
        );
        let number = placed.table.number(row, column);
        let at = placed.cell(place);
        match areas.last_mut() {
            Some((area, other)) if column > 0 && **other == *number => area.last = at,
            _ => areas.push((Area::cell(at.0, at.1), number)),
        }
    }
    areas
}
