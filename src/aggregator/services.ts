import type { Databases } from "#store/database.ts";
import type { AggregatorNamespace } from "./client.ts";

/** What reading results and acting on experiments need of the outside world. */
export interface Services extends Databases {
  aggregators: AggregatorNamespace;
  /** Epoch milliseconds. */
  now: number;
}
