import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { experimentExamples } from "#contract/examples.ts";
import { call, createConfig, createExperiment, succeed, uniqueKey } from "#test/support/api-client.ts";

async function draftOf(condition: unknown) {
  const config = uniqueKey("config");
  await createConfig(config);
  const { condition: _condition, ...example } = experimentExamples.model;
  return {
    ...example,
    key: uniqueKey("experiment"),
    config,
    variants: [
      { key: "control", version: 1, weight: 0.5 },
      { key: "treatment", version: 2, weight: 0.5 },
    ],
    control: "control",
    metrics: [{ metric: "task_success", role: "primary" }],
    ...(condition !== undefined && { condition }),
  };
}

const IMPOSSIBLE: [object, string, string][] = [
  [{ country: { $inn: ["US"] } }, "/condition/country/$inn", "unknown_operator"],
  [{ $an: [{ country: "US" }] }, "/condition/$an", "unknown_operator"],
  [{ country: { $regex: "(" } }, "/condition/country/$regex", "invalid_pattern"],
  [{ country: { $regex: "^(a+)+$" } }, "/condition/country/$regex", "super_linear_pattern"],
  [{ id: { $inGroup: "vip" } }, "/condition/id/$inGroup", "saved_groups_unsupported"],
  [{ id: { $notInGroup: "blocked" } }, "/condition/id/$notInGroup", "saved_groups_unsupported"],
  [{ $savedGroup: { id: "vip" } }, "/condition/$savedGroup", "saved_groups_unsupported"],
  [{ country: { $in: "US" } }, "/condition/country/$in", "wrong_operand"],
  [{ country: { $in: [] } }, "/condition/country/$in", "wrong_operand"],
  [{ country: { $nin: "RU" } }, "/condition/country/$nin", "wrong_operand"],
  [{ country: ["US", "CA"] }, "/condition/country", "wrong_operand"],
  [{ country: { $eq: ["US"] } }, "/condition/country/$eq", "wrong_operand"],
  [{ user: { plan: "pro" } }, "/condition/user", "wrong_operand"],
  [{ age: { $gt: true } }, "/condition/age/$gt", "wrong_operand"],
  [{ plan: { $exists: "yes" } }, "/condition/plan/$exists", "wrong_operand"],
  [{ tags: { $elemMatch: "beta" } }, "/condition/tags/$elemMatch", "wrong_operand"],
  [{ tags: { $all: "beta" } }, "/condition/tags/$all", "wrong_operand"],
  [{ tags: { $elemMatch: { $or: [{ a: 1 }] } } }, "/condition/tags/$elemMatch/$or", "unknown_operator"],
  [{ appVersion: { $vgte: 1.1 } }, "/condition/appVersion/$vgte", "wrong_operand"],
  [{ $or: { country: "US" } }, "/condition/$or", "wrong_operand"],
  [
    { $or: [{ country: "US" }, { country: { $notin: ["CA"] } }] },
    "/condition/$or/1/country/$notin",
    "unknown_operator",
  ],
  [{ $not: { country: { $type: "text" } } }, "/condition/$not/country/$type", "wrong_operand"],
  [{ "a/b": { $foo: 1 } }, "/condition/a~1b/$foo", "unknown_operator"],
  [{ $in: ["US"] }, "/condition/$in", "unknown_operator"],
];

describe("a condition that says nothing anybody can mean", () => {
  it.each(IMPOSSIBLE)("is refused when it is drafted: %j", async (condition, path, code) => {
    const { status, body } = await call("POST", "/v1/experiments", await draftOf(condition));
    expect({ status, errors: body.errors }).toMatchObject({ status: 422, errors: [{ path, code }] });
  });

  it("is refused at an edit, and leaves the draft as it was", async () => {
    const draft = await draftOf({ country: "US" });
    await succeed("POST", "/v1/experiments", draft);
    const edit = { ...draft, condition: { country: { $inn: ["US"] } } };
    const { status, body } = await call("PATCH", `/v1/experiments/${draft.key}`, edit);
    expect({ status, errors: body.errors }).toMatchObject({
      status: 422,
      errors: [{ path: "/condition/country/$inn", code: "unknown_operator" }],
    });
    const stored = await succeed("GET", `/v1/experiments/${draft.key}`);
    expect(stored.spec.condition).toEqual({ country: "US" });
  });

  it("that was stored before can be read, and does not start", async () => {
    const draft = await draftOf({ country: "US" });
    await succeed("POST", "/v1/experiments", draft);
    await env.DB.prepare("UPDATE experiment SET spec = json_set(spec, '$.condition', json(?)) WHERE key = ?")
      .bind(JSON.stringify({ id: { $notInGroup: "blocked" } }), draft.key)
      .run();
    expect((await call("GET", `/v1/experiments/${draft.key}`)).status).toBe(200);
    const { status, body } = await call("POST", `/v1/experiments/${draft.key}/start`);
    expect({ status, errors: body.errors }).toMatchObject({
      status: 422,
      errors: [{ path: "/condition/id/$notInGroup", code: "saved_groups_unsupported" }],
    });
  });
});

describe("a condition that says something", () => {
  it.each([
    { country: { $nin: ["RU", "CN"] } },
    { isPro: false },
    { appVersion: { $vgte: "1.10.0" } },
    { "user.plan": "pro" },
    { tags: { $elemMatch: { $eq: "beta" } } },
    { plan: null },
    { plan: { $exists: false } },
    { age: { $gte: "18" } },
    {},
    { email: { $regex: "@acme\\.com$" } },
    { id: { $in: Array.from({ length: 1_000 }, (_, index) => `user-${index}`) } },
  ])("starts: %j", async (condition) => {
    const draft = await draftOf(condition);
    expect((await call("POST", "/v1/experiments", draft)).status).toBe(201);
    expect((await call("POST", `/v1/experiments/${draft.key}/start`)).status).toBe(200);
  });
});

describe("attributes beyond their bounds", () => {
  const tooMuch: [string, object, string][] = [
    [
      "too many",
      Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`a${index}`, 1])),
      "/attributes",
    ],
    ["a text too long", { a: "x".repeat(1_025) }, "/attributes/a"],
    ["a list too long", { a: Array.from({ length: 101 }, () => 1) }, "/attributes/a"],
    ["a list in a list", { a: [[1]] }, "/attributes/a/0"],
    [
      "too much in all",
      Object.fromEntries(Array.from({ length: 90 }, (_, index) => [`a${index}`, "x".repeat(900)])),
      "/attributes",
    ],
  ];

  it.each(tooMuch)("are refused: %s", async (_, attributes, path) => {
    const { config } = await createExperiment();
    const { status, body } = await call("POST", "/v1/assign", { config, unit: "u-1", attributes });
    expect({ status, errors: body.errors }).toMatchObject({
      status: 422,
      errors: [{ path, code: "too_big" }],
    });
    const context = { targetingKey: "u-1", ...attributes };
    expect((await call("POST", `/ofrep/v1/evaluate/flags/${config}`, { context })).status).toBe(400);
  });
});
