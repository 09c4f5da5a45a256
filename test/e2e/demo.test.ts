import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SCENARIOS } from "../../demo/scenarios/index.ts";
import { aiConfig } from "../../src/model/ai-config.ts";
import { experiment } from "../../src/model/experiment.ts";
import { verification } from "../../src/model/listing.ts";
import { TestServer } from "./support/server.ts";
import { freePorts } from "./support/server-ports.ts";

const CONTROL_VERSION = 1;
const TREATMENT_VERSION = 2;

/** What the table has to say about each experiment, in the order of its lines. */
const DECISIONS = [
  ["model upgrade", "rolled back"],
  ["better model", "promoted"],
  ["concise prompt", "promoted"],
  ["temperature too", "rolled back"],
  ["temperature, no", "stopped"],
  ['harmful "step', "rolled back"],
  ["faster provider", "promoted"],
  ["A/A", "stopped"],
] as const;

describe("the demo", () => {
  let data: string;
  let code: number | null;
  let output: string;

  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), "bakeoff-demo-"));
    const { port, workerPort } = await freePorts();
    const demo = spawn("npm", ["run", "demo", "--", "--once"], {
      cwd: resolve(import.meta.dirname, "../.."),
      env: { ...process.env, PORT: String(port), WORKER_PORT: String(workerPort), BAKEOFF_DATA: data },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(demo, "exit");
    output = await text(demo.stdout);
    await ended;
    code = demo.exitCode;
  }, 300_000);

  afterAll(async () => {
    await rm(data, { recursive: true, force: true });
  });

  it("ends well only if every decision is the right one and every log agrees", () => {
    expect(code, output).toBe(0);
  });

  it("prints what was decided about each experiment", () => {
    const lines = output.split("\n").filter((line) => line.startsWith("│"));
    for (const [title, decision] of DECISIONS) {
      expect(lines.find((line) => line.includes(title))).toContain(decision);
    }
    expect(output).toContain("by guardrail");
  });

  it("leaves behind data that a server serves on: decisions, live versions and event logs", async () => {
    const server = await TestServer.start(join(data, "demo"));
    try {
      for (const { config, control, treatment, experiment: spec, expected } of SCENARIOS) {
        const { conclusion } = await server.admin.get(`/v1/experiments/${spec.key}`, experiment);
        const winner = expected.action === "promote" ? treatment : control;
        expect(conclusion).toMatchObject({ action: expected.action, variant: winner.key });
        const { liveVersion } = await server.admin.get(`/v1/configs/${config.key}`, aiConfig);
        expect(liveVersion).toBe(expected.action === "promote" ? TREATMENT_VERSION : CONTROL_VERSION);
        const { agrees } = await server.admin.get(`/v1/experiments/${spec.key}/verify`, verification);
        expect(agrees).toBe(true);
      }
    } finally {
      await server.stop();
    }
  });
});
