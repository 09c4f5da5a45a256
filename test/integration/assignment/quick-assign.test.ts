import { env, exports } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { collectTotals } from "#aggregator/client.ts";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";
import { answerBy, type Way } from "#test/support/both-ways.ts";

const newKey = (fields: object = {}) =>
  succeed("POST", "/v1/keys", { name: "app", scope: "server", ...fields });

async function ask(secret: string, body: unknown, way: Way): Promise<unknown[]> {
  const [status, headers, text] = await answerBy(way, "/v1/assign", secret, body);
  return [status, headers, JSON.parse(text)];
}

const unitsOf = async (key: string) => {
  const variants = [{ key: "control" }, { key: "treatment" }];
  const totals = await collectTotals(env.AGGREGATOR, { spec: { key, shards: 1, variants }, phases: [null] });
  return Object.values(totals.variants).reduce((sum, { units }) => sum + units, 0);
};

describe("assignments for a server whose key is known", () => {
  it("are the same as for one that is not, whatever it asks", async () => {
    const { config } = await createExperiment({
      condition: { country: { $ne: "aq" } },
      shards: 1,
    });
    const { secret } = await newKey();
    await ask(secret, { config, unit: "first" }, "quick");
    const one = { config, unit: "user-1" };
    const bodies: unknown[] = [
      one,
      { ...one, unit: 5 },
      { ...one, unit: "😀" },
      { ...one, attributes: { country: "aq" } },
      { ...one, attributes: { country: "ch" }, expose: false },
      { ...one, covariates: { task_success: 0.5 } },
      { ...one, token: "none" },
      { requests: [one, { ...one, unit: "user-2" }] },
      { requests: [one, { ...one, config: "nothing" }] },
      { requests: [] },
      { requests: Array.from({ length: 101 }, () => one) },
      { config: "nothing", unit: "u" },
      { ...one, unit: "undefined" },
      { ...one, stranger: 1 },
      { ...one, attributes: { constructor: 1 } },
      {},
      [],
      "",
      "{",
      '"\ud800"',
    ];
    for (const body of bodies)
      expect(await ask(secret, body, "quick")).toEqual(await ask(secret, body, "slow"));
  });

  it("leave exposures, each unit once, and none where nobody is to take part", async () => {
    const { config, key } = await createExperiment({ shards: 1 });
    const { secret } = await newKey();
    const requests = Array.from({ length: 60 }, (_, index) => ({ config, unit: `user-${index}` }));
    for (let time = 0; time < 3; time++) await ask(secret, { requests }, "quick");
    await ask(secret, { config, unit: "looks only", expose: false }, "quick");
    await vi.waitFor(async () => expect(await unitsOf(key)).toBe(60));
  });

  it("end with the key, and with its time", async () => {
    const { config } = await createExperiment();
    const { id, secret } = await newKey();
    const body = { config, unit: "u" };
    for (let time = 0; time < 2; time++) expect((await ask(secret, body, "quick"))[0]).toBe(200);
    await call("DELETE", `/v1/keys/${id}`);
    expect((await ask(secret, body, "quick"))[0]).toBe(401);

    const brief = await newKey({ expiresAt: Date.now() + 60_000 });
    for (let time = 0; time < 2; time++) expect((await ask(brief.secret, body, "quick"))[0]).toBe(200);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 61_000 });
    try {
      expect((await ask(brief.secret, body, "quick"))[0]).toBe(401);
    } finally {
      vi.useRealTimers();
    }
  });

  for (const authorization of ["Basic eDp5", "Bearer", "Bearer a b"])
    it(`are not opened by a header '${authorization}' that came along with a key once`, async () => {
      const { config } = await createExperiment();
      const { secret } = await newKey();
      const status = async (headers: Record<string, string>) => {
        const response = await exports.default.fetch("https://bakeoff.test/v1/assign", {
          method: "POST",
          headers: { ...headers, "content-type": "application/json" },
          body: JSON.stringify({ config, unit: "u" }),
        });
        return response.status;
      };
      expect(await status({ authorization, "x-api-key": secret })).toBe(200);
      expect(await status({ authorization })).toBe(401);
    });

  it("are reported by every key anew, since one of them may be quarantined", async () => {
    const { config, key } = await createExperiment({ shards: 1 });
    const [quarantined, other] = [await newKey(), await newKey()];
    const body = { config, unit: "user-1" };
    for (let time = 0; time < 2; time++) await ask(quarantined.secret, body, "quick");
    await vi.waitFor(async () => expect(await unitsOf(key)).toBe(1));
    await succeed("POST", `/v1/keys/${quarantined.id}/quarantine`, { from: 0, reason: "leaked" });
    expect(await unitsOf(key)).toBe(0);
    for (let time = 0; time < 2; time++) await ask(other.secret, body, "quick");
    await vi.waitFor(async () => expect(await unitsOf(key)).toBe(1));
  });

  it("stay within what a key is bound to", async () => {
    const { config } = await createExperiment();
    const bound = await newKey({ configs: [config] });
    const other = await createExperiment();
    for (let time = 0; time < 2; time++) {
      expect((await ask(bound.secret, { config, unit: "u" }, "quick"))[0]).toBe(200);
      expect((await ask(bound.secret, { config: other.config, unit: "u" }, "quick"))[0]).toBe(404);
    }
  });
});
