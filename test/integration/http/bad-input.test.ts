import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { ROUTES } from "#api/routes/index.ts";
import { deleteUnit } from "#contract/erasures.ts";
import { experimentExamples } from "#contract/examples.ts";
import { type Answer, call, createConfig, createExperiment, succeed } from "#test/support/api-client.ts";
import { unitWith } from "#test/support/assigned-units.ts";

const INJECTION = "'; DROP TABLE experiment; --";
/** Protocols with errors of their own are tested with those; so are addresses that hold a key. */
const PROBLEM_ROUTES = ROUTES.filter(({ failures, keyParameter }) => !failures && !keyParameter);
const NON_GET = PROBLEM_ROUTES.filter(({ body }) => body !== undefined);

/** A concrete address for a route's pattern. */
function addressOf(path: string): string {
  return path.replace(":version", "1").replace(/:\w+/g, "given-experiment");
}

function expectProblem(answer: Answer, status: number, code: string): void {
  expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(answer.body).toMatchObject({
    type: `urn:bakeoff:problem:${code}`,
    status,
    title: expect.any(String),
  });
  expect(JSON.stringify(answer.body)).not.toMatch(/SQLITE|D1_ERROR|drizzle|node_modules|\.ts:\d/i);
}

async function countRows(): Promise<Record<string, unknown>> {
  const tables = [
    "ai_config",
    "ai_config_version",
    "metric",
    "experiment",
    "api_key",
    "audit",
    "ruleset_revision",
  ];
  const counts = tables.map((table) => `(SELECT COUNT(*) FROM ${table}) AS ${table}`);
  return (await env.DB.prepare(`SELECT ${counts.join(", ")}`).first()) ?? {};
}

beforeAll(async () => {
  await createConfig("given-config");
  await createExperiment({ key: "given-experiment", config: "given-config" }, { start: false });
  await succeed("POST", "/v1/experiments/given-experiment/start");
});

describe("every route", () => {
  it.each(NON_GET.map(({ method, path }) => [method, addressOf(path)] as const))(
    "%s %s refuses malformed JSON, oversized bodies and keys that reach a prototype",
    async (method, path) => {
      const before = await countRows();
      expectProblem(await call(method, path, undefined, { raw: "{not json" }), 400, "malformed_json");
      expectProblem(
        await call(method, path, undefined, { raw: new Uint8Array([0x22, 0xff, 0x22]) }),
        400,
        "malformed_json",
      );
      const huge = JSON.stringify({ filler: "x".repeat(2 * 1_048_576) });
      expectProblem(await call(method, path, undefined, { raw: huge }), 413, "body_too_large");
      const polluted = await call(method, path, undefined, {
        raw: '{"events":[],"__proto__":{"admin":true}}',
      });
      expect(polluted.status).toBe(422);
      expect(polluted.body.errors).toContainEqual(
        expect.objectContaining({ path: "/__proto__", code: "forbidden_key" }),
      );
      expect(await countRows()).toEqual(before);
    },
  );

  it.each(
    NON_GET.flatMap(({ method, path }) =>
      [[], 7, "text", null, { surprise: true }].map((body) => [method, addressOf(path), body] as const),
    ),
  )("%s %s refuses %j with the path of the fault", async (method, path, body) => {
    const before = await countRows();
    const answer = await call(method, path, body);
    expect([404, 422]).toContain(answer.status);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    if (answer.status === 422)
      expect(answer.body.errors[0]).toMatchObject({ path: expect.any(String), code: expect.any(String) });
    expect(await countRows()).toEqual(before);
  });

  it.each(PROBLEM_ROUTES.map(({ method, path }) => [method, addressOf(path)] as const))(
    "%s %s wants a key that it knows and that suffices",
    async (method, path) => {
      const body = method === "GET" ? undefined : {};
      expectProblem(await call(method, path, body, { key: null }), 401, "missing_key");
      expectProblem(await call(method, path, body, { key: "bk_admin_wrong" }), 401, "unknown_key");
      expectProblem(
        await call(method, path, body, { key: INJECTION.replaceAll(" ", "") }),
        401,
        "unknown_key",
      );
    },
  );

  it.each(
    // A unit may have nearly any name, and nobody is told whether it is known.
    PROBLEM_ROUTES.filter(({ path }) => path.includes(":") && path !== deleteUnit.path).map(
      ({ method, path }) => [method, path] as const,
    ),
  )("%s %s has nothing at addresses that make no sense", async (method, path) => {
    for (const odd of [
      encodeURIComponent(INJECTION),
      "__proto__",
      "%F0%28",
      "x".repeat(5_000),
      "nothing-here",
    ]) {
      const answer = await call(
        method,
        path.replace(/:\w+/g, odd),
        method === "GET" || method === "DELETE" ? undefined : {},
      );
      expect([404, 422]).toContain(answer.status);
      expect(answer.headers.get("content-type")).toBe("application/problem+json");
    }
  });

  it("erases no unit whose name is none", async () => {
    for (const odd of ["%F0%28", "x".repeat(257), "undefined"])
      expect([404, 422]).toContain((await call("DELETE", `/v1/units/${odd}`)).status);
    expect((await call("DELETE", "/v1/units/nothing-here")).status).toBe(202);
  });

  it("answers unknown addresses and methods with problems", async () => {
    expectProblem(await call("GET", "/v2/nothing"), 404, "not_found");
    expectProblem(await call("DELETE", "/v1/events"), 405, "method_not_allowed");
  });

  it("refuses odd query parameters", async () => {
    for (const query of ["limit=0", "limit=1e9", "limit=NaN", "before=yesterday", "surprise=1"]) {
      const answer = await call("GET", `/v1/experiments/given-experiment/decisions?${query}`);
      expectProblem(answer, 422, "invalid_input");
    }
  });
});

describe("names with SQL and markup in them", () => {
  it("are stored as what they are", async () => {
    const name = `${INJECTION} <script>alert(1)</script>`;
    await createConfig("names");
    await succeed("PATCH", "/v1/configs/names", { name, description: name });
    expect(await succeed("GET", "/v1/configs/names")).toMatchObject({ name, description: name });
    await succeed("POST", "/v1/experiments", {
      ...experimentExamples.model,
      key: "named",
      name,
      config: "names",
    });
    expect((await succeed("GET", "/v1/experiments/named")).spec.name).toBe(name);
    expect((await succeed("GET", "/v1/experiments")).experiments.length).toBeGreaterThan(0);
  });
});

describe("assignments", () => {
  it.each([
    ["an empty unit", { unit: "" }, "/unit"],
    ["a unit of 10,000 characters", { unit: "x".repeat(10_000) }, "/unit"],
    ["a unit of blanks", { unit: " \n" }, "/unit"],
    ["a unit that is a fraction", { unit: 1.5 }, "/unit"],
    ["a unit that is a number without all of its digits", { unit: 2 ** 53 }, "/unit"],
    ["a unit that is a truth value", { unit: true }, "/unit"],
    ["a unit that is the text of nothing", { unit: "undefined" }, "/unit"],
    ["a unit that is the text of an object", { unit: "[object Object]" }, "/unit"],
    ["half a surrogate pair as unit", { unit: "\ud800" }, "/unit"],
    ["no unit", {}, "/unit"],
    ["an unknown field", { unit: "u", color: "red" }, "/color"],
    ["attributes that are a list", { unit: "u", attributes: [] }, "/attributes"],
  ])("refuse %s", async (_name, body, path) => {
    const answer = await call("POST", "/v1/assign", { config: "given-config", ...body });
    expectProblem(answer, 422, "invalid_input");
    expect(answer.body.errors.map((error: { path: string }) => error.path)).toContain(path);
  });

  it("do not know AI configs that do not exist", async () => {
    for (const config of ["nothing", "toString", "hasOwnProperty"]) {
      expectProblem(await call("POST", "/v1/assign", { config, unit: "u" }), 404, "config_not_found");
    }
  });

  it("answer the good ones of a batch", async () => {
    const requests = [
      { config: "given-config", unit: "u" },
      { config: "nothing", unit: "u" },
    ];
    const reply = await succeed("POST", "/v1/assign", { requests });
    expect(reply.assignments).toMatchObject([
      { config: "given-config", version: expect.any(Number) },
      { code: "config_not_found" },
    ]);
  });
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
