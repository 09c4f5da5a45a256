import { exports } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { createBakeoff } from "#sdk/index.ts";
import { call, createExperiment, succeed, uniqueKey } from "#test/support/api-client.ts";
import { unitWith } from "#test/support/assigned-units.ts";
import { readLoggedEntries } from "#test/support/event-log.ts";
import { tokenOf } from "#test/support/unit-token.ts";

const newKey = (scope: "client" | "server") => succeed("POST", "/v1/keys", { name: scope, scope });

async function restrictedMetric(): Promise<string> {
  const key = uniqueKey("purchase").replaceAll("-", "_");
  const definition = { key, name: "Purchase", type: "proportion", direction: "increase", trust: "server" };
  await succeed("POST", "/v1/metrics", definition);
  return key;
}

const resultsOf = (key: string) => succeed("GET", `/v1/experiments/${key}/results`);

/** How many units have an estimate of a metric, over all variants. */
async function unitsOf(key: string, metric: string): Promise<number> {
  const { analysis } = await resultsOf(key);
  const found = analysis.metrics.find((part: { metric: string }) => part.metric === metric);
  return found.variants.reduce((sum: number, { units }: { units: number }) => sum + units, 0);
}

describe("a metric restricted to server keys", () => {
  it("takes no value by a client key, vouched for by a token or a handle, while the rest of the event counts", async () => {
    const metric = await restrictedMetric();
    const metrics = [
      { metric: "task_success", role: "primary" },
      { metric, role: "secondary" },
    ];
    const { key, config } = await createExperiment({ metrics });
    const [client, server] = [await newKey("client"), await newKey("server")];
    const unit = unitWith("a", [{ key }, "treatment"]);
    const event = { experiment: key, unit, variant: "treatment", metrics: { task_success: 1, [metric]: 1 } };
    const token = tokenOf(server.secret, unit, Math.floor(Date.now() / 1_000) + 3_600);
    const warnings = [{ code: "server_keys_only", message: expect.stringContaining(metric) }];
    expect(
      await succeed("POST", "/v1/events", { events: [{ ...event, id: "1", token }] }, client.secret),
    ).toEqual({ accepted: 1, duplicates: 0, rejected: [], warnings });

    const app = createBakeoff({
      url: "https://bakeoff.test",
      key: server.secret,
      timeoutMs: 20_000,
      fetch: (input, init) => exports.default.fetch(new Request(input, init)),
    });
    const { handle } = await app.run(config, { unit: "ann", fallback: {} }, () => "done");
    await app.close();
    const feedback = { id: "2", handle, metrics: { task_success: 1, [metric]: 1 } };
    expect(await succeed("POST", "/v1/events", { events: [feedback] }, client.secret)).toMatchObject({
      accepted: 1,
      warnings,
    });
    await vi.waitFor(async () => {
      expect((await resultsOf(key)).analysis).toMatchObject({ units: 2, events: 3, untrustedValues: 2 });
    });
    expect(await unitsOf(key, "task_success")).toBe(2);
    expect(await unitsOf(key, metric)).toBe(0);

    expect(
      await succeed("POST", "/v1/events", { events: [{ ...event, id: "3" }] }, server.secret),
    ).toMatchObject({ accepted: 1, warnings: [] });
    expect(await unitsOf(key, metric)).toBe(1);
    expect(await succeed("GET", `/v1/experiments/${key}/verify`)).toMatchObject({ agrees: true, events: 4 });
    expect(JSON.stringify(await readLoggedEntries(key))).toContain(`"${metric}":1`);
    expect(await succeed("GET", `/v1/experiments/${key}/report?format=markdown`)).toContain(
      "2 values by client keys of metrics that take server keys alone: not used.",
    );
  });

  it("takes none either where an experiment admits what nobody vouches for", async () => {
    const metric = await restrictedMetric();
    const { key } = await createExperiment({
      metrics: [{ metric, role: "primary" }],
      unvouched: "admit",
    });
    const { secret } = await newKey("client");
    const unit = unitWith("a", [{ key }, "treatment"]);
    const events = [{ id: "1", experiment: key, unit, variant: "treatment", metrics: { [metric]: 1 } }];
    await succeed("POST", "/v1/events", { events }, secret);
    expect((await resultsOf(key)).analysis).toMatchObject({ units: 1, events: 1, untrustedValues: 1 });
    expect(await unitsOf(key, metric)).toBe(0);
    expect(await succeed("GET", `/v1/experiments/${key}/verify`)).toMatchObject({ agrees: true });
  });

  it("is restricted for an experiment's whole life by what it was at the start", async () => {
    const metric = await restrictedMetric();
    const metrics = [{ metric, role: "primary" }];
    const before = await createExperiment({ metrics });
    const { body: definition } = await call("GET", `/v1/metrics/${metric}`);
    const { key: _key, ...rest } = definition;
    await succeed("PUT", `/v1/metrics/${metric}`, { ...rest, trust: "any" });
    const after = await createExperiment({ metrics });
    const [{ secret }, server] = [await newKey("client"), await newKey("server")];
    for (const [{ key }, units] of [
      [before, 0],
      [after, 1],
    ] as const) {
      const unit = unitWith("a", [{ key }, "treatment"]);
      const token = tokenOf(server.secret, unit, Math.floor(Date.now() / 1_000) + 3_600);
      const events = [
        { id: "1", experiment: key, unit, variant: "treatment", token, metrics: { [metric]: 1 } },
      ];
      await succeed("POST", "/v1/events", { events }, secret);
      expect(await unitsOf(key, metric)).toBe(units);
    }
  });
});
