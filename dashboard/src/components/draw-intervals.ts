import { axisX, dot, gridX, plot, rectX, ruleX, ruleY } from "@observablehq/plot";
import type { Effect } from "../format/effect.ts";
import { AXIS_HEIGHT, drawingHeight, type IntervalDrawing } from "./interval-drawing.ts";
import { clip, differenceDomain, type IntervalView } from "./interval-view.ts";

/** Closer together, tick labels would touch. */
const PIXELS_PER_TICK = 70;

/** Plot names each group of shapes for screen readers; lines without a title have nothing to say. */
const decorative = { ariaHidden: "true" } as const;

const COLORS: Record<Effect, string> = {
  better: "var(--better)",
  worse: "var(--worse)",
  unclear: "var(--neutral)",
  unavailable: "var(--neutral)",
};

function marginMarks({ margin }: IntervalDrawing, [from, to]: readonly [number, number]) {
  if (!margin) return [];
  const beyond = margin.harmSide > 0 ? { x1: margin.at, x2: to } : { x1: from, x2: margin.at };
  return [
    rectX([beyond], { x1: "x1", x2: "x2", fill: "var(--worse-soft)", ...decorative }),
    ruleX([margin.at], { stroke: "var(--worse)", strokeDasharray: "4 3", strokeWidth: 1.5, ...decorative }),
  ];
}

function intervalMarks({ views, describe }: IntervalDrawing, domain: readonly [number, number]) {
  const shared = {
    y: "variant",
    stroke: (view: IntervalView) => COLORS[view.effect],
    strokeLinecap: "round",
    title: describe,
  } as const;
  const always = (view: IntervalView) => clip(view.difference.alwaysValid.interval, domain);
  const fixed = (view: IntervalView) => clip(view.difference.interval, domain);
  return [
    ruleY(views, {
      ...shared,
      x1: (view) => always(view).x1,
      x2: (view) => always(view).x2,
      strokeWidth: 10,
      strokeOpacity: 0.32,
    }),
    ruleY(views, { ...shared, x1: (view) => fixed(view).x1, x2: (view) => fixed(view).x2, strokeWidth: 2.5 }),
    dot(views, {
      x: (view: IntervalView) => view.difference.estimate,
      y: "variant",
      r: 5,
      fill: (view: IntervalView) => COLORS[view.effect],
      stroke: "var(--surface)",
      strokeWidth: 2,
      title: describe,
    }),
  ];
}

/** Draws every treatment's difference to control on one axis, row by row as high as the table's rows. */
export function drawIntervals(drawing: IntervalDrawing): SVGSVGElement | HTMLElement {
  const domain = differenceDomain(drawing.views, drawing.margin?.at ?? null);
  const marginLeft = drawing.showNames ? 92 : 14;
  const ticks = Math.max(2, Math.floor((drawing.width - marginLeft) / PIXELS_PER_TICK));
  return plot({
    className: "interval-figure",
    width: drawing.width,
    height: drawingHeight(drawing),
    marginTop: drawing.headerHeight,
    marginBottom: AXIS_HEIGHT,
    marginLeft,
    marginRight: 14,
    ariaLabel: drawing.label,
    x: { domain: [...domain], clamp: true, label: null },
    y: {
      domain: [...drawing.rows],
      type: "band",
      padding: 0,
      label: null,
      tickSize: 0,
      axis: drawing.showNames ? "left" : null,
    },
    marks: [
      ...marginMarks(drawing, domain),
      gridX({ ticks, stroke: "var(--border)", strokeOpacity: 1 }),
      axisX({
        ticks,
        tickFormat: drawing.formatTick,
        tickSize: 0,
        label: null,
        fill: "var(--text-tertiary)",
      }),
      ruleX([0], { stroke: "var(--text-tertiary)", strokeWidth: 1.25, ...decorative }),
      ...intervalMarks(drawing, domain),
    ],
  });
}
