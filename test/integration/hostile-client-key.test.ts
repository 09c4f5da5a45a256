import { env, exports } from "cloudflare:workers";
import { expect, it } from "vitest";
import { createBakeoff } from "../../sdk/src/index.ts";
import worker from "../../src/index.ts";
import { createExperiment, succeed } from "../support/api-client.ts";
import { unitWith } from "../support/assigned-units.ts";
import { tokenOf } from "../support/unit-token.ts";

const REQUESTS = 10_000;
const AT_ONCE = 100;
const HOUR_IN_SECONDS = 3_600;

/** Numbers that look random and are the same in every run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** What a page of the app has been given for its own user, and whoever has copied it. */
interface Loot {
  experiment: string;
  config: string;
  clientKey: string;
  /** Units of the app, whose events the server logs. */
  realUnits: readonly { unit: string; variant: string }[];
  /** An expired token of the first real unit, and a valid one of a unit that takes no part in the deciding. */
  expired: string;
  handle: string;
}

type Hostile = { path: string; body: unknown };

/** One request of a kind that somebody with nothing but a client key may send. */
function hostileRequest(index: number, random: () => number, loot: Loot): Hostile {
  const { experiment, config, clientKey, realUnits, expired, handle } = loot;
  const pick = <Value>(values: readonly Value[]): Value | undefined =>
    values[Math.floor(random() * values.length)];
  const real = pick(realUnits) ?? { unit: "nobody", variant: "control" };
  const other = real.variant === "control" ? "treatment" : "control";
  const invented = `invented-${index}`;
  const variant = pick(["control", "treatment"]) ?? "control";
  const harmful = { task_success: variant === "treatment" ? 0 : 1, error: variant === "treatment" ? 1 : 0 };
  const event = { id: `hostile-${index}`, experiment, unit: invented, variant, metrics: harmful };
  const soon = Math.floor(Date.now() / 1_000) + HOUR_IN_SECONDS;
  const events = (...list: unknown[]): Hostile => ({ path: "/v1/events", body: { events: list } });
  const kinds: (() => Hostile)[] = [
    () => ({ path: "/v1/assign", body: { config, unit: `assigned-${index % 500}` } }),
    () => {
      const chosen = unitWith(`assigned-${index}`, [{ key: experiment }, variant]);
      return events({ ...event, unit: chosen });
    },
    () => events(event),
    () => events({ ...event, unit: real.unit, variant: other }),
    () => events({ ...event, unit: real.unit, variant: real.variant }),
    () => events({ ...event, unit: real.unit, variant: undefined }),
    () => ({ path: "/v1/exposures", body: { exposures: [{ experiment, unit: real.unit, variant: other }] } }),
    () => ({ path: "/v1/exposures", body: { exposures: [{ experiment, unit: invented, variant }] } }),
    () => events({ ...event, unit: real.unit, variant: real.variant, token: expired }),
    () =>
      events({
        ...event,
        unit: real.unit,
        variant: real.variant,
        token: tokenOf(clientKey, real.unit, soon),
      }),
    () =>
      events({
        ...event,
        unit: real.unit,
        variant: real.variant,
        token: expired.replace(/\.\d+\./, `.${soon}.`),
      }),
    () => events({ id: event.id, handle: `${handle.slice(0, -4)}AAAA`, metrics: harmful }),
    // Ids that the server is going to use.
    () => events({ ...event, id: `real-${real.unit}`, unit: real.unit, variant: real.variant }),
    () =>
      events({
        ...event,
        unit: real.unit,
        variant: real.variant,
        metrics: { latency_ms: 1e12, cost_usd: 1e12 },
      }),
    () => events({ ...event, unit: real.unit, variant: real.variant, period: 1 }),
    () => ({
      path: "/ofrep/v1/evaluate/flags",
      body: { context: { targetingKey: real.unit, bakeoffUnitToken: expired } },
    }),
  ];
  return (pick(kinds) ?? (() => events(event)))();
}

it("10,000 hostile requests by a client key change no number that decides, and no decision", {
  timeout: 240_000,
}, async () => {
  const { key, config } = await createExperiment({
    metrics: [
      { metric: "task_success", role: "primary" },
      { metric: "error", role: "guardrail", margin: { kind: "absolute", value: 0.02 } },
    ],
    shards: 2,
  });
  const secretOf = async (scope: string) =>
    (await succeed("POST", "/v1/keys", { name: scope, scope })).secret as string;
  const [clientKey, serverKey] = [await secretOf("client"), await secretOf("server")];
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
      serverKey,
    );
  expect(await log(0)).toMatchObject({ accepted: 60, warnings: [] });
  const server = createBakeoff({
    url: "https://bakeoff.test",
    key: serverKey,
    timeoutMs: 20_000,
    fetch: (input, init) => exports.default.fetch(new Request(input, init)),
  });
  // Of a run that the app keeps to itself: only its altered form is sent.
  const { handle } = await server.run(config, { unit: realUnits[0]?.unit ?? "", fallback: {} }, () => "done");
  await server.close();
  const loot = {
    experiment: key,
    config,
    clientKey,
    realUnits,
    expired: tokenOf(serverKey, realUnits[0]?.unit ?? "", Math.floor(Date.now() / 1_000) - 1),
    handle,
  };
  const decided = async () => {
    const { analysis, guardrails, decision } = await succeed("GET", `/v1/experiments/${key}/results`);
    const { takenAt: _takenAt, ...numbers } = analysis;
    return { numbers, guardrails, decision: { action: decision.action, code: decision.reason.code } };
  };
  const before = await decided();
  const attack = async (path: string, body: unknown, address: string) => {
    const response = await exports.default.fetch(`https://bakeoff.test${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${clientKey}`, "cf-connecting-ip": address },
      body: JSON.stringify(body),
    });
    await response.text();
    return response;
  };
  const random = randomNumbers(42);
  const statuses = new Map<number, number>();
  for (let sent = 0; sent < REQUESTS; sent += AT_ONCE) {
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, offset) => {
        const { path, body } = hostileRequest(sent + offset, random, loot);
        // From many addresses: the limit of one would spare the ledgers.
        return attack(path, body, `192.0.2.${offset}`);
      }),
    );
    for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  expect([...statuses.keys()].filter((status) => status >= 500)).toEqual([]);
  await worker.scheduled({ scheduledTime: Date.now(), cron: "* * * * *", noRetry() {} }, env);
  expect(await decided()).toEqual(before);
  expect(await succeed("GET", `/v1/experiments/${key}`)).toMatchObject({ status: "running" });

  // Nobody has taken the ids that the server uses now.
  expect(await log(1)).toMatchObject({ accepted: 60, duplicates: 0, rejected: [] });
  const { analysis, unvouched } = await succeed("GET", `/v1/experiments/${key}/results`);
  expect(analysis).toMatchObject({
    units: 120,
    events: 121,
    crossedOverUnits: 0,
    rejected: 0,
    duplicates: 0,
  });
  expect(unvouched.events).toBeGreaterThan(1_000);
  expect(unvouched.rejected).toBeGreaterThan(1_000);
  expect(await succeed("GET", `/v1/experiments/${key}/verify`)).toMatchObject({ agrees: true });
});
