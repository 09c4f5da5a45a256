import { and, eq, sql } from "drizzle-orm";
import type { Experiment } from "#model/experiment/experiment.ts";
import type { Labels } from "#model/experiment/labels.ts";
import { type AuditInput, recordAudit } from "./audit.ts";
import type { Database } from "./database.ts";
import { toExperiment } from "./experiment-row.ts";
import { experimentTable } from "./schema.ts";

/**
 * Changes some labels of an experiment; those that others change at the same moment stay changed. It is no change of the
 * experiment: its revision stays, and edges are told nothing.
 * @param needsEnd changes nothing while the experiment has not ended
 * @returns undefined where nothing was changed
 */
export async function storeLabels(
  database: Database,
  key: string,
  changes: Partial<Labels>,
  audit: AuditInput,
  needsEnd: boolean,
): Promise<Experiment | undefined> {
  const condition = and(
    eq(experimentTable.key, key),
    needsEnd ? sql`${experimentTable.status} NOT IN ('draft', 'running', 'paused')` : undefined,
  );
  const [, [changed]] = await database.batch([
    recordAudit(database, audit, sql`EXISTS (SELECT 1 FROM ${experimentTable} WHERE ${condition})`),
    database
      .update(experimentTable)
      // A patch takes away what it says is null, and that reads as null again.
      .set({ labels: sql`json_patch(${experimentTable.labels}, ${JSON.stringify(changes)})` })
      .where(condition)
      .returning(),
  ]);
  return changed && toExperiment(changed);
}
