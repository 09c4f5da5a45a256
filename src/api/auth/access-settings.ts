import { z } from "zod";
import { err, ok, type Result } from "#shared/result.ts";

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

const membersSchema = listOf(memberSchema).default([]);

const accessVariablesSchema = z.object({
  ACCESS_TEAM_DOMAIN: z.hostname(),
  ACCESS_AUDIENCE: listOf(z.string().regex(/^[\w-]+$/)),
  ACCESS_ADMINS: membersSchema,
  ACCESS_READERS: membersSchema,
});

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
 * Reads the variables that set Access up. Half a set-up, or a malformed one, lets nobody in.
 * @returns undefined when none of them is set: then Access plays no part
 */
export function readAccessSettings(environment: object): Result<AccessSettings> | undefined {
  const isSet = Object.keys(accessVariablesSchema.shape).some((name) => name in environment);
  if (!isSet) return undefined;
  const parsed = accessVariablesSchema.safeParse(environment);
  if (!parsed.success) {
    console.error({ message: "Access is not set up correctly", reason: z.prettifyError(parsed.error) });
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
