import { integrate } from "../numeric/quadrature.ts";

/** A density known up to its constant: its logarithm, concave, 0 at its mode, which lies at 0. */
export interface LogConcaveDensity {
  logDensity(u: number): number;
  /** Distance from the mode over which the density falls noticeably, > 0. */
  scale: number;
  /** ∫ exp(logDensity) over the whole line. */
  mass: number;
}

/** Up to here the logarithm of a chi-square or beta density, a small difference of large numbers, has six digits around its mode. */
export const LARGEST_PARAMETER = 1e20;

/** Ends of the panels beyond a point, in units over which the density there decays. */
const PANEL_ENDS = [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 10, 12, 15, 19, 24, 30, 38, 60];

/**
 * Tail probabilities of a log-concave density by quadrature outwards from a point. Every term is positive, so that a
 * tail keeps its relative accuracy however small it is.
 * @returns P(U < u) and P(U > u); the one beyond the mode is integrated, the other one is what is left
 */
export function tailsOf(density: LogConcaveDensity, u: number): { lower: number; upper: number } {
  const outward = u < 0 ? -1 : 1;
  const value = (distance: number) => Math.exp(density.logDensity(u + outward * distance));
  const step = density.scale * 1e-3;
  const decay = (density.logDensity(u) - density.logDensity(u + outward * step)) / step;
  const unit = 1 / (1 / density.scale + Math.max(0, decay));
  let [sum, from] = [0, 0];
  for (const end of PANEL_ENDS) {
    const panel = integrate(value, [from, end * unit]);
    sum += panel;
    from = end * unit;
    if (panel < sum * Number.EPSILON * 1e-2) break;
  }
  const small = sum / density.mass;
  return u < 0 ? { lower: small, upper: 1 - small } : { lower: 1 - small, upper: small };
}
