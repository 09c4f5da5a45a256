import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { assignBatch } from "#contract/assignment.ts";
import { postConfig, postConfigVersion } from "#contract/configs.ts";
import { getLoggedEvents, type LoggedEventPage } from "#contract/event-log.ts";
import { type eventReceiptSchema, postEvents } from "#contract/events.ts";
import { postExperiment, postStart } from "#contract/experiments.ts";
import { getResults, getVerification } from "#contract/results.ts";
import { TestServer } from "#test/e2e/support/server.ts";
import { untilItWorks } from "#test/e2e/support/server-patience.ts";

const EXPERIMENT = "survives-restarts";
const CONFIG = "restart-answer";
const UNITS = 300;
const BATCHES = 40;
const EVENTS_PER_BATCH = 50;
const BATCHES_AT_ONCE = 5;
const KILLS = BATCHES / BATCHES_AT_ONCE;
const RETRY_PATIENCE_MILLISECONDS = 60_000;

interface SentEvent {
  id: string;
  experiment: string;
  unit: string;
  variant: string;
  metrics: { task_success: number; latency_ms: number; cost_usd: number };
}

let server: TestServer;
let attempts = 0;

beforeAll(async () => {
  server = await TestServer.start();
});

async function startExperiment(): Promise<void> {
  const { admin } = server;
  await admin.call(postConfig, { body: { key: CONFIG, value: { model: "small" } } });
  await admin.call(postConfigVersion, { params: { key: CONFIG }, body: { value: { model: "large" } } });
  const input = {
    key: EXPERIMENT,
    kind: "model",
    config: CONFIG,
    variants: [
      { key: "small", version: 1, weight: 0.5 },
      { key: "large", version: 2, weight: 0.5 },
    ],
    metrics: [
      { metric: "task_success", role: "primary" },
      { metric: "latency_ms", role: "secondary" },
      { metric: "cost_usd", role: "secondary" },
    ],
    minimumUnits: 1_000_000,
    minimumDurationSeconds: 0,
    promotion: null,
  };
  await admin.call(postExperiment, { body: input });
  await admin.call(postStart, { params: { key: EXPERIMENT } });
}

/** Every unit's variant, as soon as the edge serves the experiment. */
async function assignUnits(): Promise<Map<string, string>> {
  const units = Array.from({ length: UNITS }, (_, index) => `unit-${index}`);
  const variants = new Map<string, string>();
  for (let start = 0; start < UNITS; start += 100) {
    const requests = units.slice(start, start + 100).map((unit) => ({ config: CONFIG, unit }));
    await untilItWorks(async () => {
      const reply = await server.admin.call(assignBatch, { body: { requests } });
      for (const [index, { unit }] of requests.entries()) {
        const assigned = reply.assignments[index];
        if (!assigned || "code" in assigned || assigned.variant === null) throw new Error("not served yet");
        variants.set(unit, assigned.variant);
      }
    }, RETRY_PATIENCE_MILLISECONDS);
  }
  return variants;
}

function makeBatch(variants: ReadonlyMap<string, string>, batch: number): SentEvent[] {
  return Array.from({ length: EVENTS_PER_BATCH }, (_, index) => {
    const number = batch * EVENTS_PER_BATCH + index;
    const unit = `unit-${(number * 7) % UNITS}`;
    return {
      id: `event-${number}`,
      experiment: EXPERIMENT,
      unit,
      variant: variants.get(unit) ?? "unassigned",
      metrics: {
        task_success: number % 3 === 0 ? 1 : 0,
        latency_ms: 100 + number / 8,
        cost_usd: number / 1e5,
      },
    };
  });
}

/** Sends a batch until it is acknowledged, each time with the same ids, as a client app does. */
function send(events: readonly SentEvent[]): Promise<z.infer<typeof eventReceiptSchema>> {
  return untilItWorks(() => {
    attempts += 1;
    return server.admin.call(postEvents, { body: { events: [...events] } });
  }, RETRY_PATIENCE_MILLISECONDS);
}

async function readLog(): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = "0:0";
  while (cursor !== null) {
    const page: LoggedEventPage = await server.admin.call(getLoggedEvents, {
      params: { key: EXPERIMENT },
      query: { limit: "500", cursor },
    });
    ids.push(...page.events.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  return ids;
}

/** What an independent count of the sent events gives, per variant. */
function countSent(events: readonly SentEvent[], variant: string) {
  const own = events.filter((event) => event.variant === variant);
  const sum = (pick: (event: SentEvent) => number): number =>
    own.reduce((total, event) => total + pick(event), 0);
  return {
    units: new Set(own.map(({ unit }) => unit)).size,
    observations: own.length,
    task_success: sum(({ metrics }) => metrics.task_success),
    latency_ms: sum(({ metrics }) => metrics.latency_ms),
    cost_usd: sum(({ metrics }) => metrics.cost_usd),
  };
}

describe("a server that is killed again and again while events arrive", () => {
  let variants: Map<string, string>;
  let sent: SentEvent[][];
  let kills = 0;

  beforeAll(async () => {
    await startExperiment();
    variants = await assignUnits();
    sent = Array.from({ length: BATCHES }, (_, batch) => makeBatch(variants, batch));
    for (let start = 0; start < BATCHES; start += BATCHES_AT_ONCE) {
      const receipts = sent.slice(start, start + BATCHES_AT_ONCE).map(send);
      // By turns: while the requests are on their way, and when one has been acknowledged but not been flushed.
      if (kills % 2 === 1) await Promise.race(receipts);
      await server.kill();
      kills += 1;
      await server.start();
      await Promise.all(receipts);
    }
  }, 360_000);

  it("was killed that often, and batches had to be sent again", () => {
    expect(kills).toBe(KILLS);
    expect(attempts).toBeGreaterThan(BATCHES);
  });

  it("has every acknowledged event in the log exactly once", async () => {
    const expected = sent.flat().map(({ id }) => id);
    expect((await readLog()).toSorted()).toEqual(expected.toSorted());
  });

  it("recognizes every event that arrives once more", async () => {
    const receipts = await Promise.all(sent.map(send));
    expect(receipts.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(0);
    expect(receipts.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe(BATCHES * EVENTS_PER_BATCH);
  });

  it("has counted what was sent, no more and no less", async () => {
    const { analysis } = await server.admin.call(getResults, { params: { key: EXPERIMENT } });
    expect(analysis.events).toBe(BATCHES * EVENTS_PER_BATCH);
    expect(analysis.multipleExposureUnits).toBe(0);
    for (const { metric, variants: estimates } of analysis.metrics) {
      for (const { variant, units, observations, estimate } of estimates) {
        const counted = countSent(sent.flat(), variant);
        const key = z.enum(["task_success", "latency_ms", "cost_usd"]).parse(metric);
        expect(units).toBe(counted.units);
        expect(observations).toBe(counted.observations);
        expect((estimate ?? 0) * observations).toBeCloseTo(counted[key], 9);
      }
    }
  });

  it("still gives every unit the variant that it had", async () => {
    expect(await assignUnits()).toEqual(variants);
  });

  it("agrees with itself: the totals rebuilt from the log are those of the aggregator", async () => {
    const found = await server.admin.call(getVerification, { params: { key: EXPERIMENT } });
    expect(found).toMatchObject({ agrees: true, events: BATCHES * EVENTS_PER_BATCH, units: UNITS });
  });
});
