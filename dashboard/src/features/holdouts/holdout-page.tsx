import { useParams } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import { createSignal, Match, Show, Switch } from "solid-js";
import type { HoldoutResults } from "#contract/holdouts.ts";
import { fetchHoldoutDocument, holdoutQueries, useEndHoldout } from "#dashboard/data/holdouts.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { saveFile } from "#dashboard/data/save-file.ts";
import { useEditRefusal } from "#dashboard/data/session.ts";
import { notify } from "#dashboard/data/toasts.ts";
import { explain } from "#dashboard/data/use-action.ts";
import { Button } from "#dashboard/ui/button.tsx";
import { ConfirmDialog } from "#dashboard/ui/confirm-dialog.tsx";
import { PageHeader } from "#dashboard/ui/page-header.tsx";
import { QueryError } from "#dashboard/ui/query-error.tsx";
import { Skeleton } from "#dashboard/ui/skeleton.tsx";
import { TextField } from "#dashboard/ui/text-field.tsx";
import { formatCount } from "#reporter/numbers.ts";
import { formatShare } from "#reporter/summarize-holdout.ts";
import { HoldoutEffects } from "./holdout-effects.tsx";
import { HoldoutStatus } from "./holdout-list-page.tsx";
import { HeldConfigs, ShippedVersions } from "./shipped-versions.tsx";
import "#dashboard/styles/page-header.css";
import "./holdouts.css";

async function download(key: string): Promise<void> {
  try {
    saveFile(await fetchHoldoutDocument(key), `bakeoff-${key}-${new Date().toISOString().slice(0, 10)}.md`);
  } catch (error) {
    notify({ tone: "worse", title: "Not downloaded", detail: error instanceof Error ? explain(error) : "" });
  }
}

/** One holdout: what everything that was shipped since its start has changed together. */
export default function HoldoutPage() {
  const parameters = useParams<{ key: string }>();
  const query = useQuery(() => holdoutQueries.results(parameters.key));
  return (
    <Switch>
      <Match when={query.isError && loadedData(query) === undefined && query.error}>
        {(error) => <QueryError error={error()} retry={() => void query.refetch()} />}
      </Match>
      <Match when={query.isPending}>
        <Skeleton label="Loading the holdout" rows={2} height="card" />
      </Match>
      <Match when={loadedData(query)}>{(results) => <LoadedHoldout results={results()} />}</Match>
    </Switch>
  );
}

function LoadedHoldout(props: { results: HoldoutResults }) {
  const refusal = useEditRefusal();
  const [ending, setEnding] = createSignal(false);
  const holdout = () => props.results.holdout;
  return (
    <>
      <PageHeader title={holdout().name}>
        <div class="page-header-note muted">
          <HoldoutStatus holdout={holdout()} /> · {formatShare(holdout().share)} of units held out ·{" "}
          {formatCount(props.results.analysis.units)} units in both groups
        </div>
        <Button icon="download" onClick={() => void download(holdout().key)}>
          Markdown
        </Button>
        <Show when={holdout().endedAt === null}>
          <Button icon="square" unavailable={refusal()} onClick={() => setEnding(true)}>
            End…
          </Button>
        </Show>
      </PageHeader>
      <Show when={holdout().description !== ""}>
        <p class="holdout-summary muted" dir="auto">
          {holdout().description}
        </p>
      </Show>
      <p class="holdout-summary">{props.results.summary}</p>
      <HoldoutEffects effects={props.results.effects} />
      <ShippedVersions results={props.results} />
      <HeldConfigs holdout={holdout()} />
      <Show when={ending()}>
        <EndDialog results={props.results} onClose={() => setEnding(false)} />
      </Show>
    </>
  );
}

function EndDialog(props: { results: HoldoutResults; onClose: () => void }) {
  const end = useEndHoldout();
  const [reason, setReason] = createSignal("");
  const isTooLong = () => reason().trim().length > 2_000;
  return (
    <ConfirmDialog
      open
      title={`End ${props.results.holdout.name}?`}
      confirm="End the holdout"
      danger
      busy={end.isPending}
      onConfirm={() => {
        if (isTooLong()) return;
        end.mutate({ holdout: props.results.holdout, reason: reason().trim() }, { onSuccess: props.onClose });
      }}
      onClose={props.onClose}
    >
      <p>
        Within 5 seconds the held-out units get what everybody gets, and can be in experiments. What happens
        from then on is not counted. This cannot be undone: another holdout holds out other units.
      </p>
      <TextField
        label="Reason"
        value={reason()}
        onChange={setReason}
        rows={2}
        help="Optional. Shown in the audit log."
        error={isTooLong() ? "At most 2,000 characters." : undefined}
      />
    </ConfirmDialog>
  );
}
