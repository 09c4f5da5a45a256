import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { collectTotals } from "#aggregator/client.ts";
import { exposureReceiptSchema } from "#contract/exposures.ts";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";
import { unitWith } from "#test/support/assigned-units.ts";
import { readLoggedEntries } from "#test/support/event-log.ts";

async function totalsOf(key: string, shards = 1) {
  const variants = [{ key: "control" }, { key: "treatment" }];
  return collectTotals(env.AGGREGATOR, { spec: { key, shards, variants }, phases: [null] });
}

function reportsOf(experiment: string, count: number) {
  return Array.from({ length: count }, (_, index) => ({
    experiment,
    variant: index % 3 === 0 ? "treatment" : "control",
  })).map((report, index) => ({
    ...report,
    unit: unitWith(`user-${index}`, [{ key: experiment }, report.variant]),
  }));
}

describe("exposures from clients that evaluate locally", () => {
  it("are in the ledger when the answer arrives, over all shards, and again changes nothing", async () => {
    const { key } = await createExperiment({ shards: 4 });
    const { secret } = await succeed("POST", "/v1/keys", { name: "app", scope: "server" });
    const exposures = reportsOf(key, 300);
    for (let round = 0; round < 2; round++) {
      const receipt = await succeed("POST", "/v1/exposures", { exposures }, secret);
      expect(exposureReceiptSchema.parse(receipt)).toEqual({ accepted: 300, rejected: [], warnings: [] });
      const { variants, multipleExposureUnits } = await totalsOf(key, 4);
      expect(multipleExposureUnits).toBe(0);
      expect({ control: variants.control?.units, treatment: variants.treatment?.units }).toEqual({
        control: 200,
        treatment: 100,
      });
    }
    expect(await succeed("GET", `/v1/experiments/${key}/verify`)).toMatchObject({ agrees: true, units: 300 });
    const logged = await readLoggedEntries(key);
    expect(logged).toHaveLength(300);
    expect(logged.filter(({ unit }) => unit.startsWith("user-"))).toEqual([]);
  });

  it("let outcomes find their unit without naming a variant", async () => {
    const { key } = await createExperiment();
    const exposures = reportsOf(key, 1);
    const event = { id: "e", experiment: key, unit: exposures[0]?.unit, metrics: { task_success: 1 } };
    expect((await call("POST", "/v1/events", { events: [event] })).body.code).toBe("no_event_accepted");
    await succeed("POST", "/v1/exposures", { exposures });
    expect(await succeed("POST", "/v1/events", { events: [event] })).toMatchObject({ accepted: 1 });
  });

  it("that claim a variant which the unit does not get are refused and counted, and move nobody", async () => {
    const { key } = await createExperiment({ coverage: 0.5 });
    const exposures = ["control", "treatment"].flatMap((variant) =>
      Array.from({ length: 20 }, (_, index) => ({ experiment: key, unit: `user-${index}`, variant })),
    );
    const { accepted, rejected } = await succeed("POST", "/v1/exposures", { exposures });
    expect(accepted + rejected.length).toBe(40);
    expect(new Set(rejected.map(({ code }: { code: string }) => code))).toEqual(
      new Set(["wrong_variant", "unit_not_in_experiment"]),
    );
    await vi.waitFor(async () => {
      expect(await totalsOf(key)).toMatchObject({ multipleExposureUnits: 0, rejected: rejected.length });
    });
    expect(await succeed("GET", `/v1/experiments/${key}/verify`)).toMatchObject({ agrees: true });
  });

  it("bring covariates into the log and the totals, as assignments do", async () => {
    const { key } = await createExperiment();
    const exposures = reportsOf(key, 60).map((report, index) => ({
      ...report,
      covariates: { task_success: index / 60, my_own: 1 },
    }));
    const receipt = await succeed("POST", "/v1/exposures", { exposures });
    expect(receipt.warnings).toEqual([
      { code: "unused_covariate", message: expect.stringContaining(`${key}/my_own`) },
    ]);
    const events = reportsOf(key, 60).map((report, index) => ({
      ...report,
      id: `e-${index}`,
      metrics: { task_success: index % 2 },
    }));
    await succeed("POST", "/v1/events", { events });
    expect(await succeed("GET", `/v1/experiments/${key}/verify`)).toMatchObject({ agrees: true, units: 60 });
    expect((await readLoggedEntries(key)).filter(({ kind }) => kind === "exposure")).toHaveLength(60);
    const { variants } = await totalsOf(key);
    expect(variants.control?.metrics.task_success?.covariate?.units).toBe(40);
  });

  it("bring covariates with the unit itself only: later ones are counted and left aside", async () => {
    const { key } = await createExperiment();
    const arm: [{ key: string }, string] = [{ key }, "control"];
    const report = { experiment: key, unit: unitWith("late", arm), variant: "control" };
    const early = unitWith("early", arm);
    await succeed("POST", "/v1/events", {
      events: [{ ...report, id: "first", metrics: { task_success: 1 } }],
    });
    const exposure = { ...report, covariates: { task_success: 0.5 } };
    await succeed("POST", "/v1/exposures", { exposures: [exposure] });
    await succeed("POST", "/v1/exposures", { exposures: [{ ...exposure, unit: early }] });
    await succeed("POST", "/v1/exposures", { exposures: [{ ...exposure, unit: early }] });
    const totals = await totalsOf(key);
    expect(totals.lateCovariates).toBe(1);
    expect(totals.variants.control?.metrics.task_success?.covariate?.units).toBeUndefined();
    expect(await succeed("GET", `/v1/experiments/${key}/verify`)).toMatchObject({ agrees: true, units: 2 });
  });

  it("leave no covariate anywhere where the experiment ignores them, and take none from an earlier one", async () => {
    const { key } = await createExperiment({ covariates: "ignore" });
    const [report] = reportsOf(key, 1);
    await succeed("POST", "/v1/exposures", { exposures: [{ ...report, covariates: { task_success: 0.5 } }] });
    await succeed("POST", "/v1/events", {
      events: [{ ...report, id: "first", metrics: { task_success: 1 } }],
    });
    const totals = await totalsOf(key);
    const measured = Object.values(totals.variants).flatMap(({ metrics }) => metrics.task_success ?? []);
    expect(measured).toHaveLength(1);
    expect(measured[0]?.covariate).toBeUndefined();
    expect(await succeed("GET", `/v1/experiments/${key}/verify`)).toMatchObject({ agrees: true, units: 1 });
    expect(JSON.stringify(await readLoggedEntries(key))).toMatch(/^(?!.*0\.5).*task_success/);
    const refused = await call("POST", "/v1/experiments", {
      covariates: "ignore",
      covariateSource: "earlier",
    });
    expect(refused.body.errors).toContainEqual(
      expect.objectContaining({ path: "/covariateSource", code: "covariates_ignored" }),
    );
  });

  it("keep the time at which they happened", async () => {
    const { key } = await createExperiment();
    const timestamp = Date.now() - 60_000;
    await succeed("POST", "/v1/exposures", {
      exposures: [{ ...reportsOf(key, 2)[1], timestamp }],
    });
    expect((await totalsOf(key)).firstExposureAt).toBe(timestamp);
  });
});

describe("bad exposures", () => {
  const bad: [string, Record<string, unknown>, string, string][] = [
    ["no variant", { variant: undefined }, "/variant", "missing_field"],
    ["an unknown variant", { variant: "nothing" }, "/variant", "unknown_variant"],
    ["an unknown experiment", { experiment: "toString" }, "/experiment", "unknown_experiment"],
    ["a phase that never was", { phase: 1 }, "/phase", "unknown_phase"],
    ["an empty unit", { unit: "" }, "/unit", "too_small"],
    ["a time in the future", { timestamp: Date.now() + 3_600_000 }, "/timestamp", "timestamp_in_future"],
    ["a time before the start", { timestamp: 1 }, "/timestamp", "timestamp_before_start"],
    ["covariates beyond all measure", { covariates: { a: 1e300 } }, "/covariates/a", "too_big"],
    ["an unknown field", { color: "red" }, "/color", "unknown_field"],
  ];

  it("are rejected one by one, each with its reason, and their good neighbors recorded", async () => {
    const { key } = await createExperiment();
    const good = {
      experiment: key,
      unit: unitWith("good", [{ key }, "control"]),
      variant: "control",
    };
    const exposures = [...bad.map(([, change]) => ({ ...good, ...change })), good];
    const receipt = await succeed("POST", "/v1/exposures", { exposures });
    expect(receipt.accepted).toBe(1);
    expect(receipt.rejected).toEqual(
      bad.map(([, , path, code], index) => ({
        index,
        path: `/exposures/${index}${path}`,
        code,
        message: expect.any(String),
      })),
    );
    expect((await totalsOf(key)).variants.control?.units).toBe(1);
  });

  it("alone are refused with a problem that lists them", async () => {
    const answer = await call("POST", "/v1/exposures", { exposures: [7, { __proto__: null, unit: "u" }] });
    expect(answer).toMatchObject({ status: 422, body: { code: "no_exposure_accepted", accepted: 0 } });
    expect(answer.body.rejected).toHaveLength(2);
  });

  it("come in batches of 1 to 1,000", async () => {
    for (const exposures of [[], Array.from({ length: 1_001 }, () => 0)]) {
      expect((await call("POST", "/v1/exposures", { exposures })).body.code).toBe("invalid_input");
    }
  });
});
