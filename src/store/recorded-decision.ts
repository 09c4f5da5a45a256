import { openRecord } from "#model/analysis/chain-links.ts";
import type { HashedRecord, MissingEvidence } from "#model/analysis/chain-record.ts";
import { err, ok, type Result } from "#shared/result.ts";
import type { Database } from "./database.ts";
import { findRecordAt, hasDecision, readValue } from "./decision-chain.ts";
import { decodeEvidence, type Evidence, hashesIn, isIntact } from "./evidence-codec.ts";

const WHY_MISSING: Record<MissingEvidence, string> = {
  person: "A person decided this: nothing was computed.",
  too_large: "What this was computed from was too large to be kept.",
  not_stored: "What this was computed from could not be stored when it was decided.",
  lost: "What this was computed from was lost before it could be stored.",
};

/** A decision's evidence and its record. */
export interface RecordedDecision {
  evidence: Evidence;
  record: HashedRecord;
}

/**
 * Reads what a decision was computed from, as far as it is as it was written.
 * @param at when it was decided, epoch milliseconds
 */
export async function findRecordedDecision(
  database: Database,
  experiment: string,
  at: number,
): Promise<Result<RecordedDecision>> {
  const sealed = await findRecordAt(database, experiment, at);
  if (!sealed) {
    if (!(await hasDecision(database, experiment, at)))
      return err("decision_not_found", "Nothing was decided at this moment.");
    return err(
      "decision_not_recorded",
      "What this decision was computed from was not kept. It is kept of decisions to act and of the first hold of each kind; earlier installations kept nothing.",
    );
  }
  const record = await openRecord(sealed);
  const damaged = err(
    "record_damaged",
    `Record ${sealed.sequence} of this experiment is not what was written. GET …/decisions/verify says more.`,
  );
  if (!record) return damaged;
  if (record.missing) return err("decision_not_recorded", WHY_MISSING[record.missing]);
  if (!record.evidence) return damaged;
  const values = new Map<string, string>();
  for (const hash of new Set(hashesIn(record.evidence))) {
    const value = await readValue(database, hash);
    if (value === undefined || !(await isIntact({ hash, value }))) return damaged;
    values.set(hash, value);
  }
  const evidence = decodeEvidence(record.evidence, values);
  if (!evidence.ok) return evidence;
  return ok({ evidence: evidence.value, record: { hash: sealed.hash, content: record } });
}
