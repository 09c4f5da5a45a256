import { createMemo, Show } from "solid-js";
import { SHORTEST_PACE_MILLISECONDS, type TrafficPoint } from "#contract/overview.ts";
import { formatCount, plural } from "#reporter/numbers.ts";
import "./sparkline.css";

const WIDTH = 120;
const HEIGHT = 28;
const MILLISECONDS_PER_DAY = 86_400_000;

interface Stretch {
  from: number;
  to: number;
  unitsPerDay: number;
}

/** How fast units arrived between points half a minute apart or more; a unit with multiple exposures leaves: some may lose units. */
function stretchesOf(traffic: readonly TrafficPoint[]): Stretch[] {
  const stretches: Stretch[] = [];
  let before = traffic[0];
  for (const point of traffic) {
    if (!before || point.at - before.at < SHORTEST_PACE_MILLISECONDS) continue;
    const unitsPerDay = ((point.units - before.units) / (point.at - before.at)) * MILLISECONDS_PER_DAY;
    stretches.push({ from: before.at, to: point.at, unitsPerDay: Math.max(0, unitsPerDay) });
    before = point;
  }
  return stretches;
}

/** Traffic since the start: how fast units arrived, so that a silence shows as a gap. */
export function Sparkline(props: { traffic: readonly TrafficPoint[] }) {
  const stretches = createMemo(() => stretchesOf(props.traffic));
  const outline = () => {
    const [first] = stretches();
    const last = stretches().at(-1);
    if (!first || !last) return "";
    const highest = Math.max(1, ...stretches().map(({ unitsPerDay }) => unitsPerDay));
    const x = (at: number) => (((at - first.from) / (last.to - first.from)) * WIDTH).toFixed(1);
    const y = (unitsPerDay: number) => (HEIGHT - 1 - (unitsPerDay / highest) * (HEIGHT - 3)).toFixed(1);
    const steps = stretches().map(
      ({ from, to, unitsPerDay }) => `L${x(from)} ${y(unitsPerDay)}L${x(to)} ${y(unitsPerDay)}`,
    );
    return `M0 ${HEIGHT}${steps.join("")}L${WIDTH} ${HEIGHT}Z`;
  };
  const label = () => {
    const busiest = Math.max(0, ...stretches().map(({ unitsPerDay }) => unitsPerDay));
    return `Traffic since the start: ${plural(formatCount(props.traffic.at(-1)?.units ?? 0), "unit")}, at most at a rate of ${formatCount(busiest)} a day`;
  };
  return (
    <Show when={stretches().length > 0} fallback={<span class="sparkline" />}>
      <svg
        class="sparkline"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={label()}
      >
        <title>{label()}</title>
        <path d={outline()} />
      </svg>
    </Show>
  );
}
