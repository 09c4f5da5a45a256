import { exports } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { createBakeoff } from "#sdk/index.ts";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";
import { unitWith } from "#test/support/assigned-units.ts";
import { readLoggedEntries } from "#test/support/event-log.ts";
import { tokenOf } from "#test/support/unit-token.ts";

const HOUR = 3_600_000;

async function newKey(scope: "client" | "server", bounds: Record<string, unknown> = {}) {
  return succeed("POST", "/v1/keys", { name: "app", scope, ...bounds });
}

const inAnHour = () => Math.floor((Date.now() + HOUR) / 1_000);

async function resultsOf(key: string) {
  return succeed("GET", `/v1/experiments/${key}/results`);
}

const eventFor = (experiment: string, label: string, more: Record<string, unknown> = {}) => ({
  id: label,
  experiment,
  unit: unitWith(label, [{ key: experiment }, "treatment"]),
  variant: "treatment",
  metrics: { task_success: 1 },
  ...more,
});

describe("what comes by a client key", () => {
  it("is kept beside the results, shown, and verified, and touches nothing that decides", async () => {
    const { key, config } = await createExperiment({ shards: 2 });
    const { secret, id } = await newKey("client");
    const event = eventFor(key, "a");
    const receipt = await succeed("POST", "/v1/events", { events: [event] }, secret);
    expect(receipt).toMatchObject({ accepted: 1, warnings: [{ code: "unvouched" }] });
    await succeed("POST", "/v1/assign", { config, unit: "somebody" }, secret);
    await call("POST", "/v1/events", { events: [{ ...event, variant: "control" }] }, { key: secret });
    await vi.waitFor(async () => {
      const { analysis, unvouched } = await resultsOf(key);
      expect(analysis).toMatchObject({ units: 0, events: 0, rejected: 0, multipleExposureUnits: 0 });
      expect(unvouched).toMatchObject({ units: 2, events: 1, rejected: 1, metric: "task_success" });
      expect(unvouched.summary).toBe("1 unvouched event of 2 units, 1 refused, not used.");
    });
    expect(await succeed("GET", `/v1/experiments/${key}/verify`)).toMatchObject({
      agrees: true,
      events: 0,
      unvouchedEvents: 1,
    });
    const logged = await readLoggedEntries(key);
    const outcomes = logged.filter(({ kind }) => kind === "outcome");
    expect(outcomes).toMatchObject([{ id: "a", key: id, shard: expect.toSatisfy((shard) => shard < 0) }]);
    // Nobody's id is taken, and nobody's unit is known.
    expect(await succeed("POST", "/v1/events", { events: [event] })).toMatchObject({
      accepted: 1,
      warnings: [],
    });
    const report = await succeed("GET", `/v1/experiments/${key}/report?format=markdown`);
    expect(report).toContain("unvouched event");
  });

  it("decides with a token of its unit: in the entry, in the header, and in OFREP's context", async () => {
    const { key, config } = await createExperiment();
    const { secret } = await newKey("client");
    const { secret: server } = await newKey("server");
    const [first, second, third] = ["a", "b", "c"].map((label) => eventFor(key, label));
    if (!first || !second || !third) throw new Error("three events");
    const token = tokenOf(server, first.unit, inAnHour());
    const receipt = await succeed("POST", "/v1/events", { events: [{ ...first, token }] }, secret);
    expect(receipt).toEqual({ accepted: 1, duplicates: 0, rejected: [], warnings: [] });
    const response = await exports.default.fetch("https://bakeoff.test/v1/events", {
      method: "POST",
      headers: {
        authorization: `Bearer ${secret}`,
        "x-bakeoff-unit-token": tokenOf(server, second.unit, inAnHour()),
      },
      body: JSON.stringify({ events: [second] }),
    });
    expect(await response.json()).toMatchObject({ accepted: 1, warnings: [] });
    await succeed(
      "POST",
      `/ofrep/v1/evaluate/flags/${config}`,
      {
        context: {
          targetingKey: third.unit,
          bakeoffUnitToken: tokenOf(server, third.unit, inAnHour()),
        },
      },
      secret,
    );
    await vi.waitFor(async () => {
      const { analysis, unvouched } = await resultsOf(key);
      expect(analysis).toMatchObject({ units: 3, events: 2 });
      expect(unvouched).toBeNull();
    });
  });

  it("decides nothing with a token that is altered, expired, another unit's, or a client key's", async () => {
    const { key, config } = await createExperiment();
    const other = await createExperiment();
    const { secret } = await newKey("client");
    const { secret: server, id } = await newKey("server");
    const { secret: bound } = await newKey("server", { configs: [other.config] });
    const { secret: reader } = await succeed("POST", "/v1/keys", { name: "reader", scope: "read" });
    const { unit } = eventFor(key, "a");
    const good = tokenOf(server, unit, inAnHour());
    const tokens = [
      "",
      "nonsense",
      `${good}x`,
      good.replace(/\.\d+\./, `.${inAnHour() + 1}.`),
      tokenOf(server, unit, Math.floor(Date.now() / 1_000) - 1),
      tokenOf(server, unit, 99_999_999_999),
      tokenOf(server, `${unit}0`, inAnHour()),
      tokenOf(secret, unit, inAnHour()),
      tokenOf(bound, unit, inAnHour()),
      tokenOf(reader, unit, inAnHour()),
      tokenOf("bk_server_guessed", unit, inAnHour()),
    ];
    for (const [index, token] of tokens.entries()) {
      const events = [eventFor(key, "a", { id: `e-${index}`, token })];
      const receipt = await succeed("POST", "/v1/events", { events }, secret);
      expect(receipt.warnings, token).toMatchObject([{ code: "unvouched" }]);
    }
    await succeed("POST", "/v1/assign", { config, unit, token: tokens[1] }, secret);
    await succeed("DELETE", `/v1/keys/${id}`);
    const revoked = await succeed(
      "POST",
      "/v1/events",
      { events: [eventFor(key, "a", { token: good })] },
      secret,
    );
    expect(revoked.warnings).toMatchObject([{ code: "unvouched" }]);
    const { analysis, unvouched } = await resultsOf(key);
    expect(analysis).toMatchObject({ units: 0, events: 0 });
    expect(unvouched).toMatchObject({ units: 1, events: tokens.length + 1 });
  });

  it("decides where the experiment said so before its start", async () => {
    const { key } = await createExperiment({ unvouched: "admit" });
    const { secret } = await newKey("client");
    const receipt = await succeed("POST", "/v1/events", { events: [eventFor(key, "a")] }, secret);
    expect(receipt).toMatchObject({ accepted: 1, warnings: [] });
    expect((await resultsOf(key)).analysis).toMatchObject({ units: 1, events: 1 });
    const change = await call("PATCH", `/v1/experiments/${key}`, { unvouched: "exclude" });
    expect(change.status).toBe(422);
    // Even then nobody takes the id of an event that a server is going to log.
    expect(await succeed("POST", "/v1/events", { events: [eventFor(key, "a")] })).toMatchObject({
      accepted: 1,
    });
  });

  it("is vouched for by the SDK's own tokens, in both modes", async () => {
    const { key, config } = await createExperiment();
    const options = {
      url: "https://bakeoff.test",
      timeoutMs: 20_000,
      fetch: (input: string, init: RequestInit) => exports.default.fetch(new Request(input, init)),
    };
    const server = createBakeoff({ ...options, key: (await newKey("server")).secret });
    const { secret } = await newKey("client");
    for (const [index, mode] of (["remote", "local"] as const).entries()) {
      const unit = `visitor-${index}`;
      const unitToken = await server.signUnit(unit, Date.now() + HOUR);
      const page = createBakeoff({ ...options, key: secret, mode, unitToken });
      await page.run(config, { unit, fallback: {} }, () => "done");
      expect(await page.close()).toBe(true);
    }
    await expect(
      createBakeoff({ ...options, key: secret }).signUnit("u", Date.now() + HOUR),
    ).rejects.toThrow();
    await vi.waitFor(async () => {
      const { analysis, unvouched } = await resultsOf(key);
      expect(analysis).toMatchObject({ units: 2, events: 2 });
      expect(unvouched).toBeNull();
    });
  });
});

describe("a handle", () => {
  const optionsWith = (key: string) => ({
    url: "https://bakeoff.test",
    key,
    timeoutMs: 20_000,
    fetch: (input: string, init: RequestInit) => exports.default.fetch(new Request(input, init)),
  });

  it("of a server's run vouches for its unit, also from a page with a client key, and is taken once", async () => {
    const { key, config } = await createExperiment();
    const server = createBakeoff(optionsWith((await newKey("server")).secret));
    const { handle } = await server.run(config, { unit: "ann@example.com", fallback: {} }, () => "done");
    await server.close();
    expect(handle).not.toContain("ann");
    const { secret } = await newKey("client");
    const events = [{ id: "feedback", handle, metrics: { task_success: 1 } }];
    expect(await succeed("POST", "/v1/events", { events }, secret)).toMatchObject({
      accepted: 1,
      warnings: [],
    });
    expect(await succeed("POST", "/v1/events", { events }, secret)).toMatchObject({ duplicates: 1 });
    expect(await resultsOf(key)).toMatchObject({ analysis: { units: 1, events: 2 }, unvouched: null });
  });

  it("of a page's own making vouches for nobody, and one that is altered is refused", async () => {
    const { key, config } = await createExperiment();
    const { secret } = await newKey("client");
    const page = createBakeoff(optionsWith(secret));
    const { handle } = await page.run(config, { unit: "bob", fallback: {} }, () => "done");
    expect(page.feedback(handle, { task_success: 1 })).toBe(true);
    await page.close();
    const altered = `${handle.slice(0, -2)}${handle.endsWith("AA") ? "BB" : "AA"}`;
    const events = [{ id: "feedback", handle: altered, metrics: { task_success: 1 } }];
    const { rejected } = (await call("POST", "/v1/events", { events }, { key: secret })).body;
    expect(rejected).toMatchObject([{ path: "/events/0/handle", code: "invalid_handle" }]);
    const { analysis, unvouched } = await resultsOf(key);
    expect(analysis).toMatchObject({ units: 0, events: 0 });
    expect(unvouched).toMatchObject({ units: 1, events: 2 });
  });
});
