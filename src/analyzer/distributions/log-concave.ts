import { integrate, panelEdges } from "./quadrature.ts";

/** A density known up to its constant: its logarithm, concave, 0 at its mode, which lies at 0. */
export interface LogConcaveDensity {
  logDensity(u: number): number;
  /** Distance from the mode over which the density falls noticeably, > 0. */
  scale: number;
}

/**
 * Tail probabilities of a log-concave density by quadrature. Every term is positive, so that a tail keeps its relative
 * accuracy however small it is.
 * @returns P(U < u) and P(U > u); the smaller one is integrated, the larger one is what is left
 */
export function tailsOf(density: LogConcaveDensity, u: number): { lower: number; upper: number } {
  const value = (x: number) => Math.exp(density.logDensity(x));
  const mode = { center: 0, scale: density.scale };
  const total = integrate(value, panelEdges([mode]));
  const outward = u < 0 ? -1 : 1;
  const step = outward * density.scale * 1e-3;
  const decay = (density.logDensity(u) - density.logDensity(u + step)) / Math.abs(step);
  const tail = { center: u, scale: 1 / (1 / density.scale + Math.max(0, decay)) };
  const small =
    u < 0
      ? integrate(value, panelEdges([mode, tail], Number.NEGATIVE_INFINITY, u)) / total
      : integrate(value, panelEdges([mode, tail], u)) / total;
  return u < 0 ? { lower: small, upper: 1 - small } : { lower: 1 - small, upper: small };
}
