import "./interval-legend.css";

/** How to read the plots. */
export function IntervalLegend(props: { confidence: string; hasMargin: boolean }) {
  return (
    <ul class="interval-legend">
      <li title="Valid however often you check. Decisions use this interval, or its one-sided bounds for guardrails.">
        <span class="legend-mark" data-kind="always" aria-hidden="true" />
        {props.confidence} always valid
      </li>
      <li title="Valid only for a single analysis planned in advance. For comparison only.">
        <span class="legend-mark" data-kind="fixed" aria-hidden="true" />
        {props.confidence} fixed horizon
      </li>
      <li hidden={!props.hasMargin} title="Changes beyond this line are not tolerated.">
        <span class="legend-mark" data-kind="margin" aria-hidden="true" />
        tolerance, harmful side shaded
      </li>
    </ul>
  );
}
