import { createMemo, For, Show } from "solid-js";
import type { MetricPreview } from "../../../../src/model/metric-preview.ts";
import { formatCount } from "../../format/number.ts";
import { plural } from "../../format/words.ts";

type Bin = NonNullable<MetricPreview["values"]>["histogram"][number];

const WIDTH = 400;
const HEIGHT = 96;

/** A bar is never thinner than this, so that a single value among thousands can be seen. */
const SMALLEST_BAR = 1.5;

/** How many values lie where. @param cap drawn as a line where it falls into view */
export function Histogram(props: {
  bins: readonly Bin[];
  format: (value: number) => string;
  cap: number | null;
}) {
  const range = createMemo(() => ({ from: props.bins[0]?.from ?? 0, to: props.bins.at(-1)?.to ?? 1 }));
  const highest = createMemo(() => Math.max(1, ...props.bins.map(({ count }) => count)));
  const x = (value: number) => ((value - range().from) / (range().to - range().from || 1)) * WIDTH;
  const height = (count: number) => (count === 0 ? 0 : Math.max(SMALLEST_BAR, (count / highest()) * HEIGHT));
  const capInView = () =>
    props.cap !== null && props.cap >= range().from && props.cap <= range().to ? props.cap : null;
  const summary = () =>
    `Histogram of the logged values from ${props.format(range().from)} to ${props.format(range().to)}; the fullest of ${props.bins.length} bins holds ${plural(formatCount(highest()), "value")}.`;
  return (
    <Show when={props.bins.length > 0}>
      <figure class="histogram">
        <svg
          class="histogram-drawing"
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={summary()}
        >
          <For each={props.bins}>
            {(bin) => (
              <rect
                class="histogram-bar"
                x={x(bin.from)}
                y={HEIGHT - height(bin.count)}
                width={props.bins.length === 1 ? WIDTH : Math.max(1, x(bin.to) - x(bin.from) - 1)}
                height={height(bin.count)}
              >
                <title>
                  {props.format(bin.from)} to {props.format(bin.to)}:{" "}
                  {plural(formatCount(bin.count), "value")}
                </title>
              </rect>
            )}
          </For>
          <Show when={capInView()}>
            {(cap) => <line class="histogram-cap" x1={x(cap())} x2={x(cap())} y1={0} y2={HEIGHT} />}
          </Show>
        </svg>
        <figcaption class="histogram-axis">
          <span class="number">{props.format(range().from)}</span>
          <Show when={capInView()}>
            {(cap) => <span class="number histogram-cap-label">Cap {props.format(cap())}</span>}
          </Show>
          <span class="number">{props.format(range().to)}</span>
        </figcaption>
      </figure>
    </Show>
  );
}
