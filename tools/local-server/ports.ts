import { once } from "node:events";
import { createServer } from "node:net";
import { z } from "zod";

const systemErrorSchema = z.object({ code: z.string() });

/** @throws when nobody can listen there, with advice */
export async function requireFreePort(host: string, port: number, variable: string): Promise<void> {
  const probe = createServer();
  probe.listen(port, host);
  try {
    await once(probe, "listening");
  } catch (cause) {
    const code = systemErrorSchema.safeParse(cause).data?.code;
    throw new Error(
      code === "EADDRINUSE"
        ? `Port ${port} is taken; choose another with ${variable}.`
        : `Nobody can listen on ${host}:${port} (${code ?? cause}); HOST and ${variable} choose where.`,
      { cause },
    );
  }
  probe.close();
  await once(probe, "close");
}
