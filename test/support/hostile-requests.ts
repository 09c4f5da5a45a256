import { unitWith } from "./assigned-units.ts";
import { asJson, spanOf } from "./telemetry-sender.ts";
import { tokenOf } from "./unit-token.ts";

const HOUR_IN_SECONDS = 3_600;

/** What a page of the app has been given for its own user, and what else somebody may have come by. */
export interface Loot {
  experiment: string;
  config: string;
  /** An experiment of the same installation on another AI config. */
  otherExperiment: string;
  clientKey: string;
  /** A client key and a server key that are quarantined. */
  quarantinedClientKey: string;
  quarantinedServerKey: string;
  /** A server key that is bound to the other experiment's AI config. */
  boundServerKey: string;
  /** Units of the app, whose events the server logs. */
  realUnits: readonly { unit: string; variant: string }[];
  /** An expired token of the first real unit. */
  expired: string;
  /** A good token of a unit that takes part in nothing. */
  foreign: string;
  /** Of runs by the server: of this experiment, and of the other one. */
  handle: string;
  otherHandle: string;
}

export interface Hostile {
  path: string;
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** The client key unless said otherwise. */
  key?: string;
  headers?: Record<string, string>;
  /** As JSON, unless it is bytes already. */
  body?: unknown;
}

/** One request of a kind that somebody with nothing but client keys may send. @param random from 0 to 1, 1 excluded */
export function hostileRequest(index: number, random: () => number, loot: Loot): Hostile {
  const { experiment, config, otherExperiment, clientKey, realUnits } = loot;
  const { expired, foreign, handle, otherHandle } = loot;
  const pick = <Value>(values: readonly [Value, ...Value[]]): Value =>
    values[Math.floor(random() * values.length)] ?? values[0];
  const real = realUnits[Math.floor(random() * realUnits.length)] ?? { unit: "nobody", variant: "control" };
  const other = real.variant === "control" ? "treatment" : "control";
  const invented = `invented-${index}`;
  const variant = pick(["control", "treatment"]);
  const harmful = { task_success: variant === "treatment" ? 0 : 1, error: variant === "treatment" ? 1 : 0 };
  const id = `hostile-${index}`;
  const event = { id, experiment, unit: invented, variant, metrics: harmful };
  const ofReal = { ...event, ...real };
  const soon = Math.floor(Date.now() / 1_000) + HOUR_IN_SECONDS;
  const events = (...list: unknown[]): Hostile => ({ path: "/v1/events", body: { events: list } });
  const exposures = (...list: unknown[]): Hostile => ({ path: "/v1/exposures", body: { exposures: list } });
  const spans = (arm: { unit: string; variant: string }, more: Record<string, string | number> = {}) => ({
    path: "/v1/otlp/v1/traces",
    body: asJson([
      spanOf(
        {
          "bakeoff.experiment": experiment,
          "bakeoff.unit": arm.unit,
          "bakeoff.variant": arm.variant,
          ...more,
        },
        { failed: true },
      ),
    ]),
  });
  const kinds: readonly [() => Hostile, ...(() => Hostile)[]] = [
    // Invented units, and units that were assigned first and are logged as suits.
    () => ({ path: "/v1/assign", body: { config, unit: `assigned-${index % 500}` } }),
    () => ({
      path: "/v1/assign",
      body: {
        requests: Array.from({ length: 5 }, (_, place) => ({ config, unit: `many-${index}-${place}` })),
      },
    }),
    () => events({ ...event, unit: unitWith(`assigned-${index}`, [{ key: experiment }, variant]) }),
    () => events(event),
    () => exposures({ experiment, unit: invented, variant }),
    // Real units, in their own arm and in others.
    () => events({ ...ofReal, variant: other }),
    () => events(ofReal),
    () => events({ ...ofReal, variant: undefined }),
    () => events({ ...ofReal, phase: 1 }),
    () => events({ ...ofReal, phase: 0, timestamp: Date.now() - 60_000 }),
    () => exposures({ experiment, ...real, variant: other }),
    () => exposures({ experiment, ...real, covariates: { task_success: 1e12, error: -1e12 } }),
    () => ({
      path: "/v1/assign",
      body: { config, unit: real.unit, covariates: { task_success: 1e12 }, token: expired },
    }),
    // Tokens: expired, altered, of other units, of keys that may not vouch; in entries, headers and contexts.
    () => events({ ...ofReal, token: expired }),
    () => events({ ...ofReal, token: expired.replace(/\.\d+\./, `.${soon}.`) }),
    () => events({ ...ofReal, token: foreign }),
    () => ({ ...events(ofReal), headers: { "x-bakeoff-unit-token": pick([expired, foreign]) } }),
    () => ({ ...events({ ...ofReal, token: "" }), headers: { "x-bakeoff-unit-token": foreign } }),
    () => events({ ...ofReal, token: tokenOf(clientKey, real.unit, soon) }),
    () => events({ ...ofReal, token: tokenOf(loot.quarantinedServerKey, real.unit, soon) }),
    () => events({ ...ofReal, token: tokenOf(loot.boundServerKey, real.unit, soon) }),
    () => events({ ...ofReal, token: tokenOf("bk_server_guessed", real.unit, soon) }),
    () => ({
      path: "/ofrep/v1/evaluate/flags",
      body: { context: { targetingKey: real.unit, bakeoffUnitToken: pick([expired, foreign]) } },
    }),
    () => ({
      path: `/ofrep/v1/evaluate/flags/${config}`,
      headers: { "x-bakeoff-unit-token": foreign },
      body: { context: { targetingKey: real.unit } },
    }),
    // Handles: altered, of another experiment, dressed up as others.
    () => events({ id, handle: `${handle.slice(0, -4)}AAAA`, metrics: harmful }),
    () => events({ id, handle: otherHandle, metrics: harmful }),
    () => events({ id, handle: otherHandle, experiment, ...real, metrics: harmful }),
    () => events({ ...ofReal, handle: "" }),
    // Ids that the server is going to use, and many copies of one.
    () => events({ ...ofReal, id: `real-${real.unit}` }),
    () => events(...Array.from({ length: 20 }, () => ({ ...ofReal, id: `real-${real.unit}` }))),
    // Values beyond all reason.
    () => events({ ...ofReal, metrics: { latency_ms: 1e12, cost_usd: 1e12 } }),
    () => events({ ...ofReal, metrics: { task_success: pick([0.5, -1, 1e308, Number.NaN]) } }),
    () => events({ ...ofReal, timestamp: pick([0, -1, 9e15, Date.now() + 86_400_000]) }),
    () => events({ ...event, unit: pick(["x".repeat(256), "a\nb", "null", "🙂", "x".repeat(10_000)]) }),
    () =>
      events(JSON.parse(`{"__proto__":{"unit":"${real.unit}"},"id":"${id}","experiment":"${experiment}"}`)),
    // The same by OpenTelemetry.
    () => spans({ unit: invented, variant }),
    () => spans(real),
    () => spans({ ...real, variant: other }),
    () => ({ ...spans(real), headers: { "x-bakeoff-unit-token": pick([expired, foreign]) } }),
    () => spans(real, { "bakeoff.phase": 3 }),
    // Keys that are quarantined.
    () => ({ ...events(ofReal), key: loot.quarantinedClientKey }),
    () => ({
      ...events({ ...ofReal, token: tokenOf(loot.quarantinedServerKey, real.unit, soon) }),
      key: loot.quarantinedClientKey,
    }),
    () => ({ ...exposures({ experiment, ...real }), key: loot.quarantinedServerKey }),
    () => ({ ...events(ofReal), key: loot.quarantinedServerKey }),
    () => ({ ...events(ofReal), key: loot.boundServerKey }),
    // Acts that take another scope.
    () => ({
      path: `/v1/experiments/${experiment}/${pick(["stop", "pause", "promote", "accept-data"])}`,
      body: { variant: "treatment", reason: "because" },
    }),
    () => ({ path: `/v1/experiments/${experiment}`, method: "PATCH", body: { unvouched: "admit" } }),
    () => ({ path: "/v1/metrics/task_success", method: "PUT", body: { name: "x", direction: "decrease" } }),
    () => ({ path: "/v1/keys", body: { name: "mine", scope: "server" } }),
    () => ({ path: `/v1/experiments/${otherExperiment}/results`, method: "GET" }),
    () => ({ path: `/api/features/${clientKey}`, method: "GET" }),
  ];
  return pick(kinds)();
}
