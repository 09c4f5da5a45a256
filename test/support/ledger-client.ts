import { env } from "cloudflare:workers";
import type { Exposure, Outcome, RecordBatch } from "#aggregator/messages.ts";
import { type ExperimentTotals, experimentTotalsSchema } from "#model/analysis/moments.ts";
import { metric } from "#tools/builders/moments-builder.ts";

export const DEFINITIONS = [
  metric(),
  metric({ key: "cost_usd", name: "Cost", type: "mean", direction: "decrease", cap: 50 }),
  metric({ key: "ever_error", name: "Ever failed", per: "unit", direction: "decrease" }),
];

/** An aggregator that no other test uses. */
export function freshAggregator() {
  const key = `ledger-${crypto.randomUUID()}`;
  const stub = env.AGGREGATOR.getByName(`${key}/0`);
  const batch = (exposures: Exposure[], outcomes: Outcome[]): RecordBatch => ({
    experiment: { key, shard: 0, variants: ["a", "b"], metricDefinitions: DEFINITIONS, exclusions: [] },
    exposures,
    outcomes,
  });
  return {
    key,
    stub,
    record: (outcomes: Outcome[], exposures: Exposure[] = []) => stub.record(batch(exposures, outcomes)),
    totals: async (): Promise<ExperimentTotals> => experimentTotalsSchema.parse((await stub.totals())[0]),
  };
}

export function outcome(id: string, unit: string, variant: string, metrics: Record<string, number>): Outcome {
  return { id, unit, variant, at: 1_000, receivedAt: 2_000, metrics };
}
