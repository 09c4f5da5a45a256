import { estimateOfMean } from "#analyzer/estimates/estimate.ts";
import { testDifference } from "#analyzer/tests/welch.ts";
import { isUnavailable } from "#analyzer/unavailable.ts";
import { decidingDefinition, type Scenario, treatmentOf } from "./scenario.ts";
import type { SimulatedUnit } from "./stream.ts";

/** All values of a variant, in no order. */
export function valuesOf(units: readonly SimulatedUnit[], variant: string, metric: string): number[] {
  return units
    .filter((unit) => unit.variant === variant)
    .flatMap(({ requests }) => requests.map((request) => request[metric] ?? 0));
}

function estimateOf(values: readonly number[]) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return estimateOfMean({ units: values.length, mean, variance: squares / (values.length - 1) });
}

/** What one gets who takes requests for independent units: what Bakeoff does not do, for contrast. */
export function perRequestPValue(scenario: Scenario, units: readonly SimulatedUnit[]): number {
  const { key } = decidingDefinition(scenario);
  const control = estimateOf(valuesOf(units, scenario.spec.control, key));
  const treatment = estimateOf(valuesOf(units, treatmentOf(scenario), key));
  if (isUnavailable(control) || isUnavailable(treatment)) return 1;
  const test = testDifference(control, treatment, scenario.spec.alpha);
  return isUnavailable(test) ? 1 : test.pValue;
}
