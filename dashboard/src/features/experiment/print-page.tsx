import { A, useParams } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import { createEffect, createSignal, For, Match, Show, Switch } from "solid-js";
import { routes } from "#dashboard/app/routes.ts";
import { configQueries } from "#dashboard/data/configs.ts";
import { experimentQueries } from "#dashboard/data/experiments.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { resultQueries } from "#dashboard/data/results.ts";
import { describeLimits, describeRule } from "#dashboard/format/setup.ts";
import { formatDateTime } from "#dashboard/format/time.ts";
import { kindWords, statusWords } from "#dashboard/format/words.ts";
import { Button } from "#dashboard/ui/button.tsx";
import { QueryError } from "#dashboard/ui/query-error.tsx";
import { Skeleton } from "#dashboard/ui/skeleton.tsx";
import type { ExperimentResults } from "#model/analysis/results.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { actionLabels, checkQuestions, reasonLabels } from "#reporter/decision-text.ts";
import { describeEvidence } from "#reporter/describe-evidence.ts";
import { describeLeftOut } from "#reporter/describe-left-out.ts";
import { formatCount, formatPValue, plural } from "#reporter/numbers.ts";
import { shareWords } from "./actions/traffic-change.tsx";
import { currentWeights } from "./actions/traffic-shares.ts";
import { PrintBackground } from "./print/print-background.tsx";
import { PrintChanges } from "./print/print-changes.tsx";
import { PrintMetric } from "./print/print-metric.tsx";
import { PrintSegments, segmentationsOf } from "./print/print-segments.tsx";
import { confidenceWords } from "./results/metric-titles.ts";
import { verdictOf } from "./verdict.ts";
import "#dashboard/styles/button.css";
import "./print/print-page.css";

const roleTitles = {
  primary: "Primary metric",
  guardrail: "Guardrails",
  secondary: "Secondary metrics",
} as const;
const roles = ["primary", "guardrail", "secondary"] as const;

/** One experiment on paper: everything that a decision rests on, without anything to press. */
export default function PrintPage() {
  const params = useParams<{ key: string }>();
  const key = () => params.key;
  const experiment = useQuery(() => experimentQueries.detail(key()));
  const hasStarted = () => typeof loadedData(experiment)?.startedAt === "number";
  const results = useQuery(() => ({ ...resultQueries.latest(key()), enabled: hasStarted() }));
  const readError = () =>
    (loadedData(experiment) === undefined && experiment.error) ||
    (loadedData(results) === undefined && results.error) ||
    undefined;
  const report = () => {
    const [loadedExperiment, loadedResults] = [loadedData(experiment), loadedData(results)];
    return loadedExperiment && loadedResults
      ? { experiment: loadedExperiment, results: loadedResults }
      : undefined;
  };
  const [includesSegments, setIncludesSegments] = createSignal(false);
  const hasSegments = () => {
    const loaded = report()?.experiment;
    return loaded !== undefined && !includesSegments() && segmentationsOf(loaded.spec).length > 0;
  };
  createEffect(() => {
    document.title = `${loadedData(experiment)?.spec.name ?? key()}, report · Bakeoff`;
  });
  return (
    <article class="print-page">
      <div class="print-controls">
        <A class="button" href={routes.experiment.path(key())}>
          Back to the experiment
        </A>
        <Show when={hasSegments()}>
          <Button icon="branch" onClick={() => setIncludesSegments(true)}>
            Include segments
          </Button>
        </Show>
        <Button kind="primary" icon="print" onClick={() => window.print()}>
          Print
        </Button>
      </div>
      <Switch fallback={<Skeleton label="Loading the report" rows={3} height="card" />}>
        <Match when={readError()}>
          {(error) => <QueryError error={error()} retry={() => void experiment.refetch()} />}
        </Match>
        <Match when={loadedData(experiment) && !hasStarted() && loadedData(experiment)}>
          {(draft) => (
            <>
              <h1 dir="auto">{draft().spec.name}</h1>
              <p>This experiment has not started, so there are no results to print.</p>
            </>
          )}
        </Match>
        <Match when={report()}>
          {(loadedReport) => (
            <Report
              experiment={loadedReport().experiment}
              results={loadedReport().results}
              includesSegments={includesSegments()}
            />
          )}
        </Match>
      </Switch>
    </article>
  );
}

function Report(props: {
  experiment: Experiment;
  results: ExperimentResults;
  /** They take a reading of the whole log each. */
  includesSegments: boolean;
}) {
  const spec = () => props.experiment.spec;
  const analysis = () => props.results.analysis;
  const config = useQuery(() => configQueries.detail(spec().config));
  const verdict = () =>
    verdictOf({
      experiment: props.experiment,
      results: props.results,
      liveVersion: loadedData(config)?.liveVersion,
    });
  const confidence = () => confidenceWords(analysis().alpha);
  const leftOut = () => [
    ...describeLeftOut(analysis(), spec()),
    ...(props.results.unvouched ? [props.results.unvouched.summary] : []),
  ];
  const observedOf = (variant: string) =>
    analysis().sampleRatio.observed.find((row) => row.variant === variant);
  return (
    <>
      <header>
        <h1 dir="auto">{spec().name}</h1>
        <p class="print-note">
          {spec().key} · {kindWords[spec().kind]} of {spec().config} · {statusWords[props.experiment.status]}{" "}
          · numbers of {formatDateTime(props.results.takenAt)}
        </p>
        <Show when={spec().hypothesis}>
          <p dir="auto">{spec().hypothesis}</p>
        </Show>
        <p class="print-verdict">{verdict().sentence}</p>
        <Show when={verdict().detail}>
          <p>{verdict().detail}</p>
        </Show>
      </header>
      <section>
        <h2>Variants and traffic</h2>
        <div class="print-frame">
          <table class="print-table">
            <thead>
              <tr>
                <th scope="col">Variant</th>
                <th scope="col">Version</th>
                <th scope="col">Weight</th>
                <th scope="col">Units</th>
                <th scope="col">Expected</th>
              </tr>
            </thead>
            <tbody>
              <For each={spec().variants}>
                {(variant, index) => (
                  <tr>
                    <th scope="row">
                      {variant.key}
                      {variant.key === spec().control ? " (control)" : ""}
                    </th>
                    <td>{variant.version}</td>
                    <td>{shareWords(currentWeights(props.experiment)[index()] ?? variant.weight)}</td>
                    <td>{formatCount(observedOf(variant.key)?.units ?? 0)}</td>
                    <td>{formatCount(observedOf(variant.key)?.expected ?? 0)}</td>
                  </tr>
                )}
              </For>
            </tbody>
          </table>
        </div>
        <p class="print-note">
          {plural(formatCount(analysis().units), "unit")}, {formatCount(analysis().events)} events,{" "}
          {formatCount(analysis().duplicates)} duplicates dropped, {formatCount(analysis().rejected)}{" "}
          rejected, {formatCount(analysis().late)} late,{" "}
          {plural(formatCount(analysis().multipleExposureUnits), "unit")} with multiple exposures. Sample
          ratio:{" "}
          {analysis().sampleRatio.sequentialPValue === null
            ? "too few units to check"
            : `sequential ${formatPValue(analysis().sampleRatio.sequentialPValue ?? 1).replaceAll(" ", "\u00a0")}`}
          .
        </p>
        <For each={leftOut()}>{(sentence) => <p class="print-note">{sentence}</p>}</For>
      </section>
      <PrintChanges experiment={props.experiment} />
      <For each={roles}>
        {(role) => (
          <Show when={analysis().metrics.some((metric) => metric.role === role)}>
            <section>
              <h2>{roleTitles[role]}</h2>
              <For each={analysis().metrics.filter((metric) => metric.role === role)}>
                {(metric) => (
                  <PrintMetric
                    metric={metric}
                    control={spec().control}
                    guardrails={props.results.guardrails.filter(
                      (result) => role === "guardrail" && result.metric === metric.metric,
                    )}
                    confidence={confidence()}
                  />
                )}
              </For>
            </section>
          </Show>
        )}
      </For>
      <section>
        <h2>Decision and evidence</h2>
        <p>
          <strong>{actionLabels[props.results.decision.action]}</strong>
          {props.results.decision.variant === null ? "" : ` (${props.results.decision.variant})`}:{" "}
          {reasonLabels[props.results.decision.reason.code]}
        </p>
        <ol class="print-evidence">
          <For each={props.results.decision.evidence}>
            {(evidence) => (
              <li>
                {checkQuestions[evidence.rule]} <strong>{evidence.applies ? "Yes" : "No"}</strong>.{" "}
                {describeEvidence(evidence)}.
              </li>
            )}
          </For>
        </ol>
        <p class="print-note">{describeRule(spec(), props.experiment.metricDefinitions)}</p>
        <p class="print-note">
          {describeLimits(spec())
            .map(({ term, words }) => `${term}: ${words}`)
            .join(" · ")}
        </p>
      </section>
      <Show when={props.includesSegments}>
        <PrintSegments spec={spec()} />
      </Show>
      <PrintBackground experiment={props.experiment} analysis={analysis()} />
    </>
  );
}
