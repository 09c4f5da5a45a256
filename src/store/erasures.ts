import { and, asc, desc, eq, gt, inArray, isNotNull, isNull, lt, lte, type SQL, sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import * as z from "zod";
import type { Erasure } from "#contract/erasures.ts";
import { err, ok, type Result } from "#shared/result.ts";
import { type Act, recordAudit } from "./audit.ts";
import type { Database } from "./database.ts";
import { erasureTable, erasureTaskTable, experimentTable } from "./schema.ts";

/** So many erasures wait at most: each reads the log of every experiment. */
const MAXIMUM_PENDING = 1_000;

/** Experiments that are read at once, and places that one statement notes: some 200 bytes each, of the 2,000,000 it may have. */
const EXPERIMENTS_PER_PAGE = 500;
const HOMES_PER_STATEMENT = 4_000;

const searchedExperimentSchema = z.strictObject({
  key: z.string(),
  shards: z.int().positive(),
  unitKeyId: z.string().nullable(),
  isActive: z.boolean(),
});
/** What of an experiment tells where its units are. @property isActive it is running or paused */
export type SearchedExperiment = z.infer<typeof searchedExperimentSchema>;

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

/** All experiments that were ever started, without what makes them large. */
export async function listSearchedExperiments(database: Database): Promise<SearchedExperiment[]> {
  const { key, spec, status, unitKeyId, startedAt } = experimentTable;
  const experiments: SearchedExperiment[] = [];
  for (let after = ""; ; ) {
    const rows = await database
      .select({
        key,
        unitKeyId,
        shards: sql<unknown>`coalesce(${spec} ->> '$.shards', 1)`,
        isActive: inArray(status, ["running", "paused"]).mapWith(Boolean),
      })
      .from(experimentTable)
      .where(and(isNotNull(startedAt), gt(key, after)))
      .orderBy(asc(key))
      .limit(EXPERIMENTS_PER_PAGE);
    experiments.push(...z.array(searchedExperimentSchema).parse(rows));
    const last = rows.at(-1);
    if (!last || rows.length < EXPERIMENTS_PER_PAGE) return experiments;
    after = last.key;
  }
}

/** Notes of an erasure what is to be done of it, statement by statement. */
function insertTasks(database: Database, erasure: string, homes: readonly UnitHome[], isRequested: SQL) {
  const places = homes.map((home) => [home.experiment, home.shard, home.unit, home.shards]);
  return Array.from({ length: Math.ceil(places.length / HOMES_PER_STATEMENT) }, (_, index) => {
    const first = index * HOMES_PER_STATEMENT;
    return database.insert(erasureTaskTable).select(sql`
      SELECT value ->> 0, value ->> 1, ${erasure}, value ->> 2, value ->> 3, NULL, 0, 0
      FROM json_each(${JSON.stringify(places.slice(first, first + HOMES_PER_STATEMENT))}) WHERE ${isRequested}`);
  });
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
  const results = await database.batch([
    database
      .insert(erasureTable)
      .select(sql`
        SELECT ${id}, ${unit}, ${now}, NULL, ${experiments}, ${unlinkable}
        WHERE (SELECT COUNT(*) FROM erasure WHERE unit IS NOT NULL) < ${MAXIMUM_PENDING}`)
      .onConflictDoNothing(),
    ...insertTasks(database, id, homes, isRequested),
    // Neither the unit nor its hash: the audit is kept.
    recordAudit(
      database,
      { at: now, actor, action: "unit.erase", subject: `erasure:${id}`, reason, details: { experiments } },
      isRequested,
    ),
    selectErasures(database).where(eq(erasureTable.unit, unit)),
  ]);
  const rows = results.at(-1);
  const row = Array.isArray(rows) ? rows[0] : undefined;
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

/** A part of the event log, as text to compare. */
export function partOf({ experiment, shard }: Pick<ErasureTask, "experiment" | "shard">): string {
  return `${experiment}/${shard}`;
}

/**
 * Tasks that search the same part of the log from the same place on: of those that failed least, the oldest erasure's first.
 * @param failedParts that are left for another time
 * @returns those of one part; none where nothing is to be searched
 */
export async function nextSearches(
  database: Database,
  limit: number,
  failedParts: ReadonlySet<string> = new Set(),
): Promise<ErasureTask[]> {
  const { experiment, shard, searchedUntil, until, failures, erasure } = erasureTaskTable;
  const failed = JSON.stringify([...failedParts]);
  const first = await database
    .select()
    .from(erasureTaskTable)
    .where(
      and(
        isNotNull(until),
        sql`${experiment} || '/' || ${shard} NOT IN (SELECT value FROM json_each(${failed}))`,
      ),
    )
    .orderBy(failures, erasure)
    .limit(1)
    .get();
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
    .orderBy(failures, erasure)
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

/** Those of the same part of the log. */
function areThese(tasks: readonly ErasureTask[], { experiment, shard }: ErasureTask) {
  const erasures = JSON.stringify(tasks.map((task) => task.erasure));
  return and(
    eq(erasureTaskTable.experiment, experiment),
    eq(erasureTaskTable.shard, shard),
    sql`${erasureTaskTable.erasure} IN (SELECT value FROM json_each(${erasures}))`,
  );
}

/**
 * Notes that an aggregator could not be told, or that a part of the log could not be searched.
 * @param tasks of one part of the log
 */
export async function noteFailure(database: Database, tasks: readonly ErasureTask[]): Promise<void> {
  const [first] = tasks;
  if (!first) return;
  await database
    .update(erasureTaskTable)
    .set({ failures: sql`${erasureTaskTable.failures} + 1` })
    .where(areThese(tasks, first));
}

/** Notes how far the log has been searched. @param tasks that were searched for together, in one part of it */
export async function noteSearched(
  database: Database,
  tasks: readonly ErasureTask[],
  searchedUntil: number,
): Promise<void> {
  const [first] = tasks;
  if (!first) return;
  // Another run may be further already.
  const areStill = and(areThese(tasks, first), eq(erasureTaskTable.searchedUntil, first.searchedUntil));
  await database.batch([
    database.delete(erasureTaskTable).where(and(areStill, lte(erasureTaskTable.until, searchedUntil))),
    database.update(erasureTaskTable).set({ searchedUntil }).where(areStill),
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
