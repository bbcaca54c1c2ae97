//! Numbers side by side, for people.

use std::time::Duration;

/// Rows of cells; the first column is text, the others are numbers.
#[derive(Debug)]
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Begins with the names of the columns.
    pub(crate) fn new(columns: &[&str]) -> Self {
        let names = columns.iter().map(|name| (*name).to_owned()).collect();
        Self { rows: vec![names] }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, name: &str, cells: impl IntoIterator<Item = String>) {
        let row = std::iter::once(name.to_owned()).chain(cells);
        self.rows.push(row.collect());
    }

    /// Prints it.
    pub(crate) fn print(&self, title: &str) {
        println!("\n{title}");
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for row in &self.rows {
            let cells = row.iter().zip(&widths).enumerate();
            let line = cells.map(|(column, (cell, &width))| match column {
                0 => format!("  {cell:<width$}"),
                _ => format!("  {cell:>width$}"),
            });
            println!("{}", line.collect::<String>().trim_end());
        }
    }
}

/// Prints whether a goal is met.
pub(crate) fn verdict(what: &str, found: f64, goal: Goal, unit: &str) {
    let (word, bound, met) = match goal {
        Goal::AtMost(bound) => ("at most", bound, found <= bound),
        Goal::AtLeast(bound) => ("at least", bound, found >= bound),
    };
    let met = if met { "met" } else { "MISSED" };
    println!("  {what}: {found:.2}{unit}, goal {word} {bound}{unit}: {met}");
}

/// What a number is measured against.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Goal {
    /// The less, the better.
    AtMost(f64),
    /// The more, the better.
    AtLeast(f64),
}

/// The middle one, which a busy neighbour does not move.
pub(crate) fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}

/// A count as a number to divide by.
pub(crate) fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}

/// Microseconds for each of `count`.
pub(crate) fn micros_each(time: Duration, count: usize) -> f64 {
    time.as_secs_f64() * 1e6 / number(count)
}
