import { DrizzleQueryError } from "drizzle-orm/errors";
import { describe, expect, it } from "vitest";
import { within } from "#shared/within.ts";
import { isTaken, isUnavailable } from "#store/database-failure.ts";

/** As a single query throws it, and as a batch does. */
const wrapped = (message: string): readonly Error[] => [
  new Error(message),
  new DrizzleQueryError(
    "select 1",
    [],
    new Error(message, { cause: new Error(message.replace(/^D1_ERROR: /, "")) }),
  ),
];

describe("a failure of the database", () => {
  it.each([
    "D1_ERROR: D1 DB is overloaded. Too many requests queued.",
    "D1_ERROR: D1 DB is overloaded. Requests queued for too long.",
    "D1_ERROR: Network connection lost.",
    "D1_ERROR: database or disk is full: SQLITE_FULL",
    "D1_ERROR: Exceeded maximum DB size.",
    "D1_ERROR: D1 DB reset because its code was updated.",
    "D1_ERROR: D1 DB storage operation exceeded timeout which caused object to be reset.",
    "D1_ERROR: Internal error while starting up D1 DB storage caused object to be reset.",
    "D1_ERROR: D1 DB exceeded its CPU time limit and was reset.",
    "D1_ERROR: D1 DB's isolate exceeded its memory limit and was reset.",
    "D1_ERROR: Cannot resolve D1 DB due to transient issue on remote node.",
    "D1_ERROR: attempt to write a readonly database: SQLITE_READONLY",
    "D1_ERROR: disk I/O error: SQLITE_IOERR",
    "D1_ERROR: something that nobody has seen yet",
    "Network connection lost.",
    "database or disk is full: SQLITE_FULL",
    "internal error; reference = srse49pt6i6g5b6olrfsq7sq",
    "no answer within 5000 milliseconds",
  ])("passes: %s", (message) => {
    for (const error of wrapped(message)) expect(isUnavailable(error)).toBe(true);
  });

  it.each(["retryable", "overloaded"])("passes where Cloudflare says so: %s", (mark) => {
    expect(isUnavailable(Object.assign(new Error("it failed"), { [mark]: true }))).toBe(true);
  });

  it("passes where it is that no answer came in time", async () => {
    const cause = await within(1, new Promise(() => {})).catch((thrown: unknown) => thrown);
    expect(isUnavailable(cause)).toBe(true);
  });

  it.each([
    "D1_ERROR: UNIQUE constraint failed: metric.key: SQLITE_CONSTRAINT",
    'D1_ERROR: near "SELEC": syntax error at offset 0: SQLITE_ERROR',
    "D1_ERROR: no such table: experiment: SQLITE_ERROR",
    "D1_ERROR: string or blob too big: SQLITE_TOOBIG",
    "D1_TYPE_ERROR: Type 'undefined' not supported for value 'undefined'",
    "Cannot read properties of undefined (reading 'key')",
  ])("is a fault of Bakeoff where asking again changes nothing: %s", (message) => {
    for (const error of wrapped(message)) expect(isUnavailable(error)).toBe(false);
  });

  it("is none where no error was thrown", () => {
    for (const cause of [undefined, null, "D1_ERROR: overloaded", {}])
      expect(isUnavailable(cause)).toBe(false);
  });
});

it("tells which key is taken", () => {
  const [error] = wrapped("D1_ERROR: UNIQUE constraint failed: metric.key: SQLITE_CONSTRAINT");
  expect(isTaken(error, "metric.key")).toBe(true);
  expect(isTaken(error, "experiment.key")).toBe(false);
});
