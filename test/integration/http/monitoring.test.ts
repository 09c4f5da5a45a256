import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { serveReadiness } from "#api/routes/monitoring.ts";
import { readinessSchema } from "#contract/monitoring.ts";
import { analyzeDueExperiments } from "#cron/analyze-due-experiments.ts";
import { RulesetCache } from "#ruleset/edge-cache.ts";
import { openDatabase } from "#store/database.ts";
import { NEWEST_LOG_MIGRATION, NEWEST_MIGRATION } from "#store/migrations.ts";
import { readScheduleTotals, recordScheduleRun } from "#store/schedule-run.ts";
import { ADMIN_KEY, call, createExperiment, succeed } from "#test/support/api-client.ts";
import { failingDatabase, silentDatabase } from "#test/support/failing-database.ts";
import worker from "../../../src/limited.ts";

const MINUTE = 60_000;

/** Later each time, so that no answer is one that was remembered. */
let later = 0;

async function readiness(database: D1Database = env.DB, at: number = Date.now()) {
  later += MINUTE;
  vi.spyOn(console, "warn").mockImplementation(() => {});
  const now = at + later;
  const read = async () =>
    new RulesetCache().current({ ...env, DB: database }, createExecutionContext(), now);
  const response = await serveReadiness({ ...env, DB: database }, read, now);
  vi.restoreAllMocks();
  return { status: response.status, body: readinessSchema.parse(await response.json()) };
}

/** As if the schedule had just run, at the time that readiness is asked for. */
async function scheduleRan(): Promise<void> {
  const finishedAt = Date.now() + later + MINUTE;
  await recordScheduleRun(openDatabase(env.DB), {
    startedAt: finishedAt,
    finishedAt,
    actions: [],
    failedLooks: 0,
  });
}

describe("the readiness check", () => {
  it("passes where everything can do its work, and needs no key", async () => {
    await scheduleRan();
    expect(await readiness()).toEqual({
      status: 200,
      body: {
        ok: true,
        checks: {
          database: { ok: true },
          migrations: { ok: true },
          ruleset: { ok: true },
          schedule: { ok: true },
          unitKeys: { ok: true },
        },
      },
    });
    const answer = await call("GET", "/readyz", undefined, { key: null });
    expect([200, 503]).toContain(answer.status);
    expect(answer.headers.get("cache-control")).toBe("no-store");
  });

  it("fails where the schedule has not run for three minutes, and says what to do", async () => {
    await scheduleRan();
    const { status, body } = await readiness(env.DB, Date.now() + 4 * MINUTE);
    expect(status).toBe(503);
    expect(body).toMatchObject({ ok: false, checks: { database: { ok: true }, schedule: { ok: false } } });
    expect(body.checks.schedule.detail).toContain("cron triggers");
  });

  it.each([
    ["DB", NEWEST_MIGRATION],
    ["LOG", NEWEST_LOG_MIGRATION],
  ] as const)("fails where a migration of %s is missing", async (binding, newest) => {
    const database = env[binding];
    await scheduleRan();
    await database.prepare("DELETE FROM d1_migrations WHERE name = ?").bind(newest).run();
    const { body } = await readiness();
    await database.prepare("INSERT INTO d1_migrations (name) VALUES (?)").bind(newest).run();
    expect(body.checks.migrations).toEqual({ ok: false, detail: expect.stringContaining("db:migrate") });
  });

  it.each([
    ["fails", failingDatabase(env.DB, "D1 DB is overloaded. 'planted'")],
    ["keeps silent", silentDatabase(env.DB)],
  ])("fails in time, and without the cause, where the database %s", async (_, database) => {
    const started = performance.now();
    const { status, body } = await readiness(database);
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(status).toBe(503);
    expect(Object.values(body.checks).every(({ ok }) => !ok)).toBe(true);
    expect(JSON.stringify(body)).not.toMatch(/planted|D1/);
  });

  it("asks the database once in five seconds, however often it is asked", async () => {
    await scheduleRan();
    await readiness();
    const asked = vi.spyOn(env.DB, "prepare");
    const readRuleset = vi.fn();
    const again = await serveReadiness(env, readRuleset, Date.now() + later + 1_000);
    expect(readRuleset).not.toHaveBeenCalled();
    expect(again.status).toBe(200);
    expect(asked).not.toHaveBeenCalled();
  });

  it("leaves the health check alone: that one says that the Worker runs", async () => {
    const context = createExecutionContext();
    const request = new Request("https://bakeoff.test/healthz");
    const response = await worker.fetch(request, { ...env, DB: failingDatabase(env.DB, "down") }, context);
    await waitOnExecutionContext(context);
    expect(response.status).toBe(200);
  });
});

/** The value of a metric, or undefined where it has none. */
function sampleValue(text: string, sample: string): number | undefined {
  const line = text.split("\n").find((one) => one.startsWith(`${sample} `));
  return line === undefined ? undefined : Number(line.slice(sample.length + 1));
}

const readMetrics = async (): Promise<string> => succeed("GET", "/metrics");

describe("the metrics", () => {
  let key: string;
  let config: string;

  beforeAll(async () => {
    ({ key, config } = await createExperiment());
  });

  it("are for keys that may read", async () => {
    const { secret } = await succeed("POST", "/v1/keys", { name: "Prometheus", scope: "read" });
    const answer = await call("GET", "/metrics", undefined, { key: secret });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe(
      "application/openmetrics-text; version=1.0.0; charset=utf-8",
    );
    expect((await call("GET", "/metrics", undefined, { key: null })).status).toBe(401);
    const client = await succeed("POST", "/v1/keys", { name: "Page", scope: "client" });
    expect((await call("GET", "/metrics", undefined, { key: client.secret })).status).toBe(403);
  });

  it("count requests by route and status, and never by what clients send", async () => {
    const sample = 'bakeoff_requests_total{route="GET /v1/configs/:key",status="4xx"}';
    const before = sampleValue(await readMetrics(), sample) ?? 0;
    for (const name of ["one", "two", "three"]) await call("GET", `/v1/configs/planted-${name}`);
    await call("GET", "/planted/nothing");
    const text = await readMetrics();
    expect(sampleValue(text, sample)).toBe(before + 3);
    expect(sampleValue(text, 'bakeoff_requests_total{route="none",status="4xx"}')).toBeGreaterThan(0);
    expect(text).not.toContain("planted");
  });

  it("count events by what became of them", async () => {
    const sampleOf = (result: string) => `bakeoff_events_total{result="${result}"}`;
    const results = ["accepted", "duplicate", "rejected"];
    const before = await readMetrics();
    const { assignments } = await succeed("POST", "/v1/assign", { requests: [{ config, unit: "counted" }] });
    const event = {
      id: "counted",
      experiment: key,
      unit: "counted",
      variant: assignments[0].variant,
      metrics: { task_success: 1 },
    };
    await succeed("POST", "/v1/events", { events: [event, { ...event, id: 7 }] });
    await succeed("POST", "/v1/events", { events: [event] });
    const after = await readMetrics();
    const grown = results.map(
      (result) => (sampleValue(after, sampleOf(result)) ?? 0) - (sampleValue(before, sampleOf(result)) ?? 0),
    );
    expect(grown).toEqual([1, 1, 1]);
  });

  it("tell when the schedule last ran, what it decided and which looks failed", async () => {
    const totals = await readScheduleTotals(openDatabase(env.DB));
    await analyzeDueExperiments(env, Date.now() + MINUTE);
    const text = await readMetrics();
    expect(sampleValue(text, "bakeoff_schedule_age_seconds")).toBeLessThan(60);
    expect(sampleValue(text, "bakeoff_looks_total")).toBeGreaterThan(totals.looks);
    expect(sampleValue(text, "bakeoff_failed_looks_total")).toBe(totals.failedLooks);
    expect(sampleValue(text, 'bakeoff_decisions_total{action="continue"}')).toBeGreaterThan(0);
    expect(sampleValue(text, 'bakeoff_experiments{status="running"}')).toBeGreaterThan(0);
  });

  it("add up over runs that overlap", async () => {
    const database = openDatabase(env.DB);
    const before = await readScheduleTotals(database);
    const run = { startedAt: 1, finishedAt: 2, actions: ["hold", "hold", "stop"] as const, failedLooks: 1 };
    await Promise.all([recordScheduleRun(database, run), recordScheduleRun(database, run)]);
    const after = await readScheduleTotals(database);
    expect(after).toEqual({
      ...before,
      looks: before.looks + 8,
      failedLooks: before.failedLooks + 2,
      decisions: {
        ...before.decisions,
        hold: (before.decisions.hold ?? 0) + 4,
        stop: (before.decisions.stop ?? 0) + 2,
      },
    });
  });

  it("tell of a stale ruleset", async () => {
    expect(sampleValue(await readMetrics(), "bakeoff_ruleset_stale")).toBe(0);
    expect(sampleValue(await readMetrics(), "bakeoff_ruleset_version")).toBeGreaterThan(0);
    expect(ADMIN_KEY).not.toBe("");
  });
});
