import { and, desc, eq, isNotNull, isNull, lt, lte, sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import type { Erasure } from "#contract/erasures.ts";
import { err, ok, type Result } from "#shared/result.ts";
import { type Act, recordAudit } from "./audit.ts";
import type { Database } from "./database.ts";
import { erasureTable, erasureTaskTable } from "./schema.ts";

/** So many erasures wait at most: each reads the log of every experiment. */
const MAXIMUM_PENDING = 1_000;

/** A part of the event log that may hold anything of a unit. */
export type ErasureTask = typeof erasureTaskTable.$inferSelect;

/** Where a unit is at home. @property unit its keyed hash there */
export type UnitHome = Pick<ErasureTask, "experiment" | "shard" | "shards" | "unit">;

const experimentsLeft = sql<number>`(SELECT COUNT(DISTINCT experiment) FROM erasure_task WHERE erasure = erasure.id)`;

/** With what is left to do of each. */
function selectErasures(database: Database) {
  return database.select({ row: erasureTable, left: experimentsLeft }).from(erasureTable);
}

function toErasure({ row, left }: { row: typeof erasureTable.$inferSelect; left: number }): Erasure {
  const { id, requestedAt, finishedAt, experiments, unlinkableExperiments } = row;
  const state = finishedAt === null ? "pending" : "done";
  const experimentsDone = experiments - left;
  return { id, requestedAt, finishedAt, state, experiments, experimentsDone, unlinkableExperiments };
}

/**
 * Notes that a unit is to be erased. One that waits for it already keeps its erasure.
 * @param unit its keyed hash, by which it is recognized while it waits
 * @param homes of every experiment that has started
 * @param unlinkable how many experiments there are besides, in which nobody can tell which unit it is
 */
export async function requestErasure(
  database: Database,
  unit: string,
  homes: readonly UnitHome[],
  unlinkable: number,
  { actor, reason, now }: Act,
): Promise<Result<Erasure>> {
  const id = uuidv7({ msecs: now });
  const experiments = new Set(homes.map(({ experiment }) => experiment)).size;
  const isRequested = sql`EXISTS (SELECT 1 FROM erasure WHERE id = ${id})`;
  const places = JSON.stringify(homes.map((home) => [home.experiment, home.shard, home.unit, home.shards]));
  const [, , , rows] = await database.batch([
    database
      .insert(erasureTable)
      .select(sql`
        SELECT ${id}, ${unit}, ${now}, NULL, ${experiments}, ${unlinkable}
        WHERE (SELECT COUNT(*) FROM erasure WHERE unit IS NOT NULL) < ${MAXIMUM_PENDING}`)
      .onConflictDoNothing(),
    database.insert(erasureTaskTable).select(sql`
      SELECT value ->> 0, value ->> 1, ${id}, value ->> 2, value ->> 3, NULL, 0, 0
      FROM json_each(${places}) WHERE ${isRequested}`),
    // Neither the unit nor its hash: the audit is kept.
    recordAudit(
      database,
      { at: now, actor, action: "unit.erase", subject: `erasure:${id}`, reason, details: { experiments } },
      isRequested,
    ),
    selectErasures(database).where(eq(erasureTable.unit, unit)),
  ]);
  const [row] = rows;
  return row
    ? ok(toErasure(row))
    : err("limit_reached", `${MAXIMUM_PENDING} erasures are waiting: ask again when some are done.`);
}

export async function findErasure(database: Database, id: string): Promise<Result<Erasure>> {
  const row = await selectErasures(database).where(eq(erasureTable.id, id)).get();
  return row ? ok(toErasure(row)) : err("erasure_not_found", "There is no erasure with this id.");
}

/** The newest first. @param before epoch milliseconds: only older ones */
export async function listErasures(
  database: Database,
  { limit, before }: { limit: number; before?: number | undefined },
): Promise<Erasure[]> {
  const rows = await selectErasures(database)
    .where(before === undefined ? undefined : lt(erasureTable.requestedAt, before))
    .orderBy(desc(erasureTable.id))
    .limit(limit);
  return rows.map(toErasure);
}

/** Tasks whose aggregators have yet to be told, with when each was asked for; those that failed least first. */
export async function listUntold(
  database: Database,
  limit: number,
): Promise<(ErasureTask & { requestedAt: number })[]> {
  const rows = await database
    .select({ task: erasureTaskTable, requestedAt: erasureTable.requestedAt })
    .from(erasureTaskTable)
    .innerJoin(erasureTable, eq(erasureTable.id, erasureTaskTable.erasure))
    .where(isNull(erasureTaskTable.until))
    .orderBy(erasureTaskTable.failures, erasureTable.id)
    .limit(limit);
  return rows.map(({ task, requestedAt }) => ({ ...task, requestedAt }));
}

/**
 * Tasks that search the same part of the log from the same place on.
 * @returns those of one part; none where nothing is to be searched
 */
export async function nextSearches(database: Database, limit: number): Promise<ErasureTask[]> {
  const { experiment, shard, searchedUntil, until } = erasureTaskTable;
  const first = await database.select().from(erasureTaskTable).where(isNotNull(until)).limit(1).get();
  if (!first) return [];
  return database
    .select()
    .from(erasureTaskTable)
    .where(
      and(
        eq(experiment, first.experiment),
        eq(shard, first.shard),
        eq(searchedUntil, first.searchedUntil),
        isNotNull(until),
      ),
    )
    .limit(limit);
}

function isTask({ experiment, shard, erasure }: ErasureTask) {
  return and(
    eq(erasureTaskTable.experiment, experiment),
    eq(erasureTaskTable.shard, shard),
    eq(erasureTaskTable.erasure, erasure),
  );
}

/** Notes that an aggregator has taken a unit out of its totals, and what of the log may hold anything of it. */
export async function noteTold(
  database: Database,
  task: ErasureTask,
  until: number,
  earlierShards: readonly number[],
): Promise<void> {
  const { experiment, erasure, unit, shards } = task;
  const everything = Number.MAX_SAFE_INTEGER;
  const earlier = earlierShards.map((shard) =>
    database
      .insert(erasureTaskTable)
      .values({ experiment, erasure, unit, shards, shard, until: everything, searchedUntil: 0, failures: 0 })
      .onConflictDoNothing(),
  );
  await database.batch([database.update(erasureTaskTable).set({ until }).where(isTask(task)), ...earlier]);
}

export async function noteFailure(database: Database, task: ErasureTask): Promise<void> {
  await database
    .update(erasureTaskTable)
    .set({ failures: sql`${erasureTaskTable.failures} + 1` })
    .where(isTask(task));
}

/** Notes how far the log has been searched. @param tasks that were searched for together, in one part of it */
export async function noteSearched(
  database: Database,
  tasks: readonly ErasureTask[],
  searchedUntil: number,
): Promise<void> {
  const [first] = tasks;
  if (!first) return;
  const { experiment, shard, erasure, until } = erasureTaskTable;
  const erasures = JSON.stringify(tasks.map((task) => task.erasure));
  const areThese = and(
    eq(experiment, first.experiment),
    eq(shard, first.shard),
    // Another run may be further already.
    eq(erasureTaskTable.searchedUntil, first.searchedUntil),
    sql`${erasure} IN (SELECT value FROM json_each(${erasures}))`,
  );
  await database.batch([
    database.delete(erasureTaskTable).where(and(areThese, lte(until, searchedUntil))),
    database.update(erasureTaskTable).set({ searchedUntil }).where(areThese),
  ]);
}

export async function deleteTask(database: Database, task: ErasureTask): Promise<void> {
  await database.delete(erasureTaskTable).where(isTask(task));
}

/** Ends the erasures that nothing is left to do of, and forgets by which hash their units were known. */
export async function finishErasures(database: Database, now: number): Promise<void> {
  await database
    .update(erasureTable)
    .set({ unit: null, finishedAt: now })
    .where(
      and(
        isNull(erasureTable.finishedAt),
        sql`NOT EXISTS (SELECT 1 FROM erasure_task WHERE erasure = erasure.id)`,
      ),
    );
}
