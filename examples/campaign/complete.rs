//! Whether everything that a form asks for is there.

use web_mpc::form::report::{Figures, Section};
use web_mpc::form::{Form, Number, RatioOf, Statistic};

/// Whether a number stands in a section for numbers of another unit; what counts has none.
pub(super) fn is_of_another_unit(section: &Section, number: &Number) -> bool {
    let counts = section.figures == Figures::Statistic(Statistic::Count);
    section.unit != if counts { "" } else { number.unit.as_str() }
}

/// Whether there is a section for everything that was asked, and none twice.
pub(super) fn check(form: &Form, sections: &[Section]) {
    let mut expected: Vec<(&str, Figures, &str)> = Vec::new();
    let mut ask = |source, figures, unit| {
        if !expected.contains(&(source, figures, unit)) {
            expected.push((source, figures, unit));
        }
    };
    let tables = form.tables.iter().flat_map(|table| {
        let numbers = table.numbers();
        numbers.map(move |number| (table.id.as_str(), number))
    });
    let questions = form.questions.iter().filter_map(|question| {
        let number = question.answer.number()?;
        Some((question.id.as_str(), number))
    });
    for (source, number) in tables.chain(questions) {
        for statistic in &number.statistics {
            let counts = matches!(statistic, Statistic::Count | Statistic::Histogram);
            let unit = if counts { "" } else { number.unit.as_str() };
            ask(source, Figures::Statistic(*statistic), unit);
        }
    }
    for question in &form.questions {
        if question.answer.number().is_none() {
            ask(&question.id, Figures::Tally, "");
        }
    }
    for ratio in &form.ratios {
        let figures = match ratio.of {
            RatioOf::Sums => Figures::RatioOfSums,
            RatioOf::Parties => Figures::MeanOfRatios,
        };
        ask(&ratio.id, figures, "");
    }
    for cross in &form.cross_tables {
        ask(&cross.id, Figures::CrossTable, "");
    }
    // Numbers with other bins have a histogram of their own.
    let mut found: Vec<(&str, Figures, &str)> = Vec::new();
    for section in sections {
        let shown = (
            section.source.as_str(),
            section.figures,
            section.unit.as_str(),
        );
        let histogram = section.figures == Figures::Statistic(Statistic::Histogram);
        assert!(
            histogram || !found.contains(&shown),
            "{shown:?} stands twice"
        );
        assert!(expected.contains(&shown), "{shown:?} was not asked for");
        found.push(shown);
    }
    let missing = expected.iter().find(|asked| !found.contains(asked));
    assert_eq!(missing, None, "was asked for");
}
