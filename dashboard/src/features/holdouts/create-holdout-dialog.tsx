import { useNavigate } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import { createSignal, For, Show } from "solid-js";
import { holdoutInputSchema } from "#contract/holdouts.ts";
import { routes } from "#dashboard/app/routes.ts";
import { configQueries } from "#dashboard/data/configs.ts";
import { checkInput, issueAt, refusedFields } from "#dashboard/data/form-issues.ts";
import { useStartHoldout } from "#dashboard/data/holdouts.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { metricQueries } from "#dashboard/data/metrics.ts";
import { explain } from "#dashboard/data/use-action.ts";
import { Button } from "#dashboard/ui/button.tsx";
import { Dialog } from "#dashboard/ui/dialog.tsx";
import { NumberField } from "#dashboard/ui/number-field.tsx";
import { TextField } from "#dashboard/ui/text-field.tsx";
import { newReleaseDraft, type ReleaseDraft, releaseMetrics } from "../configs/release-draft.ts";
import { WatchedMetricsFields } from "../configs/watched-metrics-fields.tsx";
import "#dashboard/styles/field.css";
import "#dashboard/styles/dialog.css";
import "#dashboard/styles/choice-grid.css";

const DEFAULT_PERCENT = 5;

/** Asks who is kept out of what, and by what the groups are compared. */
export function CreateHoldoutDialog(props: { onClose: () => void }) {
  const start = useStartHoldout();
  const navigate = useNavigate();
  const configList = useQuery(() => configQueries.list());
  const catalog = useQuery(() => metricQueries.list());
  const metrics = () => loadedData(catalog)?.metrics ?? [];
  const [key, setKey] = createSignal("");
  const [description, setDescription] = createSignal("");
  const [percent, setPercent] = createSignal<number | null>(DEFAULT_PERCENT);
  const [configs, setConfigs] = createSignal<readonly string[]>([]);
  const [edited, setEdited] = createSignal<Partial<ReleaseDraft>>({});
  const [tried, setTried] = createSignal(false);
  const draft = () => ({ ...newReleaseDraft(metrics()), ...edited() });
  const checked = () =>
    checkInput(holdoutInputSchema, {
      key: key().trim(),
      description: description().trim(),
      share: (percent() ?? Number.NaN) / 100,
      configs: [...configs()],
      metrics: releaseMetrics(draft(), metrics()),
    });
  const issues = () => {
    const result = checked();
    return tried() && !result.ok ? result.error : refusedFields(start.error);
  };
  const configIssue = () => issues().find(({ path }) => path.startsWith("/configs"));
  const toggle = (config: string, on: boolean) =>
    setConfigs(on ? [...configs(), config] : configs().filter((one) => one !== config));
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setTried(true);
    const result = checked();
    if (!result.ok || start.isPending) return;
    start.mutate(result.value, {
      onSuccess: (holdout) => navigate(routes.holdout.path(holdout.key)),
    });
  };
  return (
    <Dialog open onClose={props.onClose} title="New holdout" width="wide">
      <form class="stack" onSubmit={submit} novalidate>
        <TextField
          label="Key"
          value={key()}
          onChange={setKey}
          required
          help="Permanent, for example “winter-2026”."
          error={issueAt(issues(), "/key")}
        />
        <TextField label="Description" value={description()} onChange={setDescription} rows={2} />
        <NumberField
          label="Held out"
          value={percent()}
          onChange={setPercent}
          unit="%"
          required
          help="0.5 to 20 % of all units. As many others are compared with them."
          error={issueAt(issues(), "/share") && "Enter a number from 0.5 to 20."}
        />
        <fieldset class="choice-grid">
          <legend class="field-label">AI configs</legend>
          <For each={loadedData(configList)?.configs ?? []}>
            {(config) => (
              <label class="choice">
                <input
                  type="checkbox"
                  checked={configs().includes(config.key)}
                  onChange={(event) => toggle(config.key, event.currentTarget.checked)}
                />
                <span dir="auto">{config.name}</span>
              </label>
            )}
          </For>
          <Show when={configIssue()}>
            <p class="field-error">
              {configs().length === 0
                ? "Choose at least one."
                : "Leave out those on which an experiment, a release, or another holdout is active."}
            </p>
          </Show>
        </fieldset>
        <WatchedMetricsFields
          draft={draft()}
          metrics={metrics()}
          onChange={(changes) => setEdited({ ...edited(), ...changes })}
        />
        <Show when={tried() && draft().primary === null}>
          <p class="field-error" role="alert">
            Choose a primary metric.
          </p>
        </Show>
        <Show when={start.error}>
          {(error) => (
            <p class="field-error" role="alert">
              The holdout has not begun. {explain(error())}
            </p>
          )}
        </Show>
        <div class="dialog-actions">
          <Button onClick={props.onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={start.isPending}>
            Begin the holdout
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
