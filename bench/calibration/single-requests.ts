import type { Population } from "./population.ts";
import type { Random } from "./random.ts";

const flip = (random: Random, share: number): number => (random.uniform() < share ? 1 : 0);

/** Units with one request each that succeeds or not. */
export function successes(rate: number): Population {
  return {
    effect: "added",
    baseline: rate,
    draw: (random, effect) => ({ requests: [{ task_success: flip(random, rate + effect) }] }),
  };
}

const MEDIAN_COST = 0.01;

/** Log-normal costs in dollars, one request per unit. @param sigma of the logarithm */
export function costs(sigma: number): Population {
  return {
    effect: "factor",
    baseline: MEDIAN_COST * Math.exp(sigma ** 2 / 2),
    draw: (random, effect) => ({
      requests: [{ cost_usd: (1 + effect) * MEDIAN_COST * Math.exp(sigma * random.normal()) }],
    }),
  };
}

/**
 * Costs of which a share is known from before: the logarithms' correlation.
 * @param known the share of the units that bring what is known of them
 */
export function predictableCosts(sigma: number, correlation: number, known = 1): Population {
  const rest = Math.sqrt(1 - correlation ** 2);
  return {
    ...costs(sigma),
    draw: (random, effect) => {
      const habit = random.normal();
      const now = correlation * habit + rest * random.normal();
      return {
        requests: [{ cost_usd: (1 + effect) * MEDIAN_COST * Math.exp(sigma * now) }],
        ...((known === 1 || random.uniform() < known) && {
          covariates: { cost_usd: MEDIAN_COST * Math.exp(sigma * habit) },
        }),
      };
    },
  };
}

/** Successes that nothing changes, and log-normal costs that the effect multiplies. */
export function savings(rate: number, sigma: number): Population {
  const cost = costs(sigma);
  return {
    ...cost,
    draw: (random, effect) => {
      const [request] = cost.draw(random, effect).requests;
      return { requests: [{ ...request, task_success: flip(random, rate) }] };
    },
  };
}

const BODY = { median: 800, sigma: 0.5 };
const TAIL = { share: 0.05, from: 3_000, exponent: 2.5 };

/** Latencies whose slowest 5 % follow a power law: finite variance, infinite skewness. */
export function heavyLatencies(): Population {
  const body = BODY.median * Math.exp(BODY.sigma ** 2 / 2);
  const tail = (TAIL.from * TAIL.exponent) / (TAIL.exponent - 1);
  return {
    effect: "factor",
    baseline: (1 - TAIL.share) * body + TAIL.share * tail,
    draw: (random, effect) => {
      const latency =
        random.uniform() < TAIL.share
          ? TAIL.from * random.uniform() ** (-1 / TAIL.exponent)
          : BODY.median * Math.exp(BODY.sigma * random.normal());
      return { requests: [{ latency_ms: (1 + effect) * latency }] };
    },
  };
}

/** Guardrails of the `harm` scenario: value without harm, and the tolerated harm. */
export const GUARDED = {
  error: { rate: 0.05, margin: 0.05 },
  toxic: { rate: 0.005, margin: 0.01 },
  cost_usd: { sigma: 1, margin: 0.1 },
};

/** A cost that is the same for every request, but for surcharges. @param surcharge of the treatment, in shares of the cost */
function fixedCosts(surcharge: (random: Random, effect: number) => number): Population {
  return {
    effect: "margins",
    baseline: 0.3,
    draw: (random, effect) => ({
      requests: [
        { task_success: flip(random, 0.3), cost_usd: MEDIAN_COST * (1 + surcharge(random, effect)) },
      ],
    }),
  };
}

/** The treatment costs more at every request: constants in both arms. */
export function dearerConstants(): Population {
  return fixedCosts((_random, effect) => effect * GUARDED.cost_usd.margin);
}

/** The treatment costs twice as much now and then, and the same in most requests. */
export function rareSurcharges(): Population {
  return fixedCosts((random, effect) => flip(random, effect * GUARDED.cost_usd.margin));
}

/** Successes that the effect adds to, and rare toxic answers that nothing changes. */
export function guardedSuccesses(rate: number): Population {
  return {
    effect: "added",
    baseline: rate,
    draw: (random, effect) => ({
      requests: [{ task_success: flip(random, rate + effect), toxic: flip(random, GUARDED.toxic.rate) }],
    }),
  };
}

/** A primary metric that nothing changes, and guardrails that get worse by `effect` times their margins. */
export function harmed(): Population {
  const { error, toxic, cost_usd } = GUARDED;
  return {
    effect: "margins",
    baseline: 0.3,
    draw: (random, effect) => ({
      requests: [
        {
          task_success: flip(random, 0.3),
          error: flip(random, error.rate + effect * error.margin),
          toxic: flip(random, toxic.rate + effect * toxic.margin),
          cost_usd: (1 + effect * cost_usd.margin) * MEDIAN_COST * Math.exp(cost_usd.sigma * random.normal()),
        },
      ],
    }),
  };
}
