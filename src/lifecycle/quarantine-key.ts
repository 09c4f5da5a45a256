import { type AggregatorNamespace, aggregatorsOf } from "../aggregator/shards.ts";
import type { ApiKey } from "../model/api-key.ts";
import { lateEventWindowOf } from "../model/event.ts";
import { type Result, success } from "../model/refusal.ts";
import { listQuarantines, quarantineApiKey } from "../store/api-keys.ts";
import type { Database } from "../store/database.ts";
import { listStartedExperiments } from "../store/experiments.ts";
import type { Act } from "./transitions.ts";

/**
 * Leaves out everything that came by a key from a moment on, and whatever it has signed: the totals of every experiment that
 * may hold any of it are rebuilt from the log without it. The log keeps it. Repeating it is harmless, and finishes what was
 * cut off.
 * @param from epoch milliseconds, of receipt
 */
export async function quarantineKey(
  namespace: AggregatorNamespace,
  database: Database,
  id: string,
  from: number,
  act: Act,
): Promise<Result<{ key: ApiKey; experiments: string[] }>> {
  const quarantined = await quarantineApiKey(database, id, from, act);
  if (!quarantined.ok) return quarantined;
  const quarantines = await listQuarantines(database);
  const affected = (await listStartedExperiments(database)).filter(
    ({ endedAt, definitions }) => endedAt === null || endedAt + lateEventWindowOf({ definitions }) >= from,
  );
  for (const experiment of affected) {
    const aggregators = (["deciding", "unvouched"] as const).flatMap((ledger) =>
      aggregatorsOf(namespace, experiment, ledger),
    );
    await Promise.all(aggregators.map((aggregator) => aggregator.quarantine(quarantines)));
  }
  return success({ key: quarantined.value, experiments: affected.map(({ spec }) => spec.key) });
}
