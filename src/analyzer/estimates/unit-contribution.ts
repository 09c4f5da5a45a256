/** One unit's part in a metric: the sum of its (capped) values and the number of its events with the metric. */
export interface UnitContribution {
  y: number;
  d: number;
  /** The unit's covariate, if it brought one. */
  x?: number;
  /** In place of it, where the metric is adjusted for attributes. */
  adjusters?: { cell: number; z: readonly number[] };
}
