import { eq, sql } from "drizzle-orm";
import * as z from "zod";
import { type DecisionAction, decisionActionSchema } from "#model/analysis/decision.ts";
import { type Database, parseStored } from "./database.ts";
import { scheduleRunTable } from "./schema.ts";

const countSchema = z.int().nonnegative();
const decisionCountsSchema = z.partialRecord(decisionActionSchema, countSchema);

/** What one run of the schedule did. Times are epoch milliseconds. */
export interface ScheduleRun {
  startedAt: number;
  finishedAt: number;
  /** What was decided, one action for each look that came to a decision. */
  actions: readonly DecisionAction[];
  failedLooks: number;
}

/** Notes a run, and adds it to what earlier ones did. */
export async function recordScheduleRun(database: Database, run: ScheduleRun): Promise<void> {
  const { startedAt, finishedAt, actions, failedLooks } = run;
  const { looks, failedLooks: failedBefore, decisions } = scheduleRunTable;
  const counted = [...Map.groupBy(actions, (action) => action)].reduce(
    (counts, [action, { length }]) =>
      sql`json_set(${counts}, ${`$.${action}`}, coalesce(${decisions} ->> ${`$.${action}`}, 0) + ${length})`,
    sql`${decisions}`,
  );
  await database
    .update(scheduleRunTable)
    .set({
      // Runs may overlap: the later one counts.
      startedAt: sql`max(${scheduleRunTable.startedAt}, ${startedAt})`,
      finishedAt: sql`max(${scheduleRunTable.finishedAt}, ${finishedAt})`,
      looks: sql`${looks} + ${actions.length + failedLooks}`,
      failedLooks: sql`${failedBefore} + ${failedLooks}`,
      decisions: counted,
    })
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
