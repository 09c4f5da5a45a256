import {
  areaY,
  axisX,
  axisY,
  dot,
  gridY,
  lineY,
  plot,
  pointerX,
  rect,
  ruleX,
  ruleY,
  tip,
} from "@observablehq/plot";
import { timeTicks } from "./time-ticks.ts";

/** One look as it is drawn; ends at infinity are null. */
export interface SeriesLook {
  takenAt: number;
  estimate: number;
  fixed: readonly [number | null, number | null];
  alwaysValid: readonly [number | null, number | null];
}

export interface SeriesDrawing {
  looks: readonly SeriesLook[];
  /** The stretch of time that is shown; the newest look holds until its end. */
  from: number;
  until: number;
  margin: { at: number; harmSide: 1 | -1 } | null;
  effect: string;
  /** Where the decision was made. */
  decidedAt: number | null;
  width: number;
  height: number;
  formatTick: (value: number) => string;
  describe: (look: SeriesLook) => string;
  label: string;
}

const PIXELS_PER_TICK = 110;
const decorative = { ariaHidden: "true" } as const;

const COLORS: Record<string, string> = { better: "var(--better)", worse: "var(--worse)" };

/** First looks have intervals so wide that everything later would be a line: they run off the picture instead. */
function verticalDomain({ looks, margin }: SeriesDrawing): readonly [number, number] {
  const later = looks.slice(Math.floor(looks.length / 3));
  const ends = later.flatMap(({ estimate, fixed, alwaysValid }) => [estimate, ...fixed, ...alwaysValid]);
  const all = [0, margin?.at ?? null, ...looks.map(({ estimate }) => estimate), ...ends];
  const finite = all.filter((end) => end !== null);
  const lower = Math.min(...finite);
  const upper = Math.max(...finite);
  const padding = (upper - lower || 1) * 0.08;
  return [lower - padding, upper + padding];
}

/** Draws how a difference and its intervals moved from look to look. */
export function drawSeries(drawing: SeriesDrawing): SVGSVGElement | HTMLElement {
  const { margin, decidedAt, from: start, until } = drawing;
  const last = drawing.looks.at(-1);
  const looks = last ? [...drawing.looks, { ...last, takenAt: until }] : [];
  const domain = verticalDomain(drawing);
  const [from, to] = domain;
  const color = COLORS[drawing.effect] ?? "var(--neutral)";
  const time = (look: SeriesLook) => new Date(look.takenAt);
  const cut = (end: number | null, infinity: number) => Math.min(to, Math.max(from, end ?? infinity));
  const band = (pick: (look: SeriesLook) => readonly [number | null, number | null], fillOpacity: number) =>
    areaY(looks, {
      x: time,
      y1: (look: SeriesLook) => cut(pick(look)[0], from),
      y2: (look: SeriesLook) => cut(pick(look)[1], to),
      fill: color,
      fillOpacity,
      curve: "step-after",
      ...decorative,
    });
  return plot({
    // The one class whose style element the page's security policy lets in.
    className: "interval-figure",
    width: drawing.width,
    height: drawing.height,
    marginLeft: 58,
    marginRight: 12,
    marginBottom: 26,
    marginTop: 12,
    ariaLabel: drawing.label,
    x: { type: "time", domain: [new Date(start), new Date(until)], label: null },
    y: { domain: [...domain], label: null, clamp: true },
    marks: [
      ...(margin
        ? [
            rect([margin], {
              x1: () => new Date(start),
              x2: () => new Date(until),
              y1: () => margin.at,
              y2: () => (margin.harmSide > 0 ? to : from),
              fill: "var(--worse-soft)",
              ...decorative,
            }),
          ]
        : []),
      gridY({ ticks: 5, stroke: "var(--border)", strokeOpacity: 1 }),
      band(({ alwaysValid }) => alwaysValid, 0.2),
      band(({ fixed }) => fixed, 0.32),
      ruleY([0], { stroke: "var(--text-tertiary)", strokeWidth: 1.25, ...decorative }),
      ...(margin
        ? [
            ruleY([margin.at], {
              stroke: "var(--worse)",
              strokeDasharray: "4 3",
              strokeWidth: 1.5,
              ...decorative,
            }),
          ]
        : []),
      lineY(looks, {
        x: time,
        y: "estimate",
        stroke: color,
        strokeWidth: 2,
        curve: "step-after",
        ...decorative,
      }),
      ...(looks.length < 30
        ? [
            dot(drawing.looks, {
              x: time,
              y: "estimate",
              r: 3,
              fill: color,
              stroke: "var(--surface)",
              ...decorative,
            }),
          ]
        : []),
      ...(decidedAt === null
        ? []
        : [
            ruleX([new Date(decidedAt)], {
              stroke: "var(--text)",
              strokeWidth: 1.5,
              strokeDasharray: "1 3",
              ...decorative,
            }),
          ]),
      axisX({
        ticks: Math.max(2, Math.floor(drawing.width / PIXELS_PER_TICK)),
        ...timeTicks(drawing.width, start, until),
        tickSize: 0,
        label: null,
        fill: "var(--text-tertiary)",
      }),
      axisY({
        ticks: 5,
        tickFormat: drawing.formatTick,
        tickSize: 0,
        label: null,
        fill: "var(--text-tertiary)",
      }),
      tip(
        drawing.looks,
        pointerX({
          x: time,
          y: "estimate",
          title: drawing.describe,
          fill: "var(--surface)",
          stroke: "var(--border-strong)",
          fontSize: 11,
          // It follows a mouse; the table beside the plot says the same to everybody else.
          ariaHidden: "true",
        }),
      ),
    ],
  });
}
