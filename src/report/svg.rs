//! Static charts for a page: horizontal bars, each below its label. Lengths are shares of the
//! width and nothing is scaled, so that the words have one size on a phone and on paper.

use super::chart::{Bar, Chart};
use super::html::escape;

/// Height of a bar with its label, in pixels, and where in it the parts stand.
const STEP: u32 = 46;
const LABEL_BASE: u32 = 15;
const BAR_TOP: u32 = 21;
const BAR_HEIGHT: u32 = 16;
const ZERO_TOP: u32 = 18;
const ZERO_BOTTOM: u32 = 40;
const FIGURE_BASE: u32 = 34;
const WHISKER_TOP: u32 = 24;
const WHISKER_MIDDLE: u32 = 29;
const WHISKER_BOTTOM: u32 = 34;

/// Share of the width for bars and whiskers, in percent; the rest is for the figures.
const BARS: f64 = 60.0;

/// Longest label, in characters: more do not fit the width of a phone.
const MAX_LABEL: usize = 40;

/// Where values stand between the left edge and [`BARS`].
struct Scale {
    least: f64,
    span: f64,
}

impl Scale {
    /// With zero, every bar and every whisker.
    fn new(bars: &[Bar]) -> Self {
        let ends = bars.iter().filter_map(|bar| {
            let reach = bar.deviation.unwrap_or_default();
            bar.value.map(|value| (value - reach, value + reach))
        });
        let (least, most) = ends.fold((0.0_f64, 0.0_f64), |(least, most), (low, high)| {
            (least.min(low), most.max(high))
        });
        let span = most - least;
        Self {
            least,
            span: if span > 0.0 { span } else { 1.0 },
        }
    }

    /// In percent of the width.
    fn place(&self, value: f64) -> f64 {
        (value - self.least) / self.span * BARS
    }
}

/// A chart as an element of a page. `id` names it there.
pub(super) fn svg(chart: &Chart, id: &str) -> String {
    let scale = Scale::new(&chart.bars);
    let mut bars = String::new();
    let mut top = 0_u32;
    for bar in &chart.bars {
        bars.push_str(&drawn(bar, &scale, top));
        top = top.saturating_add(STEP);
    }
    format!(
        "<svg role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" width=\"100%\" \
         height=\"{top}\">\n<title id=\"{id}-title\">{}</title>\n<desc id=\"{id}-desc\">{}</desc>\n\
         {bars}</svg>\n",
        escape(&chart.title),
        escape(&description(chart)),
    )
}

/// The chart in words.
fn description(chart: &Chart) -> String {
    let mut valued: Vec<(&Bar, f64)> = Vec::new();
    for bar in &chart.bars {
        valued.extend(bar.value.map(|value| (bar, value)));
    }
    let of = |found: Option<&(&Bar, f64)>| {
        found.map_or_else(String::new, |(bar, _)| {
            format!("{}, {}", bar.label, bar.figure)
        })
    };
    let least = of(valued.iter().min_by(|a, b| a.1.total_cmp(&b.1)));
    let most = of(valued.iter().rev().max_by(|a, b| a.1.total_cmp(&b.1)));
    let count = chart.bars.len();
    let range = if least == most {
        String::new()
    } else {
        format!(" Largest: {most}. Smallest: {least}.")
    };
    format!(
        "{count} horizontal bars. {}{range} The table has the same figures.",
        chart.note
    )
}

fn drawn(bar: &Bar, scale: &Scale, top: u32) -> String {
    let y = |offset: u32| top.saturating_add(offset);
    let label = format!(
        "<text x=\"0\" y=\"{}\">{}</text>\n",
        y(LABEL_BASE),
        escape(&shortened(&bar.label))
    );
    let figure = |place: f64| {
        format!(
            "<text class=\"figure\" x=\"{place:.2}%\" dx=\"6\" y=\"{}\">{}</text>\n",
            y(FIGURE_BASE),
            escape(&bar.figure)
        )
    };
    let zero = scale.place(0.0);
    let axis = format!(
        "<line class=\"zero\" x1=\"{zero:.2}%\" x2=\"{zero:.2}%\" y1=\"{}\" y2=\"{}\"/>\n",
        y(ZERO_TOP),
        y(ZERO_BOTTOM)
    );
    let Some(value) = bar.value else {
        return label + &axis + &figure(zero);
    };
    let place = scale.place(value);
    let rect = format!(
        "<rect x=\"{:.2}%\" y=\"{}\" width=\"{:.2}%\" height=\"{BAR_HEIGHT}\"/>\n",
        zero.min(place),
        y(BAR_TOP),
        (place - zero).abs(),
    );
    let mut end = zero.max(place);
    let mut whiskers = String::new();
    if let Some(reach) = bar.deviation {
        let (low, high) = (scale.place(value - reach), scale.place(value + reach));
        let line = |from: f64, to: f64, above: u32, below: u32| {
            format!(
                "<line class=\"whisker\" x1=\"{from:.2}%\" x2=\"{to:.2}%\" y1=\"{}\" y2=\"{}\"/>\n",
                y(above),
                y(below)
            )
        };
        whiskers += &line(low, high, WHISKER_MIDDLE, WHISKER_MIDDLE);
        whiskers += &line(low, low, WHISKER_TOP, WHISKER_BOTTOM);
        whiskers += &line(high, high, WHISKER_TOP, WHISKER_BOTTOM);
        end = end.max(high);
    }
    label + &rect + &axis + &whiskers + &figure(end)
}

fn shortened(label: &str) -> String {
    if label.chars().count() <= MAX_LABEL {
        return label.to_owned();
    }
    let kept = label.chars().take(MAX_LABEL.saturating_sub(1));
    kept.chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(values: &[(f64, Option<f64>)]) -> Chart {
        let bar = |(value, deviation): &(f64, Option<f64>)| Bar {
            label: "<b> & \"c\"".to_owned(),
            figure: value.to_string(),
            value: Some(*value),
            deviation: *deviation,
        };
        Chart {
            title: "<i>".to_owned(),
            note: "",
            bars: values.iter().map(bar).collect(),
        }
    }

    #[test]
    fn bars_begin_at_zero_and_fit() {
        let svg = svg(&chart(&[(-1.0, None), (3.0, None), (2.0, Some(1.0))]), "c");
        for part in [
            "<rect x=\"0.00%\" y=\"21\" width=\"15.00%\"",
            "<rect x=\"15.00%\" y=\"67\" width=\"45.00%\"",
            "x1=\"30.00%\" x2=\"60.00%\" y1=\"121\" y2=\"121\"",
            "class=\"zero\" x1=\"15.00%\"",
            "height=\"138\"",
            "Largest: &lt;b&gt; &amp; &quot;c&quot;, 3. Smallest:",
        ] {
            assert!(svg.contains(part), "{part} is not in {svg}");
        }
        assert!(!svg.contains("<b>") && !svg.contains("<i>"));
    }

    #[test]
    fn zeros_have_a_scale() {
        let svg = svg(&chart(&[(0.0, Some(0.0)), (0.0, None)]), "c");
        assert!(svg.contains("width=\"0.00%\"") && !svg.contains("NaN"));
    }
}
