import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { collectTotals } from "#aggregator/client.ts";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";
import { variantOf } from "#test/support/assigned-units.ts";
import worker from "../../../src/limited.ts";

const UNITS = Array.from({ length: 240 }, (_, index) => `user-${index}`);
const variants = [{ key: "control" }, { key: "treatment" }];

describe("an experiment with a history", () => {
  it("takes what its units did in an earlier, ended experiment as covariates", async () => {
    const past = await createExperiment({ metrics: [{ metric: "user_satisfaction", role: "primary" }] });
    const talent = (index: number) => (index * 53) % 100;
    const eventsOf = (experiment: string, variantOf: (unit: string) => string | undefined) =>
      UNITS.map((unit, index) => ({
        id: `event-${index}`,
        experiment,
        unit,
        variant: variantOf(unit),
        metrics: { user_satisfaction: talent(index) + (index % 5) },
      }));
    await succeed("POST", "/v1/events", {
      events: eventsOf(past.key, (unit) => variantOf(past, unit)),
    });
    const early = await createExperiment({ covariateSource: past.key }, { start: false });
    expect((await call("POST", `/v1/experiments/${early.key}/start`)).body.errors).toMatchObject([
      { path: "/covariateSource", code: "no_covariate_source" },
    ]);

    await succeed("POST", `/v1/experiments/${past.key}/stop`);
    const { key, config } = await createExperiment({
      covariateSource: past.key,
      metrics: [{ metric: "user_satisfaction", role: "primary", windowSeconds: 0 }],
    });
    const assigned = new Map<string, string>();
    for (let first = 0; first < UNITS.length; first += 80) {
      const batch = UNITS.slice(first, first + 80);
      const { assignments } = await succeed("POST", "/v1/assign", {
        requests: batch.map((unit) => ({ config, unit })),
      });
      for (const [index, unit] of batch.entries()) assigned.set(unit, assignments[index].variant);
    }
    await succeed("POST", "/v1/events", { events: eventsOf(key, (unit) => assigned.get(unit)) });
    await vi.waitFor(async () => {
      const { analysis } = await succeed("GET", `/v1/experiments/${key}/results`);
      expect(analysis.metrics[0].adjustment).toMatchObject({ units: UNITS.length });
      expect(analysis.metrics[0].adjustment.varianceRatio).toBeLessThan(0.05);
    });
    expect(await succeed("GET", `/v1/experiments/${key}/verify`)).toMatchObject({ agrees: true });
  });
});

describe("the results of an experiment with everything on", () => {
  it("hold quantiles, medians, covariates, corrections and second opinions", async () => {
    const { key, config } = await createExperiment({
      minimumUnits: 1_000,
      metrics: [
        { metric: "user_satisfaction", role: "primary", windowSeconds: 0 },
        { metric: "latency_ms", role: "secondary" },
        { metric: "latency_p95_ms", role: "guardrail", margin: { kind: "relative", value: 0.5 } },
        { metric: "task_success", role: "secondary" },
      ],
    });
    const past = (index: number) => (index * 37) % 50;
    const assigned = new Map<string, string>();
    for (let first = 0; first < UNITS.length; first += 80) {
      const batch = UNITS.slice(first, first + 80);
      const requests = batch.map((unit, index) => ({
        config,
        unit,
        covariates: { user_satisfaction: past(first + index) },
      }));
      const reply = await succeed("POST", "/v1/assign", { requests });
      for (const [index, unit] of batch.entries()) assigned.set(unit, reply.assignments[index].variant);
    }
    await vi.waitFor(async () => {
      const totals = await collectTotals(env.AGGREGATOR, {
        spec: { key, shards: 1, variants },
        phases: [null],
      });
      expect(Object.values(totals.variants).reduce((sum, { units }) => sum + units, 0)).toBe(UNITS.length);
    });
    const events = UNITS.map((unit, index) => ({
      id: `event-${index}`,
      experiment: key,
      unit,
      variant: assigned.get(unit),
      metrics: {
        user_satisfaction: past(index) + (index % 3),
        latency_ms: 500 + ((index * 613) % 997) + (assigned.get(unit) === "treatment" ? 200 : 0),
        task_success: index % 3 === 0,
      },
    }));
    expect(await succeed("POST", "/v1/events", { events })).toMatchObject({ accepted: UNITS.length });

    const results = await succeed("GET", `/v1/experiments/${key}/results`);
    const [primary, latency, p95, success] = results.analysis.metrics;
    expect(primary.adjustment.varianceRatio).toBeLessThan(0.1);
    expect(primary.comparisons[0].difference).toMatchObject({
      method: "welch_t_adjusted",
      corrected: { familySize: 1 },
    });
    expect(primary.comparisons[0].bayesian).toMatchObject({ status: "ok", peekingProof: false });
    expect(latency.comparisons[0].median).toMatchObject({ status: "ok", method: "woodruff" });
    expect(latency.distribution[0].quantiles.map(({ quantile }: { quantile: number }) => quantile)).toContain(
      0.5,
    );
    expect(p95.comparisons[0].difference).toMatchObject({ status: "ok", method: "woodruff" });
    expect(p95.comparisons[0].difference.estimate).toBeGreaterThan(100);
    expect(results.guardrails[0].metric).toBe("latency_p95_ms");
    expect(results.guardrails[0].harm).toBeCloseTo(p95.comparisons[0].difference.estimate, 6);
    expect(success.comparisons[0].proportion).toMatchObject({ status: "ok", method: "pooled_z" });
    expect(await succeed("GET", `/v1/experiments/${key}/verify`)).toMatchObject({
      agrees: true,
      units: UNITS.length,
    });

    await worker.scheduled({ scheduledTime: Date.now(), cron: "* * * * *", noRetry() {} }, env);
    const again = await succeed("GET", `/v1/experiments/${key}/results`);
    const { running, alwaysValid } = again.analysis.metrics[0].comparisons[0].difference;
    expect(running.pValue).toBeLessThanOrEqual(alwaysValid.pValue);
    expect(running.interval.lower).toBeGreaterThanOrEqual(alwaysValid.interval.lower);
  });
});
