import type { ExperimentSummary } from "#contract/lists.ts";
import { readConfigValueDraft } from "#dashboard/config-value/config-value-draft.ts";
import { limitInPercent } from "#dashboard/format/schema-words.ts";
import type { AiConfig, AiConfigVersion } from "#model/config/ai-config.ts";
import { checkExperiment } from "#model/experiment/checks.ts";
import type { ExperimentInput } from "#model/experiment/experiment.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import type { InputIssue } from "#shared/input-issue.ts";
import type { ExperimentDraft } from "./experiment-draft.ts";
import { type NewVersion, planVersions } from "./new-versions.ts";
import { toRawExperiment } from "./raw-experiment.ts";

/** Everything that exists and that the form may refer to. */
export interface FormContext {
  metrics: readonly MetricDefinition[];
  configs: readonly AiConfig[];
  /** The versions of the chosen AI config; undefined while they are not known. */
  versions: readonly AiConfigVersion[] | undefined;
  experiments: readonly ExperimentSummary[];
  /** The draft that is being edited; it may keep its own key. */
  editing: string | undefined;
}

export interface CheckedDraft {
  raw: Record<string, unknown>;
  /** Every reason why it cannot be created, one for each field. */
  issues: readonly InputIssue[];
  input: ExperimentInput | undefined;
  toCreate: readonly NewVersion[];
}

const JSON_FIELDS = /^\/(condition|variants\/\d+\/levels)$/;

const PERCENT_FIELDS = /^\/(coverage|allocation\/minimumWeight|namespace\/range|promotion\/holdback)/;

/** Why a condition is refused: said at its field, with the place inside of it. */
const CONDITION_FAULTS = /^\/condition(\/.+)$/;

/** The schemas know types; people know what they typed. */
function inWords(issue: InputIssue): InputIssue {
  const [, place] = CONDITION_FAULTS.exec(issue.path) ?? [];
  if (place) return { ...issue, path: "/condition", message: `At ${place}: ${issue.message}.` };
  if (JSON_FIELDS.test(issue.path) && !["missing_field", "too_costly"].includes(issue.code)) {
    return {
      ...issue,
      code: "not_an_object",
      message: 'Enter a JSON object, such as {"country": "CA"}.',
    };
  }
  const words = PERCENT_FIELDS.test(issue.path) ? limitInPercent(issue.message) : issue.message;
  const message = words.charAt(0).toUpperCase() + words.slice(1);
  return { ...issue, message: /[.!?]$/.test(message) ? message : `${message}.` };
}

/** A field that is missing is said once, and what follows from it is not. */
function oncePerField(issues: readonly InputIssue[]): InputIssue[] {
  const first = new Map<string, InputIssue>();
  for (const issue of issues) if (!first.has(issue.path)) first.set(issue.path, issue);
  return [...first.values()];
}

/** Checks the whole form as the API will: the schema, the experiment's own logic, and what it refers to. */
export function checkDraft(draft: ExperimentDraft, context: FormContext): CheckedDraft {
  const config = context.configs.find(({ key }) => key === draft.config);
  const versions = context.versions ?? [];
  const { versionOf, toCreate } = planVersions(draft, versions);
  const findMetric = (key: string) => context.metrics.find((metric) => metric.key === key);
  const raw = toRawExperiment(draft, findMetric, versionOf);
  const expected = [...toCreate.map((version) => version.expected)];
  const created = draft.variants.flatMap((variant) => (variant.created ? [variant.created.version] : []));
  const unreadable = draft.variants.flatMap((variant) => {
    const version = variant.source === "new" ? versionOf(variant) : undefined;
    return version === undefined ? [] : [version];
  });
  const checked = checkExperiment(raw, {
    metrics: context.metrics,
    configVersions:
      config && new Set([...versions.map(({ version }) => version), ...expected, ...created, ...unreadable]),
    liveVersion: config?.liveVersion,
  });
  const isTaken = context.experiments.some(({ key }) => key === draft.key && key !== context.editing);
  const values = draft.variants.flatMap((variant, index) => {
    const content = variant.source === "new" ? readConfigValueDraft(variant.value) : undefined;
    if (!content || content.ok) return [];
    return content.error.map((issue) => ({ ...issue, path: `/variants/${index}/value${issue.path}` }));
  });
  const keyIssues = isTaken
    ? [{ path: "/key", code: "already_exists", message: "another experiment already has this key" }]
    : [];
  const issues = oncePerField([...keyIssues, ...(checked.ok ? [] : checked.error), ...values].map(inWords));
  return {
    raw,
    issues,
    input: checked.ok && issues.length === 0 ? checked.value.input : undefined,
    toCreate,
  };
}
