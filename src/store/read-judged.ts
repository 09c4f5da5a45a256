import { desc, eq, sql } from "drizzle-orm";
import { type Analysis, analysisSchema } from "#model/analysis/analysis.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { type Database, parseStored } from "./database.ts";
import { toExperiment } from "./experiment-row.ts";
import { unpackJson } from "./pack.ts";
import { experimentTable, snapshotTable } from "./schema.ts";

/** A stored analysis with the moment it is of. */
export interface StoredLook {
  takenAt: number;
  analysis: Analysis;
}

/** What is needed to judge an experiment between two looks. */
export interface Judged {
  experiment: Experiment;
  /** The newest stored look; "unreadable" where what is stored is damaged. */
  latest: StoredLook | "unreadable" | undefined;
}

/** Harm is judged also where an old analysis is damaged. */
function readAnalysis(stored: string): Analysis | undefined {
  try {
    return parseStored(analysisSchema, unpackJson(stored));
  } catch {
    return undefined;
  }
}

/**
 * Reads an experiment and its newest look in one call.
 * @param known a look that is in memory: it is not read again, and given back where it still is the newest
 * @returns undefined where there is no such experiment
 */
export async function readJudged(
  database: Database,
  key: string,
  known: StoredLook | undefined,
): Promise<Judged | undefined> {
  const { takenAt, analysis } = snapshotTable;
  const [[row], [latest]] = await database.batch([
    database.select().from(experimentTable).where(eq(experimentTable.key, key)),
    database
      .select({
        takenAt,
        analysis: sql<string | null>`iif(${takenAt} IS ${known?.takenAt ?? null}, NULL, ${analysis})`,
      })
      .from(snapshotTable)
      .where(eq(snapshotTable.experiment, key))
      .orderBy(desc(takenAt))
      .limit(1),
  ]);
  if (!row) return undefined;
  const experiment = toExperiment(row);
  if (!latest) return { experiment, latest: undefined };
  if (latest.analysis === null) return { experiment, latest: known };
  const read = readAnalysis(latest.analysis);
  return { experiment, latest: read ? { takenAt: latest.takenAt, analysis: read } : "unreadable" };
}
