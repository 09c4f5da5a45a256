import { createMemo } from "solid-js";
import { type PrimaryView, primaryDomain } from "./primary-result-view.ts";
import "./mini-interval.css";

const WIDTH = 120;
const HEIGHT = 20;

/** An always-valid interval small enough for a list: where it lies, and whether it contains zero. */
export function MiniInterval(props: { view: PrimaryView; label: string }) {
  const domain = createMemo(() => primaryDomain(props.view));
  const scale = (value: number) => {
    const [from, to] = domain();
    return ((value - from) / (to - from)) * WIDTH;
  };
  const from = () => scale(props.view.interval.lower ?? domain()[0]);
  const to = () => scale(props.view.interval.upper ?? domain()[1]);
  return (
    <svg
      class="mini-interval"
      data-effect={props.view.effect}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={props.label}
    >
      <title>{props.label}</title>
      <line class="mini-zero" x1={scale(0)} x2={scale(0)} y1={1} y2={HEIGHT - 1} />
      <line class="mini-range" x1={from()} x2={to()} y1={HEIGHT / 2} y2={HEIGHT / 2} />
      <circle class="mini-dot" cx={scale(props.view.estimate)} cy={HEIGHT / 2} r={3.5} />
    </svg>
  );
}
