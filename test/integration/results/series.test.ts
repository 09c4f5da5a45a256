import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { seriesSchema } from "#contract/series.ts";
import type { Snapshot } from "#model/analysis/decision.ts";
import { evaluate } from "#results/evaluate.ts";
import { openDatabase } from "#store/database.ts";
import { findExperiment } from "#store/experiments.ts";
import { storeSnapshot } from "#store/snapshots.ts";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";
import { momentsOfCounts, totals } from "#tools/builders/moments-builder.ts";

const MINUTE = 60_000;

/** Stores an analysis of an experiment that has grown to so many units in each arm. */
async function look(key: string, unitsPerArm: number, takenAt: number): Promise<Snapshot> {
  const database = openDatabase(env.DB);
  const found = await findExperiment(database, key);
  if (!found.ok) throw new Error(found.error.detail);
  const share = (rate: number) => momentsOfCounts(Math.round(rate * unitsPerArm), unitsPerArm);
  const grown = totals(
    {
      control: { task_success: share(0.3), toxic: share(0.1) },
      treatment: { task_success: share(0.35), toxic: share(0.2) },
    },
    { multipleExposureUnits: 1 },
  );
  const evaluation = evaluate(found.value, [grown], takenAt);
  const snapshot = { ...evaluation.snapshot, source: "cron" } as const;
  await storeSnapshot(database, snapshot, evaluation.summary);
  return snapshot;
}

const measured = {
  metrics: [
    { metric: "task_success", role: "primary" },
    { metric: "toxic", role: "secondary" },
  ],
};

async function readSeries(key: string, query = "") {
  return seriesSchema.parse(await succeed("GET", `/v1/experiments/${key}/series${query}`));
}

/** What a point says, read from the whole snapshot. */
function expected({ takenAt, analysis }: Snapshot, metric: string) {
  const found = analysis.metrics.find((each) => each.metric === metric);
  return {
    takenAt,
    units: analysis.units,
    multipleExposureUnits: analysis.multipleExposureUnits,
    observed: analysis.sampleRatio.observed,
    sampleRatioPValue: analysis.sampleRatio.runningPValue,
    comparisons: found?.comparisons.map(({ variant, difference }) => ({
      variant,
      estimate: difference.status === "ok" ? difference.estimate : null,
      interval: difference.status === "ok" ? difference.interval : null,
      alwaysValid: difference.status === "ok" ? difference.alwaysValid.interval : null,
    })),
  };
}

describe("a series", () => {
  it("holds what the snapshots hold of the primary metric, or of the one asked for, oldest first", async () => {
    const { key } = await createExperiment(measured);
    const now = Date.now();
    const snapshots = [
      await look(key, 1, now),
      await look(key, 100, now + MINUTE),
      await look(key, 200, now + 2 * MINUTE),
    ];
    expect(await readSeries(key)).toEqual({
      experiment: key,
      metric: "task_success",
      points: snapshots.map((snapshot) => expected(snapshot, "task_success")),
    });
    expect((await readSeries(key, "?metric=toxic")).points).toEqual(
      snapshots.map((snapshot) => expected(snapshot, "toxic")),
    );
    const [first] = (await readSeries(key)).points;
    expect(first?.comparisons).toEqual([
      { variant: "treatment", estimate: null, interval: null, alwaysValid: null },
    ]);
  });

  it("is thinned to 200 points that are spread evenly and end with the newest", async () => {
    const { key } = await createExperiment(measured);
    const now = Date.now();
    await look(key, 100, now);
    await env.DB.prepare(`
      INSERT INTO snapshot
      WITH RECURSIVE look (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM look WHERE n < 999)
      SELECT experiment, taken_at + n * 60000, source, phases, analysis, guardrails, decision
      FROM snapshot CROSS JOIN look WHERE experiment = ?`)
      .bind(key)
      .run();
    const { points } = await readSeries(key);
    expect(points).toHaveLength(200);
    expect(points.at(-1)?.takenAt).toBe(now + 999 * MINUTE);
    const gaps = points.slice(1).map(({ takenAt }, index) => takenAt - (points[index]?.takenAt ?? 0));
    expect(new Set(gaps.map((gap) => gap / MINUTE))).toEqual(new Set([5]));
  });

  it("is empty before the first analysis, and refused before the start", async () => {
    const running = await createExperiment();
    expect((await readSeries(running.key)).points).toEqual([]);
    const draft = await createExperiment({}, { start: false });
    expect((await call("GET", `/v1/experiments/${draft.key}/series`)).body.code).toBe("not_started");
  });

  it("of a metric that the experiment does not measure is refused, with the place of the fault", async () => {
    const { key } = await createExperiment();
    const answer = await call("GET", `/v1/experiments/${key}/series?metric=cost_usd`);
    expect(answer).toMatchObject({
      status: 422,
      body: { code: "invalid_input", errors: [{ path: "/metric", code: "unknown_metric" }] },
    });
  });
});
