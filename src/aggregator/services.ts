import type { Database } from "#store/database.ts";
import type { AggregatorNamespace } from "./client.ts";

/** What reading results and acting on experiments need of the outside world. */
export interface Services {
  database: Database;
  aggregators: AggregatorNamespace;
  /** Epoch milliseconds. */
  now: number;
}
