import { Match, Show, Switch } from "solid-js";
import { unavailableWords } from "#dashboard/format/words.ts";
import { Exact } from "#dashboard/ui/exact.tsx";
import type { MetricAnalysis } from "#model/analysis/analysis.ts";
import { formatExact, formatFixed, formatPValue } from "#reporter/numbers.ts";
import { AdjustmentNote } from "./adjustment-note.tsx";
import "#dashboard/styles/statistics-table.css";
import "./arm-statistics.css";

/** What is said of all arms together: are they the same, and what the covariate took out. */
export function ArmStatistics(props: { metric: MetricAnalysis }) {
  return (
    <div class="statistics-list">
      <Show when={props.metric.chiSquare}>
        {(test) => (
          <JointTest
            title="All variants at once: Pearson's chi-square"
            about="Tests whether all variants have the same proportion. Fixed horizon."
            test={test()}
          />
        )}
      </Show>
      <Show when={props.metric.omnibus}>
        {(test) => (
          <JointTest
            title="All variants at once: Welch's analysis of variance"
            about="Tests whether all variants have the same mean. Fixed horizon."
            test={test()}
          />
        )}
      </Show>
      <AdjustmentNote metric={props.metric} />
    </div>
  );
}

type Test = NonNullable<MetricAnalysis["chiSquare"]> | NonNullable<MetricAnalysis["omnibus"]>;

function JointTest(props: { title: string; about: string; test: Test }) {
  const freedom = (degrees: number | readonly number[]) =>
    [degrees]
      .flat()
      .map((value) => formatFixed(value, Number.isInteger(value) ? 0 : 1))
      .join(" and ");
  return (
    <div>
      <h4>{props.title}</h4>
      <p class="statistics-note">
        {props.about}{" "}
        <Switch>
          <Match when={props.test.status === "ok" && props.test}>
            {(result) => (
              <>
                <Exact
                  exact={`p = ${formatExact(result().pValue)}\nStatistic ${formatExact(result().statistic)}`}
                  method={`${freedom(result().degreesOfFreedom)} degrees of freedom`}
                >
                  {formatPValue(result().pValue)}
                </Exact>
                , statistic {formatFixed(result().statistic, 2)} with {freedom(result().degreesOfFreedom)}{" "}
                degrees of freedom.
              </>
            )}
          </Match>
          <Match when={props.test.status === "unavailable" && props.test}>
            {(result) => <>Not computed: {unavailableWords[result().reason].toLowerCase()}.</>}
          </Match>
        </Switch>
      </p>
    </div>
  );
}
