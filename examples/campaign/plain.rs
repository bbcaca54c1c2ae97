//! The plain computation: every figure again, from the answers themselves. The forms' own tests use
//! it too.

#[path = "complete.rs"]
mod complete;

use std::collections::BTreeMap;

use num_bigint::BigInt;

use web_mpc::form::report::{Content, Figures, HIDDEN, Report, Section};
use web_mpc::form::{Answer, Answers, Decimal, Form, Number, RatioOf, Statistic};

/// Checks every figure of every group that is shown, and gives their number. A group or a cell is
/// not shown only if it is small or hides a small one.
pub(crate) fn check(form: &Form, all: &[Answers], report: &Report) -> usize {
    let mut figures = 0;
    let merged = merged(form, all, report);
    let home = |answers: &Answers| -> Vec<usize> {
        let chosen = answers.cohort.iter().enumerate();
        chosen
            .map(|(dimension, option)| *merged.get(&(dimension, *option)).unwrap_or(option))
            .collect()
    };
    let mut cohorts: BTreeMap<Vec<usize>, Vec<&Answers>> = BTreeMap::new();
    for answers in all {
        cohorts.entry(home(answers)).or_default().push(answers);
    }
    let hiding = Hiding {
        form,
        cohorts: cohorts.into_values().collect(),
    };
    assert_eq!(report.parties, all.len() as u64);
    let mut hidden = 0;
    for group in &report.groups {
        let members: Vec<&Answers> = all
            .iter()
            .filter(|answers| {
                group.of.iter().all(|(title, option)| {
                    let place = form.cohorts.iter().position(|d| d.title == *title).unwrap();
                    form.cohorts[place].options[home(answers)[place]] == *option
                })
            })
            .collect();
        assert_eq!(group.parties, members.len() as u64);
        match &group.content {
            Content::Suppressed(_) => hidden += 1,
            Content::Sections(sections) => {
                let small = group.parties > 0 && group.parties < form.min_cohort();
                assert!(!small || group.of.is_empty(), "a small group is shown");
                figures += check_sections(&hiding, &members, sections);
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

/// The options that a report says are counted as others: only those of a rule, all of its small ones,
/// and no more than it takes.
fn merged(form: &Form, all: &[Answers], report: &Report) -> BTreeMap<(usize, usize), usize> {
    let mut merged = BTreeMap::new();
    let minimum = usize::try_from(form.min_cohort()).unwrap();
    for (place, dimension) in form.cohorts.iter().enumerate() {
        let number = |title: &String| dimension.options.iter().position(|o| o == title);
        let parties = |option: usize| {
            let mine = all.iter().filter(|answers| answers.cohort[place] == option);
            mine.count()
        };
        let mut included: Vec<usize> = Vec::new();
        for group in &report.groups {
            let titles = group.includes.iter();
            let titles = titles.filter(|(title, _)| *title == dimension.title);
            included.extend(titles.map(|(_, option)| number(option).unwrap()));
        }
        included.sort_unstable();
        included.dedup();
        let Some(rule) = &dimension.merge else {
            assert_eq!(included, [0_usize; 0], "merged without a rule");
            continue;
        };
        let into = number(&rule.into).unwrap();
        let declared: Vec<usize> = rule.options.iter().map(|o| number(o).unwrap()).collect();
        assert!(included.iter().all(|option| declared.contains(option)));
        let small = |option: &usize| (1..minimum).contains(&parties(*option));
        let left = |option: &&usize| !included.contains(option);
        assert!(!declared.iter().filter(left).any(small), "not merged");
        let total = |options: &[usize]| -> usize { options.iter().map(|o| parties(*o)).sum() };
        let together = parties(into) + total(&included);
        let mut others = declared.iter().filter(left);
        let done = together == 0 || together >= minimum || others.all(|o| parties(*o) == 0);
        assert!(done, "too few are merged");
        // Without the last that is large enough by itself they would be too few.
        let mut large: Vec<usize> = included.iter().copied().filter(|o| !small(o)).collect();
        large.sort_by_key(|option| (parties(*option), *option));
        if let Some(last) = large.last() {
            assert!(together - parties(*last) < minimum, "merged for nothing");
        }
        for option in included {
            assert!(parties(option) > 0);
            merged.insert((place, option), into);
        }
    }
    merged
}

/// What may be hidden.
struct Hiding<'a> {
    form: &'a Form,
    /// The parties of each cohort that has some.
    cohorts: Vec<Vec<&'a Answers>>,
}

impl Hiding<'_> {
    /// Whether a figure is hidden, which it may only be if some cohort has too few who `gave` what it
    /// is made of; `members` are the parties of its group. One that is not is of none or enough.
    fn hides(
        &self,
        figure: Option<&str>,
        members: &[&Answers],
        gave: impl Fn(&[&Answers]) -> Option<usize>,
    ) -> bool {
        let minimum = usize::try_from(self.form.min_cell()).unwrap();
        let Some(own) = gave(members).filter(|_| minimum > 1) else {
            assert_ne!(figure, Some(HIDDEN), "nothing to hide");
            return false;
        };
        let small = |count: usize| 0 < count && count < minimum;
        if figure == Some(HIDDEN) {
            // A cohort of few parties is not counted, and taken as few who gave it.
            let few = usize::try_from(self.form.min_cohort()).unwrap();
            let mut cohorts = self.cohorts.iter();
            let reason =
                |cohort: &Vec<&Answers>| cohort.len() < few || gave(cohort).is_some_and(small);
            assert!(cohorts.any(reason), "hidden for nothing");
            return true;
        }
        assert!(!small(own), "a figure of {own} is shown");
        false
    }

    /// The same of number `index` of a table or question.
    fn hides_number(
        &self,
        figure: Option<&str>,
        members: &[&Answers],
        (source, index): (&str, usize),
    ) -> bool {
        self.hides(figure, members, |members| {
            let (number, values) = &numbers_of(self.form, members, source)[index];
            number.optional.then_some(values.len())
        })
    }
}

fn check_sections(hiding: &Hiding<'_>, members: &[&Answers], sections: &[Section]) -> usize {
    let form = hiding.form;
    let mut figures = 0;
    for section in sections {
        figures += section.cells.iter().map(Vec::len).sum::<usize>();
        let numbers = numbers_of(form, members, &section.source);
        match section.figures {
            Figures::Statistic(Statistic::Histogram) => {
                histogram(hiding, members, section, &numbers);
            }
            Figures::Statistic(Statistic::Quartiles) => {
                quartiles(hiding, members, section, &numbers);
            }
            Figures::Statistic(statistic) => {
                let cells = section.cells.concat();
                assert_eq!(cells.len(), numbers.len());
                for (index, (cell, (number, values))) in cells.iter().zip(&numbers).enumerate() {
                    let at = (section.source.as_str(), index);
                    if !number.statistics.contains(&statistic)
                        || complete::is_of_another_unit(section, number)
                    {
                        assert_eq!(*cell, None);
                    } else if statistic == Statistic::Count
                        || !hiding.hides_number(cell.as_deref(), members, at)
                    {
                        check_statistic(statistic, number, values, cell.as_deref());
                    }
                }
            }
            Figures::Tally => tally(hiding, members, section),
            Figures::CrossTable => cross(form, members, section),
            Figures::RatioOfSums | Figures::MeanOfRatios => ratio(hiding, members, section),
        }
    }
    complete::check(form, sections);
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

fn quartiles(
    hiding: &Hiding<'_>,
    members: &[&Answers],
    section: &Section,
    numbers: &[(&Number, Vec<i128>)],
) {
    let cells = section.cells.concat();
    assert_eq!(cells.len(), 2 * numbers.len());
    for (index, (pair, (number, values))) in cells.chunks(2).zip(numbers).enumerate() {
        if number.statistics.contains(&Statistic::Quartiles)
            && !complete::is_of_another_unit(section, number)
        {
            let at = (section.source.as_str(), index);
            if hiding.hides_number(pair[0].as_deref(), members, at) {
                assert_eq!(pair[0], pair[1]);
                continue;
            }
            check_quantile(1, number, values, pair[0].as_deref());
            check_quantile(3, number, values, pair[1].as_deref());
        } else {
            assert_eq!(pair, [None, None]);
        }
    }
}

/// One row for each number that has these bins.
fn histogram(
    hiding: &Hiding<'_>,
    members: &[&Answers],
    section: &Section,
    numbers: &[(&Number, Vec<i128>)],
) {
    let mut rows = section.cells.iter();
    for (index, (number, values)) in numbers.iter().enumerate() {
        let wanted = number.statistics.contains(&Statistic::Histogram);
        if !wanted || bin_titles(number) != section.columns.concat() {
            continue;
        }
        let row = rows.next().unwrap();
        let at = (section.source.as_str(), index);
        if hiding.hides_number(row[0].as_deref(), members, at) {
            assert!(row.iter().flatten().all(|figure| figure == HIDDEN));
        } else {
            let counts = bin_counts(number, values).into_iter();
            let counts: Vec<_> = counts.map(|count| Some(count.to_string())).collect();
            assert_eq!(*row, counts);
        }
    }
    assert_eq!(rows.next(), None, "a row is of no number");
}

fn bin_titles(number: &Number) -> Vec<String> {
    let bounds = number.bin_bounds().into_iter();
    let text = |edge| Decimal::new(edge, number.decimals);
    let titles = bounds.map(|(start, end)| format!("{} to {}", text(start), text(end)));
    titles.collect()
}

fn tally(hiding: &Hiding<'_>, members: &[&Answers], section: &Section) {
    let (question, declared) = hiding.form.question(&section.source).unwrap();
    let first = section.cells[0][0].as_deref();
    let hidden = hiding.hides(first, members, |members| {
        let given = members
            .iter()
            .filter(|answers| answers.questions[question] != Answer::Empty);
        declared.answer.is_optional().then(|| given.count())
    });
    if hidden {
        assert!(
            section
                .cells
                .iter()
                .flatten()
                .flatten()
                .all(|figure| figure == HIDDEN)
        );
        return;
    }
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

fn ratio(hiding: &Hiding<'_>, members: &[&Answers], section: &Section) {
    let form = hiding.form;
    let ratio = form
        .ratios
        .iter()
        .find(|ratio| ratio.id == section.source)
        .unwrap();
    let above = numbers_of(form, members, &ratio.numerator);
    let below = numbers_of(form, members, &ratio.denominator);
    let cells = section.cells.concat();
    assert_eq!(cells.len(), above.len());
    let pairs = cells.iter().zip(above.iter().zip(&below));
    for (index, (cell, ((a, above), (b, below)))) in pairs.enumerate() {
        // Of the fewer who gave one of both: what is hidden of one of them hides the quotient.
        let fewest = |members: &[&Answers]| {
            let counts = [&ratio.numerator, &ratio.denominator].into_iter();
            let counts = counts.filter_map(|id| {
                let (number, values) = &numbers_of(form, members, id)[index];
                number.optional.then_some(values.len())
            });
            let minimum = usize::try_from(form.min_cell()).unwrap();
            // A small one before none, which hides nothing.
            counts.min_by_key(|count| (*count == 0 || *count >= minimum, *count))
        };
        if hiding.hides(cell.as_deref(), members, fewest) {
            continue;
        }
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
