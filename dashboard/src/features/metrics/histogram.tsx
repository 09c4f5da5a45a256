import { createMemo, For, Show } from "solid-js";
import type { MetricPreview } from "#model/metric/preview.ts";
import { formatCount, plural } from "#reporter/numbers.ts";
import "./histogram.css";

type Bin = NonNullable<MetricPreview["values"]>["histogram"][number];

const WIDTH = 400;
const HEIGHT = 96;

/** A bar is never thinner than this, so that a single value among thousands can be seen. */
const SMALLEST_BAR = 1.5;

/** Widths that differ by more than rounding. */
const WIDTH_TOLERANCE = 1.01;

/** What a reader must know about bins of unlike widths, which are all drawn equally wide. */
function explainWidths(bins: readonly Bin[]): string | undefined {
  const widths = bins.map(({ from, to }) => to - from);
  const [narrowest, widest] = [Math.min(...widths), Math.max(...widths)];
  if (widest <= narrowest * WIDTH_TOLERANCE) return undefined;
  const grows = widths.every((width, index) => index === 0 || width > (widths[index - 1] ?? 0));
  return grows
    ? "Logarithmic scale, because a few values are much larger."
    : "The outermost bars include all values beyond them.";
}

/** Where a value lies among bars of equal width; null outside of them. */
function positionOf(value: number, bins: readonly Bin[]): number | null {
  const index = bins.findIndex(({ from, to }) => value >= from && value <= to);
  const bin = bins[index];
  if (!bin) return null;
  return ((index + (value - bin.from) / (bin.to - bin.from || 1)) / bins.length) * WIDTH;
}

/** How many values lie where. @param cap drawn as a line where it falls into view */
export function Histogram(props: {
  bins: readonly Bin[];
  format: (value: number) => string;
  cap: number | null;
}) {
  const highest = createMemo(() => Math.max(1, ...props.bins.map(({ count }) => count)));
  const slot = () => WIDTH / props.bins.length;
  const height = (count: number) => (count === 0 ? 0 : Math.max(SMALLEST_BAR, (count / highest()) * HEIGHT));
  const first = () => props.bins[0]?.from ?? 0;
  const middle = () => props.bins[Math.floor(props.bins.length / 2)]?.from ?? 0;
  const last = () => props.bins.at(-1)?.to ?? 0;
  const capPosition = () => (props.cap === null ? null : positionOf(props.cap, props.bins));
  const summary = () =>
    `Histogram of the logged values from ${props.format(first())} to ${props.format(last())}; the fullest of ${props.bins.length} bars holds ${plural(formatCount(highest()), "value")}.`;
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
            {(bin, index) => (
              <rect
                class="histogram-bar"
                x={index() * slot() + 0.5}
                y={HEIGHT - height(bin.count)}
                width={Math.max(1, slot() - 1)}
                height={height(bin.count)}
              >
                <title>
                  {`${props.format(bin.from)} to ${props.format(bin.to)}: ${plural(formatCount(bin.count), "value")}`}
                </title>
              </rect>
            )}
          </For>
          <Show when={capPosition() !== null}>
            <line class="histogram-cap" x1={capPosition() ?? 0} x2={capPosition() ?? 0} y1={0} y2={HEIGHT} />
          </Show>
        </svg>
        <figcaption>
          <span class="histogram-axis">
            <span class="number">{props.format(first())}</span>
            <Show when={props.bins.length > 2}>
              <span class="number">{props.format(middle())}</span>
            </Show>
            <span class="number">{props.format(last())}</span>
          </span>
          <Show when={props.cap !== null && capPosition() !== null}>
            <span class="histogram-note histogram-cap-label">
              The dashed line is the cap, {props.format(props.cap ?? 0)}.
            </span>
          </Show>
          <Show when={explainWidths(props.bins)}>
            {(words) => <span class="histogram-note">{words()}</span>}
          </Show>
        </figcaption>
      </figure>
    </Show>
  );
}
