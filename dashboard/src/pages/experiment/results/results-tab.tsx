import type { ExperimentResults } from "../../../../../src/model/decision.ts";
import type { Experiment } from "../../../../../src/model/experiment.ts";
import { MetricSections } from "./metric-sections.tsx";

/** Everything the newest analysis says about every metric. */
export function ResultsTab(props: { experiment: Experiment; results: ExperimentResults }) {
  return <MetricSections spec={props.experiment.spec} results={props.results} />;
}
