import * as z from "zod";
import { canonicalJson } from "#shared/json.ts";
import { sha256 } from "#shared/sha-256.ts";
import {
  CHAIN_START,
  type ChainDraft,
  type ChainFault,
  type ChainHead,
  type ChainRecord,
  chainRecordSchema,
} from "./chain-record.ts";

/** A record with its place, as it is stored. */
export interface SealedRecord {
  experiment: string;
  sequence: number;
  at: number;
  previousHash: string;
  /** Canonical JSON. */
  record: string;
  /** SHA-256 of the record. */
  hash: string;
}

/** Gives a record the place after the end of a chain. @param head undefined where the chain is empty */
export async function sealRecord(draft: ChainDraft, head: ChainHead | undefined): Promise<SealedRecord> {
  const sequence = (head?.sequence ?? 0) + 1;
  const previousHash = head?.hash ?? CHAIN_START;
  const record = canonicalJson({ version: 1, sequence, previousHash, ...draft } satisfies ChainRecord);
  const { experiment, at } = draft;
  return { experiment, sequence, at, previousHash, record, hash: await sha256(record) };
}

/** Whoever changes a record may give it its hash, and what they write may be anything. */
const recordTextSchema = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue("no JSON");
      return z.NEVER;
    }
  })
  .pipe(chainRecordSchema);

/** What a stored record holds; undefined where it is damaged. */
export async function openRecord(sealed: SealedRecord): Promise<ChainRecord | undefined> {
  if ((await sha256(sealed.record)) !== sealed.hash) return undefined;
  const parsed = recordTextSchema.safeParse(sealed.record);
  if (!parsed.success) return undefined;
  const record = parsed.data;
  const isInPlace =
    record.experiment === sealed.experiment &&
    record.sequence === sealed.sequence &&
    record.at === sealed.at &&
    record.previousHash === sealed.previousHash;
  return isInPlace ? record : undefined;
}

/** What is wrong with a record after the one before it; undefined where nothing is. @param before undefined for the first */
export async function findFault(
  sealed: SealedRecord,
  before: ChainHead | undefined,
): Promise<ChainFault | undefined> {
  if (sealed.sequence !== (before?.sequence ?? 0) + 1) return "record_missing";
  const record = await openRecord(sealed);
  if (!record) return "record_changed";
  return record.previousHash === (before?.hash ?? CHAIN_START) ? undefined : "link_broken";
}
