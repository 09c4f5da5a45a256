import { once } from "node:events";
import { createServer } from "node:net";

/** Local means local: the server is not reachable from other machines. */
export const HOST = "127.0.0.1";

/** @throws when something else already listens there, with advice */
export async function requireFreePort(port: number, variable: string): Promise<void> {
  const probe = createServer();
  probe.listen(port, HOST);
  try {
    await once(probe, "listening");
  } catch (cause) {
    throw new Error(`port ${port} is taken; choose another with ${variable}`, { cause });
  }
  probe.close();
  await once(probe, "close");
}
