import { homesOf } from "#aggregator/client.ts";
import { unitHistorySchema } from "#contract/unit-history.ts";
import { UnitEntries } from "#event-log/unit-entries.ts";
import { ok } from "#shared/result.ts";
import type { Subject } from "../basis.ts";
import { type Program, stateName } from "../program.ts";
import type { RunStorage } from "../run-storage.ts";

const ENTRIES = 0;
const foundSchema = unitHistorySchema.pick({ entries: true, total: true });

/** Finds what the log holds of one unit, in the shard that it is counted in. @param unit its keyed hash */
export function unitHistoryProgram({ shards }: Subject, unit: string, storage: RunStorage): Program {
  const [home] = homesOf(unit, shards.length);
  const sources = shards.filter(({ shard }) => shard === home).flatMap((counted) => counted.sources);
  const found = () => storage.read(stateName(ENTRIES), foundSchema) ?? { entries: [], total: 0 };
  return {
    steps: [{ sources, open: () => new UnitEntries(unit, found()) }],
    conclude: () => ok({ unit, ...found() }),
  };
}
