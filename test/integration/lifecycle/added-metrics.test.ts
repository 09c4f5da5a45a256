import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { aggregatorName } from "#aggregator/shard-number.ts";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";
import { unitWith } from "#test/support/assigned-units.ts";

interface Counted {
  metric: string;
  variants: { units: number; estimate: number | null }[];
}

/** 60 units; every third one is told of by its exposure alone. */
async function logOutcomes(key: string, label = "first"): Promise<void> {
  const units = Array.from({ length: 60 }, (_, index) => {
    const variant = index % 2 === 0 ? "control" : "treatment";
    return { index, variant, unit: unitWith(`${label}-${index}`, [{ key }, variant]) };
  });
  await succeed("POST", "/v1/exposures", {
    exposures: units.map(({ variant, unit }) => ({ experiment: key, variant, unit })),
  });
  const events = units
    .filter(({ index }) => index % 3 > 0)
    .map(({ index, variant, unit }) => ({
      id: `${label}-${index}`,
      experiment: key,
      variant,
      unit,
      metrics: { task_success: index % 2, latency_ms: 100 + index, cost_usd: 0.01 * index },
    }));
  await succeed("POST", "/v1/events", { events });
}

async function metricOf(key: string, metric: string): Promise<Counted> {
  const { analysis } = await succeed("GET", `/v1/experiments/${key}/results`);
  return analysis.metrics.find((candidate: Counted) => candidate.metric === metric);
}

describe("a metric that is added while an experiment runs", () => {
  it("holds what happened from the start on, is marked, and goes on to be counted", async () => {
    const measured = [
      { metric: "task_success", role: "primary" },
      { metric: "latency_ms", role: "secondary" },
    ];
    const { key } = await createExperiment({ metrics: measured });
    const { key: whole } = await createExperiment({
      metrics: [...measured, { metric: "cost_usd", role: "secondary" }],
    });
    for (const experiment of [key, whole]) await logOutcomes(experiment);
    const before = await succeed("GET", `/v1/experiments/${key}/results`);

    const extended = await succeed("POST", `/v1/experiments/${key}/metrics`, {
      metric: "cost_usd",
      reason: "The bill was higher than expected.",
    });
    expect(extended.spec.metrics.at(-1)).toEqual({
      metric: "cost_usd",
      role: "secondary",
      addedAt: expect.any(Number),
    });
    expect(extended).toMatchObject({ rebuildPendingSince: null, recounts: 1 });
    const expected = await metricOf(whole, "cost_usd");
    expect((await metricOf(key, "cost_usd")).variants).toEqual(expected.variants);
    const after = await succeed("GET", `/v1/experiments/${key}/results`);
    expect(after.analysis.metrics.slice(0, 2)).toEqual(before.analysis.metrics);

    await evictDurableObject(env.AGGREGATOR.getByName(aggregatorName(key, 0)));
    for (const experiment of [key, whole]) await logOutcomes(experiment, "second");
    expect((await metricOf(key, "cost_usd")).variants).toEqual((await metricOf(whole, "cost_usd")).variants);
    expect(await succeed("GET", `/v1/experiments/${key}/verify`)).toMatchObject({ agrees: true, units: 120 });

    const { entries } = await succeed("GET", `/v1/audit?subject=experiment:${key}`);
    expect(entries.map(({ action }: { action: string }) => action)).toContain("experiment.add_metric");
  });

  it("is counted anew with its conversion window and its distribution, in every shard", async () => {
    const bill = { key: "bill", name: "Bill", type: "mean", direction: "decrease", numerator: "cost_usd" };
    await succeed("POST", "/v1/metrics", bill);
    const primary = { metric: "task_success", role: "primary" };
    const additions = [
      { metric: "latency_p95_ms" },
      { metric: "bill", windowSeconds: 60 },
      { metric: "latency_ms", windowSeconds: 0 },
    ];
    const { key } = await createExperiment({ metrics: [primary], shards: 3 });
    const { key: whole } = await createExperiment({
      metrics: [primary, ...additions.map((addition) => ({ ...addition, role: "secondary" }))],
      shards: 3,
    });
    for (const experiment of [key, whole])
      for (const label of ["a", "b", "c", "d"]) await logOutcomes(experiment, label);
    for (const addition of additions) await succeed("POST", `/v1/experiments/${key}/metrics`, addition);
    for (const { metric } of additions)
      expect((await metricOf(key, metric)).variants, metric).toEqual(
        (await metricOf(whole, metric)).variants,
      );
    expect((await metricOf(key, "latency_p95_ms")).variants[0]?.estimate).toBeGreaterThan(100);
    expect((await metricOf(key, "bill")).variants.map(({ units }) => units)).toEqual([0, 0]);
    expect(await succeed("GET", `/v1/experiments/${key}/verify`)).toMatchObject({ agrees: true, units: 240 });
  });

  it("is refused where it is unknown, known already, or the experiment does not run", async () => {
    const { key } = await createExperiment({ metrics: [{ metric: "task_success", role: "primary" }] });
    const path = `/v1/experiments/${key}/metrics`;
    expect((await call("POST", path, { metric: "no_such_metric" })).body).toMatchObject({
      code: "impossible_experiment",
      errors: [{ path: "/metric", code: "unknown_metric" }],
    });
    expect((await call("POST", path, { metric: "task_success" })).body.code).toBe("already_exists");
    expect(
      (await call("POST", path, { metric: "latency_p95_ms", windowSeconds: 60 })).body.errors,
    ).toMatchObject([{ path: "/windowSeconds", code: "window_not_allowed" }]);
    expect((await call("POST", path, { metric: "cost_usd", revision: 77 })).body.code).toBe(
      "revision_conflict",
    );
    expect((await call("POST", path, { metric: "cost_usd", role: "guardrail" })).status).toBe(422);
    await succeed("POST", `/v1/experiments/${key}/stop`);
    expect((await call("POST", path, { metric: "cost_usd" })).body.code).toBe("transition_not_allowed");
    const { key: draft } = await createExperiment({}, { start: false });
    expect((await call("POST", `/v1/experiments/${draft}/metrics`, { metric: "cost_usd" })).body.code).toBe(
      "transition_not_allowed",
    );
  });

  it("is refused where all phases of weights could not be looked at together with it", async () => {
    const { key } = await createExperiment({ metrics: [{ metric: "task_success", role: "primary" }] });
    const phases = Array.from({ length: 201 }, () => ({ startedAt: Date.now(), weights: [0.5, 0.5] }));
    await env.DB.prepare("UPDATE experiment SET phases = ? WHERE key = ?")
      .bind(JSON.stringify(phases), key)
      .run();
    const refused = await call("POST", `/v1/experiments/${key}/metrics`, { metric: "cost_usd" });
    expect(refused.body).toMatchObject({
      code: "limit_reached",
      detail: expect.stringMatching(/200 phases/),
    });
  });

  it("cannot be asked for as added by whoever creates an experiment", async () => {
    const { config } = await createExperiment({}, { start: false });
    const { status, body } = await call("POST", "/v1/experiments", {
      key: "backdated",
      kind: "prompt",
      config,
      variants: [
        { key: "control", version: 1, weight: 0.5 },
        { key: "treatment", version: 2, weight: 0.5 },
      ],
      metrics: [{ metric: "task_success", role: "primary", addedAt: 1 }],
    });
    expect(status).toBe(422);
    expect(body.errors).toMatchObject([{ path: "/metrics/0/addedAt" }]);
  });
});
