import { parquetReadObjects } from "hyparquet";
import { describe, expect, it } from "vitest";
import { PartTables } from "#event-log/archive/tables.ts";
import type { LogEntry, OutcomeEntry } from "#ledger/log-entry.ts";

const variant = "a";
const spec = {
  key: "answer-length",
  config: "answers",
  control: variant,
  variants: [
    { key: variant, version: 3, weight: 0.5 },
    { key: "b", version: 4, weight: 0.5 },
  ],
};

function outcome(id: string, unit: string, metrics: Record<string, number>): OutcomeEntry {
  return { kind: "outcome", id, unit, variant, at: 1_000, receivedAt: 2_000, metrics };
}

/** The rows of the tables that entries make, by the name of the table. */
async function tablesOf(entries: readonly LogEntry[], shard = 0) {
  const tables = new PartTables({ spec }, shard);
  for (const entry of entries) tables.add(entry);
  const rows: Record<string, Record<string, unknown>[]> = {};
  for (const file of tables.files()) {
    const read = await parquetReadObjects({ file: Uint8Array.from(file.bytes).buffer });
    expect(read).toHaveLength(file.rows);
    rows[file.table] = read;
  }
  return rows;
}

describe("the tables of a part of the archive", () => {
  it("have a row for each value of an outcome, and one for an outcome without values", async () => {
    const late = { ...outcome("2", "u2", {}), isLate: true as const, key: "k", signedBy: "s", phase: 3 };
    const { outcomes = [] } = await tablesOf([
      { ...outcome("1", "u1", { latency_ms: 0.25, task_success: 1 }), properties: { plan: "a", size: 2 } },
      late,
    ]);
    expect(outcomes.map(({ event_id, metric, value }) => [event_id, metric, value])).toEqual([
      ["1", "latency_ms", 0.25],
      ["1", "task_success", 1],
      ["2", null, null],
    ]);
    expect(outcomes[0]).toMatchObject({
      unit: "u1",
      experiment_id: spec.key,
      variation_id: variant,
      variation_index: 0,
      timestamp: new Date(1_000),
      received_at: new Date(2_000),
      phase: 0,
      is_late: false,
      is_returning: false,
      key_id: null,
      properties: { plan: "a", size: 2 },
    });
    expect(outcomes[2]).toMatchObject({
      is_late: true,
      key_id: "k",
      signed_by: "s",
      phase: 3,
      properties: null,
    });
  });

  it("have a row for each exposure, and for each unit that only outcomes tell of", async () => {
    const { exposures = [] } = await tablesOf([
      { kind: "exposure", unit: "u1", variant, at: 5 },
      outcome("1", "u1", { task_success: 1 }),
      { kind: "erasure", unit: "u3", at: 6, wasCounted: true },
      outcome("2", "u2", { task_success: 1 }),
      outcome("3", "u2", { task_success: 0 }),
      { ...outcome("4", "u2", { task_success: 0 }), variant: "unknown" },
    ]);
    expect(exposures.map((row) => [row.unit, row.variation_id, row.config_version, row.is_control])).toEqual([
      ["u1", variant, 3, true],
      ["u2", variant, 3, true],
      ["u2", "unknown", null, false],
    ]);
    expect(exposures[0]).toMatchObject({ received_at: null, config: spec.config });
  });

  it("are apart for what nobody vouches for, and are not there without rows", async () => {
    expect(Object.keys(await tablesOf([outcome("1", "u1", {})], -1))).toEqual([
      "unvouched_exposures",
      "unvouched_outcomes",
    ]);
    expect(await tablesOf([{ kind: "erasure", unit: "u", at: 1 }])).toEqual({});
  });

  it("keep all rows of many groups, in their order", async () => {
    const entries = Array.from({ length: 6_000 }, (_, index) =>
      outcome(`${index}`, `u${index % 700}`, { task_success: index % 2, latency_ms: index }),
    );
    const { exposures = [], outcomes = [] } = await tablesOf(entries);
    expect(exposures).toHaveLength(700);
    expect(outcomes.filter(({ metric }) => metric === "latency_ms").map(({ value }) => value)).toEqual(
      entries.map(({ metrics }) => metrics.latency_ms),
    );
  });
});
