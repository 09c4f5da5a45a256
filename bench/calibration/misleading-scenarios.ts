import {
  dominantUnit,
  earlyPraise,
  inflatedDenominators,
  LONGEST_DELAY,
  lateCovariates,
  lostCosts,
  lostFailures,
  loyalUsers,
  paretoRequests,
  quickPraise,
  silencedFailures,
} from "./misleading-data.ts";
import type { Scenario } from "./scenario.ts";
import { type Outline, scenario, UNITS } from "./scenario-outline.ts";

function misleadingScenario(outline: Pick<Outline, "key" | "title" | "population"> & Partial<Outline>) {
  return scenario({ units: 1_000, primary: "task_success", ...outline, misleads: true, decisionsOnly: true });
}

const LOSSES = [
  { rate: 0.5, share: 0.1 },
  { rate: 0.5, share: 0.2 },
  { rate: 0.5, share: 0.3 },
  { rate: 0.5, share: 0.6 },
  { rate: 0.8, share: 0.3 },
  { rate: 0.8, share: 0.6 },
];

const LOST_COSTS = [
  { sigma: 1, share: 0.05 },
  { sigma: 1.5, share: 0.03 },
];

/** Nobody is better off, but the data look as if. */
export const MISLEADING_DATA: readonly Scenario[] = [
  misleadingScenario({
    key: "dominant-unit",
    title: "One unit with a thousand events",
    population: dominantUnit(1_000),
  }),
  ...[1.2, 1, 0.9].map((exponent) =>
    misleadingScenario({
      key: `pareto-${exponent}`,
      title: `Request counts of a power law, exponent ${exponent}`,
      population: paretoRequests(exponent),
    }),
  ),
  misleadingScenario({
    key: "silenced-failures",
    title: "The treatment silences who it fails",
    population: silencedFailures(),
  }),
  ...LOSSES.map(({ rate, share }) =>
    misleadingScenario({
      key: `lost-failures-${100 * rate}-${100 * share}`,
      title: `${100 * share} % of those whom the treatment fails are lost unrecorded, success of ${100 * rate} %`,
      units: UNITS,
      population: lostFailures(rate, share),
      outcomesOnly: true,
    }),
  ),
  ...LOST_COSTS.map(({ sigma, share }) =>
    misleadingScenario({
      key: `lost-costs-${sigma}-${100 * share}`,
      title: `The dearest ${100 * share} % of the treatment's answers are lost unrecorded, log-normal costs of sigma ${sigma}`,
      units: 2 * UNITS,
      primary: "cost_usd",
      population: lostCosts(sigma, share),
      outcomesOnly: true,
    }),
  ),
  misleadingScenario({
    key: "late-covariates",
    title: "Covariates that know of the outcome, told late",
    population: lateCovariates(),
  }),
  misleadingScenario({
    key: "pause",
    title: "A pause in which the treatment's users are content",
    population: loyalUsers(),
    returning: true,
    units: UNITS,
    pause: { from: 500, until: 1_500, request: { task_success: 1 } },
    secondsPerArrival: 60,
  }),
  misleadingScenario({
    key: "inflated-denominators",
    title: "Content users ask more often",
    population: inflatedDenominators(),
  }),
  misleadingScenario({ key: "early-praise", title: "Praise comes first", population: earlyPraise() }),
  misleadingScenario({
    key: "quick-praise",
    title: "Praise comes first, with a conversion window",
    units: UNITS,
    population: quickPraise(),
    windowSeconds: LONGEST_DELAY,
  }),
];
