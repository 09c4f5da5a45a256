import { rm } from "node:fs/promises";
import { connect } from "#tools/connect.ts";
import { buildBundles } from "#tools/local-server/build.ts";
import { createExperiment, serverKey } from "./http/installation.ts";
import { ADMIN_KEY, prepareSettings, startPlain } from "./http/plain-server.ts";
import { bundleReference, startReference } from "./http/reference-worker.ts";
import { Connection, wireRequest } from "./http/wire.ts";
import { median } from "./report/median.ts";
import type { Report } from "./report/report.ts";

const ROUNDS = 5;

/** Milliseconds until a new process has answered its first request, and that request's own. */
async function timeOf(
  start: () => Promise<{ target: { port: number }; stop: () => Promise<void> }>,
  request: Buffer,
): Promise<{ all: number; first: number }> {
  const began = performance.now();
  const { target, stop } = await start();
  const ready = performance.now();
  const connection = new Connection(target.port);
  await connection.send(request);
  const answered = performance.now();
  connection.close();
  await stop();
  return { all: answered - began, first: answered - ready };
}

/** From nothing to the first assignment: a new process, a new isolate, and nothing in memory; beside a Worker that echoes. */
export async function benchStart(report: Report): Promise<void> {
  const [settings, bundles, echo] = [
    await prepareSettings("bakeoff-start-"),
    await buildBundles(false),
    await bundleReference("echo"),
  ];
  const prepared = await startPlain(settings, bundles);
  const api = connect(`http://127.0.0.1:${settings.workerPort}`, ADMIN_KEY);
  await createExperiment(api, "bench");
  const request = wireRequest("/v1/assign", await serverKey(api), { config: "bench", unit: "user" });
  await prepared.stop();
  const own = [];
  const others = [];
  for (let round = 0; round < ROUNDS; round++) {
    own.push(await timeOf(() => startPlain(settings, bundles), request));
    others.push(await timeOf(() => startReference("echo", echo), request));
  }
  for (const [name, key] of [
    ["process to first answer", "all"],
    ["first answer of a started process", "first"],
  ] as const) {
    report.add({
      bench: "start",
      name,
      value: median(own.map((times) => times[key])),
      unit: "ms",
      references: { echo: median(others.map((times) => times[key])) },
    });
  }
  await rm(settings.data, { recursive: true, force: true });
}
