import { sql } from "drizzle-orm";
import { z } from "zod";
import { MAXIMUM_SERIES_POINTS, type SeriesPoint, seriesPointSchema } from "#contract/series.ts";
import type { Database } from "./database.ts";

const timesSchema = z.array(z.strictObject({ takenAt: z.int() }));

/**
 * When the analyses of a series were taken: all of them, or of too many the last of each of equally long stretches,
 * each found by one look-up.
 */
async function readTimes(database: Database, experiment: string): Promise<number[]> {
  const all = timesSchema.parse(
    await database.all(sql`
      SELECT taken_at AS takenAt FROM snapshot WHERE experiment = ${experiment}
      ORDER BY taken_at LIMIT ${MAXIMUM_SERIES_POINTS + 1}`),
  );
  if (all.length <= MAXIMUM_SERIES_POINTS) return all.map(({ takenAt }) => takenAt);
  const thinned = timesSchema.parse(
    await database.all(sql`
      WITH RECURSIVE stretch (number) AS (
        SELECT 1 UNION ALL SELECT number + 1 FROM stretch WHERE number < ${MAXIMUM_SERIES_POINTS}
      ), bounds (first, last) AS (
        SELECT
          (SELECT MIN(taken_at) FROM snapshot WHERE experiment = ${experiment}),
          (SELECT MAX(taken_at) FROM snapshot WHERE experiment = ${experiment})
      )
      SELECT DISTINCT (
        SELECT MAX(taken_at) FROM snapshot
        WHERE experiment = ${experiment}
          AND taken_at <= first + (last - first) * number / ${MAXIMUM_SERIES_POINTS}
      ) AS takenAt
      FROM bounds CROSS JOIN stretch
      ORDER BY takenAt`),
  );
  return thinned.map(({ takenAt }) => takenAt);
}

const storedPointSchema = z
  .strictObject({ takenAt: z.int(), units: z.int(), multipleExposureUnits: z.int() })
  .extend({ sampleRatioPValue: z.number().nullable(), observed: z.string(), comparisons: z.string() });

/** How one metric's comparisons developed, oldest first. Of every analysis the database hands out this part only. */
export async function readSeries(
  database: Database,
  experiment: string,
  metric: string,
): Promise<SeriesPoint[]> {
  const wanted = JSON.stringify(await readTimes(database, experiment));
  const rows = await database.all(sql`
    SELECT
      taken_at AS takenAt,
      analysis ->> '$.units' AS units,
      analysis ->> '$.multipleExposureUnits' AS multipleExposureUnits,
      analysis ->> '$.sampleRatio.runningPValue' AS sampleRatioPValue,
      analysis -> '$.sampleRatio.observed' AS observed,
      (
        SELECT json_group_array(json_object(
          'variant', comparison.value ->> '$.variant',
          'estimate', comparison.value -> '$.difference.estimate',
          'interval', comparison.value -> '$.difference.interval',
          'alwaysValid', comparison.value -> '$.difference.alwaysValid.interval'))
        FROM json_each(analysis, '$.metrics') AS analyzed, json_each(analyzed.value, '$.comparisons') AS comparison
        WHERE analyzed.value ->> '$.metric' = ${metric}
      ) AS comparisons
    FROM snapshot
    WHERE experiment = ${experiment} AND taken_at IN (SELECT value FROM json_each(${wanted}))
    ORDER BY taken_at`);
  return z
    .array(storedPointSchema)
    .parse(rows)
    .map(({ observed, comparisons, ...row }) =>
      seriesPointSchema.parse({
        ...row,
        observed: JSON.parse(observed),
        comparisons: JSON.parse(comparisons),
      }),
    );
}
