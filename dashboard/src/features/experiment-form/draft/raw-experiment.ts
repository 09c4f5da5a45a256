import { readNumberText } from "#dashboard/format/number-text.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import type { ExperimentDraft, VariantDraft } from "./experiment-draft.ts";
import { readDifference, readDuration, readPercent } from "./quantities.ts";
import { WHOLE_WEIGHT } from "./weights.ts";

type FindMetric = (key: string) => MetricDefinition | undefined;

const orNothing = (text: string) => (text.trim() === "" ? undefined : text.trim());

/** JSON as typed; what cannot be read goes through as text, for the schema to refuse at its field. */
function readJson(text: string): unknown {
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function rawRule({ rule, metrics }: ExperimentDraft, findMetric: FindMetric): object {
  const primary = findMetric(metrics.find(({ role }) => role === "primary")?.metric ?? "");
  switch (rule.type) {
    case "non_inferiority":
      return {
        type: rule.type,
        margin: {
          kind: rule.marginKind,
          value: readDifference(rule.marginKind, rule.margin, primary),
        },
        objective: orNothing(rule.objective),
      };
    case "best_arm":
      return {
        type: rule.type,
        tolerance: readDifference("absolute", rule.tolerance, primary),
        delta: readNumberText(rule.delta),
      };
    default:
      return { type: rule.type };
  }
}

function rawAllocation({ allocation }: ExperimentDraft): object | undefined {
  if (allocation.type === "fixed") return undefined;
  return {
    type: "adaptive",
    algorithm: allocation.algorithm,
    minimumWeight: readPercent(allocation.minimumWeight),
    phaseSeconds: readDuration(allocation.phase),
  };
}

function rawPromotion({ promotion }: ExperimentDraft): object | null {
  if (!promotion.isStaged) return null;
  return withoutGaps({
    stages: readNames(promotion.stages).map((stage) => readNumberText(stage) ?? stage),
    stageMinutes: readNumberText(promotion.stageMinutes),
    holdback: readPercent(promotion.holdback),
    watchHours: readNumberText(promotion.watchHours),
  });
}

/** A stratum's value may hold anything but a comma. */
function rawAdjustFor({ adjustFor }: ExperimentDraft): object | undefined {
  const [values, covariates] = [readNames(adjustFor.values), readNames(adjustFor.covariates)];
  const attribute = orNothing(adjustFor.attribute);
  const hasStrata = attribute !== undefined || values.length > 0;
  if (!hasStrata && covariates.length === 0) return undefined;
  return withoutGaps({ strata: hasStrata ? withoutGaps({ attribute, values }) : undefined, covariates });
}

function withoutGaps(fields: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** Names with commas between them. */
export function readNames(text: string): string[] {
  return text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

/**
 * The form as the API wants it, judged by nobody yet: fields left empty are left out, unreadable ones keep their text.
 * @param versionOf a variant's version, as it is or will be
 */
export function toRawExperiment(
  draft: ExperimentDraft,
  findMetric: FindMetric,
  versionOf: (variant: VariantDraft) => number | undefined,
): Record<string, unknown> {
  const { namespace } = draft;
  const control = draft.variants.find(({ id }) => id === draft.control);
  return withoutGaps({
    key: orNothing(draft.key),
    name: orNothing(draft.name),
    hypothesis: orNothing(draft.hypothesis),
    kind: draft.kind,
    config: orNothing(draft.config),
    variants: draft.variants.map((variant) =>
      withoutGaps({
        key: orNothing(variant.key),
        name: orNothing(variant.name),
        version: versionOf(variant),
        weight: variant.weight / WHOLE_WEIGHT,
        levels: readJson(variant.levels),
      }),
    ),
    control: control && orNothing(control.key),
    coverage: readPercent(draft.coverage),
    namespace: orNothing(namespace.name) && {
      name: namespace.name.trim(),
      range: [readPercent(namespace.from), readPercent(namespace.to)],
    },
    condition: readJson(draft.condition),
    seed: orNothing(draft.seed),
    metrics: draft.metrics.map(({ metric, role, marginKind, margin, windowSeconds }) =>
      withoutGaps({
        metric: orNothing(metric),
        role,
        margin:
          role === "guardrail" || (role === "primary" && margin.trim() !== "")
            ? withoutGaps({ kind: marginKind, value: readDifference(marginKind, margin, findMetric(metric)) })
            : undefined,
        windowSeconds,
      }),
    ),
    rule: rawRule(draft, findMetric),
    alpha: readNumberText(draft.alpha),
    minimumUnits: readNumberText(draft.minimumUnits),
    maximumUnits: readNumberText(draft.maximumUnits),
    plannedUnits: readNumberText(draft.plannedUnits),
    minimumDurationSeconds: readDuration(draft.minimumDuration),
    maximumDurationSeconds: readDuration(draft.maximumDuration),
    analysisIntervalSeconds: readDuration(draft.analysisInterval),
    covariateSource: orNothing(draft.covariateSource),
    allocation: rawAllocation(draft),
    shards: readNumberText(draft.shards),
    covariates: draft.covariates,
    futility: draft.futility,
    freedTraffic: draft.freedTraffic,
    unvouched: draft.unvouched,
    acceptUnequalEvents: draft.acceptUnequalEvents,
    maximumEventsPerUnit: readNumberText(draft.maximumEventsPerUnit) ?? null,
    properties: readNames(draft.properties),
    attributes: readNames(draft.attributes),
    adjustFor: rawAdjustFor(draft),
    promotion: rawPromotion(draft),
  });
}
