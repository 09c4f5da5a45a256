import { sql } from "drizzle-orm";
import * as z from "zod";
import type { Database } from "./database.ts";

const HOUR_MILLISECONDS = 3_600_000;
const DAY_MILLISECONDS = 24 * HOUR_MILLISECONDS;
const MONTH_MILLISECONDS = 30 * DAY_MILLISECONDS;

/** So many experiments at a time; the others follow at the next tick. */
const EXPERIMENTS_PER_CALL = 20;

/** So much of an experiment's life at a time, in thinned stretches. */
const STRETCHES_PER_CALL = 24 * 7;

const candidatesSchema = z.array(
  z.strictObject({
    experiment: z.string(),
    startedAt: z.int(),
    hourlyUntil: z.int().nullable(),
    dailyUntil: z.int().nullable(),
  }),
);

/** The experiments that have been thinned longest ago, as far as there may be anything to thin. */
async function listCandidates(database: Database, now: number) {
  const rows = await database.all(sql`
    SELECT
      key AS experiment, started_at AS startedAt, hourly_until AS hourlyUntil, daily_until AS dailyUntil
    FROM experiment LEFT JOIN snapshot_thinning ON snapshot_thinning.experiment = key
    WHERE started_at IS NOT NULL
      AND coalesce(hourly_until, started_at) < ${now - DAY_MILLISECONDS - HOUR_MILLISECONDS}
      AND (
        ended_at IS NULL OR coalesce(hourly_until, 0) <= ended_at + ${HOUR_MILLISECONDS}
        OR (coalesce(daily_until, 0) <= ended_at AND ended_at < ${now - MONTH_MILLISECONDS - DAY_MILLISECONDS})
      )
    ORDER BY coalesce(hourly_until, 0)
    LIMIT ${EXPERIMENTS_PER_CALL}`);
  return candidatesSchema.parse(rows);
}

/** Deletes all of a table's looks in a span of time but the last of every stretch and those that decided something. */
function thin(
  database: Database,
  table: "snapshot" | "decision",
  experiment: string,
  { from, until, stretch }: { from: number; until: number; stretch: number },
) {
  const name = sql.identifier(table);
  // A parameter would be a floating-point number, and the division no whole one.
  const length = sql.raw(String(stretch));
  return database.run(sql`
    DELETE FROM ${name}
    WHERE experiment = ${experiment} AND taken_at >= ${from} AND taken_at < ${until}
      AND EXISTS (
        SELECT 1 FROM ${name} AS later
        WHERE later.experiment = ${experiment}
          AND later.taken_at > ${name}.taken_at
          AND later.taken_at < (${name}.taken_at / ${length} + 1) * ${length}
      )
      AND NOT EXISTS (
        SELECT 1 FROM decision AS notable
        WHERE notable.experiment = ${experiment} AND notable.taken_at = ${name}.taken_at AND notable.is_notable = 1
      )`);
}

/** The next span to thin, in whole stretches. */
function spanAfter(from: number, oldest: number, stretch: number) {
  const latest = Math.floor(oldest / stretch) * stretch;
  const start = Math.floor(from / stretch) * stretch;
  return {
    from: start,
    until: Math.max(start, Math.min(latest, start + STRETCHES_PER_CALL * stretch)),
    stretch,
  };
}

/**
 * Keeps every look for a day, one an hour for a month, and one a day for ever; those that decided something stay. Called again
 * and again it gets through all experiments.
 * @param now epoch milliseconds
 */
export async function thinSnapshots(database: Database, now: number): Promise<void> {
  for (const { experiment, startedAt, hourlyUntil, dailyUntil } of await listCandidates(database, now)) {
    const hourly = spanAfter(hourlyUntil ?? startedAt, now - DAY_MILLISECONDS, HOUR_MILLISECONDS);
    const daily = spanAfter(
      dailyUntil ?? startedAt,
      Math.min(now - MONTH_MILLISECONDS, hourly.until),
      DAY_MILLISECONDS,
    );
    // Cut off anywhere, the same is done again.
    for (const span of [hourly, daily]) {
      await thin(database, "snapshot", experiment, span);
      await thin(database, "decision", experiment, span);
    }
    await database.run(sql`
      INSERT OR REPLACE INTO snapshot_thinning (experiment, hourly_until, daily_until)
      VALUES (${experiment}, ${hourly.until}, ${daily.until})`);
  }
}
