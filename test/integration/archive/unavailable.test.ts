import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import { readEventPage } from "#event-log/page.ts";
import { openDatabases } from "#store/database.ts";
import { isUnavailable } from "#store/database-failure.ts";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";
import { archiveAll, archivedKeys, logEvents, readWholeLog } from "#test/support/archive.ts";

it("nothing is answered from a part of the log while its archive is missing or damaged", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const [{ key }, { key: other }] = [await createExperiment(), await createExperiment()];
  await logEvents(key, ["a", "b", "c", "d"], 2);
  await logEvents(other, ["a"]);
  await archiveAll();
  // The last part that was read is kept in memory.
  const readOther = () => readWholeLog(other);
  await logEvents(key, ["e"]);
  await readOther();
  const withoutArchive = openDatabases({ DB: env.DB, LOG: env.LOG });
  const failure = await readEventPage(withoutArchive, key, { cursor: "0:0", limit: 10 }).catch(
    (cause: unknown) => cause,
  );
  expect(String(failure)).toContain("ARCHIVE");
  expect(isUnavailable(failure)).toBe(true);

  const [object = ""] = (await archivedKeys()).filter((name) => name.startsWith(`log/experiment=${key}/`));
  const whole = await (await env.ARCHIVE.get(object))?.arrayBuffer();
  if (!whole) throw new Error("what is archived is there");
  await env.ARCHIVE.put(object, whole.slice(0, -1));
  expect((await call("GET", `/v1/experiments/${key}/events`)).status).toBe(503);
  await env.ARCHIVE.delete(object);
  expect((await call("GET", `/v1/experiments/${key}/events`)).status).toBe(503);
  await env.ARCHIVE.put(object, whole);
  expect((await succeed("GET", `/v1/experiments/${key}/events`)).events).toHaveLength(5);
  expect(await readWholeLog(key)).toHaveLength(5);
});
