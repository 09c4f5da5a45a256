import * as z from "zod";
import { emptyTotals } from "#analyzer/estimates/moments.ts";
import {
  type ExperimentTotals,
  experimentTotalsSchema,
  metricMomentsSchema,
  quantileSketchSchema,
  type VariantTotals,
  variantTotalsSchema,
} from "#model/analysis/moments.ts";
import { slicesWithin } from "./slices.ts";

/** Parts of the totals by their names in the table: counts have none, others begin with what they are. */
const COUNTS = "";
const METRIC = "metric:";
const SKETCH = "sketch:";

const phaseCountsSchema = experimentTotalsSchema.omit({ variants: true });
const variantCountsSchema = variantTotalsSchema.omit({ metrics: true, sketches: true });

const rowSchema = z.strictObject({
  phase: z.int(),
  variant: z.string(),
  part: z.string(),
  value: z.string(),
});

type Row = [phase: number, variant: string, part: string, value: string];

/** Up to when windows have passed is the same in all phases, and stored with the first. */
function countsOf({ variants: _variants, ...counts }: ExperimentTotals, phase: number): string {
  return JSON.stringify(phase === 0 ? counts : { ...counts, maturedUntil: null });
}

function variantCountsOf({ metrics: _metrics, sketches: _sketches, ...counts }: VariantTotals): string {
  return JSON.stringify(counts);
}

/** The totals of an aggregator: one row for the counts of every phase and variant, and one for every metric and sketch. */
export class TotalsTable {
  readonly #sql: SqlStorage;
  /** What the table holds: counts as text, moments and sketches as the objects that were written. */
  #stored = new Map<string, unknown>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** By phase, one at least. */
  read(variants: readonly string[]): ExperimentTotals[] {
    const phases = [emptyTotals(variants)];
    this.#stored = new Map();
    const rows = this.#sql.exec(
      "SELECT phase, variant, part, value FROM total ORDER BY phase, variant, part",
    );
    for (const row of rows) {
      const { phase, variant, part, value } = rowSchema.parse(row);
      while (phases.length <= phase) phases.push(emptyTotals(variants));
      const totals = phases[phase];
      if (totals) this.#readRow(totals, [phase, variant, part, value]);
    }
    const maturedUntil = phases[0]?.maturedUntil ?? null;
    return phases.map((totals) => Object.assign(totals, { maturedUntil }));
  }

  #readRow(totals: ExperimentTotals, [phase, variant, part, value]: Row): void {
    const parsed: unknown = JSON.parse(value);
    const place = `${phase}/${variant}/${part}`;
    const all = totals.variants[variant] ?? { units: 0, metrics: {}, matured: {}, sketches: {} };
    if (variant !== "") totals.variants[variant] = all;
    if (part.startsWith(METRIC)) {
      const moments = metricMomentsSchema.parse(parsed);
      all.metrics[part.slice(METRIC.length)] = moments;
      this.#stored.set(place, moments);
    } else if (part.startsWith(SKETCH)) {
      const sketch = quantileSketchSchema.parse(parsed);
      all.sketches[part.slice(SKETCH.length)] = sketch;
      this.#stored.set(place, sketch);
    } else {
      if (variant === "") Object.assign(totals, phaseCountsSchema.parse(parsed));
      else
        Object.assign(
          all,
          { responding: undefined, announced: undefined },
          variantCountsSchema.parse(parsed),
        );
      this.#stored.set(place, value);
    }
  }

  /**
   * Writes what has changed since it was last read or written.
   * @param changed the phases that may have, and the sketches, which are changed in place
   */
  write(
    phases: readonly ExperimentTotals[],
    changed: { phases: Iterable<number>; sketches: ReadonlySet<object> },
  ): void {
    const rows: Row[] = [];
    const isStored = (place: string, current: unknown) => this.#stored.get(place) === current;
    const add = (phase: number, variant: string, part: string, current: unknown, value: string) => {
      this.#stored.set(`${phase}/${variant}/${part}`, current);
      rows.push([phase, variant, part, value]);
    };
    const addCounts = (phase: number, variant: string, counts: string) => {
      if (!isStored(`${phase}/${variant}/${COUNTS}`, counts)) add(phase, variant, COUNTS, counts, counts);
    };
    for (const phase of changed.phases) {
      const totals = phases[phase];
      if (!totals) continue;
      addCounts(phase, "", countsOf(totals, phase));
      for (const [variant, all] of Object.entries(totals.variants)) {
        addCounts(phase, variant, variantCountsOf(all));
        for (const [key, moments] of Object.entries(all.metrics)) {
          const part = METRIC + key;
          if (!isStored(`${phase}/${variant}/${part}`, moments))
            add(phase, variant, part, moments, JSON.stringify(moments));
        }
        for (const [key, sketch] of Object.entries(all.sketches)) {
          const part = SKETCH + key;
          if (changed.sketches.has(sketch) || !isStored(`${phase}/${variant}/${part}`, sketch))
            add(phase, variant, part, sketch, JSON.stringify(sketch));
        }
      }
    }
    for (const slice of slicesWithin(rows)) {
      this.#sql.exec(
        `INSERT OR REPLACE INTO total (phase, variant, part, value)
         SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?) WHERE true`,
        slice,
      );
    }
  }

  clear(): void {
    this.#sql.exec("DELETE FROM total");
    this.#stored = new Map();
  }
}
