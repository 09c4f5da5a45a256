import { useSearchParams } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import { createEffect, createMemo, Show } from "solid-js";
import { createStore } from "solid-js/store";
import { ApiError } from "#contract/client.ts";
import { debounced } from "#dashboard/data/debounced.ts";
import { planningQueries } from "#dashboard/data/planning.ts";
import { limitInPercent, useFormErrorMessages } from "#dashboard/format/schema-words.ts";
import { CopyButton } from "#dashboard/ui/copy-button.tsx";
import { PageHeader } from "#dashboard/ui/page-header.tsx";
import { Panel } from "#dashboard/ui/panel.tsx";
import { PlanAnswer } from "./plan-answer.tsx";
import { PlanFields } from "./plan-fields.tsx";
import { type PlanDraft, planFieldNames, planFields, toPlanQuestion } from "./plan-question.ts";
import { useObservable } from "./use-observable.ts";
import "./sample-size-page.css";

function fromAddress(search: Readonly<Record<string, string | string[] | undefined>>): PlanDraft {
  const draft: PlanDraft = { ...planFields };
  for (const field of planFieldNames) {
    const parameter = search[field];
    if (typeof parameter === "string") draft[field] = parameter;
  }
  return draft;
}

/** How many units and days an experiment needs, or what a number of units can find. Everything stands in the address. */
export default function SampleSizePage() {
  useFormErrorMessages();
  const [search, setSearch] = useSearchParams();
  const [draft, setDraft] = createStore<PlanDraft>(fromAddress(search));
  createEffect(() => {
    document.title = "Sample size · Bakeoff";
  });
  createEffect(() => {
    const parameters = planFieldNames.map((field) => [
      field,
      draft[field] === planFields[field] ? undefined : draft[field],
    ]);
    setSearch(Object.fromEntries(parameters), { replace: true, scroll: false });
  });

  const observable = useObservable(draft);
  const checked = createMemo(() => toPlanQuestion(draft, observable.metric()?.type));
  const input = createMemo(() => {
    const result = checked();
    return result.ok && (draft.type !== "observed" || observable.metric()) ? result.value : undefined;
  });
  const settled = debounced(input);
  const query = useQuery(() => planningQueries.sampleSize(settled()));
  const refused = () => (query.isError && query.error instanceof ApiError ? query.error.issues : []);
  const errorAt = (pointer: string) => {
    const result = checked();
    const own = result.ok ? undefined : result.error.find(({ path }) => path === pointer);
    if (own)
      return pointer === "/baseline" && notation().isProportion ? limitInPercent(own.message) : own.message;
    return refused().find(({ path }) => path === pointer)?.message;
  };
  const notation = () => ({
    isProportion: draft.type === "proportion" || observable.metric()?.type === "proportion",
    unit: observable.metric()?.displayUnit ?? "",
  });
  const answer = createMemo(() => {
    const question = settled();
    return input() && question && query.isSuccess ? { question, reply: query.data } : undefined;
  });
  const address = () => {
    // Read so that the link follows the address.
    const parameters = Object.entries(search).flatMap(([name, value]) =>
      typeof value === "string" ? [[name, value]] : [],
    );
    return `${window.location.origin}${window.location.pathname}?${new URLSearchParams(parameters)}`;
  };

  return (
    <>
      <PageHeader title="Sample size">
        <CopyButton text={address()} label="Copy link to this plan" />
      </PageHeader>
      <p class="plan-lead">
        The sample size depends on the metric's variance and the minimum detectable effect. Half the effect
        needs four times the units.
      </p>
      <div class="plan-columns">
        <Panel title="Inputs">
          <PlanFields form={{ draft, setDraft, errorAt }} observable={observable} />
        </Panel>
        <Panel title="Result">
          <div aria-live="polite" aria-busy={query.isFetching ? "true" : undefined} class="plan-result">
            <Show
              when={answer()}
              fallback={
                <p class="plan-lead">
                  {query.isError && input()
                    ? query.error.message
                    : input()
                      ? "Calculating…"
                      : "Fill in all fields to see the result."}
                </p>
              }
            >
              {(plan) => (
                <PlanAnswer
                  question={plan().question}
                  reply={plan().reply}
                  notation={notation()}
                  onMaximum={(text) => setDraft("maximumUnits", text)}
                />
              )}
            </Show>
          </div>
        </Panel>
      </div>
    </>
  );
}
