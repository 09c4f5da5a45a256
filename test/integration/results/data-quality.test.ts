import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { experimentTotalsSchema } from "#model/analysis/moments.ts";
import { evaluate } from "#results/evaluate.ts";
import { openDatabase, openDatabases } from "#store/database.ts";
import { findExperiment } from "#store/experiments.ts";
import { storeSnapshot } from "#store/snapshots.ts";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";
import { unitWith } from "#test/support/assigned-units.ts";
import { DEFINITIONS, freshAggregator, outcome } from "#test/support/ledger-client.ts";
import { rebuildTotals } from "#test/support/rebuild-totals.ts";
import { unpackSnapshots } from "#test/support/stored-snapshots.ts";
import { momentsOfCounts, spec, totals } from "#tools/builders/moments-builder.ts";

const HOUR = 3_600_000;

async function analysisOf(key: string) {
  return (await succeed("GET", `/v1/experiments/${key}/results`)).analysis;
}

function eventFor(experiment: string, id: string, overrides: Record<string, unknown> = {}) {
  const unit = unitWith(id, [{ key: experiment }, "control"]);
  return { id, experiment, unit, variant: "control", metrics: { task_success: 1 }, ...overrides };
}

describe("rejected events", () => {
  it("are counted for the experiment that they name, whatever was wrong with them", async () => {
    const { key } = await createExperiment({ shards: 3 });
    const { key: other } = await createExperiment();
    const answer = await call("POST", "/v1/events", {
      events: [
        eventFor(key, "good"),
        eventFor(key, "impossible", { metrics: { task_success: 0.5 } }),
        eventFor(key, "no-number", { metrics: { task_success: "yes" } }),
        eventFor(key, "nobody", { variant: "nobody" }),
        eventFor(key, "of-the-other-arm", { variant: "treatment" }),
        eventFor(key, "never-assigned", { variant: undefined }),
        eventFor(other, "impossible", { metrics: { task_success: 2 } }),
        eventFor("nothing", "unknown"),
        "no event at all",
      ],
    });
    expect(answer.body).toMatchObject({ accepted: 1 });
    expect(answer.body.rejected).toHaveLength(8);
    await vi.waitFor(async () => {
      expect(await analysisOf(key)).toMatchObject({ events: 1, rejected: 5 });
      expect(await analysisOf(other)).toMatchObject({ events: 0, rejected: 1 });
    });
    expect(await succeed("GET", `/v1/experiments/${key}/verify`)).toMatchObject({ agrees: true, events: 1 });
  });
});

describe("late events", () => {
  it("are those that arrive more than an hour after they happened", async () => {
    const { key } = await createExperiment();
    const startedAt = Date.now() - 5 * HOUR;
    await env.DB.prepare(
      "UPDATE experiment SET started_at = ?1, phases = json_set(phases, '$[0].startedAt', ?1) WHERE key = ?2",
    )
      .bind(startedAt, key)
      .run();
    await succeed("PATCH", `/v1/experiments/${key}`, { name: "Renamed, so that edges read it again" });
    const at = (id: string, hoursAgo: number) =>
      eventFor(key, id, { timestamp: Date.now() - hoursAgo * HOUR });
    await succeed("POST", "/v1/events", {
      events: [at("fresh", 0), at("slow", 0.9), at("late", 1.1), at("later", 4)],
    });
    await succeed("POST", "/v1/events", { events: [at("late", 1.1)] });
    expect(await analysisOf(key)).toMatchObject({ events: 4, duplicates: 1, late: 2 });
    expect(await succeed("GET", `/v1/experiments/${key}/verify`)).toMatchObject({ agrees: true, events: 4 });
  });

  it("are those that arrive after the end, however fresh", async () => {
    const { key } = await createExperiment();
    await succeed("POST", "/v1/events", { events: [eventFor(key, "before")] });
    await succeed("POST", `/v1/experiments/${key}/stop`);
    await succeed("POST", "/v1/events", { events: [eventFor(key, "after")] });
    expect(await analysisOf(key)).toMatchObject({ events: 2, late: 1 });
  });

  it("are found again in the event log", async () => {
    const aggregator = freshAggregator();
    await aggregator.record([
      outcome("1", "u1", "a", { task_success: 1 }),
      { ...outcome("2", "u2", "a", { task_success: 1 }), late: true },
    ]);
    const live = await aggregator.totals();
    const { sequence } = await aggregator.stub.checkpoint();
    const rebuilt = await rebuildTotals(
      openDatabases(env),
      { spec: spec({ key: aggregator.key }), metricDefinitions: DEFINITIONS, exclusions: [] },
      { shard: 0, until: sequence, maturedUntil: null },
    );
    expect([live.late, rebuilt[0]?.late]).toEqual([1, 1]);
  });
});

describe("totals and analyses from before these counts", () => {
  it("are read as having none", async () => {
    const { rejected: _rejected, late: _late, ...older } = totals({ control: {}, treatment: {} });
    expect(experimentTotalsSchema.parse(older)).toMatchObject({ rejected: 0, late: 0 });

    const { key } = await createExperiment();
    const database = openDatabase(env.DB);
    const found = await findExperiment(database, key);
    if (!found.ok) throw new Error(found.error.detail);
    const counted = totals({ control: { task_success: momentsOfCounts(1, 2) } }, { rejected: 3, late: 2 });
    const { snapshot, summary } = evaluate(found.value, [counted], Date.now());
    expect(snapshot.analysis).toMatchObject({ rejected: 3, late: 2 });
    await storeSnapshot(database, { ...snapshot, source: "cron" }, summary);
    await unpackSnapshots();
    await env.DB.prepare(`
      UPDATE snapshot SET
        analysis = json_remove(analysis, '$.rejected', '$.late'),
        phases = json_remove(phases, '$[0].rejected', '$[0].late')
      WHERE experiment = ?`)
      .bind(key)
      .run();
    const { snapshots } = await succeed("GET", `/v1/experiments/${key}/snapshots`);
    expect(snapshots[0].analysis).toMatchObject({ rejected: 0, late: 0 });
  });
});
