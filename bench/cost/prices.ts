import type { Usage } from "./usage.ts";

/**
 * Dollars beyond what the Workers Paid plan includes, as Cloudflare published them in November 2026.
 * @see docs/cost.md for the pages
 */
export const PRICES = {
  workerRequest: 0.3 / 1e6,
  workerProcessorMillisecond: 0.02 / 1e6,
  objectRequest: 0.15 / 1e6,
  objectGigabyteSecond: 12.5 / 1e6,
  rowRead: 0.001 / 1e6,
  rowWritten: 1 / 1e6,
  databaseGigabyteMonth: 0.75,
  objectGigabyteMonth: 0.2,
};

/** An object is billed for this much memory, whatever it uses. */
const OBJECT_GIGABYTES = 0.128;

/** Dollars by what they are for; `storage` for one month. */
export function priceOf(usage: Usage) {
  const { counts, processorMilliseconds, databaseBytes, objectBytes } = usage;
  const parts = {
    "Worker requests": counts.workerRequests * PRICES.workerRequest,
    "processor time": processorMilliseconds * PRICES.workerProcessorMillisecond,
    "Durable Object requests": counts.objectRequests * PRICES.objectRequest,
    "Durable Object duration": counts.objectAliveSeconds * OBJECT_GIGABYTES * PRICES.objectGigabyteSecond,
    "rows read": (counts.databaseRowsRead + counts.objectRowsRead) * PRICES.rowRead,
    "rows written": (counts.databaseRowsWritten + counts.objectRowsWritten) * PRICES.rowWritten,
  };
  const storage =
    (databaseBytes / 1e9) * PRICES.databaseGigabyteMonth + (objectBytes / 1e9) * PRICES.objectGigabyteMonth;
  return { parts, once: Object.values(parts).reduce((sum, part) => sum + part, 0), storage };
}
