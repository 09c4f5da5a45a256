import { exportSPKI, importJWK, SignJWT, UnsecuredJWT } from "jose";
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import {
  ACCESS_VARIABLES,
  claimsOf,
  newSigningKey,
  type SigningKey,
  serveKeys,
  serveTeamKey,
  sessionWith,
  sign,
  TEAM_DOMAIN,
  TEAM_KEY,
  tokenOf,
  visit,
} from "#test/support/access-team.ts";

let logged: MockInstance<typeof console.error>;

serveTeamKey();

beforeEach(() => {
  logged = vi.spyOn(console, "error").mockImplementation(() => {});
  vi.spyOn(console, "warn").mockImplementation(() => {});
});

afterEach(() => {
  vi.useRealTimers();
});

function publicKeyOf({ jwk }: SigningKey) {
  return importJWK(jwk, "RS256", { extractable: true }).then((imported) => {
    if (imported instanceof Uint8Array) throw new Error("an RSA key is no secret");
    return imported;
  });
}

describe("a token", () => {
  it("that is not Access's for this application is refused, whatever is wrong with it", async () => {
    const claims = claimsOf("ann@example.com");
    const now = Math.floor(Date.now() / 1_000);
    const header = { alg: "HS256", kid: TEAM_KEY.jwk.kid };
    const publicPem = await exportSPKI(await publicKeyOf(TEAM_KEY));
    const [head, , signature] = (await sign(TEAM_KEY, claimsOf("rita@example.com"))).split(".");
    const forgedPayload = btoa(JSON.stringify(claims)).replaceAll("=", "");
    const tokens: Record<string, string> = {
      expired: await sign(TEAM_KEY, { ...claims, exp: now - 60 }),
      "not valid yet": await sign(TEAM_KEY, { ...claims, nbf: now + 600 }),
      "without an end": await sign(TEAM_KEY, { ...claims, exp: undefined }),
      "for another application": await sign(TEAM_KEY, { ...claims, aud: ["another"] }),
      "for no application": await sign(TEAM_KEY, { ...claims, aud: undefined }),
      "of another team": await sign(TEAM_KEY, { ...claims, iss: "https://others.cloudflareaccess.com" }),
      "of no team": await sign(TEAM_KEY, { ...claims, iss: undefined }),
      "signed with another key": await sign(await newSigningKey(TEAM_KEY.jwk.kid), claims),
      "with another payload": `${head}.${forgedPayload}.${signature}`,
      "without a signature": new UnsecuredJWT(claims).encode(),
      "signed with the public key as a secret": await new SignJWT(claims)
        .setProtectedHeader(header)
        .sign(new TextEncoder().encode(publicPem)),
      "signed with the public key's JWK as a secret": await new SignJWT(claims)
        .setProtectedHeader(header)
        .sign(new TextEncoder().encode(JSON.stringify(TEAM_KEY.jwk))),
      "with an address that is none": await sign(TEAM_KEY, { ...claims, email: ["ann@example.com"] }),
      empty: "",
      nonsense: "nonsense",
      "of five parts": "a.b.c.d.e",
    };
    for (const [fault, token] of Object.entries(tokens)) {
      const answer = await visit("GET", "/v1/session", { token });
      expect(answer, fault).toMatchObject({ status: 401, body: { code: "invalid_access_token" } });
      expect(answer.headers.get("cache-control"), fault).toBe("no-store");
    }
    expect((await sessionWith(await sign(TEAM_KEY, claims))).status).toBe(200);
  });

  it("of a key that Access has just rotated to counts, once the keys may be asked for again", async () => {
    expect((await sessionWith(await tokenOf("ann@example.com"))).status).toBe(200);
    const rotated = await newSigningKey("key-2");
    serveKeys({ [TEAM_DOMAIN]: () => [TEAM_KEY, rotated] });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 60_000 });
    expect((await sessionWith(await sign(rotated, claimsOf("ann@example.com")))).status).toBe(200);
    expect((await sessionWith(await tokenOf("ann@example.com"))).status).toBe(200);
  });

  it("does not make the Worker ask for the keys again and again", async () => {
    await sessionWith(await tokenOf("ann@example.com"));
    const asked = vi.mocked(globalThis.fetch).mock.calls.length;
    const unknown = await newSigningKey("unknown");
    for (let attempt = 0; attempt < 5; attempt++) {
      await sessionWith(await tokenOf("ann@example.com"));
      expect((await sessionWith(await sign(unknown, claimsOf("ann@example.com")))).status).toBe(401);
    }
    expect(vi.mocked(globalThis.fetch).mock.calls.length).toBe(asked);
  });

  it("that cannot be checked lets nobody in, and tells nothing of why", async () => {
    const teamDomain = "unreachable.cloudflareaccess.com";
    const token = await sign(TEAM_KEY, { ...claimsOf("ann@example.com"), iss: `https://${teamDomain}` });
    const variables = { ...ACCESS_VARIABLES, ACCESS_TEAM_DOMAIN: teamDomain };
    const answer = await visit("GET", "/v1/session", { token, variables });
    expect(answer).toMatchObject({ status: 503, body: { code: "temporarily_unavailable" } });
    expect(answer.headers.get("retry-after")).toBe("5");
    expect(JSON.stringify(answer.body)).not.toMatch(/ECONNREFUSED|203\.0|cloudflareaccess/);
    expect(logged).toHaveBeenCalledWith(
      expect.objectContaining({
        cause: expect.objectContaining({ text: expect.stringContaining("ECONNREFUSED") }),
      }),
    );
  });
});
