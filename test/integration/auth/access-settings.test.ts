import { beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import {
  ACCESS_VARIABLES,
  serveTeamKey,
  sessionWith,
  TEAM_DOMAIN,
  tokenOf,
  visit,
} from "#test/support/access-team.ts";
import { ADMIN_KEY } from "#test/support/api-client.ts";

let logged: MockInstance<typeof console.error>;

serveTeamKey();

beforeEach(() => {
  logged = vi.spyOn(console, "error").mockImplementation(() => {});
});

describe("an installation", () => {
  it("without Access does not look at the token", async () => {
    const token = await tokenOf("ann@example.com");
    expect(await sessionWith(token, { variables: {} })).toMatchObject({ status: 401, code: "missing_key" });
    expect(globalThis.fetch).not.toHaveBeenCalled();
  });

  it("with Access still wants somebody to be somebody", async () => {
    expect(await visit("GET", "/v1/session")).toMatchObject({ status: 401, body: { code: "missing_key" } });
  });

  it("that is set up by half or wrongly lets nobody in, and says why in the log only", async () => {
    const { ACCESS_AUDIENCE: _audience, ...withoutAudience } = ACCESS_VARIABLES;
    const { ACCESS_TEAM_DOMAIN: _teamDomain, ...withoutTeam } = ACCESS_VARIABLES;
    const wrong: [string, Record<string, string>][] = [
      ["ACCESS_AUDIENCE", withoutAudience],
      ["ACCESS_TEAM_DOMAIN", withoutTeam],
      ["ACCESS_TEAM_DOMAIN", { ACCESS_ADMINS: "ann@example.com" }],
      ["ACCESS_TEAM_DOMAIN", { ...ACCESS_VARIABLES, ACCESS_TEAM_DOMAIN: `https://${TEAM_DOMAIN}` }],
      ["ACCESS_AUDIENCE", { ...ACCESS_VARIABLES, ACCESS_AUDIENCE: "" }],
      ["ACCESS_ADMINS", { ...ACCESS_VARIABLES, ACCESS_ADMINS: "ann@example.com, @" }],
      ["ACCESS_READERS", { ...ACCESS_VARIABLES, ACCESS_READERS: "everybody" }],
    ];
    const token = await tokenOf("ann@example.com");
    for (const [variable, variables] of wrong) {
      const answer = await visit("GET", "/v1/session", { token, variables });
      expect(answer, variable).toMatchObject({ status: 500, body: { code: "access_misconfigured" } });
      expect(JSON.stringify(answer.body)).not.toContain("ACCESS_");
      expect(logged).toHaveBeenLastCalledWith(
        expect.objectContaining({ reason: expect.stringContaining(variable) }),
      );
      const headers = { authorization: `Bearer ${ADMIN_KEY}` };
      expect((await visit("GET", "/v1/session", { token, variables, headers })).status).toBe(200);
    }
  });
});
