import { useQuery } from "@tanstack/solid-query";
import { createMemo, Show } from "solid-js";
import { debounced } from "#dashboard/data/debounced.ts";
import { planningQueries, type SampleSizeReply } from "#dashboard/data/planning.ts";
import { explain } from "#dashboard/data/use-action.ts";
import { courseSentence } from "#dashboard/format/expected-course.ts";
import { readNumberText } from "#dashboard/format/number-text.ts";
import { Button } from "#dashboard/ui/button.tsx";
import { DraftField } from "#dashboard/ui/draft-field.tsx";
import { Exact } from "#dashboard/ui/exact.tsx";
import { Panel } from "#dashboard/ui/panel.tsx";
import { Select } from "#dashboard/ui/select.tsx";
import type { SampleSizeInput } from "#model/analysis/sample-size.ts";
import { formatChosenDifference, formatValue } from "#reporter/metric-values.ts";
import { formatCount, formatFixed, formatPercent, plural } from "#reporter/numbers.ts";
import { earlierExperiments, useMeasures } from "./draft/earlier-experiments.ts";
import { differenceUnit, isTypedInPercent, readDifference, readPercent } from "./draft/quantities.ts";
import type { ExperimentForm } from "./draft/use-experiment-form.ts";
import "./experiment-form.css";
import "./sample-size-panel.css";

const TYPED = "typed:";

const kinds = [
  { value: "relative", label: "Relative" },
  { value: "absolute", label: "Absolute" },
] as const;

const asNumber = (value: number | string | undefined) => (typeof value === "number" ? value : undefined);

/** Answers while the form is filled in: how many units the experiment needs, and what its maximum can find. */
export function SampleSizePanel(props: { form: ExperimentForm }) {
  const { draft, setDraft } = props.form;
  const metric = () => props.form.primaryMetric();
  const earlier = () => earlierExperiments(props.form);
  const source = () => draft.planning.source || earlier()[0]?.key || TYPED;
  const sources = () => [
    ...earlier().map(({ key, name }) => ({ value: key, label: name, detail: `As observed in ${key}` })),
    { value: TYPED, label: "Custom numbers", detail: "No earlier experiment needed" },
  ];

  const measures = useMeasures(
    () => (source() === TYPED ? undefined : source()),
    () => metric()?.key ?? "",
  );

  /** Control and the treatment with the smallest share: the comparison that takes longest. */
  const pair = createMemo(() => {
    const control = draft.variants.find(({ id }) => id === draft.control);
    const treatments = draft.variants.filter(({ id }) => id !== draft.control);
    const smallest = Math.min(...treatments.map(({ weight }) => weight));
    const controlWeight = control?.weight ?? smallest;
    return { share: (controlWeight + smallest) / 1_000_000, ratio: smallest / controlWeight };
  });
  const effect = () => {
    const enteredEffect = asNumber(
      readDifference(draft.planning.effectKind, draft.planning.effect, metric()),
    );
    if (draft.planning.effect !== "")
      return enteredEffect === undefined
        ? undefined
        : { kind: draft.planning.effectKind, value: enteredEffect };
    if (draft.rule.type !== "non_inferiority") return undefined;
    const value = asNumber(readDifference(draft.rule.marginKind, draft.rule.margin, metric()));
    return value === undefined ? undefined : { kind: draft.rule.marginKind, value };
  };
  const common = () => {
    const rate = asNumber(readNumberText(draft.planning.unitsPerDay));
    return {
      alpha: asNumber(readNumberText(draft.alpha)) ?? 0.05,
      power: 0.8,
      ratio: pair().ratio,
      treatments: Math.max(1, draft.variants.length - 1),
      futility: draft.futility,
      ...(rate !== undefined && rate > 0 && { unitsPerDay: rate * pair().share }),
    };
  };
  const question = (
    request: Pick<SampleSizeInput, "units" | "minimumDetectableEffect" | "maximumUnits">,
  ): SampleSizeInput | undefined => {
    const primary = metric();
    if (!primary) return undefined;
    if (source() !== TYPED) {
      if (measures() !== true) return undefined;
      return { type: "observed", experiment: source(), metric: primary.key, ...request, ...common() };
    }
    const isProportion = primary.type === "proportion";
    const baseline = asNumber(
      isProportion ? readPercent(draft.planning.baseline) : readNumberText(draft.planning.baseline),
    );
    const standardDeviation = asNumber(readNumberText(draft.planning.deviation));
    if (baseline === undefined) return undefined;
    if (isProportion) return { type: "proportion", baseline, ...request, ...common() };
    if (standardDeviation === undefined) return undefined;
    return { type: "mean", baseline, standardDeviation, ...request, ...common() };
  };
  /** Of the pair, while it is large enough to be asked about. */
  const pairMaximum = () => {
    const maximumUnits = asNumber(readNumberText(draft.maximumUnits));
    return maximumUnits === undefined || maximumUnits < 4
      ? undefined
      : Math.round(maximumUnits * pair().share);
  };
  const effectQuestion = debounced(() => {
    const value = effect();
    const maximumUnits = pairMaximum();
    return (
      value &&
      question({ minimumDetectableEffect: value, ...(maximumUnits !== undefined && { maximumUnits }) })
    );
  });
  const needed = useQuery(() => planningQueries.sampleSize(effectQuestion()));
  const unitsQuestion = debounced(() => {
    const units = pairMaximum();
    return units === undefined ? undefined : question({ units });
  });
  const findable = useQuery(() => planningQueries.sampleSize(unitsQuestion()));
  const plan = () => (needed.isSuccess ? needed.data : undefined);
  const reach = () => (findable.isSuccess ? findable.data : undefined);
  /** An answer to an earlier question stays on screen only while the new one can be answered. */
  const isAskable = () => source() === TYPED || measures() !== false;
  const inAll = (units: number) => Math.ceil(units / pair().share);
  /** What the expected course is computed for: two variants with fixed weights, of which the better one is promoted. */
  const hasCourse = () =>
    draft.rule.type === "superiority" && draft.allocation.type === "fixed" && draft.variants.length === 2;
  const total = ({ alwaysValid }: SampleSizeReply) =>
    inAll(alwaysValid.controlUnits + alwaysValid.treatmentUnits);
  const totalOnce = ({ fixedHorizon }: SampleSizeReply) =>
    inAll(fixedHorizon.controlUnits + fixedHorizon.treatmentUnits);

  return (
    <Panel title="Sample size">
      <Show when={metric()} fallback={<p class="form-lead">Choose a primary metric first.</p>}>
        {(primary) => (
          <>
            <div class="form-fields">
              <Select
                label="Baseline from"
                options={sources()}
                value={source()}
                onChange={(key) => setDraft("planning", "source", key)}
              />
              <Show when={source() === TYPED}>
                <DraftField
                  form={props.form}
                  pointer="/planning/baseline"
                  label={`${primary().name} baseline`}
                  unit={primary().type === "proportion" ? "%" : primary().displayUnit}
                />
                <Show when={primary().type !== "proportion"}>
                  <DraftField
                    form={props.form}
                    pointer="/planning/deviation"
                    label="Standard deviation"
                    unit={primary().displayUnit}
                    help="Of one value per unit."
                  />
                </Show>
              </Show>
              <div class="stack">
                <DraftField
                  form={props.form}
                  pointer="/planning/effect"
                  label="Minimum detectable effect"
                  unit={differenceUnit(draft.planning.effectKind, primary())}
                  {...(draft.rule.type === "non_inferiority" && { help: "Defaults to the rule’s margin." })}
                />
                <DraftField
                  form={props.form}
                  pointer="/planning/effectKind"
                  segmented
                  label="Effect type"
                  labelHidden
                  options={kinds}
                />
              </div>
              <DraftField
                form={props.form}
                pointer="/planning/unitsPerDay"
                label="Participating units per day"
                placeholder={plan()?.traffic ? formatCount(plan()?.traffic?.unitsPerDay ?? 0) : "Unknown"}
                help={
                  source() === TYPED
                    ? "Optional, to estimate the duration."
                    : "Defaults to the observed rate."
                }
              />
            </div>
            <div class="plan-answer" aria-live="polite" aria-busy={needed.isFetching ? "true" : undefined}>
              <Show
                when={isAskable() && plan()}
                fallback={
                  <p class="plan-detail">
                    {needed.isError
                      ? explain(needed.error)
                      : source() !== TYPED && measures() === false
                        ? `That experiment did not measure ${primary().name}. Choose another one or enter custom numbers.`
                        : "Enter a baseline and a minimum detectable effect to see the sample size."}
                  </p>
                }
              >
                {(reply) => (
                  <>
                    <p>
                      <span class="plan-number">
                        <Exact
                          exact={`${plural(formatCount(total(reply())), "unit")} in total`}
                          method={`${formatCount(reply().alwaysValid.controlUnits)} in control and ${formatCount(reply().alwaysValid.treatmentUnits)} in the smallest treatment, at 80% power.`}
                        >
                          {plural(formatCount(total(reply())), "unit")}
                        </Exact>
                      </span>
                      <Show when={reply().alwaysValid.days !== null}>
                        <span class="plan-detail">
                          {" "}
                          · about {formatFixed(reply().alwaysValid.days ?? 0, 1)} days
                        </span>
                      </Show>
                    </p>
                    <p class="plan-detail">
                      to detect{" "}
                      {formatChosenDifference(
                        primary(),
                        reply().alwaysValid.minimumDetectableEffect.absolute,
                      ).replace("+", "")}{" "}
                      with 80% power in a sequential test, which can stop early. A fixed-horizon test would
                      need {formatCount(totalOnce(reply()))}.
                    </p>
                    <Show when={hasCourse() && (reply().expected.forMaximum ?? reply().expected.forPower)}>
                      {(course) => <p class="plan-detail">{courseSentence(course())}</p>}
                    </Show>
                    <p class="plan-detail">
                      Assumes {primary().name} of {formatValue(primary(), reply().baseline.estimate, null)}
                      {reply().baseline.units === null
                        ? ""
                        : `, from ${plural(formatCount(reply().baseline.units ?? 0), "control unit")}`}
                      .
                    </p>
                    <p>
                      <Button
                        onClick={() => setDraft("maximumUnits", String(total(reply())))}
                        aria-label={`Use ${formatCount(total(reply()))} as maximum units`}
                      >
                        Use as maximum
                      </Button>
                    </p>
                  </>
                )}
              </Show>
              <Show when={isAskable() && reach()}>
                {(reply) => (
                  <p class="plan-detail">
                    Your maximum of {plural(formatCount(Number(draft.maximumUnits)), "unit")} can detect
                    differences of{" "}
                    <strong>
                      {formatChosenDifference(
                        primary(),
                        Number(reply().alwaysValid.minimumDetectableEffect.absolute.toPrecision(2)),
                      ).replace("+", "")}
                    </strong>
                    {reply().alwaysValid.minimumDetectableEffect.relative === null
                      ? ""
                      : ` (${formatPercent(reply().alwaysValid.minimumDetectableEffect.relative ?? 0, 1)} of control)`}{" "}
                    or more.
                  </p>
                )}
              </Show>
            </div>
            <Show when={isTypedInPercent("absolute", primary()) && draft.planning.effectKind === "absolute"}>
              <p class="form-hint">Percentage points: 2 means from 70% to 72%.</p>
            </Show>
          </>
        )}
      </Show>
    </Panel>
  );
}
