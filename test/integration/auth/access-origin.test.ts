import { describe, expect, it } from "vitest";
import {
  DASHBOARD,
  FROM_DASHBOARD,
  serveTeamKey,
  sessionWith,
  tokenOf,
  visit,
} from "#test/support/access-team.ts";
import { ADMIN_KEY, createConfig, uniqueKey } from "#test/support/api-client.ts";

serveTeamKey();

describe("a change by somebody who signed in", () => {
  async function change(headers: Record<string, string>, method = "POST") {
    const config = uniqueKey("config");
    await createConfig(config);
    const token = await tokenOf("ann@example.com");
    const body = { value: { model: "small-model" } };
    return visit(method, `/v1/configs/${config}/versions`, { token, headers, body });
  }

  it("is made by the dashboard's own pages", async () => {
    for (const headers of [FROM_DASHBOARD, { "sec-fetch-site": "same-origin" }]) {
      expect((await change(headers)).status, JSON.stringify(headers)).toBe(201);
    }
  });

  it("is refused when another site makes the browser send it, or nothing shows which one did", async () => {
    const others: Record<string, string>[] = [
      { origin: "https://evil.example", "sec-fetch-site": "cross-site" },
      { origin: "https://other.bakeoff.test", "sec-fetch-site": "same-site" },
      { origin: DASHBOARD.replace("https", "http") },
      { origin: `${DASHBOARD}:8443` },
      { origin: "null" },
      { "sec-fetch-site": "none" },
      { referer: `${DASHBOARD}/` },
      {},
    ];
    for (const headers of others) {
      const answer = await change(headers);
      expect(answer, JSON.stringify(headers)).toMatchObject({
        status: 403,
        body: { code: "cross_origin_refused" },
      });
    }
  });

  it("needs no such proof with a key, which no browser sends by itself", async () => {
    const authorization = `Bearer ${ADMIN_KEY}`;
    expect((await change({ authorization, origin: "https://evil.example" })).status).toBe(201);
  });

  it("is not what reading is: a link to the dashboard works from everywhere", async () => {
    const headers = { "sec-fetch-site": "cross-site" };
    expect((await sessionWith(await tokenOf("rita@example.com"), { headers })).status).toBe(200);
  });
});
