import { bucketOfValue } from "#analyzer/estimates/quantile-sketch.ts";
import { sketchedKeys } from "#ledger/sketching.ts";
import type { ExperimentSpec } from "#model/experiment/experiment.ts";
import { momentsOfPhase } from "#model/experiment/phase-limit.ts";
import { MAXIMUM_METRIC_MAGNITUDE, type MetricDefinition } from "#model/metric/metric.ts";
import { err, type Failure } from "#shared/result.ts";

/** Of one unit, at about 70 bytes each: they are one value of a database, which holds 2,000,000 bytes. */
const MAXIMUM_BUCKETS_OF_UNIT = 25_000;

/** Metrics times arms: an aggregator hands all of them over in one call, which holds 32 MiB. */
const MAXIMUM_DISTRIBUTIONS = 200;

/**
 * What all arms have in one phase, about as much as the most distributions take: of 32 shards all of it is in memory at once where an
 * experiment is looked at.
 */
const MAXIMUM_MOMENTS_OF_PHASE = 9_000;

const BUCKETS_ABOVE_ZERO = bucketOfValue(MAXIMUM_METRIC_MAGNITUDE);

/** Into how many buckets the values of one unit can fall. */
function bucketsOfUnit(definitions: readonly MetricDefinition[]): number {
  let buckets = 0;
  for (const [key, { limit }] of sketchedKeys(definitions)) {
    const minimum =
      definitions.find((definition) => definition.key === key)?.minimum ?? Number.NEGATIVE_INFINITY;
    buckets += Math.min(limit, 1 + BUCKETS_ABOVE_ZERO * (minimum >= 0 ? 1 : 2));
  }
  return buckets;
}

/**
 * Refuses more than can be looked at together: sums for every stratum and covariate of every metric and arm.
 * @param definitions frozen
 */
function refuseAdjustments(
  { variants }: Pick<ExperimentSpec, "variants">,
  definitions: readonly MetricDefinition[],
): Failure | undefined {
  if (!definitions.some(({ adjustFor }) => adjustFor)) return undefined;
  if (momentsOfPhase(variants.length, definitions) <= MAXIMUM_MOMENTS_OF_PHASE) return undefined;
  return err(
    "limit_reached",
    "So many variants and metrics cannot be adjusted for so many strata and covariates at once. Leave some of them out.",
  );
}

/** Refuses totals that a database, a call or a look could not hold once they have filled. @param definitions frozen */
export function refuseLargeTotals(
  spec: Pick<ExperimentSpec, "variants">,
  definitions: readonly MetricDefinition[],
): Failure | undefined {
  return refuseDistributions(spec, definitions) ?? refuseAdjustments(spec, definitions);
}

function refuseDistributions(
  { variants }: Pick<ExperimentSpec, "variants">,
  definitions: readonly MetricDefinition[],
): Failure | undefined {
  const distributions = sketchedKeys(definitions).size * variants.length;
  if (distributions > MAXIMUM_DISTRIBUTIONS) {
    return err(
      "limit_reached",
      `An experiment keeps ${MAXIMUM_DISTRIBUTIONS} distributions, one per variant for every metric with one; this would make ${distributions}.`,
    );
  }
  const buckets = bucketsOfUnit(definitions);
  if (buckets <= MAXIMUM_BUCKETS_OF_UNIT) return undefined;
  return err(
    "limit_reached",
    `The distributions of one unit may take ${MAXIMUM_BUCKETS_OF_UNIT} buckets; with so many events per unit these metrics could fill ${buckets}. Lower maximumEventsPerUnit, or take metrics without a distribution.`,
  );
}
