import { describe, expect, it, vi } from "vitest";
import type { z } from "zod";
import { sampleSizeReplySchema } from "#model/analysis/sample-size.ts";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";
import { unitWith } from "#test/support/assigned-units.ts";

type Reply = z.infer<typeof sampleSizeReplySchema>;

async function ask(body: Record<string, unknown>): Promise<Reply> {
  return sampleSizeReplySchema.parse(await succeed("POST", "/v1/sample-size", body));
}

const relative = (value: number) => ({ minimumDetectableEffect: { kind: "relative", value } });
const absolute = (value: number) => ({ minimumDetectableEffect: { kind: "absolute", value } });
const spending = { type: "mean", baseline: 1.25, standardDeviation: 3 };

describe("planning from given numbers", () => {
  it("reproduces Kohavi's example, with the exact quantiles instead of 16", async () => {
    const reply = await ask({ ...spending, ...relative(0.05) });
    expect(reply.fixedHorizon).toMatchObject({ controlUnits: 36_168, treatmentUnits: 36_168, days: null });
    expect(reply.alwaysValid.controlUnits).toBeGreaterThan(36_168);
    expect(reply.traffic).toBeNull();
    expect(reply.baseline).toEqual({ estimate: 1.25, standardDeviation: 3, units: null });
  });

  it.each([
    ["a mean", { ...spending, ratio: 3 }, 0.05],
    ["a proportion", { type: "proportion", baseline: 0.2 }, 0.25],
    ["a rare proportion", { type: "proportion", baseline: 0.001, power: 0.95, alpha: 0.01 }, 0.1],
  ])("answers both ways round alike for %s", async (_name, question, effect) => {
    const sizes = await ask({ ...question, ...relative(effect) });
    for (const kind of ["fixedHorizon", "alwaysValid"] as const) {
      const { controlUnits, treatmentUnits } = sizes[kind];
      const answer = await ask({ ...question, units: controlUnits + treatmentUnits });
      expect(answer[kind]).toMatchObject({ controlUnits, treatmentUnits });
      // Units are whole, so the effect found again is a trifle smaller than the one asked for.
      const { relative: found } = answer[kind].minimumDetectableEffect;
      expect(found).toBeLessThanOrEqual(effect);
      expect(found).toBeGreaterThan(effect * (1 - 2 / controlUnits));
    }
  });

  it("tells the days from the traffic", async () => {
    const { fixedHorizon, alwaysValid, traffic } = await ask({
      ...spending,
      ...relative(0.05),
      unitsPerDay: 1_000,
    });
    expect(traffic).toEqual({ unitsPerDay: 1_000, observedDays: null });
    expect(fixedHorizon.days).toBeCloseTo(72.336, 9);
    expect(alwaysValid.days).toBeCloseTo((2 * alwaysValid.controlUnits) / 1_000, 9);
  });
});

/** A running experiment whose control has seen 100 users with two events each: 40 always, 20 once, 40 never succeed. */
async function observed(): Promise<string> {
  const { key } = await createExperiment({
    metrics: [
      { metric: "task_success", role: "primary" },
      { metric: "error", role: "secondary" },
      { metric: "cost_usd", role: "secondary" },
    ],
  });
  const successes = (index: number) => (index < 40 ? [1, 1] : index < 60 ? [1, 0] : [0, 0]);
  const events = ["control", "treatment"].flatMap((variant) =>
    Array.from({ length: 100 }, (_, index) =>
      successes(index).map((success, repetition) => ({
        id: `${variant}-${index}-${repetition}`,
        experiment: key,
        unit: unitWith(`${variant}-${index}`, [{ key }, variant]),
        variant,
        metrics: {
          task_success: variant === "control" ? success : 1,
          error: success,
          ...(variant === "control" && { cost_usd: 3 }),
        },
      })),
    ).flat(),
  );
  expect(await succeed("POST", "/v1/events", { events })).toMatchObject({ accepted: 400 });
  return key;
}

describe("planning from an experiment", () => {
  it("takes baseline, unit deviation and traffic from what it has seen", async () => {
    const key = await observed();
    const source = { type: "observed", experiment: key, metric: "task_success" };
    expect((await ask({ ...source, ...absolute(0.1) })).traffic).toBeNull();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 2 * 3_600_000 });
    const reply = await ask({ ...source, ...absolute(0.1) }).finally(() => vi.useRealTimers());
    expect(reply.baseline).toMatchObject({ estimate: 0.5, units: 100 });
    // Users' shares are 1, ½ and 0: their variance is 80 · ¼ / 99, twice what independent events would have.
    expect(reply.baseline.standardDeviation).toBeCloseTo(Math.sqrt(20 / 99), 12);
    const { fixedHorizon, alwaysValid, traffic } = reply;
    if (!traffic) throw new Error("no traffic");
    expect(traffic.observedDays).toBeCloseTo(1 / 12, 3);
    expect(traffic.unitsPerDay * (traffic.observedDays ?? 0)).toBeCloseTo(200, 6);
    expect(fixedHorizon.days).toBeCloseTo(
      (fixedHorizon.controlUnits + fixedHorizon.treatmentUnits) / traffic.unitsPerDay,
      12,
    );
    expect(alwaysValid.controlUnits).toBeGreaterThan(fixedHorizon.controlUnits);
    // (1.95996 + 0.84162)² (20/99) (1 + 0.24/0.25) / 0.1²
    expect(fixedHorizon.controlUnits).toBe(Math.ceil(((2.801585 ** 2 * 20) / 99) * 1.96 * 100));
    const found = await ask({ ...source, units: 2 * fixedHorizon.controlUnits, unitsPerDay: 50 });
    expect(found.fixedHorizon.minimumDetectableEffect.absolute).toBeCloseTo(0.1, 3);
    expect(found.fixedHorizon.days).toBeCloseTo((2 * fixedHorizon.controlUnits) / 50, 9);
  });

  it("expects the treatment on the metric's good side", async () => {
    const key = await observed();
    const source = { type: "observed", experiment: key, ...absolute(0.6) };
    for (const [metric, end] of [
      ["task_success", 1],
      ["error", 0],
    ]) {
      const { body } = await call("POST", "/v1/sample-size", { ...source, metric });
      expect(body.errors).toMatchObject([
        {
          path: "/minimumDetectableEffect/value",
          code: "too_big",
          message: expect.stringContaining(`reach ${end}`),
        },
      ]);
    }
  });

  it("refuses what it cannot plan from, naming the field", async () => {
    const key = await observed();
    const draft = await createExperiment({}, { start: false });
    const empty = await createExperiment();
    const source = { type: "observed", experiment: key, metric: "task_success", ...absolute(0.1) };
    const refusals: [Record<string, unknown>, number, string, string?][] = [
      [{ experiment: "nobody" }, 404, "experiment_not_found"],
      [{ experiment: draft.key }, 409, "not_started"],
      [{ experiment: empty.key }, 422, "insufficient_data", "/experiment"],
      [{ metric: "toxicity" }, 422, "unknown_metric", "/metric"],
      [{ variant: "nobody" }, 422, "unknown_variant", "/variant"],
      [{ variant: "treatment" }, 422, "zero_variance", "/metric"],
      [{ metric: "cost_usd" }, 422, "zero_variance", "/metric"],
    ];
    for (const [change, status, code, path] of refusals) {
      const answer = await call("POST", "/v1/sample-size", { ...source, ...change });
      expect(answer.status).toBe(status);
      if (path) expect(answer.body.errors).toMatchObject([{ path, code }]);
      else expect(answer.body.code).toBe(code);
    }
  });
});

describe("impossible plans", () => {
  const proportion = { type: "proportion", baseline: 0.2 };
  it.each([
    ["neither an effect nor units", proportion, "/minimumDetectableEffect"],
    ["both", { ...proportion, ...absolute(0.1), units: 100 }, "/minimumDetectableEffect"],
    [
      "an effect that leaves the possible",
      { ...proportion, ...absolute(0.8) },
      "/minimumDetectableEffect/value",
    ],
    ["an effect of almost nothing", { ...spending, ...absolute(1e-200) }, "/minimumDetectableEffect/value"],
    ["a relative effect on 0", { ...spending, baseline: 0, ...relative(0.1) }, "/baseline"],
    ["units too few for any effect", { ...proportion, units: 4 }, "/units"],
    ["an arm without units", { ...proportion, units: 10, ratio: 100 }, "/units"],
    ["half a unit", { ...proportion, units: 10.5 }, "/units"],
    ["traffic that stands still", { ...proportion, units: 100, unitsPerDay: 0 }, "/unitsPerDay"],
    ["no power", { ...proportion, units: 100, power: 0 }, "/power"],
    ["an unknown type", { ...proportion, type: "guess", units: 100 }, "/type"],
  ])("with %s are refused with the path", async (_name, body, path) => {
    const answer = await call("POST", "/v1/sample-size", body);
    expect(answer).toMatchObject({ status: 422, body: { code: "invalid_input" } });
    expect(answer.body.errors[0].path).toBe(path);
  });
});

describe("what a decision is expected to cost", () => {
  const question = { type: "proportion", baseline: 0.7, ...absolute(0.05) };

  it("tells units, days and dollars with the effect, without, and with harm", async () => {
    const { expected, alwaysValid } = await ask({ ...question, unitsPerDay: 500, costPerUnit: 0.25 });
    if (!expected.forPower) throw new Error("no maximum has this power");
    const { maximumUnits, effect, none, harm } = expected.forPower;
    // By recursive integration for looks every 50 units: 3,088, 1,894, 1,662 and 969.
    expect(maximumUnits).toBeGreaterThan(3_020);
    expect(maximumUnits).toBeLessThan(3_120);
    expect(maximumUnits).toBeLessThan(alwaysValid.controlUnits + alwaysValid.treatmentUnits);
    expect(effect.chances.promoted).toBeCloseTo(0.8, 2);
    expect(none.chances.futile).toBeGreaterThan(0.95);
    expect(effect.units).toBeGreaterThan(1_800);
    expect(effect.units).toBeLessThan(1_920);
    expect(none.units).toBeLessThan(effect.units ?? 0);
    expect(harm?.units).toBeLessThan(1_050);
    for (const end of [effect, none, harm]) {
      expect(end?.days).toBe((end?.units ?? 0) / 500);
      expect(end?.dollars).toBe((end?.units ?? 0) * 0.25);
    }
    expect(expected.forMaximum).toBeNull();
    expect(expected.withoutMaximum).toMatchObject({ maximumUnits: null, none: { units: null, days: null } });
  });

  it("tells what another maximum changes, and what giving up saves", async () => {
    const stopping = (await ask({ ...question, maximumUnits: 6_000 })).expected.forMaximum;
    const going = (await ask({ ...question, maximumUnits: 6_000, futility: "ignore" })).expected.forMaximum;
    expect(stopping?.maximumUnits).toBe(6_000);
    expect(stopping?.effect.chances.promoted).toBeGreaterThan(0.95);
    expect(stopping?.none.units).toBeLessThan(4_000);
    expect(going?.none.units).toBeGreaterThan(5_500);
    expect(going?.none.chances.futile).toBe(0);
    expect(stopping?.effect).toMatchObject({ days: null, dollars: null });
  });

  it("names no maximum for a power that is too close to 1 to be computed", async () => {
    const { expected } = await ask({ ...question, power: 0.999_999 });
    expect(expected.forPower).toBeNull();
    expect(expected.withoutMaximum.effect.units).toBeGreaterThan(0);
  });

  it("takes the asked units as the maximum", async () => {
    const { expected } = await ask({ type: "proportion", baseline: 0.7, units: 4_000 });
    expect(expected.forMaximum?.maximumUnits).toBe(4_000);
    expect(expected.forMaximum?.effect.chances.promoted).toBeGreaterThan(0.8);
  });

  it("needs more for several treatments, each at its share of alpha", async () => {
    const one = await ask(question);
    const three = await ask({ ...question, treatments: 3 });
    expect(three.alwaysValid.controlUnits).toBeGreaterThan(one.alwaysValid.controlUnits);
    expect(three.fixedHorizon.controlUnits).toBeGreaterThan(one.fixedHorizon.controlUnits);
    expect(three.expected.forPower?.maximumUnits).toBeGreaterThan(one.expected.forPower?.maximumUnits ?? 0);
    expect(three.expected.forPower?.none.chances.promoted).toBeLessThan(0.009);
  });

  it("tells nothing of a harm that a share cannot have", async () => {
    const rare = { type: "proportion", baseline: 0.02, ...absolute(0.03) };
    expect((await ask(rare)).expected.forPower?.harm).toBeNull();
  });

  it.each([
    ["no treatment", { treatments: 0 }, "/treatments"],
    ["a maximum of one", { maximumUnits: 1 }, "/maximumUnits"],
    ["a cost below nothing", { costPerUnit: -1 }, "/costPerUnit"],
    ["an arm that gets next to nothing", { ratio: 1e-300 }, "/minimumDetectableEffect/value"],
    ["an unknown way to give up", { futility: "maybe" }, "/futility"],
  ])("refuses %s", async (_name, change, path) => {
    const answer = await call("POST", "/v1/sample-size", { ...question, ...change });
    expect(answer).toMatchObject({ status: 422, body: { code: "invalid_input" } });
    expect(answer.body.errors[0].path).toBe(path);
  });
});
