import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cp } from "node:fs/promises";
import { join, resolve } from "node:path";
import { inject } from "vitest";
import type { ApiClient } from "#contract/client.ts";
import { within } from "#shared/within.ts";
import { connect } from "#tools/connect.ts";
import { freePorts } from "#tools/local-server/free-ports.ts";
import { atFileEnd } from "./ends.ts";
import { untilItWorks } from "./server-patience.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const REPOSITORY = resolve(import.meta.dirname, "../../..");

const END_WITH_PARENT = join(import.meta.dirname, "end-with-parent.ts");

/** A first start may have to build dashboard and Worker. */
const START_PATIENCE_MILLISECONDS = 90_000;

/** More than a server takes that stops by itself, which is 10 seconds at most, on a machine that does other work. */
const STOP_PATIENCE_MILLISECONDS = 60_000;

/** Between finding a free port and listening there, another process may take it. */
const PORT_TRIES = 3;

export const ADMIN_KEY = "bk_admin_end_to_end_00000000000000000000";

/** A data folder of its own, with the database as the migrations leave it. */
async function newInstallation(): Promise<string> {
  const folder = await temporaryFolder("server");
  await cp(inject("emptyInstallation"), folder, { recursive: true });
  return folder;
}

class PortTaken extends Error {}

/** Ends whatever is left of a process group. */
function endGroup(leader: number): void {
  try {
    process.kill(-leader, "SIGKILL");
  } catch {
    // Nothing is left of it.
  }
}

/**
 * A local server in a process of its own, as `npm start` runs it, that can be killed and started again on the same data.
 * It ends with the test file that started it, or when the tests end in whatever way.
 */
export class TestServer {
  readonly dashboard: string;
  readonly api: string;
  readonly admin: ApiClient;
  readonly data: string;
  readonly #port: number;
  readonly #workerPort: number;
  #process: ChildProcess | undefined;
  #unexpectedEnd: Error | undefined;

  private constructor(ports: { port: number; workerPort: number }, data: string) {
    this.#port = ports.port;
    this.#workerPort = ports.workerPort;
    this.data = data;
    this.dashboard = `http://localhost:${ports.port}`;
    this.api = `http://127.0.0.1:${ports.workerPort}`;
    this.admin = connect(this.api, ADMIN_KEY);
  }

  /** Starts a server. @param data  a folder to go on with; by default a fresh one */
  static async start(data?: string): Promise<TestServer> {
    const folder = data ?? (await newInstallation());
    for (let tries = 1; ; tries++) {
      const server = new TestServer(await freePorts(), folder);
      try {
        atFileEnd(() => server.stop());
        await server.start();
        return server;
      } catch (cause) {
        if (!(cause instanceof PortTaken) || tries === PORT_TRIES) throw cause;
      }
    }
  }

  /** Starts the process and waits until the API answers. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, ["--import", END_WITH_PARENT, "tools/start.ts"], {
      cwd: REPOSITORY,
      env: {
        ...process.env,
        PORT: String(this.#port),
        WORKER_PORT: String(this.#workerPort),
        BAKEOFF_DATA: this.data,
        BAKEOFF_ADMIN_KEY: ADMIN_KEY,
      },
      stdio: ["pipe", "ignore", "pipe"],
      // A group of its own, so that killing it takes the runtime along.
      detached: true,
    });
    this.#process = child;
    let complaints = "";
    child.stderr.on("data", (text) => {
      complaints += text;
    });
    child.once("exit", (code, signal) => {
      if (this.#process !== child) return;
      this.#process = undefined;
      // Its runtime lives on.
      if (child.pid) endGroup(child.pid);
      this.#unexpectedEnd = new Error(
        `the server ended by itself with ${signal ?? `code ${code}`}: ${complaints}`,
      );
    });
    const ended = once(child, "exit").then(() => {
      const taken = /is taken|EADDRINUSE|address already in use/i.test(complaints);
      throw new (taken ? PortTaken : Error)(`the server ended before it answered: ${complaints}`);
    });
    const answers = untilItWorks(async () => {
      const health = await fetch(`${this.api}/healthz`);
      if (!health.ok) throw new Error(`the server answers ${health.status}`);
    }, START_PATIENCE_MILLISECONDS);
    try {
      await Promise.race([answers, ended]);
    } catch (cause) {
      this.#unexpectedEnd = undefined;
      await this.kill();
      throw cause;
    } finally {
      // From here on an end is what tests ask for, or is reported by `stop`.
      ended.catch(() => undefined);
      answers.catch(() => undefined);
    }
  }

  /** Of the process that runs. */
  get pid(): number {
    if (!this.#process?.pid) throw new Error("the server does not run");
    return this.#process.pid;
  }

  /** Runs the schedule at once; what comes of it is to be polled for. */
  runSchedule(): void {
    this.#process?.kill("SIGUSR2");
  }

  /** Ends the process and everything it has started, from one moment to the next: no goodbye, no flush. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child?.pid) return;
    const ended = once(child, "exit");
    process.kill(-child.pid, "SIGKILL");
    await ended;
  }

  /**
   * Stops the server politely.
   * @throws when it had already ended without being asked to
   */
  async stop(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    const unexpectedEnd = this.#unexpectedEnd;
    this.#unexpectedEnd = undefined;
    if (unexpectedEnd) throw unexpectedEnd;
    if (!child) return;
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    try {
      await within(STOP_PATIENCE_MILLISECONDS, ended);
    } catch (cause) {
      if (child.pid) process.kill(-child.pid, "SIGKILL");
      throw new Error("the server did not stop when it was asked to", { cause });
    }
  }
}
