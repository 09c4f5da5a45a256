import { collectTotals } from "#aggregator/client.ts";
import type { Services } from "#aggregator/services.ts";
import {
  type RunningChange,
  type RunningChangeReply,
  runningChangeSchema,
} from "#contract/running-change.ts";
import { isActive } from "#model/experiment/active-status.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { describeChange, type PlannedPhase } from "#reporter/describe-change.ts";
import { type InputIssue, toInputIssues, toPointer } from "#shared/input-issue.ts";
import { err, ok, type Result } from "#shared/result.ts";
import type { Act } from "#store/audit.ts";
import { changeExperiment } from "#store/experiments.ts";
import { revisionConflict } from "../revision-conflict.ts";
import { auditOf, refuseHoldout } from "../transition.ts";
import { checkRules, withRules } from "./change-rules.ts";
import { findFixedFields } from "./fixed-fields.ts";
import { nextPhase, phasesWithCoverage, refusePhase } from "./phases.ts";

/** Weights may miss 1 by this much, so that thirds can be written with six digits. */
const WEIGHT_TOLERANCE = 1e-6;

const CHANGES = [
  "weights",
  "coverage",
  "margins",
  "minimumUnits",
  "minimumDurationSeconds",
  "maximumDurationSeconds",
] as const;

function refuse(issues: readonly InputIssue[]) {
  return err("invalid_input", "The running experiment cannot change like this.", [...issues]);
}

/** Reads a change with every reason against its fields at once. */
function readChange(raw: unknown): Result<RunningChange> {
  const { issues, rest } = findFixedFields(raw);
  const parsed = runningChangeSchema.safeParse(rest, { reportInput: true });
  const all = [...issues, ...(parsed.success ? [] : toInputIssues(parsed.error.issues))];
  if (parsed.success && all.length === 0) return ok(parsed.data);
  return refuse(all);
}

function checkWeights({ spec, switchedOff }: Experiment, weights: Record<string, number>): InputIssue[] {
  const left = switchedOff.map(({ variant }) => variant);
  const staying = spec.variants.map(({ key }) => key).filter((key) => !left.includes(key));
  const unknown = Object.keys(weights).filter((key) => !staying.includes(key));
  const missing = staying.filter((key) => weights[key] === undefined);
  const sum = Object.values(weights).reduce((all, weight) => all + weight, 0);
  return [
    ...unknown.map((key) => ({
      path: toPointer(["weights", key]),
      code: "unknown_variant",
      message: left.includes(key) ? "this treatment has left" : "no variant has this key",
    })),
    ...missing.map((key) => ({
      path: toPointer(["weights", key]),
      code: "missing_field",
      message: "every variant that gets traffic needs a weight",
    })),
    ...(unknown.length + missing.length === 0 && Math.abs(sum - 1) > WEIGHT_TOLERANCE
      ? [
          {
            path: "/weights",
            code: "weights_do_not_sum_to_1",
            message: `the weights sum to ${Number(sum.toPrecision(9))}`,
          },
        ]
      : []),
  ];
}

/**
 * What weights of those that stay are of everything. A treatment that left keeps its part where nobody has had it since: its
 * units were not seen in the meantime, and would be new in the next phase only to those that get them.
 */
function allWeights({ spec, phases, switchedOff }: Experiment, weights: Record<string, number>): number[] {
  const newest = phases.at(-1)?.weights ?? [];
  const ofLeft = spec.variants.map(({ key }, place) =>
    switchedOff.some(({ variant }) => variant === key) ? (newest[place] ?? 0) : undefined,
  );
  const sum = Object.values(weights).reduce((all, weight) => all + weight, 0);
  const rest = 1 - ofLeft.reduce<number>((all, weight) => all + (weight ?? 0), 0);
  return spec.variants.map(({ key }, place) => ofLeft[place] ?? ((weights[key] ?? 0) * rest) / sum);
}

function planPhase(
  experiment: Experiment,
  { weights }: RunningChange,
  now: number,
): Result<PlannedPhase | undefined> {
  if (!weights) return ok(undefined);
  const refused = refusePhase(experiment);
  if (refused) return refused;
  const wanted = allWeights(experiment, weights);
  const newest = experiment.phases.at(-1)?.weights ?? [];
  if (wanted.every((weight, place) => Math.abs(weight - (newest[place] ?? 0)) < WEIGHT_TOLERANCE))
    return refuse([{ path: "/weights", code: "nothing_changes", message: "these are the weights already" }]);
  return nextPhase(experiment, wanted, { startedAt: now, cause: "changed" });
}

function findIssues(experiment: Experiment, change: RunningChange): InputIssue[] {
  const { spec } = experiment;
  const isEmpty = CHANGES.every((name) => change[name] === undefined);
  return [
    ...(isEmpty
      ? [{ path: "", code: "nothing_changes", message: `name what is to change: ${CHANGES.join(", ")}` }]
      : []),
    ...(change.coverage !== undefined && change.coverage < spec.coverage
      ? [
          {
            path: "/coverage",
            code: "coverage_may_only_grow",
            message:
              "variants are computed from the unit's name and nobody knows who has had one, so that units would be thrown out half-way; pause the experiment, or end it",
          },
        ]
      : []),
    ...(change.coverage !== undefined && spec.growth
      ? [{ path: "/coverage", code: "fixed_while_running", message: "a stage has the units of its release" }]
      : []),
    ...(change.weights ? checkWeights(experiment, change.weights) : []),
    ...checkRules(spec, change),
  ];
}

/**
 * Changes traffic or rules of a running experiment within what makes no decision wrong, or says what that would do. New weights
 * open a phase. Whatever cannot change is refused with a reason for each field.
 * @param raw the change as it was sent
 */
export async function changeRunning(
  services: Services,
  experiment: Experiment,
  raw: unknown,
  actOf: (reason: string) => Act,
): Promise<Result<RunningChangeReply>> {
  const refusal = refuseHoldout(experiment.spec);
  if (refusal) return refusal;
  if (!isActive(experiment.status))
    return err(
      "transition_not_allowed",
      `An experiment that is ${experiment.status} does not change like this.`,
    );
  const read = readChange(raw);
  if (!read.ok) return read;
  const change = read.value;
  if (change.revision !== undefined && change.revision !== experiment.revision)
    return revisionConflict(experiment);
  const issues = findIssues(experiment, change);
  if (issues.length > 0) return refuse(issues);
  const act = actOf(change.reason);
  const { coverage = experiment.spec.coverage } = change;
  const wider = {
    ...experiment,
    phases: phasesWithCoverage(experiment, coverage),
    spec: { ...withRules(experiment.spec, change), coverage },
  };
  const planned = planPhase(wider, change, act.now);
  if (!planned.ok) return planned;
  const { variants } = await collectTotals(services.aggregators, experiment);
  const units = Object.values(variants).reduce((sum, variant) => sum + variant.units, 0);
  const consequences = describeChange(experiment, change, { planned: planned.value, units });
  if (change.dryRun) return ok({ isApplied: false, consequences, experiment });
  const { reason: _reason, revision: _revision, dryRun: _dryRun, ...changes } = change;
  const changed = await changeExperiment(services.database, experiment, {
    spec: wider.spec,
    phases: planned.value ? [...wider.phases, planned.value.phase] : wider.phases,
    audit: auditOf(experiment, "experiment.change", act, { ...changes, units }),
  });
  return changed.ok ? ok({ isApplied: true, consequences, experiment: changed.value }) : changed;
}
