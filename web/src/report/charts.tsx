// Bars on one scale, static: a title, a description, the name and the figure of each bar as text, and
// whiskers where there is a deviation. The same figures stand in a table beside it.

import type { Report, Section } from "../core/api";
import { figure, text } from "../text";
import { useOwnId } from "../ui/id";
import { columnsOf, groupName } from "./labels";

/** Most bars of one section: where there are more, its table says it better. */
const MOST = 80;

/** A bar's own units: it is stretched to the room there is. */
const LONG = 100;
const HIGH = 10;

export interface Bar {
  label: string;
  /** Exact, as text; nothing where there is none. */
  exact: string | null;
  deviation: string | null;
}

export interface Chart {
  title: string;
  note: string;
  bars: Bar[];
}

/** The charts of one section, which stands among others of its group. */
export function chartsOf(section: Section, among: Section[]): Chart[] {
  const cells = section.rows.length * section.columns.length;
  if (cells < 2 || cells > MOST) {
    return [];
  }
  const t = text.value.report;
  const columns = columnsOf(section);
  const statistic = typeof section.figures === "object" ? section.figures.statistic : null;
  if (statistic === "histogram") {
    return section.rows.map((row, index) => ({
      title: section.title === row ? `${row} – ${t.figures(section)}` : `${section.title}, ${row} – ${t.figures(section)}`,
      note: t.barIsParties,
      bars: columns.map((path, column) => ({
        label: path.join(", "),
        exact: exactOf(section.cells[index]?.[column]),
        deviation: null,
      })),
    }));
  }
  if (statistic !== "mean" && section.figures !== "tally") {
    return [];
  }
  const reach = statistic === "mean" ? deviations(section, among) : undefined;
  return [
    {
      title: `${section.title} – ${t.figures(section)}`,
      note: reach ? t.whiskers : statistic === "mean" ? t.barIsFigure : t.barIsParties,
      bars: section.rows.flatMap((row, at) =>
        columns.map((path, column) => ({
          label: columns.length > 1 && path.length ? `${row}, ${path.join(", ")}` : row,
          exact: exactOf(section.cells[at]?.[column]),
          deviation: exactOf(reach?.cells[at]?.[column]),
        })),
      ),
    },
  ];
}

function deviations(means: Section, among: Section[]): Section | undefined {
  return among.find(
    (other) =>
      other.source === means.source &&
      typeof other.figures === "object" &&
      other.figures.statistic.endsWith("_deviation"),
  );
}

function exactOf(cell: string | null | undefined): string | null {
  return cell && cell !== "hidden" ? cell : null;
}

/** One section over all parties and over the groups of one dimension. */
export function comparisons(report: Report): Chart[] {
  const groups = report.groups.filter((group) => group.of.length < 2 && group.sections);
  if (groups.length < 2) {
    return [];
  }
  const [first] = groups;
  const t = text.value.report;
  const compared = (first?.sections ?? []).filter((section) => {
    const single = section.rows.length === 1 && section.columns.length === 1;
    const mean = typeof section.figures === "object" && section.figures.statistic === "mean";
    return single && (mean || section.figures === "ratio_of_sums" || section.figures === "mean_of_ratios");
  });
  return compared.map((section) => {
    const bars = groups.map((group) => {
      const same = group.sections?.find(
        (other) =>
          other.source === section.source &&
          JSON.stringify(other.figures) === JSON.stringify(section.figures),
      );
      const reach = same && group.sections ? deviations(same, group.sections) : undefined;
      return {
        label: groupName(group),
        exact: exactOf(same?.cells[0]?.[0]),
        deviation: exactOf(reach?.cells[0]?.[0]),
      };
    });
    const reaching = bars.some(({ deviation }) => deviation !== null);
    return { title: `${section.title} – ${t.figures(section)}`, note: reaching ? t.whiskers : t.barIsFigure, bars };
  });
}

export function ChartFigure({ chart }: { chart: Chart }) {
  const id = useOwnId();
  const t = text.value.report;
  // A drawing may round; the figures beside it do not.
  const values = chart.bars.map(({ exact }) => (exact === null ? null : Number(exact)));
  const reaches = chart.bars.map(({ deviation }) => (deviation === null ? 0 : Number(deviation)));
  const ends = values.flatMap((value, at) =>
    value === null ? [] : [value - (reaches[at] ?? 0), value + (reaches[at] ?? 0)],
  );
  const low = Math.min(0, ...ends);
  const high = Math.max(0, ...ends);
  const x = (value: number) => ((value - low) / (high - low || 1)) * LONG;
  const described = chart.bars
    .map(({ label, exact, deviation }) => {
      const said = exact === null ? t.none : figure(exact);
      return `${label}: ${said}${deviation ? ` ± ${figure(deviation)}` : ""}`;
    })
    .join("; ");
  return (
    <figure class="chart">
      <figcaption id={`${id}-title`}>{chart.title}</figcaption>
      <div class="bars" role="img" aria-labelledby={`${id}-title`} aria-describedby={`${id}-desc`}>
        {chart.bars.map(({ label, exact, deviation }, at) => (
          <div key={label} class="bar-row">
            <span class="bar-name">{label}</span>
            <svg viewBox={`0 0 ${LONG} ${HIGH}`} preserveAspectRatio="none">
              <rect class="track" width={LONG} height={HIGH} />
              <Length from={x(0)} to={values[at] ?? null} reach={reaches[at] ?? 0} x={x} />
              <path class="axis" d={`M${x(0)} -3V${HIGH + 3}`} />
            </svg>
            <span class="bar-figure">
              {exact === null ? "–" : figure(exact)}
              {deviation ? ` ± ${short(deviation)}` : ""}
            </span>
          </div>
        ))}
      </div>
      <p id={`${id}-desc`} class="unseen">
        {described}
      </p>
      <p class="small soft">{chart.note}</p>
    </figure>
  );
}

interface LengthProps {
  from: number;
  to: number | null;
  reach: number;
  x: (value: number) => number;
}

/** The bar itself, with its whisker. */
function Length({ from, to, reach, x }: LengthProps) {
  if (to === null) {
    return null;
  }
  const [end, low, high] = [x(to), x(to - reach), x(to + reach)];
  const whisker = `M${low} 2v6m0 -3H${high}m0 -3v6`;
  return (
    <>
      <rect class="length" x={Math.min(from, end)} y="1" width={Math.max(Math.abs(end - from), 0.3)} height={HIGH - 2} />
      {reach > 0 && (
        <>
          <path class="halo" d={whisker} />
          <path class="whisker" d={whisker} />
        </>
      )}
    </>
  );
}

/** Beside a bar there is room for a few digits; the table has all. */
function short(exact: string): string {
  const [whole = "", fraction] = exact.split(".");
  return figure(fraction && whole.length < 5 ? `${whole}.${fraction.slice(0, 1)}` : whole);
}
