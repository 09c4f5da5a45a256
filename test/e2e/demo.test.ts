import { spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { beforeAll, describe, expect, it } from "vitest";
import { getConfig } from "#contract/configs.ts";
import { getExperiment } from "#contract/experiments.ts";
import { getResults, getVerification } from "#contract/results.ts";
import { SCENARIOS } from "#demo/scenarios/index.ts";
import { DashboardStack } from "#test/e2e/support/dashboard-stack.ts";
import { atFileEnd } from "#test/e2e/support/ends.ts";
import { expectCardTold } from "#test/e2e/support/shown-numbers.ts";
import { temporaryFolder } from "#test/e2e/support/temporary-folder.ts";
import { freePorts } from "#tools/local-server/free-ports.ts";

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
    data = await temporaryFolder("demo");
    const { port, workerPort } = await freePorts();
    const demo = spawn("npm", ["run", "demo", "--", "--once"], {
      cwd: resolve(import.meta.dirname, "../.."),
      env: { ...process.env, PORT: String(port), WORKER_PORT: String(workerPort), BAKEOFF_DATA: data },
      stdio: ["ignore", "pipe", "inherit"],
      // A group of its own, so that ending it takes along what npm has started.
      detached: true,
    });
    const ended = once(demo, "exit");
    atFileEnd(async () => {
      if (demo.pid && demo.exitCode === null && demo.signalCode === null) process.kill(-demo.pid, "SIGKILL");
      await ended;
    });
    output = await text(demo.stdout);
    await ended;
    code = demo.exitCode;
  }, 300_000);

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

  describe("leaves behind data on which a server serves on", () => {
    let stack: DashboardStack;

    beforeAll(async () => {
      stack = await DashboardStack.start(join(data, "demo"));
    });

    it("with decisions, live versions and event logs", async () => {
      const { admin } = stack.server;
      for (const { config, control, treatment, experiment: spec, expected } of SCENARIOS) {
        const { conclusion } = await admin.call(getExperiment, { params: { key: spec.key } });
        const winner = expected.action === "promote" ? treatment : control;
        expect(conclusion).toMatchObject({ action: expected.action, variant: winner.key });
        const { liveVersion } = await admin.call(getConfig, { params: { key: config.key } });
        expect(liveVersion).toBe(expected.action === "promote" ? TREATMENT_VERSION : CONTROL_VERSION);
        const { agrees } = await admin.call(getVerification, { params: { key: spec.key } });
        expect(agrees).toBe(true);
      }
    });

    it.each(SCENARIOS.map(({ title, experiment: { key } }) => [title, key]))(
      "with no number on the dashboard that differs from the results API: %s",
      async (_title, key) => {
        const results = await stack.server.admin.call(getResults, { params: { key } });
        const page = await stack.open(`/experiments/${key}?view=cards`);
        await page.getByRole("article").first().waitFor();
        expect(results.analysis.metrics.length).toBeGreaterThan(0);
        for (const metric of results.analysis.metrics) await expectCardTold(page, metric, results.guardrails);
        await page.getByText(results.summary).first().waitFor();
        await stack.closePages();
      },
    );
  });
});
