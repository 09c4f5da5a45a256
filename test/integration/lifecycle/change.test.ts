import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { analyzeDueExperiments } from "#cron/analyze-due-experiments.ts";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";
import { expectProblem } from "#test/support/expect-problem.ts";

const load = (key: string) => succeed("GET", `/v1/experiments/${key}`);
const change = (key: string, body: unknown) => call("POST", `/v1/experiments/${key}/change`, body);
const resultsOf = (key: string) => succeed("GET", `/v1/experiments/${key}/results`);
const UNITS = Array.from({ length: 200 }, (_, index) => `user-${index}`);

async function assignAll(config: string, units: readonly string[]) {
  const requests = [];
  for (let start = 0; start < units.length; start += 100)
    requests.push(units.slice(start, start + 100).map((unit) => ({ config, unit })));
  const replies = await Promise.all(
    requests.map((batch) => succeed("POST", "/v1/assign", { requests: batch })),
  );
  const all = replies.flatMap(({ assignments }) => assignments);
  return new Map<string, { variant: string | null; phase: number | null; version: number }>(
    units.map((unit, index) => [unit, all[index]]),
  );
}

/** Edges serve a ruleset of up to 5 s before. */
async function assignInPhase(config: string, units: readonly string[], phase: number) {
  await vi.waitFor(
    async () =>
      expect(
        [...(await assignAll(config, units)).values()].some((assignment) => assignment.phase === phase),
      ).toBe(true),
    { timeout: 15_000, interval: 200 },
  );
  return assignAll(config, units);
}

const waitForUnits = (key: string, units: number) =>
  vi.waitFor(async () => expect((await resultsOf(key)).analysis.units).toBe(units), {
    timeout: 15_000,
    interval: 50,
  });

const codesOf = (answer: { body: { consequences: { code: string }[] } }) =>
  answer.body.consequences.map(({ code }) => code);

describe("new weights of a running experiment", () => {
  it("open a phase in which as few units as possible change variant, and say what that costs", async () => {
    const { key, config } = await createExperiment({ maximumUnits: 4_000 });
    const before = await assignAll(config, UNITS);
    await waitForUnits(key, UNITS.length);
    const weights = { control: 0.2, treatment: 0.8 };
    const dry = await change(key, { weights, dryRun: true });
    expect(dry.body).toMatchObject({ isApplied: false, experiment: { revision: 2 } });
    expect((await load(key)).phases).toHaveLength(1);
    const applied = await change(key, { weights, reason: "more evidence of the treatment", revision: 2 });
    expect(applied.body.consequences).toEqual(dry.body.consequences);
    expect(codesOf(applied)).toEqual([
      "phase_opened",
      "units_change_variant",
      "earlier_units_stop",
      "information_per_unit",
      "interval_at_maximum",
      "maximum_stays",
    ]);
    expect(applied.body.consequences[1].sentence).toMatch(/^30\.0% of the units/);
    expect(applied.body.consequences[3]).toMatchObject({
      subject: "treatment",
      sentence: expect.stringMatching(/tells 64% of what one told/),
    });
    const { phases } = await load(key);
    expect(phases[1]).toMatchObject({ weights: [0.2, 0.8], cause: "changed" });
    expect(phases[1].keepsUnits).toBeUndefined();
    const after = await assignInPhase(config, UNITS, 1);
    for (const [unit, { variant }] of before)
      if (variant === "treatment") expect(after.get(unit)?.variant).toBe("treatment");
    const { entries } = await succeed("GET", `/v1/audit?subject=experiment:${key}`);
    expect(entries[0]).toMatchObject({
      action: "experiment.change",
      reason: "more evidence of the treatment",
      details: { weights },
    });
  });

  it("count new units by themselves, compared within each phase", async () => {
    const { key, config } = await createExperiment({ maximumUnits: 4_000 });
    await assignAll(config, UNITS);
    await change(key, { weights: { control: 0.3, treatment: 0.7 } });
    const later = Array.from({ length: 100 }, (_, index) => `later-${index}`);
    await assignInPhase(config, ["somebody"], 1);
    const assigned = await assignAll(config, later);
    await waitForUnits(key, UNITS.length + later.length + 1);
    const events = [...(await assignAll(config, UNITS)), ...assigned].map(([unit, { variant, phase }]) => ({
      ...{ id: `event-${unit}`, experiment: key, unit, variant, phase },
      metrics: { task_success: unit.endsWith("1") },
    }));
    const receipt = await succeed("POST", "/v1/events", { events });
    expect(receipt.rejected).toEqual([]);
    const { analysis } = await resultsOf(key);
    expect(analysis.returningUnits).toBe(UNITS.length);
    expect(analysis.metrics[0].comparisons[0].difference.method).toBe("stratified_by_phase");
    expect(analysis.sampleRatio.verdict).toBe("ok");
  });

  it("are refused where they cannot be, each with its reason", async () => {
    const { key } = await createExperiment({ maximumUnits: 4_000 });
    const issuesOf = async (body: unknown) => {
      const answer = await change(key, body);
      expectProblem(answer, 422, "invalid_input");
      return answer.body.errors.map(({ path, code }: { path: string; code: string }) => [path, code]);
    };
    expect(await issuesOf({ weights: { control: 0.5, other: 0.5 } })).toEqual([
      ["/weights/other", "unknown_variant"],
      ["/weights/treatment", "missing_field"],
    ]);
    expect(await issuesOf({ weights: { control: 0.5, treatment: 0.4 } })).toEqual([
      ["/weights", "weights_do_not_sum_to_1"],
    ]);
    expect(await issuesOf({ weights: { control: 0.5, treatment: 0.5 } })).toEqual([
      ["/weights", "nothing_changes"],
    ]);
    expect(await issuesOf({})).toEqual([["", "nothing_changes"]]);
    const stale = await change(key, { weights: { control: 0.4, treatment: 0.6 }, revision: 1 });
    expectProblem(stale, 409, "revision_conflict");
    const allocation = { type: "adaptive", algorithm: "thompson" };
    const adaptive = await createExperiment({ allocation });
    const refused = await change(adaptive.key, { weights: { control: 0.4, treatment: 0.6 } });
    expectProblem(refused, 409, "transition_not_allowed");
    const draft = await createExperiment({}, { start: false });
    expectProblem(await change(draft.key, { coverage: 1 }), 409, "transition_not_allowed");
  });
});

describe("more coverage of a running experiment", () => {
  it("moves nobody, also after weights have changed", async () => {
    const { key, config } = await createExperiment({ coverage: 0.4 });
    await change(key, { coverage: 0.6, weights: { control: 0.8, treatment: 0.2 } });
    const before = await assignInPhase(config, UNITS, 1);
    const grown = await change(key, { coverage: 1 });
    expect(codesOf(grown)).toEqual(["coverage_grows"]);
    expect((await load(key)).phases).toHaveLength(2);
    const taken = (all: typeof before) => [...all].filter(([, { variant }]) => variant !== null);
    await vi.waitFor(async () => expect(taken(await assignAll(config, UNITS))).toHaveLength(UNITS.length), {
      timeout: 15_000,
      interval: 200,
    });
    const after = await assignAll(config, UNITS);
    for (const [unit, { variant }] of taken(before)) expect(after.get(unit)?.variant).toBe(variant);
    const controls = taken(after).filter(([, { variant }]) => variant === "control").length;
    expect(controls / UNITS.length).toBeGreaterThan(0.7);
    expect((await change(key, { coverage: 0.5 })).body.errors).toMatchObject([
      { path: "/coverage", code: "coverage_may_only_grow" },
    ]);
  });
});

describe("rules of a running experiment", () => {
  const guarded = {
    metrics: [
      { metric: "task_success", role: "primary" },
      { metric: "error", role: "guardrail", margin: { kind: "absolute", value: 0.05 } },
    ],
    maximumUnits: 4_000,
    minimumUnits: 500,
  };

  it("change where no decision can become wrong by it", async () => {
    const { key } = await createExperiment(guarded);
    const margin = { kind: "absolute", value: 0.02 };
    const answer = await change(key, {
      margins: { error: margin },
      minimumUnits: 1_000,
      maximumDurationSeconds: 700_000,
    });
    expect(codesOf(answer)).toEqual(["margin_tightened", "promoted_later", "maximum_duration_changed"]);
    const { spec, phases } = await load(key);
    expect(spec).toMatchObject({ minimumUnits: 1_000, maximumDurationSeconds: 700_000 });
    expect(spec.metrics[1].margin).toEqual(margin);
    expect(phases).toHaveLength(1);
  });

  it("stay as they are where one could, and every field says why", async () => {
    const { key } = await createExperiment(guarded);
    const answer = await change(key, {
      alpha: 0.1,
      maximumUnits: 8_000,
      margins: { error: { kind: "absolute", value: 0.1 }, task_success: { kind: "absolute", value: 0.1 } },
      minimumUnits: 100,
    });
    expectProblem(answer, 422, "invalid_input");
    expect(answer.body.errors).toMatchObject([
      { path: "/alpha", code: "fixed_while_running" },
      {
        path: "/maximumUnits",
        code: "fixed_while_running",
        message: expect.stringContaining("covariateSource"),
      },
    ]);
    const rest = await change(key, {
      margins: { error: { kind: "absolute", value: 0.1 }, task_success: { kind: "absolute", value: 0.1 } },
      minimumUnits: 100,
    });
    expect(rest.body.errors).toMatchObject([
      { path: "/margins/error", code: "margin_may_only_shrink" },
      { path: "/margins/task_success", code: "no_margin" },
      { path: "/minimumUnits", code: "minimum_may_only_grow" },
    ]);
    expect((await load(key)).revision).toBe(2);
  });
});

describe("the traffic of a treatment that leaves", () => {
  const keys = ["control", "hopeless", "promising"];
  const variants = keys.map((key, index) => ({ key, version: index + 1, weight: index === 0 ? 0.34 : 0.33 }));
  const successesInFifty: Record<string, number> = { control: 15, hopeless: 8, promising: 19 };

  it("goes to control and the leader at once, and what units of the others do goes on counting", async () => {
    const { key, config } = await createExperiment({ variants, maximumUnits: 1_200, minimumUnits: 100 });
    const units = Array.from({ length: 900 }, (_, index) => `user-${index}`);
    const before = await assignAll(config, units);
    await waitForUnits(key, units.length);
    const counts = new Map<string, number>();
    const events = units.map((unit) => {
      const variant = before.get(unit)?.variant ?? "";
      const count = counts.get(variant) ?? 0;
      counts.set(variant, count + 1);
      const isSuccess = (count * 7) % 50 < (successesInFifty[variant] ?? 0);
      return { id: `event-${unit}`, experiment: key, unit, variant, metrics: { task_success: isSuccess } };
    });
    await succeed("POST", "/v1/events", { events });
    await analyzeDueExperiments(env, Date.now());
    const { phases, switchedOff, status } = await load(key);
    expect(status).toBe("running");
    expect(switchedOff).toMatchObject([{ variant: "hopeless" }]);
    expect(phases).toMatchObject([
      {},
      {
        cause: "freed",
        left: "hopeless",
        keepsUnits: true,
        weights: [0.5, 0, 0.5].map((one) => expect.closeTo(one, 9)),
      },
    ]);

    const after = await assignInPhase(config, units, 1);
    for (const [unit, { variant }] of before)
      if (variant !== "hopeless") expect(after.get(unit)?.variant).toBe(variant);
      else expect(["control", "promising"]).toContain(after.get(unit)?.variant);
    const again = units.map((unit) => {
      const { variant, phase } = after.get(unit) ?? {};
      return { id: `again-${unit}`, experiment: key, unit, variant, phase, metrics: { task_success: true } };
    });
    expect((await succeed("POST", "/v1/events", { events: again })).rejected).toEqual([]);
    const { analysis } = await resultsOf(key);
    const left = [...before.values()].filter(({ variant }) => variant === "hopeless").length;
    expect(analysis).toMatchObject({ returningEvents: left, units: units.length, multipleExposureUnits: 0 });
    expect(analysis.events).toBe(2 * units.length - left);
    expect(await succeed("GET", `/v1/experiments/${key}/verify`)).toMatchObject({ agrees: true });
  });

  it("stays with nobody where the experiment says so", async () => {
    const { key } = await createExperiment({ variants, freedTraffic: "control", maximumUnits: 1_200 });
    expect((await load(key)).spec.freedTraffic).toBe("control");
  });
});
