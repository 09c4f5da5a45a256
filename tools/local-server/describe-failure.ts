import { z } from "zod";

const FILE_ERRORS: Readonly<Record<string, string>> = {
  ENOSPC: "no space is left on the disk.",
  EDQUOT: "the disk quota is used up.",
  EROFS: "the disk is read-only.",
  EACCES: "this user may not write there.",
  EPERM: "this user may not write there.",
  EIO: "the disk does not work.",
};

/** What the runtime says of a disk that its databases cannot use. */
const DISK_FAILURE = /SQLITE_(FULL|IOERR|READONLY|CANTOPEN)/;

const WHERE_DATA_ARE = "BAKEOFF_DATA chooses where data are kept; the default is .data.";

function sentenceOf(cause: Error): string | undefined {
  const code: unknown = Reflect.get(cause, "code");
  return typeof code === "string" ? FILE_ERRORS[code] : undefined;
}

/** Says what kept a file from being written, without the names of system calls where the reason is known. */
export function describeFileError(cause: Error): string {
  return sentenceOf(cause) ?? cause.message;
}

/** Says why a program ends, in words for whoever reads a terminal. */
export function describeFailure(error: unknown): string {
  if (error instanceof z.ZodError) return error.issues.map(({ message }) => message).join("\n");
  if (!(error instanceof Error)) return String(error);
  const sentence = sentenceOf(error);
  if (sentence !== undefined) return `A file cannot be written: ${sentence} ${WHERE_DATA_ARE}`;
  return DISK_FAILURE.test(error.message)
    ? `The database cannot be opened: the disk is full, read-only or broken. ${WHERE_DATA_ARE}`
    : error.message;
}
