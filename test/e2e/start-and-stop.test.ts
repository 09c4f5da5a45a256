import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Program } from "#test/e2e/support/program.ts";
import { untilItWorks } from "#test/e2e/support/server-patience.ts";
import { temporaryFolder } from "#test/e2e/support/temporary-folder.ts";

/** Longer than a server gives open requests. */
const STOP_PATIENCE_MILLISECONDS = 20_000;

/** The address under which other machines reach this one; undefined on a machine without a network. */
const OWN_ADDRESS = Object.values(networkInterfaces())
  .flatMap((entries) => entries ?? [])
  .find(({ family, internal }) => family === "IPv4" && !internal)?.address;

async function expectNothingLeft(program: Program): Promise<void> {
  await untilItWorks(async () => {
    expect(await program.processes()).toEqual([]);
  }, STOP_PATIENCE_MILLISECONDS);
  for (const port of [program.ports.port, program.ports.workerPort]) {
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
  }
}

describe.each([
  ["npm start", ["npm", "start"]],
  ["npm run demo", ["npm", "run", "demo"]],
  ["npm run dev", ["npm", "run", "dev"]],
])("%s", (_, command) => {
  it("ends with all that it started when npm is told to terminate", async () => {
    const program = await Program.start(command);
    await program.printed(/^Dashboard/m);
    expect((await fetch(`${program.api}/healthz`)).status).toBe(200);
    program.child.kill("SIGTERM");
    await expectNothingLeft(program);
  });

  it("ends with all that it started on Ctrl-C, which reaches every process of the terminal", async () => {
    const program = await Program.start(command);
    await program.printed(/^Dashboard/m);
    process.kill(-Number(program.child.pid), "SIGINT");
    await expectNothingLeft(program);
  });
});

describe("the server", () => {
  it.each([
    [
      "it was told to terminate",
      [process.execPath, "tools/start.ts"],
      (program: Program) => program.child.kill("SIGTERM"),
    ],
    ["npm was told to terminate", ["npm", "start"], (program: Program) => program.child.kill("SIGTERM")],
    [
      "Ctrl-C was pressed, which reaches every process of the terminal",
      ["npm", "start"],
      (program: Program) => process.kill(-Number(program.child.pid), "SIGINT"),
    ],
  ])("answers a request that was open when %s, and ends", async (_, command, signal) => {
    const program = await Program.start(command);
    const [, key] = await program.printed(/^Admin key +(\S+)/m);
    await program.printed(/Ctrl-C/);
    const body = JSON.stringify({ key: "answer", value: { model: "small" } });
    const socket = connect(program.ports.workerPort, "127.0.0.1");
    let answer = "";
    socket.on("data", (bytes) => {
      answer += bytes;
    });
    const head = [
      "POST /v1/configs HTTP/1.1",
      "host: bakeoff",
      `authorization: Bearer ${key}`,
      `content-length: ${body.length}`,
    ];
    socket.write(`${head.join("\r\n")}\r\n\r\n${body.slice(0, 9)}`);
    // A server that has not yet begun to read has no open request.
    await pause(500);
    signal(program);
    await untilItWorks(async () => {
      // What comes now is left waiting, or refused.
      const late = fetch(`${program.api}/healthz`, { signal: AbortSignal.timeout(1_000) });
      await expect(late).rejects.toThrow();
    }, STOP_PATIENCE_MILLISECONDS);
    socket.write(body.slice(9));
    await once(socket, "close");
    expect(answer).toMatch(/^HTTP\/1\.1 201 /);
    await program.ended();
    await expectNothingLeft(program);
  });

  it("ends without a fault when it is told to terminate, and logs none", async () => {
    const data = await temporaryFolder("stopped");
    const program = await Program.start([process.execPath, "tools/start.ts"], { BAKEOFF_DATA: data });
    await program.printed(/Ctrl-C/);
    program.child.kill("SIGTERM");
    expect(await program.ended()).toBe(0);
    expect(await readFile(join(data, "server.log"), "utf8")).toBe("");
  });

  it.each([
    [{ PORT: "abc" }, "PORT must be a port, a whole number from 1 to 65535; it is 'abc'.\n"],
    [{ PORT: "8787.5" }, "PORT must be a port, a whole number from 1 to 65535; it is '8787.5'.\n"],
    [{ PORT: "99999" }, "PORT must be a port, a whole number from 1 to 65535; it is '99999'.\n"],
    [{ WORKER_PORT: "-1" }, "WORKER_PORT must be a port, a whole number from 1 to 65535; it is '-1'.\n"],
    [{ PORT: "8787", WORKER_PORT: "8787" }, "PORT and WORKER_PORT must differ; both are 8787.\n"],
    [{ BAKEOFF_ADMIN_KEY: "short" }, "BAKEOFF_ADMIN_KEY is shorter than 32 characters.\n"],
    [
      { HOST: "192.0.2.1", PORT: "8787" },
      "Nobody can listen on 192.0.2.1:8787 (EADDRNOTAVAIL); HOST and PORT choose where.\n",
    ],
  ])("ends with a sentence where a setting makes no sense: %j", async (environment, sentence) => {
    const program = await Program.start([process.execPath, "tools/start.ts"], environment);
    expect(await program.ended()).toBe(1);
    expect(program.output).toBe(sentence);
  });

  it("takes an empty setting for none", async () => {
    const program = await Program.start([process.execPath, "tools/start.ts"], {
      HOST: "",
      BAKEOFF_ADMIN_KEY: "",
      BAKEOFF_UNIT_KEY: "",
      BAKEOFF_PRICES: "",
    });
    await program.printed(/^Dashboard +http:\/\/localhost:\d+\/#key=bk_admin_/m);
    expect((await fetch(`${program.api}/healthz`)).status).toBe(200);
    program.child.kill("SIGTERM");
    expect(await program.ended()).toBe(0);
  });

  // Where there is no other machine, the summary shows that this was not tested.
  it.skipIf(OWN_ADDRESS === undefined).each([
    ["", false],
    ["0.0.0.0", true],
  ])("with HOST '%s' is reached from other machines: %s", async (host, isReached) => {
    const program = await Program.start([process.execPath, "tools/start.ts"], { HOST: host });
    await program.printed(/Ctrl-C/);
    const answer = fetch(`http://${OWN_ADDRESS}:${program.ports.workerPort}/healthz`).then(
      ({ status }) => status === 200,
      () => false,
    );
    expect(await answer).toBe(isReached);
    program.child.kill("SIGTERM");
    expect(await program.ended()).toBe(0);
  });
});
