import { Recording } from "#aggregator/recording.ts";
import { emptyTotals } from "#analyzer/estimates/moments.ts";
import { Ledger } from "#ledger/ledger.ts";
import type { UnitState } from "#ledger/unit-state.ts";
import type { UnitAttributes } from "#model/unit/kept-attributes.ts";
import type { Scenario } from "./scenario.ts";

/** What one unit does at one moment. */
export interface BookEntry {
  unit: string;
  variant: string;
  covariates?: Record<string, number> | undefined;
  attributes?: UnitAttributes | undefined;
  /** Undefined for an exposure alone. */
  request: Record<string, number> | undefined;
}

/** The aggregator without its Durable Object: the ledger and one state per unit. */
export class Book {
  readonly ledger: Ledger;
  readonly #states = new Map<string, UnitState>();

  readonly #recordsExposures: boolean;

  constructor({
    spec,
    metricDefinitions,
    outcomesOnly = false,
  }: Pick<Scenario, "spec" | "metricDefinitions" | "outcomesOnly">) {
    this.#recordsExposures = !outcomesOnly;
    this.ledger = new Ledger([emptyTotals(spec.variants.map(({ key }) => key))], metricDefinitions);
  }

  /** Covariates that come when their unit is known, by the way that reports of exposures take. */
  reportCovariates(unit: string, variant: string, covariates: Record<string, number>, at: number): void {
    const recording = new Recording(this.ledger, this.#states, () => false, []);
    recording.recordExposure({ unit, variant, at, covariates });
  }

  /** Lets units enter whose conversion windows have passed. */
  mature(now: number): void {
    this.ledger.mature(this.#states.values(), now);
  }

  /** @param countsElsewhere the unit was first seen in another phase of weights */
  write(
    { unit: u, variant: v, covariates: c, attributes, request }: BookEntry,
    t: number,
    countsElsewhere = false,
  ): void {
    const elsewhere = countsElsewhere ? ({ isReturning: true } as const) : {};
    let state = this.#states.get(u);
    if (!state && (c || attributes || this.#recordsExposures)) {
      state = this.ledger.apply(state, {
        kind: "exposure",
        unit: u,
        variant: v,
        at: t,
        receivedAt: t - 1,
        ...(c && { covariates: c }),
        ...(attributes && { attributes }),
        ...elsewhere,
      });
      this.#states.set(u, state);
    }
    if (!request) return;
    const outcome = {
      kind: "outcome",
      id: "",
      unit: u,
      variant: v,
      at: t,
      receivedAt: t,
      metrics: request,
      ...elsewhere,
    } as const;
    const after = this.ledger.apply(state, outcome);
    if (after !== state) this.#states.set(u, after);
  }
}
