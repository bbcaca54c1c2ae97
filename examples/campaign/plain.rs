//! The plain computation: every figure again, from the answers themselves. The forms' own tests use
//! it too.

use num_bigint::BigInt;

use web_mpc::form::report::{Content, Figures, Report, Section};
use web_mpc::form::{Answer, Answers, Form, Number, RatioOf, Statistic};

/// Checks every figure of every group that is shown, and gives their number; and a group is not shown only if it is small or hides
/// a small one.
pub(crate) fn check(form: &Form, all: &[Answers], report: &Report) -> usize {
    let mut figures = 0;
    assert_eq!(report.parties, all.len() as u64);
    let mut hidden = 0;
    for group in &report.groups {
        let members: Vec<&Answers> = all
            .iter()
            .filter(|answers| {
                group.of.iter().all(|(title, option)| {
                    let place = form.cohorts.iter().position(|d| d.title == *title).unwrap();
                    form.cohorts[place].options[answers.cohort[place]] == *option
                })
            })
            .collect();
        assert_eq!(group.parties, members.len() as u64);
        match &group.content {
            Content::Suppressed(_) => hidden += 1,
            Content::Sections(sections) => {
                let small = group.parties > 0 && group.parties < form.min_cohort();
                assert!(!small || group.of.is_empty(), "a small group is shown");
                figures += check_sections(form, &members, sections);
            }
        }
    }
    let smallest = report.groups.iter().map(|group| group.parties);
    let smallest = smallest.filter(|parties| *parties > 0).min().unwrap();
    assert!(
        hidden == 0 || smallest < form.min_cohort(),
        "hidden for nothing"
    );
    figures
}

fn check_sections(form: &Form, members: &[&Answers], sections: &[Section]) -> usize {
    let mut figures = 0;
    for section in sections {
        figures += section.cells.iter().map(Vec::len).sum::<usize>();
        let numbers = numbers_of(form, members, &section.source);
        match section.figures {
            Figures::Statistic(Statistic::Histogram) => histogram(section, &numbers),
            Figures::Statistic(Statistic::Quartiles) => quartiles(section, &numbers),
            Figures::Statistic(statistic) => {
                let cells = section.cells.concat();
                assert_eq!(cells.len(), numbers.len());
                for (cell, (number, values)) in cells.iter().zip(&numbers) {
                    if number.statistics.contains(&statistic) {
                        check_statistic(statistic, number, values, cell.as_deref());
                    } else {
                        assert_eq!(*cell, None);
                    }
                }
            }
            Figures::Tally => tally(form, members, section),
            Figures::CrossTable => cross(form, members, section),
            Figures::RatioOfSums | Figures::MeanOfRatios => ratio(form, members, section),
        }
    }
    assert!(figures > 0);
    figures
}

/// Each number of a table or a question, and all values that were given.
fn numbers_of<'a>(form: &'a Form, members: &[&Answers], id: &str) -> Vec<(&'a Number, Vec<i128>)> {
    if let Some((table, declared)) = form.table(id) {
        let cells = declared.numbers().enumerate();
        return cells
            .map(|(cell, number)| {
                let values = members
                    .iter()
                    .filter_map(|answers| answers.tables[table][cell]);
                (number, values.collect())
            })
            .collect();
    }
    let Some((question, declared)) = form.question(id) else {
        return Vec::new();
    };
    let Some(number) = declared.answer.number() else {
        return Vec::new();
    };
    let values = members
        .iter()
        .filter_map(|answers| match answers.questions[question] {
            Answer::Number(value) => Some(value),
            _ => None,
        });
    vec![(number, values.collect())]
}

fn scale(decimals: u8) -> BigInt {
    BigInt::from(10).pow(decimals.into())
}

/// A printed figure as a whole number of its last digit, which must be digit `decimals`.
fn printed(text: &str, decimals: u8) -> BigInt {
    let digits = text.split_once('.').map_or(0, |(_, digits)| digits.len());
    assert_eq!(digits, usize::from(decimals), "{text}");
    text.replace('.', "").parse().unwrap()
}

/// Whether a figure is `numerator / denominator`, rounded to the nearest: at most half a digit away.
fn assert_rounded(text: Option<&str>, numerator: &BigInt, denominator: &BigInt, decimals: u8) {
    if *denominator <= BigInt::ZERO {
        assert_eq!(text, None);
        return;
    }
    let printed = printed(text.unwrap(), decimals);
    let off: BigInt = (printed * denominator - numerator * scale(decimals)) * 2;
    assert!(off.magnitude() <= denominator.magnitude(), "{text:?}");
}

fn check_statistic(statistic: Statistic, number: &Number, values: &[i128], cell: Option<&str>) {
    let count = BigInt::from(values.len());
    let sum: BigInt = values.iter().sum();
    let unit = scale(number.decimals);
    let more = number.decimals + 2;
    match statistic {
        Statistic::Count => assert_eq!(cell, Some(&*values.len().to_string())),
        Statistic::Sum => assert_eq!(printed(cell.unwrap(), number.decimals), sum),
        Statistic::Mean => assert_rounded(cell, &sum, &(count * unit), more),
        Statistic::PopulationDeviation | Statistic::SampleDeviation => {
            let others = match statistic {
                Statistic::SampleDeviation => &count - 1,
                _ => count.clone(),
            };
            if others <= BigInt::ZERO {
                assert_eq!(cell, None);
                return;
            }
            // The squared distances from the mean, times count^2.
            let distance = |value: &i128| {
                let distance: BigInt = &count * value - &sum;
                &distance * &distance
            };
            let spread: BigInt = values.iter().map(distance).sum();
            // printed^2 lies within half a digit of spread / (count^2 others) on either side.
            let twice = printed(cell.unwrap(), more) * 2;
            let square = spread * scale(more).pow(2) * 4;
            let divisor = &count * &count * others * unit.pow(2);
            let below: BigInt = &twice - 1;
            assert!(twice == BigInt::ZERO || below.pow(2) * &divisor <= square);
            let above: BigInt = twice + 1;
            assert!(above.pow(2) * divisor > square);
        }
        Statistic::Median => check_quantile(2, number, values, cell),
        Statistic::Quartiles | Statistic::Histogram => unreachable!("checked apart"),
    }
}

fn bin_counts(number: &Number, values: &[i128]) -> Vec<usize> {
    let starts = number.bin_starts().unwrap();
    let mut counts = vec![0; starts.len()];
    for value in values {
        let bin = starts.iter().rposition(|start| start <= value).unwrap();
        counts[bin] += 1;
    }
    counts
}

fn check_quantile(quarters: i128, number: &Number, values: &[i128], cell: Option<&str>) {
    if values.is_empty() {
        assert_eq!(cell, None);
        return;
    }
    let counts = bin_counts(number, values);
    let mut edges = number.bin_starts().unwrap();
    edges.push(number.range().unwrap().1);
    let target = quarters * values.len() as i128;
    let mut below = 0;
    for (bin, count) in counts.into_iter().enumerate() {
        let count = 4 * count as i128;
        if count > 0 && below + count >= target {
            let width = edges[bin + 1] - edges[bin];
            let value = BigInt::from(edges[bin]) * count + BigInt::from(target - below) * width;
            let unit = scale(number.decimals) * count;
            return assert_rounded(cell, &value, &unit, number.decimals + 2);
        }
        below += count;
    }
    panic!("no bin has that quantile");
}

fn quartiles(section: &Section, numbers: &[(&Number, Vec<i128>)]) {
    let cells = section.cells.concat();
    assert_eq!(cells.len(), 2 * numbers.len());
    for (pair, (number, values)) in cells.chunks(2).zip(numbers) {
        if number.statistics.contains(&Statistic::Quartiles) {
            check_quantile(1, number, values, pair[0].as_deref());
            check_quantile(3, number, values, pair[1].as_deref());
        } else {
            assert_eq!(pair, [None, None]);
        }
    }
}

/// The rows of histograms are the numbers that have the same bins, in order.
fn histogram(section: &Section, numbers: &[(&Number, Vec<i128>)]) {
    let mut rows = section.cells.iter();
    let mut row = rows.next();
    for (number, values) in numbers {
        let counts: Vec<Option<String>> = bin_counts_if_any(number, values);
        if row.is_some_and(|row| *row == counts) {
            row = rows.next();
        }
    }
    assert_eq!(row, None, "a row is of no number");
}

fn bin_counts_if_any(number: &Number, values: &[i128]) -> Vec<Option<String>> {
    if !number.statistics.contains(&Statistic::Histogram) {
        return Vec::new();
    }
    let counts = bin_counts(number, values);
    counts
        .into_iter()
        .map(|count| Some(count.to_string()))
        .collect()
}

fn tally(form: &Form, members: &[&Answers], section: &Section) {
    let (question, _) = form.question(&section.source).unwrap();
    for (option, row) in section.cells.iter().enumerate() {
        let chosen = members
            .iter()
            .filter(|answers| match &answers.questions[question] {
                Answer::Choice(place) => *place == option,
                Answer::Choices(chosen) => chosen[option],
                _ => false,
            });
        assert_eq!(*row, [Some(chosen.count().to_string())]);
    }
}

fn cross(form: &Form, members: &[&Answers], section: &Section) {
    let cross = form
        .cross_tables
        .iter()
        .find(|cross| cross.id == section.source);
    let cross = cross.unwrap();
    let (rows, _) = form.question(&cross.rows).unwrap();
    let (columns, _) = form.question(&cross.columns).unwrap();
    for (row, cells) in section.cells.iter().enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            let both = members.iter().filter(|answers| {
                answers.questions[rows] == Answer::Choice(row)
                    && answers.questions[columns] == Answer::Choice(column)
            });
            assert_eq!(*cell, Some(both.count().to_string()));
        }
    }
}

fn ratio(form: &Form, members: &[&Answers], section: &Section) {
    let ratio = form
        .ratios
        .iter()
        .find(|ratio| ratio.id == section.source)
        .unwrap();
    let above = numbers_of(form, members, &ratio.numerator);
    let below = numbers_of(form, members, &ratio.denominator);
    let cells = section.cells.concat();
    assert_eq!(cells.len(), above.len());
    for (cell, ((a, above), (b, below))) in cells.iter().zip(above.iter().zip(&below)) {
        let (up, down) = (scale(b.decimals), scale(a.decimals));
        if ratio.of == RatioOf::Sums {
            let numerator = BigInt::from(above.iter().sum::<i128>()) * up;
            let denominator = BigInt::from(below.iter().sum::<i128>()) * down;
            assert_rounded(cell.as_deref(), &numerator, &denominator, ratio.decimals);
        } else {
            // Each quotient cut to its digits.
            let cut = |(a, b): (&i128, &i128)| {
                BigInt::from(*a) * &up * scale(ratio.decimals) / (BigInt::from(*b) * &down)
            };
            let sum: BigInt = above.iter().zip(below).map(cut).sum();
            let denominator = BigInt::from(members.len()) * scale(ratio.decimals);
            assert_rounded(cell.as_deref(), &sum, &denominator, ratio.decimals + 2);
        }
    }
}
