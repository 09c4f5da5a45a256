import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { segmentResultsSchema } from "#model/analysis/segments.ts";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";
import { unitWith } from "#test/support/assigned-units.ts";
import { recordUnchecked } from "#test/support/record-unchecked.ts";
import recorded from "#test/vectors/recorded/drift_prime.json" with { type: "json" };
import worker from "../../../src/limited.ts";

const PROPERTIES = ["plan", "segment", "tier", "browser"];

const columnsSchema = z.strictObject({ success: z.array(z.number()), cost_usd: z.array(z.number()) });
const drift = z
  .object({
    segments: z.array(z.enum(["prime", "composite"])),
    arms: z.object({
      "gpt-4-0314": columnsSchema.catchall(z.unknown()),
      "gpt-4-0613": columnsSchema.catchall(z.unknown()),
    }),
  })
  .parse(recorded);

interface Logged {
  unit: string;
  variant: string;
  success: number;
  phase?: number;
  properties?: Record<string, string | number | boolean>;
}

/** @param unitOf the unit of an outcome; by default one with its label that gets its variant */
async function log(
  experiment: string,
  outcomes: readonly Logged[],
  prefix = "event",
  unitOf = ({ unit, variant }: Pick<Logged, "unit" | "variant">) =>
    unitWith(unit, [{ key: experiment }, variant]),
): Promise<void> {
  for (let start = 0; start < outcomes.length; start += 1_000) {
    const events = outcomes.slice(start, start + 1_000).map(({ success, ...outcome }, index) => ({
      ...outcome,
      unit: unitOf(outcome),
      id: `${prefix}-${start + index}`,
      experiment,
      metrics: { task_success: success },
    }));
    expect(await succeed("POST", "/v1/events", { events })).toMatchObject({ accepted: events.length });
  }
}

async function segmentsOf(experiment: string, property: string) {
  return segmentResultsSchema.parse(
    await succeed("GET", `/v1/experiments/${experiment}/segments?property=${encodeURIComponent(property)}`),
  );
}

/** `units` users of a variant, every `every`-th of them successful. */
function users(variant: string, units: number, every: number, properties: Logged["properties"]): Logged[] {
  const label = JSON.stringify(properties);
  return Array.from({ length: units }, (_, index) => ({
    unit: `${label}-${variant}-${index}`,
    variant,
    success: index % every === 0 ? 1 : 0,
    ...(properties && { properties }),
  }));
}

describe("segments", () => {
  it("find the reversal in recorded answers: a new model that gains on composites what it loses on primes", async () => {
    const { key } = await createExperiment({ shards: 2, properties: PROPERTIES });
    const arms = { control: drift.arms["gpt-4-0314"], treatment: drift.arms["gpt-4-0613"] };
    await log(
      key,
      Object.entries(arms).flatMap(([variant, { success }]) =>
        success.map((value, task) => ({
          unit: `${variant}-${task}`,
          variant,
          success: value,
          properties: { segment: drift.segments[task] ?? "" },
        })),
      ),
    );
    const results = await segmentsOf(key, "segment");
    expect(results).toMatchObject({ exploratory: true, alpha: 0.05, comparisons: 2, correctedAlpha: 0.025 });
    expect(results.overall).toMatchObject({ units: 2_000, events: 2_000 });
    const rates = Object.fromEntries(
      results.segments.map(({ value, units, metrics }) => [
        value,
        [units, ...(metrics[0]?.variants.map(({ estimate }) => estimate) ?? [])],
      ]),
    );
    expect(rates).toEqual({ prime: [1_000, 0.976, 0.024], composite: [1_000, 0.704, 0.998] });
    expect(results.reversals).toHaveLength(1);
    const [reversal] = results.reversals;
    expect(reversal).toMatchObject({ metric: "task_success", variant: "treatment", value: "composite" });
    expect(reversal?.segment.estimate).toBeCloseTo(0.294, 12);
    expect(reversal?.overall.estimate).toBeCloseTo(-0.329, 12);
  });

  it("count a unit in every segment of its events, and a unit with multiple exposures in none", async () => {
    const { key } = await createExperiment({ properties: PROPERTIES });
    const both = { unit: "both", variant: "control", success: 1 };
    await log(key, [
      { ...both, properties: { plan: "free" } },
      { ...both, properties: { plan: "paid" } },
      { unit: "silent", variant: "treatment", success: 0 },
    ]);
    // It is the other variant that makes the first event worthless, and that one is in another segment.
    const crossing = [
      ["control", "free"],
      ["treatment", "paid"],
      ["treatment", "late"],
    ] as const;
    for (const [variant, plan] of crossing) {
      await recordUnchecked(key, { id: plan, unit: "crossing", variant, success: 1, properties: { plan } });
    }
    const { segments, eventsWithoutProperty, overall } = await segmentsOf(key, "plan");
    expect(segments.map(({ value, units, events }) => [value, units, events])).toEqual([
      ["free", 1, 2],
      ["paid", 1, 2],
      ["late", 0, 1],
    ]);
    expect(eventsWithoutProperty).toBe(1);
    expect(overall).toMatchObject({ units: 2, multipleExposureUnits: 1 });
  });

  it("keep texts, numbers and booleans apart, and count what is rare together", async () => {
    const { key } = await createExperiment({ properties: PROPERTIES });
    const values = ["1", 1, true, "true", ...Array.from({ length: 20 }, (_, index) => `rare-${index}`)];
    await log(
      key,
      values.flatMap((tier, index) => users("control", index < 4 ? 3 : index < 20 ? 2 : 1, 2, { tier })),
    );
    const { segments, other, comparisons } = await segmentsOf(key, "tier");
    expect(segments).toHaveLength(20);
    expect(new Set(segments.slice(0, 4).map(({ value }) => value))).toEqual(new Set(["1", 1, true, "true"]));
    expect(other).toEqual({ values: 4, units: 4, events: 4 });
    expect(comparisons).toBe(20);
  });

  it("see a split that is broken in one segment only", async () => {
    const { key } = await createExperiment({ properties: PROPERTIES });
    await log(key, [
      ...users("control", 400, 2, { browser: "a" }),
      ...users("treatment", 400, 2, { browser: "a" }),
      ...users("control", 400, 2, { browser: "b" }),
      ...users("treatment", 200, 2, { browser: "b" }),
    ]);
    const { segments } = await segmentsOf(key, "browser");
    expect(segments.map(({ value, sampleRatio }) => [value, sampleRatio.verdict])).toEqual([
      ["a", "ok"],
      ["b", "mismatch"],
    ]);
  });

  it("are none for a property that no event carries, not even one that objects inherit", async () => {
    const { key } = await createExperiment({ properties: PROPERTIES });
    await log(key, users("control", 3, 2, { plan: "free" }));
    for (const property of ["nothing", "__proto__", "toString", "a'; DROP TABLE event_chunk; --"]) {
      expect(await segmentsOf(key, property)).toMatchObject({
        segments: [],
        reversals: [],
        eventsWithoutProperty: 3,
      });
    }
  });

  it("count a unit in its first phase of adaptive weights only, whatever variant it has later", async () => {
    const { key } = await createExperiment({
      properties: PROPERTIES,
      minimumUnits: 40_000,
      analysisIntervalSeconds: 60,
      allocation: { type: "adaptive", algorithm: "thompson", minimumWeight: 0.1, phaseSeconds: 60 },
      shards: 2,
    });
    const plans = ["free", "paid"];
    const later = { key, weights: { control: 0.3, treatment: 0.7 } };
    // The better arm grows at the cost of control: "move" changes over, and nobody can change back.
    const units = {
      move: (label: string) => unitWith(label, [{ key }, "control"], [later, "treatment"]),
      stay: (label: string) => unitWith(label, [{ key }, "treatment"], [later, "treatment"]),
      control: (label: string) =>
        unitWith(label, [{ key, weights: { control: 0.1, treatment: 0.9 } }, "control"]),
    };
    const half = (phase: number, variant: string, group: keyof typeof units, every: number) =>
      Array.from({ length: 200 }, (_, index) => ({
        unit: units[group](`${group}-${index}`),
        variant,
        success: index % every === 0 ? 1 : 0,
        phase,
        properties: { plan: plans[index % 2] ?? "" },
      }));
    const asNamed = ({ unit }: { unit: string }) => unit;
    const first = [...half(0, "control", "move", 5), ...half(0, "treatment", "stay", 2)];
    await log(key, first, "event", asNamed);
    await worker.scheduled({ scheduledTime: Date.now() + 120_000, cron: "* * * * *", noRetry() {} }, env);
    expect((await succeed("GET", `/v1/experiments/${key}`)).phases).toHaveLength(2);
    const second = [...half(1, "control", "control", 5), ...half(1, "treatment", "move", 2)];
    await vi.waitFor(() => log(key, second, "later", asNamed), 10_000);

    const { overall, segments } = await segmentsOf(key, "plan");
    expect(overall).toMatchObject({ units: 600, multipleExposureUnits: 0, returningUnits: 200 });
    expect(segments.map(({ value, units, events }) => [value, units, events])).toEqual([
      ["free", 300, 300],
      ["paid", 300, 300],
    ]);
    expect(segments[0]?.metrics[0]?.comparisons[0]?.difference).toMatchObject({
      method: "stratified_by_phase",
    });
  });

  it("refuse a missing or endless property and an experiment that has not started", async () => {
    const draft = await createExperiment({}, { start: false });
    const answer = await call("GET", `/v1/experiments/${draft.key}/segments?property=plan`);
    expect(answer).toMatchObject({ status: 409, body: { code: "not_started" } });
    for (const query of ["", "?property=", `?property=${"x".repeat(65)}`, "?property=a&surprise=1"]) {
      const refused = await call("GET", `/v1/experiments/${draft.key}/segments${query}`);
      expect(refused).toMatchObject({ status: 422, body: { code: "invalid_input" } });
      expect(refused.body.errors[0].path).toMatch(/^\/(property|surprise)$/);
    }
  });
});
