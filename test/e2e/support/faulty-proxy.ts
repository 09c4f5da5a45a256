import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { atFileEnd } from "./ends.ts";

/**
 * `pass`: hands on. `refuse`: breaks the connection. `fail`: answers 500, `hang`: never answers, `garbage`: answers
 * nonsense under 200: these three after every other request has been handed on, so that what is done is not known.
 */
type Fault = "pass" | "refuse" | "fail" | "hang" | "garbage";

/** Stands between clients and a server, and misbehaves on request. */
export class FaultyProxy {
  fault: Fault = "pass";
  readonly #server = createServer((request, response) => {
    this.#serve(request, response).catch(() => response.destroy());
  });
  readonly #target: string;
  #requests = 0;

  constructor(target: string) {
    this.#target = target;
  }

  /** Listens until the test file ends. @returns the address to send to */
  async listen(): Promise<string> {
    atFileEnd(() => this.#close());
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
    return `http://127.0.0.1:${address.port}`;
  }

  async #close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { fault } = this;
    this.#requests += 1;
    if (fault === "refuse") return void response.destroy();
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const isHandedOn = fault === "pass" || this.#requests % 2 === 0;
    const answer = isHandedOn ? await this.#handOn(request, Buffer.concat(chunks)) : undefined;
    if (fault === "hang") return;
    if (fault === "fail") response.writeHead(500).end("<h1>Internal Server Error</h1>");
    else if (fault === "garbage") response.writeHead(200).end(this.#requests % 3 ? "<html>%$§" : "{}");
    else if (answer) {
      response.writeHead(answer.status, Object.fromEntries(answer.headers));
      response.end(Buffer.from(await answer.arrayBuffer()));
    }
  }

  #handOn({ url, method = "GET", headers }: IncomingMessage, body: Buffer<ArrayBuffer>): Promise<Response> {
    const names = ["authorization", "content-type", "if-none-match"] as const;
    const kept = names.flatMap((name) => (headers[name] ? [[name, headers[name]]] : []));
    return fetch(`${this.#target}${url}`, {
      method,
      headers: Object.fromEntries(kept),
      ...(body.length > 0 && { body }),
    });
  }
}
