import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";
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
