import { useSearchParams } from "@solidjs/router";
import { type Accessor, createMemo } from "solid-js";
import type { MetricAnalysis } from "#model/analysis/analysis.ts";

/** The metric named in the address, or the primary one. */
export function useChosenMetric(
  metrics: Accessor<readonly MetricAnalysis[]>,
): readonly [Accessor<MetricAnalysis | undefined>, (metric: string) => void] {
  const [query, setQuery] = useSearchParams<{ metric?: string }>();
  const metricKey = createMemo(
    () =>
      metrics().find(({ metric }) => metric === query.metric) ??
      metrics().find(({ role }) => role === "primary") ??
      metrics()[0],
  );
  return [metricKey, (metric) => setQuery({ metric }, { replace: true, scroll: false })];
}
