import { runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";
import { unitWith } from "#test/support/assigned-units.ts";
import { freshAggregator } from "#test/support/ledger-client.ts";
import { asProtobuf, spanOf } from "#test/support/telemetry-sender.ts";
import { tokenOf } from "#test/support/unit-token.ts";

afterEach(() => void vi.useRealTimers());

const newKey = (scope: "client" | "server") => succeed("POST", "/v1/keys", { name: scope, scope });

/** Gives an experiment's ledgers a quota that a test can use up. */
async function limit(key: string, variables: Record<string, string>, shards = [-1, 0]): Promise<void> {
  for (const shard of shards) {
    await runInDurableObject(env.AGGREGATOR.getByName(`${key}/${shard}`), (instance) => {
      Reflect.set(instance, "env", { ...env, ...variables });
    });
  }
}

function eventFor(experiment: string, id: string, more: Record<string, unknown> = {}) {
  const unit = unitWith(id, [{ key: experiment }, "treatment"]);
  return { id, experiment, unit, variant: "treatment", metrics: { task_success: 1 }, ...more };
}

const log = (events: unknown[], key: string) => call("POST", "/v1/events", { events }, { key });

/** Whether an answer says to wait until the day ends. */
function expectTomorrow(headers: Headers): void {
  const seconds = Number(headers.get("retry-after"));
  const day = 86_400;
  expect(Math.abs(seconds - (day - ((Date.now() / 1_000) % day)))).toBeLessThan(30);
}

async function resultsOf(key: string) {
  return succeed("GET", `/v1/experiments/${key}/results`);
}

describe("a daily quota of new units that nobody vouches for", () => {
  it("refuses more of them with 429 until the day ends, and nothing that is known, vouched for or a server's", async () => {
    const { key } = await createExperiment();
    const [page, other, server] = [await newKey("client"), await newKey("client"), await newKey("server")];
    await limit(key, { UNVOUCHED_UNITS_PER_DAY: "2" });
    const [first, second, third, fourth] = ["a", "b", "c", "d"].map((id) => eventFor(key, id));
    if (!first || !second || !third || !fourth) throw new Error("four events");
    expect((await log([first, second], page.secret)).body).toMatchObject({ accepted: 2 });

    const refused = await log([third], page.secret);
    expect(refused).toMatchObject({
      status: 429,
      body: {
        code: "daily_quota_used_up",
        accepted: 0,
        rejected: [{ id: "c", code: "daily_quota_used_up" }],
      },
    });
    expectTomorrow(refused.headers);
    const exposures = [{ experiment: key, unit: third.unit, variant: "treatment" }];
    const exposed = await call("POST", "/v1/exposures", { exposures }, { key: page.secret });
    expect(exposed).toMatchObject({
      status: 429,
      body: { accepted: 0, rejected: [{ index: 0, path: "/exposures/0", code: "daily_quota_used_up" }] },
    });
    expectTomorrow(exposed.headers);

    // Units that are known, other keys, servers, and what is vouched for.
    expect((await log([{ ...first, id: "a2" }], page.secret)).body).toMatchObject({ accepted: 1 });
    expect((await log([third], other.secret)).body).toMatchObject({ accepted: 1 });
    expect((await log([{ ...fourth, id: "d0" }], server.secret)).body).toMatchObject({ accepted: 1 });
    const token = tokenOf(server.secret, third.unit, Math.floor(Date.now() / 1_000) + 3_600);
    const mixed = await log(
      [fourth, { ...third, id: "vouched", token }, { ...second, id: "b2" }],
      page.secret,
    );
    expect(mixed).toMatchObject({
      status: 200,
      body: { accepted: 2, rejected: [{ index: 0, id: "d", code: "daily_quota_used_up" }] },
    });
    await vi.waitFor(async () => {
      const { analysis, unvouched } = await resultsOf(key);
      expect(analysis).toMatchObject({ units: 2, events: 2, rejected: 0 });
      expect(unvouched).toMatchObject({ units: 3, events: 5, rejected: 3 });
    });
    expect(await succeed("GET", `/v1/experiments/${key}/verify`)).toMatchObject({ agrees: true });
  });

  it("is for each experiment its own, and new every day", async () => {
    const [one, other] = [await createExperiment(), await createExperiment()];
    const { secret } = await newKey("client");
    for (const { key } of [one, other]) await limit(key, { UNVOUCHED_UNITS_PER_DAY: "1" });
    expect((await log([eventFor(one.key, "a")], secret)).status).toBe(200);
    expect((await log([eventFor(one.key, "b")], secret)).status).toBe(429);
    expect((await log([eventFor(other.key, "a")], secret)).status).toBe(200);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 86_400_000 });
    expect((await log([eventFor(one.key, "b")], secret)).status).toBe(200);
    expect((await log([eventFor(one.key, "c")], secret)).status).toBe(429);
  });

  it("that is used up on purpose shuts nobody out: assignments are answered, and who is vouched for takes part", async () => {
    const { key, config } = await createExperiment();
    const [page, server] = [await newKey("client"), await newKey("server")];
    await limit(key, { UNVOUCHED_UNITS_PER_DAY: "0", UNVOUCHED_BYTES_PER_DAY: "0" });
    const unit = unitWith("visitor", [{ key }, "treatment"]);
    const token = tokenOf(server.secret, unit, Math.floor(Date.now() / 1_000) + 3_600);
    const asked = await succeed("POST", "/v1/assign", { config, unit }, page.secret);
    expect(asked).toMatchObject({ variant: "treatment" });
    const context = { targetingKey: unit };
    const flag = await succeed("POST", `/ofrep/v1/evaluate/flags/${config}`, { context }, page.secret);
    expect(flag).toMatchObject({ variant: "treatment", reason: "SPLIT" });
    await vi.waitFor(async () => expect((await resultsOf(key)).unvouched).toMatchObject({ units: 0 }));
    await succeed("POST", "/v1/assign", { config, unit, token }, page.secret);
    await vi.waitFor(async () => expect((await resultsOf(key)).analysis).toMatchObject({ units: 1 }));
  });

  it("is told by OTLP in its own words, in JSON and protobuf", async () => {
    const { key } = await createExperiment();
    const { secret } = await newKey("client");
    await limit(key, { UNVOUCHED_UNITS_PER_DAY: "0" });
    const unit = unitWith("a", [{ key }, "control"]);
    const spans = [spanOf({ "bakeoff.experiment": key, "bakeoff.variant": "control", "bakeoff.unit": unit })];
    const send = (contentType: string, body: BodyInit) =>
      exports.default.fetch("https://bakeoff.test/v1/otlp/v1/traces", {
        method: "POST",
        headers: { authorization: `Bearer ${secret}`, "content-type": contentType },
        body,
      });
    const answer = await send("application/x-protobuf", asProtobuf(spans).slice());
    expect([answer.status, answer.headers.get("content-type")]).toEqual([429, "application/x-protobuf"]);
    expectTomorrow(answer.headers);
    expect(new TextDecoder().decode(await answer.arrayBuffer())).toContain("used up what it may add");
    // Where nothing was of a running experiment, nothing was refused.
    expect((await send("application/json", '{"resourceSpans":[]}')).status).toBe(200);
  });

  it("also bounds what an experiment takes that admits client keys", async () => {
    const { key } = await createExperiment({ unvouched: "admit" });
    const [page, server] = [await newKey("client"), await newKey("server")];
    await limit(key, { UNVOUCHED_UNITS_PER_DAY: "1" });
    expect((await log([eventFor(key, "a")], page.secret)).status).toBe(200);
    expect((await log([eventFor(key, "b")], page.secret)).status).toBe(429);
    expect((await log([eventFor(key, "b")], server.secret)).status).toBe(200);
    expect((await resultsOf(key)).analysis).toMatchObject({ units: 2, events: 2, rejected: 1 });
  });
});

describe("a daily quota of bytes that nobody vouches for", () => {
  it("refuses more, also of units that are known", async () => {
    const { key } = await createExperiment();
    const { secret } = await newKey("client");
    await limit(key, { UNVOUCHED_BYTES_PER_DAY: "2000" });
    const statuses: number[] = [];
    for (let index = 0; index < 10; index++)
      statuses.push((await log([{ ...eventFor(key, "a"), id: `e-${index}` }], secret)).status);
    const accepted = statuses.filter((status) => status === 200).length;
    expect(accepted).toBeGreaterThanOrEqual(3);
    expect(accepted).toBeLessThan(10);
    expect(statuses.slice(accepted)).toEqual(Array.from({ length: 10 - accepted }, () => 429));
  });
});

describe("a quota where weights adapt", () => {
  it("is one for all phases: an old one named on purpose brings no new quota", async () => {
    const { key } = freshAggregator();
    await limit(key, { UNVOUCHED_UNITS_PER_DAY: "3" }, [-1]);
    const record = (phase: number, ...units: string[]) =>
      env.AGGREGATOR.getByName(`${key}/-1`).record({
        experiment: { key, shard: -1, variants: ["a", "b"], metricDefinitions: [], exclusions: [] },
        exposures: units.map((unit) => ({
          unit,
          variant: "a",
          phase,
          at: 1,
          source: { key: "page", vouchedBy: "nobody" as const },
        })),
        outcomes: [],
      });
    expect((await record(0, "u1")).refusedExposures).toEqual([]);
    expect((await record(1, "u2", "u3")).refusedExposures).toEqual([]);
    expect((await record(2, "u4")).refusedExposures).toEqual([0]);
    // A unit of an earlier phase is known.
    expect((await record(2, "u1")).refusedExposures).toEqual([]);
    expect((await record(0, "u1", "u5")).refusedExposures).toEqual([1]);
  });
});
