import type { LogEntry, ObservedEntry, OutcomeEntry } from "#ledger/log-entry.ts";
import type { ExperimentSpec } from "#model/experiment/experiment.ts";
import type { ArchiveFile } from "#store/archive/archive-object.ts";
import { type ParquetColumn, ParquetTable } from "#store/archive/parquet-table.ts";

/*
 * What the archive holds for tools that know nothing of Bakeoff: who was given which variant, and what happened then. The columns
 * are those that warehouses expect of assignments and outcomes. docs/archive.md describes them.
 */

/** What the rows of a part have in common. */
interface PartContext {
  spec: Pick<ExperimentSpec, "key" | "config" | "variants" | "control">;
}

interface ExposureRow {
  entry: ObservedEntry;
  context: PartContext;
}

interface OutcomeRow {
  entry: OutcomeEntry;
  context: PartContext;
  metric: string | null;
  value: number | null;
}

function variantOf({ entry, context }: ExposureRow) {
  const { variants } = context.spec;
  const index = variants.findIndex(({ key }) => key === entry.variant);
  const variant = variants[index];
  return variant && { index, version: variant.version };
}

/** What both tables have. */
const COMMON: readonly ParquetColumn<ExposureRow>[] = [
  { name: "unit", type: "STRING", valueOf: ({ entry }) => entry.unit },
  { name: "timestamp", isSearched: true, type: "TIMESTAMP", valueOf: ({ entry }) => new Date(entry.at) },
  { name: "experiment_id", type: "STRING", valueOf: ({ context }) => context.spec.key },
  { name: "variation_id", isSearched: true, type: "STRING", valueOf: ({ entry }) => entry.variant },
  {
    name: "variation_index",
    type: "INT32",
    isNullable: true,
    valueOf: (row) => variantOf(row)?.index ?? null,
  },
  { name: "phase", type: "INT32", valueOf: ({ entry }) => entry.phase ?? 0 },
  { name: "is_returning", type: "BOOLEAN", valueOf: ({ entry }) => entry.isReturning ?? false },
  {
    name: "received_at",
    type: "TIMESTAMP",
    isNullable: true,
    valueOf: ({ entry }) => (entry.receivedAt === undefined ? null : new Date(entry.receivedAt)),
  },
  { name: "key_id", type: "STRING", isNullable: true, valueOf: ({ entry }) => entry.key ?? null },
  { name: "signed_by", type: "STRING", isNullable: true, valueOf: ({ entry }) => entry.signedBy ?? null },
];

const EXPOSURE_COLUMNS: readonly ParquetColumn<ExposureRow>[] = [
  ...COMMON,
  { name: "config", type: "STRING", valueOf: ({ context }) => context.spec.config },
  {
    name: "config_version",
    type: "INT32",
    isNullable: true,
    valueOf: (row) => variantOf(row)?.version ?? null,
  },
  {
    name: "is_control",
    type: "BOOLEAN",
    valueOf: ({ entry, context }) => entry.variant === context.spec.control,
  },
  {
    name: "attributes",
    type: "JSON",
    isNullable: true,
    valueOf: ({ entry }) => (entry.kind === "exposure" ? (entry.attributes ?? null) : null),
  },
];

const OUTCOME_COLUMNS: readonly ParquetColumn<OutcomeRow>[] = [
  { name: "event_id", type: "STRING", valueOf: ({ entry }) => entry.id },
  ...COMMON,
  { name: "metric", type: "STRING", isNullable: true, isSearched: true, valueOf: ({ metric }) => metric },
  { name: "value", type: "DOUBLE", isNullable: true, valueOf: ({ value }) => value },
  { name: "is_late", type: "BOOLEAN", valueOf: ({ entry }) => entry.isLate ?? false },
  {
    name: "properties",
    type: "JSON",
    isNullable: true,
    valueOf: ({ entry }) => entry.properties ?? null,
  },
];

/** The tables of one part of the log. */
export class PartTables {
  readonly #context: PartContext;
  readonly #isDeciding: boolean;
  readonly #exposures = new ParquetTable(EXPOSURE_COLUMNS);
  readonly #outcomes = new ParquetTable(OUTCOME_COLUMNS);
  /** Units that have a row, with the variants and phases that it is for. */
  readonly #exposed = new Set<string>();

  /** @param shard of the part, below zero for what nobody vouches for */
  constructor(context: PartContext, shard: number) {
    this.#context = context;
    this.#isDeciding = shard >= 0;
  }

  add(entry: LogEntry): void {
    if (entry.kind === "erasure") return;
    const context = this.#context;
    // An event that names its variant is evidence of exposure; of a unit's many events one is enough.
    const unit = JSON.stringify([entry.unit, entry.variant, entry.phase ?? 0, entry.isReturning ?? false]);
    if (entry.kind === "exposure" || !this.#exposed.has(unit)) this.#exposures.add({ entry, context });
    this.#exposed.add(unit);
    if (entry.kind === "exposure") return;
    const values = Object.entries(entry.metrics);
    for (const [metric, value] of values) this.#outcomes.add({ entry, context, metric, value });
    if (values.length === 0) this.#outcomes.add({ entry, context, metric: null, value: null });
  }

  get rows(): number {
    return this.#exposures.rows + this.#outcomes.rows;
  }

  /** The files of those tables that have rows, one after the other: each is needed no longer once the next is made. */
  *files(): Generator<ArchiveFile> {
    const prefix = this.#isDeciding ? "" : "unvouched_";
    if (this.#exposures.rows > 0)
      yield {
        table: `${prefix}exposures`,
        rows: this.#exposures.rows,
        bytes: this.#exposures.finish(),
      };
    if (this.#outcomes.rows > 0)
      yield { table: `${prefix}outcomes`, rows: this.#outcomes.rows, bytes: this.#outcomes.finish() };
  }
}
