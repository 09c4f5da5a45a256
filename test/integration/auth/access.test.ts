import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { collectTotals } from "#aggregator/client.ts";
import { ROUTES } from "#api/routes/index.ts";
import { keyScopeSchema } from "#model/key/api-key.ts";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";
import { readLoggedEntries } from "#test/support/event-log.ts";

async function keyOf(scope: string): Promise<{ id: string; secret: string }> {
  return succeed("POST", "/v1/keys", { name: `a ${scope} key`, scope });
}

describe("keys", () => {
  it("reach exactly the routes of their scope", async () => {
    const reach: Record<string, string[]> = {
      client: ["client"],
      server: ["client", "server"],
      read: ["read"],
      admin: ["client", "server", "read", "admin"],
    };
    for (const scope of keyScopeSchema.options) {
      const { secret } = await keyOf(scope);
      for (const route of ROUTES) {
        const body = route.body ? { surprise: true } : undefined;
        const path = route.path.replace(`:${route.keyParameter}`, secret).replace(/:\w+/g, "nothing");
        const { status } = await call(route.method, path, body, { key: secret });
        const mayReach = route.keyParameter ? scope === "client" : reach[scope]?.includes(route.scope);
        expect(status === 403, `${scope} ${route.method} ${route.path}`).toBe(!mayReach);
      }
    }
  });

  it("of scope client never see a prompt", async () => {
    const { config } = await createExperiment();
    const { secret } = await keyOf("client");
    const reply = await succeed("POST", "/v1/assign", { config, unit: "u" }, secret);
    expect(reply.value).toEqual({ model: expect.any(String), parameters: expect.any(Object) });
    const batch = await succeed("POST", "/v1/assign", { requests: [{ config, unit: "u" }] }, secret);
    expect(JSON.stringify(batch)).not.toContain("system_prompt");
    const { secret: server } = await keyOf("server");
    expect(
      (await succeed("POST", "/v1/assign", { config, unit: "u" }, server)).value.system_prompt,
    ).toBeTypeOf("string");
  });

  it("are stored by their hash only, and stop working when revoked", async () => {
    const { id, secret } = await keyOf("read");
    const stored = await env.DB.prepare("SELECT * FROM api_key WHERE id = ?").bind(id).first();
    expect(JSON.stringify(stored)).not.toContain(secret);
    expect(JSON.stringify(await succeed("GET", "/v1/keys"))).not.toContain(secret);
    expect((await call("GET", "/v1/configs", undefined, { key: secret })).status).toBe(200);
    await succeed("DELETE", `/v1/keys/${id}`);
    expect((await call("GET", "/v1/configs", undefined, { key: secret })).status).toBe(401);
  });
});

describe("browsers", () => {
  it("may assign and log from any origin", async () => {
    for (const path of ["/v1/assign", "/v1/events"]) {
      const preflight = await call("OPTIONS", path, undefined, { key: null });
      expect(preflight.status).toBe(204);
      expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
      expect((await call("POST", path, {})).headers.get("access-control-allow-origin")).toBe("*");
    }
    expect((await call("GET", "/v1/configs")).headers.get("access-control-allow-origin")).toBeNull();
  });
});

describe("exposures", () => {
  it("are recorded behind the answer, once per unit", async () => {
    const { key, config } = await createExperiment();
    for (let round = 0; round < 3; round++) {
      const requests = Array.from({ length: 50 }, (_, index) => ({ config, unit: `user-${index}` }));
      await succeed("POST", "/v1/assign", { requests });
    }
    const variants = [{ key: "control" }, { key: "treatment" }];
    await vi.waitFor(async () => {
      const totals = await collectTotals(env.AGGREGATOR, {
        spec: { key, shards: 1, variants },
        phases: [null],
      });
      const units = Object.values(totals.variants).reduce((sum, variant) => sum + variant.units, 0);
      expect(units).toBe(50);
    });
    await env.AGGREGATOR.getByName(`${key}/0`).flush();
    const logged = await readLoggedEntries(key);
    expect(logged).toHaveLength(50);
    expect(logged.filter(({ unit }) => unit.startsWith("user-"))).toEqual([]);
  });

  it("are counted over all shards", async () => {
    const { key, config } = await createExperiment({ shards: 4 });
    const units = Array.from({ length: 100 }, (_, index) => `user-${index}`);
    const { assignments } = await succeed("POST", "/v1/assign", {
      requests: units.map((unit) => ({ config, unit })),
    });
    const events = units.map((unit, index) => ({
      id: `e-${index}`,
      experiment: key,
      unit,
      variant: assignments[index].variant,
      metrics: { task_success: index % 2 },
    }));
    expect(await succeed("POST", "/v1/events", { events })).toMatchObject({ accepted: 100 });
    expect(await succeed("POST", "/v1/events", { events })).toMatchObject({ accepted: 0, duplicates: 100 });
    const results = await succeed("GET", `/v1/experiments/${key}/results`);
    expect(results.analysis).toMatchObject({ units: 100, events: 100, duplicates: 100 });
    expect(await succeed("GET", `/v1/experiments/${key}/verify`)).toMatchObject({
      agrees: true,
      events: 100,
      units: 100,
    });
    const page = await succeed("GET", `/v1/experiments/${key}/events?limit=10`);
    expect(page.nextCursor).toMatch(/^\d+:\d+$/);
  });
});

describe("the audit", () => {
  it("can be limited to one object, page by page", async () => {
    const { key, config } = await createExperiment();
    const others = await createExperiment();
    for (const name of ["one", "two", "three"]) await succeed("PATCH", `/v1/experiments/${key}`, { name });
    await succeed("PATCH", `/v1/experiments/${others.key}`, { name: "another" });
    const subject = `experiment:${key}`;
    const first = await succeed("GET", `/v1/audit?subject=${subject}&limit=3`);
    expect(first.entries).toMatchObject([
      { subject, details: { name: "three" } },
      { subject, details: { name: "two" } },
      { subject, details: { name: "one" } },
    ]);
    const second = await succeed("GET", `/v1/audit?subject=${subject}&before=${first.entries[2].id}`);
    expect(second.entries.map(({ action }: { action: string }) => action)).toEqual([
      "experiment.start",
      "experiment.create",
    ]);
    const { entries } = await succeed("GET", `/v1/audit?subject=config:${config}`);
    expect(new Set(entries.map((entry: { subject: string }) => entry.subject))).toEqual(
      new Set([`config:${config}`]),
    );
    expect((await call("GET", "/v1/audit?subject=everything")).body.errors).toMatchObject([
      { path: "/subject" },
    ]);
  });
});

describe("the documents", () => {
  it("describe every route in OpenAPI 3.1", async () => {
    const document = await succeed("GET", "/openapi.json");
    expect(document.openapi).toBe("3.1.0");
    for (const { method, path } of ROUTES) {
      const operation = document.paths[path.replace(/:(\w+)/g, "{$1}")]?.[method.toLowerCase()];
      const { content } = operation?.responses.default ?? {};
      expect(content["application/problem+json"] ?? content["application/json"]).toBeDefined();
    }
    const references = JSON.stringify(document).match(/#\/components\/schemas\/\w+/g) ?? [];
    for (const reference of new Set(references)) {
      expect(document.components.schemas).toHaveProperty(reference.split("/").at(-1) ?? "");
    }
  });

  it("say that the Worker is healthy, without a key", async () => {
    expect((await call("GET", "/healthz", undefined, { key: null })).body).toEqual({ ok: true });
  });
});
