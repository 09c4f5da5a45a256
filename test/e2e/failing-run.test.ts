import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { untilItWorks } from "#test/e2e/support/server-patience.ts";

const REPOSITORY = resolve(import.meta.dirname, "../..");

/** The run takes some 10 seconds where nothing else is busy. */
const BOUND_MILLISECONDS = 180_000;

let code: unknown;
let output = "";

beforeAll(async () => {
  const vitest = resolve(REPOSITORY, "node_modules/vitest/vitest.mjs");
  const config = resolve(REPOSITORY, "test/fixtures/failing-run/vitest.config.ts");
  await new Promise<void>((done) => {
    // Ends only when everybody has let go of its output, servers that were left behind included.
    execFile(
      process.execPath,
      [vitest, "run", "--config", config],
      { cwd: REPOSITORY, timeout: BOUND_MILLISECONDS },
      (error, stdout, stderr) => {
        code = error?.code;
        output = stdout + stderr;
        done();
      },
    );
  });
}, BOUND_MILLISECONDS + 10_000);

it("ends by itself, says that it failed, and closes with its line", () => {
  expect(code, output).toBe(1);
  expect(output).toMatch(/^\d+ passed, [1-9]\d* failed(, \d+ skipped)?$/m);
});

it("reports a server that ended without being asked to", () => {
  expect(output).toContain("the server ended by itself with SIGKILL");
});

it("leaves no server behind", async () => {
  const addresses = [...output.matchAll(/(?:planted after the start|orphan) of (http:\S+)/g)];
  expect(addresses).toHaveLength(2);
  for (const [, address = ""] of addresses) {
    await untilItWorks(() => expect(fetch(address)).rejects.toThrow(), 10_000);
  }
});
