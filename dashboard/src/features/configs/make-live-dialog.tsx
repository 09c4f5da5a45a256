import { A, useNavigate } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import { createSignal, For, Show } from "solid-js";
import type { ExperimentSummary } from "#contract/lists.ts";
import { routes } from "#dashboard/app/routes.ts";
import { ConfigValueDiff } from "#dashboard/config-value/config-value-diff.tsx";
import { useMakeLive, useStartRelease } from "#dashboard/data/configs.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { metricQueries } from "#dashboard/data/metrics.ts";
import { explain } from "#dashboard/data/use-action.ts";
import { Button } from "#dashboard/ui/button.tsx";
import { ConfirmDialog } from "#dashboard/ui/confirm-dialog.tsx";
import { Dialog } from "#dashboard/ui/dialog.tsx";
import { Segmented } from "#dashboard/ui/segmented.tsx";
import { TextField } from "#dashboard/ui/text-field.tsx";
import type { AiConfig, AiConfigVersion } from "#model/config/ai-config.ts";
import { newReleaseDraft, type ReleaseDraft, releaseMetrics } from "./release-draft.ts";
import { ReleaseFields } from "./release-fields.tsx";
import "./config-page.css";
import "#dashboard/styles/dialog.css";

const PACES = [
  { value: "at_once", label: "At once" },
  { value: "by_stages", label: "By stages" },
] as const;

/** Asks before all traffic gets another version, or says why it cannot while an experiment runs. */
export function MakeLiveDialog(props: {
  config: AiConfig;
  version: number;
  versions: readonly AiConfigVersion[];
  /** Running and paused experiments on this AI config. */
  active: readonly ExperimentSummary[];
  onClose: () => void;
}) {
  const makeLive = useMakeLive(() => props.config.key);
  const release = useStartRelease(() => props.config.key);
  const navigate = useNavigate();
  const catalog = useQuery(() => metricQueries.list());
  const metrics = () => loadedData(catalog)?.metrics ?? [];
  const [pace, setPace] = createSignal<"at_once" | "by_stages">("at_once");
  const [edited, setEdited] = createSignal<Partial<ReleaseDraft>>({});
  const draft = () => ({ ...newReleaseDraft(metrics()), ...edited() });
  const [tried, setTried] = createSignal(false);
  const [reason, setReason] = createSignal("");
  const contentOf = (version: number) =>
    props.versions.find((entry) => entry.version === version)?.value ?? {};
  const startRelease = () => {
    setTried(true);
    const watched = releaseMetrics(draft(), metrics());
    if (!watched) return;
    release.mutate(
      { version: props.version, metrics: watched, reason: reason().trim() },
      { onSuccess: ({ spec }) => navigate(routes.experiment.path(spec.key)) },
    );
  };
  const confirm = () => {
    if (pace() === "by_stages") return startRelease();
    makeLive.mutate({ version: props.version, reason: reason().trim() });
    props.onClose();
  };
  return (
    <Show when={props.active.length === 0} fallback={<BusyDialog {...props} />}>
      <ConfirmDialog
        open
        title={`Make version ${props.version} live?`}
        confirm={pace() === "at_once" ? `Make version ${props.version} live` : "Start the release"}
        busy={makeLive.isPending || release.isPending}
        onConfirm={confirm}
        onClose={props.onClose}
      >
        <Segmented label="Pace" options={PACES} value={pace()} onChange={setPace} />
        <Show
          when={pace() === "by_stages"}
          fallback={
            <p>
              {"All traffic of "}
              <bdi>{props.config.name}</bdi>
              {` gets version ${props.version} instead of version ${props.config.liveVersion} within 5 seconds. This change is not tested by an experiment.`}
            </p>
          }
        >
          <ReleaseFields
            draft={draft()}
            metrics={metrics()}
            onChange={(changes) => setEdited({ ...edited(), ...changes })}
          />
          <Show when={tried() && draft().primary === null}>
            <p class="field-error" role="alert">
              Choose a primary metric.
            </p>
          </Show>
          <Show when={release.error}>
            {(error) => (
              <p class="field-error" role="alert">
                The release was not started. {explain(error())}
              </p>
            )}
          </Show>
        </Show>
        <ConfigValueDiff
          before={contentOf(props.config.liveVersion)}
          after={contentOf(props.version)}
          beforeLabel={`Version ${props.config.liveVersion}, live now`}
          afterLabel={`Version ${props.version}`}
        />
        <TextField
          label="Reason"
          value={reason()}
          onChange={setReason}
          rows={2}
          help="Optional. Shown in the history."
          error={reason().trim().length > 2_000 ? "At most 2,000 characters." : undefined}
        />
      </ConfirmDialog>
    </Show>
  );
}

function BusyDialog(props: { version: number; active: readonly ExperimentSummary[]; onClose: () => void }) {
  return (
    <Dialog open onClose={props.onClose} title={`Version ${props.version} cannot go live now`}>
      <div class="stack">
        <p>
          An experiment is active on this AI config, and changing the live version would invalidate its
          control. End the experiment first, or promote the variant you want:
        </p>
        <ul class="stack">
          <For each={props.active}>
            {(experiment) => (
              <li class="config-use-name">
                <A href={routes.experiment.path(experiment.key)}>
                  <bdi>{experiment.name}</bdi>
                </A>
              </li>
            )}
          </For>
        </ul>
        <div class="dialog-actions">
          <Button onClick={props.onClose}>Close</Button>
        </div>
      </div>
    </Dialog>
  );
}
