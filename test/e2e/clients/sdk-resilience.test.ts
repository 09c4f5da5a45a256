import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { postConfig, postConfigVersion } from "#contract/configs.ts";
import { getLoggedEvents, type LoggedEventPage } from "#contract/event-log.ts";
import { postExperiment, postStart } from "#contract/experiments.ts";
import { postKey } from "#contract/keys.ts";
import { type Bakeoff, type BakeoffOptions, createBakeoff, type Drop } from "#sdk/index.ts";
import { FaultyProxy } from "#test/e2e/support/faulty-proxy.ts";
import { TestServer } from "#test/e2e/support/server.ts";
import { untilItWorks } from "#test/e2e/support/server-patience.ts";

const EXPERIMENT = "weathers-trouble";
const CONFIG = "trouble-answer";
const CALLS = 10_000;
const UNITS = 2_000;
const TIMEOUT_MILLISECONDS = 500;
const BEAT_MILLISECONDS = 25;

/** Spread evenly over the four kinds of trouble. */
const TROUBLE_SECONDS = Number(process.env.BAKEOFF_TROUBLE_SECONDS ?? 20);
const CALM_SECONDS = 2;

let server: TestServer;
let proxy: FaultyProxy;
const drops: Drop[] = [];

beforeAll(async () => {
  server = await TestServer.start();
  proxy = new FaultyProxy(server.api);
});

async function startExperiment(): Promise<void> {
  const { admin } = server;
  await admin.call(postConfig, { body: { key: CONFIG, value: { model: "small" } } });
  await admin.call(postConfigVersion, { params: { key: CONFIG }, body: { value: { model: "large" } } });
  const variants = [
    { key: "small", version: 1, weight: 0.5 },
    { key: "large", version: 2, weight: 0.5 },
  ];
  const metrics = [{ metric: "task_success", role: "primary" }];
  const input = {
    key: EXPERIMENT,
    kind: "model",
    config: CONFIG,
    variants,
    metrics,
    properties: ["call"],
    minimumUnits: 1_000_000,
    minimumDurationSeconds: 0,
    promotion: null,
  };
  await admin.call(postExperiment, { body: input });
  await admin.call(postStart, { params: { key: EXPERIMENT } });
}

/** What became of one call of the app. */
interface Call {
  number: number;
  isInExperiment: boolean;
  waitedMilliseconds: number;
}

async function callOnce(bakeoff: Bakeoff, number: number): Promise<Call> {
  const asked = {
    unit: `user-${number % UNITS}`,
    fallback: { model: "small" },
    properties: { call: number },
  };
  const started = performance.now();
  let waitedMilliseconds = Number.NaN;
  const { result, assigned } = await bakeoff.run(CONFIG, asked, ({ value }, record) => {
    waitedMilliseconds = performance.now() - started;
    record({ task_success: true });
    return value.model;
  });
  expect(["small", "large"]).toContain(result);
  return { number, isInExperiment: assigned.experiment !== null, waitedMilliseconds };
}

/** Makes all calls, evenly over the time, whatever becomes of them; the clients take turns. */
async function makeCalls(clients: readonly Bakeoff[], seconds: number): Promise<Call[]> {
  const started = performance.now();
  const calls: Promise<Call>[] = [];
  while (calls.length < CALLS) {
    const share = Math.min(1, (performance.now() - started) / (seconds * 1_000));
    for (let number = calls.length; number < share * CALLS; number++) {
      const bakeoff = clients[number % clients.length];
      if (bakeoff) calls.push(callOnce(bakeoff, number));
    }
    await pause(BEAT_MILLISECONDS);
  }
  return Promise.all(calls);
}

async function makeTrouble(): Promise<void> {
  const stretch = (TROUBLE_SECONDS / 4) * 1_000;
  await pause(CALM_SECONDS * 1_000);
  await server.kill();
  await pause(stretch);
  await server.start();
  for (const fault of ["fail", "hang", "garbage"] as const) {
    proxy.fault = fault;
    await pause(stretch);
  }
  proxy.fault = "pass";
}

/** The calls whose events are in D1, repetitions included. */
async function readLog(): Promise<number[]> {
  const calls: number[] = [];
  let cursor: string | null = "0:0";
  while (cursor !== null) {
    const page: LoggedEventPage = await server.admin.call(getLoggedEvents, {
      params: { key: EXPERIMENT },
      query: { cursor },
    });
    calls.push(...page.events.map(({ properties }) => Number(properties.call)));
    cursor = page.nextCursor;
  }
  return calls;
}

it(`weathers ${TROUBLE_SECONDS} s of a server that is killed, fails, hangs and answers garbage`, async () => {
  await startExperiment();
  const { secret } = await server.admin.call(postKey, { body: { name: "app", scope: "server" } });
  const url = await proxy.listen();
  const create = (options: Partial<BakeoffOptions>) =>
    createBakeoff({
      url,
      key: secret,
      timeoutMs: TIMEOUT_MILLISECONDS,
      requestTimeoutMs: 2_000,
      onDrop: (drop) => drops.push(drop),
      ...options,
    });
  // The last one has to drop something: it may keep less than it gathers in the time.
  const clients = [
    create({ mode: "local" }),
    create({ mode: "remote" }),
    create({ mode: "local", capacity: 1_000 }),
  ];
  const [first] = clients;
  await untilItWorks(async () => {
    const asked = { unit: "probe", fallback: {} };
    for (const bakeoff of clients) {
      const { experiment: served } = await bakeoff.assign(CONFIG, asked);
      if (served !== EXPERIMENT) throw new Error("the experiment is not served yet");
    }
  }, 20_000);

  const loopDelay = monitorEventLoopDelay({ resolution: 5 });
  loopDelay.enable();
  const [calls] = await Promise.all([makeCalls(clients, TROUBLE_SECONDS + 2 * CALM_SECONDS), makeTrouble()]);
  loopDelay.disable();
  const recoveryStarted = performance.now();
  expect(await Promise.all(clients.map((bakeoff) => bakeoff.flush(60_000)))).toEqual([true, true, true]);
  const recoverySeconds = (performance.now() - recoveryStarted) / 1_000;

  const expected = calls.filter(({ isInExperiment }) => isInExperiment).map(({ number }) => number);
  const dropped = drops.filter(({ kind }) => kind === "event");
  const droppedCalls = dropped.map(({ item }) =>
    z.object({ properties: z.object({ call: z.number() }) }).parse(item),
  );
  const accounted = (logged: readonly number[]) =>
    [...logged, ...droppedCalls.map(({ properties }) => Number(properties.call))].sort((a, b) => a - b);
  // What is acknowledged reaches D1 with the aggregator's next alarm.
  const logged = await untilItWorks(async () => {
    const found = await readLog();
    if (accounted(found).length < expected.length) throw new Error(`only ${found.length} events are in D1`);
    return found;
  }, 60_000);
  const longest = Math.max(...calls.map(({ waitedMilliseconds }) => waitedMilliseconds));
  const loopMilliseconds = loopDelay.max / 1e6;
  console.log(
    [
      `${calls.length} calls, none failed; ${calls.length - expected.length} got the fallback`,
      `longest wait ${longest.toFixed(0)} ms (timeout ${TIMEOUT_MILLISECONDS} ms, event loop up to ${loopMilliseconds.toFixed(0)} ms late)`,
      `${logged.length} events in D1, ${new Set(logged).size} different; ${dropped.length} dropped: ${[...new Set(drops.map(({ code }) => code))]}`,
      `settled ${recoverySeconds.toFixed(1)} s after the trouble`,
    ].join("\n"),
  );

  expect(calls).toHaveLength(CALLS);
  expect(longest).toBeLessThan(TIMEOUT_MILLISECONDS + 50 + 2 * loopMilliseconds);
  expect(accounted(logged)).toEqual(expected);
  expect(first?.stats.dropped).toBe(0);
  expect(clients.reduce((sum, { stats }) => sum + stats.dropped, 0)).toBe(drops.length);
  expect(dropped.length).toBeGreaterThan(0);
  expect(new Set(drops.map(({ code }) => code))).toEqual(new Set(["queue_full"]));
});
