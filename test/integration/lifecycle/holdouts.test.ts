import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { holdoutResultsSchema } from "#contract/holdouts.ts";
import { analyzeDueExperiments } from "#cron/analyze-due-experiments.ts";
import { call, createConfig, succeed, uniqueKey } from "#test/support/api-client.ts";
import { eraseUnit } from "#test/support/erasures.ts";

const UNITS = Array.from({ length: 1_500 }, (_, index) => `user-${index}`);
const METRICS = [
  { metric: "task_success", role: "primary" },
  { metric: "toxic", role: "guardrail", margin: { kind: "absolute", value: 0.1 } },
];
const VARIANTS = [
  { key: "control", version: 1, weight: 0.5 },
  { key: "treatment", version: 2, weight: 0.5 },
];

interface Served {
  unit: string;
  config: string;
  experiment: string | null;
  variant: string | null;
  version: number;
  reason: string;
}

async function assignAll(config: string, units = UNITS): Promise<Served[]> {
  const served: Served[] = [];
  for (let start = 0; start < units.length; start += 100) {
    const requests = units.slice(start, start + 100).map((unit) => ({ config, unit }));
    const { assignments } = await succeed("POST", "/v1/assign", { requests });
    for (const [index, { unit }] of requests.entries()) served.push({ ...assignments[index], unit });
  }
  return served;
}

/** Assigns until what is served is as it should be; edges learn of a change within seconds. */
const untilServed = (config: string, isRight: (served: Served[]) => boolean) =>
  vi.waitFor(
    async () => {
      const served = await assignAll(config);
      expect(isRight(served)).toBe(true);
      return served;
    },
    { timeout: 20_000, interval: 200 },
  );

async function createHoldout(configs: string[], overrides: Record<string, unknown> = {}): Promise<string> {
  const key = uniqueKey("holdout");
  await succeed("POST", "/v1/holdouts", { key, share: 0.2, configs, metrics: METRICS, ...overrides });
  return key;
}

async function newConfigs(count: number): Promise<string[]> {
  const configs = Array.from({ length: count }, () => uniqueKey("config"));
  for (const config of configs) await createConfig(config);
  return configs;
}

async function startOn(config: string, overrides: Record<string, unknown> = {}): Promise<string> {
  const key = uniqueKey("experiment");
  await succeed("POST", "/v1/experiments", {
    key,
    config,
    kind: "model",
    variants: VARIANTS,
    control: "control",
    metrics: METRICS,
    promotion: null,
    ...overrides,
  });
  await succeed("POST", `/v1/experiments/${key}/start`);
  return key;
}

/** Succeeds the more often, the higher the version; always the same for a unit. */
function successOf({ unit, version }: Served): boolean {
  return (Number(unit.split("-")[1]) * 7) % 10 < (version === 1 ? 3 : 8);
}

/** One outcome of every unit that is in something, under the name that it was answered. */
async function logAll(label: string, served: readonly Served[]): Promise<number> {
  const events = served.flatMap((one) =>
    one.experiment === null
      ? []
      : {
          id: `${label}-${one.unit}`,
          experiment: one.experiment,
          unit: one.unit,
          variant: one.variant,
          metrics: { task_success: successOf(one), toxic: false },
        },
  );
  for (let start = 0; start < events.length; start += 1_000) {
    const batch = events.slice(start, start + 1_000);
    expect(await succeed("POST", "/v1/events", { events: batch })).toMatchObject({ rejected: [] });
  }
  return events.length;
}

const resultsOf = async (key: string) =>
  holdoutResultsSchema.parse(await succeed("GET", `/v1/holdouts/${key}/results`));

const isIn = (experiment: string, variant: string) => (one: Served) =>
  one.experiment === experiment && one.variant === variant;

describe("a holdout over two AI configs", () => {
  it("shows the effect of two promotions together", async () => {
    const configs = await newConfigs(2);
    const holdout = await createHoldout(configs);
    const [first = "", second = ""] = configs;
    const started = await untilServed(first, (all) => all.some(isIn(holdout, "held-out")));
    const heldOut = new Set(started.filter(isIn(holdout, "held-out")).map(({ unit }) => unit));
    const comparison = new Set(started.filter(isIn(holdout, "comparison")).map(({ unit }) => unit));
    expect(heldOut.size).toBeGreaterThan(200);
    expect(comparison.size).toBeGreaterThan(200);

    for (const [index, config] of configs.entries()) {
      const experiment = await startOn(config);
      const served = await untilServed(config, (all) => all.some(isIn(experiment, "treatment")));
      for (const one of served) {
        if (heldOut.has(one.unit)) {
          expect(one).toMatchObject({
            experiment: holdout,
            variant: "held-out",
            version: 1,
            reason: "HOLDOUT",
          });
        } else expect(one.experiment).toBe(experiment);
      }
      await logAll(`during-${index}`, served);
      await succeed("POST", `/v1/experiments/${experiment}/promote`, { variant: "treatment" });
      const after = await untilServed(config, (all) => all.every((one) => one.experiment !== experiment));
      for (const one of after) {
        const group = heldOut.has(one.unit) ? "held-out" : comparison.has(one.unit) ? "comparison" : null;
        expect(one).toMatchObject({
          variant: group,
          experiment: group && holdout,
          version: group === "held-out" ? 1 : 2,
        });
      }
      await logAll(`after-${index}`, after);
    }

    const results = await resultsOf(holdout);
    const counted = heldOut.size + comparison.size;
    expect(results.analysis).toMatchObject({
      units: counted,
      // Of every unit of both groups: one during each experiment, and one after it.
      events: 4 * counted,
      duplicates: 0,
      multipleExposureUnits: 0,
    });
    expect(results.shipped).toMatchObject([
      { config: first, from: 1, to: 2, origin: null },
      { config: second, from: 1, to: 2, origin: null },
    ]);
    const [primary] = results.effects;
    expect(primary).toMatchObject({
      metric: "task_success",
      verdict: "better",
      heldOut: { units: heldOut.size },
      comparison: { units: comparison.size },
    });
    expect(primary?.difference?.interval.lower).toBeGreaterThan(0);
    expect(results.effects[1]).toMatchObject({ metric: "toxic", guardrail: "safe" });
    expect(results.summary).toMatch(/^2 versions were shipped on 2 AI configs since the start\. Together/);
    expect(results.holdout.configs).toEqual(
      configs.map((config) => ({ config, heldVersion: 1, liveVersion: 2 })),
    );
    const markdown = await succeed("GET", `/v1/holdouts/${holdout}/results?format=markdown`);
    expect(markdown).toContain("by experiment-");
    expect(await succeed("GET", `/v1/experiments/${holdout}/verify`)).toMatchObject({ agrees: true });

    // However clear it is, nothing follows from it.
    await analyzeDueExperiments(env, Date.now());
    expect(await succeed("GET", `/v1/holdouts/${holdout}`)).toMatchObject({ status: "running" });
    const { decisions } = await succeed("GET", `/v1/experiments/${holdout}/decisions`);
    expect(decisions).toMatchObject([{ decision: { action: "continue" } }]);

    await succeed("POST", `/v1/holdouts/${holdout}/end`, { reason: "the quarter is over" });
    const ended = await untilServed(first, (all) => all.every(({ version }) => version === 2));
    expect(ended.every(({ experiment }) => experiment === null)).toBe(true);
    expect(await succeed("GET", `/v1/holdouts/${holdout}`)).toMatchObject({
      status: "ended",
      ended: { reason: "the quarter is over" },
    });
    const [unit = ""] = heldOut;
    const late = { id: "late", experiment: holdout, unit, variant: "held-out", metrics: { task_success: 1 } };
    const { rejected } = (await call("POST", "/v1/events", { events: [late] })).body;
    expect(rejected).toMatchObject([{ code: "after_end" }]);
    expect((await resultsOf(holdout)).analysis.events).toBe(4 * counted);
  });

  it("counts an event once, however often and under whatever name it comes", async () => {
    const [config = ""] = await newConfigs(1);
    const holdout = await createHoldout([config]);
    const experiment = await startOn(config);
    const served = await untilServed(config, (all) => all.some(isIn(experiment, "treatment")));
    const heldOut = served.find(isIn(holdout, "held-out"))?.unit ?? "";
    const groups = await Promise.all(
      served.slice(0, 60).map(async ({ unit }) => {
        const { holdout: explained } = await succeed("POST", "/v1/explain", { config, unit });
        return [unit, explained.group] as const;
      }),
    );
    const compared = served.find(({ unit }) => new Map(groups).get(unit) === "comparison");
    if (!compared) throw new Error("none of sixty units is compared");
    const { unit, variant } = compared;
    const event = { id: "one", experiment, unit, variant, metrics: { task_success: 1 } };
    const copy = { ...event, experiment: holdout, variant: "comparison" };
    expect(await succeed("POST", "/v1/events", { events: [event] })).toMatchObject({ accepted: 1 });
    expect(await succeed("POST", "/v1/events", { events: [event, copy] })).toMatchObject({
      accepted: 0,
      duplicates: 2,
    });
    expect((await resultsOf(holdout)).analysis.events).toBe(1);
    // A unit that is held out cannot have had a variant.
    const wrong = { ...event, id: "two", unit: heldOut };
    const { rejected } = (await call("POST", "/v1/events", { events: [wrong] })).body;
    expect(rejected).toMatchObject([{ code: "unit_held_out" }]);
    const { active } = await resultsOf(holdout);
    expect(active).toEqual([{ experiment, config, isRelease: false }]);
  });

  it("forgets a unit that is erased", async () => {
    const [config = ""] = await newConfigs(1);
    const holdout = await createHoldout([config]);
    const served = await untilServed(config, (all) => all.some(isIn(holdout, "held-out")));
    const logged = await logAll("erased", served);
    expect((await resultsOf(holdout)).analysis).toMatchObject({ units: logged, events: logged });
    const unit = served.find(isIn(holdout, "held-out"))?.unit ?? "";
    expect(await eraseUnit(unit)).toMatchObject({ state: "done" });
    expect((await resultsOf(holdout)).analysis).toMatchObject({
      units: logged - 1,
      events: logged - 1,
      erasedUnits: 1,
    });
    expect(await succeed("GET", `/v1/experiments/${holdout}/verify`)).toMatchObject({ agrees: true });
  });

  it("counts the exposures that clients report for themselves, by keys that are bound to one of its AI configs", async () => {
    const configs = await newConfigs(2);
    const [, second = ""] = configs;
    const holdout = await createHoldout(configs);
    const experiment = await startOn(second);
    const { secret } = await succeed("POST", "/v1/keys", { name: "B", scope: "server", configs: [second] });
    const ruleset = await vi.waitFor(
      async () => {
        const document = await succeed("GET", "/v1/ruleset", undefined, secret);
        expect(document.experiments).toHaveLength(1);
        return document;
      },
      { timeout: 15_000, interval: 100 },
    );
    expect(ruleset.holdouts).toMatchObject([{ key: holdout, config: second, control: "held-out" }]);
    expect(JSON.stringify(ruleset)).not.toContain(configs[0]);
    const served = await assignAll(second, UNITS.slice(0, 100));
    const exposures = served.flatMap(({ unit, experiment: name, variant }) =>
      name === null ? [] : { experiment: name, unit, variant },
    );
    const receipt = await succeed("POST", "/v1/exposures", { exposures }, secret);
    expect(receipt).toMatchObject({ accepted: exposures.length, rejected: [] });
    const groups = await Promise.all(
      served.map(
        async ({ unit }) => (await succeed("POST", "/v1/explain", { config: second, unit })).holdout.group,
      ),
    );
    const { analysis } = await resultsOf(holdout);
    expect(analysis.units).toBe(groups.filter((group) => group !== null).length);
    expect((await succeed("GET", `/v1/experiments/${experiment}/results`)).analysis.units).toBe(
      groups.filter((group) => group !== "held-out").length,
    );
  });
});
