import { aggregatorOf, homesOf } from "#aggregator/client.ts";
import type { Services } from "#aggregator/services.ts";
import type { UnitHashes } from "#aggregator/unit-hash.ts";
import type { Erasure } from "#contract/erasures.ts";
import { removeUnits } from "#event-log/remove-units.ts";
import { readEarlierShards } from "#event-log/shards.ts";
import { log } from "#shared/log.ts";
import type { Result } from "#shared/result.ts";
import { within } from "#shared/within.ts";
import type { Act } from "#store/audit.ts";
import {
  deleteTask,
  type ErasureTask,
  finishErasures,
  listUntold,
  nextSearches,
  noteFailure,
  noteSearched,
  noteTold,
  requestErasure,
} from "#store/erasures.ts";
import { isLogMoved } from "#store/event-chunks.ts";
import { listStartedExperiments } from "#store/experiments.ts";

/** Aggregators that are told at one time, and at one run. */
const CONCURRENT_CALLS = 5;
const CALLS_AT_ONCE = 100;

/** One that does not answer holds up no other. */
const AGGREGATOR_TIMEOUT_MILLISECONDS = 10_000;

/** Units that are searched for in one reading. */
const UNITS_AT_ONCE = 500;

/** What is read of the event log before progress is noted: up to 100,000 entries, some two seconds. */
const CHUNKS_PER_PART = 20;

/** How long a run of the schedule, and what goes on behind an answer, reads the log: far less than an invocation may take. */
export const MILLISECONDS_PER_RUN = 8_000;
export const MILLISECONDS_AFTER_REQUEST = 3_000;

/**
 * Begins to erase a unit from every experiment that has started, and whose secret is still there. Where it took part is not asked: nobody may learn that.
 * @returns the erasure, or the one that is under way already
 */
export async function beginErasure(
  { database }: Services,
  units: UnitHashes,
  unit: string,
  act: Act,
): Promise<Result<Erasure>> {
  const name = units.of(unit, units.currentId);
  if (name === undefined) throw new Error("the installation has its own secret");
  const experiments = await listStartedExperiments(database);
  const hashes = experiments.map(({ unitKeyId }) => units.of(unit, unitKeyId));
  const homes = experiments.flatMap(({ spec: { key, shards } }, index) => {
    const hash = hashes[index];
    if (hash === undefined) return [];
    return homesOf(hash, shards).map((shard) => ({ experiment: key, shard, shards, unit: hash }));
  });
  const unlinkable = hashes.filter((hash) => hash === undefined).length;
  return requestErasure(database, name, homes, unlinkable, act);
}

/** Has the unit's aggregator take it out of the totals, and notes what of the log is to be searched. */
async function tell(services: Services, task: ErasureTask & { requestedAt: number }): Promise<void> {
  const { database, aggregators } = services;
  const { experiment, shard, shards, unit, requestedAt } = task;
  try {
    const erased = aggregatorOf(aggregators, experiment, shard).erase(unit, requestedAt, shards);
    const until = await within(AGGREGATOR_TIMEOUT_MILLISECONDS, Promise.resolve(erased));
    if (until === undefined) return await deleteTask(database, task);
    const earlier = await readEarlierShards(services, { key: experiment, shard }, shards);
    await noteTold(
      database,
      task,
      until,
      earlier.map((one) => one.shard),
    );
  } catch (cause) {
    log("error", "a unit could not be erased yet", { experiment, cause });
    await noteFailure(database, task);
  }
}

/** Removes units from the part of the log that comes next. @returns whether there was one */
async function searchNext(services: Services): Promise<boolean> {
  const tasks = await nextSearches(services.database, UNITS_AT_ONCE);
  const [first] = tasks;
  if (!first) return false;
  const { experiment, shard, searchedUntil: after } = first;
  const until = new Map(tasks.map((task) => [task.unit, task.until ?? 0]));
  const searchedUntil = await removeUnits(services, { experiment, shard, after, until }, CHUNKS_PER_PART);
  await noteSearched(services.database, tasks, searchedUntil);
  return true;
}

/**
 * Goes on with what is to be erased, as far as it may at one time. Safe to be cut off anywhere, to be repeated and to overlap.
 * @param milliseconds after which no further part of the log is read
 */
export async function continueErasures(services: Services, milliseconds: number): Promise<void> {
  const untold = await listUntold(services.database, CALLS_AT_ONCE);
  for (let first = 0; first < untold.length; first += CONCURRENT_CALLS)
    await Promise.all(untold.slice(first, first + CONCURRENT_CALLS).map((task) => tell(services, task)));
  // A chunk that is being moved would come back as it was.
  if (!(await isLogMoved(services))) return;
  const deadline = Date.now() + milliseconds;
  while (Date.now() < deadline) if (!(await searchNext(services))) break;
  await finishErasures(services.database, services.now);
}
