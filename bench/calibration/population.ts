import type { UnitAttributes } from "#model/unit/kept-attributes.ts";
import type { Random } from "./random.ts";

/** What one unit does while the experiment runs. */
export interface UnitDraw {
  /** Metric values, one record per request. */
  requests: Record<string, number>[];
  /** How many arrivals of others pass before each request; by default none. */
  delays?: number[];
  /** It is gone before anything of it is recorded, its exposure included. */
  isLost?: boolean;
  /** What is known of the unit from before. */
  covariates?: Record<string, number>;
  /** Attributes of its assignment. */
  attributes?: UnitAttributes;
  /** Covariates, but told after its last request. */
  lateCovariates?: Record<string, number>;
}

/** Where units come from, with the truth about them. */
export interface Population {
  draw: (random: Random, effect: number) => UnitDraw;
  /** `added`: to the primary metric · `factor`: the primary metric is multiplied by 1 + effect · `margins`: harm of the guardrails, in margins. */
  effect: "added" | "factor" | "margins";
  /** The primary metric without an effect. */
  baseline: number;
  /** The quantile that the scenario estimates, without an effect; with one it is multiplied by 1 + effect. */
  quantile?: number;
  /** The quantile without and with an effect, where an effect changes more than the scale. */
  quantiles?: { same: number; different: number };
  /** What sets the treatment apart in an A/B, where nothing else is possible. */
  onlyEffect?: number;
}

/** The true difference on the primary metric. */
export function trueDifference({ effect: kind, baseline }: Population, effect: number): number {
  if (kind === "margins") return 0;
  return kind === "added" ? effect : effect * baseline;
}
