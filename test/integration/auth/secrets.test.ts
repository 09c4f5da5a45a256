import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import { ROUTES } from "#api/routes/index.ts";
import { ADMIN_KEY } from "#test/support/api-client.ts";
import worker from "../../../src/limited.ts";

let logged: MockInstance<typeof console.error>;

beforeEach(() => {
  logged = vi.spyOn(console, "error").mockImplementation(() => {});
});

async function visit(secrets: object, path: string, init: RequestInit = {}): Promise<Response> {
  const context = createExecutionContext();
  const environment = { ...env, BAKEOFF_ADMIN_KEY: undefined, BAKEOFF_UNIT_KEY: undefined, ...secrets };
  const request = new Request(`https://bakeoff.test${path}`, init);
  const response = await Reflect.apply(worker.fetch, worker, [request, environment, context]);
  await waitOnExecutionContext(context);
  return response;
}

const LONG = "x".repeat(32);

const UNUSABLE: [string, object, RegExp][] = [
  ["both secrets unset", {}, /^BAKEOFF_ADMIN_KEY is not set\. BAKEOFF_UNIT_KEY is not set\.$/],
  ["no admin key", { BAKEOFF_UNIT_KEY: LONG }, /^BAKEOFF_ADMIN_KEY is not set\.$/],
  ["an empty admin key", { BAKEOFF_ADMIN_KEY: "", BAKEOFF_UNIT_KEY: LONG }, /^BAKEOFF_ADMIN_KEY is empty\.$/],
  [
    "a short admin key",
    { BAKEOFF_ADMIN_KEY: "x".repeat(31), BAKEOFF_UNIT_KEY: LONG },
    /^BAKEOFF_ADMIN_KEY is shorter/,
  ],
  [
    "a blank admin key",
    { BAKEOFF_ADMIN_KEY: " ".repeat(40), BAKEOFF_UNIT_KEY: LONG },
    /^BAKEOFF_ADMIN_KEY .* spaces/,
  ],
  [
    "an admin key that no request can bring",
    { BAKEOFF_ADMIN_KEY: "x".repeat(201), BAKEOFF_UNIT_KEY: LONG },
    /^BAKEOFF_ADMIN_KEY is longer/,
  ],
  ["no unit key", { BAKEOFF_ADMIN_KEY: LONG }, /^BAKEOFF_UNIT_KEY is not set\.$/],
  ["an empty unit key", { BAKEOFF_ADMIN_KEY: LONG, BAKEOFF_UNIT_KEY: "" }, /^BAKEOFF_UNIT_KEY is empty\.$/],
];

describe.each(UNUSABLE)("an installation with %s", (_, secrets, reason) => {
  const credentials: Record<string, string>[] = [
    {},
    { "x-api-key": "" },
    { authorization: "Bearer " },
    { authorization: "Bearer undefined" },
    ...Object.values(secrets).flatMap((secret) =>
      secret.trim() ? [{ "x-api-key": secret }, { authorization: `Bearer ${secret}` }] : [],
    ),
  ];

  it("answers 503 on every route, whatever header comes along", async () => {
    const addresses = [
      ...ROUTES.map(({ method, path }) => ({ method, path: path.replaceAll(/:\w+/g, "x") })),
      { method: "OPTIONS", path: "/v1/assign" },
      { method: "GET", path: "/openapi.json" },
      { method: "GET", path: "/nowhere" },
    ];
    for (const { method, path } of addresses) {
      for (const headers of credentials) {
        const response = await visit(secrets, path, { method, headers });
        expect(response.status, `${method} ${path}`).toBe(503);
        expect(await response.json()).toMatchObject({ code: "not_set_up" });
      }
    }
  });

  it("says in the log which secret it is, and no secret", async () => {
    const response = await visit(secrets, "/v1/session");
    expect(logged).toHaveBeenCalledWith({
      message: "this installation is not set up",
      reason: expect.stringMatching(reason),
    });
    expect(await response.text()).not.toContain("BAKEOFF_");
    expect(JSON.stringify(logged.mock.calls)).not.toContain("xxx");
  });

  it("is alive all the same", async () => {
    expect((await visit(secrets, "/healthz")).status).toBe(200);
  });
});

describe("an installation with both secrets", () => {
  const secrets = { BAKEOFF_ADMIN_KEY: ADMIN_KEY, BAKEOFF_UNIT_KEY: LONG };

  it.each([
    ["an empty key header", { "x-api-key": "" }, "missing_key"],
    ["an empty bearer", { authorization: "Bearer " }, "missing_key"],
    ["a blank key header", { "x-api-key": "   " }, "missing_key"],
    ["the text of nothing", { "x-api-key": "undefined" }, "unknown_key"],
  ])("does not take %s for a credential", async (_, headers, code) => {
    const response = await visit(secrets, "/v1/session", { headers });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code });
  });

  it("knows its admin", async () => {
    expect((await visit(secrets, "/v1/session", { headers: { "x-api-key": ADMIN_KEY } })).status).toBe(200);
  });
});
