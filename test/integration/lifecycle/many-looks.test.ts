import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { analyzeDueExperiments } from "#cron/analyze-due-experiments.ts";
import { createExperiment } from "#test/support/api-client.ts";

const EXPERIMENTS = 60;

/** D1 as it is where queries on some tables fail. */
function failingOn(tables: readonly string[]): D1Database {
  return new Proxy(env.DB, {
    get(database, name) {
      if (name === "prepare")
        return (query: string) => {
          if (tables.some((table) => query.includes(table))) throw new Error("D1_ERROR: planted");
          return database.prepare(query);
        };
      const found: unknown = Reflect.get(database, name);
      return typeof found === "function" ? found.bind(database) : found;
    },
  });
}

beforeAll(async () => {
  const { key } = await createExperiment();
  const { results } = await env.DB.prepare("SELECT name FROM pragma_table_info('experiment')").all();
  const columns = results.map(({ name }) => String(name));
  const copied = columns.map((name) => (name === "key" ? "'copy-' || value" : name));
  await env.DB.prepare(`
    WITH RECURSIVE counter(value) AS (SELECT 2 UNION ALL SELECT value + 1 FROM counter WHERE value < ${EXPERIMENTS})
    INSERT INTO experiment (${columns.join(", ")}) SELECT ${copied.join(", ")}
    FROM counter, (SELECT * FROM experiment WHERE key = '${key}')`).run();
});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"], now: Date.now() + 3_600_000 });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it.each([
  ["nothing fails", [], undefined],
  ["the run cannot be noted", ["schedule_run"], "the run of the schedule could not be noted"],
  ["snapshots cannot be thinned", ["snapshot_thinning"], "old snapshots could not be thinned"],
  ["no message can be sent", ["webhook_delivery"], "messages could not be sent"],
])("all looks of many experiments are taken where %s", async (_, tables, complaint) => {
  const complained = vi.spyOn(console, "error").mockImplementation(() => {});
  const asked: string[] = [];
  // Only that they are asked counts: no more than one of them has an aggregator.
  const look = async (key: string) => void asked.push(key);
  const aggregators = new Proxy(env.AGGREGATOR, { get: () => () => ({ look }) });
  let isOver = false;
  const run = analyzeDueExperiments(
    { ...env, DB: failingOn(tables), AGGREGATOR: aggregators },
    Date.now(),
  ).finally(() => {
    isOver = true;
  });
  run.catch(() => {});
  while (!isOver) await vi.advanceTimersByTimeAsync(50);
  await run;
  expect(new Set(asked).size).toBe(EXPERIMENTS);
  const complaints = complained.mock.calls.map(([line]) => line.message);
  expect(complaints).toEqual(complaint === undefined ? [] : expect.arrayContaining([complaint]));
});
