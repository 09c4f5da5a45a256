import { describe, expect, it } from "vitest";
import { metricPreviewSchema } from "#model/metric/preview.ts";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";
import { unitWith } from "#test/support/assigned-units.ts";

const cost = { key: "my_cost", name: "My cost", type: "mean", direction: "decrease" };

interface Logged {
  unit: string;
  metrics: Record<string, number>;
}

/** Logs events, all for control, and waits until they are in the log. */
async function log(experiment: string, logged: readonly Logged[]): Promise<void> {
  const loggedAt = Date.now();
  const events = logged.map((event, index) => ({
    id: `event-${index}`,
    experiment,
    variant: "control",
    timestamp: loggedAt + index,
    ...event,
    unit: unitWith(event.unit, [{ key: experiment }, "control"]),
  }));
  for (let start = 0; start < events.length; start += 1_000) {
    await succeed("POST", "/v1/events", { events: events.slice(start, start + 1_000) });
  }
  await succeed("GET", `/v1/experiments/${experiment}/events?limit=1`);
}

async function preview(definition: Record<string, unknown>, experiment?: string) {
  const body = { definition, ...(experiment !== undefined && { experiment }) };
  return metricPreviewSchema.parse(await succeed("POST", "/v1/metrics/preview", body));
}

describe("a metric's preview", () => {
  it("estimates as an experiment with this definition does", async () => {
    const logged = Array.from({ length: 600 }, (_, index) => ({
      unit: `user-${index % 250}`,
      metrics: { my_cost: ((index * 7) % 50) + 0.5 },
    }));
    const kinds = [
      { ...cost, key: "capped_cost", cap: 30 },
      { ...cost, key: "cost_per_unit", per: "unit" },
      { ...cost, key: "cost_p90", type: "quantile", quantile: 0.9, source: "my_cost" },
    ];
    for (const kind of kinds) {
      const key = kind.type === "quantile" ? "my_cost" : kind.key;
      await succeed("POST", "/v1/metrics", kind);
      const { key: experiment } = await createExperiment({
        metrics: [{ metric: kind.key, role: "primary" }],
      });
      await log(
        experiment,
        logged.map(({ unit, metrics }) => ({ unit, metrics: { [key]: metrics.my_cost } })),
      );
      const { analysis } = await succeed("GET", `/v1/experiments/${experiment}/results`);
      const control = analysis.metrics[0].variants[0];
      const { units, estimate, standardError } = await preview(kind, experiment);
      expect(units).toBe(control.units);
      expect(estimate).toBeCloseTo(control.estimate, 10);
      expect(standardError).toBeCloseTo(control.standardError, 10);
    }
  });

  it("describes the logged values before capping, and what the cap changes", async () => {
    const { key } = await createExperiment();
    await log(
      key,
      [1, 2, 3, 4, 90].map((value, index) => ({
        unit: `u-${index % 3}`,
        metrics: { my_cost: value, other: 1 },
      })),
    );
    const plain = await preview({ ...cost, cap: 10 }, key);
    expect(plain).toMatchObject({
      experiments: [key],
      events: 5,
      eventsWithMetric: 5,
      units: 3,
      estimate: 4,
    });
    expect(plain.values).toMatchObject({ minimum: 1, maximum: 90, mean: 20, capped: 1, impossible: 0 });
    expect(plain.values?.quantiles).toContainEqual({ quantile: 0.5, value: 3 });
    expect(plain.values?.histogram.reduce((sum, { count }) => sum + count, 0)).toBe(5);
    expect(plain.to).toBe((plain.from ?? 0) + 4);
    expect((await preview({ ...cost, per: "unit", cap: 4 }, key)).values?.capped).toBe(2);
  });

  it("counts what the definition would refuse, and leaves it out of the estimate", async () => {
    const { key } = await createExperiment();
    await log(
      key,
      [1, 0, 0.5, 1, 7].map((value, index) => ({ unit: `u-${index}`, metrics: { solved: value } })),
    );
    const definition = { key: "solved", name: "Solved", type: "proportion", direction: "increase" };
    const shown = await preview(definition, key);
    expect(shown.values).toMatchObject({ impossible: 2, firstImpossible: expect.stringContaining("0, 1") });
    expect(shown).toMatchObject({ eventsWithMetric: 5, units: 3 });
    expect(shown.estimate).toBeCloseTo(2 / 3, 12);
  });

  it("names the keys that are logged, most frequent first, and is empty without values", async () => {
    const { key } = await createExperiment();
    await log(key, [
      { unit: "a", metrics: { zebra: 1, yak: 1 } },
      { unit: "b", metrics: { zebra: 2 } },
    ]);
    expect(await preview(cost, key)).toMatchObject({
      events: 2,
      eventsWithMetric: 0,
      units: 0,
      estimate: null,
      standardError: null,
      values: null,
      loggedKeys: [
        { key: "zebra", events: 2 },
        { key: "yak", events: 1 },
      ],
    });
    const draft = await createExperiment({}, { start: false });
    expect(await preview(cost, draft.key)).toMatchObject({
      experiments: [],
      events: 0,
      from: null,
      to: null,
    });
  });

  it("reads the experiments that log at present when none is named, and a bounded part of their logs", async () => {
    const { key } = await createExperiment({ shards: 2 });
    await log(
      key,
      Array.from({ length: 9_000 }, (_, index) => ({ unit: `u-${index}`, metrics: { newest_key: index } })),
    );
    const alone = await preview(cost, key);
    expect(alone.events).toBeGreaterThanOrEqual(5_000);
    expect(alone.events).toBeLessThanOrEqual(7_000);
    const newest = await preview({ ...cost, key: "newest_key" });
    expect(newest.experiments).toContain(key);
    expect(newest.experiments.length).toBeLessThanOrEqual(5);
    expect(newest.values?.maximum).toBe(8_999);
  });

  it("refuses an experiment that does not exist and a definition that makes no sense", async () => {
    const missing = await call("POST", "/v1/metrics/preview", { definition: cost, experiment: "nothing" });
    expect(missing.body.code).toBe("experiment_not_found");
    const answer = await call("POST", "/v1/metrics/preview", { definition: { ...cost, type: "quantile" } });
    expect(answer.body.errors).toMatchObject([{ path: "/definition/quantile" }]);
  });
});
