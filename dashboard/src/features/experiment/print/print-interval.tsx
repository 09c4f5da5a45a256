import { createMemo, Index, Show } from "solid-js";
import { clip, differenceDomain, type IntervalView } from "#dashboard/charts/interval-view.ts";
import "./print-interval.css";

const WIDTH = 420;
const ROW = 22;
const NAMES = 110;
const AXIS = 12;
const NAME_LENGTH = 16;

/** Every treatment's difference to control as a drawing that prints sharp: plain SVG, no library. */
export function PrintInterval(props: {
  views: readonly IntervalView[];
  margin: number | null;
  label: string;
  formatTick: (value: number) => string;
}) {
  const domain = createMemo(() => differenceDomain(props.views, props.margin));
  const scale = (value: number) => {
    const [from, to] = domain();
    return NAMES + ((value - from) / (to - from)) * (WIDTH - NAMES);
  };
  const rows = () => props.views.length * ROW + 4;
  const height = () => rows() + AXIS;
  const ticks = () => [...new Set([0, ...(props.margin === null ? [] : [props.margin])])];
  return (
    <svg
      class="print-interval"
      viewBox={`0 0 ${WIDTH} ${height()}`}
      width={WIDTH}
      height={height()}
      role="img"
      aria-label={props.label}
    >
      <line class="print-zero" x1={scale(0)} x2={scale(0)} y1={0} y2={rows()} />
      <Show when={props.margin !== null}>
        <line
          class="print-margin"
          x1={scale(props.margin ?? 0)}
          x2={scale(props.margin ?? 0)}
          y1={0}
          y2={rows()}
        />
      </Show>
      <Index each={ticks()}>
        {(tick) => (
          <text class="print-tick" x={scale(tick())} y={height() - 2} text-anchor="middle">
            {tick() === 0 ? props.formatTick(0) : "margin"}
          </text>
        )}
      </Index>
      <Index each={props.views}>
        {(view, index) => {
          const y = index * ROW + ROW / 2 + 2;
          const ends = () => clip(view().difference.alwaysValid.interval, domain());
          const name = () =>
            view().variant.length > NAME_LENGTH
              ? `${view().variant.slice(0, NAME_LENGTH - 1)}…`
              : view().variant;
          return (
            <g data-effect={view().effect}>
              <text class="print-name" x={0} y={y + 4}>
                {name()}
              </text>
              <line class="print-range" x1={scale(ends().x1)} x2={scale(ends().x2)} y1={y} y2={y} />
              <circle class="print-dot" cx={scale(view().difference.estimate)} cy={y} r={4} />
            </g>
          );
        }}
      </Index>
    </svg>
  );
}
