import type { ReleaseInput } from "#contract/releases.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";

/** What is asked of a release in the dialog; everything else is by default. */
export interface ReleaseDraft {
  /** The metric that must not become worse; null while none is chosen. */
  primary: string | null;
  /** Metrics that may lose up to `tolerance`. */
  guardrails: readonly string[];
  /** Percentage points of a proportion, percent of the live version's value of other metrics; null where it is unreadable. */
  tolerance: number | null;
}

const DEFAULT_PRIMARY = "task_success";
const DEFAULT_GUARDRAILS: readonly string[] = ["error", "latency_ms"];
const DEFAULT_TOLERANCE = 5;

/** What the dialog begins with. */
export function newReleaseDraft(metrics: readonly MetricDefinition[]): ReleaseDraft {
  const keys = metrics.map(({ key }) => key);
  return {
    primary: keys.includes(DEFAULT_PRIMARY) ? DEFAULT_PRIMARY : null,
    guardrails: DEFAULT_GUARDRAILS.filter((key) => keys.includes(key)),
    tolerance: DEFAULT_TOLERANCE,
  };
}

/** The metrics of a release; undefined while something is missing. */
export function releaseMetrics(
  { primary, guardrails, tolerance }: ReleaseDraft,
  metrics: readonly MetricDefinition[],
): ReleaseInput["metrics"] | undefined {
  if (primary === null || tolerance === null || tolerance < 0) return undefined;
  const value = tolerance / 100;
  const kindOf = (key: string): "absolute" | "relative" =>
    metrics.find((metric) => metric.key === key)?.type === "proportion" ? "absolute" : "relative";
  return [
    { metric: primary, role: "primary" },
    ...guardrails
      .filter((key) => key !== primary)
      .map((key) => ({
        metric: key,
        role: "guardrail" as const,
        margin: { kind: kindOf(key), value },
      })),
  ];
}
