import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** A request as it goes over the wire, so that making it costs the generator nothing while it measures. */
export function wireRequest(path: string, key: string, body: unknown): Buffer {
  const text = Buffer.from(JSON.stringify(body));
  const head = [
    `POST ${path} HTTP/1.1`,
    "host: bench",
    `authorization: Bearer ${key}`,
    "content-type: application/json",
    `content-length: ${text.length}`,
  ];
  return Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), text]);
}

const HEAD_END = Buffer.from("\r\n\r\n");
const LAST_CHUNK = Buffer.from("\r\n0\r\n\r\n");

/** One kept connection, which answers one request after the other. */
export class Connection {
  readonly #socket: Socket;
  /** Settles as the connection is made. */
  readonly ready: Promise<unknown>;
  #received: Buffer = Buffer.alloc(0);
  #answered: ((status: number) => void) | undefined;
  #failed: ((cause: unknown) => void) | undefined;

  constructor(port: number) {
    this.#socket = connect(port, "127.0.0.1");
    this.#socket.setNoDelay(true);
    this.ready = once(this.#socket, "connect");
    // Not all wait for it; who sends something is told.
    this.ready.catch(() => undefined);
    this.#socket.on("data", (data) => this.#receive(data));
    this.#socket.on("error", (cause) => this.#failed?.(cause));
    this.#socket.on("close", () => this.#failed?.(new Error("the connection was closed")));
  }

  /** @throws when the answer is none of success */
  async send(request: Buffer): Promise<void> {
    // What is written to it would be neither sent nor refused.
    if (this.#socket.destroyed) throw new Error("the connection is closed");
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.#answered = resolve;
    this.#failed = reject;
    this.#socket.write(request);
    const status = await promise;
    if (status !== 200) throw new Error(`a request was answered with ${status}`);
  }

  close(): void {
    this.#failed = undefined;
    this.#socket.destroy();
  }

  #receive(data: Buffer): void {
    this.#received = this.#received.length === 0 ? data : Buffer.concat([this.#received, data]);
    const end = this.#received.indexOf(HEAD_END);
    if (end < 0) return;
    const head = this.#received.toString("latin1", 0, end).toLowerCase();
    const length = /content-length: (\d+)/.exec(head)?.[1];
    const isComplete =
      length === undefined
        ? this.#received.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK)
        : this.#received.length >= end + HEAD_END.length + Number(length);
    if (!isComplete) return;
    this.#received = Buffer.alloc(0);
    this.#answered?.(Number(head.slice(9, 12)));
  }
}
