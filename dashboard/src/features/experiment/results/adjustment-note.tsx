import { Index, Show } from "solid-js";
import { Exact } from "#dashboard/ui/exact.tsx";
import type { CovariateAdjustment, MetricAnalysis } from "#model/analysis/analysis.ts";
import { exactValue, formatValue } from "#reporter/metric-values.ts";
import { formatCount, formatExact, formatPercent, formatPValue, plural } from "#reporter/numbers.ts";
import { valuePrecision } from "./column-precision.ts";

/** How much variance was taken out of a metric's comparisons by what is known of units from before, and by what. */
export function AdjustmentNote(props: { metric: MetricAnalysis }) {
  return (
    <Show when={props.metric.adjustment}>
      {(adjustment) => (
        <div>
          <h4>Variance reduction</h4>
          <Show
            when={adjustment().imbalancePValue}
            fallback={<Explained {...props} adjustment={adjustment()} />}
          >
            {(pValue) => (
              <p class="statistics-note">
                Not adjusted: strata or covariates differ between variants more than chance explains (p ={" "}
                {formatPValue(pValue())}). Check that your app sends attributes that do not depend on the
                variant.
              </p>
            )}
          </Show>
        </div>
      )}
    </Show>
  );
}

/** The slopes as they are told of one covariate, and of several. */
function Slopes(props: { adjustment: CovariateAdjustment }) {
  return (
    <Show
      when={props.adjustment.covariates}
      fallback={
        <>
          {" "}
          have a covariate, the others count as average; slope{" "}
          <Exact exact={formatExact(props.adjustment.slope ?? 0)}>
            {(props.adjustment.slope ?? 0).toPrecision(3)}
          </Exact>
          .
        </>
      }
    >
      {(covariates) => (
        <>
          {" "}
          have attributes or a covariate; strata: {formatCount(props.adjustment.strata ?? 0)}
          <Index each={covariates()}>
            {(covariate) => (
              <>
                , slope of {covariate().name}{" "}
                <Exact exact={formatExact(covariate().slope)}>{covariate().slope.toPrecision(3)}</Exact>
              </>
            )}
          </Index>
          .
        </>
      )}
    </Show>
  );
}

function Explained(props: { metric: MetricAnalysis; adjustment: CovariateAdjustment }) {
  /** So many units without it tell as much as the present ones do with it. */
  const gain = () => 1 / props.adjustment.varianceRatio - 1;
  return (
    <>
      <p class="statistics-note">
        Data from before the experiment explains{" "}
        <Exact exact={`Variance after / before = ${formatExact(props.adjustment.varianceRatio)}`}>
          {formatPercent(1 - props.adjustment.varianceRatio, 1)}
        </Exact>{" "}
        of the comparisons' variance
        <Show when={Number.isFinite(gain()) && gain() >= 0.005}>
          , which is worth {formatPercent(gain())} more units
        </Show>
        . {plural(formatCount(props.adjustment.units), "unit")}
        <Slopes adjustment={props.adjustment} /> Adjusted values:
      </p>
      <ul class="cluster statistics-note">
        <Index each={props.metric.variants}>
          {(arm) => (
            <li class="number">
              {arm().variant}{" "}
              <Show when={arm().adjustedEstimate !== null} fallback="—">
                <Exact exact={exactValue(props.metric.definition, arm().adjustedEstimate ?? 0)}>
                  {formatValue(
                    props.metric.definition,
                    arm().adjustedEstimate ?? 0,
                    valuePrecision(props.metric),
                  )}
                </Exact>
              </Show>
            </li>
          )}
        </Index>
      </ul>
    </>
  );
}
