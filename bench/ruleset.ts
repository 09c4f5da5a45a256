import { mkdtemp, readdir, rm } from "node:fs/promises";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { assignOne } from "#contract/assignment.ts";
import { postConfig, postConfigVersion, putLiveVersion } from "#contract/configs.ts";
import { postExperiment, postStart } from "#contract/experiments.ts";
import { connect } from "#tools/connect.ts";
import { startLocalServer } from "#tools/local-server/local-server.ts";
import { processorMicroseconds, residentMegabytes, youngestRuntime } from "./http/runtime.ts";

/*
 * What more and more experiments cost: creating them, a change until it is served, assignments beside nothing and beside a tick
 * of the schedule, and the memory of the runtime with database and aggregators in it. `node bench/ruleset.ts 1 100 1000 10000` by default.
 */
const SIZES = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1, 100, 1_000, 10_000];
const CREATORS = 8;
const ASKERS = 16;
const SECONDS = 5;
const CHANGES = 10;
const ROUNDS = 6;
const REQUESTS_PER_ROUND = 3_200;
/** Of more experiments no tick is measured: here all their aggregators would live in the one process that answers. */
const MOST_IN_A_TICK = 1_000;

const data = await mkdtemp(join(tmpdir(), "bakeoff-ruleset-"));
const server = await startLocalServer({
  host: "127.0.0.1",
  port: 8933,
  workerPort: 8934,
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

/** The file of the main database: the one with experiments in it. */
async function openDatabaseFile(): Promise<DatabaseSync> {
  const folder = join(data, "v3/d1/miniflare-D1DatabaseObject");
  const files = (await readdir(folder)).filter((name) => /^[0-9a-f]{64}\.sqlite$/.test(name));
  for (const file of files) {
    const database = new DatabaseSync(join(folder, file));
    const found = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'experiment'").get();
    if (found) return database;
    database.close();
  }
  throw new Error("there is no database");
}

/** Copies the first experiment into the database's file: so many by the API take long, and the schedule would analyze each. */
async function copyUpTo(size: number): Promise<void> {
  const database = await openDatabaseFile();
  const columns = database
    .prepare("SELECT name FROM pragma_table_info('experiment')")
    .all()
    .map(({ name }) => String(name));
  const changed: Record<string, string> = {
    key: "'bench-' || n",
    config: "'bench-' || n",
    spec: "json_set(spec, '$.key', 'bench-' || n, '$.config', 'bench-' || n)",
    analyzed_at: "unixepoch() * 1000 + 86400000",
  };
  const copies = `WITH RECURSIVE counter (n) AS (
    SELECT ${created} UNION ALL SELECT n + 1 FROM counter WHERE n < ${size - 1})`;
  const first = keyOf(0);
  database.exec(`
    PRAGMA busy_timeout = 10000;
    BEGIN IMMEDIATE;
    INSERT INTO ai_config SELECT 'bench-' || n, name, description, live_version, created_at, updated_at
      FROM (${copies} SELECT n FROM counter), ai_config WHERE key = '${first}';
    INSERT INTO ai_config_version SELECT 'bench-' || n, version, value, note, created_at, created_by
      FROM (${copies} SELECT n FROM counter), ai_config_version WHERE config = '${first}';
    INSERT INTO experiment (${columns.join(", ")}) SELECT ${columns.map((name) => changed[name] ?? name).join(", ")}
      FROM (${copies} SELECT n FROM counter), experiment WHERE key = '${first}';
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

/** The schedule's newest run, and the looks so far, read from the file: asking the server would take part of what is measured. */
function readScheduleRun(database: DatabaseSync): { startedAt: number; looks: number } {
  const row = database.prepare("SELECT started_at, looks FROM schedule_run").get();
  return { startedAt: Number(row?.started_at), looks: Number(row?.looks) };
}

/** Waits until the minute has just begun: the server's own schedule runs then, and not again for a while. */
async function awaitFreshMinute(): Promise<void> {
  while (new Date().getSeconds() !== 2) await new Promise((resolve) => setTimeout(resolve, 200));
}

/**
 * Makes all experiments due and runs the schedule.
 * @returns the seconds until it has done its own work, and until it has taken all looks
 */
async function tick(): Promise<{ run: number; looks: number }> {
  await awaitFreshMinute();
  const database = await openDatabaseFile();
  database.exec("PRAGMA busy_timeout = 10000; UPDATE experiment SET analyzed_at = analyzed_at - 600000");
  const before = readScheduleRun(database).looks;
  const began = performance.now();
  const runAt = Date.now();
  const secondsUntil = async (isReached: (run: ReturnType<typeof readScheduleRun>) => boolean) => {
    while (!isReached(readScheduleRun(database))) {
      if (performance.now() - began > 120_000) throw new Error("looks are missing");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return (performance.now() - began) / 1_000;
  };
  const running = server.runSchedule(runAt);
  const [run, looks] = await Promise.all([
    secondsUntil(({ startedAt }) => startedAt >= runAt),
    secondsUntil((one) => one.looks >= before + created),
  ]);
  await running;
  database.close();
  return { run, looks };
}

/** Assignments beside a tick of the schedule in which every experiment is due. The first tick makes the aggregators. */
async function measureTick(): Promise<string> {
  await tick();
  await awaitFreshMinute();
  let isTicking = true;
  const ticking = tick().finally(() => {
    isTicking = false;
  });
  const { perSecond, p99, maximum } = await askUntil(() => !isTicking);
  const { run, looks } = await ticking;
  return `a tick of ${run.toFixed(1)} s, all its looks taken after ${looks.toFixed(1)} s; until then ${Math.round(perSecond)} per second, p99 ${p99.toFixed(1)} ms, at most ${maximum.toFixed(0)} ms`;
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
        ...(isCopied ? [] : [await measureTick()]),
        `runtime ${Math.round(residentMegabytes(pid))} MB`,
      ].join(" · "),
    );
  }
} finally {
  agent.destroy();
  await server.stop();
  await rm(data, { recursive: true, force: true });
}
