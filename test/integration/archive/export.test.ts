import { env, exports } from "cloudflare:workers";
import { parquetReadObjects } from "hyparquet";
import { expect, it, vi } from "vitest";
import type { LoggedEvent } from "#contract/event-log.ts";
import { type ParquetPage, readParquetPage } from "#event-log/parquet-page.ts";
import { openDatabases } from "#store/database.ts";
import { ADMIN_KEY, call, createExperiment, succeed } from "#test/support/api-client.ts";
import { archiveAll, archivedKeys, logEvents, readWholeLog } from "#test/support/archive.ts";

const LABELS = ["a1", "b1", "a2", "b2", "a3"];

it("all events are exported as lines of JSON and as a table, from the archive and the database", async () => {
  const { key } = await createExperiment({ properties: ["plan"] });
  await logEvents(key, LABELS.slice(0, 4), 2);
  await archiveAll();
  await logEvents(key, LABELS.slice(4));
  const { events } = await succeed("GET", `/v1/experiments/${key}/events`);
  expect(events).toHaveLength(LABELS.length);

  const lines = await call("GET", `/v1/experiments/${key}/events?format=ndjson&limit=1`);
  expect(lines.headers.get("content-type")).toBe("application/x-ndjson");
  expect(lines.headers.get("content-disposition")).toContain(`${key}-events.ndjson`);
  expect(
    String(lines.body)
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toEqual(events);

  const table = await call("GET", `/v1/experiments/${key}/events?format=csv`);
  const [head, ...rows] = String(table.body).trimEnd().split("\r\n");
  expect(head).toBe("id,unit,variant,occurred_at,received_at,metric,value,properties");
  expect(rows).toHaveLength(2 * LABELS.length);
  const [first] = events;
  expect(rows[0]).toBe(
    `${first.id},${first.unit},treatment,${new Date(first.occurredAt).toISOString()},${new Date(first.receivedAt).toISOString()},task_success,0,"{""plan"":""a""}"`,
  );

  const { nextCursor } = await succeed("GET", `/v1/experiments/${key}/events?limit=2`);
  const rest = await call("GET", `/v1/experiments/${key}/events?format=ndjson&cursor=${nextCursor}`);
  expect(String(rest.body).trimEnd().split("\n")).toHaveLength(LABELS.length - 2);
  expect((await call("GET", `/v1/experiments/${key}/events?format=xml`)).status).toBe(422);
});

it("all events are exported as files of Parquet, each of which names the next one", async () => {
  const { key } = await createExperiment({ properties: ["plan"] });
  await logEvents(key, LABELS.slice(0, 4), 2);
  await archiveAll();
  await logEvents(key, LABELS.slice(4));
  const { events } = await succeed("GET", `/v1/experiments/${key}/events`);
  const values = (events as LoggedEvent[]).flatMap(({ id, unit, variant, metrics, properties, ...times }) =>
    Object.entries(metrics).map(([metric, value]) => ({
      ...{ id, unit, variant, metric, value, properties },
      occurred_at: new Date(times.occurredAt),
      received_at: new Date(times.receivedAt),
    })),
  );
  const response = await exports.default.fetch(
    `https://bakeoff.test/v1/experiments/${key}/events?format=parquet`,
    { headers: { authorization: `Bearer ${ADMIN_KEY}` } },
  );
  expect(response.headers.get("content-type")).toBe("application/vnd.apache.parquet");
  expect(response.headers.get("link")).toBeNull();
  expect(await parquetReadObjects({ file: await response.arrayBuffer() })).toEqual(values);

  const rows: unknown[] = [];
  const sizes: number[] = [];
  const smallest = { rows: 4, bytes: 1_000_000 };
  for (let cursor: string | null = "0:0"; cursor !== null; ) {
    const page: ParquetPage = await readParquetPage(openDatabases(env), key, cursor, smallest);
    const found = await parquetReadObjects({ file: page.bytes.buffer });
    rows.push(...found);
    sizes.push(found.length);
    cursor = page.nextCursor;
  }
  expect(rows).toEqual(values);
  expect(sizes.length).toBeGreaterThan(1);

  const bounded = await readParquetPage(openDatabases(env), key, "0:0", { rows: 1_000_000, bytes: 1 });
  expect(bounded.nextCursor).not.toBeNull();
});

it("an experiment without events is a file of Parquet without rows", async () => {
  const { key } = await createExperiment();
  const { bytes, nextCursor } = await readParquetPage(openDatabases(env), key, "0:0");
  expect(nextCursor).toBeNull();
  expect(await parquetReadObjects({ file: bytes.buffer })).toEqual([]);
});

it("an export that cannot be read to its end is cut off, and not shorter", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const [{ key }, { key: other }] = [await createExperiment(), await createExperiment()];
  await logEvents(key, LABELS.slice(0, 4), 2);
  await logEvents(other, ["a"]);
  await archiveAll();
  // The last part that was read is kept in memory.
  await readWholeLog(other);
  const objects = (await archivedKeys()).filter((name) => name.startsWith(`log/experiment=${key}/`));
  await env.ARCHIVE.delete(objects);
  await expect(call("GET", `/v1/experiments/${key}/events?format=ndjson`)).rejects.toThrow();
});
