import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ADMIN_KEY, TestServer } from "#test/e2e/support/server.ts";
import { fuzz } from "#tools/fuzz/fuzz.ts";
import { findFaults, findLogFaults } from "#tools/fuzz/judge.ts";

/** `npm run fuzz` sends a hundred times as many, of another seed each time. */
const REQUESTS = 1_000;
const SEED = 7;

describe("requests that are nearly what the API takes", () => {
  it("are answered in time, shortly, and without anything from within", async () => {
    const server = await TestServer.start();
    const { failures, statuses, keys } = await fuzz(
      { api: server.api, dashboard: server.dashboard, adminKey: ADMIN_KEY },
      { requests: REQUESTS, seed: SEED },
    );
    expect(failures).toEqual([]);
    expect([...statuses.values()].reduce((sum, count) => sum + count, 0)).toBe(REQUESTS);
    // Some get past every check, and each kind of refusal is among the answers.
    for (const status of [200, 400, 401, 403, 404, 405, 422]) expect(statuses.get(status)).toBeGreaterThan(0);
    const log = await readFile(join(server.data, "server.log"), "utf8");
    expect(findLogFaults(log, Object.values(keys))).toEqual([]);
  });
});

describe("what is a fault in a reply", () => {
  const reply = { status: 422, contentType: "application/problem+json", text: "{}", milliseconds: 1 };

  it.each([
    ["a fault of the server", { ...reply, status: 500 }],
    ["a long refusal", { ...reply, text: "x".repeat(70_000) }],
    ["the database's own words", { ...reply, text: "D1_ERROR: no such table: SQLITE_ERROR" }],
    ["a stack", { ...reply, text: "Error: it failed\n    at readBytes (index.js:1:2)" }],
    ["a secret", { ...reply, status: 200, text: "bk_admin_secret" }],
  ])("is %s", (_, bad) => {
    expect(findFaults(bad, ["bk_admin_secret"])).toHaveLength(1);
  });

  it("is not what a refusal says otherwise", () => {
    expect(findFaults(reply, ["bk_admin_secret"])).toEqual([]);
  });
});
