/** An axis of differences whose positions are shares of the drawing's width, so that no drawing has to know its size. */
export interface DifferenceScale {
  domain: readonly [number, number];
  /** Where a value lies, as an SVG length; values beyond the axis lie at its end. */
  position: (value: number) => string;
  /** Round values to label, few enough to stand apart. */
  ticks: readonly number[];
}

const TICKS = 4;

/** Round steps of 1, 2 or 5 times a power of ten, about four to an axis. */
function roundTicks([from, to]: readonly [number, number]): number[] {
  const rough = (to - from) / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const first = Math.ceil(from / step);
  const count = Math.floor(to / step) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => (first + index) * step);
}

export function differenceScale(domain: readonly [number, number]): DifferenceScale {
  const [from, to] = domain;
  return {
    domain,
    position: (value) => `${Math.min(1, Math.max(0, (value - from) / (to - from))) * 100}%`,
    ticks: roundTicks(domain),
  };
}
