import { useLocation, useSearchParams } from "@solidjs/router";
import { createEffect, createMemo, For, type JSX, Match, on, Show, Switch } from "solid-js";
import { Button } from "#dashboard/ui/button.tsx";
import { Icon } from "#dashboard/ui/icon.tsx";
import { DecisionStep } from "./decision-step.tsx";
import { focusField } from "./draft/focus-field.ts";
import { isStep, type Step, stepLabels, stepOf, steps, stepTitles } from "./draft/steps.ts";
import type { ExperimentForm as Form } from "./draft/use-experiment-form.ts";
import { MetricsStep } from "./metrics-step.tsx";
import { QuestionStep } from "./question-step.tsx";
import { VariantsStep } from "./variants-step.tsx";
import "./experiment-form.css";

/**
 * The form in steps; the step stands in the address. Steps may be visited in any order; one that was left says what is
 * missing in it.
 */
export function ExperimentForm(props: {
  form: Form;
  review: (show: (pointer: string) => void) => JSX.Element;
}) {
  const location = useLocation();
  const [search, setSearch] = useSearchParams();
  const step = createMemo((): Step => (isStep(search.step) ? search.step : "question"));
  const addressOf = (to: Step) => {
    const parameters = Object.entries(search).flatMap(([name, value]) =>
      typeof value === "string" && name !== "step" ? [[name, value]] : [],
    );
    return `${location.pathname}?${new URLSearchParams([...parameters, ["step", to]])}`;
  };
  const faults = (of: Step) => props.form.issues().filter(({ path }) => stepOf(path) === of);
  let title: HTMLHeadingElement | undefined;
  let pointerToFocus: string | undefined;

  createEffect(
    on(
      step,
      (_now, before) => {
        if (before) props.form.reveal([before]);
        if (step() === "review") props.form.reveal(steps);
        const pointer = pointerToFocus;
        pointerToFocus = undefined;
        if (pointer !== undefined && focusField(pointer)) return;
        window.scrollTo({ top: 0 });
        title?.focus({ preventScroll: true });
      },
      { defer: true },
    ),
  );
  createEffect(() => {
    if (step() === "review") props.form.reveal(steps);
  });

  const goTo = (to: Step | undefined) => {
    if (to) setSearch({ step: to });
  };
  const show = (pointer: string) => {
    pointerToFocus = pointer;
    if (stepOf(pointer) === step()) focusField(pointer);
    else goTo(stepOf(pointer));
  };
  const goOn = () => {
    props.form.reveal([step()]);
    const [first] = faults(step());
    if (first) focusField(first.path);
    else goTo(steps[steps.indexOf(step()) + 1]);
  };
  const stateOf = (of: Step) => {
    if (!props.form.isRevealed(of) || of === "review") return undefined;
    return faults(of).length > 0 ? "faulty" : "done";
  };

  return (
    <>
      <nav aria-label="Steps">
        <ol class="form-steps">
          <For each={steps}>
            {(of, index) => (
              <li>
                <a class="form-step" href={addressOf(of)} aria-current={of === step() ? "step" : undefined}>
                  <span class="form-step-number" data-state={of === step() ? undefined : stateOf(of)}>
                    <Show when={of !== step() && stateOf(of)} fallback={index() + 1}>
                      <Icon name={stateOf(of) === "faulty" ? "alert" : "check"} />
                    </Show>
                  </span>
                  {stepLabels[of]}
                  <Show when={stateOf(of) === "faulty"}>
                    <span class="visually-hidden">, {faults(of).length} to fix</span>
                  </Show>
                </a>
              </li>
            )}
          </For>
        </ol>
      </nav>
      <div class="form-body">
        <h2 class="form-title" tabindex="-1" ref={title}>
          {stepTitles[step()]}
        </h2>
        <Switch>
          <Match when={step() === "question"}>
            <QuestionStep form={props.form} />
          </Match>
          <Match when={step() === "variants"}>
            <VariantsStep form={props.form} />
          </Match>
          <Match when={step() === "metrics"}>
            <MetricsStep form={props.form} />
          </Match>
          <Match when={step() === "decision"}>
            <DecisionStep form={props.form} />
          </Match>
          <Match when={step() === "review"}>{props.review(show)}</Match>
        </Switch>
      </div>
      <Show when={step() !== "review"}>
        <div class="form-actions">
          <Show when={steps.indexOf(step()) > 0} fallback={<span />}>
            <Button icon="back" onClick={() => goTo(steps[steps.indexOf(step()) - 1])}>
              Back
            </Button>
          </Show>
          <Button kind="primary" onClick={goOn}>
            Continue to {stepLabels[steps[steps.indexOf(step()) + 1] ?? "review"].toLowerCase()}
          </Button>
        </div>
      </Show>
    </>
  );
}
