import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { switchOffVariant } from "#lifecycle/transitions.ts";
import { openDatabase } from "#store/database.ts";
import { findExperiment } from "#store/experiments.ts";
import { createExperiment, succeed } from "#test/support/api-client.ts";
import { unitWith } from "#test/support/assigned-units.ts";

const MINUTE = 60_000;

/** A running experiment whose treatment left ten minutes ago, as edges know it. */
async function leftTenMinutesAgo(overrides: Record<string, unknown> = {}) {
  const { key } = await createExperiment(overrides);
  const database = openDatabase(env.DB);
  const found = await findExperiment(database, key);
  if (!found.ok) throw new Error(found.error.detail);
  const leftAt = Date.now() - 10 * MINUTE;
  const experiment = { ...found.value, startedAt: leftAt - 10 * MINUTE };
  await env.DB.prepare("UPDATE experiment SET started_at = ? WHERE key = ?")
    .bind(experiment.startedAt, key)
    .run();
  const act = { actor: "guardrail", reason: "harm", now: leftAt };
  const left = await switchOffVariant(database, experiment, "treatment", act);
  if (!left.ok) throw new Error(left.error.detail);
  // Edges know of it once they have renewed their ruleset.
  await vi.waitFor(
    async () => {
      const { experiments } = await succeed("GET", "/v1/ruleset");
      const known = experiments.find((one: { key: string }) => one.key === key);
      expect(known.switchedOff).toEqual(["treatment"]);
    },
    { timeout: 15_000, interval: 500 },
  );
  return { key, leftAt };
}

describe("a variant that was switched off", () => {
  it("is exposed to for five minutes, while clients renew what they know; later exposures are refused and counted", async () => {
    const { key, leftAt } = await leftTenMinutesAgo();
    const exposure = (label: string, variant: string, timestamp: number) => ({
      experiment: key,
      unit: unitWith(label, [{ key }, variant]),
      variant,
      timestamp,
    });
    const exposures = [
      exposure("before", "treatment", leftAt - MINUTE),
      exposure("soon", "treatment", leftAt + 4 * MINUTE),
      exposure("later", "treatment", leftAt + 6 * MINUTE),
      exposure("other", "control", leftAt + 6 * MINUTE),
    ];
    expect(await succeed("POST", "/v1/exposures", { exposures })).toMatchObject({
      accepted: 3,
      rejected: [{ index: 2, path: "/exposures/2/variant", code: "variant_switched_off" }],
    });
    await vi.waitFor(async () =>
      expect((await succeed("GET", `/v1/experiments/${key}/results`)).analysis).toMatchObject({
        units: 3,
        rejected: 1,
      }),
    );
  });

  it("is booked no outcome of later than five minutes after, whether or not it is named", async () => {
    const { key, leftAt } = await leftTenMinutesAgo();
    const outcome = (id: string, variant: string, timestamp: number, more = {}) => ({
      id,
      experiment: key,
      unit: unitWith(id, [{ key }, variant]),
      variant,
      timestamp,
      metrics: { task_success: 1 },
      ...more,
    });
    const early = outcome("early", "treatment", leftAt - MINUTE);
    const events = [
      early,
      outcome("soon", "treatment", leftAt + 4 * MINUTE),
      outcome("later", "treatment", leftAt + 6 * MINUTE),
      outcome("other", "control", leftAt + 6 * MINUTE),
      // Known from before, its variant unnamed.
      { ...early, id: "unnamed", variant: undefined, timestamp: leftAt + 6 * MINUTE },
    ];
    expect(await succeed("POST", "/v1/events", { events })).toMatchObject({
      accepted: 3,
      rejected: [
        { index: 2, path: "/events/2/variant", code: "variant_switched_off" },
        { index: 4, path: "/events/4/variant", code: "variant_switched_off" },
      ],
    });
    await vi.waitFor(async () =>
      expect((await succeed("GET", `/v1/experiments/${key}/results`)).analysis).toMatchObject({
        units: 3,
        events: 3,
        rejected: 2,
      }),
    );
  });

  it("is booked what metrics with a conversion window hear of the units that it had before", async () => {
    const metrics = [{ metric: "task_success", role: "primary", windowSeconds: 3_600 }];
    const { key, leftAt } = await leftTenMinutesAgo({ metrics });
    const of = (unit: string, id: string, timestamp: number) => ({
      id,
      experiment: key,
      unit: unitWith(unit, [{ key }, "treatment"]),
      variant: "treatment",
      timestamp,
      metrics: { task_success: 1 },
    });
    await succeed("POST", "/v1/events", { events: [of("a", "1", leftAt - MINUTE)] });
    const { accepted, rejected } = await succeed("POST", "/v1/events", {
      events: [of("a", "2", leftAt + 6 * MINUTE), of("b", "3", leftAt + 6 * MINUTE)],
    });
    expect({ accepted, rejected }).toMatchObject({
      accepted: 1,
      rejected: [{ index: 1, code: "unit_not_exposed" }],
    });
  });
});
