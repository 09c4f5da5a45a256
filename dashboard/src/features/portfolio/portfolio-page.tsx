import { A } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import { createEffect, For, Show } from "solid-js";
import type { EndedExperiment } from "#contract/portfolio.ts";
import { routes } from "#dashboard/app/routes.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { fetchPortfolioDocument, portfolioQueries } from "#dashboard/data/portfolio.ts";
import { saveFile } from "#dashboard/data/save-file.ts";
import { notify } from "#dashboard/data/toasts.ts";
import { explain } from "#dashboard/data/use-action.ts";
import { Badge, type Tone } from "#dashboard/ui/badge.tsx";
import { Button } from "#dashboard/ui/button.tsx";
import { DateTime } from "#dashboard/ui/date-time.tsx";
import { LoadedList } from "#dashboard/ui/loaded-list.tsx";
import { Notice } from "#dashboard/ui/notice.tsx";
import { PageHeader } from "#dashboard/ui/page-header.tsx";
import { formatDifference } from "#reporter/metric-values.ts";
import { formatCount } from "#reporter/numbers.ts";
import "#dashboard/styles/page-header.css";
import "#dashboard/styles/data-table.css";
import "#dashboard/styles/tag.css";
import "./portfolio-page.css";

const outcomeLooks: Record<EndedExperiment["outcome"], { tone: Tone; words: string }> = {
  won: { tone: "better", words: "Won" },
  lost: { tone: "worse", words: "Lost" },
  undecided: { tone: "neutral", words: "Undecided" },
};

async function download(): Promise<void> {
  try {
    saveFile(await fetchPortfolioDocument(), `bakeoff-portfolio-${new Date().toISOString().slice(0, 10)}.md`);
  } catch (error) {
    notify({ tone: "worse", title: "Not downloaded", detail: error instanceof Error ? explain(error) : "" });
  }
}

/** What all ended experiments have shown together. */
export default function PortfolioPage() {
  const query = useQuery(() => portfolioQueries.all());
  const experiments = () => loadedData(query)?.experiments ?? [];
  createEffect(() => {
    document.title = "Portfolio · Bakeoff";
  });
  return (
    <>
      <PageHeader title="Portfolio">
        <div class="page-header-note muted" role="status">
          <Show when={loadedData(query)?.outcomes}>
            {(outcomes) =>
              `${formatCount(outcomes().won)} won, ${formatCount(outcomes().lost)} lost, ${formatCount(outcomes().undecided)} undecided`
            }
          </Show>
        </div>
        <div class="cluster portfolio-controls">
          <Button icon="download" onClick={() => void download()}>
            Markdown
          </Button>
          <Button icon="print" onClick={() => window.print()}>
            Print
          </Button>
        </div>
      </PageHeader>
      <LoadedList
        query={query}
        loading="Loading the portfolio"
        isEmpty={experiments().length === 0}
        empty={
          <Notice icon="trophy" tone="neutral" title="No experiment has ended yet">
            <p>Once experiments have ended, this page tells what they have shown together.</p>
          </Notice>
        }
      >
        <p class="portfolio-about">
          Winners are picked because their estimates are large, so that these are too large on average. The
          shrunk effect is what remains of one, given how far all effects on the same primary metric lie from
          none. It takes five effects.
        </p>
        <PortfolioTable experiments={experiments()} />
      </LoadedList>
    </>
  );
}

function PortfolioTable(props: { experiments: readonly EndedExperiment[] }) {
  return (
    <div class="data-table-frame">
      <table class="data-table" data-stacks="">
        <caption class="visually-hidden">Ended experiments</caption>
        <thead>
          <tr>
            <th scope="col">Experiment</th>
            <th scope="col">Outcome</th>
            <th scope="col">Effect on the primary metric</th>
            <th scope="col">What was learned</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.experiments}>{(experiment) => <PortfolioRow experiment={experiment} />}</For>
        </tbody>
      </table>
    </div>
  );
}

function PortfolioRow(props: { experiment: EndedExperiment }) {
  const look = () => outcomeLooks[props.experiment.outcome];
  const words = (value: { estimate: number; standardError: number } | null) => {
    const { metric } = props.experiment;
    return metric && value ? formatDifference(metric, value.estimate, value.standardError) : "—";
  };
  const learned = () =>
    [props.experiment.conclusion.reason, props.experiment.notes].filter((text) => text.trim() !== "");
  return (
    <tr>
      <th scope="row" class="portfolio-name">
        <A href={routes.experiment.path(props.experiment.key)} dir="auto">
          {props.experiment.name}
        </A>
        <p class="portfolio-note">
          {formatCount(props.experiment.units)} units · ended <DateTime at={props.experiment.endedAt} />
          <Show when={props.experiment.owner}>{(owner) => <> · {owner()}</>}</Show>
        </p>
        <Show when={props.experiment.tags.length > 0}>
          <span class="tags">
            <For each={props.experiment.tags}>{(tag) => <span class="tag">{tag}</span>}</For>
          </span>
        </Show>
      </th>
      <td>
        <Badge tone={look().tone}>{look().words}</Badge>
      </td>
      <td>
        <Show when={props.experiment.metric} fallback={<span class="muted">No result</span>}>
          {(metric) => (
            <>
              <p class="portfolio-note">{metric().name}</p>
              <For each={props.experiment.effects}>
                {(effect) => (
                  <p class="number">
                    {effect.variant}: {words(effect)}
                    <Show when={effect.shrunk}>{(shrunk) => <>, shrunk {words(shrunk())}</>}</Show>
                  </p>
                )}
              </For>
            </>
          )}
        </Show>
      </td>
      <td class="portfolio-learned">
        <For each={learned()}>{(text) => <p dir="auto">{text}</p>}</For>
      </td>
    </tr>
  );
}
