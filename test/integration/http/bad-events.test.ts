import { beforeAll, describe, expect, it } from "vitest";
import { call, createConfig, createExperiment, succeed } from "#test/support/api-client.ts";
import { unitWith } from "#test/support/assigned-units.ts";
import { expectProblem } from "#test/support/expect-problem.ts";

const INJECTION = "'; DROP TABLE experiment; --";

beforeAll(async () => {
  await createConfig("given-config");
  await createExperiment({ key: "given-experiment", config: "given-config" }, { start: false });
  await succeed("POST", "/v1/experiments/given-experiment/start");
});

describe("events", () => {
  const good = {
    id: "good",
    experiment: "given-experiment",
    unit: unitWith("u", [{ key: "given-experiment" }, "control"]),
    variant: "control",
    metrics: { task_success: 1 },
  };
  const bad: [string, unknown, string, string][] = [
    ["no object", "text", "", "wrong_type"],
    ["null", null, "", "wrong_type"],
    ["no id", { ...good, id: undefined }, "/id", "missing_field"],
    ["an id of 10,000 characters", { ...good, id: "x".repeat(10_000) }, "/id", "too_big"],
    ["an empty unit", { ...good, unit: "" }, "/unit", "too_small"],
    ["a unit of 10,000 characters", { ...good, unit: "x".repeat(10_000) }, "/unit", "too_big"],
    ["a unit that is the text of no number", { ...good, unit: "NaN" }, "/unit", "invalid_value"],
    ["a unit that is a fraction", { ...good, unit: 0.5 }, "/unit", "invalid_value"],
    [
      "a value that is the text NaN",
      { ...good, metrics: { latency_ms: "NaN" } },
      "/metrics/latency_ms",
      "wrong_type",
    ],
    ["a null value", { ...good, metrics: { latency_ms: null } }, "/metrics/latency_ms", "wrong_type"],
    [
      "a value beyond all measure",
      { ...good, metrics: { latency_ms: 1e300 } },
      "/metrics/latency_ms",
      "too_big",
    ],
    [
      "half a success",
      { ...good, metrics: { task_success: 0.5 } },
      "/metrics/task_success",
      "impossible_value",
    ],
    [
      "a negative latency",
      { ...good, metrics: { latency_ms: -1 } },
      "/metrics/latency_ms",
      "impossible_value",
    ],
    [
      "a latency of more than an hour",
      { ...good, metrics: { latency_ms: 3_600_001 } },
      "/metrics/latency_ms",
      "impossible_value",
    ],
    [
      "a first token after an hour",
      { ...good, metrics: { ttft_ms: 1e12 } },
      "/metrics/ttft_ms",
      "impossible_value",
    ],
    [
      "a cost of more than 1,000 USD",
      { ...good, metrics: { cost_usd: 1_000.01 } },
      "/metrics/cost_usd",
      "impossible_value",
    ],
    [
      "more than ten million tokens",
      { ...good, metrics: { output_tokens: 10_000_001 } },
      "/metrics/output_tokens",
      "impossible_value",
    ],
    ["a toxicity of 7", { ...good, metrics: { toxicity: 7 } }, "/metrics/toxicity", "impossible_value"],
    [
      "a logged quantile",
      { ...good, metrics: { latency_p95_ms: 1 } },
      "/metrics/latency_p95_ms",
      "impossible_value",
    ],
    ["no metrics", { ...good, metrics: {} }, "/metrics", "invalid_value"],
    ["SQL as a metric", { ...good, metrics: { [INJECTION]: 1 } }, `/metrics/${INJECTION}`, "invalid_value"],
    [
      "a timestamp in the future",
      { ...good, timestamp: Date.now() + 3_600_000 },
      "/timestamp",
      "timestamp_in_future",
    ],
    [
      "a timestamp before the start",
      { ...good, timestamp: "2001-01-01T00:00:00Z" },
      "/timestamp",
      "timestamp_before_start",
    ],
    ["a timestamp in words", { ...good, timestamp: "yesterday" }, "/timestamp", "wrong_format"],
    ["an unknown experiment", { ...good, experiment: "nothing" }, "/experiment", "unknown_experiment"],
    ["an unknown variant", { ...good, variant: "nothing" }, "/variant", "unknown_variant"],
    ["a variant that the unit does not get", { ...good, variant: "treatment" }, "/variant", "wrong_variant"],
    ["an unknown field", { ...good, color: "red" }, "/color", "unknown_field"],
    [
      "a unit never assigned, without its variant",
      { ...good, id: "x", unit: "never", variant: undefined },
      "/variant",
      "unit_not_exposed",
    ],
    ["properties that are nested", { ...good, properties: { a: { b: 1 } } }, "/properties/a", "wrong_type"],
  ];

  it.each(bad)("with %s are rejected, and nothing of them is stored", async (_name, event, path, code) => {
    const answer = await call("POST", "/v1/events", { events: [event] });
    expectProblem(answer, 422, "no_event_accepted");
    expect(answer.body.rejected).toMatchObject([{ index: 0, path: `/events/0${path}`, code }]);
    const { events } = await succeed("GET", "/v1/experiments/given-experiment/events");
    expect(events).toEqual([]);
  });

  it("with a prototype key are rejected alone", async () => {
    const raw = `{"events":[{"id":"p","__proto__":{"x":1}},${JSON.stringify({ ...good, id: "near-prototype" })}]}`;
    const answer = await call("POST", "/v1/events", undefined, { raw });
    expect(answer).toMatchObject({
      status: 200,
      body: { accepted: 1, rejected: [{ index: 0, id: "p", code: "forbidden_key" }] },
    });
  });

  it("that are good are stored although their neighbors are bad", async () => {
    const unit = {
      ...good,
      unit: unitWith("neighbor", [{ key: "given-experiment" }, "control"]),
      id: "neighbor",
      metrics: { task_success: true, my_own_metric: 3 },
    };
    const receipt = await succeed("POST", "/v1/events", { events: [...bad.map(([, event]) => event), unit] });
    expect(receipt).toMatchObject({ accepted: 1, duplicates: 0, warnings: [{ code: "unknown_metric" }] });
    expect(receipt.rejected.map(({ index }: { index: number }) => index)).toEqual(
      bad.map((_, index) => index),
    );
    const { events } = await succeed("GET", "/v1/experiments/given-experiment/events");
    expect(events).toContainEqual(
      expect.objectContaining({ id: "neighbor", metrics: { task_success: 1, my_own_metric: 3 } }),
    );
    expect(JSON.stringify(events)).not.toContain('"unit":"neighbor');
  });

  it("come in batches of 1 to 1,000", async () => {
    expectProblem(await call("POST", "/v1/events", { events: [] }), 422, "invalid_input");
    const many = Array.from({ length: 1_001 }, () => 0);
    expectProblem(await call("POST", "/v1/events", { events: many }), 422, "invalid_input");
  });
});
