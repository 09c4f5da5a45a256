import { Ledger } from "../../src/aggregator/ledger.ts";
import type { UnitState } from "../../src/aggregator/unit-state.ts";
import { emptyTotals } from "../../src/analyzer/moments.ts";
import type { Scenario } from "./scenario.ts";

/** What one unit does at one moment. */
export interface BookEntry {
  unit: string;
  variant: string;
  covariates?: Record<string, number> | undefined;
  /** Undefined for an exposure alone. */
  request: Record<string, number> | undefined;
}

/** The aggregator without its Durable Object: the ledger and one state per unit. */
export class Book {
  readonly ledger: Ledger;
  readonly #states = new Map<string, UnitState>();

  readonly #recordsExposures: boolean;

  constructor({ spec, definitions, outcomesOnly = false }: Scenario) {
    this.#recordsExposures = !outcomesOnly;
    this.ledger = new Ledger(emptyTotals(spec.variants.map(({ key }) => key)), definitions);
  }

  /** Lets units enter whose conversion windows have passed. */
  mature(now: number): void {
    this.ledger.mature(this.#states.values(), now);
  }

  /** @param countsElsewhere the unit was first seen in another period of weights */
  write(
    { unit: u, variant: v, covariates: c, request }: BookEntry,
    t: number,
    countsElsewhere = false,
  ): void {
    const elsewhere = countsElsewhere ? ({ n: true } as const) : {};
    let state = this.#states.get(u);
    if (!state && (c || this.#recordsExposures)) {
      state = this.ledger.apply(state, { k: "exposure", u, v, t, ...(c && { c }), ...elsewhere });
      this.#states.set(u, state);
    }
    if (!request) return;
    const outcome = { k: "outcome", id: "", u, v, t, r: t, m: request, ...elsewhere } as const;
    this.#states.set(u, this.ledger.apply(state, outcome));
  }
}
