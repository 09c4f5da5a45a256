import { env, exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { handleRequest } from "#api/http/handle-request.ts";
import { ADMIN_KEY, call, createExperiment, succeed } from "#test/support/api-client.ts";
import manifest from "../../../sdk/package.json" with { type: "json" };

const PATH = "/bakeoff-sdk.tgz";

const fetchPackage = (headers: Record<string, string> = {}, method = "GET") =>
  exports.default.fetch(`https://bakeoff.test${PATH}`, { method, headers });

async function integrityOf(response: Response): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-512", await response.arrayBuffer()));
  return btoa(String.fromCharCode(...digest));
}

describe("the client's package", () => {
  it("is served without a key, and its bytes have the integrity that is told", async () => {
    const { version, integrity, publicUrl } = await succeed("GET", "/v1/client-package");
    expect({ version, publicUrl }).toEqual({ version: manifest.version, publicUrl: null });
    const response = await fetchPackage();
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/gzip");
    expect(response.headers.get("repr-digest")).toBe(`sha-512=:${integrity.replace("sha512-", "")}:`);
    expect(`sha512-${await integrityOf(response)}`).toBe(integrity);
  });

  it("costs no body while nothing has changed", async () => {
    const { headers } = await fetchPackage({}, "HEAD");
    const unchanged = await fetchPackage({ "if-none-match": headers.get("etag") ?? "" });
    expect([unchanged.status, await unchanged.text()]).toEqual([304, ""]);
    expect(unchanged.headers.get("cache-control")).toBe("public, no-cache");
    expect((await fetchPackage({ "if-none-match": '"another"' })).status).toBe(200);
  });

  it("is described to readers only", async () => {
    expect((await call("GET", "/v1/client-package", undefined, { key: null })).status).toBe(401);
  });

  it.each([
    ["https://bakeoff.example.com", "https://bakeoff.example.com"],
    ["https://bakeoff.example.com/", "https://bakeoff.example.com"],
    ["", null],
    ["bakeoff.example.com", null],
    ["javascript:alert(1)", null],
    ["https://ann:secret@bakeoff.example.com", null],
    ["https://bakeoff.example.com/?key=secret", null],
    ["https://bakeoff.example.com/#here", null],
    ["https://bakeoff.example.com/$(reboot)", null],
  ])("tells where apps reach the API: PUBLIC_URL=%s is %s", async (configured, told) => {
    const request = new Request("https://bakeoff.test/v1/client-package", {
      headers: { authorization: `Bearer ${ADMIN_KEY}` },
    });
    const execution = { waitUntil: () => {} };
    const response = await handleRequest(request, { ...env, PUBLIC_URL: configured } as Env, execution);
    expect(await response.json()).toMatchObject({ publicUrl: told });
  });
});

describe("asking without taking part", () => {
  it("answers as for the unit itself, and exposes nobody", async () => {
    const { key, config } = await createExperiment();
    const ask = (body: object) => succeed("POST", "/v1/assign", { config, unit: "somebody", ...body });
    const unexposed = await ask({ expose: false });
    expect(unexposed).toMatchObject({ experiment: key, variant: expect.any(String) });
    const event = { id: "1", experiment: key, unit: "somebody", metrics: { task_success: 1 } };
    const { body } = await call("POST", "/v1/events", { events: [event] });
    expect(body.rejected).toMatchObject([{ code: "unit_not_exposed" }]);
    const { analysis } = await succeed("GET", `/v1/experiments/${key}/results`);
    expect(analysis.units).toBe(0);
    expect(await ask({})).toEqual(unexposed);
  });
});
