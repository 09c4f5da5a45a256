import { env, exports } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { collectTotals } from "#aggregator/client.ts";
import { describeUnexpectedError, toProblemResponse } from "#api/http/problems.ts";
import { ofrepFailures } from "#api/protocols/ofrep/failure.ts";
import { ofrepBulkEvaluationSchema, ofrepEvaluationSchema, ofrepFailureSchema } from "#contract/ofrep.ts";
import {
  ADMIN_KEY,
  type Answer,
  call,
  createConfig,
  createExperiment,
  succeed,
} from "#test/support/api-client.ts";

const BULK = "/ofrep/v1/evaluate/flags";
const single = (key: string) => `${BULK}/${key}`;
const contextOf = (unit: string, attributes = {}) => ({ context: { targetingKey: unit, ...attributes } });

async function secretOf(scope: string): Promise<string> {
  return (await succeed("POST", "/v1/keys", { name: scope, scope })).secret;
}

async function unitsOf(key: string): Promise<number> {
  const variants = [{ key: "control" }, { key: "treatment" }];
  const totals = await collectTotals(env.AGGREGATOR, { spec: { key, shards: 1, variants }, phases: [null] });
  return Object.values(totals.variants).reduce((sum, variant) => sum + variant.units, 0);
}

let running: { key: string; config: string };

beforeAll(async () => {
  await createConfig("plain");
  running = await createExperiment({ condition: { country: "CA" } });
});

describe("evaluating one flag", () => {
  it("gives the variant of /v1/assign, with all that an outcome needs in the metadata", async () => {
    for (let index = 0; index < 20; index++) {
      const unit = `ünit-${index}`;
      const assigned = await succeed("POST", "/v1/assign", {
        config: running.config,
        unit,
        attributes: { country: "CA" },
      });
      const answer = await call("POST", single(running.config), contextOf(unit, { country: "CA" }));
      expect(answer.status).toBe(200);
      expect(answer.headers.get("content-type")).toBe("application/json");
      expect(ofrepEvaluationSchema.parse(answer.body)).toEqual({
        key: running.config,
        value: assigned.value,
        variant: assigned.variant,
        reason: "TARGETING_MATCH",
        metadata: {
          experiment: running.key,
          phase: 0,
          version: assigned.version,
          rulesetVersion: assigned.rulesetVersion,
        },
      });
    }
  });

  it("says `live` where there is no experiment, or none for this unit", async () => {
    const outside = await succeed("POST", single(running.config), contextOf("u", { country: "DE" }));
    expect(outside).toMatchObject({ variant: "live", reason: "DEFAULT", metadata: { version: 1 } });
    expect(outside.metadata).not.toHaveProperty("experiment");
    const plain = await succeed("POST", single("plain"), contextOf("u"));
    expect(plain).toMatchObject({ variant: "live", reason: "STATIC", value: { model: "model-1" } });
  });

  it("hands no prompt to client keys, in whichever header they come", async () => {
    const [client, server] = [await secretOf("client"), await secretOf("server")];
    expect((await succeed("POST", single("plain"), contextOf("u"), server)).value.system_prompt).toBeTruthy();
    const response = await exports.default.fetch(`https://bakeoff.test${single("plain")}`, {
      method: "POST",
      headers: { "x-api-key": client },
      body: JSON.stringify(contextOf("u")),
    });
    expect(await response.json()).toMatchObject({
      value: { model: "model-1", parameters: { temperature: 0.1 } },
    });
    expect((await call("POST", BULK, contextOf("u"), { key: client })).body.flags).not.toHaveLength(0);
    expect(JSON.stringify(await succeed("POST", BULK, contextOf("u"), client))).not.toContain(
      "system_prompt",
    );
  });

  it("records the exposure", async () => {
    const { key, config } = await createExperiment();
    await Promise.all([1, 2, 3].map((unit) => succeed("POST", single(config), contextOf(`user-${unit}`))));
    await vi.waitFor(async () => expect(await unitsOf(key)).toBe(3));
    expect(await succeed("GET", `/v1/experiments/${key}/verify`)).toMatchObject({ agrees: true, units: 3 });
  });
});

describe("evaluating all flags", () => {
  it("gives each flag the answer that it gives alone", async () => {
    const body = contextOf("anyone", { country: "CA" });
    const { flags, metadata } = ofrepBulkEvaluationSchema.parse(await succeed("POST", BULK, body));
    expect(flags.length).toBeGreaterThanOrEqual(2);
    expect(metadata.rulesetVersion).toBeGreaterThan(0);
    for (const flag of flags) {
      const { metadata: alone, ...rest } = await succeed("POST", single(flag.key ?? "none"), body);
      expect(flag).toMatchObject(rest);
      expect({ ...("metadata" in flag && flag.metadata), ...metadata }).toEqual(alone);
    }
  });

  it("costs no body while nothing has changed, and still exposes who goes on with what they got", async () => {
    const { key } = await createExperiment();
    const ask = (unit: string, known?: string, secret = ADMIN_KEY) =>
      exports.default.fetch(`https://bakeoff.test${BULK}`, {
        method: "POST",
        headers: { authorization: `Bearer ${secret}`, ...(known && { "if-none-match": known }) },
        body: JSON.stringify(contextOf(unit)),
      });
    const first = await ask("poller");
    await first.text();
    const etag = first.headers.get("etag") ?? "none";
    await vi.waitFor(async () => expect(await unitsOf(key)).toBe(1));
    const again = await ask("poller", etag);
    expect([again.status, await again.text(), again.headers.get("etag")]).toEqual([304, "", etag]);

    const others = await Promise.all([ask("another", etag), ask("poller", etag, await secretOf("client"))]);
    expect(others.map(({ status }) => status)).toEqual([200, 200]);
    await Promise.all(others.map((response) => response.text()));

    // An experiment that starts while a client polls must know that client, although it hears of it by a new tag only.
    const next = await createExperiment();
    const changed = await ask("poller", etag);
    expect(changed.status).toBe(200);
    await changed.text();
    await vi.waitFor(async () => expect(await unitsOf(next.key)).toBe(1));
  });

  it("reports the exposure behind a 304 too", async () => {
    const { key } = await createExperiment();
    const send = (unit: string, known: string) =>
      exports.default.fetch(`https://bakeoff.test${BULK}`, {
        method: "POST",
        headers: { authorization: `Bearer ${ADMIN_KEY}`, "if-none-match": known },
        body: JSON.stringify(contextOf(unit)),
      });
    // Somebody else's 200 was lost on the way, say: all that the server sees of this unit is a request that ends in a 304.
    expect((await send("only-ever-304", "*")).status).toBe(304);
    await vi.waitFor(async () => expect(await unitsOf(key)).toBe(1));
  });
});

describe("failures", () => {
  const failures: [string, string, Record<string, unknown>, number, string][] = [
    ["no targeting key", "plain", { body: { context: {} } }, 400, "TARGETING_KEY_MISSING"],
    ["an empty targeting key", "plain", { body: contextOf("") }, 400, "TARGETING_KEY_MISSING"],
    [
      "a targeting key of 10,000 characters",
      "plain",
      { body: contextOf("x".repeat(10_000)) },
      400,
      "INVALID_CONTEXT",
    ],
    [
      "a number as targeting key",
      "plain",
      { body: { context: { targetingKey: 7 } } },
      400,
      "INVALID_CONTEXT",
    ],
    ["no context", "plain", { body: {} }, 400, "INVALID_CONTEXT"],
    ["a list", "plain", { body: [] }, 400, "INVALID_CONTEXT"],
    [
      "a key that reaches a prototype",
      "plain",
      { raw: '{"context":{"targetingKey":"u","__proto__":{}}}' },
      400,
      "INVALID_CONTEXT",
    ],
    ["malformed JSON", "plain", { raw: "{not json" }, 400, "PARSE_ERROR"],
    ["bytes that are no text", "plain", { raw: new Uint8Array([0x22, 0xff, 0x22]) }, 400, "PARSE_ERROR"],
    ["an unknown flag", "nothing", { body: contextOf("u") }, 404, "FLAG_NOT_FOUND"],
    ["an impossible flag", "__proto__", { body: contextOf("u") }, 404, "FLAG_NOT_FOUND"],
    ["a flag of no alphabet", "%F0%28", { body: contextOf("u") }, 404, "FLAG_NOT_FOUND"],
    ["a body beyond the limit", "plain", { raw: "x".repeat(2 * 1_048_576) }, 413, "GENERAL"],
    ["no key", "plain", { body: contextOf("u"), key: null }, 401, "GENERAL"],
    ["an unknown key", "plain", { body: contextOf("u"), key: "bk_client_wrong" }, 401, "GENERAL"],
  ];

  function expectFailure(answer: Answer, status: number, errorCode: string): void {
    expect({ status: answer.status, code: answer.body.errorCode }).toEqual({ status, code: errorCode });
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    ofrepFailureSchema.parse(answer.body);
  }

  it.each(failures)(
    "say what is wrong with %s in words that clients know",
    async (_name, key, input, status, code) => {
      const { body, ...options } = input;
      const alone = await call("POST", single(key), body, options);
      expectFailure(alone, status, code);
      expect(alone.body.key).toBe(key);
      if (status === 404) return;
      const bulk = await call("POST", BULK, body, options);
      expectFailure(bulk, status, code);
      expect(bulk.body).not.toHaveProperty("key");
    },
  );

  it("of Bakeoff itself name flag and code too, and nothing of the cause", async () => {
    const problem = describeUnexpectedError(new Error("a secret"));
    const response = toProblemResponse(problem, ofrepFailures, { key: "plain" });
    expect(response.status).toBe(500);
    expect(ofrepFailureSchema.parse(await response.json())).toEqual({
      key: "plain",
      errorCode: "GENERAL",
      errorDetails: problem.detail,
    });
    expect(problem.detail).not.toContain("secret");
  });

  it("of keys that may not evaluate say so", async () => {
    expectFailure(
      await call("POST", single("plain"), contextOf("u"), { key: await secretOf("read") }),
      403,
      "GENERAL",
    );
  });
});

describe("browsers", () => {
  it("may evaluate from any origin, and read the entity tag", async () => {
    for (const path of [BULK, single("plain")]) {
      const { status, headers } = await call("OPTIONS", path, undefined, { key: null });
      expect(status).toBe(204);
      for (const name of ["authorization", "x-api-key", "content-type", "if-none-match"]) {
        expect(headers.get("access-control-allow-headers")).toContain(name);
      }
      expect((await call("POST", path, {})).headers.get("access-control-expose-headers")).toContain("etag");
    }
  });
});
