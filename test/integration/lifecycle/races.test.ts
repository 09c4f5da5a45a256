import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { auditListSchema } from "#contract/audit.ts";
import { experimentExamples } from "#contract/examples.ts";
import { openDatabase } from "#store/database.ts";
import { changeExperiment, findExperiment } from "#store/experiments.ts";
import { quarantineApiKey } from "#store/keys.ts";
import {
  type Answer,
  call,
  createConfig,
  createExperiment,
  succeed,
  uniqueKey,
} from "#test/support/api-client.ts";

async function entriesOf(subject: string, action: string) {
  const query = new URLSearchParams({ subject, action });
  return auditListSchema.parse(await succeed("GET", `/v1/audit?${query}`)).entries;
}

/** The same request, as often as this, at once. */
function together(times: number, send: (index: number) => Promise<Answer>): Promise<Answer[]> {
  return Promise.all(Array.from({ length: times }, (_, index) => send(index)));
}

const statusesOf = (answers: readonly Answer[]) => answers.map(({ status }) => status).toSorted();

describe("creations of one key at the same time", () => {
  const creations: readonly (readonly [string, string, (key: string) => Promise<unknown>])[] = [
    ["AI config", "config", async (key) => ({ key, value: { model: "small" } })],
    ["metric", "metric", async (key) => ({ key, name: "Stars", type: "mean", direction: "increase" })],
    [
      "experiment",
      "experiment",
      async (key) => {
        const config = uniqueKey("config");
        await createConfig(config);
        return { ...experimentExamples.model, key, config };
      },
    ],
  ];

  it.each(creations)(
    "create one %s, and the others are told that the key is taken",
    async (_, kind, make) => {
      const key = uniqueKey(kind).replaceAll("-", "_");
      const body = await make(key);
      const answers = await together(4, () => call("POST", `/v1/${kind}s`, body));
      expect(statusesOf(answers)).toEqual([201, 409, 409, 409]);
      const refused = answers.filter(({ status }) => status === 409);
      expect(refused.map((answer) => answer.body.code)).toEqual(Array(3).fill("already_exists"));
      expect(await entriesOf(`${kind}:${key}`, `${kind}.create`)).toHaveLength(1);
    },
  );

  it("create as many API keys as were asked for", async () => {
    const answers = await together(4, () => call("POST", "/v1/keys", { name: "App", scope: "server" }));
    expect(statusesOf(answers)).toEqual([201, 201, 201, 201]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(4);
  });
});

describe("changes of one thing at the same time", () => {
  it("keep both fields of an AI config", async () => {
    const key = uniqueKey("config");
    await createConfig(key);
    await Promise.all([
      succeed("PATCH", `/v1/configs/${key}`, { name: "New name" }),
      succeed("PATCH", `/v1/configs/${key}`, { description: "New description" }),
    ]);
    expect(await succeed("GET", `/v1/configs/${key}`)).toMatchObject({
      name: "New name",
      description: "New description",
    });
  });

  it("keep both fields of a running experiment", async () => {
    const { key } = await createExperiment();
    await Promise.all([
      succeed("PATCH", `/v1/experiments/${key}`, { name: "New name" }),
      succeed("PATCH", `/v1/experiments/${key}`, { hypothesis: "New hypothesis" }),
    ]);
    expect((await succeed("GET", `/v1/experiments/${key}`)).spec).toMatchObject({
      name: "New name",
      hypothesis: "New hypothesis",
    });
  });

  it("refuse the second of two that were made on the same revision, and say what to do", async () => {
    const { key } = await createExperiment();
    const { revision } = await succeed("GET", `/v1/experiments/${key}`);
    const answers = await Promise.all([
      call("PATCH", `/v1/experiments/${key}`, { name: "New name", revision }),
      call("PATCH", `/v1/experiments/${key}`, { hypothesis: "New hypothesis", revision }),
    ]);
    expect(statusesOf(answers)).toEqual([200, 409]);
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({
      code: "revision_conflict",
      detail: expect.stringContaining("Read it again"),
    });
  });

  it("tell an unbroken chain of live versions", async () => {
    const key = uniqueKey("config");
    await createConfig(key);
    await together(4, (index) => call("PUT", `/v1/configs/${key}/live`, { version: (index % 3) + 1 }));
    const entries = (await entriesOf(`config:${key}`, "config.set_live")).map(({ details }) => details);
    expect(entries).toHaveLength(4);
    const { liveVersion } = await succeed("GET", `/v1/configs/${key}`);
    const followed = (from: unknown, left: typeof entries): boolean =>
      left.length === 0
        ? from === liveVersion
        : left.some(
            (entry) =>
              entry.from === from &&
              followed(
                entry.to,
                left.filter((one) => one !== entry),
              ),
          );
    expect(followed(1, entries)).toBe(true);
  });

  it("tell an unbroken chain of a metric's definitions", async () => {
    const key = uniqueKey("metric").replaceAll("-", "_");
    const definition = { name: "Stars 0", type: "mean", direction: "increase" };
    await succeed("POST", "/v1/metrics", { key, ...definition });
    await together(3, (index) =>
      call("PUT", `/v1/metrics/${key}`, { ...definition, name: `Stars ${index + 1}` }),
    );
    const { name } = await succeed("GET", `/v1/metrics/${key}`);
    const entries = await entriesOf(`metric:${key}`, "metric.replace");
    const names = entries.map(({ details }) => (details.before as { name: string }).name);
    expect([...names, name].toSorted()).toEqual(["Stars 0", "Stars 1", "Stars 2", "Stars 3"]);
  });
});

describe("endings of one thing at the same time", () => {
  it("revoke a key once", async () => {
    const { id } = await succeed("POST", "/v1/keys", { name: "App", scope: "server" });
    const answers = await together(3, () => call("DELETE", `/v1/keys/${id}`));
    expect(statusesOf(answers)).toEqual([200, 200, 200]);
    expect(new Set(answers.map(({ body }) => body.revokedAt)).size).toBe(1);
    expect(await entriesOf(`key:${id}`, "key.revoke")).toHaveLength(1);
  });

  it("delete a draft once", async () => {
    const { key } = await createExperiment({}, { start: false });
    const answers = await together(3, () => call("DELETE", `/v1/experiments/${key}`));
    expect(statusesOf(answers)).toEqual([200, 404, 404]);
    expect(await entriesOf(`experiment:${key}`, "experiment.delete")).toHaveLength(1);
  });

  it("stop an experiment once", async () => {
    const { key } = await createExperiment();
    const answers = await together(3, () => call("POST", `/v1/experiments/${key}/stop`));
    expect(statusesOf(answers)).toEqual([200, 409, 409]);
    expect(await entriesOf(`experiment:${key}`, "experiment.stop")).toHaveLength(1);
  });
});

describe("quarantines of one key at the same time", () => {
  it("leave the earliest moment in force, and each tells what is in force after it", async () => {
    const { id, createdAt } = await succeed("POST", "/v1/keys", { name: "App", scope: "client" });
    await together(3, (index) =>
      call("POST", `/v1/keys/${id}/quarantine`, { from: createdAt - index, reason: "leaked" }),
    );
    const entries = await entriesOf(`key:${id}`, "key.quarantine");
    const { keys } = await succeed("GET", "/v1/keys");
    const key = keys.find((one: { id: string }) => one.id === id);
    expect(key.quarantinedFrom).toBe(createdAt - 2);
    // Whichever comes last, the earliest moment is in force by then.
    expect(entries).toHaveLength(3);
    expect(Math.min(...entries.map(({ details }) => Number(details.from)))).toBe(createdAt - 2);
  });

  it("are not taken for done by a rebuild that began before, even in the same millisecond", async () => {
    const database = openDatabase(env.DB);
    const { key } = await createExperiment();
    const { id } = await succeed("POST", "/v1/keys", { name: "App", scope: "client" });
    const now = Date.now();
    const act = { actor: "key:admin", reason: "leaked", now };
    await quarantineApiKey(database, id, now, [key], act);
    const rebuilding = await findExperiment(database, key);
    if (!rebuilding.ok) throw new Error("the experiment is missing");
    await quarantineApiKey(database, id, now - 1, [key], act);
    const audit = { at: now, actor: "cron", action: "experiment.rebuild", subject: `experiment:${key}` };
    const rebuilt = await changeExperiment(database, rebuilding.value, { rebuildPendingSince: null, audit });
    expect(rebuilt).toMatchObject({ ok: true, value: { rebuildPendingSince: now + 1 } });
    if (!rebuilt.ok) return;
    const again = await changeExperiment(database, rebuilt.value, { rebuildPendingSince: null, audit });
    expect(again).toMatchObject({ ok: true, value: { rebuildPendingSince: null } });
  });

  it("reach an experiment that started after the list of those affected was read", async () => {
    const database = openDatabase(env.DB);
    const { key } = await createExperiment();
    const { id } = await succeed("POST", "/v1/keys", { name: "App", scope: "client" });
    const act = { actor: "key:admin", reason: "leaked", now: Date.now() };
    const quarantined = await quarantineApiKey(database, id, act.now, [], act);
    expect(quarantined.ok && quarantined.value.pending.has(key)).toBe(true);
  });
});
