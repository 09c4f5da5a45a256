import { resolve } from "node:path";
import { z } from "zod";

const portNumber = z.coerce.number().int().min(1).max(65_535);

const environment = z.object({
  PORT: portNumber.default(8787),
  WORKER_PORT: portNumber.optional(),
  BAKEOFF_DATA: z.string().min(1).optional(),
  BAKEOFF_ADMIN_KEY: z.string().min(1).optional(),
  BAKEOFF_UNIT_KEY: z.string().min(1).optional(),
  BAKEOFF_PRICES: z.string().optional(),
});

/** How a local server is set up. */
export interface ServerSettings {
  /** Dashboard and API on one origin, as on Pages. */
  port: number;
  /** The Worker alone, for client apps. */
  workerPort: number;
  /** The folder that holds everything a server remembers. */
  data: string;
  /** Otherwise generated once and kept in the data folder. */
  adminKey: string | undefined;
  unitKey: string | undefined;
  /** What models cost, for costs from telemetry; as JSON. */
  prices: string | undefined;
}

/** Reads the settings from environment variables. @throws ZodError naming the variable that makes no sense */
export function readSettings(variables: NodeJS.ProcessEnv): ServerSettings {
  const { PORT, WORKER_PORT, BAKEOFF_DATA, BAKEOFF_ADMIN_KEY, BAKEOFF_UNIT_KEY, BAKEOFF_PRICES } =
    environment.parse(variables);
  return {
    port: PORT,
    workerPort: WORKER_PORT ?? PORT + 1,
    data: resolve(BAKEOFF_DATA ?? ".data"),
    adminKey: BAKEOFF_ADMIN_KEY,
    unitKey: BAKEOFF_UNIT_KEY,
    prices: BAKEOFF_PRICES,
  };
}
