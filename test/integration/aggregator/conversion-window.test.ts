import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, it, vi } from "vitest";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";
import { variantOf } from "#test/support/assigned-units.ts";

const HOUR = 3_600_000;

afterEach(() => void vi.useRealTimers());

function travelTo(now: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now });
}

/** Units that are assigned now; those of the treatment that are content say so at once, all others after half an hour. */
async function serve(key: string, count: number, start: number) {
  const units = Array.from({ length: count }, (_, index) => `user-${index}`);
  const events = units.map((unit, index) => {
    const variant = variantOf({ key }, unit);
    const success = index % 2;
    const isQuick = variant === "treatment" && success === 1;
    return {
      event: { id: unit, experiment: key, unit, variant, metrics: { task_success: success } },
      at: start + (isQuick ? 60_000 : HOUR / 2),
    };
  });
  const exposures = events.map(({ event: { unit, variant } }) => ({
    experiment: key,
    unit,
    variant,
    timestamp: start,
  }));
  await succeed("POST", "/v1/exposures", { exposures });
  const send = async (until: number) => {
    const due = events.filter(({ at }) => at <= until && at > until - HOUR / 2);
    await succeed("POST", "/v1/events", {
      events: due.map(({ event, at }) => ({ ...event, timestamp: at })),
    });
  };
  return { send };
}

it("an arm that merely answers sooner is not ahead: units enter when their window has passed, live and rebuilt, across an eviction", async () => {
  const start = Date.now();
  const metrics = [{ metric: "task_success", role: "primary", windowSeconds: 3_600 }];
  const { key } = await createExperiment({ metrics });
  const { send } = await serve(key, 400, start);
  travelTo(start + 2 * 60_000);
  await send(start + 2 * 60_000);
  const early = await succeed("GET", `/v1/experiments/${key}/results`);
  expect(early.analysis).toMatchObject({ units: 400 });
  expect(early.analysis.metrics[0].variants[1]).toMatchObject({ units: 0, estimate: null });
  expect(early.summary).toContain("400 more units are in the conversion window of 1 h.");
  await evictDurableObject(env.AGGREGATOR.getByName(`${key}/0`));
  travelTo(start + HOUR / 2 + 1_000);
  await send(start + HOUR / 2 + 1_000);
  travelTo(start + HOUR + 1_000);
  const late = await succeed("GET", `/v1/experiments/${key}/results`);
  const [primary] = late.analysis.metrics;
  expect(
    primary.variants.map(({ units }: { units: number }) => units).reduce((a: number, b: number) => a + b),
  ).toBe(400);
  expect(
    primary.reporting.arms.map(
      ({ exposed, reporting }: { exposed: number; reporting: number }) => exposed - reporting,
    ),
  ).toEqual([0, 0]);
  expect(await succeed("GET", `/v1/experiments/${key}/verify`)).toMatchObject({
    agrees: true,
    units: 400,
    events: 400,
  });
});

it("a window that a metric cannot have is refused with its path", async () => {
  const answer = await call("POST", "/v1/metrics", {
    key: "bad",
    name: "Bad",
    type: "mean",
    direction: "increase",
    distribution: true,
    windowSeconds: 600,
  });
  expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: "/windowSeconds" }] } });
});

it("an experiment's own window is refused on a metric that keeps a distribution", async () => {
  const { key } = await createExperiment({}, { start: false });
  const { spec } = await succeed("GET", `/v1/experiments/${key}`);
  const { hashVersion: _hash, horizon: _horizon, ...input } = spec;
  const metrics = [...input.metrics, { metric: "latency_ms", role: "secondary", windowSeconds: 600 }];
  const answer = await call("POST", "/v1/experiments", { ...input, key: `${key}-window`, metrics });
  expect(answer).toMatchObject({
    status: 422,
    body: { errors: [{ path: "/metrics/1/windowSeconds", code: "window_not_allowed" }] },
  });
});
