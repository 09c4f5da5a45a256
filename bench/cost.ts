import { startCounted } from "./cost/counted-installation.ts";
import { priceOf } from "./cost/prices.ts";
import { SHAPES } from "./cost/shapes.ts";
import { scaled, type Usage } from "./cost/usage.ts";
import type { Report } from "./report/report.ts";

const MILLION = 1e6;
/** So many kinds of statements are told that write the most rows. */
const TOLD_WRITES = 6;

/**
 * Counts what Cloudflare would bill for different kinds of traffic, and prices it. Processor time is that of the whole runtime
 * with its databases, which on Cloudflare's network are not billed by time: an upper bound.
 * @param large how many events the larger kinds send; all figures are scaled to a million
 */
export async function benchCost(report: Report, large: number): Promise<void> {
  const installation = await startCounted();
  try {
    for (const { name, count, prepare } of SHAPES) {
      const sent = count(large);
      const send = await prepare(installation, sent);
      tell(report, name, sent, scaled(await installation.usageOf(send), MILLION / sent));
    }
  } finally {
    await installation.stop();
  }
}

function tell(report: Report, name: string, sent: number, usage: Usage): void {
  const { counts, writes, processorMilliseconds, databaseBytes, objectBytes } = usage;
  const { parts, once, storage } = priceOf(usage);
  report.keep("cost", name, { sent, usage, dollars: { ...parts, once, storage } });
  const thousands = (value: number) => `${(value / 1_000).toFixed(1)}k`;
  const lines = [
    `$${once.toFixed(3)} once and $${storage.toFixed(3)} a month`,
    `${thousands(counts.databaseRowsWritten + counts.objectRowsWritten)} rows written, ` +
      `${thousands(counts.databaseRowsRead + counts.objectRowsRead)} read`,
    `${thousands(counts.workerRequests)} requests, ${thousands(counts.objectRequests)} of Durable Objects`,
    `${(processorMilliseconds / 1_000).toFixed(1)} s of processor, ${counts.objectAliveSeconds.toFixed(0)} s of Durable Objects`,
    `${(databaseBytes / MILLION).toFixed(0)} MB in D1, ${(objectBytes / MILLION).toFixed(0)} MB in Durable Objects`,
  ];
  const most = Object.entries(writes)
    .filter(([, rows]) => rows > 0)
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, TOLD_WRITES)
    .map(([kind, rows]) => `${kind} ${thousands(rows)}`);
  console.log(`cost · 1M ${name} (from ${sent}): ${lines.join(" · ")}`);
  if (most.length > 0) console.log(`  rows of objects written by: ${most.join(", ")}`);
}
