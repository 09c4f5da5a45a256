import { env } from "cloudflare:workers";
import { afterEach, expect, it, vi } from "vitest";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";
import { unitWith } from "#test/support/assigned-units.ts";
import worker from "../../../src/limited.ts";

const MINUTE = 60_000;

afterEach(() => void vi.useRealTimers());

function travelTo(now: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now });
}

let counter = 0;

/** An outcome of a control unit. */
function outcomeOf(key: string, changes: Record<string, unknown> = {}) {
  counter += 1;
  const id = `event-${counter}`;
  const unit = unitWith(id, [{ key }, "control"]);
  return { id, experiment: key, unit, variant: "control", metrics: { task_success: 1 }, ...changes };
}

async function log(...events: unknown[]) {
  const { body } = await call("POST", "/v1/events", { events });
  return { accepted: body.accepted, codes: body.rejected.map(({ code }: { code: string }) => code) };
}

it("what happens in a pause is booked to no arm, what an arm answered before is, and traffic counts again afterwards", async () => {
  const { key } = await createExperiment();
  const start = Date.now();
  await succeed("POST", `/v1/experiments/${key}/pause`);
  travelTo(start + 10 * MINUTE);
  expect(await log(outcomeOf(key))).toEqual({ accepted: 0, codes: ["during_pause"] });
  const claimed = outcomeOf(key);
  const exposures = [{ experiment: key, unit: claimed.unit, variant: "control" }];
  expect((await call("POST", "/v1/exposures", { exposures })).body.rejected).toMatchObject([
    { code: "during_pause" },
  ]);
  expect(
    await log(outcomeOf(key, { timestamp: start }), outcomeOf(key, { timestamp: start + 4 * MINUTE })),
  ).toEqual({
    accepted: 2,
    codes: [],
  });
  await succeed("POST", `/v1/experiments/${key}/resume`);
  expect(await log(outcomeOf(key), outcomeOf(key, { timestamp: start + 8 * MINUTE }))).toEqual({
    accepted: 1,
    codes: ["during_pause"],
  });
  expect(await succeed("GET", `/v1/experiments/${key}`)).toMatchObject({
    pauses: [{ from: expect.any(Number), until: start + 10 * MINUTE }],
  });
  expect(await succeed("GET", `/v1/experiments/${key}/results`)).toMatchObject({
    analysis: { units: 3, rejected: 3 },
  });
});

it("what happens after the end is booked to no arm, unless its metric has a window and its unit was exposed before", async () => {
  const metrics = [{ metric: "task_success", role: "primary", windowSeconds: 3_600 }];
  const plain = await createExperiment();
  const windowed = await createExperiment({ metrics });
  const start = Date.now();
  const before = outcomeOf(windowed.key);
  await log(before, outcomeOf(plain.key));
  for (const { key } of [plain, windowed]) await succeed("POST", `/v1/experiments/${key}/stop`);
  travelTo(start + 20 * MINUTE);
  expect(await log(outcomeOf(plain.key))).toEqual({ accepted: 0, codes: ["after_end"] });
  expect(await log(outcomeOf(plain.key, { timestamp: start + MINUTE }))).toEqual({ accepted: 1, codes: [] });
  expect(await log({ ...before, id: "again", metrics: { task_success: 0 } })).toEqual({
    accepted: 1,
    codes: [],
  });
  expect(await log(outcomeOf(windowed.key))).toEqual({ accepted: 0, codes: ["unit_not_exposed"] });
  expect(
    await log({ ...before, id: "mixed", metrics: { task_success: 0, error: 1, latency_ms: 4 } }),
  ).toEqual({
    accepted: 1,
    codes: [],
  });
});

it("an ended experiment shows the numbers that decided, and those as of now when asked", async () => {
  const { key } = await createExperiment({ minimumUnits: 2 });
  const events = (variant: string, success: number, label: string) =>
    Array.from({ length: 150 }, (_, index) => {
      const unit = unitWith(`${label}-${variant}-${index}`, [{ key }, variant]);
      return { id: unit, experiment: key, unit, variant, metrics: { task_success: success } };
    });
  await succeed("POST", "/v1/events", {
    events: [...events("control", 0, "a"), ...events("treatment", 1, "a")],
  });
  await worker.scheduled({ scheduledTime: Date.now() + 301_000, cron: "* * * * *", noRetry() {} }, env);
  const decided = await succeed("GET", `/v1/experiments/${key}/results`);
  expect(decided).toMatchObject({ live: false, analysis: { units: 300 } });
  await succeed("POST", "/v1/events", { events: events("control", 1, "b") });
  expect(await succeed("GET", `/v1/experiments/${key}/results`)).toMatchObject({ analysis: { units: 300 } });
  expect(await succeed("GET", `/v1/experiments/${key}/results?asOf=now`)).toMatchObject({
    analysis: { units: 450 },
  });
  expect((await call("GET", `/v1/experiments/${key}/results?asOf=later`)).status).toBe(422);
});
