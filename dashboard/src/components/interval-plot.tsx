import { createEffect, createSignal, onCleanup, onMount } from "solid-js";
import { drawingHeight, type IntervalDrawing } from "./interval-drawing.ts";
import "./interval-plot.css";

type Draw = typeof import("./draw-intervals.ts").drawIntervals;

/** Keeps a place of the plot's size; the plotting library is loaded only once a plot is on screen. */
export function IntervalPlot(props: { drawing: Omit<IntervalDrawing, "width"> }) {
  const [draw, setDraw] = createSignal<Draw>();
  const [width, setWidth] = createSignal(0);
  let holder: HTMLDivElement | undefined;

  onMount(() => {
    if (!holder) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(holder);
    onCleanup(() => observer.disconnect());
    void import("./draw-intervals.ts").then((module) => setDraw(() => module.drawIntervals));
  });

  createEffect(() => {
    const drawNow = draw();
    if (!drawNow || !holder || width() === 0) return;
    const figure = drawNow({ ...props.drawing, width: width() });
    figure.setAttribute("role", "img");
    holder.replaceChildren(figure);
  });

  const height = () => `${drawingHeight(props.drawing)}px`;
  return <div class="interval-plot" style={{ height: height() }} ref={holder} />;
}
