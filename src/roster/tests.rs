use proptest::prelude::*;

use super::*;

fn dimensions() -> Vec<Dimension> {
    let dimension = |id: &str, title: &str, options: &[&str]| Dimension {
        merge: None,
        id: id.to_owned(),
        title: title.to_owned(),
        options: options.iter().map(ToString::to_string).collect(),
    };
    vec![
        dimension("industry", "Branch of industry", &["Finance", "Health"]),
        dimension("size", "Size", &["small", "large"]),
    ]
}

fn person(label: &str, email: &str, cohorts: &[Option<u32>]) -> NewInvitation {
    NewInvitation {
        label: label.parse().ok(),
        email: email.parse().ok(),
        cohorts: cohorts.to_vec(),
        expires: None,
    }
}

/// What is wrong, a line each.
fn mistakes(text: &str) -> String {
    read(text.as_bytes(), &dimensions())
        .unwrap_err()
        .to_string()
}

#[test]
fn people_are_read_whatever_the_separator_and_the_encoding() {
    let expected = vec![
        person("Acme, Inc.", "a@acme.example", &[Some(1), None]),
        person("Bolt", "", &[None, Some(0)]),
    ];
    let commas =
        "label,email,industry,size\n\"Acme, Inc.\",a@acme.example,Health,\n\nBolt,,,small\n";
    let semicolons = "E-Mail;LABEL;Branch of industry;Size\r\na@acme.example;Acme, Inc.;health;\r\n;Bolt;; Small \r\n";
    let tabs = commas.replace("\"Acme, Inc.\",", "\"Acme, Inc.\"\t");
    let tabs = tabs.replace("label,email,industry,size", "label\temail\tindustry\tsize");
    let tabs = tabs.replace("example,Health,", "example\tHealth\t");
    let tabs = tabs.replace("Bolt,,,small", "Bolt\t\t\tsmall");
    let utf_16: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(tabs.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    for bytes in [
        commas.as_bytes().to_vec(),
        [b"\xEF\xBB\xBF", commas.as_bytes()].concat(),
        semicolons.as_bytes().to_vec(),
        tabs.into_bytes(),
        utf_16,
    ] {
        assert_eq!(read(&bytes, &dimensions()).as_ref(), Ok(&expected));
    }
}

#[test]
fn every_column_may_be_left_out() {
    let only_labels = read(b"label\nAcme\nBolt\n", &[]).unwrap();
    assert_eq!(
        only_labels,
        [person("Acme", "", &[]), person("Bolt", "", &[])]
    );
    let only_sizes = read(b"size\nlarge\n", &dimensions()).unwrap();
    assert_eq!(only_sizes, [person("", "", &[None, Some(1)])]);
}

#[test]
fn mistakes_are_told_all_at_once_with_line_and_column() {
    assert_eq!(
        mistakes(
            "label,email,industry\n\
             Acme,nobody,Finance\n\
             ACME ,a@b.example,Farming\n\
             ,x@y.example,\n\
             Bolt\n\
             \"two\nlines\",,\n\
             Last,a@b.example;c@d.example,Health\n\
             More,+a@b.example,\n"
        ),
        "line 2, email: is not one e-mail address, such as a.person@example.org\n\
         line 3, label: is the label of line 2 too\n\
         line 3, industry: must be one of: Finance, Health\n\
         line 4, label: is empty: every party needs one, or the column must go\n\
         line 5: has 1 fields, and the first line names 3 columns: a text with the separator in it \
         must be in quotation marks\n\
         line 6, label: has characters that cannot be seen, such as a line break\n\
         line 8, email: is not one e-mail address, such as a.person@example.org\n\
         line 9, email: begins as a formula does in a spreadsheet: use another address"
    );
    assert_eq!(
        mistakes("label,phone,label,\nAcme,1,2,\n"),
        "line 1: there is no column \"phone\": the first line may name label, email, industry, size\n\
         line 1: names \"label\" twice\n\
         line 1: column 4 has no name: the first line may name label, email, industry, size"
    );
    assert_eq!(
        mistakes("label,email\n\"Acme,a@b.example\nBolt,\n"),
        "line 2: a quotation mark is opened and never closed: close it, or write it twice where it \
         is part of a text"
    );
    let long = format!("label\n{}\n", "a".repeat(Label::MAX_LEN + 1));
    assert_eq!(
        mistakes(&long),
        "line 2, label: has more than 120 characters"
    );
    assert!(
        read(
            format!("label\n{}\n", "ä".repeat(Label::MAX_LEN)).as_bytes(),
            &[]
        )
        .is_ok()
    );
}

#[test]
fn files_that_are_no_lists_of_people_are_refused() {
    for (bytes, expected) in [
        (&b""[..], RosterError::Empty),
        (b"\xEF\xBB\xBF \n", RosterError::Empty),
        (b"label\n", RosterError::Empty),
        (b"label\nM\xFCller\n", RosterError::Encoding),
        (b"label\nA\0\n", RosterError::Encoding),
        (b"PK\x03\x04", RosterError::NotText),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", RosterError::NotText),
    ] {
        assert_eq!(read(bytes, &dimensions()), Err(expected));
    }
    let large = vec![b'\n'; MAX_FILE + 1];
    assert_eq!(read(&large, &[]), Err(RosterError::TooLarge));
    let many = format!("email\n{}", "a@b\n".repeat(MAX_PEOPLE));
    assert_eq!(read(many.as_bytes(), &[]).unwrap().len(), MAX_PEOPLE);
    let more = format!("{many}a@b\n");
    assert_eq!(read(more.as_bytes(), &[]), Err(RosterError::TooMany));
    let wide = format!("{}\n", ",".repeat(MAX_COLUMNS));
    assert_eq!(
        read(format!("a{wide}").as_bytes(), &[])
            .unwrap_err()
            .to_string(),
        "line 1: has 65 columns, more than 64"
    );
}

#[test]
fn names_are_not_in_debug_output() {
    let person = format!("{:?}", person("Acme", "a@b.example", &[]));
    assert!(!person.contains("Acme") && !person.contains("a@b"));
    let addressee = addressee("Acme", "wss://x/#secret");
    assert_eq!(format!("{addressee:?}"), "Addressee(1, ..)");
}

fn addressee(label: &str, link: &str) -> Addressee {
    Addressee {
        number: 1,
        label: Some(label.to_owned()),
        email: None,
        cohorts: vec![Some(1), None],
        expires: None,
        link: link.to_owned(),
        message: format!("Dear {label},\n{link}"),
    }
}

#[test]
fn the_mailing_has_a_line_for_each_invitation() {
    let rows = [addressee("Acme, Inc.", "https://x.example/#a.b.c")];
    let bytes = mailing(&dimensions(), &rows).unwrap();
    assert_eq!(
        String::from_utf8(bytes).unwrap(),
        "number,label,email,industry,size,expires,link,message\n\
         1,\"Acme, Inc.\",,Health,,,https://x.example/#a.b.c,\
         \"Dear Acme, Inc.,\nhttps://x.example/#a.b.c\"\n"
    );
}

#[test]
fn no_cell_of_the_mailing_is_a_formula() {
    for label in [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "＝1",
        " =1",
        "=cmd|' /C calc'!A0",
    ] {
        let rows = [addressee(label, "https://x.example/#a")];
        let bytes = mailing(&[], &rows).unwrap();
        let line = csv::Reader::from_reader(&bytes[..])
            .records()
            .next()
            .unwrap();
        assert_eq!(line.unwrap().get(1), Some(format!("'{label}").as_str()));
    }
}

#[test]
fn a_message_says_what_stands_in_braces() {
    let template = Template::parse("{{{label}}}: {link}\n{email}{{}}").unwrap();
    let filled = template.fill(|name| format!("<{name}>"));
    assert_eq!(filled, "{<label>}: <link>\n<email>{}");
    for (text, expected) in [
        (
            "Hello",
            "does not say {link}, without which nobody can take part",
        ),
        (
            "{link}\n ä{name}",
            "line 2, column 3: there is no {name}, only {link}, {label}, {email}, {number}, \
             {computation}, {round}, {words}, {expires}, {command}; write {{ for a brace",
        ),
        (
            "{link",
            "line 1, column 1: a brace without its other half; write it twice for a brace",
        ),
        (
            "{link} }",
            "line 1, column 8: a brace without its other half; write it twice for a brace",
        ),
    ] {
        assert_eq!(Template::parse(text).unwrap_err().to_string(), expected);
    }
    let long = "a".repeat(MAX_TEMPLATE + 1);
    assert_eq!(Template::parse(&long), Err(TemplateError::TooLarge));
    assert!(Template::parse(STANDARD).is_ok());
}

proptest! {
    /// Any table of labels comes back as it was written, whatever it is separated by.
    #[test]
    fn what_was_written_is_read(
        labels in prop::collection::hash_set("[ -~äß€]{0,30}", 1..20),
        separator in prop::sample::select(vec![b',', b';', b'\t']),
    ) {
        let mut known = std::collections::HashSet::new();
        let labels: Vec<String> = labels
            .into_iter()
            .map(|label| label.trim().to_owned())
            .filter(|label| !label.is_empty() && known.insert(folded(label)))
            .collect();
        prop_assume!(!labels.is_empty());
        let mut writer = csv::WriterBuilder::new().delimiter(separator).from_writer(Vec::new());
        writer.write_record(["size", "label"]).unwrap();
        for label in &labels {
            writer.write_record(["Small", label]).unwrap();
        }
        let people = read(&writer.into_inner().unwrap(), &dimensions()).unwrap();
        let expected: Vec<NewInvitation> =
            labels.iter().map(|label| person(label, "", &[None, Some(0)])).collect();
        prop_assert_eq!(people, expected);
    }

    /// Whatever stands in a row, the table has its shape and no cell is a formula.
    #[test]
    fn a_mailing_is_harmless(label in any::<String>(), message in any::<String>()) {
        let row = Addressee { message, ..addressee(&label, "https://x.example/#a") };
        let bytes = mailing(&dimensions(), &[row.clone(), row]).unwrap();
        let mut reader = csv::Reader::from_reader(&bytes[..]);
        let lines: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        prop_assert_eq!(lines.len(), 2);
        for cell in lines.iter().flatten() {
            prop_assert!(!mailing::is_formula(cell), "{cell:?}");
        }
    }

    /// A template is refused or says the link.
    #[test]
    fn a_template_that_is_read_says_the_link(text in r"[{}a-z\n]{0,20}(\{link\})?[{}a-z\n]{0,20}") {
        if let Ok(template) = Template::parse(&text) {
            let filled = template.fill(|name| format!("<{name}>"));
            prop_assert!(filled.contains("<link>"));
        }
    }
}
