import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { variantInPhase } from "#assigner/variant-in-phase.ts";
import { call, createConfig, createExperiment, succeed, uniqueKey } from "#test/support/api-client.ts";
import { unitWith } from "#test/support/assigned-units.ts";
import { rulesetExperiment } from "#tools/builders/ruleset-builder.ts";
import worker from "../../src/limited.ts";

const MAXIMUM_VALUE_BYTES = 2_000_000;

const look = (at: number) => worker.scheduled({ scheduledTime: at, cron: "* * * * *", noRetry() {} }, env);

/** The bytes of the largest row of every table of a database. */
function largestRows(sql: SqlStorage): Record<string, number> {
  const tables = [
    ...sql.exec("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'"),
  ];
  return Object.fromEntries(
    tables.map(({ name }) => {
      const columns = [...sql.exec(`SELECT name FROM pragma_table_info('${name}')`)].map(
        (column) => column.name,
      );
      const size = columns.map((column) => `length(CAST(coalesce("${column}", '') AS BLOB))`).join(" + ");
      return [String(name), Number(sql.exec(`SELECT max(${size}) AS bytes FROM "${name}"`).one().bytes ?? 0)];
    }),
  );
}

const rowsOf = (experiment: string) =>
  runInDurableObject(env.AGGREGATOR.getByName(`${experiment}/0`), (_instance, { storage }) =>
    largestRows(storage.sql),
  );

async function defineMetrics(prefix: string, count: number, distribution: boolean): Promise<string[]> {
  const keys = Array.from({ length: count }, (_, index) => `${prefix}_${index}`);
  for (const key of keys) {
    const definition = { key, name: key, type: "mean", direction: "decrease", distribution };
    await succeed("POST", "/v1/metrics", definition);
  }
  return keys;
}

/** An AI config with ten versions, each an arm. */
async function createTenArms(): Promise<{
  config: string;
  variants: { key: string; version: number; weight: number }[];
}> {
  const config = uniqueKey("config");
  await createConfig(config);
  for (let number = 4; number <= 10; number++)
    await succeed("POST", `/v1/configs/${config}/versions`, { value: { model: `model-${number}` } });
  const variants = Array.from({ length: 10 }, (_, index) => ({
    key: `arm-${index}`,
    version: index + 1,
    weight: 0.1,
  }));
  return { config, variants };
}

describe("what is as large as it may be", () => {
  it("works: 50 metrics in 10 arms, 20 of them with distributions", async () => {
    const metrics = [...(await defineMetrics("wide", 20, true)), ...(await defineMetrics("flat", 30, false))];
    const { config, variants } = await createTenArms();
    const { key } = await createExperiment({
      config,
      variants,
      control: "arm-0",
      metrics: metrics.map((metric, index) => ({ metric, role: index === 0 ? "primary" : "secondary" })),
      properties: ["language"],
      minimumUnits: 1_000_000,
      maximumUnits: 2_000_000,
    });
    const experiment = rulesetExperiment(key, Array<number>(10).fill(0.1), { variants });
    for (let batch = 0; batch < 4; batch++) {
      const events = Array.from({ length: 100 }, (_, index) => {
        const unit = `unit-${batch}-${index}`;
        const valueAt = (place: number) => 1.3 ** ((batch * 100 + index + place) % 60);
        return {
          id: unit,
          experiment: key,
          unit,
          variant: variantInPhase(experiment, 0, unit),
          metrics: Object.fromEntries(metrics.map((metric, place) => [metric, valueAt(place)])),
          properties: { language: index % 2 === 0 ? "de" : "en" },
        };
      });
      expect(await succeed("POST", "/v1/events", { events })).toMatchObject({ accepted: 100 });
    }
    await look(Date.now() + 600_000);
    expect((await succeed("GET", `/v1/experiments/${key}/snapshots`)).snapshots).toHaveLength(1);
    const { analysis } = await succeed("GET", `/v1/experiments/${key}/results`);
    expect(analysis).toMatchObject({ units: 400, events: 400 });
    expect(analysis.metrics).toHaveLength(50);
    expect((await call("GET", `/v1/experiments/${key}/report`)).status).toBe(200);
    const { segments } = await succeed("GET", `/v1/experiments/${key}/segments?property=language`);
    expect(segments).toHaveLength(2);
    expect(await succeed("GET", `/v1/experiments/${key}/verify`)).toMatchObject({
      agrees: true,
      events: 400,
    });
  }, 60_000);

  it("is refused before it starts where distributions could outgrow a call or a value", async () => {
    const metrics = await defineMetrics("deep", 21, true);
    const asMetrics = (keys: string[]) =>
      keys.map((metric, index) => ({ metric, role: index === 0 ? "primary" : "secondary" }));
    const start = async (overrides: Record<string, unknown>) => {
      const { key } = await createExperiment(overrides, { start: false });
      return call("POST", `/v1/experiments/${key}/start`);
    };
    const tenArms = { ...(await createTenArms()), control: "arm-0", metrics: asMetrics(metrics) };
    const many = await start(tenArms);
    expect(many).toMatchObject({ status: 409, body: { code: "limit_reached" } });
    expect(many.body.detail).toContain("this would make 210");
    // Of either sign, each fills 4,837 buckets.
    const six = { metrics: asMetrics(metrics.slice(0, 6)) };
    const wide = await start({ ...six, maximumEventsPerUnit: null });
    expect(wide).toMatchObject({ status: 409, body: { code: "limit_reached" } });
    expect(wide.body.detail).toContain("Lower maximumEventsPerUnit");
    expect((await start({ ...six, maximumEventsPerUnit: 4_000 })).status).toBe(200);
    expect(
      (await start({ metrics: asMetrics(metrics.slice(0, 5)), maximumEventsPerUnit: null })).status,
    ).toBe(200);
  }, 60_000);

  it("works: one unit whose values fall into as many buckets as there are", async () => {
    const [metric = ""] = await defineMetrics("broad", 1, true);
    const { key } = await createExperiment({
      metrics: [{ metric, role: "primary" }],
      maximumEventsPerUnit: null,
    });
    const unit = unitWith("one", [{ key }, "control"]);
    const value = (number: number) => (number % 2 === 0 ? 1 : -1) * 1e-9 * 1.0202 ** number;
    for (let batch = 0; batch < 5; batch++) {
      const events = Array.from({ length: 480 }, (_, index) => {
        const number = batch * 480 + index;
        return {
          id: `${number}`,
          experiment: key,
          unit,
          variant: "control",
          metrics: { [metric]: value(number) },
        };
      });
      expect(await succeed("POST", "/v1/events", { events })).toMatchObject({ accepted: 480 });
    }
    expect(await succeed("GET", `/v1/experiments/${key}/verify`)).toMatchObject({ agrees: true });
    const { unit: bytes = 0 } = await rowsOf(key);
    expect(bytes).toBeGreaterThan(20_000);
    expect(bytes).toBeLessThan(MAXIMUM_VALUE_BYTES / 5);
  }, 60_000);

  it("works: 1,000 events with all properties they may have, in emoji, in a body of nearly 1 MiB", async () => {
    const names = Array.from({ length: 20 }, (_, index) => `property-${index}`);
    const { key } = await createExperiment({ properties: names });
    const properties = Object.fromEntries(
      names.map((name, index) => [name, "😀".repeat(index === 0 ? 128 : 1)]),
    );
    const events = Array.from({ length: 1_000 }, (_, index) => ({
      id: `${index}`,
      experiment: key,
      unit: unitWith(`unit-${index}`, [{ key }, "control"]),
      variant: "control",
      metrics: { task_success: 1 },
      properties,
    }));
    const bytes = new TextEncoder().encode(JSON.stringify({ events })).length;
    expect(bytes).toBeGreaterThan(900_000);
    expect(await succeed("POST", "/v1/events", { events })).toMatchObject({ accepted: 1_000 });
    expect(await succeed("GET", `/v1/experiments/${key}/verify`)).toMatchObject({
      agrees: true,
      events: 1_000,
    });
  }, 60_000);

  it("works: 100 AI configs of 100 KB of emoji, as an answer and as a ruleset", async () => {
    const keys = Array.from({ length: 100 }, () => uniqueKey("emoji"));
    const value = { system_prompt: "😀".repeat(25_000) };
    for (const key of keys) await succeed("POST", "/v1/configs", { key, value });
    const requests = keys.map((config) => ({ config, unit: "one" }));
    const { assignments } = await succeed("POST", "/v1/assign", { requests });
    expect(assignments.map((assignment: { value: unknown }) => assignment.value)).toEqual(
      keys.map(() => value),
    );
    const { configs } = await succeed("GET", "/v1/ruleset");
    expect(configs.length).toBeGreaterThanOrEqual(100);
  }, 60_000);

  it("works: 1,000 units with 131 events each come back in one batch, and each event once", async () => {
    const { key } = await createExperiment({ maximumEventsPerUnit: null });
    const units = Array.from({ length: 1_000 }, (_, index) =>
      unitWith(`back-${index}`, [{ key }, "control"]),
    );
    const batch = (round: number) => ({
      events: units.map((unit) => ({
        id: `${round}`,
        experiment: key,
        unit,
        variant: "control",
        metrics: { task_success: 1 },
      })),
    });
    for (let round = 0; round < 131; round++) await succeed("POST", "/v1/events", batch(round));
    // Beyond what a unit's row keeps of its events.
    expect(await succeed("POST", "/v1/events", batch(0))).toMatchObject({ accepted: 0, duplicates: 1_000 });
    expect(await succeed("POST", "/v1/events", batch(131))).toMatchObject({ accepted: 1_000 });
    expect(await succeed("GET", `/v1/experiments/${key}/verify`)).toMatchObject({
      agrees: true,
      events: 132_000,
      units: 1_000,
    });
  }, 120_000);

  it("works: 200 phases of weights, with units in each", async () => {
    const { key } = await createExperiment({
      minimumUnits: 40_000,
      allocation: { type: "adaptive", algorithm: "thompson", minimumWeight: 0.1, phaseSeconds: 60 },
    });
    const { startedAt } = await succeed("GET", `/v1/experiments/${key}`);
    const phases = Array.from({ length: 200 }, (_, index) => ({
      startedAt: startedAt + index,
      weights: index % 2 === 0 ? [0.5, 0.5] : [0.3, 0.7],
    }));
    await env.DB.prepare("UPDATE experiment SET phases = ? WHERE key = ?")
      .bind(JSON.stringify(phases), key)
      .run();
    // What changes an experiment tells the edges of it.
    await succeed("POST", `/v1/experiments/${key}/pause`, { reason: "the phases are new" });
    await succeed("POST", `/v1/experiments/${key}/resume`, { reason: "the phases are new" });
    const events = phases.flatMap((_, phase) =>
      Array.from({ length: 5 }, (_none, index) => ({
        id: `${phase}-${index}`,
        experiment: key,
        unit: unitWith(`in-both-${phase}-${index}`, [
          { key, weights: { control: 0.3, treatment: 0.7 } },
          "control",
        ]),
        variant: "control",
        phase,
        metrics: { task_success: index % 2 },
      })),
    );
    expect(await succeed("POST", "/v1/events", { events })).toMatchObject({ accepted: 1_000 });
    await look(Date.now() + 600_000);
    const { snapshots } = await succeed("GET", `/v1/experiments/${key}/snapshots?limit=1`);
    expect(snapshots[0]).toMatchObject({ analysis: { units: 1_000 } });
    expect(await succeed("GET", `/v1/experiments/${key}/verify`)).toMatchObject({
      agrees: true,
      units: 1_000,
    });
    const { total = 0 } = await rowsOf(key);
    expect(total).toBeLessThan(MAXIMUM_VALUE_BYTES / 100);
  }, 60_000);
});
