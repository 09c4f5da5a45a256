import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { afterEach, beforeEach, vi } from "vitest";
import { onRequest } from "../../dashboard/functions/api/[[path]].ts";
import worker from "../../src/limited.ts";

/** Where the browser sees the dashboard. */
export const DASHBOARD = "https://dashboard.bakeoff.test";
/** What a browser sends along when the dashboard's own pages change something. */
export const FROM_DASHBOARD = { origin: DASHBOARD };
export const TEAM_DOMAIN = "tasters.cloudflareaccess.com";
export const AUDIENCE = "32eafc7626e974616deaf0dc3ce63d7bcbed58a2731e84d06bc3cdf1b53c4228";

export const ACCESS_VARIABLES = {
  ACCESS_TEAM_DOMAIN: TEAM_DOMAIN,
  ACCESS_AUDIENCE: `0000000000000000, ${AUDIENCE}`,
  ACCESS_ADMINS: "Ann@example.com, group:Bakers",
  ACCESS_READERS: "rita@example.com,@readers.example",
};

export async function newSigningKey(kid: string) {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: "RS256", use: "sig" } };
}
export type SigningKey = Awaited<ReturnType<typeof newSigningKey>>;

/** The key that the team signs with. */
export const TEAM_KEY = await newSigningKey("key-1");

/** A token's claims, with any of them left out or replaced by what does not belong there. */
export type Claims = { [Name in keyof JWTPayload]?: unknown };

/** What Access puts into a token, an hour before it expires. */
export function claimsOf(email: string): JWTPayload & { email: string } {
  const now = Math.floor(Date.now() / 1_000);
  return {
    aud: [AUDIENCE],
    email,
    exp: now + 3_600,
    iat: now,
    nbf: now,
    iss: `https://${TEAM_DOMAIN}`,
    type: "app",
    sub: "7335d417-61da-459d-899c-0a01c76a2f94",
    country: "NL",
  };
}

export function sign({ privateKey, jwk }: SigningKey, claims: Claims): Promise<string> {
  const present = Object.entries(claims).filter(([, value]) => value !== undefined);
  return new SignJWT(Object.fromEntries(present))
    .setProtectedHeader({ alg: "RS256", kid: jwk.kid, typ: "JWT" })
    .sign(privateKey);
}

/** A token of the team for somebody, with any claims of it replaced. */
export function tokenOf(email: string, claims: Claims = {}): Promise<string> {
  return sign(TEAM_KEY, { ...claimsOf(email), ...claims });
}

/** Answers for the teams' addresses as Cloudflare would; everything else is unreachable. */
export function serveKeys(keysOfTeam: Record<string, () => SigningKey[]>) {
  return vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    const { origin, hostname, pathname } = new URL(new Request(input).url);
    const keys = keysOfTeam[hostname];
    if (origin !== `https://${hostname}` || pathname !== "/cdn-cgi/access/certs" || !keys) {
      throw new TypeError("connect ECONNREFUSED 203.0.113.7");
    }
    return Response.json({ keys: keys().map(({ jwk }) => jwk), public_certs: [] });
  });
}

/** Serves the team's key in every test of a file, and puts everything back that a test replaced. */
export function serveTeamKey(): void {
  beforeEach(() => {
    serveKeys({ [TEAM_DOMAIN]: () => [TEAM_KEY] });
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
}

export interface Visit {
  token?: string;
  headers?: Record<string, string>;
  body?: unknown;
  /** What the installation is set up with. */
  variables?: Record<string, string>;
}

/** Calls the API as a browser does: through the dashboard's function, which hands the request to the Worker. */
export async function visit(method: string, path: string, visited: Visit = {}) {
  const { token, headers = {}, body, variables = ACCESS_VARIABLES } = visited;
  const request = new Request(`${DASHBOARD}/api${path}`, {
    method,
    headers: { ...(token !== undefined && { "cf-access-jwt-assertion": token }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const execution = createExecutionContext();
  const API = {
    fetch: (passed: Request) => worker.fetch(passed, { ...env, ...variables }, execution),
  };
  const response = await onRequest({ request, env: { API } });
  await waitOnExecutionContext(execution);
  const text = new TextDecoder().decode(await response.arrayBuffer());
  const isJson = response.headers.get("content-type")?.includes("json") ?? false;
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : null };
}

/** Who the API takes the bearer of a token for. */
export async function sessionWith(token: string, visited: Visit = {}) {
  const { status, body } = await visit("GET", "/v1/session", { token, ...visited });
  return { status, ...body };
}
