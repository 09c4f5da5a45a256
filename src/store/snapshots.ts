import { and, desc, eq, lt } from "drizzle-orm";
import { z } from "zod";
import { type Analysis, analysis, guardrailResult } from "../model/analysis.ts";
import { type DecisionRecord, decision, decisionRecord, type Snapshot, snapshot } from "../model/decision.ts";
import { experimentTotals } from "../model/moments.ts";
import { type Database, parseStored } from "./database.ts";
import { storeLatest } from "./experiments.ts";
import { decisionTable, snapshotTable } from "./schema.ts";

function toSnapshot(row: typeof snapshotTable.$inferSelect): Snapshot {
  return snapshot.parse({
    experiment: row.experiment,
    takenAt: row.takenAt,
    source: row.source,
    periods: parseStored(z.array(experimentTotals), row.periods),
    analysis: parseStored(analysis, row.analysis),
    guardrails: parseStored(z.array(guardrailResult), row.guardrails),
    decision: parseStored(decision, row.decision),
  });
}

/** Stores an analysis with its decision. Storing the same moment twice keeps the first. */
export async function storeSnapshot(database: Database, taken: Snapshot, summary: string): Promise<void> {
  const { experiment, takenAt, source } = taken;
  await database.batch([
    database
      .insert(snapshotTable)
      .values({
        experiment,
        takenAt,
        source,
        periods: JSON.stringify(taken.periods),
        analysis: JSON.stringify(taken.analysis),
        guardrails: JSON.stringify(taken.guardrails),
        decision: JSON.stringify(taken.decision),
      })
      .onConflictDoNothing(),
    database
      .insert(decisionTable)
      .values({ experiment, takenAt, source, decision: JSON.stringify(taken.decision), summary })
      .onConflictDoNothing(),
    storeLatest(database, experiment, {
      takenAt,
      units: taken.analysis.units,
      action: taken.decision.action,
      summary,
      primary: taken.analysis.metrics.find(({ role }) => role === "primary") ?? null,
    }),
  ]);
}

/** The newest stored analysis. */
export async function findLatestAnalysis(
  database: Database,
  experiment: string,
): Promise<Analysis | undefined> {
  const row = await database
    .select({ analysis: snapshotTable.analysis })
    .from(snapshotTable)
    .where(eq(snapshotTable.experiment, experiment))
    .orderBy(desc(snapshotTable.takenAt))
    .limit(1)
    .get();
  return row && parseStored(analysis, row.analysis);
}

interface Page {
  limit: number;
  /** Only what was taken before this moment. */
  before?: number | undefined;
}

/** Newest first. */
export async function listSnapshots(database: Database, experiment: string, page: Page): Promise<Snapshot[]> {
  const rows = await database
    .select()
    .from(snapshotTable)
    .where(
      and(
        eq(snapshotTable.experiment, experiment),
        page.before === undefined ? undefined : lt(snapshotTable.takenAt, page.before),
      ),
    )
    .orderBy(desc(snapshotTable.takenAt))
    .limit(page.limit);
  return rows.map(toSnapshot);
}

/** Newest first. */
export async function listDecisions(
  database: Database,
  experiment: string,
  page: Page,
): Promise<DecisionRecord[]> {
  const rows = await database
    .select()
    .from(decisionTable)
    .where(
      and(
        eq(decisionTable.experiment, experiment),
        page.before === undefined ? undefined : lt(decisionTable.takenAt, page.before),
      ),
    )
    .orderBy(desc(decisionTable.takenAt))
    .limit(page.limit);
  return rows.map((row) => decisionRecord.parse({ ...row, decision: parseStored(decision, row.decision) }));
}
