import * as z from "zod";
import { shorten } from "./shorten.ts";

/** Errors wrap each other: drizzle's hold those of D1, which hold those of SQLite. No chain is longer than this. */
const MAXIMUM_CAUSES = 8;

const MAXIMUM_TEXT_CHARACTERS = 200;

/** An error and what caused it, the outermost first. */
export function causesOf(cause: unknown): Error[] {
  const errors: Error[] = [];
  let current = cause;
  while (current instanceof Error && errors.length < MAXIMUM_CAUSES) {
    errors.push(current);
    current = current.cause;
  }
  return errors;
}

/** What may be told of something that was thrown. */
export interface CauseDescription {
  /** Of the outermost error. */
  class: string;
  code?: string;
  /** The first line of the innermost error, without what it quotes. */
  text: string;
  /** Where the innermost error was thrown. */
  at?: string;
}

/** What an error quotes is what somebody has sent or what is stored: from the first quotation mark to the last. */
const QUOTED = /["'`“‘].*["'`”’]/s;

/** drizzle's own message is the statement and its parameters, on one line where the statement has one. */
const STATEMENT = /\b(failed query|params)\b.*/is;

function textOf(error: Error): string {
  if (error instanceof z.ZodError) {
    const [issue] = error.issues;
    return issue ? `${issue.code} at /${issue.path.map(String).join("/")}` : "";
  }
  const [line = ""] = error.message.replace(QUOTED, "…").replace(STATEMENT, "$1").split("\n", 1);
  return shorten(line, MAXIMUM_TEXT_CHARACTERS);
}

function codeOf(error: Error): string | undefined {
  const code: unknown = Reflect.get(error, "code");
  return typeof code === "string" ? shorten(code, MAXIMUM_TEXT_CHARACTERS) : undefined;
}

/** The innermost function with its place in the code; a stack says nothing else that is not in the message. */
function placeOf({ stack = "" }: Error): string | undefined {
  return /^\s+at (.+)$/m.exec(stack)?.[1];
}

/** Describes what was thrown without the values that it was about: no SQL, no parameters, nothing that somebody sent. */
export function describeCause(cause: unknown): CauseDescription {
  const errors = causesOf(cause);
  const [outermost, innermost] = [errors[0], errors.at(-1)];
  if (!outermost || !innermost) return { class: typeof cause, text: "" };
  const code = codeOf(innermost);
  const at = placeOf(innermost);
  return {
    class: outermost.constructor.name,
    ...(code !== undefined && { code }),
    text: textOf(innermost),
    ...(at !== undefined && { at }),
  };
}
