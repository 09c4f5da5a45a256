import { createEffect, createSignal, onCleanup, onMount } from "solid-js";
import type { SeriesPoint } from "#contract/series.ts";
import "#dashboard/charts/plot-figure.css";

type Draw = typeof import("./draw-exposures.ts").drawExposures;

/** Shared with draw-exposures.ts, which is loaded too late to be asked. */
const ROW_HEIGHT = 112;
const AXIS_HEIGHT = 30;

/** Keeps a place of the plot's size; the plotting library is loaded only once it is on screen. */
export function ExposurePlot(props: { points: readonly SeriesPoint[]; variants: readonly string[] }) {
  const [draw, setDraw] = createSignal<Draw>();
  const [width, setWidth] = createSignal(0);
  let holder: HTMLDivElement | undefined;
  onMount(() => {
    if (!holder) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(holder);
    onCleanup(() => observer.disconnect());
    void import("./draw-exposures.ts").then((module) => setDraw(() => module.drawExposures));
  });
  createEffect(() => {
    const drawNow = draw();
    if (!drawNow || !holder || width() === 0) return;
    const figure = drawNow(props.points, props.variants, width());
    figure.setAttribute("role", "img");
    holder.replaceChildren(figure);
  });
  const height = () => `${props.variants.length * ROW_HEIGHT + AXIS_HEIGHT}px`;
  return <div class="interval-plot" style={{ height: height() }} ref={holder} />;
}
