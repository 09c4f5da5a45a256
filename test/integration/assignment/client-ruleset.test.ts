import { exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { assign } from "#assigner/assign.ts";
import { prepareRuleset } from "#assigner/prepared-ruleset.ts";
import { clientRulesetSchema } from "#contract/ruleset.ts";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";

async function secretOf(scope: string): Promise<string> {
  return (await succeed("POST", "/v1/keys", { name: scope, scope })).secret;
}

async function read(secret: string, known?: string): Promise<Response> {
  const headers = new Headers({ authorization: `Bearer ${secret}` });
  if (known) headers.set("if-none-match", known);
  return exports.default.fetch("https://bakeoff.test/v1/ruleset", { headers });
}

describe("the ruleset for clients", () => {
  it("decides every unit exactly as the server does", async () => {
    const { key, config } = await createExperiment({
      variants: [
        { key: "control", version: 1, weight: 0.2 },
        { key: "treatment", version: 2, weight: 0.8 },
      ],
      coverage: 0.7,
      namespace: { name: "layer", range: [0.1, 0.9] },
      condition: { country: "CA" },
    });
    const prepared = prepareRuleset(clientRulesetSchema.parse(await succeed("GET", "/v1/ruleset")));
    const requests = Array.from({ length: 100 }, (_, index) => ({
      config,
      unit: `ünit-${index}`,
      attributes: { country: index % 4 === 0 ? "DE" : "CA" },
    }));
    const { assignments } = await succeed("POST", "/v1/assign", { requests });
    const local = requests.map(({ unit, attributes }) => assign(prepared, config, unit, attributes));
    expect(local).toEqual(assignments.map((assignment: unknown) => ({ ok: true, assignment })));
    const experiments = new Set(assignments.map((one: { experiment: string | null }) => one.experiment));
    expect(experiments).toEqual(new Set([key, null]));
  });

  it("says nothing of how experiments are counted, nor of those that have ended", async () => {
    const { key } = await createExperiment();
    const ended = await createExperiment();
    await succeed("POST", `/v1/experiments/${ended.key}/stop`);
    const draft = await createExperiment({}, { start: false });
    const { experiments } = await succeed("GET", "/v1/ruleset");
    const keys = experiments.map((experiment: { key: string }) => experiment.key);
    expect(keys).toContain(key);
    expect(keys).not.toContain(ended.key);
    expect(keys).not.toContain(draft.key);
    for (const experiment of experiments) {
      for (const name of ["metricDefinitions", "covariateSource", "shards"])
        expect(experiment).not.toHaveProperty(name);
    }
  });

  it("comes without a prompt for client keys, even where nothing else is left of a value", async () => {
    await succeed("POST", "/v1/configs", { key: "prompt-only", value: { prompt: "a secret recipe" } });
    const [client, server] = [await secretOf("client"), await secretOf("server")];
    const forClient = clientRulesetSchema.parse(await succeed("GET", "/v1/ruleset", undefined, client));
    expect(forClient.configs.find(({ key }) => key === "prompt-only")?.values).toEqual([
      { version: 1, value: {} },
    ]);
    expect(JSON.stringify(forClient)).not.toMatch(/secret recipe|system_prompt/);
    const forServer = await succeed("GET", "/v1/ruleset", undefined, server);
    expect(JSON.stringify(forServer)).toContain("secret recipe");
  });

  it("costs a poller nothing until something changes, and is not taken for that of another scope", async () => {
    const { key } = await createExperiment();
    const [client, server] = [await secretOf("client"), await secretOf("server")];
    const first = await read(client);
    const etag = first.headers.get("etag") ?? "none";
    await first.text();
    const again = await read(client, etag);
    expect(again.status).toBe(304);
    expect(await again.text()).toBe("");
    expect(again.headers.get("etag")).toBe(etag);
    const other = await read(server, etag);
    expect(other.status).toBe(200);
    await other.text();

    await succeed("POST", `/v1/experiments/${key}/pause`);
    const changed = await read(client, etag);
    expect(changed.status).toBe(200);
    const { experiments } = clientRulesetSchema.parse(await changed.json());
    expect(experiments.find((experiment) => experiment.key === key)?.status).toBe("paused");
  });

  it("may be read from any origin, tag included, and by keys in either header", async () => {
    const secret = await secretOf("client");
    const preflight = await call("OPTIONS", "/v1/ruleset", undefined, { key: null });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-methods")).toContain("GET");
    expect(preflight.headers.get("access-control-allow-headers")).toMatch(/x-api-key.*if-none-match/);
    const response = await exports.default.fetch("https://bakeoff.test/v1/ruleset", {
      headers: { "x-api-key": secret },
    });
    expect(response.status).toBe(200);
    await response.text();
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect(response.headers.get("access-control-expose-headers")).toContain("etag");
  });
});
