import * as z from "zod";
import { log } from "#shared/log.ts";
import { err, ok, type Result } from "#shared/result.ts";
import { createPriceList, type PriceList } from "#telemetry/pricing/price-list.ts";
import { readPriceList } from "#telemetry/pricing/read-price-list.ts";

/*
 * Everything that the Worker reads from its environment, beside the bindings of wrangler.toml. docs/configuration.md lists the
 * same for people. A setting that cannot be read switches its own feature off and is logged; only secrets are required.
 */

/** Below this a secret can be guessed. */
export const MINIMUM_SECRET_LENGTH = 32;

/** Longer than this no API key is taken. */
export const MAXIMUM_SECRET_LENGTH = 200;

const secretSchema = z
  .string({ error: ({ input }) => (input === undefined ? "is not set" : "is no text") })
  .min(1, { error: "is empty", abort: true })
  .regex(/^[\x21-\x7e]*$/, {
    error: "may hold letters, digits and signs only, without spaces",
    abort: true,
  })
  .min(MINIMUM_SECRET_LENGTH, { error: `is shorter than ${MINIMUM_SECRET_LENGTH} characters` })
  .max(MAXIMUM_SECRET_LENGTH, { error: `is longer than ${MAXIMUM_SECRET_LENGTH} characters` });

const EMAIL = /^[^\s@]+@[^\s@]+$/;
const DOMAIN = /^@[^\s@]+\.[^\s@]+$/;

/** Identity providers treat addresses as the same whatever their case; the names of groups they do not. */
const memberSchema = z.union([
  z.string().regex(EMAIL).toLowerCase(),
  z.string().regex(DOMAIN).toLowerCase(),
  z.string().regex(/^group:\S/),
]);

function listOf<Item extends z.ZodType<string, string>>(item: Item) {
  return z
    .string()
    .transform((text) => text.split(",").map((entry) => entry.trim()))
    .pipe(z.array(item));
}

/** An origin, with a path at most: people paste it into a shell, and everybody with a key may read it. */
const addressSchema = z
  .url({ protocol: /^https?$/ })
  .transform((text) => new URL(text))
  .refine(({ username, password, search, hash, pathname }) => {
    const isBare = username === "" && password === "" && search === "" && hash === "";
    return isBare && /^[\w./~-]*$/.test(pathname);
  }, "this must be an address without credentials, query and fragment")
  .transform(({ origin, pathname }) => origin + pathname.replace(/\/+$/, ""));

const limitSchema = z.coerce.number().int().nonnegative();
const membersSchema = listOf(memberSchema).default([]);

const accessSchema = z.object({
  ACCESS_TEAM_DOMAIN: z.hostname(),
  ACCESS_AUDIENCE: listOf(z.string().regex(/^[\w-]+$/)),
  ACCESS_ADMINS: membersSchema,
  ACCESS_READERS: membersSchema,
});

/** @returns undefined where the variable is not set, is empty, or cannot be read, which is logged */
function readSetting<Value>(environment: object, name: string, schema: z.ZodType<Value>): Value | undefined {
  const raw: unknown = Reflect.get(environment, name);
  if (raw === undefined || raw === "") return undefined;
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  log("error", `${name} cannot be read`, { reason: z.prettifyError(parsed.error) });
  return undefined;
}

/** What is wrong with a secret, in words that follow its name; undefined when nothing is. */
export function secretProblem(secret: unknown): string | undefined {
  return secretSchema.safeParse(secret).error?.issues[0]?.message;
}

/** What is wrong with the secrets of an installation, one sentence each; no secret is part of it. */
export function secretProblems(environment: object): string[] {
  return (["BAKEOFF_ADMIN_KEY", "BAKEOFF_UNIT_KEY"] as const).flatMap((name) => {
    const problem = secretProblem(Reflect.get(environment, name));
    return problem === undefined ? [] : [`${name} ${problem}.`];
  });
}

/** So many secrets are tried at most where one is looked for. */
const MAXIMUM_FORMER_UNIT_KEYS = 10;

/**
 * The secrets under which units of experiments were hashed that started before the secret was changed, the newest first. One that
 * is no secret makes all of them unreadable, which is logged: what is counted by them is withheld then.
 * @returns undefined where they cannot be read
 */
export function readFormerUnitKeys(environment: object): string[] | undefined {
  const raw: unknown = Reflect.get(environment, "BAKEOFF_FORMER_UNIT_KEYS");
  if (raw === undefined || raw === "") return [];
  const schema = listOf(secretSchema).pipe(z.array(z.string()).max(MAXIMUM_FORMER_UNIT_KEYS));
  return readSetting(environment, "BAKEOFF_FORMER_UNIT_KEYS", schema);
}

const setUp = new WeakSet<object>();

/** Whether an installation has its secrets. Remembered: an isolate has one environment, which never changes. */
export function isSetUp(environment: object): boolean {
  if (setUp.has(environment)) return true;
  if (secretProblems(environment).length > 0) return false;
  setUp.add(environment);
  return true;
}

/** How people sign in through Cloudflare Access, and who of them may do what. */
export interface AccessSettings {
  /** Such as `your-team.cloudflareaccess.com`. */
  teamDomain: string;
  /** The tags of the Access applications whose tokens count here. */
  audiences: string[];
  /** Lower-case e-mail addresses, `@domains` and `group:<name>`. */
  admins: string[];
  readers: string[];
}

/**
 * Reads the variables that set Access up. With half of them, or a malformed one, nobody can sign in.
 * @returns undefined when none of them is set: then Access plays no part
 */
export function readAccessSettings(environment: object): Result<AccessSettings> | undefined {
  const isSet = Object.keys(accessSchema.shape).some((name) => name in environment);
  if (!isSet) return undefined;
  const parsed = accessSchema.safeParse(environment);
  if (!parsed.success) {
    log("error", "Access is not set up correctly", { reason: z.prettifyError(parsed.error) });
    return err("access_misconfigured", "Signing in is switched off until its settings are corrected.");
  }
  const { ACCESS_TEAM_DOMAIN, ACCESS_AUDIENCE, ACCESS_ADMINS, ACCESS_READERS } = parsed.data;
  return ok({
    teamDomain: ACCESS_TEAM_DOMAIN.toLowerCase(),
    audiences: ACCESS_AUDIENCE,
    admins: ACCESS_ADMINS,
    readers: ACCESS_READERS,
  });
}

/** Where apps reach the API, without a slash at the end. @returns null where nobody said */
export function readPublicUrl(environment: object): string | null {
  return readSetting(environment, "PUBLIC_URL", addressSchema) ?? null;
}

/** What one client key may add to one experiment in a day (UTC) for units that nobody vouches for. */
export interface DailyQuota {
  /** Units that were not known before. */
  units: number;
  /** Of entries as they are sent here, in JSON. */
  bytes: number;
}

/** A busy page stays far below; a flood costs an experiment no more than this. */
const DEFAULT_QUOTA: DailyQuota = { units: 100_000, bytes: 100_000_000 };

export function readDailyQuota(environment: object): DailyQuota {
  return {
    units: readSetting(environment, "UNVOUCHED_UNITS_PER_DAY", limitSchema) ?? DEFAULT_QUOTA.units,
    bytes: readSetting(environment, "UNVOUCHED_BYTES_PER_DAY", limitSchema) ?? DEFAULT_QUOTA.bytes,
  };
}

/** How long events stay in the log's database, where there is an archive. */
const DEFAULT_RETENTION_DAYS = 90;

/** @returns days; undefined where the setting cannot be read: then nothing moves */
export function readEventRetentionDays(environment: object): number | undefined {
  const raw: unknown = Reflect.get(environment, "EVENT_RETENTION_DAYS");
  if (raw === undefined || raw === "") return DEFAULT_RETENTION_DAYS;
  return readSetting(environment, "EVENT_RETENTION_DAYS", limitSchema.max(36_500));
}

/** Where messages may be sent, and what they link to. */
export interface WebhookSettings {
  /** Whether http to this machine is allowed, for those who develop a receiver. */
  allowsOwnMachine: boolean;
  /** The dashboard's address, without a slash at the end; null where nobody said. */
  dashboardUrl: string | null;
}

export function readWebhookSettings(environment: object): WebhookSettings {
  const flag = z.literal(["true", "false"]);
  return {
    allowsOwnMachine: readSetting(environment, "WEBHOOK_ALLOW_LOCALHOST", flag) === "true",
    dashboardUrl: readSetting(environment, "DASHBOARD_URL", addressSchema) ?? null,
  };
}

const NO_PRICES = createPriceList([]);

/** Parsed once per isolate, and logged once where it cannot be read. */
let parsedPrices: { raw: unknown; prices: PriceList } | undefined;

/** The prices of models. Where they are malformed, telemetry is taken without costs. */
export function readPrices(environment: object): PriceList {
  const raw: unknown = Reflect.get(environment, "BAKEOFF_PRICES");
  if (raw === undefined || raw === "") return NO_PRICES;
  if (parsedPrices?.raw === raw) return parsedPrices.prices;
  const list = readPriceList(raw);
  if (!list.ok) log("error", "BAKEOFF_PRICES cannot be read", { reason: list.error });
  parsedPrices = { raw, prices: list.ok ? list.value : NO_PRICES };
  return parsedPrices.prices;
}
