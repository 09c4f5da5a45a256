import { useQuery } from "@tanstack/solid-query";
import { createSignal, Index, Match, Show, Switch } from "solid-js";
import { ApiError } from "#contract/client.ts";
import { isTransient } from "#dashboard/data/api.ts";
import { experimentQueries } from "#dashboard/data/experiments.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { readingProgress } from "#dashboard/data/reading-progress.ts";
import { resultQueries } from "#dashboard/data/results.ts";
import { unavailableWords } from "#dashboard/format/words.ts";
import { Combobox } from "#dashboard/ui/combobox.tsx";
import { Disclosure } from "#dashboard/ui/disclosure.tsx";
import { Exact } from "#dashboard/ui/exact.tsx";
import { QueryError } from "#dashboard/ui/query-error.tsx";
import { ReadingStatus } from "#dashboard/ui/reading-status.tsx";
import type { InteractionResults } from "#model/analysis/interaction.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { exactInterval, formatDifference, formatInterval } from "#reporter/metric-values.ts";
import { formatCount, formatExact, formatPValue, plural } from "#reporter/numbers.ts";
import { confidenceWords } from "../results/metric-titles.ts";
import "./segments.css";
import "#dashboard/styles/statistics-table.css";

const verdictSentences: Record<InteractionResults["verdict"], string> = {
  interacting:
    "The experiments interact: a treatment's effect depends on the variant of the other experiment.",
  none_found: "No interaction was detected. This does not prove that there is none.",
  insufficient_data: "Too few units are in both experiments to tell.",
};

const assignmentSentences: Record<InteractionResults["assignment"]["verdict"], string> = {
  independent: "Assignments are independent, as expected.",
  dependent:
    "The variant in one experiment depends on the variant in the other, so neither result can be trusted.",
  insufficient_data: "Too few units to check the assignment.",
};

/** Do this and another experiment on the same units disturb each other? Asked on demand. */
export function Interactions(props: { experiment: Experiment }) {
  return (
    <Disclosure
      title="Interactions with another experiment"
      about="Do two experiments on the same units affect each other?"
    >
      <InteractionForm experiment={props.experiment} />
    </Disclosure>
  );
}

/** Why the API refuses to compare, in words; undefined where asking again may help. */
function refusalOf(error: Error | null): string | undefined {
  return error instanceof ApiError && !isTransient(error) ? error.message : undefined;
}

function InteractionForm(props: { experiment: Experiment }) {
  const [other, setOther] = createSignal<string | null>(null);
  const experiments = useQuery(() => experimentQueries.list());
  const options = () => resultQueries.interaction(props.experiment.spec.key, other() ?? "");
  const interaction = useQuery(() => ({
    ...options(),
    enabled: other() !== null,
  }));
  const choices = () =>
    (loadedData(experiments)?.experiments ?? [])
      .filter(({ key, startedAt }) => key !== props.experiment.spec.key && startedAt !== null)
      .map(({ key, name }) => ({ value: key, label: name, detail: key }));
  const definition = () => {
    const metric = loadedData(interaction)?.metric;
    return props.experiment.metricDefinitions.find(({ key }) => key === metric);
  };
  return (
    <>
      <div class="segment-picker">
        <Combobox
          label="Other experiment"
          options={choices()}
          value={other()}
          onChange={setOther}
          empty={experiments.isPending ? "Loading experiments…" : "No other experiment has started yet."}
        />
      </div>
      <Switch>
        <Match when={other() === null}>{null}</Match>
        <Match when={refusalOf(interaction.error)}>
          {(words) => <p role="status">Not available yet. {words()}</p>}
        </Match>
        <Match when={interaction.error}>
          {(error) => <QueryError error={error()} retry={() => void interaction.refetch()} />}
        </Match>
        <Match when={interaction.isPending}>
          <ReadingStatus label="Reading both event logs" progress={readingProgress(options().queryKey)} />
        </Match>
        <Match when={loadedData(interaction)}>
          {(result) => (
            <>
              <p>
                <strong>{verdictSentences[result().verdict]}</strong>{" "}
                {assignmentSentences[result().assignment.verdict]}{" "}
                {plural(formatCount(result().units), "unit")} are in both.
              </p>
              <Show when={definition()}>
                {(metric) => (
                  <section class="statistics-frame" tabindex="0" aria-label="Differences of effects">
                    <table class="statistics-table">
                      <thead>
                        <tr>
                          <th scope="col">
                            Difference of the effect on {metric().name}
                            <span class="statistics-about">
                              Compared with the other experiment's control.
                            </span>
                          </th>
                          <th scope="col" class="statistics-number">
                            Difference of effects
                          </th>
                          <th scope="col" class="statistics-number">
                            {confidenceWords(result().correctedAlpha)} interval
                          </th>
                          <th scope="col" class="statistics-number">
                            p, corrected
                          </th>
                        </tr>
                      </thead>
                      <tbody>
                        <Index each={result().differences}>
                          {(entry) => {
                            const contrast = () => {
                              const { difference } = entry();
                              return difference.status === "ok" ? difference : undefined;
                            };
                            const reason = () => {
                              const { difference } = entry();
                              return difference.status === "ok" ? "" : unavailableWords[difference.reason];
                            };
                            return (
                              <tr>
                                <th scope="row">
                                  {entry().variant}, with {entry().otherVariant} in the other
                                </th>
                                <Show
                                  when={contrast()}
                                  fallback={
                                    <td class="statistics-number statistics-words" colspan="3">
                                      {reason()}
                                    </td>
                                  }
                                >
                                  {(difference) => (
                                    <>
                                      <td class="statistics-number number">
                                        <Exact exact={formatExact(difference().estimate)}>
                                          {formatDifference(
                                            metric(),
                                            difference().estimate,
                                            difference().standardError,
                                          )}
                                        </Exact>
                                      </td>
                                      <td class="statistics-number number">
                                        <Exact exact={exactInterval(difference().interval)}>
                                          {formatInterval(
                                            metric(),
                                            difference().interval,
                                            difference().standardError,
                                          )}
                                        </Exact>
                                      </td>
                                      <td class="statistics-number number">
                                        <Exact exact={`p = ${formatExact(difference().adjustedPValue)}`}>
                                          {formatPValue(difference().adjustedPValue)}
                                        </Exact>
                                      </td>
                                    </>
                                  )}
                                </Show>
                              </tr>
                            );
                          }}
                        </Index>
                      </tbody>
                    </table>
                  </section>
                )}
              </Show>
            </>
          )}
        </Match>
      </Switch>
    </>
  );
}
