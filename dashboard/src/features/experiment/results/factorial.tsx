import { For, Index, Match, Show, Switch } from "solid-js";
import { unavailableWords } from "#dashboard/format/words.ts";
import { Exact } from "#dashboard/ui/exact.tsx";
import type { FactorialAnalysis, MetricAnalysis } from "#model/analysis/analysis.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { exactInterval, exactValue, formatDifference, formatInterval } from "#reporter/metric-values.ts";
import { formatExact, formatPValue } from "#reporter/numbers.ts";
import { confidenceWords } from "./metric-titles.ts";
import "#dashboard/styles/statistics-table.css";

const parts = [
  {
    title: "Main effects",
    about: "Effect of a level compared with control's level, averaged over the other factors.",
    pick: (analysis: FactorialAnalysis) => analysis.mainEffects,
  },
  {
    title: "Interactions",
    about: "Effect of two levels together beyond the sum of their separate effects.",
    pick: (analysis: FactorialAnalysis) => analysis.interactions,
  },
] as const;

/** What the factors do on their own and together, where variants are made of factor levels. */
export function Factorial(props: {
  definition: MetricDefinition;
  factorial: NonNullable<MetricAnalysis["factorial"]>;
  alpha: number;
}) {
  return (
    <Switch>
      <Match when={props.factorial.status === "unavailable" && props.factorial}>
        {(unavailable) => (
          <p class="statistics-note">
            Factor effects are not available: {unavailableWords[unavailable().reason].toLowerCase()}.
          </p>
        )}
      </Match>
      <Match when={props.factorial.status === "ok" && props.factorial}>
        {(analysis) => (
          <For each={parts}>
            {({ title, about, pick }) => (
              <Show when={pick(analysis()).length > 0}>
                <EffectTable {...props} title={title} about={about} effects={pick(analysis())} />
              </Show>
            )}
          </For>
        )}
      </Match>
    </Switch>
  );
}

function EffectTable(props: {
  definition: MetricDefinition;
  alpha: number;
  title: string;
  about: string;
  effects: FactorialAnalysis["mainEffects"];
}) {
  return (
    <section class="statistics-frame" tabindex="0" aria-label={`${props.title}, ${props.definition.name}`}>
      <table class="statistics-table">
        <thead>
          <tr>
            <th scope="col">
              {props.title}
              <span class="statistics-about">{props.about}</span>
            </th>
            <th scope="col" class="statistics-number">
              Effect
            </th>
            <th scope="col" class="statistics-number">
              {confidenceWords(props.alpha)} always valid
            </th>
            <th scope="col" class="statistics-number">
              p, always valid, Holm
            </th>
          </tr>
        </thead>
        <tbody>
          <Index each={props.effects}>
            {(effect) => (
              <tr>
                <th scope="row">
                  {effect()
                    .levels.map(({ factor, level, base }) => `${factor}: ${level} instead of ${base}`)
                    .join(", with ")}
                </th>
                <td class="statistics-number number">
                  <Exact
                    exact={exactValue(props.definition, effect().estimate)}
                    method="Weighted least squares on the arms"
                  >
                    {formatDifference(props.definition, effect().estimate, effect().standardError)}
                  </Exact>
                </td>
                <td class="statistics-number number">
                  <Exact
                    exact={`${exactInterval(effect().alwaysValid.interval)}\nFixed horizon: ${exactInterval(effect().interval)}, p = ${formatExact(effect().pValue)}`}
                  >
                    {formatInterval(props.definition, effect().alwaysValid.interval, effect().standardError)}
                  </Exact>
                </td>
                <td class="statistics-number number">
                  <Exact exact={`p = ${formatExact(effect().adjustedAlwaysValidPValue)}`}>
                    {formatPValue(effect().adjustedAlwaysValidPValue)}
                  </Exact>
                </td>
              </tr>
            )}
          </Index>
        </tbody>
      </table>
    </section>
  );
}
