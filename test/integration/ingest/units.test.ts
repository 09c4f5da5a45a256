import { exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createBakeoff, type Drop } from "#sdk/index.ts";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";

const NOBODY = ["undefined", "null", "NaN", "[object Object]", " "];

async function unitsOf(key: string) {
  return (await succeed("GET", `/v1/experiments/${key}/results`)).analysis;
}

describe("a unit that is a number", () => {
  it("is the unit of its digits, however it arrives", async () => {
    const { key, config } = await createExperiment();
    const { variant } = await succeed("POST", "/v1/assign", { config, unit: 12345 });
    expect((await succeed("POST", "/v1/assign", { config, unit: "12345" })).variant).toBe(variant);
    const exposures = [{ experiment: key, unit: 12345, variant }];
    expect(await succeed("POST", "/v1/exposures", { exposures })).toMatchObject({ accepted: 1 });
    const event = { id: "a", experiment: key, unit: 12345, metrics: { task_success: 1 } };
    expect(await succeed("POST", "/v1/events", { events: [event] })).toMatchObject({ accepted: 1 });
    const again = { ...event, unit: "12345" };
    expect(await succeed("POST", "/v1/events", { events: [again] })).toMatchObject({ duplicates: 1 });
    expect(await unitsOf(key)).toMatchObject({ units: 1, multipleExposureUnits: 0, events: 1 });
  });

  it.each(["local", "remote"] as const)("is so in the SDK, %s, too", async (mode) => {
    const { key, config } = await createExperiment();
    const { secret } = await succeed("POST", "/v1/keys", { name: "app", scope: "server" });
    const bakeoff = createBakeoff({
      url: "https://bakeoff.test/",
      key: secret,
      mode,
      timeoutMs: 20_000,
      fetch: (input, init) => exports.default.fetch(new Request(input, init)),
    });
    for (const unit of [777, 777n, "777"]) await bakeoff.run(config, { unit, fallback: {} }, () => "done");
    const run = await bakeoff.run(config, { unit: 777, fallback: {} }, () => "done");
    bakeoff.feedback(run.handle, { task_success: 1 });
    bakeoff.log({ experiment: key, unit: 777, metrics: { user_satisfaction: 4 } });
    expect(await bakeoff.close()).toBe(true);
    expect(bakeoff.stats.dropped).toBe(0);
    expect(await unitsOf(key)).toMatchObject({ units: 1, multipleExposureUnits: 0, events: 6 });
  });
});

describe("a text that names nobody", () => {
  it.each(NOBODY)("is no unit: %j", async (unit) => {
    const { key, config } = await createExperiment();
    expect((await call("POST", "/v1/assign", { config, unit })).status).toBe(422);
    const exposures = [{ experiment: key, unit, variant: "control" }];
    expect((await call("POST", "/v1/exposures", { exposures })).body).toMatchObject({
      code: "no_exposure_accepted",
      rejected: [{ path: "/exposures/0/unit" }],
    });
    const events = [{ id: "a", experiment: key, unit, variant: "control", metrics: { error: 0 } }];
    expect((await call("POST", "/v1/events", { events })).body).toMatchObject({
      code: "no_event_accepted",
      rejected: [{ path: "/events/0/unit" }],
    });
    const context = { targetingKey: unit };
    const evaluated = await call("POST", `/ofrep/v1/evaluate/flags/${config}`, { context });
    expect(evaluated).toMatchObject({ status: 400, body: { errorCode: "INVALID_CONTEXT" } });
    expect(await unitsOf(key)).toMatchObject({ units: 0, events: 0 });
  });
});

describe("a value that a metric cannot have", () => {
  it("costs that value, and nothing of what the SDK logs beside it", async () => {
    const { key, config } = await createExperiment();
    const { secret } = await succeed("POST", "/v1/keys", { name: "app", scope: "server" });
    const drops: Drop[] = [];
    const bakeoff = createBakeoff({
      url: "https://bakeoff.test/",
      key: secret,
      timeoutMs: 20_000,
      onDrop: (drop) => drops.push(drop),
      fetch: (input, init) => exports.default.fetch(new Request(input, init)),
    });
    await bakeoff.run(config, { unit: "u", fallback: {} }, async (_, record) => {
      record({ task_success: 0.5, toxicity: 7, faithfulness: Number.NaN, user_satisfaction: 4 });
    });
    expect(await bakeoff.flush()).toBe(true);
    expect(drops.map(({ code, item }) => [code, item])).toEqual([
      ["invalid_metric:faithfulness", { faithfulness: Number.NaN }],
      ["impossible_value:task_success", { task_success: 0.5 }],
      ["impossible_value:toxicity", { toxicity: 7 }],
    ]);
    const { events } = await succeed("GET", `/v1/experiments/${key}/events`);
    expect(events).toMatchObject([
      { metrics: { latency_ms: expect.any(Number), error: 0, user_satisfaction: 4 } },
    ]);
  });
});

it("what was cancelled is a metric that everybody has, 0 for who cancelled nothing", async () => {
  const { key, config } = await createExperiment();
  const { secret } = await succeed("POST", "/v1/keys", { name: "app", scope: "server" });
  const warnings: string[] = [];
  const bakeoff = createBakeoff({
    url: "https://bakeoff.test/",
    key: secret,
    timeoutMs: 20_000,
    onWarning: ({ code }) => warnings.push(code),
    fetch: (input, init) => exports.default.fetch(new Request(input, init)),
  });
  const cancelled = () => Promise.reject(new DOMException("stopped", "AbortError"));
  await expect(bakeoff.run(config, { unit: "u", fallback: {} }, cancelled)).rejects.toThrow("stopped");
  await bakeoff.run(config, { unit: "v", fallback: {} }, () => "done");
  await bakeoff.close();
  expect(warnings).toEqual([]);
  const { events } = await succeed("GET", `/v1/experiments/${key}/events`);
  expect(events.map(({ metrics }: { metrics: object }) => metrics)).toContainEqual({
    cancelled: 1,
    error: 0,
  });
  const { metrics } = await succeed("GET", "/v1/metrics");
  expect(metrics).toContainEqual(
    expect.objectContaining({ key: "cancelled", per: "unit", direction: "decrease" }),
  );
});
