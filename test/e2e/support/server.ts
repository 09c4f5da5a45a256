import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ApiClient } from "../../../demo/api-client.ts";
import { freePorts } from "../../../scripts/local-server/free-ports.ts";
import { untilItWorks } from "./server-patience.ts";

const REPOSITORY = resolve(import.meta.dirname, "../../..");

const COMPILE_CACHE = join(REPOSITORY, ".build/compile-cache");

/** A first start may have to build dashboard and Worker. */
const START_PATIENCE_MILLISECONDS = 90_000;

export const ADMIN_KEY = "bk_admin_end_to_end";

/**
 * A local server in a process of its own, as `npm start` runs it, that can be killed and started again on the same data.
 * Reusable by every end-to-end test.
 */
export class TestServer {
  readonly dashboard: string;
  readonly api: string;
  readonly admin: ApiClient;
  readonly data: string;
  readonly #port: number;
  readonly #workerPort: number;
  #process: ChildProcess | undefined;

  private constructor(ports: { port: number; workerPort: number }, data: string) {
    this.#port = ports.port;
    this.#workerPort = ports.workerPort;
    this.data = data;
    this.dashboard = `http://localhost:${ports.port}`;
    this.api = `http://127.0.0.1:${ports.workerPort}`;
    this.admin = new ApiClient(this.api, ADMIN_KEY);
  }

  /** Starts a server. @param data  a folder to go on with; by default a fresh one that `remove` deletes */
  static async start(data?: string): Promise<TestServer> {
    const folder = data ?? (await mkdtemp(join(tmpdir(), "bakeoff-")));
    const server = new TestServer(await freePorts(), folder);
    await server.start();
    return server;
  }

  /** Starts the process and waits until the API answers. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, ["scripts/start.ts"], {
      cwd: REPOSITORY,
      env: {
        ...process.env,
        PORT: String(this.#port),
        WORKER_PORT: String(this.#workerPort),
        BAKEOFF_DATA: this.data,
        BAKEOFF_ADMIN_KEY: ADMIN_KEY,
        // Wrangler and Miniflare are 20 MB of source, otherwise compiled at each of many starts.
        NODE_COMPILE_CACHE: COMPILE_CACHE,
      },
      stdio: ["ignore", "ignore", "inherit"],
      // A group of its own, so that killing it takes the runtime along.
      detached: true,
    });
    this.#process = child;
    const ended = once(child, "exit").then(([code]) => {
      throw new Error(`the server ended with code ${code} before it answered`);
    });
    const answers = untilItWorks(async () => {
      const health = await fetch(`${this.api}/healthz`);
      if (!health.ok) throw new Error(`the server answers ${health.status}`);
    }, START_PATIENCE_MILLISECONDS);
    await Promise.race([answers, ended]);
    // From here on an end is what tests ask for.
    ended.catch(() => undefined);
  }

  /** Runs the schedule at once; what comes of it is to be polled for. */
  runSchedule(): void {
    this.#process?.kill("SIGUSR2");
  }

  /** Ends the process and everything it has started, from one moment to the next: no goodbye, no flush. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child?.pid || child.exitCode !== null) return;
    const ended = once(child, "exit");
    process.kill(-child.pid, "SIGKILL");
    await ended;
  }

  /** Stops the server politely. */
  async stop(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  }

  /** Stops the server and deletes what it remembered. */
  async remove(): Promise<void> {
    await this.stop();
    await rm(this.data, { recursive: true, force: true });
  }
}
