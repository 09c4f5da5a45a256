import * as http from "node:http";
import { z } from "zod";
import { runWrangler } from "./wrangler.ts";

/** How long Cloudflare may take for one answer. */
const PATIENCE_MILLISECONDS = 60_000;

/** What is asked without a proxy, unless the environment says otherwise. */
const THIS_MACHINE = "localhost,127.0.0.1,::1";

const envelopeSchema = z.object({
  success: z.boolean(),
  errors: z.array(z.object({ code: z.number(), message: z.string() })).default([]),
  result: z.unknown(),
});

const credentialsSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal(["oauth", "api_token"]), token: z.string() }),
  z.object({ type: z.literal("api_key"), key: z.string(), email: z.string() }),
]);

/** What Cloudflare was asked for and did not do. */
export class CloudflareFailure extends Error {
  /** Cloudflare's numbers of what is wrong. */
  readonly codes: readonly number[];

  constructor(question: string, status: number, errors: readonly { code: number; message: string }[]) {
    const reasons = errors.map(({ code, message }) => `${message} (${code})`);
    super(`Cloudflare refuses ${question}: ${reasons.join("; ") || `status ${status}`}`);
    this.codes = errors.map(({ code }) => code);
  }
}

/** One account at Cloudflare. Asking it oneself takes a moment; wrangler takes a second to start, each time. */
export interface CloudflareAccount {
  /** @param path below the account @throws CloudflareFailure */
  get<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.output<Schema>>;
  /** @throws CloudflareFailure */
  post(path: string, body: Readonly<Record<string, string>>): Promise<void>;
}

/** How wrangler signs its own requests: by a token of the environment, or as whoever is signed in. */
async function signature(): Promise<Record<string, string>> {
  const { CLOUDFLARE_API_TOKEN: token } = process.env;
  if (token) return { authorization: `Bearer ${token}` };
  const answer = await runWrangler(["auth", "token", "--json"]);
  const credentials = credentialsSchema.parse(JSON.parse(answer));
  return credentials.type === "api_key"
    ? { "x-auth-key": credentials.key, "x-auth-email": credentials.email }
    : { authorization: `Bearer ${credentials.token}` };
}

/** Where the API is; these variables move wrangler, too. */
function address(): string {
  const { CLOUDFLARE_API_BASE_URL: base, CLOUDFLARE_COMPLIANCE_REGION: region } = process.env;
  return base || `https://api${region === "fedramp_high" ? ".fed" : ""}.cloudflare.com/client/v4`;
}

/** @param id the account's */
export async function openAccount(id: string): Promise<CloudflareAccount> {
  // As wrangler does, through the proxy that the environment names. Older versions of Node cannot.
  if ("setGlobalProxyFromEnv" in http) http.setGlobalProxyFromEnv({ NO_PROXY: THIS_MACHINE, ...process.env });
  const headers = await signature();

  async function ask(method: "GET" | "POST", path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${address()}/accounts/${id}${path}`, {
      method,
      headers: { ...headers, ...(body !== undefined && { "content-type": "application/json" }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(PATIENCE_MILLISECONDS),
    }).catch((cause: unknown) => {
      throw new Error(`Cloudflare cannot be reached at ${address()}.`, { cause });
    });
    const envelope = envelopeSchema.safeParse(await response.json().catch(() => undefined));
    if (!response.ok || !envelope.data?.success)
      throw new CloudflareFailure(`${method} ${path}`, response.status, envelope.data?.errors ?? []);
    return envelope.data.result;
  }

  return {
    get: async (path, schema) => schema.parse(await ask("GET", path)),
    post: async (path, body) => {
      await ask("POST", path, body);
    },
  };
}
