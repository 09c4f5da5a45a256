import { createEffect, createSignal, onCleanup, onMount } from "solid-js";
import "#dashboard/charts/plot-figure.css";
import type { PlanCurve } from "./draw-plan-curve.ts";
import "./plan-curve-plot.css";

type Draw = typeof import("./draw-plan-curve.ts").drawPlanCurve;

const HEIGHT = 240;

/** Keeps the curve's place; the plotting library is loaded once it is on screen. */
export function PlanCurvePlot(props: { curve: Omit<PlanCurve, "width" | "height"> }) {
  const [draw, setDraw] = createSignal<Draw>();
  const [width, setWidth] = createSignal(0);
  let holder: HTMLDivElement | undefined;
  onMount(() => {
    if (!holder) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(holder);
    onCleanup(() => observer.disconnect());
    void import("./draw-plan-curve.ts").then((module) => setDraw(() => module.drawPlanCurve));
  });
  createEffect(() => {
    const drawNow = draw();
    if (!drawNow || !holder || width() === 0) return;
    const figure = drawNow({ ...props.curve, width: width(), height: HEIGHT });
    figure.setAttribute("role", "img");
    holder.replaceChildren(figure);
  });
  return <div class="plan-curve" ref={holder} />;
}
