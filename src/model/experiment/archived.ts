import { type InputIssue, inputIssue } from "#shared/input-issue.ts";

/** What is archived of the things that an experiment names: it may stay in experiments that have it, and be in no new one. */
export interface Archived {
  /** Whether its AI config is. */
  config: boolean;
  /** The keys of all metrics that are. */
  metrics: ReadonlySet<string>;
}

/** What an experiment names and must not, because it is archived. */
export function* checkArchived(
  metrics: readonly { metric: string }[],
  archived: Archived,
): Generator<InputIssue> {
  if (archived.config)
    yield inputIssue(["config"], "config_archived", "the AI config is archived: bring it back first");
  for (const [index, { metric }] of metrics.entries()) {
    if (!archived.metrics.has(metric)) continue;
    const message = `the metric '${metric}' is archived: bring it back first`;
    yield inputIssue(["metrics", index, "metric"], "metric_archived", message);
  }
}
