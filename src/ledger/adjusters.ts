import { adjustmentCellOf } from "#model/analysis/adjustment-cell.ts";
import { MAXIMUM_METRIC_MAGNITUDE, type MetricDefinition } from "#model/metric/metric.ts";
import { type AdjustFor, MAXIMUM_COVARIATE_ATTRIBUTES } from "#model/unit/adjustment.ts";
import type { UnitAttributes } from "#model/unit/kept-attributes.ts";
import type { UnitState } from "./unit-state.ts";

/*
 * What is known of a unit from its attributes, as its state keeps it among its covariates. No metric's key begins with an @.
 */

/** The unit's stratum: 0 for none of the list, otherwise its place in it from 1 up. Every unit with attributes has one. */
const STRATUM = "@s";
/** The attributes came by a client key: metrics that trust servers alone leave them out. */
const FROM_CLIENT = "@c";
const COVARIATES = Array.from({ length: MAXIMUM_COVARIATE_ATTRIBUTES }, (_, index) => `@${index}`);

/** What a unit brings to the adjustment of a metric. */
export interface Adjusters {
  /** The stratum, and which covariates are missing. Units that differ in these are compared by their own means. */
  cell: number;
  /** The metric's own covariate, then the numeric attributes; 0 for what is missing. */
  z: readonly number[];
}

function toCovariate(value: UnitAttributes[string] | undefined): number | undefined {
  if (typeof value === "boolean") return Number(value);
  if (typeof value !== "number" || Math.abs(value) > MAXIMUM_METRIC_MAGNITUDE) return undefined;
  return value;
}

/** What of a unit's attributes its state keeps, by short names. @param cameByClientKey not by a server's key */
export function adjustersFrom(
  { strata, covariates }: AdjustFor,
  attributes: UnitAttributes,
  cameByClientKey: boolean,
): Record<string, number> {
  const stratum = strata && attributes[strata.attribute];
  const adjusters: Record<string, number> = {
    [STRATUM]: stratum === undefined ? 0 : 1 + (strata?.values.indexOf(String(stratum)) ?? -1),
  };
  if (cameByClientKey) adjusters[FROM_CLIENT] = 1;
  for (const [index, name] of covariates.entries()) {
    const value = toCovariate(attributes[name]);
    const key = COVARIATES[index];
    if (value !== undefined && key !== undefined) adjusters[key] = value;
  }
  return adjusters;
}

/** What a unit brings to the adjustment of a metric; undefined where the metric is not adjusted. */
export function adjustersOf(
  { key, adjustFor, trust }: Pick<MetricDefinition, "key" | "adjustFor" | "trust">,
  { c: known = {} }: Pick<UnitState, "c">,
): Adjusters | undefined {
  if (!adjustFor) return undefined;
  const own = known[key];
  const isTrusted = trust === "any" || known[FROM_CLIENT] === undefined;
  const stratum = isTrusted ? (known[STRATUM] ?? 0) : 0;
  const values = adjustFor.covariates.map((_, index) => known[COVARIATES[index] ?? ""]);
  const isComplete = isTrusted && values.length > 0 && values.every((value) => value !== undefined);
  return {
    cell: adjustmentCellOf(stratum, { own: own === undefined, attributes: !isComplete }),
    z: [own ?? 0, ...values.map((value) => (isComplete ? (value ?? 0) : 0))],
  };
}

/** Whether a unit's attributes are known. */
export function hasAdjusters({ c }: Pick<UnitState, "c">): boolean {
  return c?.[STRATUM] !== undefined;
}

/** Whether a name among a unit's covariates is a metric's key, and not of its attributes. */
export function isMetricCovariate(name: string): boolean {
  return !name.startsWith("@");
}
