//! A text as a code that a telephone reads off the screen.

use fast_qr::{ECL, QRBuilder};

/// Light modules around a code (ISO/IEC 18004, section 5.3.8).
const MARGIN: usize = 4;

/// White on black, whatever the terminal's own colours are; without colours right where text is
/// light on dark.
const COLOURS: &str = "\x1b[97;40m";
const END: &str = "\x1b[0m";

/// The lines of the code, two rows of modules each; nothing for a text that no code holds.
pub(super) fn code(text: &str) -> Option<String> {
    let rows = modules(text)?;
    let light = |row: usize, column: usize| {
        let dark = rows.get(row).and_then(|row| row.get(column)).copied();
        !dark.unwrap_or(false)
    };
    let mut lines = Vec::new();
    for row in (0..rows.len()).step_by(2) {
        // Below the last row there is nothing: the terminal's background.
        let last = row.saturating_add(1) == rows.len();
        let line: String = (0..rows.len())
            .map(|column| {
                let below = light(row.saturating_add(1), column) && !last;
                match (light(row, column), below) {
                    (true, true) => '█',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    (false, false) => ' ',
                }
            })
            .collect();
        lines.push(format!("{COLOURS}{line}{END}"));
    }
    Some(lines.join("\n"))
}

/// Which modules are dark, with the margin around them.
fn modules(text: &str) -> Option<Vec<Vec<bool>>> {
    // A screen has no scratches: the least correction makes the largest modules.
    let code = QRBuilder::new(text).ecl(ECL::L).build().ok()?;
    let width = code.size.checked_add(MARGIN.checked_mul(2)?)?;
    let mut rows = vec![vec![false; width]; width];
    let inner = rows.iter_mut().skip(MARGIN).take(code.size);
    for (at, row) in inner.enumerate() {
        let start = at.checked_mul(code.size)?;
        let from = code.data.get(start..start.checked_add(code.size)?)?;
        for (module, place) in from.iter().zip(row.iter_mut().skip(MARGIN)) {
            *place = module.value();
        }
    }
    Some(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What another program reads off the lines.
    fn read(code: &str) -> String {
        let lines: Vec<Vec<char>> = code
            .lines()
            .map(|line| line.replace(COLOURS, "").replace(END, "").chars().collect())
            .collect();
        let size = lines[0].len() - 2 * MARGIN;
        let grid = rqrr::SimpleGrid::from_func(size, |x, y| {
            let (row, column) = (y + MARGIN, x + MARGIN);
            let light = if row % 2 == 0 {
                ['█', '▀']
            } else {
                ['█', '▄']
            };
            !light.contains(&lines[row / 2][column])
        });
        rqrr::Grid::new(grid).decode().unwrap().1
    }

    #[test]
    fn a_telephone_reads_the_text() {
        for length in [1, 60, 120, 130, 190, 400] {
            let text = format!(
                "https://example.org/#{}",
                "aZ-_9.".repeat(length).split_at(length).0
            );
            assert_eq!(read(&code(&text).unwrap()), text);
        }
        assert_eq!(code(&"a".repeat(10_000)), None);
    }

    #[test]
    fn a_code_has_a_light_margin() {
        let code = code("https://example.org/#a").unwrap();
        let first = code.lines().next().unwrap();
        assert!(first.trim_start_matches(COLOURS).starts_with("█████"));
    }
}
