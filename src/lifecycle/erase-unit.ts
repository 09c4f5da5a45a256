import { aggregatorOf, homesOf } from "#aggregator/client.ts";
import type { Services } from "#aggregator/services.ts";
import type { UnitHashes } from "#aggregator/unit-hash.ts";
import type { Erasure } from "#contract/erasures.ts";
import { removeUnits } from "#event-log/remove-units.ts";
import { readEarlierShards } from "#event-log/shards.ts";
import { log } from "#shared/log.ts";
import { err, type Failure, type Result } from "#shared/result.ts";
import { within } from "#shared/within.ts";
import type { Act } from "#store/audit.ts";
import {
  deleteTask,
  type ErasureTask,
  finishErasures,
  listSearchedExperiments,
  listUntold,
  nextSearches,
  noteFailure,
  noteSearched,
  noteTold,
  partOf,
  requestErasure,
  type SearchedExperiment,
} from "#store/erasures.ts";
import { isLogMoved } from "#store/event-chunks.ts";
import { forgetOverrides } from "./override-unit.ts";

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

/** Why nothing may be erased while secrets are missing that are still needed. */
function findMissingKey(units: UnitHashes, experiments: readonly SearchedExperiment[]): Failure | undefined {
  if (units.oldestId === undefined)
    return err("temporarily_unavailable", "BAKEOFF_FORMER_UNIT_KEYS cannot be read: nothing was erased.");
  const active = experiments.find(({ unitKeyId, isActive }) => isActive && !hasKey(units, unitKeyId));
  return (
    active &&
    err(
      "temporarily_unavailable",
      `Experiment '${active.key}' takes data, and the secret of its units is missing: nothing was erased. Put it back into BAKEOFF_FORMER_UNIT_KEYS, or stop the experiment where it is lost for good.`,
    )
  );
}

function hasKey(units: UnitHashes, id: string | null): boolean {
  return id === null || units.ids.includes(id);
}

/**
 * Begins to erase a unit from every experiment that has started, but for those that have ended and whose secret is gone. Where it
 * took part is not asked: nobody may learn that.
 * @returns the erasure, or the one that is under way already; nothing is erased while a secret is missing that is still needed
 */
export async function beginErasure(
  { database }: Services,
  units: UnitHashes,
  unit: string,
  act: Act,
): Promise<Result<Erasure>> {
  const name = units.of(unit, units.currentId);
  if (name === undefined) throw new Error("the installation has its own secret");
  const experiments = await listSearchedExperiments(database);
  const missing = findMissingKey(units, experiments);
  if (missing) return missing;
  const forgotten = await forgetOverrides(database, unit, act);
  if (!forgotten.ok) return forgotten;
  const hashes = experiments.map(({ unitKeyId }) => units.of(unit, unitKeyId));
  const homes = experiments.flatMap(({ key, shards }, index) => {
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
    const earlier = (await readEarlierShards(services, { key: experiment, shard }, shards)).map(
      (one) => one.shard,
    );
    // What these have counted is counted by the unit's aggregator now; they still know the unit.
    for (const one of earlier)
      await within(
        AGGREGATOR_TIMEOUT_MILLISECONDS,
        Promise.resolve(aggregatorOf(aggregators, experiment, one).forget(unit)),
      );
    await noteTold(database, task, until, earlier);
  } catch (cause) {
    log("error", "a unit could not be erased yet", { experiment, cause });
    await noteFailure(database, [task]);
  }
}

/** Removes the units of these tasks from a part of the log. */
async function search(services: Services, tasks: readonly ErasureTask[], first: ErasureTask): Promise<void> {
  const { experiment, shard, searchedUntil: after } = first;
  const until = new Map(tasks.map((task) => [task.unit, task.until ?? 0]));
  const searchedUntil = await removeUnits(services, { experiment, shard, after, until }, CHUNKS_PER_PART);
  await noteSearched(services.database, tasks, searchedUntil);
}

/** Searches the log part by part. One that cannot be read or written holds up no other. */
async function searchLog(services: Services, milliseconds: number): Promise<void> {
  // A chunk that is being moved would come back as it was.
  if (!(await isLogMoved(services))) return;
  const failedParts = new Set<string>();
  const deadline = Date.now() + milliseconds;
  while (Date.now() < deadline) {
    const tasks = await nextSearches(services.database, UNITS_AT_ONCE, failedParts);
    const [first] = tasks;
    if (!first) return;
    try {
      await search(services, tasks, first);
    } catch (cause) {
      failedParts.add(partOf(first));
      const { experiment } = first;
      log("error", "a part of the log could not be searched yet", { experiment, cause });
      await noteFailure(services.database, tasks);
    }
  }
}

/**
 * Goes on with what is to be erased, as far as it may at one time. Safe to be cut off anywhere, to be repeated and to overlap.
 * @param milliseconds after which no further part of the log is read
 */
export async function continueErasures(services: Services, milliseconds: number): Promise<void> {
  const untold = await listUntold(services.database, CALLS_AT_ONCE);
  for (let first = 0; first < untold.length; first += CONCURRENT_CALLS)
    await Promise.all(untold.slice(first, first + CONCURRENT_CALLS).map((task) => tell(services, task)));
  try {
    await searchLog(services, milliseconds);
  } finally {
    await finishErasures(services.database, services.now);
  }
}
