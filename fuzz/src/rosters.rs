//! Files of people who are invited, and texts for them.

use std::collections::HashSet;

use web_mpc::form::Dimension;
use web_mpc::roster::{Addressee, Template, mailing, read, same_label};

fn dimensions() -> Vec<Dimension> {
    let dimension = |id: &str, options: [&str; 2]| Dimension {
        merge: None,
        id: id.to_owned(),
        title: format!("Title of {id}"),
        options: options.map(str::to_owned).to_vec(),
    };
    vec![
        dimension("industry", ["Finance", "Health"]),
        dimension("size", ["small", "large"]),
    ]
}

/// People who are taken are told apart, and the table for them has a line for each.
pub fn roster(data: &[u8]) {
    let dimensions = dimensions();
    if let Ok(people) = read(data, &dimensions) {
        let labels = people.iter().filter_map(|each| each.label.as_ref());
        let labels: Vec<_> = labels.map(same_label).collect();
        let different: HashSet<_> = labels.iter().collect();
        assert_eq!(different.len(), labels.len());
        let rows: Vec<Addressee> = (1_u64..)
            .zip(people)
            .map(|(number, person)| Addressee {
                number,
                label: person.label.map(|label| label.to_string()),
                email: person.email.map(|email| email.to_string()),
                cohorts: person.cohorts,
                expires: None,
                link: "https://x.example/#a".to_owned(),
                message: String::new(),
            })
            .collect();
        let bytes = mailing(&dimensions, &rows).expect("what was read");
        // Labels are told apart in the table too; only an apostrophe may have come before one.
        let text = str::from_utf8(&bytes).expect("text");
        assert!(text.lines().count() > rows.len());
    }
    if let Some(template) = str::from_utf8(data)
        .ok()
        .and_then(|text| Template::parse(text).ok())
    {
        assert!(template.fill(|name| format!("<{name}>")).contains("<link>"));
    }
}
