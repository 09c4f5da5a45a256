import { normalUpperQuantile } from "#analyzer/distributions/index.ts";
import type { Population } from "./population.ts";
import type { Random } from "./random.ts";

/** Requests per unit: one, plus a Lomax tail that is cut off. */
const COUNTS = { exponent: 1.6, scale: 2, most: 60 };

function drawCount(random: Random): number {
  const more = COUNTS.scale * (random.uniform() ** (-1 / COUNTS.exponent) - 1);
  return Math.min(COUNTS.most, 1 + Math.floor(more));
}

/** P(count > k) */
function countExceeds(k: number): number {
  return k >= COUNTS.most ? 0 : (1 + k / COUNTS.scale) ** -COUNTS.exponent;
}

/** The mean over requests of something that depends on its unit's number of requests. */
function meanOverRequests(value: (count: number) => number): number {
  let [total, requests] = [0, 0];
  for (let count = 1; count <= COUNTS.most; count++) {
    const probability = countExceeds(count - 1) - countExceeds(count);
    total += probability * count * value(count);
    requests += probability * count;
  }
  return total / requests;
}

/** Units that ask more succeed less, so that the number of requests tells something about their outcomes. */
const meanSuccess = (count: number): number => 0.5 + 0.15 / count;

/**
 * Units with many requests each, whose rates of success differ.
 * @param correlation of two requests of the same unit
 */
export function clusteredSuccesses(correlation: number): Population {
  const concentration = 1 / correlation - 1;
  return {
    effect: "added",
    baseline: meanOverRequests(meanSuccess),
    draw: (random, effect) => {
      const count = drawCount(random);
      const mean = meanSuccess(count) + effect;
      const rate = random.beta(mean * concentration, (1 - mean) * concentration);
      const requests = Array.from({ length: count }, () => ({
        task_success: random.uniform() < rate ? 1 : 0,
      }));
      return { requests };
    },
  };
}

function clusteredLogNormal(metric: string, median: number, betweenUnits: number, withinUnits: number) {
  return (random: Random, effect: number) => {
    const own = (1 + effect) * median * Math.exp(betweenUnits * random.normal());
    const requests = Array.from({ length: drawCount(random) }, () => ({
      [metric]: own * Math.exp(withinUnits * random.normal()),
    }));
    return { requests };
  };
}

/** Log-normal costs of units that are cheap or dear as a whole: two requests of a unit correlate by 0.15. */
export function clusteredCosts(): Population {
  const [median, between, within] = [0.01, 0.55, 0.95];
  return {
    effect: "factor",
    baseline: median * Math.exp((between ** 2 + within ** 2) / 2),
    draw: clusteredLogNormal("cost_usd", median, between, within),
  };
}

/** Log-normal latencies of units that are fast or slow as a whole. @param quantile whose true value is known */
export function clusteredLatencies(quantile: number): Population {
  const [median, between, within] = [800, 0.35, 0.6];
  const sigma = Math.hypot(between, within);
  return {
    effect: "factor",
    baseline: median * Math.exp(sigma ** 2 / 2),
    quantile: median * Math.exp(sigma * normalUpperQuantile(1 - quantile)),
    draw: clusteredLogNormal("latency_ms", median, between, within),
  };
}

/** Users with ten visits each, who are served well or badly as a whole: two visits of a user correlate by two thirds. */
export function regularUsers(): Population {
  return {
    effect: "added",
    baseline: 0.5,
    draw: (random, effect) => {
      const mean = 0.5 + effect;
      const rate = random.beta(mean / 2, (1 - mean) / 2);
      return {
        requests: Array.from({ length: 10 }, () => ({ task_success: random.uniform() < rate ? 1 : 0 })),
      };
    },
  };
}
