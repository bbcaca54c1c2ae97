//! Spreadsheets of input parties. A fuzzer does not find its way through the compression, so bytes
//! are read as whole files, and as the parts that a file is made of.

use std::io::{Cursor, Write};
use std::sync::OnceLock;

use web_mpc::form::Form;
use web_mpc::spreadsheet::{filled, read};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// One table, whose rows a file of text may have as they are.
const GRID: &str = r#"{"title": "Pay", "tables": [{"id": "pay", "title": "Pay",
    "rows": ["Women", "Men"], "columns": [{"title": "2024", "columns": [{"title": "Mean"}, {"title": "Median"}]}],
    "cell": {"decimals": 2, "min": -9, "max": 1000, "optional": true, "statistics": ["sum"]},
    "spreadsheet": {"sheet": "Pay", "first_cell": "B4"}}]}"#;

fn forms() -> &'static [Form; 2] {
    static FORMS: OnceLock<[Form; 2]> = OnceLock::new();
    FORMS.get_or_init(|| {
        let tables = include_str!("../../tests/files/spreadsheets/form.json");
        [GRID, tables].map(|text| Form::parse(text).expect("a form"))
    })
}

/// Any file, and any part of a file; the first byte says which part.
pub fn spreadsheet(data: &[u8]) {
    for name in ["answers.csv", "answers.xlsx", "answers.ods"] {
        file(name, data);
    }
    let Some((which, part)) = data.split_first() else {
        return;
    };
    match which % 5 {
        0 => file("answers.ods", &ods(part)),
        part_of_xlsx => file("answers.xlsx", &xlsx(part_of_xlsx, part)),
    }
}

/// Answers that are taken are valid, and come back from a spreadsheet that has them.
fn file(name: &str, bytes: &[u8]) {
    for form in forms() {
        let version = form.hash().to_string();
        if let Ok(answers) = read(form, &version, name, bytes) {
            assert_eq!(form.mistakes(&answers), []);
            let written = filled(form, &version, &answers).expect("a form that fits");
            let again = read(form, &version, "answers.xlsx", &written).expect("what we wrote");
            assert!(again == answers, "other answers came back");
        }
    }
}

fn ods(content: &[u8]) -> Vec<u8> {
    let mimetype = b"application/vnd.oasis.opendocument.spreadsheet";
    packed(&[("mimetype", mimetype), ("content.xml", content)])
}

/// The sheet, the texts, the styles or the list of sheets is what is given; the others are good.
fn xlsx(which: u8, given: &[u8]) -> Vec<u8> {
    let part = |place: u8, good: &'static [u8]| if which == place { given } else { good };
    packed(&[
        ("[Content_Types].xml", b"<Types/>"),
        (
            "xl/_rels/workbook.xml.rels",
            br#"<Relationships><Relationship Id="a" Type="x/worksheet" Target="sheet.xml"/>
              <Relationship Id="b" Type="x/sharedStrings" Target="strings.xml"/>
              <Relationship Id="c" Type="x/styles" Target="styles.xml"/></Relationships>"#,
        ),
        (
            "xl/sheet.xml",
            part(1, br#"<worksheet><sheetData><row r="2"><c r="B2" t="s"><v>0</v></c></row>
              <row r="4"><c r="B4" s="1"><v>1</v></c></row></sheetData></worksheet>"#),
        ),
        ("xl/strings.xml", part(2, b"<sst><si><t>2024</t></si></sst>")),
        (
            "xl/styles.xml",
            part(3, br#"<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#),
        ),
        (
            "xl/workbook.xml",
            part(4, br#"<workbook xmlns:r="r"><sheets><sheet name="Pay" r:id="a"/></sheets></workbook>"#),
        ),
    ])
}

fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, bytes) in parts {
        writer.start_file(*name, options).expect("a part");
        writer.write_all(bytes).expect("its bytes");
    }
    writer.finish().expect("a file").into_inner()
}
