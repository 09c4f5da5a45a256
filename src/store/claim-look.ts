import { and, desc, eq, lte, type SQL, sql } from "drizzle-orm";
import { type Analysis, analysisSchema } from "#model/analysis/analysis.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { log } from "#shared/log.ts";
import { type Database, parseStored } from "./database.ts";
import { toExperiment } from "./experiment-row.ts";
import { unpackJson } from "./pack.ts";
import { aiConfigTable, decisionTable, experimentTable, snapshotTable } from "./schema.ts";

/** No run of the schedule looks at an experiment later than this after the time it was due. */
const LONGEST_RUN_MILLISECONDS = 60_000;

const DAY_MILLISECONDS = 86_400_000;

/** A look that the schedule has found to be due. Times are epoch milliseconds. */
export interface DueLook {
  /** When the look before this one was claimed, as it was read when this one was found to be due; null where there was none. */
  analyzedAt: number | null;
  /** Of the schedule's run. The next look is due an interval later, whenever within its minute this one is taken. */
  runAt: number;
}

/**
 * 1 where the newest stored look is not the one before this: that one left none, or the clock has been ahead. What earlier looks
 * have proven counts no more then, for one that is not known of may have forgotten it.
 */
function isOutOfOrder(key: string, analyzedAt: number | null, now: number): SQL {
  return sql`coalesce((SELECT taken_at < ${analyzedAt ?? 0} OR taken_at >= ${now} FROM snapshot
    WHERE experiment = ${key} ORDER BY taken_at DESC LIMIT 1), 0)`;
}

/**
 * A stored look that is damaged must not keep an experiment unwatched for ever. What decisions need of it is kept with the experiment
 * too, but for proofs, which are forgotten.
 * @throws where it is damaged, and what it holds against the data is not kept with the experiment
 */
function readPrevious(
  { spec, doubts }: Experiment,
  { takenAt, analysis }: { takenAt: number; analysis: string },
): Analysis | undefined {
  try {
    return parseStored(analysisSchema, unpackJson(analysis));
  } catch (cause) {
    if (!doubts || doubts.takenAt < takenAt) throw cause;
    log("error", "a stored look is damaged, and passed over", { experiment: spec.key, cause });
    return undefined;
  }
}

/** What a look begins with, all of one moment. */
export interface LookStart {
  experiment: Experiment;
  /** False where it does not run, somebody else has claimed the look, or the look would lie before the start. */
  isClaimed: boolean;
  /** The newest stored analysis; undefined without one, and where it is damaged. */
  previous: Analysis | undefined;
  liveVersion: number | undefined;
  /** How many units there were a day before, or at the last look before that; null while it is younger. */
  earlier: { units: number; takenAt: number } | null;
  /** Since when it has been expected to end with too little power; null where it is not. Epoch milliseconds. */
  underpoweredSince: number | null;
}

/**
 * Claims a look at an experiment, so that overlapping schedules do not repeat it, and reads what it needs: in one transaction,
 * because what a look costs is mostly the number of its calls of the database.
 *
 * A look of a run of the schedule that was due before the experiment was started is not claimed: its time would lie before the
 * start. Where it lies far before, the clock was ahead at the start, and the experiment must not go unwatched.
 * @param now of the look, epoch milliseconds
 * @returns undefined where there is no such experiment
 */
export async function claimLook(
  database: Database,
  key: string,
  { analyzedAt, runAt }: DueLook,
  now: number,
): Promise<LookStart | undefined> {
  const { startedAt } = experimentTable;
  const isBeforeStart = sql`(${startedAt} > ${now} AND ${startedAt} < ${now + LONGEST_RUN_MILLISECONDS})`;
  const [claimed, experiments, analyses, configs, earlierLooks] = await database.batch([
    database
      .update(experimentTable)
      .set({
        analyzedAt: runAt,
        recounts: sql`${experimentTable.recounts} + ${isOutOfOrder(key, analyzedAt, now)}`,
      })
      .where(
        and(
          eq(experimentTable.key, key),
          eq(experimentTable.status, "running"),
          sql`${experimentTable.analyzedAt} IS ${analyzedAt}`,
          sql`NOT ${isBeforeStart}`,
        ),
      )
      .returning({ key: experimentTable.key }),
    database.select().from(experimentTable).where(eq(experimentTable.key, key)),
    database
      .select({ takenAt: snapshotTable.takenAt, analysis: snapshotTable.analysis })
      .from(snapshotTable)
      .where(eq(snapshotTable.experiment, key))
      .orderBy(desc(snapshotTable.takenAt))
      .limit(1),
    database
      .select({ liveVersion: aiConfigTable.liveVersion })
      .from(aiConfigTable)
      .where(sql`${aiConfigTable.key} = (SELECT config FROM experiment WHERE key = ${key})`),
    database
      .select({ units: decisionTable.units, takenAt: decisionTable.takenAt })
      .from(decisionTable)
      .where(and(eq(decisionTable.experiment, key), lte(decisionTable.takenAt, now - DAY_MILLISECONDS)))
      .orderBy(desc(decisionTable.takenAt))
      .limit(1),
  ]);
  const [row] = experiments;
  const [latest] = analyses;
  const experiment = row && toExperiment(row);
  return (
    experiment && {
      experiment,
      isClaimed: claimed.length > 0,
      previous: latest && readPrevious(experiment, latest),
      liveVersion: configs[0]?.liveVersion,
      earlier: earlierLooks[0] ?? null,
      underpoweredSince: row.underpoweredSince,
    }
  );
}
