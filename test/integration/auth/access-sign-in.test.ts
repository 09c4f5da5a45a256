import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { ROUTES } from "#api/routes/index.ts";
import { analyzeDueExperiments } from "#cron/analyze-due-experiments.ts";
import {
  claimsOf,
  FROM_DASHBOARD,
  serveTeamKey,
  sessionWith,
  sign,
  TEAM_KEY,
  tokenOf,
  visit,
} from "#test/support/access-team.ts";
import { createExperiment, succeed, uniqueKey } from "#test/support/api-client.ts";
import { unitWith } from "#test/support/assigned-units.ts";

serveTeamKey();

describe("somebody who signed in through Access", () => {
  it("has the role that their address, domain or group is given", async () => {
    const groups = (...names: string[]) => ({ custom: { groups: names } });
    const roles = [
      [await tokenOf("ann@example.com"), "ann@example.com", "admin"],
      [await tokenOf("ANN@Example.com"), "ANN@Example.com", "admin"],
      [await tokenOf("rita@example.com"), "rita@example.com", "read"],
      [await tokenOf("anybody@readers.example"), "anybody@readers.example", "read"],
      [await tokenOf("rita@example.com", groups("Tasters", "Bakers")), "rita@example.com", "admin"],
    ] as const;
    for (const [token, email, scope] of roles) {
      const session = { status: 200, actor: `access:${email}`, scope, source: "access", email };
      expect(await sessionWith(token), email).toEqual(session);
    }
  });

  it("but has none is told so", async () => {
    const nobodies = [
      await tokenOf("joe@example.com"),
      await tokenOf("ann@example.com.evil.example"),
      await tokenOf("joe@sub.readers.example"),
      await tokenOf("joe@notreaders.example"),
      await tokenOf("joe@example.com", { custom: { groups: ["bakers", "@readers.example"] } }),
      await tokenOf("joe@example.com", { custom: { groups: "Bakers" } }),
      await tokenOf("joe@example.com", { custom: ["Bakers"], groups: ["Bakers"] }),
      await sign(TEAM_KEY, {
        ...claimsOf("x@y.z"),
        email: undefined,
        common_name: "program.access",
        sub: "",
      }),
    ];
    for (const token of nobodies) {
      expect(await sessionWith(token)).toMatchObject({ status: 403, code: "access_not_granted" });
    }
  });

  it("reads with the role read, and changes nothing", async () => {
    const token = await tokenOf("rita@example.com");
    for (const { method, path, scope, failures, keyParameter } of ROUTES) {
      const { status, body } = await visit(method, path.replace(/:\w+/g, "nothing"), {
        token,
        headers: FROM_DASHBOARD,
        ...(method !== "GET" && { body: { surprise: true } }),
      });
      if (keyParameter !== undefined) {
        // It takes the key of its address and nothing else.
        expect(status, path).toBe(401);
        continue;
      }
      expect(status === 403, `${method} ${path}`).toBe(scope !== "read");
      // Other protocols have words of their own for it.
      if (!failures) expect(body?.code === "scope_not_allowed", `${method} ${path}`).toBe(scope !== "read");
    }
  });

  it("is named in the audit with their address", async () => {
    const config = uniqueKey("config");
    const body = { key: config, value: { model: "small-model" } };
    const token = await tokenOf("ann@example.com");
    expect((await visit("POST", "/v1/configs", { token, headers: FROM_DASHBOARD, body })).status).toBe(201);
    const { entries } = await succeed("GET", "/v1/audit");
    expect(entries[0]).toMatchObject({ actor: "access:ann@example.com", subject: `config:${config}` });
  });

  it("acts as the key that a request brings, if it brings one", async () => {
    const { id, secret } = await succeed("POST", "/v1/keys", { name: "reads", scope: "read" });
    const token = await tokenOf("ann@example.com");
    const withKey = (bearer: string) => ({ headers: { authorization: `Bearer ${bearer}` } });
    expect(await sessionWith(token, withKey(secret))).toEqual({
      status: 200,
      actor: `key:${id}`,
      scope: "read",
      source: "key",
      email: null,
    });
    expect(await sessionWith(token, withKey("bk_wrong"))).toMatchObject({ status: 401, code: "unknown_key" });
    const tooLong = "k".repeat(1_000);
    expect(await sessionWith(token, withKey(tooLong))).toMatchObject({ status: 401, code: "unknown_key" });
  });

  it("sees the results of an experiment that they ended as they are", async () => {
    const { key: experiment } = await createExperiment();
    const record = (id: string) => {
      const unit = unitWith(id, [{ key: experiment }, "control"]);
      return succeed("POST", "/v1/events", {
        events: [{ id, experiment, unit, variant: "control", metrics: { task_success: 1 } }],
      });
    };
    await record("before");
    await analyzeDueExperiments(env, Date.now());
    await record("after");
    const token = await tokenOf("ann@example.com");
    const path = `/v1/experiments/${experiment}`;
    const stopped = await visit("POST", `${path}/stop`, { token, headers: FROM_DASHBOARD, body: {} });
    expect(stopped.body).toMatchObject({ conclusion: { actor: "access:ann@example.com" } });
    expect((await visit("GET", `${path}/results`, { token })).body.analysis.units).toBe(2);
  });
});
