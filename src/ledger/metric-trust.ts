import { loggedKeysOf, type MetricDefinition } from "#model/metric/metric.ts";
import type { ExposureEntry, ObservedEntry } from "./log-entry.ts";
import { observeMetric } from "./observe-metric.ts";

/** Entries that came by a client key say who vouches for their unit; those of server keys do not have to. */
export function cameByClientKey({ vouchedBy: voucher }: Pick<ObservedEntry, "vouchedBy">): boolean {
  return voucher !== undefined;
}

/** Whether a metric takes values that came the way of an entry. */
export function takesFrom(
  { trust }: Pick<MetricDefinition, "trust">,
  entry: Pick<ObservedEntry, "vouchedBy">,
): boolean {
  return trust === "any" || !cameByClientKey(entry);
}

/** How many values of an entry are left out of a metric because of the way they came, one per metric. */
export function countUntrusted(metricDefinitions: readonly MetricDefinition[], entry: ObservedEntry): number {
  if (!cameByClientKey(entry)) return 0;
  return metricDefinitions.filter((definition) => {
    if (takesFrom(definition, entry)) return false;
    if (entry.kind === "outcome") return observeMetric(definition, entry) !== undefined;
    return entry.covariates?.[definition.key] !== undefined && entry.fromHistory === undefined;
  }).length;
}

/**
 * The covariates that an exposure brings and that its metrics take. What an earlier experiment knows of a unit is Bakeoff's
 * own word, whoever reports the exposure.
 */
export function trustedCovariates(
  metricDefinitions: readonly MetricDefinition[],
  exposure: Pick<ExposureEntry, "vouchedBy" | "covariates" | "fromHistory">,
): Record<string, number> {
  if (exposure.covariates === undefined) return {};
  const refusing = new Set(
    metricDefinitions
      .filter((definition) => exposure.fromHistory === undefined && !takesFrom(definition, exposure))
      .map(({ key }) => key),
  );
  return Object.fromEntries(Object.entries(exposure.covariates).filter(([key]) => !refusing.has(key)));
}

/** The metrics of these that read a logged key and take it from server keys alone. */
export function restrictedMetricsOf(metricDefinitions: readonly MetricDefinition[], key: string): string[] {
  return metricDefinitions
    .filter((definition) => definition.trust === "server" && loggedKeysOf(definition).includes(key))
    .map((definition) => definition.key);
}
