import { and, eq, inArray, sql } from "drizzle-orm";
import * as z from "zod";
import { MAXIMUM_SERIES_POINTS, type SeriesPoint, seriesPointSchema } from "#contract/series.ts";
import { intervalSchema } from "#model/analysis/interval.ts";
import { type Database, parseStored } from "./database.ts";
import { unpackJson } from "./pack.ts";
import { snapshotTable } from "./schema.ts";

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

/** Of an analysis: what a series shows. What is stored fits its schema, so that the rest is passed over. */
const analysisPartSchema = z.object({
  units: z.int(),
  multipleExposureUnits: z.int(),
  sampleRatio: z.object({
    runningPValue: z.number().nullable(),
    observed: seriesPointSchema.shape.observed.element.array(),
  }),
  metrics: z.array(
    z.object({
      metric: z.string(),
      comparisons: z.array(
        z.object({
          variant: z.string(),
          difference: z.object({
            estimate: z.number().nullable().default(null),
            interval: intervalSchema.nullable().default(null),
            alwaysValid: z.object({ interval: intervalSchema.nullable() }).nullish(),
          }),
        }),
      ),
    }),
  ),
});

function toPoint(takenAt: number, analysis: z.infer<typeof analysisPartSchema>, metric: string): SeriesPoint {
  const { units, multipleExposureUnits, sampleRatio, metrics } = analysis;
  const comparisons = metrics.find((one) => one.metric === metric)?.comparisons ?? [];
  return seriesPointSchema.parse({
    takenAt,
    units,
    multipleExposureUnits,
    observed: sampleRatio.observed,
    sampleRatioPValue: sampleRatio.runningPValue,
    comparisons: comparisons.map(({ variant, difference: { estimate, interval, alwaysValid } }) => ({
      variant,
      estimate,
      interval,
      alwaysValid: alwaysValid?.interval ?? null,
    })),
  });
}

/** So many analyses are held in memory at a time. */
const ANALYSES_PER_READ = 20;

/** How one metric's comparisons developed, oldest first. */
export async function readSeries(
  database: Database,
  experiment: string,
  metric: string,
): Promise<SeriesPoint[]> {
  const times = await readTimes(database, experiment);
  const points: SeriesPoint[] = [];
  for (let first = 0; first < times.length; first += ANALYSES_PER_READ) {
    const rows = await database
      .select({ takenAt: snapshotTable.takenAt, analysis: snapshotTable.analysis })
      .from(snapshotTable)
      .where(
        and(
          eq(snapshotTable.experiment, experiment),
          inArray(snapshotTable.takenAt, times.slice(first, first + ANALYSES_PER_READ)),
        ),
      )
      .orderBy(snapshotTable.takenAt);
    for (const { takenAt, analysis } of rows)
      points.push(toPoint(takenAt, parseStored(analysisPartSchema, unpackJson(analysis)), metric));
  }
  return points;
}
