import { axisX, axisY, dot, gridY, line, plot, ruleX } from "@observablehq/plot";

/** One answer on the curve. */
export interface CurvePoint {
  effect: number;
  units: number;
  look: "always" | "once";
}

/** What the curve of units against differences is drawn from. */
export interface PlanCurve {
  points: readonly CurvePoint[];
  difference: number;
  width: number;
  height: number;
  formatEffect: (value: number) => string;
  formatUnits: (value: number) => string;
  label: string;
}

const decorative = { ariaHidden: "true" } as const;

/** Draws how many units each difference takes; the axis of units is logarithmic, since halving costs four times. */
export function drawPlanCurve(curve: PlanCurve): SVGSVGElement | HTMLElement {
  const narrow = curve.width < 420;
  const of = (look: CurvePoint["look"]) => curve.points.filter((point) => point.look === look);
  return plot({
    className: "interval-figure",
    width: curve.width,
    height: curve.height,
    marginLeft: 62,
    marginRight: 16,
    marginBottom: 36,
    ariaLabel: curve.label,
    x: { nice: true },
    y: { type: "log" },
    marks: [
      gridY({ ticks: 4, stroke: "var(--border)", strokeOpacity: 1 }),
      axisX({
        ticks: narrow ? 4 : 7,
        tickFormat: curve.formatEffect,
        tickSize: 0,
        fill: "var(--text-tertiary)",
        label: "Minimum detectable effect",
      }),
      axisY({
        ticks: 4,
        label: "Units (log scale)",
        tickFormat: curve.formatUnits,
        tickSize: 0,
        fill: "var(--text-tertiary)",
      }),
      ruleX([curve.difference], { stroke: "var(--text-tertiary)", strokeDasharray: "4 3", ...decorative }),
      line(of("once"), {
        x: "effect",
        y: "units",
        stroke: "var(--neutral)",
        strokeDasharray: "6 4",
        ...decorative,
      }),
      line(of("always"), {
        x: "effect",
        y: "units",
        stroke: "var(--accent)",
        strokeWidth: 2.5,
        ...decorative,
      }),
      dot(curve.points, {
        x: "effect",
        y: "units",
        r: 3.5,
        fill: (point: CurvePoint) => (point.look === "always" ? "var(--accent)" : "var(--neutral)"),
        title: (point: CurvePoint) =>
          `${curve.formatEffect(point.effect)}: ${curve.formatUnits(point.units)} units, ${point.look === "always" ? "sequential" : "fixed horizon"}`,
      }),
    ],
  });
}
