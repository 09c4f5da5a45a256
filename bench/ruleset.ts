import { mkdtemp, rm } from "node:fs/promises";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assignOne } from "#contract/assignment.ts";
import { postConfig, postConfigVersion, putLiveVersion } from "#contract/configs.ts";
import { postExperiment, postStart } from "#contract/experiments.ts";
import { connect } from "#tools/connect.ts";
import { startLocalServer } from "#tools/local-server/local-server.ts";
import { openMainDatabase } from "#tools/local-server/open-main-database.ts";
import { measureLatency } from "./http/load.ts";
import { processorMicroseconds, residentMegabytes, youngestRuntime } from "./http/runtime.ts";
import { wireRequest } from "./http/wire.ts";
import { awaitFreshMinute, tick } from "./schedule-tick.ts";

/*
 * What more and more experiments cost: creating them, a change until it is served, assignments beside nothing and beside a tick
 * of the schedule, and the memory of the runtime with database and aggregators in it. `node bench/ruleset.ts 1 100 1000 10000` by default.
 */
const SIZES = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1, 100, 1_000, 10_000];
const CREATORS = 8;
const ASKERS = 16;
const SECONDS = 5;
/** Assignments a second whose latency is measured: how long answers take of a machine with time to spare. */
const RATES = [500, 1_000];
/** All looks of a thousand experiments take a little longer. */
const RATE_SECONDS = 50;
const RATE_CONNECTIONS = 64;
const CHANGES = 10;
const ROUNDS = 6;
const REQUESTS_PER_ROUND = 3_200;
/** Of more experiments no tick is measured: here all their aggregators would live in the one process that answers. */
const MOST_IN_A_TICK = 1_000;

const WORKER_PORT = 8934;

const data = await mkdtemp(join(tmpdir(), "bakeoff-ruleset-"));
const server = await startLocalServer({
  host: "127.0.0.1",
  port: 8933,
  workerPort: WORKER_PORT,
  data,
  adminKey: undefined,
  unitKey: undefined,
  prices: undefined,
});
const api = connect(server.api, server.adminKey);
const keyOf = (index: number) => `bench-${index}`;
const agent = new Agent({ keepAlive: true, maxSockets: ASKERS });

const pid = youngestRuntime();

async function create(index: number): Promise<void> {
  const key = keyOf(index);
  await api.call(postConfig, { body: { key, value: { model: "one", prompt: "x".repeat(1_000) } } });
  await api.call(postConfigVersion, {
    params: { key },
    body: { value: { model: "two", prompt: "y".repeat(1_000) } },
  });
  await api.call(postExperiment, {
    body: {
      key,
      kind: "model",
      config: key,
      variants: [
        { key: "one", version: 1, weight: 0.5 },
        { key: "two", version: 2, weight: 0.5 },
      ],
      metrics: [{ metric: "task_success", role: "primary" }],
    },
  });
  await api.call(postStart, { params: { key } });
}

/** Copies the first experiment into the database's file: so many by the API take long, and the schedule would analyze each. */
async function copyUpTo(size: number): Promise<void> {
  const database = await openMainDatabase(data);
  const copies = `WITH RECURSIVE counter (n) AS (
    SELECT ${created} UNION ALL SELECT n + 1 FROM counter WHERE n < ${size - 1})`;
  /** A statement that copies the first experiment's rows of a table, all columns but the changed ones as they are. */
  const copy = (table: string, where: string, changed: Record<string, string>) => {
    const columns = database
      .prepare("SELECT name FROM pragma_table_info(?)")
      .all(table)
      .map(({ name }) => String(name));
    return `INSERT INTO ${table} (${columns.join(", ")}) SELECT ${columns.map((name) => changed[name] ?? name).join(", ")}
      FROM (${copies} SELECT n FROM counter), ${table} WHERE ${where} = '${keyOf(0)}';`;
  };
  const key = "'bench-' || n";
  database.exec(`
    PRAGMA busy_timeout = 10000;
    BEGIN IMMEDIATE;
    ${copy("ai_config", "key", { key })}
    ${copy("ai_config_version", "config", { config: key })}
    ${copy("experiment", "key", {
      key,
      config: key,
      spec: "json_set(spec, '$.key', 'bench-' || n, '$.config', 'bench-' || n)",
      analyzed_at: "unixepoch() * 1000 + 86400000",
    })}
    UPDATE ruleset_revision SET revision = revision + 1;
    COMMIT;`);
  database.close();
  created = size;
}

let created = 0;
async function createUpTo(size: number): Promise<number> {
  const began = performance.now();
  const before = created;
  const work = async () => {
    while (created < size) await create(created++);
  };
  await Promise.all(Array.from({ length: CREATORS }, work));
  return ((performance.now() - began) / 1_000 / Math.max(1, size - before)) * 1_000;
}

/** Milliseconds of one assignment. */
function ask(config: string, unit: string): Promise<number> {
  const body = JSON.stringify({ config, unit });
  const began = performance.now();
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const asked = request(
    `${server.api}/v1/assign`,
    {
      method: "POST",
      agent,
      headers: { authorization: `Bearer ${server.adminKey}`, "content-type": "application/json" },
    },
    (response) => {
      response.resume();
      response.on("end", () =>
        response.statusCode === 200
          ? resolve(performance.now() - began)
          : reject(new Error(`status ${response.statusCode}`)),
      );
    },
  );
  asked.on("error", reject);
  asked.end(body);
  return promise;
}

/** A request that reads nothing: what the machine takes for any. */
function knock(): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const asked = request(`${server.api}/healthz`, { agent }, (response) => {
    response.resume();
    response.on("end", resolve);
  });
  asked.on("error", reject);
  asked.end();
  return promise;
}

/** Microseconds of the runtime's processor time for one request of a kind. */
async function microseconds(work: () => Promise<unknown>): Promise<number> {
  const processor = processorMicroseconds(pid);
  const workers = Array.from({ length: ASKERS }, async () => {
    for (let count = 0; count < REQUESTS_PER_ROUND / ASKERS; count++) await work();
  });
  await Promise.all(workers);
  return (processorMicroseconds(pid) - processor) / REQUESTS_PER_ROUND;
}

/** What an assignment costs, in requests that read nothing: both in turn, so that what else the machine does hits them alike. */
async function relativeCost(): Promise<number> {
  let [assignment, nothing] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < ROUNDS; round++) {
    nothing = Math.min(nothing, await microseconds(knock));
    assignment = Math.min(assignment, await microseconds(() => ask(keyOf(0), `user-${round}`)));
  }
  return assignment / nothing;
}

/** Assignments of few units, so that exposures play no part, until some work is done or time is over. */
async function askUntil(isOver: () => boolean) {
  const latencies: number[] = [];
  const began = performance.now();
  let asked = 0;
  const work = async () => {
    while (!isOver()) {
      asked += 1;
      latencies.push(await ask(keyOf(0), `user-${asked % 100}`));
    }
  };
  await Promise.all(Array.from({ length: ASKERS }, work));
  const seconds = (performance.now() - began) / 1_000;
  latencies.sort((a, b) => a - b);
  return {
    perSecond: latencies.length / seconds,
    p99: latencies[Math.floor(latencies.length * 0.99)] ?? Number.NaN,
    maximum: latencies.at(-1) ?? Number.NaN,
  };
}

/** Assignments of few units, as they go over the wire. */
function* assignRequests(): Generator<Buffer> {
  const requests = Array.from({ length: 100 }, (_, index) =>
    wireRequest("/v1/assign", server.adminKey, { config: keyOf(0), unit: `user-${index}` }),
  );
  for (;;) yield* requests;
}

async function latencyAt(rate: number, seconds: number): Promise<string> {
  const how = { rate, seconds, connections: RATE_CONNECTIONS };
  const { p50, p99 } = await measureLatency({ port: WORKER_PORT, pid }, assignRequests(), how);
  return `at ${rate} a second p50 ${p50.toFixed(1)} and p99 ${p99.toFixed(1)} ms`;
}

/** Assignments beside ticks of the schedule in which every experiment is due. The first tick makes the aggregators. */
async function measureTicks(): Promise<string> {
  await awaitFreshMinute();
  await tick(server, data, created);
  const latencies: string[] = [];
  // The looks of fewer take a part of the time alone.
  for (const rate of created < MOST_IN_A_TICK ? [] : RATES) {
    // As long: the runtime collects its garbage every ten seconds or so, and answers nobody meanwhile.
    await awaitFreshMinute();
    const quiet = await latencyAt(rate, RATE_SECONDS);
    await awaitFreshMinute();
    const [beside] = await Promise.all([latencyAt(rate, RATE_SECONDS), tick(server, data, created)]);
    latencies.push(`${beside} (without a tick: ${quiet})`);
  }
  await awaitFreshMinute();
  let isTicking = true;
  const ticking = tick(server, data, created).finally(() => {
    isTicking = false;
  });
  const [{ perSecond, p99, maximum }, { run, looks }] = await Promise.all([
    askUntil(() => !isTicking),
    ticking,
  ]);
  return [
    `a tick of ${run.toFixed(1)} s, all its looks taken after ${looks.toFixed(1)} s`,
    ...latencies,
    `as many as are answered: ${Math.round(perSecond)} a second, p99 ${p99.toFixed(1)} ms, at most ${maximum.toFixed(0)} ms`,
  ].join("; beside it ");
}

/** Milliseconds from the call that makes a version live to the answer of an assignment that has it. */
async function measureChanges(): Promise<number> {
  const times: number[] = [];
  for (let change = 0; change < CHANGES; change++) {
    const version = (change % 2) + 1;
    const began = performance.now();
    await api.call(putLiveVersion, { params: { key: "changing" }, body: { version } });
    const answer = await api.call(assignOne, { body: { config: "changing", unit: "ann" } });
    if (answer.version !== version) throw new Error("a change was not served");
    times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)] ?? Number.NaN;
}

try {
  await api.call(postConfig, { body: { key: "changing", value: { model: "one" } } });
  await api.call(postConfigVersion, { params: { key: "changing" }, body: { value: { model: "two" } } });
  await create(created++);
  // Compiled, and the connections made.
  const warmEnd = performance.now() + 3_000;
  await askUntil(() => performance.now() > warmEnd);
  let base: number | undefined;
  for (const size of SIZES) {
    const isCopied = size > MOST_IN_A_TICK;
    const perThousand = size > created && !isCopied ? await createUpTo(size) : undefined;
    if (isCopied) await copyUpTo(size);
    const change = await measureChanges();
    const end = performance.now() + SECONDS * 1_000;
    const quiet = await askUntil(() => performance.now() > end);
    const cost = await relativeCost();
    base ??= cost;
    console.log(
      [
        `${size} experiments`,
        ...(perThousand === undefined ? [] : [`1,000 created in ${perThousand.toFixed(1)} s`]),
        `a change is served after ${change.toFixed(1)} ms`,
        `${Math.round(quiet.perSecond)} assignments per second, p99 ${quiet.p99.toFixed(1)} ms`,
        `${cost.toFixed(2)} times the processor time of a request that reads nothing, ratio to the first ${(cost / base).toFixed(3)}`,
        ...(isCopied ? [] : [await measureTicks()]),
        `runtime ${Math.round(residentMegabytes(pid))} MB`,
      ].join(" · "),
    );
  }
} finally {
  agent.destroy();
  await server.stop();
  await rm(data, { recursive: true, force: true });
}
