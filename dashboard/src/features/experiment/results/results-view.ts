import { useSearchParams } from "@solidjs/router";
import { type Accessor, createMemo } from "solid-js";
import type { MetricAnalysis } from "#model/analysis/analysis.ts";

export type ResultsView = "cards" | "table";

/** More comparisons than these are scanned faster as a table. */
const MAXIMUM_CARD_COMPARISONS = 24;

/** How the metrics are shown, and which of them: both kept in the address. */
export function useResultsView(metrics: Accessor<readonly MetricAnalysis[]>) {
  const [query, setQuery] = useSearchParams<{ view?: string; find?: string }>();
  const comparisons = () => metrics().reduce((sum, metric) => sum + metric.comparisons.length, 0);
  const standard = (): ResultsView => (comparisons() > MAXIMUM_CARD_COMPARISONS ? "table" : "cards");
  const view = (): ResultsView =>
    query.view === "cards" || query.view === "table" ? query.view : standard();
  const find = () => query.find ?? "";
  const matchingMetrics = createMemo(() => {
    const searchText = find().trim().toLocaleLowerCase();
    return metrics().filter(({ metric, definition }) =>
      [metric, definition.name].some((name) => name.toLocaleLowerCase().includes(searchText)),
    );
  });
  return {
    view,
    chooseView: (choice: ResultsView) =>
      setQuery({ view: choice === standard() ? undefined : choice }, { replace: true, scroll: false }),
    find,
    setFind: (text: string) => setQuery({ find: text || undefined }, { replace: true, scroll: false }),
    matchingMetrics,
  };
}
