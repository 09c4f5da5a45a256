import { DrizzleQueryError } from "drizzle-orm/errors";
import { afterEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { describeCause } from "#shared/describe-cause.ts";
import { log } from "#shared/log.ts";

const SECRETS = ["bk_server_0123456789abcdef", "ann@example.com", "SELECT", "hash ="];

function expectNoSecrets(value: unknown): void {
  const text = JSON.stringify(value);
  for (const secret of SECRETS) expect(text).not.toContain(secret);
}

const queryError = (cause?: Error): Error =>
  new DrizzleQueryError(
    "SELECT * FROM api_key WHERE hash = ?",
    ["bk_server_0123456789abcdef", "ann@example.com"],
    cause,
  );

describe("what is told of a cause", () => {
  it("is the class of the outermost error, and code and first line of the innermost one", () => {
    const innermost = Object.assign(new Error("database or disk is full\nmore"), { code: "SQLITE_FULL" });
    const described = describeCause(queryError(new Error("D1_ERROR: it failed", { cause: innermost })));
    expect(described).toMatchObject({
      class: "DrizzleQueryError",
      code: "SQLITE_FULL",
      text: "database or disk is full",
    });
    expectNoSecrets(described);
  });

  it.each([
    ["a statement and its parameters", queryError()],
    ["a statement on several lines", new Error("Failed query: \n  SELECT 1\nparams: ann@example.com")],
    ["a value in quotation marks", new Error('near "ann@example.com": syntax error')],
    [
      "an excerpt of JSON with quotation marks in it",
      new Error(`Unexpected token 'a', "{"user":"ann@example.com"" is not valid JSON`),
    ],
    ["a later line", new Error("it failed\nfor ann@example.com")],
    [
      "the input that a schema refuses",
      z.object({ unit: z.literal("x") }).safeParse({ unit: "ann@example.com" }, { reportInput: true }).error,
    ],
    ["a text that was thrown", "ann@example.com"],
    ["an object that was thrown", { secret: "bk_server_0123456789abcdef" }],
  ])("is never %s", (_, cause) => {
    expectNoSecrets(describeCause(cause));
  });

  it("says where it was thrown, in one line", () => {
    expect(describeCause(new Error("it failed")).at).toMatch(/log\.test\.ts(\?\S+)?:\d+:\d+$/);
  });

  it("ends, however errors hold each other", () => {
    const one = new Error("one");
    one.cause = new Error("other", { cause: one });
    expect(describeCause(one).class).toBe("Error");
  });

  it("is short", () => {
    expect(describeCause(new Error("x".repeat(10_000))).text.length).toBeLessThan(210);
  });
});

describe("a log line", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it("holds its message and the fields that are allowed, and nothing else", () => {
    const written = vi.spyOn(console, "error").mockImplementation(() => {});
    const fields = { experiment: "tone", attempt: 2, cause: queryError(), parameters: ["ann@example.com"] };
    log("error", "it failed", fields);
    expect(written).toHaveBeenCalledExactlyOnceWith({
      message: "it failed",
      experiment: "tone",
      attempt: 2,
      cause: expect.objectContaining({ class: "DrizzleQueryError", text: "Failed query" }),
    });
    expectNoSecrets(written.mock.calls);
  });
});
