import { resolve } from "node:path";
import { z } from "zod";
import { secretProblem } from "#config";

/** Only this machine reaches the server there. */
export const LOCAL_HOST = "127.0.0.1";

const DEFAULT_PORT = 8787;
const MAXIMUM_PORT = 65_535;

/** Container tools set what nobody has chosen to an empty text. */
const chosen = <Schema extends z.ZodType<unknown, string>>(schema: Schema) =>
  z.preprocess((text) => (text === "" ? undefined : text), schema.optional());

const portNumber = (name: string) =>
  chosen(
    z
      .string()
      .refine((text) => /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= MAXIMUM_PORT, {
        error: ({ input }) =>
          `${name} must be a port, a whole number from 1 to ${MAXIMUM_PORT}; it is '${input}'.`,
      })
      .transform(Number),
  );

const secret = (name: string) =>
  chosen(
    z.string().refine((text) => secretProblem(text) === undefined, {
      error: ({ input }) => `${name} ${secretProblem(input)}.`,
    }),
  );

const environmentSchema = z.object({
  HOST: chosen(z.string()),
  PORT: portNumber("PORT"),
  WORKER_PORT: portNumber("WORKER_PORT"),
  BAKEOFF_DATA: chosen(z.string()),
  BAKEOFF_ADMIN_KEY: secret("BAKEOFF_ADMIN_KEY"),
  BAKEOFF_UNIT_KEY: secret("BAKEOFF_UNIT_KEY"),
  BAKEOFF_FORMER_UNIT_KEYS: chosen(z.string()),
  BAKEOFF_PRICES: chosen(z.string()),
  WEBHOOK_ALLOW_LOCALHOST: chosen(z.literal(["true", "false"])),
  EVENT_RETENTION_DAYS: chosen(
    z.string().regex(/^\d{1,5}$/, {
      error: ({ input }) => `EVENT_RETENTION_DAYS must be a whole number of days; it is '${input}'.`,
    }),
  ),
});

/** How a local server is set up. */
export interface ServerSettings {
  /** The address of this machine to listen on. */
  host: string;
  /** Dashboard and API on one origin, as on Pages. */
  port: number;
  /** The Worker alone, for client apps. */
  workerPort: number;
  /** The folder that holds everything a server remembers. */
  data: string;
  /** Otherwise generated once and kept in the data folder. */
  adminKey: string | undefined;
  unitKey: string | undefined;
  /** Those that were the unit key before, with commas between them. */
  formerUnitKeys?: string | undefined;
  /** What models cost, for costs from telemetry; as JSON. */
  prices: string | undefined;
  /** Whether webhooks may lead to this machine: `true` or `false`. */
  webhookAllowLocalhost?: string | undefined;
  /** After how many days events move to the archive. */
  eventRetentionDays?: string | undefined;
}

/** Reads the settings from environment variables. @throws with a sentence for each that makes no sense */
export function readSettings(variables: NodeJS.ProcessEnv): ServerSettings {
  const read = environmentSchema.parse(variables);
  const port = read.PORT ?? DEFAULT_PORT;
  const workerPort = read.WORKER_PORT ?? (port < MAXIMUM_PORT ? port + 1 : port - 1);
  if (port === workerPort) throw new Error(`PORT and WORKER_PORT must differ; both are ${port}.`);
  return {
    host: read.HOST ?? LOCAL_HOST,
    port,
    workerPort,
    data: resolve(read.BAKEOFF_DATA ?? ".data"),
    adminKey: read.BAKEOFF_ADMIN_KEY,
    unitKey: read.BAKEOFF_UNIT_KEY,
    formerUnitKeys: read.BAKEOFF_FORMER_UNIT_KEYS,
    prices: read.BAKEOFF_PRICES,
    webhookAllowLocalhost: read.WEBHOOK_ALLOW_LOCALHOST,
    eventRetentionDays: read.EVENT_RETENTION_DAYS,
  };
}
