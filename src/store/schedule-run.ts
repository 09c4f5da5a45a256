import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { type DecisionAction, decisionActionSchema } from "#model/analysis/decision.ts";
import { type Database, parseStored } from "./database.ts";
import { scheduleRunTable } from "./schema.ts";

const countSchema = z.int().nonnegative();
const decisionCountsSchema = z.partialRecord(decisionActionSchema, countSchema);

/** What one run of the schedule did. Times are epoch milliseconds. */
export interface ScheduleRun {
  startedAt: number;
  finishedAt: number;
  /** Of experiments whose aggregators could not be asked. */
  failedLooks: number;
}

/** Notes a run. The looks that it asked for are counted by themselves. */
export async function recordScheduleRun(database: Database, run: ScheduleRun): Promise<void> {
  const { startedAt, finishedAt, failedLooks } = run;
  const { looks, failedLooks: failedBefore } = scheduleRunTable;
  await database
    .update(scheduleRunTable)
    .set({
      // Runs may overlap: the later one counts.
      startedAt: sql`max(${scheduleRunTable.startedAt}, ${startedAt})`,
      finishedAt: sql`max(${scheduleRunTable.finishedAt}, ${finishedAt})`,
      looks: sql`${looks} + ${failedLooks}`,
      failedLooks: sql`${failedBefore} + ${failedLooks}`,
    })
    .where(eq(scheduleRunTable.id, 1));
}

/** Counts a look of the schedule by what came of it. */
export async function recordLook(database: Database, outcome: DecisionAction | "failed"): Promise<void> {
  const { looks, failedLooks, decisions } = scheduleRunTable;
  const path = `$.${outcome}`;
  const counted =
    outcome === "failed"
      ? { failedLooks: sql`${failedLooks} + 1` }
      : { decisions: sql`json_set(${decisions}, ${path}, coalesce(${decisions} ->> ${path}, 0) + 1)` };
  await database
    .update(scheduleRunTable)
    .set({ looks: sql`${looks} + 1`, ...counted })
    .where(eq(scheduleRunTable.id, 1));
}

export interface ScheduleTotals {
  startedAt: number;
  finishedAt: number;
  looks: number;
  failedLooks: number;
  decisions: z.infer<typeof decisionCountsSchema>;
}

/** What the schedule last did, and has done in all. @throws where the migrations are not applied */
export async function readScheduleTotals(database: Database): Promise<ScheduleTotals> {
  const row = await database.select().from(scheduleRunTable).where(eq(scheduleRunTable.id, 1)).get();
  if (!row) throw new Error("the schedule's row is missing: are the migrations applied?");
  const { startedAt, finishedAt, looks, failedLooks, decisions } = row;
  return {
    startedAt,
    finishedAt,
    looks,
    failedLooks,
    decisions: parseStored(decisionCountsSchema, decisions),
  };
}
