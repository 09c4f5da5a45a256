import type { LedgerStorage } from "./ledger-storage.ts";
import type { FirstPhases, RecordBatch } from "./messages.ts";
import { aggregatorName } from "./shard-number.ts";

/** The aggregator that keeps in which phase of weights units were first seen. */
interface UnitRegister {
  claimUnits(phase: number, hashes: readonly string[]): Promise<string[]>;
}

/** The units that a batch speaks of, by their keyed hashes. */
export function hashesOf({ exposures, outcomes }: Pick<RecordBatch, "exposures" | "outcomes">): Set<string> {
  return new Set([...exposures, ...outcomes].map(({ unit }) => unit));
}

/**
 * The units of a batch that are new to an aggregator and were first seen in another phase of weights. Asks the register
 * about those that are new here only: one call, and one row there for each that is new everywhere.
 */
export async function findReturning(
  namespace: { getByName(name: string): UnitRegister },
  storage: LedgerStorage,
  batch: RecordBatch,
  { register, phase }: FirstPhases,
): Promise<Set<string>> {
  const hashes = hashesOf(batch);
  const present = storage.units(hashes);
  const unseen = [...hashes].filter((hash) => !present.has(hash));
  if (unseen.length === 0) return new Set();
  const registrar = namespace.getByName(aggregatorName(batch.experiment.key, register));
  return new Set(await registrar.claimUnits(phase, unseen));
}
