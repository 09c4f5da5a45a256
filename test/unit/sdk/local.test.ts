import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { assign } from "#assigner/assign.ts";
import { prepareRuleset } from "#assigner/prepared-ruleset.ts";
import type { BakeoffOptions } from "#sdk/index.ts";
import { exposuresIn } from "#test/support/fake-worker.ts";
import { RulesetServer } from "#test/support/ruleset-server.ts";
import { rulesetDocument, rulesetExperiment, rulesetHoldout } from "#tools/builders/ruleset-builder.ts";

let server: RulesetServer;
const fallback = { model: "fallback" };

beforeEach(() => {
  vi.useFakeTimers();
  server = new RulesetServer();
});
afterEach(() => vi.useRealTimers());

const client = (options: Partial<BakeoffOptions> = {}) => server.client({ mode: "local", ...options });

const units = Array.from({ length: 1_000 }, (_, index) => `user-${index}`);

describe("assigning in process", () => {
  it("gives every unit exactly what the Worker's own code gives it, after one request", async () => {
    const bakeoff = client();
    const prepared = prepareRuleset(server.ruleset);
    const answers = await Promise.all(units.map((unit) => bakeoff.assign("answer", { unit, fallback })));
    for (const [index, unit] of units.entries()) {
      const result = assign(prepared, "answer", unit);
      expect(answers[index]).toEqual(result.ok && result.assignment);
    }
    expect(server.fetches).toBe(1);
    expect(server.at("/v1/assign")).toEqual([]);
  });

  it("reads attributes for targeting", async () => {
    server.ruleset = rulesetDocument(
      rulesetExperiment("shorter", [0.5, 0.5], { condition: { plan: "pro" } }),
    );
    const bakeoff = client();
    const targeted = await bakeoff.assign("answer", { unit: "u", fallback, attributes: { plan: "pro" } });
    const other = await bakeoff.assign("answer", { unit: "u", fallback, attributes: { plan: "free" } });
    expect([targeted.reason, other.reason]).toEqual(["TARGETING_MATCH", "DEFAULT"]);
  });

  it("gives a unit with too many attributes the fallback, as the Worker refuses it", async () => {
    const attributes = { plan: "x".repeat(1_025) };
    const assigned = await client().assign("answer", { unit: "u", fallback, attributes });
    expect(assigned).toMatchObject({ reason: "ERROR", value: fallback, error: { code: "invalid_input" } });
  });

  it("reports every unit once per experiment, variant and phase, with its covariates", async () => {
    const bakeoff = client();
    const ask = { unit: "u", fallback, covariates: { latency_ms: 900 } };
    const { variant } = await bakeoff.assign("answer", ask);
    for (let index = 0; index < 5; index++) await bakeoff.assign("answer", ask);
    await bakeoff.assign("answer", { unit: "v", fallback });
    await bakeoff.flush();
    const exposures = server.at("/v1/exposures").flatMap(({ body }) => exposuresIn(body));
    expect(exposures).toEqual([
      { experiment: "shorter", unit: "u", variant, phase: 0, covariates: { latency_ms: 900 } },
      { experiment: "shorter", unit: "v", variant: expect.any(String), phase: 0 },
    ]);
  });

  it("follows a holdout, and reports each of its units once, in the group or in the experiment that it was answered", async () => {
    server.ruleset = rulesetDocument(
      rulesetHoldout("winter", 0.2, 3),
      rulesetExperiment("half", [0.5, 0.5], { coverage: 0.5 }),
    );
    const bakeoff = client();
    const answers = await Promise.all(units.map((unit) => bakeoff.assign("answer", { unit, fallback })));
    await Promise.all(units.map((unit) => bakeoff.assign("answer", { unit, fallback })));
    await bakeoff.flush();
    const heldOut = answers.filter(({ reason }) => reason === "HOLDOUT");
    expect(heldOut.length).toBeGreaterThan(100);
    expect(heldOut.every(({ version, variant }) => version === 3 && variant === "held-out")).toBe(true);
    const exposures = server.at("/v1/exposures").flatMap(({ body }) => exposuresIn(body));
    const expected = answers.flatMap(({ experiment, variant, phase }, index) =>
      experiment === null ? [] : { experiment, unit: units[index], variant, phase },
    );
    expect(new Set(expected.map(({ experiment }) => experiment))).toEqual(new Set(["winter", "half"]));
    expect(exposures).toEqual(expected);
  });

  it("reports nobody who is in no experiment", async () => {
    server.ruleset = rulesetDocument();
    const bakeoff = client();
    expect((await bakeoff.assign("answer", { unit: "u", fallback })).reason).toBe("STATIC");
    expect(bakeoff.stats.queued).toBe(0);
  });

  it("answers the fallback and why when an AI config is unknown", async () => {
    const answer = await client().assign("unknown", { unit: "u", fallback });
    expect(answer).toMatchObject({ value: fallback, reason: "ERROR", error: { code: "config_not_found" } });
  });

  it("starts with a ruleset that it is given, without asking anybody", async () => {
    const bakeoff = client({ ruleset: server.ruleset, refreshMs: Number.POSITIVE_INFINITY });
    const answers = await Promise.all(units.map((unit) => bakeoff.assign("answer", { unit, fallback })));
    expect(answers.every(({ reason }) => reason === "SPLIT")).toBe(true);
    expect(server.fetches).toBe(0);
  });
});

describe("assigning at once", () => {
  const now = (bakeoff: ReturnType<typeof client>, unit = "u") =>
    bakeoff.assignNow("answer", { unit, fallback });

  it("answers what waiting for it answers, and reports the same exposures", async () => {
    const bakeoff = client({ refreshMs: Number.POSITIVE_INFINITY });
    expect(await bakeoff.ready()).toBe(true);
    for (const unit of units) {
      expect(now(bakeoff, unit)).toBe(await bakeoff.assign("answer", { unit, fallback }));
    }
    await bakeoff.flush();
    expect(bakeoff.stats.delivered).toBe(units.length);
    expect(server.fetches).toBe(1);
  });

  it("answers the fallback and why until the first ruleset is there, which it sends for", async () => {
    const bakeoff = client();
    expect(now(bakeoff)).toMatchObject({ value: fallback, reason: "ERROR", error: { code: "no_ruleset" } });
    await bakeoff.ready();
    expect(now(bakeoff).reason).toBe("SPLIT");
    expect(server.fetches).toBe(1);
  });

  it("answers the fallback in remote mode, which is never ready", async () => {
    const bakeoff = client({ mode: "remote" });
    expect(await bakeoff.ready()).toBe(false);
    expect(now(bakeoff)).toMatchObject({ value: fallback, error: { code: "not_local" } });
    expect(server.received).toEqual([]);
  });

  it.each([
    ["", "answer", "invalid_unit"],
    ["u", "unknown", "config_not_found"],
  ])("never throws: unit %j, AI config %s", async (unit, config, code) => {
    const bakeoff = client();
    await bakeoff.ready();
    expect(bakeoff.assignNow(config, { unit, fallback })).toMatchObject({ value: fallback, error: { code } });
  });

  it("reads attributes, and reports covariates", async () => {
    server.ruleset = rulesetDocument(
      rulesetExperiment("shorter", [0.5, 0.5], { condition: { plan: "pro" } }),
    );
    const bakeoff = client();
    await bakeoff.ready();
    const covariates = { latency_ms: 900 };
    const asked = { unit: "u", fallback, covariates, attributes: { plan: "pro" } };
    expect(bakeoff.assignNow("answer", asked).reason).toBe("TARGETING_MATCH");
    await bakeoff.flush();
    expect(exposuresIn(server.at("/v1/exposures")[0]?.body)).toMatchObject([{ unit: "u", covariates }]);
  });

  it("reports those attributes that the experiment keeps, and no others", async () => {
    const attributes = { task: "code", promptLength: 120, tier: "paid", email: "somebody@example.org" };
    const [experiment] = rulesetDocument(rulesetExperiment("shorter", [0.5, 0.5])).experiments;
    server.ruleset = {
      ...rulesetDocument(),
      experiments: experiment ? [{ ...experiment, attributes: ["task", "promptLength", "language"] }] : [],
    };
    const bakeoff = client();
    await bakeoff.ready();
    bakeoff.assignNow("answer", { unit: "u", fallback, attributes });
    await bakeoff.flush();
    expect(exposuresIn(server.at("/v1/exposures")[0]?.body)).toMatchObject([
      { unit: "u", attributes: { task: "code", promptLength: 120 } },
    ]);
    expect(JSON.stringify(server.at("/v1/exposures"))).not.toContain("somebody");
  });

  it("goes on with the old ruleset while a renewal is under way, however old it is", async () => {
    const bakeoff = client({ refreshMs: 1_000 });
    await bakeoff.ready();
    expect(now(bakeoff).reason).toBe("SPLIT");
    await vi.advanceTimersByTimeAsync(0);
    server.ruleset = { ...rulesetDocument(), version: 2 };
    vi.setSystemTime(Date.now() + 60_000);
    expect(now(bakeoff).reason).toBe("SPLIT");
    await vi.advanceTimersByTimeAsync(0);
    expect(now(bakeoff).reason).toBe("STATIC");
    expect(server.fetches).toBe(2);
  });

  it("tells nobody again after a renewal, and everybody once in a new phase", async () => {
    const bakeoff = client({ refreshMs: 1_000 });
    const renew = async (phases: { startedAt: number; weights: number[] }[]) => {
      const document = rulesetDocument(rulesetExperiment("shorter", [0.5, 0.5], { phases }));
      server.ruleset = { ...document, version: phases.length + 1 };
      vi.setSystemTime(Date.now() + 60_000);
      await bakeoff.assign("answer", { unit: "u", fallback });
    };
    const phase = { startedAt: 0, weights: [0.5, 0.5] };
    await bakeoff.ready();
    now(bakeoff);
    await renew([phase]);
    now(bakeoff);
    expect(bakeoff.stats.queued).toBe(1);
    await renew([phase, phase]);
    now(bakeoff);
    expect(bakeoff.stats.queued).toBe(2);
  });

  it("keeps answers from being changed for others, and leaves the app's own ruleset alone", async () => {
    const bakeoff = client({ ruleset: server.ruleset });
    await bakeoff.ready();
    const { value } = now(bakeoff);
    expect(() => Object.assign(value, { model: "mine" })).toThrow(TypeError);
    expect(Object.isFrozen(server.ruleset.configs[0]?.values[0]?.value)).toBe(false);
  });
});
