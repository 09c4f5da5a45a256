import * as z from "zod";
import { type InputIssue, toInputIssues, toPointer } from "#shared/input-issue.ts";
import { jsonObjectSchema } from "#shared/json.ts";
import { failure, ok, type Result } from "#shared/result.ts";
import { canBeAdjusted, canHaveWindow, type MetricDefinition } from "../metric/metric.ts";
import { findConditionErrors } from "../targeting/find-condition-errors.ts";
import { adjustForSchema } from "../unit/adjustment.ts";
import { type Archived, checkArchived } from "./archived.ts";
import {
  type ExperimentInput,
  type ExperimentSpec,
  experimentInputSchema,
  experimentMetricSchema,
  variantSchema,
} from "./experiment.ts";
import { FEWEST_ADAPTIVE_PHASES, maximumPhases } from "./phase-limit.ts";

/** Weights may miss 1 by this much, so that thirds can be written with six digits. */
const WEIGHT_TOLERANCE = 1e-6;

/** What an experiment may refer to, as it exists now. */
export interface Catalog {
  metrics: readonly Pick<MetricDefinition, "key" | "type" | "distribution">[];
  /** The versions of the experiment's AI config; undefined when there is no such config. */
  configVersions: ReadonlySet<number> | undefined;
  liveVersion: number | undefined;
  archived?: Archived;
}

const partialInputSchema = z.looseObject({
  variants: z.array(variantSchema).optional().catch(undefined),
  metrics: z.array(experimentMetricSchema).optional().catch(undefined),
  control: z.string().optional().catch(undefined),
  rule: z.looseObject({ type: z.string(), objective: z.string().optional() }).optional().catch(undefined),
  allocation: z
    .looseObject({ type: z.string(), minimumWeight: z.number().optional() })
    .optional()
    .catch(undefined),
  condition: jsonObjectSchema.optional().catch(undefined),
  covariateSource: z.string().optional().catch(undefined),
  covariates: z.string().optional().catch(undefined),
  adjustFor: z.unknown().optional(),
  minimumUnits: z.number().optional().catch(undefined),
  maximumUnits: z.number().optional().catch(undefined),
  minimumDurationSeconds: z.number().optional().catch(undefined),
  maximumDurationSeconds: z.number().optional().catch(undefined),
});
type PartialInput = z.infer<typeof partialInputSchema>;

const at = (path: readonly PropertyKey[], code: string, message: string): InputIssue => ({
  path: toPointer(path),
  code,
  message,
});

function repeated(keys: readonly string[]): number[] {
  return keys.flatMap((key, index) => (keys.indexOf(key) < index ? [index] : []));
}

function* checkVariants(input: PartialInput, catalog: Catalog): Generator<InputIssue> {
  const variants = input.variants;
  if (!variants) return;
  for (const index of repeated(variants.map(({ key }) => key))) {
    yield at(["variants", index, "key"], "duplicate_variant_key", "another variant has this key");
  }
  const sum = variants.reduce((total, { weight }) => total + weight, 0);
  if (Math.abs(sum - 1) > WEIGHT_TOLERANCE) {
    yield at(["variants"], "weights_do_not_sum_to_1", `the weights sum to ${Number(sum.toPrecision(9))}`);
  }
  if (input.control !== undefined && !variants.some(({ key }) => key === input.control)) {
    yield at(["control"], "control_is_no_variant", `no variant has the key '${input.control}'`);
  }
  if (!catalog.configVersions) {
    yield at(["config"], "unknown_config", "there is no AI config with this key");
    return;
  }
  for (const [index, { version }] of variants.entries()) {
    if (!catalog.configVersions.has(version)) {
      yield at(["variants", index, "version"], "unknown_version", `the AI config has no version ${version}`);
    }
  }
  if (input.control === undefined && !variants.some(({ version }) => version === catalog.liveVersion)) {
    yield at(
      ["control"],
      "no_variant_is_live",
      "name the control: no variant is the AI config's live version",
    );
  }
}

function* checkMetrics(input: PartialInput, catalog: Catalog): Generator<InputIssue> {
  const metrics = input.metrics;
  if (!metrics) return;
  const primaries = metrics.filter(({ role }) => role === "primary").length;
  if (primaries !== 1)
    yield at(["metrics"], "one_primary_metric", `an experiment has one primary metric, not ${primaries}`);
  for (const index of repeated(metrics.map(({ metric }) => metric))) {
    yield at(
      ["metrics", index, "metric"],
      "duplicate_metric",
      "this metric already has a role in the experiment",
    );
  }
  for (const [index, { metric, role, margin, windowSeconds }] of metrics.entries()) {
    const definition = catalog.metrics.find(({ key }) => key === metric);
    if (!definition) {
      yield at(["metrics", index, "metric"], "unknown_metric", `there is no metric '${metric}'`);
    }
    if (definition && windowSeconds && !canHaveWindow(definition)) {
      yield at(
        ["metrics", index, "windowSeconds"],
        "window_not_allowed",
        "quantiles and distributions are counted as values arrive, without a conversion window",
      );
    }
    if (role === "guardrail" && !margin) {
      yield at(
        ["metrics", index, "margin"],
        "margin_required",
        "a guardrail needs the harm that it tolerates",
      );
    }
    if (role === "secondary" && margin) {
      yield at(
        ["metrics", index, "margin"],
        "margin_not_allowed",
        "only a guardrail or the primary metric has a margin",
      );
    }
  }
  if (input.rule?.type === "non_inferiority" && input.rule.objective !== undefined) {
    const objective = metrics.find(({ metric }) => metric === input.rule?.objective);
    if (objective?.role !== "secondary") {
      yield at(
        ["rule", "objective"],
        "objective_is_no_secondary_metric",
        "the objective must be a secondary metric of the experiment",
      );
    }
  }
}

function* checkAllocation(input: PartialInput, catalog: Catalog): Generator<InputIssue> {
  const { allocation, variants, metrics = [] } = input;
  if (allocation?.type !== "adaptive" || !variants) return;
  const { data: adjustFor } = adjustForSchema.safeParse(input.adjustFor);
  const definitions = catalog.metrics
    .filter(({ key }) => metrics.some(({ metric }) => metric === key))
    .map((definition) => (canBeAdjusted(definition) ? { ...definition, adjustFor } : definition));
  const phases = maximumPhases(variants.length, definitions);
  if (phases < FEWEST_ADAPTIVE_PHASES) {
    yield at(
      ["allocation", "type"],
      "too_many_metrics_to_adapt",
      `with so many variants and metrics the weights could change ${phases - 1} times, and ${FEWEST_ADAPTIVE_PHASES} times are the least: leave out metrics, above all with distributions`,
    );
  }
  if ((allocation.minimumWeight ?? 0) * variants.length >= 1) {
    yield at(
      ["allocation", "minimumWeight"],
      "floors_leave_nothing",
      "the arms' minimum weights sum to 1 or more",
    );
  }
}

function* checkLimits(input: PartialInput): Generator<InputIssue> {
  const { minimumUnits = 0, maximumUnits, minimumDurationSeconds = 0, maximumDurationSeconds } = input;
  if (maximumUnits !== undefined && maximumUnits < minimumUnits) {
    yield at(
      ["maximumUnits"],
      "maximum_below_minimum",
      `the maximum lies below the minimum of ${minimumUnits} units`,
    );
  }
  if (maximumDurationSeconds !== undefined && maximumDurationSeconds < minimumDurationSeconds) {
    yield at(
      ["maximumDurationSeconds"],
      "maximum_below_minimum",
      `the maximum lies below the minimum of ${minimumDurationSeconds} s`,
    );
  }
}

const MAXIMUM_FACTORS = 5;

/** The names of a variant's factors, in a form that compares. */
function factorsOf(levels: Record<string, string> | undefined): string {
  return Object.keys(levels ?? {})
    .sort()
    .join(" ");
}

function* checkFactors(input: PartialInput): Generator<InputIssue> {
  const variants = input.variants ?? [];
  const [first] = variants;
  if (input.rule?.type === "best_levels" && !first?.levels) {
    yield at(["rule"], "levels_required", "this rule needs variants made of factor levels");
  }
  if (!first?.levels) {
    for (const [index, { levels }] of variants.entries()) {
      if (levels)
        yield at(
          ["variants", index, "levels"],
          "levels_on_all_variants",
          "give every variant levels, or none",
        );
    }
    return;
  }
  const combinations = variants.map(({ levels }) => JSON.stringify(Object.entries(levels ?? {}).sort()));
  for (const [index, { levels }] of variants.entries()) {
    if (factorsOf(levels) !== factorsOf(first.levels)) {
      yield at(
        ["variants", index, "levels"],
        "different_factors",
        "every variant has a level of the same factors",
      );
    }
  }
  for (const index of repeated(combinations)) {
    yield at(["variants", index, "levels"], "duplicate_levels", "another variant has the same levels");
  }
  const factors = Object.keys(first.levels);
  if (factors.length > MAXIMUM_FACTORS) {
    yield at(["variants", 0, "levels"], "too_many_factors", `at most ${MAXIMUM_FACTORS} factors`);
  }
  for (const factor of factors) {
    if (new Set(variants.map(({ levels }) => levels?.[factor])).size < 2) {
      yield at(["variants", 0, "levels", factor], "constant_factor", "a factor has at least two levels");
    }
  }
}

/** Of JSON. It is part of what every edge reads. */
const MAXIMUM_CONDITION_LENGTH = 64_000;

function checkCondition({ condition = {} }: PartialInput): InputIssue[] {
  if (JSON.stringify(condition).length > MAXIMUM_CONDITION_LENGTH) {
    const message = `a condition has at most ${MAXIMUM_CONDITION_LENGTH} characters of JSON`;
    return [at(["condition"], "condition_too_long", message)];
  }
  return findConditionErrors(condition).map(({ path, code, message }) =>
    at(["condition", ...path], code, message),
  );
}

function* checkCovariates({ covariateSource, covariates, adjustFor }: PartialInput): Generator<InputIssue> {
  if (adjustFor !== undefined && covariates === "ignore") {
    const message = "an experiment that ignores covariates adjusts for no attributes";
    yield at(["adjustFor"], "covariates_ignored", message);
  }
  if (covariateSource !== undefined && covariates === "ignore") {
    yield at(
      ["covariateSource"],
      "covariates_ignored",
      "an experiment that ignores covariates takes none from an earlier one",
    );
  }
}

function findImpossibilities(input: PartialInput, catalog: Catalog): InputIssue[] {
  return [
    ...checkVariants(input, catalog),
    ...checkMetrics(input, catalog),
    ...(catalog.archived ? checkArchived(input.metrics ?? [], catalog.archived) : []),
    ...checkLimits(input),
    ...checkFactors(input),
    ...checkAllocation(input, catalog),
    ...checkCovariates(input),
    ...checkCondition(input),
  ];
}

export type CheckedExperiment = Result<{ input: ExperimentInput; control: string }, InputIssue[]>;

/**
 * Checks an experiment completely: its shape, its own logic and what it refers to.
 * @returns the parsed input and its control, or every reason why it is impossible, each with the path of its field
 */
export function checkExperiment(raw: unknown, catalog: Catalog): CheckedExperiment {
  const shape = experimentInputSchema.safeParse(raw, { reportInput: true });
  const partial = partialInputSchema.safeParse(raw);
  const issues = [
    ...(shape.success ? [] : toInputIssues(shape.error.issues)),
    ...(partial.success ? findImpossibilities(partial.data, catalog) : []),
  ];
  if (!shape.success || issues.length > 0) return failure(issues);
  const input = shape.data;
  const live = input.variants.find(({ version }) => version === catalog.liveVersion);
  return ok({ input, control: input.control ?? live?.key ?? "" });
}

/** Checks a stored experiment against the catalog as it is now, before it starts. */
export function checkBeforeStart(spec: ExperimentSpec, catalog: Catalog): InputIssue[] {
  return findImpossibilities(spec, catalog);
}
