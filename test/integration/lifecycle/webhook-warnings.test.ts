import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { aggregatorName } from "#aggregator/shard-number.ts";
import { tellApproachedLimits } from "#cron/watch-limits.ts";
import { announceOutlook } from "#lifecycle/webhooks/announce-outlook.ts";
import { limitMessageSchema, messageSchema } from "#model/webhook/message.ts";
import { openDatabase, openDatabases } from "#store/database.ts";
import { findExperiment } from "#store/experiments.ts";
import { createExperiment, succeed } from "#test/support/api-client.ts";
import { addWebhook, deliverAt, deliveriesOf, useReceiver } from "#test/support/webhook-receiver.ts";

const DAY = 86_400_000;

const database = openDatabase(env.DB);

const receiver = useReceiver();

async function underpoweredSince(key: string): Promise<number | null> {
  const statement = env.DB.prepare("SELECT underpowered_since AS since FROM experiment WHERE key = ?");
  return (await statement.bind(key).first<{ since: number | null }>())?.since ?? null;
}

async function lookAt(key: string, units: number, now: number): Promise<void> {
  const found = await findExperiment(database, key);
  if (!found.ok) throw new Error(found.error.detail);
  const start = { earlier: null, underpoweredSince: await underpoweredSince(key) };
  await announceOutlook(database, found.value, start, units, now);
}

describe("An experiment that gets too few units", () => {
  it("is told of at a look of the schedule, with what to do", async () => {
    await addWebhook({ types: ["experiment.underpowered"] });
    const { key } = await createExperiment({ maximumUnits: 20_000, maximumDurationSeconds: 10 * 86_400 });
    const now = Date.now() + 2 * DAY;
    const { analyzedAt } = await succeed("GET", `/v1/experiments/${key}`);
    await env.AGGREGATOR.getByName(aggregatorName(key, 0)).look(key, { analyzedAt, runAt: now }, now);
    await deliverAt(now);
    const [message] = receiver.current.received.map(({ body }) => messageSchema.parse(JSON.parse(body)));
    expect(message).toMatchObject({
      type: "experiment.underpowered",
      data: { experiment: key, actor: "cron", path: `/experiments/${key}` },
    });
    expect(JSON.stringify(message?.data)).toMatch(/0 of its 20,000 units.*Raise its maximum duration/);
  });

  it("is told of once, and again only after it had enough in between", async () => {
    const { id } = await addWebhook({ types: ["experiment.underpowered"] });
    const { key } = await createExperiment({ maximumUnits: 20_000, maximumDurationSeconds: 10 * 86_400 });
    const now = Date.now() + 5 * DAY;
    const told = async () => (await deliveriesOf(id)).length;
    await lookAt(key, 100, now);
    await lookAt(key, 120, now + 60_000);
    expect(await told()).toBe(1);
    await lookAt(key, 19_000, now + 120_000);
    expect(await underpoweredSince(key)).toBeNull();
    expect(await told()).toBe(1);
    await lookAt(key, 150, now + 180_000);
    expect(await told()).toBe(2);
  });

  it("is not told of while nobody was assigned for a time: that is no traffic of its own", async () => {
    const { id } = await addWebhook({ types: ["experiment.underpowered"] });
    const { key } = await createExperiment({ maximumUnits: 20_000, maximumDurationSeconds: 10 * 86_400 });
    await succeed("POST", `/v1/experiments/${key}/pause`, { reason: "an incident" });
    await succeed("POST", `/v1/experiments/${key}/resume`, { reason: "it is over" });
    await lookAt(key, 100, Date.now() + 5 * DAY);
    expect(await deliveriesOf(id)).toEqual([]);
  });
});

describe("A limit that is nearly reached", () => {
  beforeEach(async () => {
    await env.DB.prepare("DELETE FROM approached_limit").run();
  });

  async function setOverrides(key: string, count: number): Promise<void> {
    const overrides = Array.from({ length: count }, (_, index) => ({ unit: `unit-${index}` }));
    const statement = env.DB.prepare("UPDATE experiment SET overrides = ? WHERE key = ?");
    await statement.bind(JSON.stringify(overrides), key).run();
  }

  it("is told once, and again only after it was far away", async () => {
    const { id } = await addWebhook({ types: ["limit.approaching"] });
    const { key } = await createExperiment();
    const databases = openDatabases(env);
    const now = Date.now();
    const toldAfter = async (overrides: number) => {
      await setOverrides(key, overrides);
      await tellApproachedLimits(databases, now);
      return (await deliveriesOf(id)).length;
    };
    expect(await toldAfter(79)).toBe(0);
    expect(await toldAfter(80)).toBe(1);
    expect(await toldAfter(79)).toBe(1);
    expect(await toldAfter(81)).toBe(1);
    expect(await toldAfter(69)).toBe(1);
    expect(await toldAfter(80)).toBe(2);
    await setOverrides(key, 0);
    await deliverAt(now);
    const [body] = receiver.current.received.map((message) => JSON.parse(message.body));
    expect(limitMessageSchema.parse(body).data).toMatchObject({
      limit: "overrides",
      subject: key,
      used: 80,
      maximum: 100,
      summary: `The experiment '${key}' has 80 of at most 100 overridden units.`,
      path: `/experiments/${key}`,
    });
  });

  it("is forgotten with the end of its experiment, so that nothing piles up", async () => {
    await addWebhook({ types: ["limit.approaching"] });
    const { key } = await createExperiment();
    await setOverrides(key, 90);
    await tellApproachedLimits(openDatabases(env), Date.now());
    const count = () => env.DB.prepare("SELECT COUNT(*) AS number FROM approached_limit").first("number");
    expect(await count()).toBe(1);
    await setOverrides(key, 0);
    await succeed("POST", `/v1/experiments/${key}/stop`, { reason: "enough" });
    await tellApproachedLimits(openDatabases(env), Date.now());
    expect(await count()).toBe(0);
  });
});
