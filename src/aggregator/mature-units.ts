import type { AggregatedExperiment } from "#ledger/aggregated-experiment.ts";
import { windowedMetrics } from "#ledger/conversion-window.ts";
import { Ledger } from "#ledger/ledger.ts";
import type { UnitState } from "#ledger/unit-state.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import type { LedgerStorage } from "./ledger-storage.ts";

/** The lengths of an experiment's conversion windows, in milliseconds, each once. */
export function windowLengths({ metricDefinitions }: AggregatedExperiment): number[] {
  return [
    ...new Set(windowedMetrics(metricDefinitions).map(({ windowSeconds = 0 }) => windowSeconds * 1_000)),
  ];
}

/**
 * Lets the units enter whose conversion windows have passed since the last call. Changes the totals and stores them; the
 * caller's transaction holds both.
 * @param now milliseconds
 */
export function matureUnits(
  storage: LedgerStorage,
  totals: ExperimentTotals,
  experiment: AggregatedExperiment,
  now: number,
): void {
  const due = new Map<string, UnitState>();
  for (const length of windowLengths(experiment)) {
    const after = totals.maturedUntil === null ? Number.MIN_SAFE_INTEGER : totals.maturedUntil - length;
    for (const [hash, state] of storage.unitsExposedBetween(after, now - length)) due.set(hash, state);
  }
  if (due.size === 0) return;
  new Ledger(totals, experiment.metricDefinitions).mature(due.values(), now);
  storage.storeTotals(totals);
}
