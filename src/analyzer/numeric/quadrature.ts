/**
 * Integration of smooth functions that have features on very different scales: Gauss–Legendre panels whose edges are
 * laid around every feature.
 */

const NODES = 16;

/** Where a function changes, and over which distance. @param scale > 0 */
export interface Feature {
  center: number;
  scale: number;
}

/** Distances of panel edges from a feature, in its scale: dense where a bell is, wide where only a tail is left. */
const REACH = [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 10, 12, 15, 19, 24, 30, 38, 60, 100, 180];

/** Gauss–Legendre nodes and weights on [−1, 1], by Newton's method on the Legendre polynomial. */
export function gaussLegendre(count: number): { node: number; weight: number }[] {
  return Array.from({ length: count }, (_, index) => {
    let node = Math.cos((Math.PI * (index + 0.75)) / (count + 0.5));
    let slope = 1;
    for (let iteration = 0; iteration < 10; iteration++) {
      let [previous, current] = [1, node];
      for (let degree = 2; degree <= count; degree++) {
        [previous, current] = [
          current,
          ((2 * degree - 1) * node * current - (degree - 1) * previous) / degree,
        ];
      }
      slope = (count * (node * current - previous)) / (node * node - 1);
      node -= current / slope;
    }
    return { node, weight: 2 / ((1 - node * node) * slope * slope) };
  });
}

const RULE = gaussLegendre(NODES);

/** Sorted panel edges around all features, cut to [from, to], both of which are edges themselves when finite. */
export function panelEdges(
  features: readonly Feature[],
  from = Number.NEGATIVE_INFINITY,
  to = Number.POSITIVE_INFINITY,
): number[] {
  const around = features.flatMap(({ center, scale }) =>
    REACH.flatMap((reach) => [center - reach * scale, center + reach * scale]),
  );
  const inside = around.filter((edge) => edge > from && edge < to);
  const ends = [from, to].filter((edge) => Number.isFinite(edge));
  return [...inside, ...ends].sort((a, b) => a - b);
}

/** ∫ f from the first to the last edge. @param edges sorted; f is smooth between neighbors */
export function integrate(f: (x: number) => number, edges: readonly number[]): number {
  let sum = 0;
  for (let index = 1; index < edges.length; index++) {
    const low = edges[index - 1] ?? 0;
    const half = ((edges[index] ?? 0) - low) / 2;
    if (!(half > 0)) continue;
    let panel = 0;
    for (const { node, weight } of RULE) panel += weight * f(low + half * (1 + node));
    sum += half * panel;
  }
  return sum;
}
