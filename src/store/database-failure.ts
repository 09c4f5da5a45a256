import { causesOf } from "#shared/describe-cause.ts";
import { TimeoutError } from "#shared/within.ts";

/** D1's client names itself at the beginning of what it throws. */
const OF_D1 = /^D1_(ERROR|EXEC_ERROR)\b/;

/**
 * What SQLite and D1 refuse because of the statement or its values: asking again changes nothing. Everything else that they
 * fail with is about the database and passes: overload, time limits, a reset, an update, a disk that is full.
 */
const OF_THE_STATEMENT =
  /SQLITE_(ERROR|CONSTRAINT|TOOBIG|MISMATCH|RANGE|MISUSE|AUTH)\b|syntax error|no such (table|column)|too many SQL variables|wrong number of (parameter|argument)/i;

/**
 * What the storage behind D1 and Durable Objects says when it can write nothing, or cannot be reached. What the platform keeps
 * to itself is an internal error with a reference; the local runtime says so of a full disk.
 */
const OF_THE_STORAGE =
  /^internal error; reference = |SQLITE_(FULL|IOERR|BUSY|LOCKED|READONLY|CANTOPEN|NOMEM|PROTOCOL)|(disk|storage) is full|disk I\/O error|readonly database|database is locked|network connection lost|cannot resolve D1|storage caused object to be reset|exceeded .{0,40}(size|limit|timeout)|object to be reset|Durable Object (is overloaded|reset)|^no answer within \d+ milliseconds$/i;

/** Cloudflare marks what it throws: calls that may be repeated, and objects that have too much to do. */
const isMarked = (error: Error): boolean =>
  Reflect.get(error, "retryable") === true || Reflect.get(error, "overloaded") === true;

/**
 * True of a failure that is about the database, or another storage, and not about what it was asked: the same request may
 * succeed a little later.
 */
export function isUnavailable(cause: unknown): boolean {
  const errors = causesOf(cause);
  if (errors.some((error) => error instanceof TimeoutError || isMarked(error))) return true;
  const innermost = errors.at(-1);
  if (!innermost) return false;
  const { message } = innermost;
  if (OF_THE_STORAGE.test(message)) return true;
  const isOfD1 = errors.some((error) => OF_D1.test(error.message));
  return isOfD1 && !errors.some((error) => OF_THE_STATEMENT.test(error.message));
}

/**
 * True of a write that failed because another row has this value already.
 * @param column with its table: `metric.key`
 */
export function isTaken(cause: unknown, column: string): boolean {
  const conflict = `UNIQUE constraint failed: ${column}`;
  return causesOf(cause).some(({ message }) => message.startsWith("D1_ERROR") && message.includes(conflict));
}
