import { deepStrictEqual, equal, ok } from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { ApiClient } from "#contract/client.ts";
import { getLoggedEvents } from "#contract/event-log.ts";
import { getResults, getVerification } from "#contract/results.ts";
import { ADMIN_KEY, ChaosServer } from "#tools/chaos/server.ts";
import { connect } from "#tools/connect.ts";
import { serverKey } from "../http/installation.ts";
import { fillLog } from "../log.ts";
import type { Report } from "../report/report.ts";
import { LogDatabase } from "./log-database.ts";
import { copyObjects } from "./objects.ts";
import { askWarehouse, type Sums } from "./warehouse.ts";

const EXPERIMENT = "archived";
const KILLS = 5;
const EVENTS_PER_PAGE = 10_000;

/** A run of the schedule moves events for 8 s. */
const SCHEDULE_EVERY_MILLISECONDS = 10_000;
const SAMPLE_MILLISECONDS = 250;
const LONGEST_MILLISECONDS = 3_600_000;
const HOUR_MILLISECONDS = 3_600_000;
const MEGABYTE = 1_000_000;

/** Nothing moves before it is to. */
const NEVER = { EVENT_RETENTION_DAYS: "36500" };
const AT_ONCE = { EVENT_RETENTION_DAYS: "0" };

/** What the API says of the log: events by variant and metric, and how many different ids there are. */
async function readSums(
  api: ApiClient,
): Promise<{ sums: Record<string, Sums>; events: number; ids: number }> {
  const params = { key: EXPERIMENT };
  const sums: Record<string, Sums> = {};
  const ids = new Set<string>();
  let events = 0;
  for (let cursor: string | null = "0:0"; cursor !== null; ) {
    const query = { limit: String(EVENTS_PER_PAGE), cursor };
    const page: {
      events: { id: string; variant: string; metrics: Record<string, number> }[];
      nextCursor: string | null;
    } = await api.call(getLoggedEvents, { params, query });
    for (const { id, variant, metrics } of page.events) {
      ids.add(id);
      events += 1;
      for (const [metric, value] of Object.entries(metrics)) {
        const before = sums[`${variant}/${metric}`] ?? { events: 0, sum: 0 };
        sums[`${variant}/${metric}`] = { events: before.events + 1, sum: before.sum + value };
      }
    }
    cursor = page.nextCursor;
  }
  return { sums, events, ids: ids.size };
}

async function verify(api: ApiClient): Promise<void> {
  const { agrees } = await api.call(getVerification, { params: { key: EXPERIMENT } });
  ok(agrees, "the totals are those of the log");
}

async function restart(server: ChaosServer): Promise<void> {
  await server.kill();
  await server.start();
}

/** Has everything archived, and kills the server so many times meanwhile. @returns the most memory of the runtime, in bytes */
async function moveAll(server: ChaosServer, database: LogDatabase, entries: number): Promise<number> {
  const left = () => database.number("SELECT COUNT(*) AS value FROM event_chunk");
  const archived = () =>
    database.number("SELECT coalesce(SUM(entries), 0) AS value FROM archive_part WHERE state = 'moved'");
  const kills = Array.from(
    { length: KILLS },
    (_, index) => ((index + Math.random()) / KILLS) * entries * 0.9,
  );
  const deadline = Date.now() + LONGEST_MILLISECONDS;
  let [asked, most] = [0, 0];
  while (left() > 0 || kills.length > 0) {
    if (Date.now() > deadline) throw new Error("the events do not move");
    if (Date.now() - asked > SCHEDULE_EVERY_MILLISECONDS) {
      asked = Date.now();
      server.runSchedule(asked);
    }
    most = Math.max(most, (await server.runtimeMemory()) ?? 0);
    const [next] = kills;
    if (next !== undefined && archived() >= next) {
      kills.shift();
      // Anywhere between two parts.
      await pause(Math.random() * SCHEDULE_EVERY_MILLISECONDS);
      console.log(`killed with ${archived()} of ${entries} entries archived`);
      await restart(server);
      asked = 0;
    }
    await pause(SAMPLE_MILLISECONDS);
  }
  return most;
}

function sameSums(one: Record<string, Sums>, other: Record<string, Sums>): void {
  deepStrictEqual(Object.keys(one).sort(), Object.keys(other).sort());
  for (const [name, { events, sum }] of Object.entries(one)) {
    equal(other[name]?.events, events, name);
    // Added in another order, sums differ in their last digits.
    ok(Math.abs((other[name]?.sum ?? 0) - sum) <= Math.abs(sum) * 1e-9, `the sum of ${name}`);
  }
}

/** Archives a log of so many outcomes, is killed five times meanwhile, and compares what is read afterwards, by whomever. */
export async function benchArchive(report: Report, events: number): Promise<void> {
  const data = await mkdtemp(join(tmpdir(), "bakeoff-archive-"));
  const server = await ChaosServer.start(data, NEVER);
  const api = connect(server.api, ADMIN_KEY);
  const add = (name: string, value: number, unit: string, references = {}) =>
    report.add({ bench: "archive", name: `${name}, ${events} events`, value, unit, references });
  const memory = async () => ((await server.runtimeMemory()) ?? 0) / MEGABYTE;
  try {
    const target = { port: Number(new URL(server.api).port) };
    await fillLog({ api, target, secret: await serverKey(api) }, EXPERIMENT, events);
    await verify(api);
    const before = await readSums(api);
    equal(before.ids, events);
    const results = await api.call(getResults, { params: { key: EXPERIMENT } });
    const database = new LogDatabase(data);
    const bytesBefore = database.number("SELECT SUM(length(entries)) AS value FROM event_chunk");

    server.environment = AT_ONCE;
    await restart(server);
    await api.call(getResults, { params: { key: EXPERIMENT } });
    const atRest = await memory();
    const began = Date.now();
    const most = await moveAll(server, database, events);
    add("until all are archived, with 5 kills", (Date.now() - began) / 1_000, "s");
    add("most memory of the runtime meanwhile", most / MEGABYTE, "MB", { "before it": atRest });
    add("largest part", database.number("SELECT MAX(entries) AS value FROM archive_part"), "events");
    add("parts", database.number("SELECT COUNT(*) AS value FROM archive_part"), "objects, three times");

    deepStrictEqual(await readSums(api), before);
    await verify(api);
    const readBegan = Date.now();
    await readSums(api);
    add("reading all of it from the archive", (Date.now() - readBegan) / 1_000, "s");
    const after = await api.call(getResults, { params: { key: EXPERIMENT } });
    equal(after.analysis.events, results.analysis.events);

    // What a kill has left behind is deleted an hour later.
    for (let wait = 0; database.number("SELECT COUNT(*) AS value FROM archive_leftover") > 0; wait++) {
      ok(wait < 60, "leftovers are deleted");
      server.runSchedule(Date.now() + 2 * HOUR_MILLISECONDS);
      await pause(1_000);
    }
    await server.kill();
    const folder = join(data, "copy");
    const keys = await copyObjects(data, folder);
    const names = database.names("SELECT name FROM archive_part");
    deepStrictEqual([...new Set(keys.map((key) => key.slice(key.indexOf("/") + 1)))].sort(), names.sort());
    const warehouse = await askWarehouse(folder, keys);
    sameSums(before.sums, warehouse.sums);
    const [primary] = after.analysis.metrics;
    const units = primary?.variants.map(({ variant, units: count }) => [variant, count]) ?? [];
    deepStrictEqual(warehouse.units, Object.fromEntries(units));
    console.log(`${warehouse.reader} reads the same units, events and sums as the API.`);
    const bytesAfter = database.number(
      "SELECT SUM(value ->> '$.bytes') AS value FROM archive_part, json_each(objects)",
    );
    add("objects of the archive", bytesAfter / MEGABYTE, "MB", { "the log in D1": bytesBefore / MEGABYTE });
  } finally {
    await server.kill();
    await rm(data, { recursive: true, force: true });
  }
}
