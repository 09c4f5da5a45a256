import { normalUpperQuantile } from "#analyzer/distributions/index.ts";
import { regularUsers } from "./clustered-requests.ts";
import type { Population, UnitDraw } from "./population.ts";
import type { Random } from "./random.ts";

/**
 * Units whose data mislead although nobody is better off: of the treatment where the effect is not 0, of both arms where
 * only chance decides.
 */
function misleading(draw: (random: Random, isTreated: boolean) => UnitDraw): Population {
  return {
    effect: "margins",
    baseline: 0.5,
    onlyEffect: 1,
    draw: (random, effect) => draw(random, effect !== 0),
  };
}

const succeeds = (random: Random, rate: number) => (random.uniform() < rate ? 1 : 0);

const outcomes = (random: Random, rate: number, count: number) =>
  Array.from({ length: count }, () => ({ task_success: succeeds(random, rate) }));

/** About one unit of a run asks a thousand times, and is served well or badly as a whole. */
export function dominantUnit(units: number): Population {
  return misleading((random) => {
    if (random.uniform() >= 1 / units) return { requests: outcomes(random, 0.5, 1) };
    return { requests: outcomes(random, succeeds(random, 0.5) ? 0.95 : 0.05, 1_000) };
  });
}

/** No more requests than this: what a unit does in one experiment has an end. */
const MOST_REQUESTS = 5_000;

/**
 * Request counts of a power law, whose mean or variance does not exist, of units that are served well or badly as a whole:
 * two requests of a unit correlate by a third.
 */
export function paretoRequests(exponent: number): Population {
  return misleading((random) => {
    const count = Math.min(MOST_REQUESTS, Math.floor(random.uniform() ** (-1 / exponent)));
    return { requests: outcomes(random, random.beta(1, 1), count) };
  });
}

/** The treatment loses three in five of the users that it fails; what they would have said is not heard. */
export function silencedFailures(): Population {
  return misleading((random, isTreated) => {
    const success = succeeds(random, 0.5);
    const isSilent = isTreated && success === 0 && random.uniform() < 0.6;
    return { requests: isSilent ? [] : [{ task_success: success }] };
  });
}

/** The treatment loses a share of those that it fails before anybody has recorded that they were there. */
export function lostFailures(rate: number, share: number): Population {
  return misleading((random, isTreated) => {
    const success = succeeds(random, rate);
    return {
      requests: [{ task_success: success }],
      isLost: isTreated && success === 0 && random.uniform() < share,
    };
  });
}

/** The treatment loses its dearest answers, as those that time out, before anybody has recorded that they were there. */
export function lostCosts(sigma: number, share: number): Population {
  const cut = Math.exp(sigma * normalUpperQuantile(share));
  return misleading((random, isTreated) => {
    const cost_usd = Math.exp(sigma * random.normal());
    return { requests: [{ cost_usd: 0.01 * cost_usd }], isLost: isTreated && cost_usd > cut };
  });
}

/** After the outcome a client tells a covariate that goes with it, and that is lower in the treatment. */
export function lateCovariates(): Population {
  return misleading((random, isTreated) => {
    const success = succeeds(random, 0.5);
    const told = success + 0.3 * random.normal() - (isTreated ? 0.3 : 0);
    return { requests: [{ task_success: success }], lateCovariates: { task_success: told } };
  });
}

/** Users who come back ten times, whatever the arm. */
export function loyalUsers(): Population {
  const { draw } = regularUsers();
  return misleading((random) => draw(random, 0));
}

/** The treatment saves a third of the cost, and loses as many successes as the rule does not accept any more. */
export function dearSavings(rate: number, margin: number): Population {
  return misleading((random, isTreated) => {
    const cost_usd = (isTreated ? 0.7 : 1) * 0.01 * Math.exp(0.5 * random.normal());
    return { requests: [{ task_success: succeeds(random, isTreated ? rate - margin : rate), cost_usd }] };
  });
}

/** Content users of the treatment ask three times instead of once: more answers, none of them better. */
export function inflatedDenominators(): Population {
  return misleading((random, isTreated) => {
    const rate = random.uniform() < 0.5 ? 0.8 : 0.2;
    const count = isTreated && rate > 0.5 ? 3 : 1;
    return { requests: outcomes(random, rate, count) };
  });
}

/** No user takes longer than this to say something, in seconds. */
export const LONGEST_DELAY = 600;

/** Everybody says something within ten minutes; those who are content with the treatment at once. */
export function quickPraise(): Population {
  return misleading((random, isTreated) => {
    const success = succeeds(random, 0.5);
    const isQuick = isTreated && success === 1;
    const delay = isQuick ? 0 : Math.floor(LONGEST_DELAY * random.uniform());
    return { requests: [{ task_success: success }], delays: [delay] };
  });
}

/** Half of the users say something; those who are content with the treatment at once, all others after a while. */
export function earlyPraise(): Population {
  return misleading((random, isTreated) => {
    const success = succeeds(random, 0.5);
    const isQuick = isTreated && success === 1;
    const delay = isQuick ? 0 : Math.floor(-300 * Math.log(random.uniform()));
    return { requests: [{ task_success: success }], delays: [delay] };
  });
}
