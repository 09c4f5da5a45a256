import { normalUpperQuantile } from "#analyzer/distributions/index.ts";
import { estimateOfRatio } from "#analyzer/estimates/ratio-metric.ts";
import { pairSumsOf } from "#analyzer/numeric/pair-sums.ts";
import { isUnavailable } from "#analyzer/unavailable.ts";
import { improvementSign } from "#model/metric/direction.ts";
import type { Truth } from "./observe-look.ts";
import { type Population, trueDifference } from "./population.ts";
import { Random } from "./random.ts";
import { decidingDefinition, type Mode, type Scenario } from "./scenario.ts";

/** Enough for a standard error to some percent. */
const PILOT_UNITS = 20_000;

/** The power that a fixed-horizon test at the end is to have. */
const POWER = 0.8;

/** The variance of one unit's contribution to the primary metric. */
function unitVariance(scenario: Scenario, effect: number): number {
  const { key } = decidingDefinition(scenario);
  const random = new Random(`pilot/${scenario.key}`);
  const rows = Array.from({ length: PILOT_UNITS }, () => {
    const { requests } = scenario.population.draw(random, effect);
    return [requests.reduce((sum, request) => sum + (request[key] ?? 0), 0), requests.length] as const;
  });
  const estimate = estimateOfRatio(pairSumsOf(rows));
  return isUnavailable(estimate) ? Number.NaN : estimate.unitVariance;
}

/** The improvement that a fixed-horizon test finds in 80 % of runs, in the population's own terms. */
function detectableEffect(scenario: Scenario): number {
  const { spec, population, units } = scenario;
  const treatments = spec.variants.length - 1;
  const unitsOf = (weight = 0) => weight * units;
  const quantiles = normalUpperQuantile(spec.alpha / 2 / treatments) + normalUpperQuantile(1 - POWER);
  const sign = improvementSign(decidingDefinition(scenario));
  const control = unitVariance(scenario, 0) / unitsOf(spec.variants.at(0)?.weight);
  let effect = 0;
  // An effect changes the treatment's own variance: three rounds settle it.
  for (let round = 0; round < 3; round++) {
    const treatment = unitVariance(scenario, effect) / unitsOf(spec.variants.at(-1)?.weight);
    const difference = sign * quantiles * Math.sqrt(control + treatment);
    effect = population.effect === "added" ? difference : difference / population.baseline;
  }
  return effect;
}

/** What sets the last variant apart in this mode. */
export function effectOf(scenario: Scenario, mode: Mode): number {
  const effect = scenario.effects[mode];
  const { onlyEffect } = scenario.population;
  if (mode === "different" && onlyEffect !== undefined) return onlyEffect;
  return effect === "detectable" ? detectableEffect(scenario) : effect;
}

function quantilesOf({ quantile, quantiles }: Population, mode: Mode, effect: number): Truth["quantiles"] {
  if (quantiles) return { control: quantiles.same, treatment: quantiles[mode] };
  return quantile === undefined ? undefined : { control: quantile, treatment: quantile * (1 + effect) };
}

/** What the engine must find. */
export function truthOf(scenario: Scenario, mode: Mode, effect: number): Truth {
  const { population, brokenWeights } = scenario;
  const difference = trueDifference(population, effect);
  return {
    difference,
    relative: difference / population.baseline,
    quantiles: quantilesOf(population, mode, effect),
    harmAtMargin: mode === "same",
    soundSplit: mode === "same" || brokenWeights === undefined,
  };
}
