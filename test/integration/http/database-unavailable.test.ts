import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import { z } from "zod";
import { ADMIN_KEY, createConfig, createExperiment, succeed } from "#test/support/api-client.ts";
import { failingDatabase, isWrite } from "#test/support/failing-database.ts";
import worker from "../../../src/limited.ts";

/** Must be in no log and no answer, wherever it was sent. */
const PLANTED = "planted-a7f3";

const answerSchema = z.looseObject({ code: z.string(), detail: z.string() });

const LEVELS = ["error", "warn", "info", "log"] as const;
let logged: MockInstance[];

beforeEach(() => {
  logged = LEVELS.map((level) => vi.spyOn(console, level).mockImplementation(() => {}));
});

afterEach(() => {
  vi.restoreAllMocks();
});

const logText = (): string => JSON.stringify(logged.flatMap(({ mock }) => mock.calls));

async function send(method: string, path: string, body: unknown, database: D1Database): Promise<Response> {
  const request = new Request(`https://bakeoff.test${path}`, {
    method,
    headers: { "content-type": "application/json", authorization: `Bearer ${ADMIN_KEY}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const context = createExecutionContext();
  const response = await worker.fetch(request, { ...env, DB: database }, context);
  await waitOnExecutionContext(context);
  return response;
}

const FAILURES = [
  "D1 DB is overloaded. Requests queued for too long.",
  `database or disk is full for '${PLANTED}': SQLITE_FULL`,
  "Network connection lost.",
  "D1 DB storage operation exceeded timeout which caused object to be reset.",
];

const WRITES: readonly (readonly [string, string, unknown])[] = [
  ["POST", "/v1/configs", { key: "new", description: PLANTED, value: { model: PLANTED } }],
  ["PATCH", "/v1/configs/unavailable", { name: PLANTED }],
  ["POST", "/v1/configs/unavailable/versions", { value: { model: PLANTED } }],
  ["POST", "/v1/metrics", { key: "stars", name: PLANTED, type: "mean", direction: "increase" }],
  ["POST", "/v1/keys", { name: PLANTED, scope: "server" }],
  ["DELETE", `/v1/keys/${PLANTED}`, undefined],
  ["POST", `/v1/keys/${PLANTED}/quarantine`, { from: 1, reason: PLANTED }],
  ["PATCH", "/v1/experiments/unavailable", { name: PLANTED }],
  ["POST", "/v1/experiments/unavailable/pause", { reason: PLANTED }],
];

const READS = [
  "/v1/experiments",
  `/v1/configs/${PLANTED}`,
  `/v1/metrics/${PLANTED}`,
  "/v1/keys",
  "/v1/audit",
  "/v1/overview",
];

async function expectUnavailable(response: Response): Promise<void> {
  const text = await response.text();
  expect(response.status, text).toBe(503);
  expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(answerSchema.parse(JSON.parse(text)).code).toBe("temporarily_unavailable");
  expect(text).not.toMatch(new RegExp(`${PLANTED}|D1|SQLITE|drizzle|params`, "i"));
}

describe("a database that cannot be used for a while", () => {
  beforeAll(async () => {
    await createConfig("unavailable");
    await createExperiment({ key: "unavailable", config: "unavailable" }, { start: false });
    await succeed("POST", "/v1/experiments/unavailable/start");
  });

  it.each(WRITES)(
    "is told to whoever would change something, who may ask again: %s %s",
    async (method, path, body) => {
      for (const failure of FAILURES) {
        await expectUnavailable(await send(method, path, body, failingDatabase(env.DB, failure, isWrite)));
      }
      expect(logText()).not.toMatch(new RegExp(`${PLANTED}|insert into|params|${ADMIN_KEY}`, "i"));
      expect(logText()).toContain("a request failed");
    },
  );

  it.each(READS)("is told to whoever reads: %s", async (path) => {
    for (const failure of FAILURES) {
      await expectUnavailable(await send("GET", path, undefined, failingDatabase(env.DB, failure)));
    }
    expect(logText()).not.toMatch(new RegExp(`${PLANTED}|select |params|${ADMIN_KEY}`, "i"));
  });
});

describe("a statement that is wrong", () => {
  it("is a fault of Bakeoff, told as nothing but that, without its values", async () => {
    const database = failingDatabase(
      env.DB,
      `near "${PLANTED}": syntax error at offset 3: SQLITE_ERROR`,
      isWrite,
    );
    const response = await send("PATCH", "/v1/configs/unavailable", { name: PLANTED }, database);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain(PLANTED);
    expect(logText()).not.toContain(PLANTED);
    expect(logText()).toContain("syntax error");
  });
});
