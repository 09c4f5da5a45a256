import { getTableColumns, type SQL, sql } from "drizzle-orm";
import type { ExperimentSpec } from "#model/experiment/experiment.ts";
import type { Phase } from "#model/experiment/phase.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import type { AuditInput } from "./audit.ts";
import { recordAudit } from "./audit.ts";
import { bumpRuleset, type Database } from "./database.ts";
import { newRow } from "./new-experiment-row.ts";
import { experimentTable } from "./schema.ts";

/** An experiment that starts in the moment in which another one ends. */
export interface Successor {
  spec: ExperimentSpec;
  metricDefinitions: MetricDefinition[];
  phases: Phase[];
  startedAt: number;
  liveVersionAtStart: number;
  unitKeyId: string | null;
  audit: AuditInput;
}

/** Its key must be free in the moment of the change. */
export function isKeyFree({ spec }: Successor): SQL {
  return sql`NOT EXISTS (SELECT 1 FROM experiment AS taken WHERE taken.key = ${spec.key})`;
}

function columnOf(row: object, name: string): unknown {
  return Object.entries(row).find(([key]) => key === name)?.[1];
}

/** Statements for a batch: insert the experiment, running. `condition` as in {@link bumpRuleset}. */
export function insertSuccessor(database: Database, successor: Successor, condition: SQL) {
  const { spec, startedAt, audit } = successor;
  const exists = sql`EXISTS (SELECT 1 FROM experiment WHERE key = ${spec.key}) AND ${condition}`;
  const row: typeof experimentTable.$inferSelect = {
    ...newRow(spec, startedAt),
    status: "running",
    metricDefinitions: JSON.stringify(successor.metricDefinitions),
    phases: JSON.stringify(successor.phases),
    startedAt,
    liveVersionAtStart: successor.liveVersionAtStart,
    unitKeyId: successor.unitKeyId,
  };
  // An insertion from a selection names all columns, in the table's order.
  const values = Object.keys(getTableColumns(experimentTable)).map((name) => sql`${columnOf(row, name)}`);
  return [
    database.insert(experimentTable).select(sql`SELECT ${sql.join(values, sql`, `)} WHERE ${condition}`),
    recordAudit(database, audit, exists),
    ...bumpRuleset(database, { config: spec.config, experiment: spec.key }, exists),
  ] as const;
}
