import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { isActive } from "#model/experiment/active-status.ts";
import { experimentStatusSchema } from "#model/experiment/experiment.ts";
import { TRANSITIONS } from "#model/experiment/transitions.ts";
import { isListed, LifecycleWorld, type Outcome, type Step } from "#test/support/lifecycle-world.ts";

const VERBS = [...(Object.keys(TRANSITIONS) as (keyof typeof TRANSITIONS)[]), "set_live", "release"] as const;
const SEQUENCES = 2_000;

const arbitrarySteps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    // Most acts at random are refused, and lead nowhere.
    verb: fc.constantFrom(...Array<"likely">(20).fill("likely"), "start", ...VERBS),
    target: fc.nat(7),
    choice: fc.nat(59),
    isAutomatic: fc.boolean(),
    isLate: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
    failsAfter: fc.integer({ min: 0, max: 49 }).map((trips) => (trips < 6 ? trips : undefined)),
  }),
  { minLength: 4, maxLength: 7 },
);

const step = (verb: Step["verb"], target: number, changes: Partial<Step> = {}): Step => ({
  ...{ verb, target, choice: 1, isAutomatic: false, isLate: false, failsAfter: undefined, ...changes },
});
/** What chance meets in few sequences. The release that a promotion makes comes next to the experiment by its key. */
const RARE: Step[][] = [
  [step("start", 0), step("start", 1), step("promote", 0), step("promote", 2)],
  [step("start", 0), step("promote", 0), step("advance", 1)],
  // A release that was cut off leaves a draft, and another version becomes live before somebody starts it.
  [
    step("release", 0, { failsAfter: 4 }),
    step("set_live", 0, { choice: 2 }),
    step("start", 0, { choice: 0 }),
    step("start", 0),
  ],
];

const world = await LifecycleWorld.create();

const rowsOf = (query: string) => world.storage.rows(query);

/** The version that must be live after a step that was carried out. */
function liveAfter(step: Step, { verb, after }: Extract<Outcome, { kind: "done" }>, live: number): number {
  if (verb === "set_live") return 1 + (step.choice % 3);
  const { conclusion, spec } = after ?? {};
  if (verb !== "promote" || conclusion?.action !== "promote" || conclusion.successor !== undefined)
    return live;
  return spec?.variants.find(({ key }) => key === conclusion.variant)?.version ?? live;
}

const storedSchema = z.object({
  key: z.string(),
  status: experimentStatusSchema,
  endedAt: z.number().nullable(),
  action: z.string().nullable(),
  at: z.number().nullable(),
  successor: z.string().nullable(),
  previousVersion: z.number().nullable(),
  namespace: z.string().nullable(),
});
const STORED = `
  SELECT key, status, ended_at AS endedAt, conclusion ->> '$.action' AS action, conclusion ->> '$.at' AS at,
    conclusion ->> '$.successor' AS successor, spec ->> '$.release.previousVersion' AS previousVersion,
    spec -> '$.namespace' AS namespace
  FROM experiment`;

function checkWorld(): void {
  const experiments = rowsOf(STORED).map((row) => storedSchema.parse(row));
  const active = experiments.filter(({ status }) => isActive(status));
  const live = world.liveVersion();
  expect(rowsOf("SELECT version FROM ai_config_version").map(({ version }) => version)).toContain(live);
  // Two releases would be two versions on their way to everybody.
  const releases = active.filter(({ previousVersion }) => previousVersion !== null);
  expect(releases.length).toBeLessThanOrEqual(1);
  for (const { previousVersion } of releases) expect(previousVersion).toBe(live);
  const placed = active.filter(({ namespace }) => namespace !== null).map(({ namespace }) => namespace);
  expect(new Set(placed).size).toBe(placed.length);
  expect(active.length - placed.length).toBe(releases.length);
  const recorded = rowsOf("SELECT experiment, at, record ->> '$.action' AS action FROM decision_chain");
  const audited = rowsOf("SELECT subject, at FROM audit");
  for (const { key, endedAt, action, at, successor } of experiments) {
    expect(at).toBe(endedAt);
    if (at === null) continue;
    // No decision without its record and its entry in the audit.
    expect(recorded).toContainEqual({ experiment: key, at, action });
    expect(audited).toContainEqual({ subject: `experiment:${key}`, at });
    if (successor !== null) expect(experiments.map((other) => other.key)).toContain(successor);
  }
}

describe("experiments, whatever is done to them and in whichever order", () => {
  it("change by their table of transitions only, all or nothing, with one live version and a record of every end", async () => {
    // The log says so where the database fails.
    vi.spyOn(console, "error").mockImplementation(() => {});
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(arbitrarySteps, async (steps) => {
        world.reset();
        for (const [index, step] of steps.entries()) {
          const { changes } = world.storage;
          const live = world.liveVersion();
          const other = steps[index + 1];
          // The schedule, the alarm and people act at the same moment.
          if (index % 5 === 4 && other)
            await Promise.all([step, other].map((one) => world.attempt({ ...one, failsAfter: undefined })));
          else {
            const outcome = await world.attempt(step);
            const { verb } = outcome;
            seen.add(outcome.kind === "refused" ? `${verb} ${outcome.code}` : `${verb} ${outcome.kind}`);
            if (outcome.kind === "done") {
              expect(world.liveVersion()).toBe(liveAfter(step, outcome, live));
              if (outcome.after && verb !== "release")
                expect(isListed(verb, outcome.before, outcome.after)).toBe(true);
            } else if (outcome.kind === "refused" && verb !== "release")
              expect(world.storage.changes).toBe(changes);
            else if (verb !== "promote") expect(world.liveVersion()).toBe(live);
          }
          checkWorld();
        }
      }),
      { numRuns: SEQUENCES, examples: RARE.map((steps): [Step[]] => [steps]) },
    );
    // A test that never gets anywhere proves nothing.
    for (const verb of VERBS) expect(seen).toContain(`${verb} done`);
    for (const refused of ["promote config_busy", "start config_busy", "start revision_conflict"])
      expect(seen).toContain(refused);
  });
});
