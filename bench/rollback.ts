import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { assignBatch, assignOne } from "#contract/assignment.ts";
import { postConfig, postConfigVersion } from "#contract/configs.ts";
import { postEvents } from "#contract/events.ts";
import { postExperiment, postStart } from "#contract/experiments.ts";
import { connect } from "#tools/connect.ts";
import { startLocalServer } from "#tools/local-server/local-server.ts";

/** Seconds from the events that breach a guardrail to every assignment answering with control again. */
const ROUNDS = 5;
const UNITS = 200;
const POLL_MILLISECONDS = 20;
const LIMIT_SECONDS = 30;

const data = await mkdtemp(join(tmpdir(), "bakeoff-rollback-"));
const server = await startLocalServer({
  host: "127.0.0.1",
  port: 8931,
  workerPort: 8932,
  data,
  adminKey: undefined,
  unitKey: undefined,
  prices: undefined,
});
const api = connect(server.api, server.adminKey);

async function secondsToControl(round: number): Promise<number> {
  const key = `breach-${round}`;
  await api.call(postConfig, { body: { key, value: { model: "safe" } } });
  await api.call(postConfigVersion, { params: { key }, body: { value: { model: "harmful" } } });
  await api.call(postExperiment, {
    body: {
      key,
      kind: "model",
      config: key,
      variants: [
        { key: "safe", version: 1, weight: 0.5 },
        { key: "harmful", version: 2, weight: 0.5 },
      ],
      metrics: [
        { metric: "task_success", role: "primary" },
        { metric: "toxic", role: "guardrail", margin: { kind: "absolute", value: 0.05 } },
      ],
    },
  });
  await api.call(postStart, { params: { key } });

  const events: object[] = [];
  for (let first = 0; first < UNITS; first += 100) {
    const units = Array.from({ length: 100 }, (_, index) => `user-${first + index}`);
    const requests = units.map((unit) => ({ config: key, unit }));
    const { assignments } = await api.call(assignBatch, { body: { requests } });
    for (const [index, unit] of units.entries()) {
      const assignment = assignments[index];
      if (!assignment || !("variant" in assignment)) throw new Error("a unit was not assigned");
      const { variant } = assignment;
      events.push({
        id: unit,
        experiment: key,
        unit,
        variant,
        metrics: { task_success: 1, toxic: variant === "harmful" },
      });
    }
  }
  const breached = performance.now();
  await api.call(postEvents, { body: { events } });
  const elapsed = () => (performance.now() - breached) / 1_000;
  while (elapsed() < LIMIT_SECONDS) {
    const { experiment, version } = await api.call(assignOne, { body: { config: key, unit: "user-0" } });
    if (experiment === null && version === 1) return elapsed();
    await pause(POLL_MILLISECONDS);
  }
  throw new Error(`not back on control within ${LIMIT_SECONDS} s`);
}

try {
  const seconds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) seconds.push(await secondsToControl(round));
  console.log(
    `breach → back on control: ${seconds.map((value) => value.toFixed(1)).join(", ")} s (bar: 15 s)`,
  );
} finally {
  await server.stop();
  await rm(data, { recursive: true, force: true });
}
