import { and, desc, eq, lt, type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import { mergeTotals } from "#analyzer/estimates/moments.ts";
import { doubtsOf } from "#analyzer/experiment/data-doubts.ts";
import { type Analysis, analysisSchema, guardrailResultSchema } from "#model/analysis/analysis.ts";
import {
  type DecisionRecord,
  decisionRecordSchema,
  decisionSchema,
  isActing,
  type Snapshot,
  snapshotSchema,
} from "#model/analysis/decision.ts";
import { type ExperimentTotals, experimentTotalsSchema } from "#model/analysis/moments.ts";
import { toLatestSummary } from "#reporter/experiment-summary.ts";
import { type Database, parseStored } from "./database.ts";
import { listReplayable } from "./decision-chain.ts";
import { storeLatest } from "./experiment-summaries.ts";
import { packJson, unpackJson } from "./pack.ts";
import { decisionTable, experimentTable, snapshotTable } from "./schema.ts";
import { type OutgoingMessage, putMessage } from "./webhook-outbox.ts";

/** Below what Cloudflare takes for a row, 2,000,000 bytes, with room for names and texts beyond ASCII. */
const MAXIMUM_ROW_CHARACTERS = 1_800_000;

function toSnapshot(row: typeof snapshotTable.$inferSelect): Snapshot {
  return snapshotSchema.parse({
    experiment: row.experiment,
    takenAt: row.takenAt,
    source: row.source,
    phases: parseStored(z.array(experimentTotalsSchema), unpackJson(row.phases)),
    analysis: parseStored(analysisSchema, unpackJson(row.analysis)),
    guardrails: parseStored(z.array(guardrailResultSchema), unpackJson(row.guardrails)),
    decision: parseStored(decisionSchema, row.decision),
  });
}

function lastEventOf({ phases }: Snapshot): number | null {
  const times = phases.flatMap(({ lastEventAt }) => lastEventAt ?? []);
  return times.length === 0 ? null : Math.max(...times);
}

/** A hold is told once, however many looks repeat it. */
function isNotable({ experiment, takenAt, decision: { action } }: Snapshot): boolean | SQL {
  if (action !== "hold") return isActing(action);
  return sql`(
    SELECT decision ->> '$.action' FROM decision
    WHERE experiment = ${experiment} AND taken_at < ${takenAt}
    ORDER BY taken_at DESC LIMIT 1) IS NOT 'hold'`;
}

function insertDecision(database: Database, snapshot: Snapshot, summary: string) {
  const { experiment, takenAt, source } = snapshot;
  return database
    .insert(decisionTable)
    .values({
      experiment,
      takenAt,
      source,
      decision: JSON.stringify(snapshot.decision),
      summary,
      units: snapshot.analysis.units,
      events: snapshot.analysis.events,
      lastEventAt: lastEventOf(snapshot),
      isNotable: isNotable(snapshot),
    })
    .onConflictDoNothing()
    .returning({ isNotable: decisionTable.isNotable });
}

/** Puts a message into the outbox if a stored decision begins a hold. */
function putIfNotable(
  database: Database,
  { experiment, takenAt }: Snapshot,
  message: OutgoingMessage | undefined,
) {
  const begins = sql`EXISTS (
    SELECT 1 FROM decision WHERE experiment = ${experiment} AND taken_at = ${takenAt} AND is_notable = 1)`;
  return message ? [putMessage(database, message, begins)] : [];
}

/** Looks that overlap are no further apart. One that is so far ahead was taken while the clock was. */
const CLOCK_AHEAD_MILLISECONDS = 600_000;

/**
 * What a look holds against the data replaces what an older one did: it contains it, unless a person has accepted it. It replaces
 * also what a look holds that is far ahead of it: otherwise no doubt would be kept until the clock is there again.
 */
function storeDoubts(database: Database, { experiment, analysis }: Snapshot) {
  const doubts = doubtsOf(analysis);
  return database
    .update(experimentTable)
    .set({ doubts: JSON.stringify(doubts) })
    .where(
      and(
        eq(experimentTable.key, experiment),
        sql`coalesce(${experimentTable.doubts} ->> '$.takenAt', 0)
          NOT BETWEEN ${doubts.takenAt} AND ${doubts.takenAt + CLOCK_AHEAD_MILLISECONDS}`,
      ),
    );
}

/**
 * Stores the decision of an analysis that is too large to be stored itself.
 * @param knowsEarlier whether the analysis knows of the looks before it, so that its doubts contain theirs
 * @param message that a hold has begun, if it does
 * @returns whether it is a decision to act, or begins a hold
 */
export async function storeDecision(
  database: Database,
  snapshot: Snapshot,
  summary: string,
  knowsEarlier: boolean,
  message?: OutgoingMessage,
): Promise<boolean> {
  const [inserted] = await database.batch([
    insertDecision(database, snapshot, summary),
    storeLatest(database, snapshot.experiment, toLatestSummary(snapshot, summary)),
    ...(knowsEarlier ? [storeDoubts(database, snapshot)] : []),
    ...putIfNotable(database, snapshot, message),
  ]);
  return inserted[0]?.isNotable ?? isActing(snapshot.decision.action);
}

/** The open phase, and before it all closed ones in one: however many there have been, a snapshot stays of one size. */
function foldClosed(phases: readonly ExperimentTotals[]): ExperimentTotals[] {
  const [first, ...others] = phases.slice(0, -1);
  const open = phases.slice(-1);
  return first ? [others.reduce(mergeTotals, first), ...open] : open;
}

/**
 * Stores an analysis with its decision. Storing the same moment twice keeps the first.
 * @param message that a hold has begun, if it does
 * @returns whether it is a decision to act, or begins a hold
 * @throws when it is larger than a row may be
 */
export async function storeSnapshot(
  database: Database,
  snapshot: Snapshot,
  summary: string,
  message?: OutgoingMessage,
): Promise<boolean> {
  const { experiment, takenAt, source } = snapshot;
  const document = {
    phases: packJson(JSON.stringify(foldClosed(snapshot.phases))),
    analysis: packJson(JSON.stringify(snapshot.analysis)),
    guardrails: packJson(JSON.stringify(snapshot.guardrails)),
    decision: JSON.stringify(snapshot.decision),
  };
  const size = Object.values(document).reduce((sum, { length }) => sum + length, 0);
  if (size > MAXIMUM_ROW_CHARACTERS)
    throw new RangeError(
      `a snapshot of ${size} characters is larger than the ${MAXIMUM_ROW_CHARACTERS} of a row`,
    );
  const [, inserted] = await database.batch([
    database
      .insert(snapshotTable)
      .values({
        experiment,
        takenAt,
        source,
        ...document,
      })
      .onConflictDoNothing(),
    insertDecision(database, snapshot, summary),
    storeLatest(database, experiment, toLatestSummary(snapshot, summary)),
    storeDoubts(database, snapshot),
    ...putIfNotable(database, snapshot, message),
  ]);
  return inserted[0]?.isNotable ?? isActing(snapshot.decision.action);
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
  return row && parseStored(analysisSchema, unpackJson(row.analysis));
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
  const { experiment: key, takenAt, source, decision: storedDecision, summary } = decisionTable;
  const rows = await database
    .select({ experiment: key, takenAt, source, decision: storedDecision, summary })
    .from(decisionTable)
    .where(
      and(
        eq(decisionTable.experiment, experiment),
        page.before === undefined ? undefined : lt(decisionTable.takenAt, page.before),
      ),
    )
    .orderBy(desc(decisionTable.takenAt))
    .limit(page.limit);
  const recorded = await listReplayable(database, experiment);
  return rows.map((row) =>
    decisionRecordSchema.parse({
      ...row,
      decision: parseStored(decisionSchema, row.decision),
      isRecorded: recorded.has(row.takenAt),
    }),
  );
}
