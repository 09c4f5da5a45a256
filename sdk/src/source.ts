import type { WaitUntil } from "./api.ts";
import type { Assignment, JsonObject } from "./types.ts";

/** What is asked of whoever decides. */
export interface Question {
  config: string;
  unit: string;
  attributes?: JsonObject | undefined;
  covariates?: Record<string, number> | undefined;
}

/** Decides what a unit gets: the Worker, or the ruleset in this process. */
export interface Source {
  /** @throws Failure at once or through the promise, which settles within the time */
  assign(
    question: Question,
    timeoutMs: number,
    waitUntil: WaitUntil | undefined,
  ): Assignment | Promise<Assignment>;
}
