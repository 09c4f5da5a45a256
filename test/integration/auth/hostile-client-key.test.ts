import { runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import { createBakeoff } from "#sdk/index.ts";
import { createExperiment, succeed } from "#test/support/api-client.ts";
import { unitWith } from "#test/support/assigned-units.ts";
import { type Hostile, hostileRequest } from "#test/support/hostile-requests.ts";
import { tokenOf } from "#test/support/unit-token.ts";
import worker from "../../../src/limited.ts";

const REQUESTS = 10_000;
const AT_ONCE = 100;
const HOUR_IN_SECONDS = 3_600;

/** Little enough to be used up on purpose. */
const NEW_UNITS_PER_DAY = "200";

/** Numbers that look random and are the same in every run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

async function newKey(scope: string, bounds: Record<string, unknown> = {}) {
  const { id, secret } = await succeed("POST", "/v1/keys", { name: scope, scope, ...bounds });
  return { id: String(id), secret: String(secret) };
}

/** A handle of a run that an app's server has made for a unit. */
async function handleOf(secret: string, config: string, unit: string): Promise<string> {
  const server = createBakeoff({
    url: "https://bakeoff.test",
    key: secret,
    timeoutMs: 20_000,
    fetch: (input, init) => exports.default.fetch(new Request(input, init)),
  });
  const { handle } = await server.run(config, { unit, fallback: {} }, () => "done");
  await server.close();
  return handle;
}

async function send({ path, method = "POST", key, headers, body }: Hostile, ownKey: string, address: string) {
  const isBytes = body instanceof Uint8Array;
  const response = await exports.default.fetch(`https://bakeoff.test${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key ?? ownKey}`,
      "cf-connecting-ip": address,
      "content-type": "application/json",
      ...headers,
    },
    ...(body !== undefined && { body: isBytes ? body.slice() : JSON.stringify(body) }),
  });
  await response.text();
  return response.status;
}

it("10,000 hostile requests by a client key change no number that decides, and no decision", {
  timeout: 300_000,
}, async () => {
  const { key, config } = await createExperiment({
    metrics: [
      { metric: "task_success", role: "primary" },
      { metric: "error", role: "guardrail", margin: { kind: "absolute", value: 0.02 } },
    ],
    shards: 2,
  });
  const other = await createExperiment();
  const [client, server] = [await newKey("client"), await newKey("server")];
  const [badClient, badServer] = [await newKey("client"), await newKey("server")];
  const bound = await newKey("server", { configs: [other.config] });
  for (const { id } of [badClient, badServer]) {
    await succeed("POST", `/v1/keys/${id}/quarantine`, { reason: "leaked", from: Date.now() - 1 });
  }
  for (const shard of [-1, -2]) {
    await runInDurableObject(env.AGGREGATOR.getByName(`${key}/${shard}`), (instance) => {
      Reflect.set(instance, "env", { ...env, UNVOUCHED_UNITS_PER_DAY: NEW_UNITS_PER_DAY });
    });
  }
  const realUnits = ["control", "treatment"].flatMap((variant) =>
    Array.from({ length: 60 }, (_, index) => ({
      unit: unitWith(`real-${variant}-${index}`, [{ key }, variant]),
      variant,
      success: index % 2,
    })),
  );
  const log = (half: 0 | 1) =>
    succeed(
      "POST",
      "/v1/events",
      {
        events: realUnits
          .filter((_, index) => index % 2 === half)
          .map(({ unit, variant, success }) => ({
            id: `real-${unit}`,
            experiment: key,
            unit,
            variant,
            metrics: { task_success: success, error: 0 },
          })),
      },
      server.secret,
    );
  expect(await log(0)).toMatchObject({ accepted: 60, warnings: [] });
  const first = realUnits[0]?.unit ?? "";
  const now = Math.floor(Date.now() / 1_000);
  const loot = {
    experiment: key,
    config,
    otherExperiment: other.key,
    clientKey: client.secret,
    quarantinedClientKey: badClient.secret,
    quarantinedServerKey: badServer.secret,
    boundServerKey: bound.secret,
    realUnits: realUnits.map(({ unit, variant }) => ({ unit, variant })),
    expired: tokenOf(server.secret, first, now - 1),
    foreign: tokenOf(server.secret, "somebody who takes part in nothing", now + HOUR_IN_SECONDS),
    // Of a run that the app keeps to itself: only its altered form is sent.
    handle: await handleOf(server.secret, config, first),
    otherHandle: await handleOf(server.secret, other.config, "somebody"),
  };
  const decided = async () => {
    const { analysis, guardrails, decision } = await succeed("GET", `/v1/experiments/${key}/results`);
    const { takenAt: _takenAt, ...numbers } = analysis;
    return { numbers, guardrails, decision: { action: decision.action, code: decision.reason.code } };
  };
  const before = await decided();
  const random = randomNumbers(42);
  const statuses = new Map<number, number>();
  for (let sent = 0; sent < REQUESTS; sent += AT_ONCE) {
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, offset) =>
        // From many addresses: the limit of one would spare the ledgers.
        send(hostileRequest(sent + offset, random, loot), client.secret, `192.0.2.${offset}`),
      ),
    );
    for (const status of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  expect([...statuses.keys()].filter((status) => status >= 500)).toEqual([]);
  // The quota is used up, and acts were tried that take another scope.
  for (const status of [200, 403, 422, 429]) expect(statuses.get(status)).toBeGreaterThan(100);
  await worker.scheduled({ scheduledTime: Date.now(), cron: "* * * * *", noRetry() {} }, env);
  expect(await decided()).toEqual(before);
  expect(await succeed("GET", `/v1/experiments/${key}`)).toMatchObject({ status: "running" });

  // Nobody has taken the ids that the server uses now, and no quota shuts out whom it vouches for.
  expect(await log(1)).toMatchObject({ accepted: 60, duplicates: 0, rejected: [] });
  const visitor = unitWith("visitor", [{ key }, "treatment"]);
  const token = tokenOf(server.secret, visitor, now + HOUR_IN_SECONDS);
  await succeed("POST", "/v1/assign", { config, unit: visitor, token }, client.secret);
  await vi.waitFor(async () => expect((await decided()).numbers).toMatchObject({ units: 121 }));
  const { analysis, unvouched } = await succeed("GET", `/v1/experiments/${key}/results`);
  expect(analysis).toMatchObject({
    units: 121,
    events: 121,
    multipleExposureUnits: 0,
    rejected: 0,
    duplicates: 0,
    lateCovariates: 0,
  });
  expect(unvouched.events).toBeGreaterThan(1_000);
  expect(unvouched.rejected).toBeGreaterThan(1_000);
  // Of two shards each has half of the quota, and units of the app come on top by no way.
  expect(unvouched.units).toBeLessThanOrEqual(Number(NEW_UNITS_PER_DAY));
  expect(await succeed("GET", `/v1/experiments/${key}/verify`)).toMatchObject({ agrees: true });
});
