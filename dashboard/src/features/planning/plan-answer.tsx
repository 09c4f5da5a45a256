import { useQuery } from "@tanstack/solid-query";
import { planningQueries, type SampleSizeReply } from "#dashboard/data/planning.ts";
import { plural } from "#reporter/numbers.ts";
import "./sample-size-page.css";
import "#dashboard/styles/small-table.css";
import { createMemo, Show } from "solid-js";
import { CopyButton } from "#dashboard/ui/copy-button.tsx";
import { Exact } from "#dashboard/ui/exact.tsx";
import type { SampleSizeInput } from "#model/analysis/sample-size.ts";
import { formatCount, formatExact } from "#reporter/numbers.ts";
import type { CurvePoint } from "./draw-plan-curve.ts";
import { ExpectedCosts } from "./expected-costs.tsx";
import { PlanCurvePlot } from "./plan-curve-plot.tsx";
import { curveQuestions } from "./plan-question.ts";
import {
  formatDays,
  formatLevel,
  formatStep,
  type PlanNotation,
  planSentence,
  unitsOf,
} from "./plan-words.ts";
import "./plan-answer.css";

type Plan = SampleSizeReply["alwaysValid"];

/** The two answers side by side, what they mean, and what other differences would cost. */
export function PlanAnswer(props: {
  question: SampleSizeInput;
  reply: SampleSizeReply;
  notation: PlanNotation;
  /** Asks about another maximum, as typed in its field. */
  onMaximum: (text: string) => void;
}) {
  const difference = () => props.reply.alwaysValid.minimumDetectableEffect.absolute;
  const curve = useQuery(() => planningQueries.sampleSizes(curveQuestions(props.question, difference())));
  const points = createMemo((): CurvePoint[] => {
    if (!curve.isSuccess) return [];
    return curve.data.flatMap((reply) =>
      reply
        ? [
            {
              effect: reply.alwaysValid.minimumDetectableEffect.absolute,
              units: unitsOf(reply.alwaysValid),
              look: "always" as const,
            },
            {
              effect: reply.fixedHorizon.minimumDetectableEffect.absolute,
              units: unitsOf(reply.fixedHorizon),
              look: "once" as const,
            },
          ]
        : [],
    );
  });
  const sentence = () => planSentence(props.question, props.reply, props.notation);
  return (
    <>
      <div class="plan-pair">
        <PlanCard
          title="Sequential (always valid)"
          note="Used by Bakeoff. Can stop as soon as the result is significant."
          plan={props.reply.alwaysValid}
          asksUnits={props.question.units !== undefined}
          notation={props.notation}
          isMain
        />
        <PlanCard
          title="Fixed horizon"
          note="One analysis at the end. Valid only if nobody acts on earlier results."
          plan={props.reply.fixedHorizon}
          asksUnits={props.question.units !== undefined}
          notation={props.notation}
        />
      </div>
      <p class="small-note">
        A sequential test needs more units if the true effect is as small as planned. If the effect is larger,
        it ends sooner than a fixed-horizon test.
      </p>
      <p class="small-note">
        Baseline {formatLevel(props.reply.baseline.estimate, props.notation)}, standard deviation per unit{" "}
        <Exact exact={formatExact(props.reply.baseline.standardDeviation)}>
          {formatLevel(props.reply.baseline.standardDeviation, {
            isProportion: false,
            unit: props.notation.unit,
          })}
        </Exact>
        <Show when={props.reply.baseline.units}>
          {(units) => <>, from {plural(formatCount(units()), "unit")}</>}
        </Show>
        <Show when={props.reply.traffic}>
          {(traffic) => <>; {plural(formatCount(traffic().unitsPerDay), "unit")} a day</>}
        </Show>
        .
      </p>
      <ExpectedCosts
        question={props.question}
        reply={props.reply}
        notation={props.notation}
        onMaximum={props.onMaximum}
      />
      <h3 class="plan-subtitle">Sample sizes for other effects</h3>
      <p class="plan-legend">
        <span data-look="always">Sequential</span>
        <span data-look="once">Fixed horizon</span>
      </p>
      <PlanCurvePlot
        curve={{
          points: points(),
          difference: difference(),
          formatEffect: (value) => formatStep(value, props.notation),
          formatUnits: formatCount,
          label: `Units needed for effects around ${formatStep(difference(), props.notation)}; smaller effects need many more.`,
        }}
      />
      <h3 class="plan-subtitle">Summary</h3>
      <p class="plan-sentence">{sentence()}</p>
      <CopyButton text={sentence()} label="Copy sentence" />
    </>
  );
}

function PlanCard(props: {
  title: string;
  note: string;
  plan: Plan;
  asksUnits: boolean;
  notation: PlanNotation;
  isMain?: boolean;
}) {
  const effect = () => props.plan.minimumDetectableEffect.absolute;
  return (
    <section class="plan-card" aria-label={props.title} data-main={props.isMain ? "" : undefined}>
      <h3>{props.title}</h3>
      <p class="plan-figure-number">
        <Show
          when={props.asksUnits}
          fallback={
            <Exact
              exact={`${formatCount(props.plan.controlUnits)} in control, ${formatCount(props.plan.treatmentUnits)} in treatment`}
            >
              {plural(formatCount(unitsOf(props.plan)), "unit")}
            </Exact>
          }
        >
          <Exact
            exact={formatExact(effect())}
            method="The smallest difference these units can detect with the chosen power."
          >
            {formatStep(effect(), props.notation)}
          </Exact>
        </Show>
      </p>
      <Show when={props.plan.days !== null}>
        <p>about {formatDays(props.plan.days ?? 0)}</p>
      </Show>
      <p class="plan-card-note">{props.note}</p>
    </section>
  );
}
