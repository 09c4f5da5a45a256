import { RATINGS, repeatedValues, TOKENS, ZEROS } from "./repeated-values.ts";
import type { Scenario } from "./scenario.ts";
import { type Outline, scenario } from "./scenario-outline.ts";

/** The median of values that repeat. Its effect changes the whole distribution and may be too small to be found. */
function medianScenario(
  outline: Pick<Outline, "key" | "title"> & { units?: number },
  values: Parameters<typeof repeatedValues>[0]["values"],
  cluster?: { requests: number; likeness: number },
): Scenario {
  const { requests, likeness } = cluster ?? { requests: 1, likeness: 0 };
  return scenario({
    units: 1_000,
    ...outline,
    primary: "rating_p50",
    population: repeatedValues({ metric: "rating", quantile: 0.5, values, requests, likeness }),
    clustered: requests > 1,
    repeatedValues: true,
  });
}

/** Medians of ratings, tokens and costs. */
export const REPEATED_VALUES: readonly Scenario[] = [
  medianScenario({ key: "ratings", title: "Median of ratings" }, RATINGS.clear),
  medianScenario({ key: "ratings-edge", title: "Median of ratings, between two" }, RATINGS.edge),
  medianScenario(
    { key: "clustered-ratings", title: "Median of clustered ratings", units: 800 },
    RATINGS.clear,
    {
      requests: 5,
      likeness: 0.4,
    },
  ),
  medianScenario(
    { key: "clustered-ratings-edge", title: "Median of clustered ratings, between two", units: 400 },
    RATINGS.edge,
    { requests: 5, likeness: 0.4 },
  ),
  medianScenario(
    { key: "ratings-two-edges", title: "Medians of ratings, both between two" },
    RATINGS.twoEdges,
  ),
  medianScenario({ key: "tokens", title: "Median of token counts" }, TOKENS),
  medianScenario({ key: "clustered-tokens", title: "Median of clustered token counts", units: 400 }, TOKENS, {
    requests: 5,
    likeness: 0.4,
  }),
  medianScenario({ key: "zeros", title: "Median of costs, half of them 0" }, ZEROS),
];
