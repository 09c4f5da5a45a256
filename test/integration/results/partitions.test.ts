import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { phaseTotalsSchema } from "#aggregator/client.ts";
import { rebuildGroups } from "#event-log/groups.ts";
import { type Partition, partitionsOf } from "#event-log/partitions.ts";
import { rebuildTotals } from "#event-log/read.ts";
import { openDatabases } from "#store/database.ts";
import { DEFINITIONS, freshAggregator, outcome } from "#test/support/ledger-client.ts";
import { spec } from "#tools/builders/moments-builder.ts";

const parts = (of: number): Partition[] => Array.from({ length: of }, (_, index) => ({ index, of }));

it("what is counted from the log is the same in however many parts its units are counted", async () => {
  const aggregator = freshAggregator();
  const events = Array.from({ length: 900 }, (_, index) => ({
    ...outcome(`${index}`, `unit-${index % 400}`, index % 97 === 0 ? "b" : "a", {
      task_success: index % 2,
      cost_usd: index % 60,
    }),
    properties: { country: index % 3 === 0 ? "ch" : "de" },
  }));
  await aggregator.record(events);
  const { sequence, ...counted } = await aggregator.stub.checkpoint();
  const phases = phaseTotalsSchema.parse(counted.phases);
  const experiment = {
    spec: spec({ key: aggregator.key, shards: 1 }),
    metricDefinitions: DEFINITIONS,
    exclusions: [],
    phases: [{ startedAt: 0, weights: [0.5, 0.5] }],
  };
  const databases = openDatabases(env);
  const position = { shard: 0, until: sequence, maturedUntil: null };
  const whole = await rebuildTotals(databases, experiment, position, parts(1));
  expect(await rebuildTotals(databases, experiment, position, parts(7))).toEqual(whole);

  const checkpoint = { phases, until: [sequence] };
  const countryOf = (entry: { kind: string; properties?: Record<string, unknown> | undefined }) =>
    entry.kind === "outcome" ? String(entry.properties?.country) : undefined;
  const groups = await rebuildGroups(databases, experiment, checkpoint, countryOf, parts(1));
  expect([...groups.keys()].toSorted()).toEqual(["ch", "de"]);
  const inParts = await rebuildGroups(databases, experiment, checkpoint, countryOf, parts(5));
  expect(new Map([...inParts].toSorted())).toEqual(new Map([...groups].toSorted()));
});

it("an experiment's units are counted in as many parts as keep each part small", async () => {
  const aggregator = freshAggregator();
  await aggregator.record(
    Array.from({ length: 250 }, (_, index) => outcome(`${index}`, `unit-${index}`, "a", { task_success: 1 })),
  );
  const phases = phaseTotalsSchema.parse(await aggregator.stub.totals());
  expect(partitionsOf(phases, 1, 100)).toEqual(parts(3));
  expect(partitionsOf(phases, 4, 100)).toEqual(parts(1));
  expect(partitionsOf([], 1, 100)).toEqual(parts(1));
});
