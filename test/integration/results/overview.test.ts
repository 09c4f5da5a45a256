import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { experimentListSchema, type LatestSummary } from "#contract/lists.ts";
import { overviewSchema } from "#contract/overview.ts";
import { actOnDecision } from "#lifecycle/apply-decision.ts";
import { toLatestSummary, toSummary } from "#reporter/experiment-summary.ts";
import { evaluate } from "#results/evaluate.ts";
import { openDatabase } from "#store/database.ts";
import { findExperiment } from "#store/experiments.ts";
import { readActivity, readTraffic } from "#store/overview.ts";
import { storeSnapshot } from "#store/snapshots.ts";
import { createExperiment, succeed } from "#test/support/api-client.ts";
import { unpackSnapshots } from "#test/support/stored-snapshots.ts";
import { momentsOfCounts, totals } from "#tools/builders/moments-builder.ts";

const someTotals = totals(
  {
    control: { task_success: momentsOfCounts(30, 100), toxic: momentsOfCounts(2, 100) },
    treatment: { task_success: momentsOfCounts(36, 100), toxic: momentsOfCounts(3, 100) },
  },
  { events: 200 },
);

const guarded = {
  metrics: [
    { metric: "task_success", role: "primary" },
    { metric: "toxic", role: "guardrail", margin: { kind: "absolute", value: 0.5 } },
  ],
};

async function load(key: string) {
  const found = await findExperiment(openDatabase(env.DB), key);
  if (!found.ok) throw new Error(found.error.detail);
  return found.value;
}

async function analyze(key: string, now: number): Promise<LatestSummary> {
  const { snapshot, summary } = evaluate(await load(key), [someTotals], now);
  await storeSnapshot(openDatabase(env.DB), { ...snapshot, source: "cron" }, summary);
  return toLatestSummary(snapshot, summary);
}

async function listed(key: string, filter = "") {
  const { experiments } = experimentListSchema.parse(await succeed("GET", `/v1/experiments${filter}`));
  return experiments.find((experiment) => experiment.key === key);
}

describe("the list of experiments", () => {
  it("tells what the whole experiment and its newest analysis tell, short", async () => {
    const { key } = await createExperiment(guarded);
    expect(await listed(key)).toEqual(toSummary(await load(key), null));
    const latestSummary = await analyze(key, Date.now());
    expect(latestSummary.guardrails).toEqual({ safe: 1, unclear: 0, harmed: 0 });
    const kept = { ...latestSummary, reasonSince: latestSummary.takenAt };
    expect(await listed(key)).toEqual(toSummary(await load(key), kept));
  });

  it("can be limited to a status and to an AI config", async () => {
    const running = await createExperiment();
    const draft = await createExperiment({ config: running.config }, { start: false });
    expect(await listed(running.key, "?status=running")).toBeDefined();
    expect(await listed(draft.key, "?status=running")).toBeUndefined();
    const { experiments } = await succeed("GET", `/v1/experiments?config=${running.config}`);
    expect(experiments.map(({ key }: { key: string }) => key).sort()).toEqual(
      [running.key, draft.key].sort(),
    );
    const both = await succeed("GET", `/v1/experiments?config=${running.config}&status=draft`);
    expect(both.experiments).toMatchObject([{ key: draft.key }]);
  });

  it("keeps what was stored before it became short, told anew from the newest snapshot", async () => {
    const { key } = await createExperiment(guarded);
    await analyze(key, Date.now() - 60_000);
    const { primary, ...latestSummary } = await analyze(key, Date.now());
    // As the tables were when that migration ran.
    await unpackSnapshots();
    await env.DB.exec("ALTER TABLE experiment ADD COLUMN latest TEXT");
    await env.DB.exec("ALTER TABLE snapshot ADD COLUMN periods TEXT");
    await env.DB.prepare("UPDATE experiment SET latest = ? WHERE key = ?").bind('{"old":true}', key).run();
    const retelling = env.TEST_MIGRATIONS.flatMap(({ queries }) => queries).filter((query) =>
      query.includes("UPDATE experiment SET latest = ("),
    );
    expect(retelling).toHaveLength(1);
    await env.DB.prepare(retelling[0] ?? "").run();
    const told = await env.DB.prepare("SELECT latest FROM experiment WHERE key = ?")
      .bind(key)
      .first("latest");
    expect(JSON.parse(String(told))).toMatchObject({
      ...latestSummary,
      primary: { comparisons: primary?.comparisons },
    });
    await env.DB.exec("ALTER TABLE experiment DROP COLUMN latest");
    await env.DB.exec("ALTER TABLE snapshot DROP COLUMN periods");
  });

  it("shows an experiment as it stood when a person ended it, without waiting for a schedule", async () => {
    const { key, config } = await createExperiment();
    const { variant } = await succeed("POST", "/v1/assign", { config, unit: "u" });
    const event = { id: "e", experiment: key, unit: "u", variant, metrics: { task_success: 1 } };
    await succeed("POST", "/v1/events", { events: [event] });
    await succeed("POST", `/v1/experiments/${key}/stop`, { reason: "enough" });
    expect(await listed(key)).toMatchObject({ status: "stopped", latestSummary: { units: 1 } });
  });
});

/** Stores analyses of a growing experiment at even distances since its start, the last one now. */
async function grow(
  key: string,
  looks: number,
  minutesApart: number,
): Promise<{ startedAt: number; now: number }> {
  const now = Date.now();
  const startedAt = now - looks * minutesApart * 60_000;
  const database = openDatabase(env.DB);
  await env.DB.prepare("UPDATE experiment SET started_at = ?, updated_at = ? WHERE key = ?")
    .bind(startedAt, startedAt, key)
    .run();
  const experiment = await load(key);
  for (let look = 1; look <= looks; look++) {
    const takenAt = startedAt + look * minutesApart * 60_000;
    const grown = totals(
      {
        control: { task_success: momentsOfCounts(3 * look, 10 * look) },
        treatment: { task_success: momentsOfCounts(4 * look, 10 * look) },
      },
      { events: 20 * look, lastEventAt: takenAt },
    );
    const { snapshot, summary } = evaluate(experiment, [grown], takenAt);
    await storeSnapshot(database, { ...snapshot, source: "cron" }, summary);
  }
  return { startedAt, now };
}

async function readOverview() {
  return overviewSchema.parse(await succeed("GET", "/v1/overview"));
}

async function activeIn(key: string) {
  return (await readOverview()).active.find(({ experiment }) => experiment.key === key);
}

describe("the overview", () => {
  it("counts experiments by status", async () => {
    const before = (await readOverview()).counts;
    await createExperiment({}, { start: false });
    const { key } = await createExperiment();
    await succeed("POST", `/v1/experiments/${key}/stop`);
    const { counts } = await readOverview();
    expect(counts).toEqual({ ...before, draft: before.draft + 1, stopped: before.stopped + 1 });
  });

  it("shows how an active experiment's units grew, thinned, and how fast they come", async () => {
    const { key } = await createExperiment({ minimumUnits: 50_000, maximumUnits: 100_000 });
    const { startedAt, now } = await grow(key, 60, 60);
    const active = await activeIn(key);
    const traffic = active?.traffic ?? [];
    expect(traffic.length).toBeGreaterThan(40);
    expect(traffic.length).toBeLessThanOrEqual(48);
    expect(traffic.at(0)).toEqual({ at: startedAt, units: 0 });
    expect(traffic.at(-1)).toEqual({ at: now, units: 1_200 });
    expect(traffic.map(({ units }) => units)).toEqual(
      traffic.map(({ units }) => units).sort((a, b) => a - b),
    );
    expect(active?.unitsPerDay).toBeCloseTo(480, 6);
    expect(active?.forecast).toMatchObject({ status: "expected", basis: "minimum", units: 48_800 });
  });

  it("measures the pace of a young experiment since its start", async () => {
    const { key } = await createExperiment();
    expect(await activeIn(key)).toMatchObject({
      traffic: [],
      unitsPerDay: null,
      forecast: { status: "unknown", reason: "no_traffic" },
    });
    await grow(key, 3, 60);
    expect((await activeIn(key))?.unitsPerDay).toBeCloseTo(480, 6);
  });

  it("extrapolates nothing from the first half minute", async () => {
    const { key } = await createExperiment();
    await grow(key, 1, 0.4);
    expect(await activeIn(key)).toMatchObject({
      unitsPerDay: null,
      forecast: { status: "unknown", reason: "insufficient_data" },
    });
    const later = await createExperiment();
    await grow(later.key, 1, 0.6);
    expect((await activeIn(later.key))?.unitsPerDay).toBeGreaterThan(0);
  });

  it("shows paused experiments, and no ended ones", async () => {
    const { key } = await createExperiment();
    await succeed("POST", `/v1/experiments/${key}/pause`);
    expect(await activeIn(key)).toMatchObject({ experiment: { key, status: "paused" } });
    const { attention } = await readOverview();
    expect(attention.filter(({ experiment }) => experiment === key)).toEqual([]);
    await env.DB.prepare(
      "UPDATE audit SET at = at - 90000000 WHERE subject = ? AND action = 'experiment.pause'",
    )
      .bind(`experiment:${key}`)
      .run();
    expect((await readOverview()).attention).toContainEqual(
      expect.objectContaining({ experiment: key, kind: "paused" }),
    );
    await succeed("POST", `/v1/experiments/${key}/stop`);
    expect(await activeIn(key)).toBeUndefined();
  });

  it("names a hold once, and asks for attention since it began", async () => {
    const { key } = await createExperiment();
    const now = Date.now();
    const skewed = totals({
      control: { task_success: momentsOfCounts(30, 1_000) },
      treatment: { task_success: momentsOfCounts(20, 500) },
    });
    const database = openDatabase(env.DB);
    const experiment = await load(key);
    for (const [looked, takenAt] of [someTotals, skewed, skewed, skewed].map(
      (each, index) => [each, now - (4 - index) * 60_000] as const,
    )) {
      const { snapshot, summary } = evaluate(experiment, [looked], takenAt);
      await storeSnapshot(database, { ...snapshot, source: "cron" }, summary);
    }
    const { decisions, attention } = await readOverview();
    expect(decisions.filter((decision) => decision.experiment === key)).toMatchObject([
      { action: "hold", reason: "sample_ratio_mismatch", takenAt: now - 3 * 60_000 },
    ]);
    expect(attention).toContainEqual(
      expect.objectContaining({ experiment: key, kind: "on_hold", since: now - 3 * 60_000 }),
    );
  });

  it("lists the newest decisions of all experiments, at most ten", async () => {
    const winner = totals({
      control: { task_success: momentsOfCounts(300, 1_000) },
      treatment: { task_success: momentsOfCounts(600, 1_000) },
    });
    for (let count = 0; count < 11; count++) {
      const { key } = await createExperiment();
      const experiment = await load(key);
      await actOnDecision(
        openDatabase(env.DB),
        experiment,
        evaluate(experiment, [winner], Date.now() + count),
        "cron",
      );
    }
    const { decisions } = await readOverview();
    expect(decisions).toHaveLength(10);
    expect(new Set(decisions.map(({ action, variant }) => `${action} ${variant}`))).toEqual(
      new Set(["promote treatment"]),
    );
    const times = decisions.map(({ takenAt }) => takenAt);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
  });

  it("reads a bounded number of rows, however long an experiment has been running", async () => {
    const { key } = await createExperiment();
    await env.DB.prepare("UPDATE experiment SET started_at = 0 WHERE key = ?").bind(key).run();
    await grow(key, 1, 60);
    await env.DB.prepare(`
      INSERT INTO decision (experiment, taken_at, source, decision, summary, units, events)
      WITH RECURSIVE look (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM look WHERE n < 9000)
      SELECT ?, n, 'cron', '{"action":"continue"}', '', n, n FROM look`)
      .bind(key)
      .run();
    const rowsRead: number[] = [];
    const counting = new Proxy(env.DB, {
      get: (target, property) =>
        property === "prepare"
          ? (text: string) => ({
              bind: (...values: unknown[]) => ({
                async all() {
                  const result = await target
                    .prepare(text)
                    .bind(...values)
                    .all();
                  rowsRead.push(result.meta.rows_read);
                  return result;
                },
              }),
            })
          : Reflect.get(target, property),
    });
    const database = openDatabase(counting);
    const active = (await readTraffic(database, Date.now())).filter(({ experiment }) => experiment === key);
    expect(active.length).toBeGreaterThan(0);
    await readActivity(database);
    expect(rowsRead).toHaveLength(2);
    expect(Math.max(...rowsRead)).toBeLessThan(3_000);
  });
});
