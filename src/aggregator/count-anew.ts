import type { LeftOut } from "#event-log/quarantine.ts";
import { countDifferently, Recount } from "#event-log/recount.ts";
import type { AggregatedExperiment } from "#ledger/aggregated-experiment.ts";
import type { Databases } from "#store/database.ts";
import type { LedgerStorage } from "./ledger-storage.ts";
import type { LiveLedger } from "./live-ledger.ts";
import { type HandedOver, withHandedOver } from "./merge-phases.ts";
import { rowNamesOf } from "./storage/name-list.ts";

/** The aggregator whose shard is counted anew. */
export interface RecountedAggregator {
  storage: LedgerStorage;
  databases: Databases;
  leftOut: LeftOut;
  /** Among how many aggregators the experiment's units are divided. */
  shards: number;
  /** Undefined where nothing was ever counted. */
  ledger(): LiveLedger | undefined;
  /** Brings what was recorded into the event log. */
  flush(): Promise<void>;
  /** Does storage work atomically, after which storage holds another ledger. */
  takeOver(work: () => void): void;
}

/**
 * Counts a shard anew from the event log.
 * @param handedOver by phase, from the second one on: what others have counted and the log does not tell
 */
export async function countAnew(
  aggregator: RecountedAggregator,
  handedOver: readonly HandedOver[],
): Promise<void> {
  const { outbox, recounted } = aggregator.storage;
  const ledger = aggregator.ledger();
  if (!ledger) return;
  outbox.requireComplete();
  recounted.clear();
  const { phases } = ledger;
  const experiment = aggregator.storage.withOrderedDefinitions(ledger.experiment);
  const maturedUntil = phases[0]?.maturedUntil ?? null;
  const units = recounted.named(rowNamesOf(experiment));
  const recount = new Recount(experiment, aggregator.shards, aggregator.leftOut, maturedUntil, units);
  try {
    await aggregator.flush();
    await recount.readUntil(aggregator.databases, outbox.flushedSequence());
    await recount.catchUp(aggregator.databases, outbox, () => aggregator.flush());
    takeOver(aggregator, experiment, recount, handedOver);
  } catch (cause) {
    // Nobody would erase a unit from what is left behind.
    recounted.clear();
    throw cause;
  }
}

/** Puts what was counted anew, with what has come since, in the place of what was counted. */
function takeOver(
  aggregator: RecountedAggregator,
  experiment: AggregatedExperiment,
  recount: Recount,
  handedOver: readonly HandedOver[],
): void {
  const { outbox } = aggregator.storage;
  aggregator.takeOver(() => {
    // Entries may have been given up since.
    outbox.requireComplete();
    for (const { entries } of outbox.rowsAfter(recount.lastSequence)) recount.apply(entries);
    recount.write();
    const before = aggregator.ledger()?.phases ?? [];
    const after = recount.phasesAfter(withHandedOver(before, handedOver));
    if (countDifferently(after, before)) aggregator.storage.noteChange();
    aggregator.storage.takeOverRecount(after, experiment);
    // With it, so that nothing is taken over twice.
    if (handedOver.length > 0) aggregator.storage.finishMerge();
  });
}
