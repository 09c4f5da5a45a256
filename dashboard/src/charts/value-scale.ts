/** An axis of values, logarithmic where the largest is many times the smallest. */
export interface ValueScale {
  isLogarithmic: boolean;
  /** Where a value lies, as an SVG length. */
  position: (value: number) => string;
  ticks: readonly number[];
}

/** From here on a linear axis would squeeze most values into one end. */
const LOGARITHMIC_RATIO = 20;

function linearTicks(from: number, to: number): number[] {
  const rough = (to - from) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.floor(to / step) - first + 1 }, (_, index) => (first + index) * step);
}

function logarithmicTicks(from: number, to: number): number[] {
  const first = Math.floor(Math.log10(from));
  const decades = Array.from(
    { length: Math.ceil(Math.log10(to)) - first + 1 },
    (_, index) => 10 ** (first + index),
  );
  const factors = decades.length > 4 ? [1] : decades.length > 2 ? [1, 3] : [1, 2, 5];
  return decades
    .flatMap((decade) => factors.map((factor) => factor * decade))
    .filter((tick) => tick >= from && tick <= to);
}

/** @param values what must fit, at least one */
export function valueScale(values: readonly number[]): ValueScale {
  const smallest = Math.min(...values);
  const largest = Math.max(...values);
  const isLogarithmic = smallest > 0 && largest / smallest > LOGARITHMIC_RATIO;
  const project = isLogarithmic ? Math.log : (value: number) => value;
  const padding = (project(largest) - project(smallest) || 1) * 0.05;
  const from = project(smallest) - padding;
  const to = project(largest) + padding;
  return {
    isLogarithmic,
    position: (value) => `${((project(value) - from) / (to - from)) * 100}%`,
    ticks: isLogarithmic ? logarithmicTicks(Math.exp(from), Math.exp(to)) : linearTicks(from, to),
  };
}
