import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { atFileEnd } from "./ends.ts";

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Serves answers on a port of its own until the test file ends; what a stream yields is sent as it comes. */
export async function startStubServer(
  answer: (request: { path: string; method: string; body: string }) => Response | Promise<Response>,
): Promise<{ url: string }> {
  const server = createServer(async (request, response) => {
    const body = await readBody(request);
    const reply = await answer({ path: request.url ?? "/", method: request.method ?? "GET", body });
    response.writeHead(reply.status, Object.fromEntries(reply.headers));
    if (reply.body) for await (const chunk of reply.body) response.write(chunk);
    response.end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
  atFileEnd(async () => {
    const closed = once(server, "close");
    // Nothing may connect once all connections are closed.
    server.close();
    server.closeAllConnections();
    await closed;
  });
  return { url: `http://127.0.0.1:${address.port}` };
}
