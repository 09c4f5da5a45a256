import { Index, Show } from "solid-js";
import { Exact } from "#dashboard/ui/exact.tsx";
import { Panel } from "#dashboard/ui/panel.tsx";
import type { Analysis } from "#model/analysis/analysis.ts";
import type { ExperimentSpec } from "#model/experiment/experiment.ts";
import { formatChance, formatExact, formatFixed, formatPercent } from "#reporter/numbers.ts";
import "#dashboard/styles/small-table.css";

const algorithmWords = {
  thompson: "Thompson sampling weights each variant by its chance to be best.",
  top_two: "Top-two sampling sends most traffic to the two leading variants to find the best one sooner.",
} as const;

/** Which variant is ahead, and how the weights follow. */
export function AllocationPanel(props: { spec: ExperimentSpec; analysis: Analysis }) {
  /** Elsewhere nobody asked for the best variant, and its threshold would be mistaken for a verdict. */
  const namesBest = () => props.spec.rule.type === "best_arm" || props.spec.allocation.type === "adaptive";
  return (
    <>
      <Show when={namesBest() && props.analysis.bestArm}>
        {(best) => (
          <Panel title="Best variant so far">
            <p>
              <strong>{best().variant}</strong> leads on the primary metric. The evidence for its lead is{" "}
              <Exact exact={formatExact(best().evidence)}>{formatFixed(best().evidence, 2)}</Exact>, and{" "}
              <Exact exact={formatExact(best().threshold)}>{formatFixed(best().threshold, 2)}</Exact> is
              required{best().isNamed ? " (reached)." : " (not reached yet)."}
            </p>
          </Panel>
        )}
      </Show>
      <Show when={props.analysis.allocation}>
        {(allocation) => {
          const share = (
            list: readonly { variant: string; share: number }[] | null,
            variant: string,
            show = (value: number) => formatPercent(value, 1),
          ) => {
            const variantShare = list?.find((entry) => entry.variant === variant);
            return variantShare ? (
              <Exact exact={formatExact(variantShare.share)}>{show(variantShare.share)}</Exact>
            ) : (
              "—"
            );
          };
          return (
            <Panel title="Adaptive weights">
              <table class="small-table">
                <thead>
                  <tr>
                    <th scope="col">Variant</th>
                    <th scope="col">Current weight</th>
                    <th scope="col">Chance to be best</th>
                    <th scope="col">Next weight</th>
                  </tr>
                </thead>
                <tbody>
                  <Index each={allocation().weights}>
                    {(weight) => (
                      <tr>
                        <th scope="row">{weight().variant}</th>
                        <td class="number">{share(allocation().weights, weight().variant)}</td>
                        <td class="number">
                          {share(allocation().chancesOfBest, weight().variant, formatChance)}
                        </td>
                        <td class="number">{share(allocation().nextWeights, weight().variant)}</td>
                      </tr>
                    )}
                  </Index>
                </tbody>
              </table>
              <p class="small-note">
                Phase {allocation().phase + 1}. {algorithmWords[allocation().algorithm]} Weights are constant
                within a phase, so results are analyzed like those of an experiment with fixed weights.
                <Show when={allocation().chancesOfBest === null}>
                  {" "}
                  A variant has too few units to compute its chance to be best.
                </Show>
              </p>
            </Panel>
          );
        }}
      </Show>
    </>
  );
}
