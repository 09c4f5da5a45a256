import type { WaitUntil } from "../api.ts";
import type { Assignment, JsonObject } from "../types.ts";

/** What is known of whom is asked for. */
export interface AssignmentQuery {
  unit: string;
  attributes?: JsonObject | undefined;
  covariates?: Record<string, number> | undefined;
  /** Vouches for the unit. */
  token?: string | undefined;
}

/** Decides what a unit gets: the Worker, or the ruleset in this process. Answers are frozen. */
export interface Source {
  /** @throws Failure at once or through the promise, which settles within the time */
  assign(
    config: string,
    question: AssignmentQuery,
    timeoutMs: number,
    waitUntil: WaitUntil | undefined,
  ): Readonly<Assignment> | Promise<Readonly<Assignment>>;
  /** @throws Failure when it takes longer than that */
  assignNow(
    config: string,
    question: AssignmentQuery,
    waitUntil: WaitUntil | undefined,
  ): Readonly<Assignment>;
  /** @returns true once `assignNow` has a ruleset */
  ready(timeoutMs: number): Promise<boolean>;
}
