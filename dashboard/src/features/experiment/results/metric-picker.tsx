import { Combobox } from "#dashboard/ui/combobox.tsx";
import { Select } from "#dashboard/ui/select.tsx";
import type { MetricAnalysis } from "#model/analysis/analysis.ts";
import { useChosenMetric } from "./chosen-metric.ts";

const roleWords: Record<MetricAnalysis["role"], string> = {
  primary: "Primary metric",
  secondary: "Secondary metric",
  guardrail: "Guardrail",
};

/** From here on typing is faster than looking. */
const MANY = 12;

/** Chooses the metric that the page looks at closely; the choice is kept in the address. */
export function MetricPicker(props: { metrics: readonly MetricAnalysis[]; selected: string }) {
  const [, choose] = useChosenMetric(() => props.metrics);
  const shared = () => ({
    label: "Metric",
    options: props.metrics.map(({ metric, role, definition }) => ({
      value: metric,
      label: definition.name,
      detail: roleWords[role],
    })),
    value: props.selected,
    onChange: choose,
  });
  return <>{props.metrics.length > MANY ? <Combobox {...shared()} /> : <Select {...shared()} />}</>;
}
