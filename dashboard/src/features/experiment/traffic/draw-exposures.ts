import { axisX, axisY, dot, gridY, line, plot, text } from "@observablehq/plot";
import type { SeriesPoint } from "#contract/series.ts";
import { timeTicks } from "#dashboard/charts/time-ticks.ts";
import { formatDateTime } from "#dashboard/format/time.ts";
import { formatCount, plural } from "#reporter/numbers.ts";

/** Shared with exposure-plot.tsx, which keeps the place. */
const ROW_HEIGHT = 112;
const AXIS_HEIGHT = 30;

/** Closer together, the labels of moments would touch. */
const PIXELS_PER_MOMENT = 110;

interface ExposurePoint {
  at: Date;
  variant: string;
  units: number;
  expected: number;
}

function toReadings(points: readonly SeriesPoint[]): ExposurePoint[] {
  return points.flatMap(({ takenAt, observed }) =>
    observed.map(({ variant, units, expected }) => ({ at: new Date(takenAt), variant, units, expected })),
  );
}

function describe({ at, variant, units, expected }: ExposurePoint): string {
  const share = `${plural(formatCount(units), "unit")}, ${formatCount(expected)} expected`;
  return `${variant}, ${formatDateTime(at.getTime())}: ${share}`;
}

/** Draws the units of every variant as they grew, one row each, against what the weights let expect. */
export function drawExposures(
  points: readonly SeriesPoint[],
  variants: readonly string[],
  width: number,
): SVGSVGElement | HTMLElement {
  const readings = toReadings(points);
  const decorative = { ariaHidden: "true" } as const;
  return plot({
    // The content security policy knows the style of this class only.
    className: "interval-figure",
    width,
    height: variants.length * ROW_HEIGHT + AXIS_HEIGHT,
    marginTop: 22,
    marginBottom: AXIS_HEIGHT,
    marginLeft: 46,
    marginRight: 12,
    ariaLabel: "Units per variant over time",
    x: { type: "time", label: null },
    y: { label: null, zero: true, nice: true },
    fy: { domain: [...variants], axis: null, padding: 0.3 },
    marks: [
      gridY({ ticks: 3, stroke: "var(--border)", strokeOpacity: 1 }),
      axisY({ ticks: 3, tickSize: 0, label: null, tickFormat: formatCount, fill: "var(--text-secondary)" }),
      axisX({
        ticks: Math.max(2, Math.floor(width / PIXELS_PER_MOMENT)),
        ...timeTicks(width, points[0]?.takenAt ?? 0, points.at(-1)?.takenAt ?? 0),
        tickSize: 0,
        label: null,
        fill: "var(--text-secondary)",
      }),
      text([...variants], {
        fy: (variant: string) => variant,
        text: (variant: string) => variant,
        frameAnchor: "top-left",
        dy: -16,
        fontWeight: 560,
        fontSize: 12,
        fill: "var(--text)",
      }),
      line(readings, {
        x: "at",
        y: "expected",
        fy: "variant",
        stroke: "var(--text-secondary)",
        strokeWidth: 1.5,
        strokeDasharray: "5 4",
        ...decorative,
      }),
      line(readings, {
        x: "at",
        y: "units",
        fy: "variant",
        stroke: "var(--accent)",
        strokeWidth: 2,
        ...decorative,
      }),
      dot(readings, {
        x: "at",
        y: "units",
        fy: "variant",
        r: 3,
        fill: "var(--accent)",
        title: describe,
      }),
    ],
  });
}
