import type { UnitAttributes } from "#model/unit/kept-attributes.ts";
import type { Random } from "./random.ts";
import { effectShareOf, type Mode, type Scenario } from "./scenario.ts";

/** One unit as it went through a run. */
export interface SimulatedUnit {
  name: string;
  variant: string;
  covariates: Record<string, number> | undefined;
  attributes: UnitAttributes | undefined;
  /** Its requests up to the end of the run. */
  requests: Record<string, number>[];
}

/** One request, or a unit's exposure. */
export interface StreamEvent {
  unit: SimulatedUnit;
  request: Record<string, number> | undefined;
  /** What is told of the unit when it is known already. */
  lateCovariates?: Record<string, number>;
}

/** A returning unit waits for so many arrivals of others on average. */
export const MEAN_GAP = 200;

function drawVariant(random: Random, keys: readonly string[], weights: readonly number[]): string {
  let rest = random.uniform();
  for (const [index, weight] of weights.entries()) {
    rest -= weight;
    if (rest < 0) return keys[index] ?? "";
  }
  return keys.at(-1) ?? "";
}

/**
 * The requests of one run in the order in which they come in.
 * @returns for every arrival of a new unit, what happens up to the next one
 */
export function* streamOf(
  scenario: Scenario,
  mode: Mode,
  effect: number,
  random: Random,
): Generator<StreamEvent[]> {
  const { spec, population, units, arrivals = units, returning, brokenWeights, splitIsRepaired } = scenario;
  const keys = spec.variants.map(({ key }) => key);
  const planned = spec.variants.map(({ weight }) => weight);
  const broken = mode === "different" ? (brokenWeights ?? planned) : planned;
  const later = new Map<number, StreamEvent[]>();
  const isExposedAtOnce = scenario.misleads && !scenario.outcomesOnly;
  for (let arrival = 0; arrival < arrivals; arrival++) {
    const weights = arrival < (splitIsRepaired?.after ?? units) ? broken : planned;
    const variant = drawVariant(random, keys, weights);
    const share = effectShareOf(scenario, variant);
    const drawn = population.draw(random, effect * share);
    const { requests, delays = [], covariates, attributes, lateCovariates, isLost = false } = drawn;
    const unit: SimulatedUnit = { name: `unit-${arrival}`, variant, covariates, attributes, requests: [] };
    const plan = (at: number, event: StreamEvent) => {
      const waiting = later.get(at);
      if (waiting) waiting.push(event);
      else later.set(at, [event]);
    };
    if (isExposedAtOnce && !isLost) plan(arrival, { unit, request: undefined });
    let at = arrival;
    for (const [index, request] of isLost ? [] : requests.entries()) {
      at += delays[index] ?? 0;
      plan(at, { unit, request });
      if (returning) at += 1 + Math.floor(-MEAN_GAP * Math.log(random.uniform()));
    }
    if (lateCovariates && !isLost) plan(at, { unit, request: undefined, lateCovariates });
    const due = later.get(arrival) ?? [];
    later.delete(arrival);
    for (const event of due) if (event.request) event.unit.requests.push(event.request);
    yield due;
  }
}
