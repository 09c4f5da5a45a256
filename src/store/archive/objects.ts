import type { Databases } from "../database.ts";
import { ARCHIVE_TABLES, type ArchiveFile, type ArchiveObject, type ArchiveTable } from "./archive-object.ts";

/** The archive is missing, does not answer, or lacks what it should hold: nothing may be answered from the rest of the log. */
export class ArchiveUnavailableError extends Error {
  /** As Cloudflare marks what may be repeated. */
  readonly retryable = true;
}

/** An object of the archive is not as it was written. */
export class DamagedArchiveError extends ArchiveUnavailableError {}

/** @throws ArchiveUnavailableError where the installation has no archive */
export function archiveOf({ archive }: Pick<Databases, "archive">): R2Bucket {
  if (archive) return archive;
  throw new ArchiveUnavailableError(
    "a part of the event log is in the archive, and there is no binding ARCHIVE",
  );
}

/** Sequence numbers of equal length, so that keys are in their order. */
const DIGITS = 16;

/** A name that no other objects have. @param sequence the first row of the part */
export function newPartName(experiment: string, shard: number, sequence: number): string {
  const place = `${shard}-${String(sequence).padStart(DIGITS, "0")}`;
  return `experiment=${experiment}/part-${place}-${crypto.randomUUID()}.parquet`;
}

function keyOf(table: ArchiveTable, name: string): string {
  return `${table}/${name}`;
}

function hexOf(digest: ArrayBuffer): string {
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @throws ArchiveUnavailableError where the archive fails */
async function asking<Value>(question: Promise<Value>): Promise<Value> {
  try {
    return await question;
  } catch (cause) {
    throw new ArchiveUnavailableError("the archive does not answer", { cause });
  }
}

/** Writes a file, of which the archive itself checks that it has arrived whole. */
export async function putObject(
  bucket: R2Bucket,
  name: string,
  { table, rows, bytes }: ArchiveFile,
): Promise<ArchiveObject> {
  const sha256 = hexOf(await crypto.subtle.digest("SHA-256", bytes));
  const httpMetadata = { contentType: "application/vnd.apache.parquet" };
  await asking(bucket.put(keyOf(table, name), bytes, { sha256, httpMetadata }));
  return { table, rows, bytes: bytes.byteLength, sha256 };
}

/**
 * An object as it was written.
 * @returns undefined where it is not there: it may have been written anew under another name
 * @throws DamagedArchiveError where it is not as it was written
 */
export async function readObject(
  bucket: R2Bucket,
  name: string,
  { table, sha256 }: ArchiveObject,
): Promise<ArrayBuffer | undefined> {
  const object = await asking(bucket.get(keyOf(table, name)));
  if (!object) return undefined;
  const file = await asking(object.arrayBuffer());
  if (hexOf(await crypto.subtle.digest("SHA-256", file)) === sha256) return file;
  throw new DamagedArchiveError("an object of the archive is not as it was written");
}

/** Whether the archive holds an object as it was written, by its size and the checksum that it was received with. */
export async function holdsObject(
  bucket: R2Bucket,
  name: string,
  { table, bytes, sha256 }: ArchiveObject,
): Promise<boolean> {
  const head = await asking(bucket.head(keyOf(table, name)));
  const received = head?.checksums.sha256;
  return head?.size === bytes && received !== undefined && hexOf(received) === sha256;
}

/** Deletes whatever objects there are of these names. */
export async function deleteObjects(bucket: R2Bucket, names: readonly string[]): Promise<void> {
  const keys = names.flatMap((name) => ARCHIVE_TABLES.map((table) => keyOf(table, name)));
  if (keys.length > 0) await asking(bucket.delete(keys));
}
