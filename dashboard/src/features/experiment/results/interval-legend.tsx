import "./interval-legend.css";

/** How to read the plots. */
export function IntervalLegend(props: { confidence: string; hasMargin: boolean }) {
  return (
    <ul class="interval-legend">
      <li title="Holds at every look, however often one looks. Decisions read this interval; of a guardrail, its one-sided bounds.">
        <span class="legend-mark" data-kind="always" aria-hidden="true" />
        {props.confidence} always valid
      </li>
      <li title="Holds for one single look planned in advance. For comparison only.">
        <span class="legend-mark" data-kind="fixed" aria-hidden="true" />
        {props.confidence} fixed horizon
      </li>
      <li hidden={!props.hasMargin} title="Harm beyond this line is not tolerated.">
        <span class="legend-mark" data-kind="margin" aria-hidden="true" />
        margin, harm beyond it shaded
      </li>
    </ul>
  );
}
