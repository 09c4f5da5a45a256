import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { createConfig, succeed, uniqueKey } from "#test/support/api-client.ts";
import worker from "../../../src/limited.ts";

const ADDRESS = "198.51.100.7";

function send(path: string, secret: string, address: string, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${secret}`, "cf-connecting-ip": address, ...init.headers };
  return exports.default.fetch(`https://bakeoff.test${path}`, { method: "POST", ...init, headers });
}

/** The same where clients may ask less often. */
async function sendRestricted(
  path: string,
  secret: string,
  address: string,
  init: RequestInit,
): Promise<Response> {
  const headers = { authorization: `Bearer ${secret}`, "cf-connecting-ip": address, ...init.headers };
  const request = new Request(`https://bakeoff.test${path}`, { method: "POST", ...init, headers });
  const execution = createExecutionContext();
  const response = await worker.fetch(request, { ...env, CLIENT_RATE: env.LOW_CLIENT_RATE }, execution);
  await waitOnExecutionContext(execution);
  return response;
}

/** Uses up what a key may ask from one address. */
async function flood(id: string): Promise<void> {
  for (;;) if (!(await env.LOW_CLIENT_RATE.limit({ key: `${id}/${ADDRESS}` })).success) return;
}

describe("a client key that asks too often from one address", () => {
  it("is refused there in the words of each protocol, with the time to wait, and nowhere else", async () => {
    const config = uniqueKey("config");
    await createConfig(config);
    const { id, secret } = await succeed("POST", "/v1/keys", { name: "page", scope: "client" });
    const body = JSON.stringify({ config, unit: "ann" });
    expect((await sendRestricted("/v1/assign", secret, ADDRESS, { body })).status).toBe(200);
    await flood(id);
    const refused = await sendRestricted("/v1/assign", secret, ADDRESS, { body });
    expect(refused.status).toBe(429);
    expect(refused.headers.get("retry-after")).toBe("60");
    expect(await refused.json()).toMatchObject({ code: "too_many_requests" });
    const flags = await sendRestricted(`/ofrep/v1/evaluate/flags/${config}`, secret, ADDRESS, {
      body: JSON.stringify({ context: { targetingKey: "ann" } }),
    });
    expect([flags.status, flags.headers.get("retry-after")]).toEqual([429, "60"]);
    expect(await flags.json()).toMatchObject({ key: config, errorCode: "GENERAL" });
    const traces = await sendRestricted("/v1/otlp/v1/traces", secret, ADDRESS, {
      body: "{}",
      headers: { "content-type": "application/json" },
    });
    expect([traces.status, traces.headers.get("retry-after")]).toEqual([429, "60"]);
    expect(await traces.json()).toEqual({ message: expect.stringContaining("too often") });
    expect((await sendRestricted("/v1/assign", secret, "198.51.100.8", { body })).status).toBe(200);
    const server = await succeed("POST", "/v1/keys", { name: "app", scope: "server" });
    await flood(server.id);
    expect((await sendRestricted("/v1/assign", server.secret, ADDRESS, { body })).status).toBe(200);
  });
});

describe("an API key", () => {
  it("is used where it is bound to, and nowhere else", async () => {
    const [own, other] = [uniqueKey("config"), uniqueKey("config")];
    for (const config of [own, other]) await createConfig(config);
    const origin = "https://app.example.com";
    const bounds = { configs: [own], origins: [origin] };
    const { secret } = await succeed("POST", "/v1/keys", { name: "page", scope: "client", ...bounds });
    const from = (page: string) => ({ headers: { origin: page } });
    const ask = (config: string, page: string) =>
      send("/v1/assign", secret, ADDRESS, { ...from(page), body: JSON.stringify({ config, unit: "u" }) });
    expect((await ask(own, origin)).status).toBe(200);
    expect((await ask(other, origin)).status).toBe(404);
    expect((await ask(own, "https://elsewhere.example.com")).status).toBe(403);
    const payload = await exports.default.fetch(`https://bakeoff.test/api/features/${secret}`, from(origin));
    expect(Object.keys((await payload.json<{ features: object }>()).features)).toEqual([own]);
    const ruleset = await send("/v1/ruleset", secret, ADDRESS, { ...from(origin), method: "GET" });
    const { configs } = await ruleset.json<{ configs: { key: string }[] }>();
    expect(configs.map(({ key }) => key)).toEqual([own]);
  });

  it("ends when it expires, and tells when it was last used", async () => {
    const config = uniqueKey("config");
    await createConfig(config);
    const body = JSON.stringify({ config, unit: "u" });
    const expired = { name: "old", scope: "server", expiresAt: Date.now() - 1 };
    const { secret: old } = await succeed("POST", "/v1/keys", expired);
    expect((await send("/v1/assign", old, ADDRESS, { body })).status).toBe(401);
    const { id, secret } = await succeed("POST", "/v1/keys", { name: "app", scope: "server" });
    const before = Date.now();
    await send("/v1/assign", secret, ADDRESS, { body });
    await vi.waitFor(async () => {
      const { keys } = await succeed("GET", "/v1/keys");
      const used = keys.find((key: { id: string }) => key.id === id)?.lastUsedAt;
      expect(used).toBeGreaterThanOrEqual(before);
    });
  });
});
