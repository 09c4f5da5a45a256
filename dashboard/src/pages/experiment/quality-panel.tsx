import type { Analysis } from "../../../../src/model/analysis.ts";
import type { DecisionReasonCode } from "../../../../src/model/decision.ts";
import { Panel } from "../../components/panel.tsx";
import { formatCount, formatPercent } from "../../format/number.ts";
import "../../components/small-table.css";

function shareOf(part: number, rest: number): number {
  return part + rest === 0 ? 0 : part / (part + rest);
}

/** What arrived, what was recognised as a repetition, and what had to be left out. */
export function QualityPanel(props: { analysis: Analysis; reason: DecisionReasonCode }) {
  const crossedShare = () => shareOf(props.analysis.crossedOverUnits, props.analysis.units);
  const tooMany = () => props.reason === "too_many_crossed_over";
  const duplicateShare = () => shareOf(props.analysis.duplicates, props.analysis.events);
  return (
    <Panel title="Data quality">
      <table class="small-table">
        <tbody>
          <tr title="Outcome events that entered the analysis.">
            <th scope="row">Events counted</th>
            <td class="number">{formatCount(props.analysis.events)}</td>
          </tr>
          <tr title="Repetitions recognised by their event id. Not counted twice.">
            <th scope="row">Duplicates dropped</th>
            <td class="number">
              {formatCount(props.analysis.duplicates)}{" "}
              <span class="muted">({formatPercent(duplicateShare(), 2)})</span>
            </td>
          </tr>
          <tr title="Units seen in two variants. Left out of the analysis; above 1% every decision is held.">
            <th scope="row">Crossed-over units</th>
            <td class="number">
              {formatCount(props.analysis.crossedOverUnits)}{" "}
              <span classList={{ muted: !tooMany(), "small-warning": tooMany() }}>
                ({formatPercent(crossedShare(), 2)}
                {tooMany() ? ", too many" : ""})
              </span>
            </td>
          </tr>
        </tbody>
      </table>
    </Panel>
  );
}
