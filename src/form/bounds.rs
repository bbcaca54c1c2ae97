//! How much a form may ask: what bounds the work of everything else.

use super::answers::mistake;
use super::{AnswerType, Form, FormError, Rule, Table};

/// Most cells and questions together.
const MAX_FIELDS: usize = 4_000;

/// Most cells, options, bins and cells of cross-tables together: what a circuit is made of.
const MAX_PARTS: usize = 20_000;

/// Most exceptions of a table.
const MAX_EXCEPTIONS: usize = 200;

/// Most ratios, cross-tables and rules together.
const MAX_CONNECTIONS: usize = 200;

/// What is too much, found without looking at every cell.
pub(super) fn too_large(form: &Form) -> Vec<FormError> {
    let mut found = Vec::new();
    let mut most = |place: &str, count: usize, most: usize, what: &str| {
        if count > most {
            found.push(mistake(
                place,
                &format!("has {count} {what}, at most {most} are possible"),
            ));
        }
    };
    let sum = |counts: &mut dyn Iterator<Item = usize>| counts.fold(0, usize::saturating_add);
    let cells = |table: &Table| {
        let (rows, columns) = table.shape();
        rows.saturating_mul(columns)
    };
    let all_cells = sum(&mut form.tables.iter().map(cells));
    let fields = all_cells.saturating_add(form.questions.len());
    most("", fields, MAX_FIELDS, "cells and questions");
    for (index, table) in form.tables.iter().enumerate() {
        let place = format!("/tables/{index}/exceptions");
        most(&place, table.exceptions.len(), MAX_EXCEPTIONS, "exceptions");
    }
    let connections = [form.ratios.len(), form.cross_tables.len(), form.rules.len()];
    let connections = sum(&mut connections.into_iter());
    most(
        "",
        connections,
        MAX_CONNECTIONS,
        "ratios, cross-tables and rules",
    );
    let options = |id: &str| match form.question(id).map(|(_, question)| &question.answer) {
        Some(AnswerType::Choice(choice)) => choice.options.len(),
        _ => 0,
    };
    let bins = |table: &Table| {
        let others = table
            .exceptions
            .iter()
            .map(|exception| exception.cell.bins.len());
        let bins = others.fold(table.cell.bins.len(), usize::max);
        cells(table).saturating_mul(bins)
    };
    let parts = [
        fields,
        sum(&mut form.tables.iter().map(bins)),
        sum(&mut form
            .questions
            .iter()
            .map(|question| match &question.answer {
                AnswerType::Number(number) => number.bins.len(),
                AnswerType::Choice(choice) | AnswerType::Choices(choice) => choice.options.len(),
            })),
        sum(&mut form
            .cross_tables
            .iter()
            .map(|cross| options(&cross.rows).saturating_mul(options(&cross.columns)))),
        sum(&mut form.ratios.iter().map(|ratio| {
            form.table(&ratio.numerator)
                .map_or(1, |(_, table)| cells(table))
        })),
        sum(&mut form.rules.iter().map(|rule| {
            let Rule::ZeroIfAndOnlyIfZero(left, _) = rule;
            form.table(left).map_or(1, |(_, table)| cells(table))
        })),
    ];
    let parts = sum(&mut parts.into_iter());
    most(
        "",
        parts,
        MAX_PARTS,
        "cells, options, bins, quotients and cells of rules",
    );
    found
}
