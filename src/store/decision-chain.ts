import { and, asc, desc, eq, gt, type SQL, sql } from "drizzle-orm";
import { type SealedRecord, sealRecord } from "#model/analysis/chain-links.ts";
import { CHAIN_START, type ChainDraft, type ChainHead } from "#model/analysis/chain-record.ts";
import { log } from "#shared/log.ts";
import type { Database } from "./database.ts";
import type { StoredValue } from "./evidence-codec.ts";
import { decisionChainHeadTable, decisionChainTable, decisionTable, decisionValueTable } from "./schema.ts";

/** Another one writes at the same moment at most so often in a row. */
const ATTEMPTS = 5;

/** So much is sent to the database at once; what is larger goes alone. */
const BATCH_CHARACTERS = 1_800_000;

/** The end of an experiment's chain; undefined where there is none. */
export async function readChainHead(database: Database, experiment: string): Promise<ChainHead | undefined> {
  const { sequence, hash } = decisionChainHeadTable;
  return database
    .select({ sequence, hash })
    .from(decisionChainHeadTable)
    .where(eq(decisionChainHeadTable.experiment, experiment))
    .get();
}

/** Gives a record the place that comes next. Another writer may take it first. */
export async function sealNext(database: Database, draft: ChainDraft): Promise<SealedRecord> {
  return sealRecord(draft, await readChainHead(database, draft.experiment));
}

/**
 * Statements for a batch: append a record, provided that the chain still ends where it did when the record was given its place.
 * @param condition limits it to batches whose change took effect
 */
export function appendSealed(database: Database, sealed: SealedRecord, condition: SQL = sql`1`) {
  const { experiment, sequence, at, previousHash, record, hash } = sealed;
  const end = sql`coalesce((SELECT hash FROM decision_chain_head WHERE experiment = ${experiment}), ${CHAIN_START})`;
  return [
    // A place that is taken must not undo what else is in the batch.
    database
      .insert(decisionChainTable)
      .select(sql`
      SELECT ${experiment}, ${sequence}, ${at}, ${previousHash}, ${record}, ${hash}
      WHERE ${end} = ${previousHash} AND ${condition}`)
      .onConflictDoNothing(),
    database
      .insert(decisionChainHeadTable)
      .select(sql`
      SELECT experiment, sequence, hash FROM decision_chain
      WHERE experiment = ${experiment} AND sequence = ${sequence} AND hash = ${hash}`)
      .onConflictDoUpdate({
        target: decisionChainHeadTable.experiment,
        set: { sequence: sql`excluded.sequence`, hash: sql`excluded.hash` },
        setWhere: sql`decision_chain_head.hash = ${previousHash}`,
      }),
  ] as const;
}

/** Whether a record has its place in the chain. */
export async function isAppended(
  database: Database,
  { experiment, sequence, hash }: SealedRecord,
): Promise<boolean> {
  const row = await database
    .select({ hash: decisionChainTable.hash })
    .from(decisionChainTable)
    .where(and(eq(decisionChainTable.experiment, experiment), eq(decisionChainTable.sequence, sequence)))
    .get();
  return row?.hash === hash;
}

/** Appends a record to its experiment's chain. @throws where others keep taking the place, or the chain's end is damaged */
export async function appendRecord(database: Database, draft: ChainDraft): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const sealed = await sealNext(database, draft);
    await database.batch([...appendSealed(database, sealed)]);
    if (await isAppended(database, sealed)) return;
  }
  throw new Error("a record could not be appended to the decisions");
}

/**
 * Appends a record that came second to its place, after the act that it is of. The act has happened, so that a failure is logged
 * and nothing else.
 */
export async function ensureAppended(
  database: Database,
  sealed: SealedRecord,
  draft: ChainDraft,
): Promise<void> {
  try {
    if (!(await isAppended(database, sealed))) await appendRecord(database, draft);
  } catch (cause) {
    log("error", "an act is not among the recorded decisions", { experiment: draft.experiment, cause });
  }
}

/** A part of a record; null in one that somebody has changed into no JSON, which must not fail what reads the others. */
function partOf(path: string): SQL {
  const { record } = decisionChainTable;
  return sql`iif(json_valid(${record}), ${record} ->> ${path}, NULL)`;
}

/** Records in their order. @param after the sequence number of the record before them */
export function readChain(
  database: Database,
  experiment: string,
  { after, limit }: { after: number; limit: number },
): Promise<SealedRecord[]> {
  return database
    .select()
    .from(decisionChainTable)
    .where(and(eq(decisionChainTable.experiment, experiment), gt(decisionChainTable.sequence, after)))
    .orderBy(asc(decisionChainTable.sequence))
    .limit(limit);
}

/** The record of what an experiment's schedule or aggregator decided at a moment; of two, the one with evidence. */
export function findRecordAt(
  database: Database,
  experiment: string,
  at: number,
): Promise<SealedRecord | undefined> {
  return database
    .select()
    .from(decisionChainTable)
    .where(
      and(
        eq(decisionChainTable.experiment, experiment),
        eq(decisionChainTable.at, at),
        sql`${partOf("$.missing")} IS NOT 'person'`,
      ),
    )
    .orderBy(sql`${partOf("$.evidence")} IS NULL`, desc(decisionChainTable.sequence))
    .limit(1)
    .get();
}

/** Whether anything was decided at a moment, recorded or not. */
export async function hasDecision(database: Database, experiment: string, at: number): Promise<boolean> {
  const row = await database
    .select({ takenAt: decisionTable.takenAt })
    .from(decisionTable)
    .where(and(eq(decisionTable.experiment, experiment), eq(decisionTable.takenAt, at)))
    .get();
  return row !== undefined;
}

/** When the decisions were taken whose evidence is on record. */
export async function listReplayable(database: Database, experiment: string): Promise<Set<number>> {
  const rows = await database
    .select({ at: decisionChainTable.at })
    .from(decisionChainTable)
    .where(and(eq(decisionChainTable.experiment, experiment), sql`${partOf("$.evidence")} IS NOT NULL`));
  return new Set(rows.map(({ at }) => at));
}

/**
 * Whether the chain has a record of the same decision, or one of the same kind that changed nothing either: so many looks may
 * wait for the same reason that only the first is kept.
 */
export async function hasRecordLike(database: Database, draft: ChainDraft): Promise<boolean> {
  const isSameDecision = sql`(at = ${draft.at} AND ${partOf("$.actor")} = ${draft.actor})`;
  const outcome = draft.outcome.kind === "refused" ? draft.outcome.code : null;
  const isSameKind = sql`(
    ${partOf("$.action")} = ${draft.action} AND ${partOf("$.code")} IS ${draft.code}
    AND ${partOf("$.outcome.kind")} = ${draft.outcome.kind} AND ${partOf("$.outcome.code")} IS ${outcome})`;
  const row = await database
    .select({ sequence: decisionChainTable.sequence })
    .from(decisionChainTable)
    .where(
      and(eq(decisionChainTable.experiment, draft.experiment), sql`(${isSameDecision} OR ${isSameKind})`),
    )
    .limit(1)
    .get();
  return row !== undefined;
}

/** Stores values under their hashes, once each; one that somebody has changed since is what it was again. */
export async function storeValues(database: Database, values: readonly StoredValue[]): Promise<void> {
  const insert = (value: StoredValue) =>
    database
      .insert(decisionValueTable)
      .values(value)
      .onConflictDoUpdate({
        target: decisionValueTable.hash,
        set: { value: sql`excluded.value` },
        setWhere: sql`decision_value.value <> excluded.value`,
      });
  const characters = values.reduce((sum, { value }) => sum + value.length, 0);
  const [first, ...others] = values.map(insert);
  if (first && characters <= BATCH_CHARACTERS) await database.batch([first, ...others]);
  else for (const value of values) await insert(value);
}

/** The value of a hash; undefined where there is none. */
export async function readValue(database: Database, hash: string): Promise<string | undefined> {
  const row = await database
    .select({ value: decisionValueTable.value })
    .from(decisionValueTable)
    .where(eq(decisionValueTable.hash, hash))
    .get();
  return row?.value;
}
