import { existsSync } from "node:fs";
import { readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Program } from "#test/e2e/support/program.ts";
import { untilItWorks } from "#test/e2e/support/server-patience.ts";
import { temporaryFolder } from "#test/e2e/support/temporary-folder.ts";
import { LogFile } from "#tools/local-server/log-file.ts";

/** A file that takes nothing, because its disk is full. */
const FULL = "/dev/full";
const START = [process.execPath, "tools/start.ts"];
const PATIENCE_MILLISECONDS = 20_000;

describe.skipIf(!existsSync(FULL))("a full disk", () => {
  it("costs a running server its log and nothing else, and is told once", async () => {
    const data = await temporaryFolder("full");
    await symlink(FULL, join(data, "server.log"));
    const program = await Program.start(START, { BAKEOFF_DATA: data });
    await program.printed(/Ctrl-C/);
    for (let request = 0; request < 3; request += 1) {
      // What is not set up right is logged.
      await fetch(`${program.api}/v1/configs`, {
        headers: { authorization: "Bearer bk_x", host: "a b" },
      }).catch(() => {});
      process.kill(Number(program.child.pid), "SIGUSR2");
    }
    expect((await fetch(`${program.api}/healthz`)).status).toBe(200);
    program.child.kill("SIGTERM");
    expect(await program.ended()).toBe(0);
    expect(program.output).not.toMatch(/\n\s+at /);
  });
});

describe("the log of the local server", () => {
  it("survives a restart", async () => {
    const path = join(await temporaryFolder("log"), "server.log");
    for (const text of ["before", "after"]) {
      const log = new LogFile(path);
      log.write(text);
      await log.close();
    }
    expect(await readFile(path, "utf8")).toMatch(/^\S+ before\n\S+ after\n$/);
  });

  it("begins anew when it has become long, and keeps what was before", async () => {
    const path = join(await temporaryFolder("log"), "server.log");
    await writeFile(path, "x".repeat(10_000_001));
    const log = new LogFile(path);
    log.write("after");
    await log.close();
    expect(await readFile(path, "utf8")).toMatch(/^\S+ after\n$/);
    expect((await readFile(`${path}.1`, "utf8")).length).toBe(10_000_001);
  });

  it.skipIf(!existsSync(FULL))("that cannot be written throws nothing, and can be closed", async () => {
    const path = join(await temporaryFolder("log"), "server.log");
    await symlink(FULL, path);
    const log = new LogFile(path);
    log.write("lost");
    await untilItWorks(async () => {
      log.write("lost too");
      await log.close();
    }, PATIENCE_MILLISECONDS);
  });
});
