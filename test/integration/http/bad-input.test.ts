import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { ROUTES } from "#api/routes/index.ts";
import { deleteUnit } from "#contract/erasures.ts";
import { experimentExamples } from "#contract/examples.ts";
import { call, createConfig, createExperiment, succeed } from "#test/support/api-client.ts";
import { expectProblem } from "#test/support/expect-problem.ts";

const INJECTION = "'; DROP TABLE experiment; --";
/** Protocols with errors of their own are tested with those; so are addresses that hold a key. */
const PROBLEM_ROUTES = ROUTES.filter(({ failures, keyParameter }) => !failures && !keyParameter);
const NON_GET = PROBLEM_ROUTES.filter(({ body }) => body !== undefined);

/** A concrete address for a route's pattern. */
function addressOf(path: string): string {
  return path.replace(/:(version|takenAt)/g, "1").replace(/:\w+/g, "given-experiment");
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
