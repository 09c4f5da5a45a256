import { once } from "node:events";
import { createServer } from "node:net";

/** Two ports that nothing listens on, found together so that they differ. */
export async function freePorts(): Promise<{ port: number; workerPort: number }> {
  const probes = [createServer(), createServer()];
  const ports: number[] = [];
  for (const probe of probes) {
    probe.listen(0, "127.0.0.1");
    await once(probe, "listening");
    const address = probe.address();
    if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
    ports.push(address.port);
  }
  for (const probe of probes) {
    probe.close();
    await once(probe, "close");
  }
  const [port = 0, workerPort = 0] = ports;
  return { port, workerPort };
}
