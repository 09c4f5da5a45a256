import type { AggregatedExperiment } from "#ledger/aggregated-experiment.ts";
import { keepQuota } from "./keep-quota.ts";
import type { LedgerStorage } from "./ledger-storage.ts";
import type { LiveLedger } from "./live-ledger.ts";
import type { RecordBatch, RecordReply } from "./messages.ts";

/** A batch of an experiment that is known. */
export type KnownBatch = RecordBatch & { experiment: AggregatedExperiment };

/**
 * Records batches of one experiment, as far as daily quotas have room for them. The caller's transaction holds what is written.
 * @returns the reply to every batch
 */
export function recordBatches(
  environment: Pick<Env, "AGGREGATOR">,
  storage: LedgerStorage,
  ledgerOf: (experiment: AggregatedExperiment) => LiveLedger,
  batches: readonly KnownBatch[],
): RecordReply[] {
  const [first] = batches;
  if (!first) return [];
  const ledger = ledgerOf(first.experiment);
  const admitted = batches.map((batch) =>
    keepQuota(
      environment,
      batch,
      (hashes) => ledger.unitsOf(hashes),
      (quota, costs) => storage.quota.take(quota, costs, Date.now()),
    ),
  );
  const statuses = ledger.record(admitted);
  return admitted.map(({ toReply }, index) => toReply(statuses[index] ?? []));
}
