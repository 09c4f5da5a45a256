import { A } from "@solidjs/router";
import { Show } from "solid-js";
import type { ActiveExperiment } from "#contract/overview.ts";
import { routes } from "#dashboard/app/routes.ts";
import { kindWords } from "#dashboard/format/words.ts";
import { PrimaryResult } from "#dashboard/metric/primary-result.tsx";
import { StatusBadge } from "#dashboard/ui/badge.tsx";
import { formatCount, plural } from "#reporter/numbers.ts";
import { describeForecast } from "./forecast-words.ts";
import { GuardrailLights } from "./guardrail-lights.tsx";
import { Hint } from "./hint.tsx";
import { MarkedValue } from "./marked-value.tsx";
import { Sparkline } from "./sparkline.tsx";
import "./active-card.css";

/** One running or paused experiment: what it found so far, whether it does harm, and when it will be over. */
export function ActiveCard(props: { active: ActiveExperiment }) {
  const experiment = () => props.active.experiment;
  const latestSummary = () => experiment().latestSummary;
  const forecast = () => describeForecast(props.active);
  const units = () => latestSummary()?.units ?? 0;
  const rate = () => {
    const { unitsPerDay } = props.active;
    if (unitsPerDay !== null) return `${formatCount(unitsPerDay)} a day`;
    return units() === 0 ? "No units yet" : "just started";
  };
  return (
    <li class="active-card">
      <div class="active-head">
        <h3 class="active-name">
          <A href={routes.experiment.path(experiment().key)} dir="auto">
            {experiment().name}
          </A>
        </h3>
        <StatusBadge status={experiment().status} />
        <p class="active-meta">
          {kindWords[experiment().kind]} <span aria-hidden="true">·</span> <code>{experiment().config}</code>
        </p>
      </div>
      <dl class="active-facts">
        <div class="active-fact" data-wide>
          <dt>Primary metric vs. control</dt>
          <dd>
            <Show when={latestSummary()?.primary} fallback={<span class="muted">No result yet</span>}>
              {(primary) => <PrimaryResult reading={primary()} />}
            </Show>
          </dd>
        </div>
        <div class="active-fact">
          <dt>Guardrails</dt>
          <dd>
            <Show when={latestSummary()} fallback={<span class="muted">Not analyzed yet</span>}>
              {(reading) => <GuardrailLights verdicts={reading().guardrails} />}
            </Show>
          </dd>
        </div>
        <div class="active-fact">
          <dt>Traffic</dt>
          <dd>
            <Show
              when={latestSummary()}
              fallback={<span class="muted">Available after the first analysis</span>}
            >
              <Sparkline traffic={props.active.traffic} />
              <span class="active-rate">
                <MarkedValue text={plural(formatCount(units()), "unit")} />
                <span aria-hidden="true"> · </span>
                <span class="number">{rate()}</span>
              </span>
            </Show>
          </dd>
        </div>
        <div class="active-fact">
          <dt>Time to decision</dt>
          <dd>
            <Hint explanation={forecast().assumption}>{forecast().text}</Hint>
          </dd>
        </div>
      </dl>
    </li>
  );
}
