import { PartTables } from "#event-log/archive/tables.ts";
import { encodeBatch } from "#event-log/codec.ts";
import type { OutcomeEntry } from "#ledger/log-entry.ts";
import { ChunkFile, readChunkFile } from "#store/archive/chunk-file.ts";
import { packJson } from "#store/pack.ts";

/*
 * What is in memory while the largest part of an archive is made and read back: `node --expose-gc --max-old-space-size=64 bench/archive-memory.ts`.
 * It fails where 64 MB of heap are too few. Beside the heap there are the files' bytes.
 */

const CHUNKS = 10;
const ENTRIES_PER_CHUNK = 5_000;
const METRICS = ["task_success", "latency_ms", "cost_usd", "input_tokens", "output_tokens", "hallucination"];
const MEGABYTE = 1_000_000;

const spec = {
  key: "answer-length",
  config: "answers",
  control: "control",
  variants: [
    { key: "control", version: 1, weight: 0.5 },
    { key: "treatment", version: 2, weight: 0.5 },
  ],
};

function outcome(index: number): OutcomeEntry {
  return {
    kind: "outcome",
    id: crypto.randomUUID(),
    unit: `unit-${index % 10_000}`.padEnd(22, "x"),
    variant: index % 2 === 0 ? "control" : "treatment",
    at: 1_764_000_000_000 + index * 100,
    receivedAt: 1_764_000_000_500 + index * 100,
    metrics: Object.fromEntries(METRICS.map((metric) => [metric, Math.random()])),
    properties: { country: "at" },
  };
}

let most = 0;
/** Notes what is in use once nothing is left that could be forgotten. */
function look(): void {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  most = Math.max(most, heapUsed + external);
}

look();
const before = most;
const log = new ChunkFile();
const tables = new PartTables({ spec }, 0);
const began = performance.now();
for (let chunk = 0; chunk < CHUNKS; chunk++) {
  const first = chunk * ENTRIES_PER_CHUNK;
  const entries = Array.from({ length: ENTRIES_PER_CHUNK }, (_, index) => outcome(first + index));
  log.add({ sequence: first + 1, lastSequence: first + 1, entries: packJson(encodeBatch(entries)) });
  for (const entry of entries) tables.add(entry);
  look();
}
const written = log.finish();
let bytes = written.byteLength;
look();
for (const file of tables.files()) {
  bytes += file.bytes.byteLength;
  look();
}
const milliseconds = performance.now() - began;
const file = Uint8Array.from(written).buffer;
const stored = await readChunkFile(file);
look();
if (stored.length !== CHUNKS) throw new Error("the chunks do not come back");
const megabytes = (value: number) => (value / MEGABYTE).toFixed(0);
console.log(
  `${CHUNKS * ENTRIES_PER_CHUNK} events, ${tables.rows} rows, ${megabytes(bytes)} MB of files: ${megabytes(most)} MB at most, ` +
    `of them ${megabytes(before)} before; ${milliseconds.toFixed(0)} ms.`,
);
