import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { openDatabases } from "#store/database.ts";
import { listSearchedExperiments, requestErasure } from "#store/erasures.ts";
import { createExperiment } from "#test/support/api-client.ts";

const EXPERIMENTS = 4_100;

it("searches each of thousands of experiments once, those that are running and those that have ended", async () => {
  const { database } = openDatabases(env);
  // A draft holds nothing that could be erased.
  const { config } = await createExperiment({}, { start: false });
  await env.DB.prepare(
    `INSERT INTO experiment (key, config, status, revision, change, spec, metric_definitions, phases, created_at, updated_at, started_at)
     WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ?)
     SELECT 'e' || n, ?, iif(n = 1, 'running', 'stopped'), 1, '', iif(n = 2, '{}', '{"shards":3}'), '[]', '[]', 1, 1, 1
     FROM number`,
  )
    .bind(EXPERIMENTS, config)
    .run();
  const experiments = await listSearchedExperiments(database);
  expect(new Set(experiments.map(({ key }) => key)).size).toBe(EXPERIMENTS);
  expect(experiments).toHaveLength(EXPERIMENTS);
  expect(experiments.filter(({ isActive }) => isActive)).toEqual([
    { key: "e1", shards: 3, unitKeyId: null, isActive: true },
  ]);
  expect(experiments.find(({ key }) => key === "e2")).toMatchObject({ shards: 1 });
  const homes = experiments.map(({ key, shards }) => ({ experiment: key, shard: 0, shards, unit: "u" }));
  const act = { actor: "key:admin", reason: "", now: 1 };
  const requested = await requestErasure(database, "u", homes, 0, act);
  expect(requested).toMatchObject({ ok: true, value: { experiments: EXPERIMENTS, experimentsDone: 0 } });
});
