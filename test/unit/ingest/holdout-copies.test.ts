import { expect, it } from "vitest";
import { variantInPhase } from "#assigner/variant-in-phase.ts";
import type { EntryContext } from "#ingest/validate-entry.ts";
import { validateEvent } from "#ingest/validate-event.ts";
import type { RulesetExperiment } from "#model/config/ruleset.ts";
import { COMPARISON, HELD_OUT } from "#model/experiment/holdout-arms.ts";
import { rulesetExperiment, rulesetHoldout } from "#tools/builders/ruleset-builder.ts";

const HOUR = 3_600_000;
const NOW = 100 * HOUR;
const HOLDOUT = rulesetHoldout("holdout", 0.2);

/** What becomes of an outcome of now in an experiment, and in the holdout over it. */
function countedIn(overrides: Partial<RulesetExperiment>, group: string, claim: object = {}) {
  const experiment = rulesetExperiment("experiment", [0.5, 0.5], overrides);
  const context: EntryContext = {
    ruleset: { keysByFingerprint: new Map(), metrics: new Map() },
    experiments: {
      experiment: (key) => [experiment, HOLDOUT].find((one) => one.key === key),
      experimentsOn: () => [experiment],
      holdoutsOn: () => [HOLDOUT],
    },
    units: { currentId: "a", oldestId: "a", ids: ["a"], of: (unit) => `hash of ${unit}` },
    evidence: { scope: "server", key: "key", configs: null, isQuarantined: false, unitToken: undefined },
    now: NOW,
  };
  const unit = Array.from({ length: 1_000 }, (_, index) => `user-${index}`).find(
    (name) => variantInPhase(HOLDOUT, 0, name) === group && variantInPhase(experiment, 0, name) === "arm-1",
  );
  const event = {
    id: "1",
    experiment: "experiment",
    unit,
    variant: "arm-1",
    metrics: { score: 1 },
    ...claim,
  };
  const result = validateEvent(event, 0, context);
  const { copies } = result.ok ? result.value : result.error;
  return {
    code: result.ok ? "accepted" : result.error.rejected.code,
    copies: copies.map(({ experiment: { key }, outcome }) => [key, outcome.variant]),
  };
}

it.each<[string, Partial<RulesetExperiment>]>([
  ["accepted", {}],
  ["during_pause", { status: "paused", pauses: [{ from: NOW - HOUR, until: null }] }],
  ["after_end", { status: "stopped", endedAt: NOW - HOUR }],
  ["experiment_ended", { status: "stopped", endedAt: NOW - 90 * HOUR }],
  ["variant_switched_off", { switchedOffAt: { "arm-1": NOW - HOUR } }],
])("an outcome of the comparison counts in the holdout where its experiment says: %s", (code, overrides) => {
  expect(countedIn(overrides, COMPARISON)).toEqual({ code, copies: [["holdout", COMPARISON]] });
});

it("an outcome that is wrong in itself, or of a unit that is held out, counts in no holdout", () => {
  expect(countedIn({}, COMPARISON, { variant: "arm-0" })).toEqual({ code: "wrong_variant", copies: [] });
  expect(countedIn({}, COMPARISON, { timestamp: NOW + HOUR }).copies).toEqual([]);
  expect(countedIn({ endedAt: NOW - HOUR }, HELD_OUT)).toEqual({ code: "unit_held_out", copies: [] });
});
