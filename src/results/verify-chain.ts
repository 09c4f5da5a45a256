import type { ChainVerification } from "#contract/decisions.ts";
import { findFault, openRecord, type SealedRecord } from "#model/analysis/chain-links.ts";
import type { ChainFault, ChainHead } from "#model/analysis/chain-record.ts";
import type { Database } from "#store/database.ts";
import { readChain, readChainHead, readValue } from "#store/decision-chain.ts";
import { hashesIn, isIntact } from "#store/evidence-codec.ts";

const RECORDS_AT_ONCE = 100;

/** Whether the values that a record names are there, and are what was stored. @param known those found right before */
async function findValueFault(
  database: Database,
  sealed: SealedRecord,
  known: Set<string>,
): Promise<ChainFault | undefined> {
  const evidence = (await openRecord(sealed))?.evidence;
  for (const hash of evidence ? hashesIn(evidence) : []) {
    if (known.has(hash)) continue;
    const value = await readValue(database, hash);
    if (value === undefined) return "value_missing";
    if (!(await isIntact({ hash, value }))) return "value_changed";
    known.add(hash);
  }
  return undefined;
}

/**
 * Checks all records of an experiment from the first on, with every value that they name, up to the first that is wrong.
 * @param kept a hash that somebody has kept elsewhere
 */
export async function verifyChain(
  database: Database,
  experiment: string,
  kept?: string,
): Promise<ChainVerification> {
  // Read before the records: what is appended meanwhile is no fault.
  const head = (await readChainHead(database, experiment)) ?? null;
  const known = new Set<string>();
  let before: ChainHead | undefined;
  let containsKept = false;
  const answer = (broken: ChainVerification["broken"]): ChainVerification => ({
    experiment,
    intact: broken === null,
    records: before?.sequence ?? 0,
    head,
    broken,
    containsKept: kept === undefined ? null : containsKept,
  });
  for (;;) {
    const page = await readChain(database, experiment, {
      after: before?.sequence ?? 0,
      limit: RECORDS_AT_ONCE,
    });
    for (const sealed of page) {
      const fault = (await findFault(sealed, before)) ?? (await findValueFault(database, sealed, known));
      const sequence = (before?.sequence ?? 0) + 1;
      if (fault) return answer({ sequence, at: fault === "record_missing" ? null : sealed.at, fault });
      if (sealed.hash === kept) containsKept = true;
      before = { sequence: sealed.sequence, hash: sealed.hash };
    }
    if (page.length < RECORDS_AT_ONCE) break;
  }
  const last = before?.sequence ?? 0;
  if (head && head.sequence > last) return answer({ sequence: last + 1, at: null, fault: "record_missing" });
  // Again: it moves together with the records, so that it is never behind them.
  const end = await readChainHead(database, experiment);
  const isEnd = (end?.sequence ?? 0) > last || end?.hash === before?.hash;
  return answer(isEnd ? null : { sequence: Math.max(1, last), at: null, fault: "end_changed" });
}
