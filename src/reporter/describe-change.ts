import { twoSidedReach } from "#analyzer/sequential/look-plan.ts";
import type { Consequence, RunningChange } from "#contract/running-change.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { lookPlanOfPair } from "#model/experiment/look-plan.ts";
import type { Phase } from "#model/experiment/phase.ts";
import { formatDuration } from "./durations.ts";
import { formatCount, formatPercent, plural } from "./numbers.ts";

/** New weights as they would be. */
export interface PlannedPhase {
  phase: Phase;
  /** Buckets of units that count and would get another variant, as a share of all buckets. */
  moved: number;
}

const sharesOf = ({ spec }: Experiment, weights: readonly number[]) =>
  spec.variants.map(({ key }, place) => `'${key}' ${formatPercent(weights[place] ?? 0, 1)}`).join(", ");

/** Variance of a difference for one arrival, as a multiple of a unit's. */
const varianceOf = (control: number, treatment: number) => 1 / control + 1 / treatment;

function* describeTreatment(
  experiment: Experiment,
  weights: readonly number[],
  units: number,
  treatment: string,
): Generator<Consequence> {
  const { spec, phases } = experiment;
  const placeOf = (wanted: string) => spec.variants.findIndex(({ key }) => key === wanted);
  const [control, place] = [placeOf(spec.control), placeOf(treatment)];
  const inPhase = (shares: readonly number[]) => varianceOf(shares[control] ?? 0, shares[place] ?? 0);
  const planned = inPhase(spec.variants.map(({ weight }) => weight));
  const [before, after] = [inPhase(phases.at(-1)?.weights ?? []), inPhase(weights)];
  yield {
    code: "information_per_unit",
    subject: treatment,
    sentence: `A unit that comes from now on tells ${formatPercent(before / after)} of what one told so far about '${treatment}' against '${spec.control}'.`,
  };
  const plan = lookPlanOfPair(spec, treatment);
  if (plan.horizon !== "maximum" || spec.maximumUnits === undefined || units >= spec.maximumUnits) return;
  const reachWith = (rest: number) => {
    const time = (units * before + (spec.maximumUnits ?? 0) * rest - units * rest) / planned;
    const size = (plan.maximumUnits * time) / (spec.maximumUnits ?? 1);
    return Math.sqrt(time) * twoSidedReach(plan, size, spec.alpha);
  };
  const ratio = reachWith(after) / reachWith(before) - 1;
  const change =
    Math.abs(ratio) < 0.005
      ? "as wide as"
      : `${formatPercent(Math.abs(ratio))} ${ratio > 0 ? "wider" : "narrower"} than`;
  yield {
    code: "interval_at_maximum",
    subject: treatment,
    sentence: `At the maximum the interval of '${treatment}' is ${change} without the change.`,
  };
}

function* describeWeights(
  experiment: Experiment,
  { phase, moved }: PlannedPhase,
  units: number,
): Generator<Consequence> {
  const { spec, phases, switchedOff } = experiment;
  yield {
    code: "phase_opened",
    subject: null,
    sentence: `Phase ${phases.length + 1} begins. ${plural(formatCount(units), "unit")} so far count with ${sharesOf(experiment, phases.at(-1)?.weights ?? [])}; those that come count with ${sharesOf(experiment, phase.weights)}. Comparisons are made within each phase and averaged by units, so that neither biases the other.`,
  };
  if (phase.keepsUnits) {
    yield {
      code: "units_keep_variant",
      subject: null,
      sentence: "No unit changes its variant: only traffic of treatments that left is dealt out anew.",
    };
    yield {
      code: "earlier_units_go_on",
      subject: null,
      sentence: "What earlier units do from now on goes on counting in their phase.",
    };
  } else {
    yield {
      code: "units_change_variant",
      subject: null,
      sentence: `${formatPercent(moved / spec.coverage, 1)} of the units that take part get another variant from now on, as few as these weights allow. Variants are computed from the unit's name, so that nobody knows who has had one before.`,
    };
    yield {
      code: "earlier_units_stop",
      subject: null,
      sentence:
        "A unit counts in the phase that first saw it: what earlier units do from now on, also those that keep their variant, counts nowhere, or arms would differ in how long they were watched. Where the same users come every day, few new ones are left to count.",
    };
  }
  const left = switchedOff.map(({ variant }) => variant);
  for (const { key } of spec.variants)
    if (key !== spec.control && !left.includes(key))
      yield* describeTreatment(experiment, phase.weights, units, key);
}

function* describeRules({ spec }: Experiment, change: RunningChange): Generator<Consequence> {
  for (const [metric, { kind, value }] of Object.entries(change.margins ?? {}))
    yield {
      code: "margin_tightened",
      subject: metric,
      sentence: `Less harm on '${metric}' is tolerated from the next look on: ${kind === "relative" ? formatPercent(value, 1) : value}. A treatment may leave for harm that was tolerated before, and one that was safe may be unclear again.`,
    };
  if (change.minimumUnits !== undefined && change.minimumUnits !== spec.minimumUnits)
    yield {
      code: "promoted_later",
      subject: null,
      sentence: `Nothing is promoted or given up before ${formatCount(change.minimumUnits)} units. Harm is judged as before.`,
    };
  if (
    change.minimumDurationSeconds !== undefined &&
    change.minimumDurationSeconds !== spec.minimumDurationSeconds
  )
    yield {
      code: "promoted_later",
      subject: null,
      sentence: `Nothing is promoted or given up before ${formatDuration(change.minimumDurationSeconds * 1_000)}. Harm is judged as before.`,
    };
  if (change.maximumDurationSeconds !== undefined)
    yield {
      code: "maximum_duration_changed",
      subject: null,
      sentence: `The experiment ends after ${formatDuration(change.maximumDurationSeconds * 1_000)} at the latest. Intervals hold at every look${spec.horizon === "maximum" ? " up to the maximum of units" : ""}, so that its errors stay as they are.`,
    };
}

/**
 * What a change of a running experiment does and what it costs.
 * @param units counted so far, over all variants
 */
export function describeChange(
  experiment: Experiment,
  change: RunningChange,
  { planned, units }: { planned: PlannedPhase | undefined; units: number },
): Consequence[] {
  const { spec } = experiment;
  const consequences = [
    ...(planned ? describeWeights(experiment, planned, units) : []),
    ...describeRules(experiment, change),
  ];
  if (change.coverage !== undefined && change.coverage > spec.coverage)
    consequences.unshift({
      code: "coverage_grows",
      subject: null,
      sentence: `${formatPercent(change.coverage, 1)} instead of ${formatPercent(spec.coverage, 1)} of the units take part. Units only come in, by the weights, and nobody changes variant. It costs no power and biases nothing.`,
    });
  if (planned && spec.horizon === "maximum")
    consequences.push({
      code: "maximum_stays",
      subject: null,
      sentence: `The maximum of ${formatCount(spec.maximumUnits ?? 0)} units and the error rate stay: looks are timed by the variance that both phases bring.`,
    });
  return consequences;
}
