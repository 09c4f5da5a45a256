import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { freePorts } from "../local-server/free-ports.ts";
import { startLocalServer } from "../local-server/local-server.ts";
import { orExit } from "../local-server/process-end.ts";
import { readSettings } from "../local-server/settings.ts";
import { fuzz } from "./fuzz.ts";
import { findLogFaults } from "./judge.ts";

const SHOWN_FAILURES = 20;
const PROGRESS_EVERY = 10_000;

const optionsSchema = z.object({
  requests: z.coerce.number().int().positive().default(100_000),
  seed: z.coerce
    .number()
    .int()
    .default(() => Date.now() % 1_000_000_000),
});

const { values } = parseArgs({ options: { requests: { type: "string" }, seed: { type: "string" } } });
const { requests, seed } = optionsSchema.parse(values);
console.log(`Seed ${seed}: npm run fuzz -- --seed ${seed} --requests ${requests} does the same again.`);

const data = await mkdtemp(join(tmpdir(), "bakeoff-fuzz-"));
const { port, workerPort } = await freePorts();
const settings = readSettings({ PORT: String(port), WORKER_PORT: String(workerPort), BAKEOFF_DATA: data });
const server = await orExit(() => startLocalServer(settings));
try {
  const target = { ...server, dashboard: new URL(server.dashboard).origin };
  const started = performance.now();
  const { failures, statuses, slowestMilliseconds, keys } = await fuzz(target, { requests, seed }, (done) => {
    if (done % PROGRESS_EVERY === 0) console.log(`${done} requests`);
  });
  const seconds = (performance.now() - started) / 1_000;
  await server.stop();
  const logFaults = findLogFaults(await readFile(server.logFile, "utf8"), Object.values(keys));
  const counts = [...statuses].toSorted(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`);
  console.log(
    `${requests} requests in ${seconds.toFixed(0)} s, the slowest ${slowestMilliseconds.toFixed(0)} ms. ${counts.join(", ")}`,
  );
  for (const { number, request, faults } of failures.slice(0, SHOWN_FAILURES)) {
    console.log(`\nRequest ${number}: ${faults.join("; ")}\n${request}`);
  }
  for (const fault of logFaults.slice(0, SHOWN_FAILURES)) console.log(`\n${fault}`);
  console.log(`\n${failures.length} requests failed, ${logFaults.length} lines of the log are at fault.`);
  process.exitCode = failures.length + logFaults.length === 0 ? 0 : 1;
} finally {
  await server.stop();
  await rm(data, { recursive: true, force: true });
}
