import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { evaluate } from "../../src/lifecycle/evaluate.ts";
import { experimentList, type LatestReading } from "../../src/model/listing.ts";
import { toLatestReading, toSummary } from "../../src/reporter/experiment-summary.ts";
import { openDatabase } from "../../src/store/database.ts";
import { findExperiment } from "../../src/store/experiments.ts";
import { storeSnapshot } from "../../src/store/snapshots.ts";
import { createExperiment, succeed } from "../support/api-client.ts";
import { momentsOfCounts, totals } from "../support/moments-builder.ts";

const someTotals = totals(
  {
    control: { task_success: momentsOfCounts(30, 100), toxic: momentsOfCounts(2, 100) },
    treatment: { task_success: momentsOfCounts(36, 100), toxic: momentsOfCounts(3, 100) },
  },
  { events: 200 },
);

const guarded = {
  metrics: [
    { metric: "task_success", role: "primary" },
    { metric: "toxic", role: "guardrail", margin: { kind: "absolute", value: 0.5 } },
  ],
};

async function load(key: string) {
  const found = await findExperiment(openDatabase(env.DB), key);
  if (!found.ok) throw new Error(found.detail);
  return found.value;
}

async function analyse(key: string, now: number): Promise<LatestReading> {
  const { snapshot, summary } = evaluate(await load(key), [someTotals], "cron", now);
  await storeSnapshot(openDatabase(env.DB), snapshot, summary);
  return toLatestReading(snapshot, summary);
}

async function listed(key: string, filter = "") {
  const { experiments } = experimentList.parse(await succeed("GET", `/v1/experiments${filter}`));
  return experiments.find((experiment) => experiment.key === key);
}

describe("the list of experiments", () => {
  it("tells what the whole experiment and its newest analysis tell, short", async () => {
    const { key } = await createExperiment(guarded);
    expect(await listed(key)).toEqual(toSummary(await load(key), null));
    const latest = await analyse(key, Date.now());
    expect(latest.guardrails).toEqual({ safe: 1, unclear: 0, harmed: 0 });
    expect(await listed(key)).toEqual(toSummary(await load(key), latest));
  });

  it("can be limited to a status and to an AI config", async () => {
    const running = await createExperiment();
    const draft = await createExperiment({ config: running.config }, { start: false });
    expect(await listed(running.key, "?status=running")).toBeDefined();
    expect(await listed(draft.key, "?status=running")).toBeUndefined();
    const { experiments } = await succeed("GET", `/v1/experiments?config=${running.config}`);
    expect(experiments.map(({ key }: { key: string }) => key).sort()).toEqual(
      [running.key, draft.key].sort(),
    );
    const both = await succeed("GET", `/v1/experiments?config=${running.config}&status=draft`);
    expect(both.experiments).toMatchObject([{ key: draft.key }]);
  });

  it("keeps what was stored before it became short, told anew from the newest snapshot", async () => {
    const { key } = await createExperiment(guarded);
    await analyse(key, Date.now() - 60_000);
    const latest = await analyse(key, Date.now());
    await env.DB.prepare("UPDATE experiment SET latest = ? WHERE key = ?").bind('{"old":true}', key).run();
    const retelling = env.TEST_MIGRATIONS.flatMap(({ queries }) => queries).filter((query) =>
      query.includes("UPDATE experiment SET latest"),
    );
    expect(retelling).toHaveLength(1);
    await env.DB.prepare(retelling[0] ?? "").run();
    expect((await listed(key))?.latest).toEqual(latest);
  });

  it("shows an experiment as it stood when a person ended it, without waiting for a schedule", async () => {
    const { key, config } = await createExperiment();
    const { variant } = await succeed("POST", "/v1/assign", { config, unit: "u" });
    const event = { id: "e", experiment: key, unit: "u", variant, metrics: { task_success: 1 } };
    await succeed("POST", "/v1/events", { events: [event] });
    await succeed("POST", `/v1/experiments/${key}/stop`, { reason: "enough" });
    expect(await listed(key)).toMatchObject({ status: "stopped", latest: { units: 1 } });
  });
});
