import { Agent, request as startRequest } from "node:http";
import type { FuzzRequest } from "./make-request.ts";

export interface FuzzReply {
  status: number;
  contentType: string;
  text: string;
  milliseconds: number;
}

/** No request may take longer. */
export const PATIENCE_MILLISECONDS = 10_000;

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** Sends a request as it is. @throws where there is no reply in time, or the connection ends without one */
export function send(origin: string, { method, path, headers, body }: FuzzRequest): Promise<FuzzReply> {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { "content-length": String(body.length) };
    const { hostname, port } = new URL(origin);
    const sent = startRequest(
      { hostname, port, path, method, headers: { ...headers, ...length }, agent },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            contentType: response.headers["content-type"] ?? "",
            text: Buffer.concat(chunks).toString("latin1"),
            milliseconds: performance.now() - start,
          }),
        );
      },
    );
    sent.setTimeout(PATIENCE_MILLISECONDS, () =>
      sent.destroy(new Error(`no reply within ${PATIENCE_MILLISECONDS} milliseconds`)),
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

export function closeConnections(): void {
  agent.destroy();
}
