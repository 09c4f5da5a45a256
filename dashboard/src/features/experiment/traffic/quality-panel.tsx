import { type JSX, Show } from "solid-js";
import { useClock } from "#dashboard/data/clock.ts";
import { formatDateTime } from "#dashboard/format/time.ts";
import { Exact } from "#dashboard/ui/exact.tsx";
import { Panel } from "#dashboard/ui/panel.tsx";
import type { Analysis } from "#model/analysis/analysis.ts";
import type { DecisionReasonCode } from "#model/analysis/decision.ts";
import type { UnvouchedEvidence } from "#model/analysis/results.ts";
import { formatAgo } from "#reporter/durations.ts";
import { formatCount, formatPercent, plural } from "#reporter/numbers.ts";
import "#dashboard/styles/small-table.css";

const DAY = 86_400_000;

/** In less time than this a rate per day would be mostly chance. */
const MINIMUM_ELAPSED = DAY / 24;

function shareOf(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

/** What arrived, how fast, what was recognized as a repetition, and what had to be left out. */
export function QualityPanel(props: {
  analysis: Analysis;
  reason: DecisionReasonCode;
  /** How long units were handed out, in milliseconds. */
  elapsed: number;
  lastEventAt: number | null;
  unvouched: UnvouchedEvidence | null;
}) {
  const now = useClock();
  const tooMany = () => props.reason === "too_many_multiple_exposures";
  const perDay = () =>
    props.elapsed < MINIMUM_ELAPSED
      ? "available after an hour"
      : formatCount((props.analysis.units / props.elapsed) * DAY);
  const received = () =>
    props.analysis.events + props.analysis.duplicates + props.analysis.rejected + props.analysis.late;
  const withShare = (count: number, whole: number) => (
    <>
      {formatCount(count)} <span class="muted">({formatPercent(shareOf(count, whole), 2)})</span>
    </>
  );
  return (
    <Panel title="Data quality">
      <table class="small-table">
        <tbody>
          <Row name="Units per day" about="Units so far, divided by the time since the start.">
            {perDay()}
          </Row>
          <Row name="Events counted" about="Outcome events that entered the analysis.">
            {formatCount(props.analysis.events)}
          </Row>
          <Row name="Last event" about="Time of the newest event.">
            <Show when={props.lastEventAt} fallback="none yet">
              {(at) => <time title={formatDateTime(at())}>{formatAgo(at(), now())}</time>}
            </Show>
          </Row>
          <Row name="Duplicates dropped" about="Events whose id was already counted.">
            {withShare(props.analysis.duplicates, received())}
          </Row>
          <Row
            name="Rejected"
            about="Events and exposures rejected for an invalid value, a variant that the unit does not get, or a unit that was never assigned."
          >
            {withShare(props.analysis.rejected, received())}
          </Row>
          <Show when={props.unvouched}>
            {(evidence) => (
              <Row
                name="Unvouched"
                about={`Sent with client keys for units without a token: ${evidence().summary}`}
              >
                {formatCount(evidence().events)} <span class="muted">(not used)</span>
              </Row>
            )}
          </Show>
          <Row name="Late" about="Events received after the experiment ended.">
            {withShare(props.analysis.late, received())}
          </Row>
          <Show when={props.analysis.outsideWindow > 0}>
            <Row
              name="Outside the window"
              about="Values from before the unit's exposure or after its conversion window. Not used for that metric."
            >
              {formatCount(props.analysis.outsideWindow)}
            </Row>
          </Show>
          <Show when={props.analysis.untrustedValues > 0}>
            <Row
              name="Server keys only"
              about="Values sent with client keys for metrics that accept server keys only. Not used for that metric; the rest of the event counts."
            >
              {formatCount(props.analysis.untrustedValues)} <span class="muted">(not used)</span>
            </Row>
          </Show>
          <Show when={props.analysis.surplusUnits > 0}>
            <Row
              name="Beyond the limit"
              about="Events above the experiment's maximum per unit. Not used in averages, so that no unit outweighs the others."
            >
              {plural(formatCount(props.analysis.surplusEvents), "event")}{" "}
              <span class="muted">
                of {plural(formatCount(props.analysis.surplusUnits), "unit")} (not used)
              </span>
            </Row>
          </Show>
          <Show when={props.analysis.excludedUnits + props.analysis.excludedEvents > 0}>
            <Row
              name="Excluded"
              about="Units first seen in an excluded time range, all their events, and all events in the range. The event log keeps them."
            >
              {plural(formatCount(props.analysis.excludedUnits), "unit")}{" "}
              <span class="muted">
                and {plural(formatCount(props.analysis.excludedEvents), "event")} (not used)
              </span>
            </Row>
          </Show>
          <Show when={props.analysis.erasedUnits > 0}>
            <Row
              name="Erased units"
              about="Units whose data were erased on request. What they had done before counts nowhere."
            >
              {formatCount(props.analysis.erasedUnits)}
            </Row>
          </Show>
          <Show when={props.analysis.returningUnits > 0}>
            <Row
              name="Returning units"
              about="Units that returned after the weights changed. A unit counts only in the phase in which it was first seen, because later weights may depend on its own outcomes."
            >
              {formatCount(props.analysis.returningUnits)}{" "}
              <span class="muted">
                ({plural(formatCount(props.analysis.returningEvents), "event")} not used)
              </span>
            </Row>
          </Show>
          <Row
            name="Multiple exposures"
            about="Units seen in more than one variant. Not analyzed. Above 1%, all decisions are on hold."
          >
            {formatCount(props.analysis.multipleExposureUnits)}{" "}
            <span classList={{ muted: !tooMany(), "small-warning": tooMany() }}>
              (
              {formatPercent(
                shareOf(
                  props.analysis.multipleExposureUnits,
                  props.analysis.units + props.analysis.multipleExposureUnits,
                ),
                2,
              )}
              {tooMany() ? ", too many" : ""})
            </span>
          </Row>
        </tbody>
      </table>
    </Panel>
  );
}

function Row(props: { name: string; about: string; children: JSX.Element }) {
  return (
    <tr>
      <th scope="row">
        <Exact exact={props.name} method={props.about}>
          {props.name}
        </Exact>
      </th>
      <td class="number">{props.children}</td>
    </tr>
  );
}
