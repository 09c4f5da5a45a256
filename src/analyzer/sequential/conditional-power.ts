import { normalUpperTail } from "../distributions/index.ts";

/** A comparison on its way to an end that is known in advance. */
export interface ScoreUnderWay {
  /** estimate / error so far, positive toward what is to be proven. */
  score: number;
  /** Information so far as a share of that at the end, in (0, 1). */
  progress: number;
  /** What the score at the end must exceed. */
  bound: number;
  /** The score that is expected at the end if the effect is the assumed one: effect / error at the end. */
  drift: number;
}

/**
 * The chance that a comparison ends beyond its bound, given how it stands, if the effect is the assumed one from now on:
 * 1 − Φ((b − z·√r − θ·(1 − r)) / √(1 − r)) with r the progress, since z·√r is a Brownian motion with drift θ. To stop where
 * it is small cannot make an error more frequent, whatever the effect, as it proves nothing.
 * @returns in [0, 1]; NaN where the progress is outside (0, 1)
 * @see Lan, Simon, Halperin 1982, "Stochastically curtailed tests in long-term clinical trials"; Jennison, Turnbull 1999,
 * chapter 10
 */
export function conditionalPower({ score, progress, bound, drift }: ScoreUnderWay): number {
  if (!(progress > 0 && progress < 1)) return Number.NaN;
  const remaining = 1 - progress;
  return normalUpperTail((bound - score * Math.sqrt(progress) - drift * remaining) / Math.sqrt(remaining));
}
