import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { aggregatorName } from "#aggregator/shard-number.ts";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";
import { unitWith } from "#test/support/assigned-units.ts";
import { readLoggedEntries } from "#test/support/event-log.ts";

const UNITS = 400;
const TASKS = ["code", "math", "writing", "poetry"];
const HARDNESS = [10, 60, 30, 50];

/** As an app sends them: more than the experiment keeps. */
function attributesOf(index: number) {
  return {
    task: TASKS[index % 4] ?? "",
    promptLength: 100 + ((index * 37) % 400),
    tier: index % 3 === 0 ? "paid" : "free",
    email: `${index}@example.org`,
  };
}

let key: string;

beforeAll(async () => {
  const experiment = await createExperiment({
    metrics: [{ metric: "user_satisfaction", role: "primary", windowSeconds: 0 }],
    adjustFor: {
      strata: { attribute: "task", values: ["code", "math", "writing"] },
      covariates: ["promptLength"],
    },
    attributes: ["tier"],
  });
  key = experiment.key;
  const variants: string[] = [];
  for (let first = 0; first < UNITS; first += 80) {
    const indexes = Array.from({ length: 80 }, (_, place) => first + place);
    const { assignments } = await succeed("POST", "/v1/assign", {
      requests: indexes.map((index) => ({
        config: experiment.config,
        unit: `user-${index}`,
        attributes: attributesOf(index),
      })),
    });
    for (const assignment of assignments) variants.push(assignment.variant);
  }
  const events = variants.map((variant, index) => ({
    id: `event-${index}`,
    experiment: key,
    unit: `user-${index}`,
    variant,
    metrics: {
      user_satisfaction:
        (HARDNESS[index % 4] ?? 0) + attributesOf(index).promptLength / 20 + ((index * 7) % 10),
    },
  }));
  // Exposures are reported behind the answer. An event that came first would make its unit known without attributes.
  await vi.waitFor(async () => {
    const { analysis } = await succeed("GET", `/v1/experiments/${key}/results`);
    expect(analysis.units).toBe(UNITS);
  });
  await succeed("POST", "/v1/events", { events });
});

describe("attributes of the assignment that an experiment adjusts for", () => {
  it("explain variance away, by strata and by covariates, and the log gives the same", async () => {
    await vi.waitFor(async () => {
      const { analysis } = await succeed("GET", `/v1/experiments/${key}/results`);
      const [metric] = analysis.metrics;
      expect(metric.adjustment).toMatchObject({ units: UNITS, strata: 4 });
      expect(metric.adjustment.covariates).toMatchObject([{ name: "promptLength" }]);
      expect(metric.adjustment.covariates[0].slope).toBeCloseTo(1 / 20, 2);
      expect(metric.adjustment.varianceRatio).toBeLessThan(0.1);
      expect(metric.comparisons[0].difference.method).toBe("welch_t_adjusted");
    });
    expect(await succeed("GET", `/v1/experiments/${key}/verify`)).toMatchObject({
      agrees: true,
      units: UNITS,
    });
  });

  it("are kept over an eviction", async () => {
    const before = await succeed("GET", `/v1/experiments/${key}/results`);
    await evictDurableObject(env.AGGREGATOR.getByName(aggregatorName(key, 0)));
    const { analysis } = await succeed("GET", `/v1/experiments/${key}/results`);
    expect(analysis.metrics).toEqual(before.analysis.metrics);
  });

  it("are logged as far as the experiment names them, and no further", async () => {
    const logged = await readLoggedEntries(key);
    const exposures = logged.filter((entry) => entry.kind === "exposure");
    expect(exposures).toHaveLength(UNITS);
    for (const { attributes } of exposures)
      expect(Object.keys(attributes ?? {}).sort()).toEqual(["promptLength", "task", "tier"]);
  });

  it("are told of a unit", async () => {
    const { entries } = await succeed("POST", `/v1/experiments/${key}/unit-history`, { unit: "user-1" });
    expect(entries).toMatchObject([
      { kind: "exposure", attributes: { task: "math", promptLength: 137, tier: "free" } },
      { kind: "outcome", attributes: {} },
    ]);
  });

  it("break results down, each unit in one segment with all of its events", async () => {
    const segments = await succeed("GET", `/v1/experiments/${key}/segments?attribute=tier`);
    expect(segments).toMatchObject({ property: "tier", source: "attribute", unitsWithoutAttribute: 0 });
    expect(segments.segments).toMatchObject([
      { value: "free", units: 266, events: 266 },
      { value: "paid", units: 134, events: 134 },
    ]);
    const byTask = await succeed("GET", `/v1/experiments/${key}/segments?attribute=task`);
    expect(byTask.segments.map(({ value }: { value: string }) => value).sort()).toEqual([...TASKS].sort());
  });

  it("that are not kept, or named beside a property, are refused", async () => {
    const path = `/v1/experiments/${key}/segments`;
    expect((await call("GET", `${path}?attribute=email`)).body.errors).toMatchObject([
      { path: "/attribute", code: "attribute_not_kept" },
    ]);
    expect((await call("GET", `${path}?attribute=tier&property=tier`)).status).toBe(422);
    expect((await call("GET", path)).status).toBe(422);
  });
});

describe("what an experiment may adjust for", () => {
  async function refusal(settings: object) {
    const { config } = await createExperiment({}, { start: false });
    const { body, status } = await call("POST", "/v1/experiments", {
      key: `refused-${crypto.randomUUID().slice(0, 8)}`,
      kind: "prompt",
      config,
      variants: [
        { key: "control", version: 1, weight: 0.5 },
        { key: "treatment", version: 2, weight: 0.5 },
      ],
      metrics: [{ metric: "task_success", role: "primary" }],
      ...settings,
    });
    expect(status).toBe(422);
    return body.errors;
  }

  it("is something, and not ignored", async () => {
    expect(await refusal({ adjustFor: {} })).toMatchObject([{ path: "/adjustFor" }]);
    expect(
      await refusal({ covariates: "ignore", adjustFor: { covariates: ["promptLength"] } }),
    ).toMatchObject([{ path: "/adjustFor", code: "covariates_ignored" }]);
    expect(await refusal({ adjustFor: { strata: { attribute: "task", values: ["a", "a"] } } })).toMatchObject(
      [{ path: "/adjustFor/strata/values" }],
    );
    const names = Array.from({ length: 6 }, (_, index) => `a${index}`);
    expect(await refusal({ adjustFor: { covariates: names } })).toMatchObject([
      { path: "/adjustFor/covariates" },
    ]);
  });

  it("is not chosen by a metric", async () => {
    const definition = { key: "judged", name: "Judged", type: "mean", direction: "increase" };
    const { status, body } = await call("POST", "/v1/metrics", {
      ...definition,
      adjustFor: { covariates: ["x"] },
    });
    expect(status).toBe(422);
    expect(body.errors).toMatchObject([{ path: "/adjustFor" }]);
  });
});

describe("an exposure that is reported with attributes", () => {
  it("brings those that the experiment keeps, and values that cannot be kept are missing", async () => {
    const { key: other } = await createExperiment({ attributes: ["tier", "notes"] });
    const attributes = { tier: "paid", notes: "x".repeat(65), email: "somebody" };
    const unit = unitWith("u", [{ key: other }, "control"]);
    await succeed("POST", "/v1/exposures", {
      exposures: [{ experiment: other, unit, variant: "control", attributes }],
    });
    expect(await succeed("GET", `/v1/experiments/${other}/verify`)).toMatchObject({ agrees: true, units: 1 });
    const logged = await readLoggedEntries(other);
    expect(logged.map((entry) => entry.kind === "exposure" && entry.attributes)).toEqual([{ tier: "paid" }]);
  });
});
