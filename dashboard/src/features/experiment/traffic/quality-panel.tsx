import { type JSX, Show } from "solid-js";
import { useClock } from "#dashboard/data/clock.ts";
import { formatCount, formatPercent } from "#dashboard/format/number.ts";
import { formatAgo, formatDateTime } from "#dashboard/format/time.ts";
import { plural } from "#dashboard/format/words.ts";
import { Exact } from "#dashboard/ui/exact.tsx";
import { Panel } from "#dashboard/ui/panel.tsx";
import type { Analysis } from "#model/analysis/analysis.ts";
import type { DecisionReasonCode, UnvouchedEvidence } from "#model/analysis/decision.ts";
import "#dashboard/ui/small-table.css";

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
      ? "known after an hour"
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
          <Row name="Last event" about="When the newest event happened.">
            <Show when={props.lastEventAt} fallback="none yet">
              {(at) => <time title={formatDateTime(at())}>{formatAgo(at(), now())}</time>}
            </Show>
          </Row>
          <Row
            name="Duplicates dropped"
            about="Repetitions recognized by their event id. Never counted twice."
          >
            {withShare(props.analysis.duplicates, received())}
          </Row>
          <Row
            name="Rejected"
            about="Events and exposures that named this experiment but were refused: impossible values, variants that the unit does not get, units never assigned."
          >
            {withShare(props.analysis.rejected, received())}
          </Row>
          <Show when={props.unvouched}>
            {(evidence) => (
              <Row
                name="Unvouched"
                about={`Came by client keys for units that no token vouches for: ${evidence().summary}`}
              >
                {formatCount(evidence().events)} <span class="muted">(not used)</span>
              </Row>
            )}
          </Show>
          <Row name="Late" about="Events that came after the experiment had ended.">
            {withShare(props.analysis.late, received())}
          </Row>
          <Show when={props.analysis.outsideWindow > 0}>
            <Row
              name="Outside the window"
              about="Values that came before their unit's exposure or after its conversion window. Left out of their metric."
            >
              {formatCount(props.analysis.outsideWindow)}
            </Row>
          </Show>
          <Show when={props.analysis.untrustedValues > 0}>
            <Row
              name="Server keys only"
              about="Values that came by client keys, of metrics that take those of server keys alone. Left out of their metric, vouched for or not; the rest of their events counts."
            >
              {formatCount(props.analysis.untrustedValues)} <span class="muted">(not used)</span>
            </Row>
          </Show>
          <Show when={props.analysis.surplusUnits > 0}>
            <Row
              name="Beyond the limit"
              about="Events of units that had more than the experiment takes of one unit. Left out of its averages, so that no unit outweighs the others."
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
              about="Units that were first seen in an excluded stretch of time, and all events of them or in it. The log keeps them."
            >
              {plural(formatCount(props.analysis.excludedUnits), "unit")}{" "}
              <span class="muted">
                and {plural(formatCount(props.analysis.excludedEvents), "event")} (not used)
              </span>
            </Row>
          </Show>
          <Show when={props.analysis.returningUnits > 0}>
            <Row
              name="Returning units"
              about="Units that came back after the weights had changed. A unit counts in the phase in which it was first seen: later weights may depend on its own outcomes."
            >
              {formatCount(props.analysis.returningUnits)}{" "}
              <span class="muted">
                ({plural(formatCount(props.analysis.returningEvents), "event")} not used)
              </span>
            </Row>
          </Show>
          <Row
            name="Crossed-over units"
            about="Units seen in two variants. Left out of the analysis; above 1% every decision is held."
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
