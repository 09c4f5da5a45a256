import { useNavigate } from "@solidjs/router";
import { useQueryClient } from "@tanstack/solid-query";
import { createSignal, Show } from "solid-js";
import { ApiError } from "#contract/client.ts";
import { routes } from "#dashboard/app/routes.ts";
import { createVersion } from "#dashboard/data/configs.ts";
import { savedExperimentKeys, saveExperiment, startExperiment } from "#dashboard/data/experiment-changes.ts";
import { useEditRefusal } from "#dashboard/data/session.ts";
import { notify } from "#dashboard/data/toasts.ts";
import { explain } from "#dashboard/data/use-action.ts";
import { Button } from "#dashboard/ui/button.tsx";
import { ConfirmDialog } from "#dashboard/ui/confirm-dialog.tsx";
import { Icon } from "#dashboard/ui/icon.tsx";
import type { Experiment } from "#model/experiment/experiment.ts";
import { describeExperiment } from "./draft/describe-experiment.ts";
import type { ExperimentForm } from "./draft/use-experiment-form.ts";
import "./experiment-form.css";
import "./save-actions.css";

/**
 * Creates what the form describes: missing versions first, then the experiment, then perhaps its start.
 * @param props.opened the draft as it was when it was opened; undefined for a new one
 */
export function SaveActions(props: { form: ExperimentForm; opened?: Experiment; onSaved: () => void }) {
  const { form } = props;
  const client = useQueryClient();
  const navigate = useNavigate();
  const refusal = useEditRefusal();
  const [isBusy, setBusy] = createSignal(false);
  const [isAsking, setAsking] = createSignal(false);
  const [failure, setFailure] = createSignal<string>();

  /** Notes every version at once: should the experiment be refused, a second attempt must not create it again. */
  const createVersions = async () => {
    const { config } = form.draft;
    for (const { variant, value, fingerprint } of form.checked().toCreate) {
      const index = form.draft.variants.findIndex(({ id }) => id === variant.id);
      try {
        const { version } = await createVersion(config, value, `For the experiment ${form.draft.key}`);
        form.setDraft("variants", index, "created", { config, version, value: fingerprint });
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        const issues = error.issues.map((issue) => ({ ...issue, path: `/variants/${index}${issue.path}` }));
        throw new ApiError(error.status, error.code, error.message, issues);
      }
    }
  };
  const showFailure = (error: unknown) => {
    if (!(error instanceof Error)) throw error;
    const isTaken = error instanceof ApiError && error.code === "already_exists" && error.issues.length === 0;
    const issues = isTaken
      ? [{ path: "/key", code: error.code, message: error.message }]
      : error instanceof ApiError
        ? error.issues
        : [];
    form.refuse(issues);
    setFailure(issues.length > 0 ? error.message : explain(error));
  };
  const save = async (start: boolean) => {
    if (isBusy()) return;
    setBusy(true);
    setFailure(undefined);
    try {
      await createVersions();
      const saved = await saveExperiment(form.checked().raw, props.opened);
      const { key } = saved.spec;
      props.onSaved();
      if (start) await startSaved(saved);
      else notify({ tone: "better", title: "Draft saved", detail: saved.spec.name });
      navigate(routes.experiment.path(key));
    } catch (error) {
      showFailure(error);
    } finally {
      setBusy(false);
      setAsking(false);
      for (const queryKey of savedExperimentKeys) {
        void client.invalidateQueries({ queryKey });
      }
    }
  };
  const startSaved = async (saved: Parameters<typeof startExperiment>[0]) => {
    try {
      await startExperiment(saved, "Started from the form");
      notify({ tone: "better", title: "Experiment started", detail: saved.spec.name });
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      notify({ tone: "worse", title: "Saved as a draft, but not started", detail: explain(error) });
    }
  };
  const unavailable = () => {
    const reason = refusal();
    if (reason !== undefined) return reason;
    // What the API refused may be mended at another field: it judges again.
    const count = form.checked().issues.length;
    if (count > 0) return count === 1 ? "Fix 1 issue first." : `Fix ${count} issues first.`;
    return undefined;
  };
  const sentences = () => {
    const { input } = form.checked();
    return input ? describeExperiment(input, form.findMetric) : [];
  };

  return (
    <div class="form-actions">
      <Show when={failure()}>
        {(message) => (
          <p class="form-warning" role="alert">
            <Icon name="alert" />
            <span>Not started. {message()}</span>
          </p>
        )}
      </Show>
      <Show when={unavailable()}>{(reason) => <p class="form-hint">{reason()}</p>}</Show>
      <div class="cluster save-buttons">
        <Button busy={isBusy()} unavailable={unavailable()} onClick={() => void save(false)}>
          Save draft
        </Button>
        <Button
          kind="primary"
          icon="play"
          busy={isBusy()}
          unavailable={unavailable()}
          onClick={() => setAsking(true)}
        >
          Start now
        </Button>
      </div>
      <ConfirmDialog
        open={isAsking()}
        title={`Start ‘${form.draft.name || form.draft.key}’?`}
        confirm="Start the experiment"
        busy={isBusy()}
        onConfirm={() => void save(true)}
        onClose={() => setAsking(false)}
      >
        <p>Variants are assigned within seconds.</p>
        <p>{sentences()[0]}</p>
        <p>Variants, weights, metrics and the decision rule cannot be changed after the start.</p>
      </ConfirmDialog>
    </div>
  );
}
