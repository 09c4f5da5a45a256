import { createEffect, createSignal, onCleanup, onMount } from "solid-js";
import type { SeriesDrawing } from "./draw-series.ts";
import "./plot-figure.css";
import "./series-plot.css";

type Draw = typeof import("./draw-series.ts").drawSeries;

/**
 * A chart over time in a place that is kept before it is drawn; the plotting library is loaded only once it is on screen.
 * While the pointer is on it, it stays as it is.
 */
export function SeriesPlot(props: { drawing: Omit<SeriesDrawing, "width"> }) {
  const [draw, setDraw] = createSignal<Draw>();
  const [width, setWidth] = createSignal(0);
  const [pointed, setPointed] = createSignal(false);
  let holder: HTMLDivElement | undefined;

  onMount(() => {
    if (!holder) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(holder);
    onCleanup(() => observer.disconnect());
    void import("./draw-series.ts").then((module) => setDraw(() => module.drawSeries));
  });

  createEffect(() => {
    const drawNow = draw();
    if (!drawNow || !holder || width() === 0 || pointed()) return;
    const figure = drawNow({ ...props.drawing, width: width() });
    figure.setAttribute("role", "img");
    holder.replaceChildren(figure);
  });

  return (
    <div
      class="series-plot"
      style={{ height: `${props.drawing.height}px` }}
      ref={holder}
      onPointerEnter={() => setPointed(true)}
      onPointerLeave={() => setPointed(false)}
    />
  );
}
