import { For, Show } from "solid-js";
import { Exact } from "#dashboard/ui/exact.tsx";
import { Panel } from "#dashboard/ui/panel.tsx";
import type { Analysis, MetricAnalysis } from "#model/analysis/analysis.ts";
import { REPORTING_THRESHOLD } from "#model/analysis/reporting.ts";
import { formatCount, formatFixed, formatPercent } from "#reporter/numbers.ts";
import "#dashboard/styles/small-table.css";

interface Check {
  variant: string;
  pValue: number | null;
}

/** Who of the exposed reports what: silence, heavy users and longer conversations bend averages. */
export function ReportingPanel(props: { analysis: Analysis }) {
  const primary = () => props.analysis.metrics.find(({ role }) => role === "primary");
  return (
    <Show when={props.analysis.responses ?? primary()?.reporting}>
      <Panel title="Outcome reporting">
        <table class="small-table">
          <thead>
            <tr>
              <th scope="col">Variant</th>
              <Show when={props.analysis.announcements}>
                <th scope="col">
                  <Exact
                    exact="Exposure recorded"
                    method="Units recorded independently of outcomes. If many units are only known from outcomes, a promotion waits for proof that none were lost."
                  >
                    Exposure recorded
                  </Exact>
                </th>
              </Show>
              <Show when={props.analysis.responses}>
                <th scope="col">
                  <Exact exact="Any outcome" method="Exposed units with at least one outcome.">
                    Any outcome
                  </Exact>
                </th>
              </Show>
              <Show when={primary()?.reporting}>
                <th scope="col">
                  <Exact
                    exact="Events per unit"
                    method={`Events of ${primary()?.definition.name} per unit that reports it.`}
                  >
                    Events per unit
                  </Exact>
                </th>
                <th scope="col">
                  <Exact
                    exact="Effective units"
                    method="The equivalent number of equally weighted units. Low if a few heavy users dominate the average."
                  >
                    Effective units
                  </Exact>
                </th>
              </Show>
            </tr>
          </thead>
          <tbody>
            <For each={primary()?.variants}>
              {({ variant }) => <Arm variant={variant} analysis={props.analysis} primary={primary()} />}
            </For>
          </tbody>
        </table>
        <Show when={isUneven(props.analysis)}>
          <p class="small-note small-warning">
            Reporting differs between variants. The decision says whether this blocks a promotion.
          </p>
        </Show>
      </Panel>
    </Show>
  );
}

function Arm(props: { variant: string; analysis: Analysis; primary: MetricAnalysis | undefined }) {
  const announcement = () => props.analysis.announcements?.find(({ variant }) => variant === props.variant);
  const responses = () => props.analysis.responses?.arms.find(({ variant }) => variant === props.variant);
  const reporting = () => props.primary?.reporting?.arms.find(({ variant }) => variant === props.variant);
  const share = (part: number, whole: number) => (whole === 0 ? "none yet" : formatPercent(part / whole, 1));
  return (
    <tr>
      <th scope="row">{props.variant}</th>
      <Show when={announcement()}>
        {(arm) => <td class="number">{share(arm().announced, arm().units)}</td>}
      </Show>
      <Show when={responses()}>
        {(arm) => <td class="number">{share(arm().responding, arm().exposed)}</td>}
      </Show>
      <Show when={reporting()}>
        {(arm) => (
          <>
            <td class="number">{formatFixed(arm().eventsPerUnit ?? 0, 2)}</td>
            <td class="number">{formatCount(Math.floor(arm().effectiveUnits))}</td>
          </>
        )}
      </Show>
    </tr>
  );
}

function isUneven({ responses, metrics }: Analysis): boolean {
  const deciding = metrics.filter(({ role }) => role !== "secondary");
  const checks: Check[] = [
    ...(responses?.checks ?? []),
    ...deciding.flatMap(({ reporting }) => [
      ...(reporting?.responses ?? []),
      ...(reporting?.eventsPerUnit ?? []),
    ]),
  ];
  return checks.some(({ pValue }) => pValue !== null && pValue < REPORTING_THRESHOLD);
}
