import * as z from "zod";

/*
 * A part of the log in the archive is a few objects of one name: the chunks themselves, of which everything can be counted again,
 * and tables for those who read the archive with tools of their own.
 */

/** `unvouched_…` is of units that nobody vouches for, which decide nothing. */
export const ARCHIVE_TABLES = [
  "log",
  "exposures",
  "outcomes",
  "unvouched_exposures",
  "unvouched_outcomes",
] as const;

const archiveTableSchema = z.enum(ARCHIVE_TABLES);
export type ArchiveTable = z.infer<typeof archiveTableSchema>;

export const archiveObjectSchema = z.strictObject({
  table: archiveTableSchema,
  rows: z.int().nonnegative(),
  bytes: z.int().positive(),
  /** SHA-256, in hexadecimal. */
  sha256: z.string().length(64),
});
export type ArchiveObject = z.infer<typeof archiveObjectSchema>;

/** A file that is to become an object. */
export interface ArchiveFile {
  table: ArchiveTable;
  rows: number;
  bytes: Uint8Array;
}
