import { type QueryKey, useMutation, useQueryClient } from "@tanstack/solid-query";
import { ApiError } from "#contract/client.ts";
import { applyOptimistically, type Expectation } from "./apply-optimistically.ts";
import { notify } from "./toasts.ts";

interface ActionOptions<Input, Output> {
  run: (input: Input) => Promise<Output>;
  /** Shown at once, and taken back when the change is refused. */
  optimistic?: (input: Input) => readonly Expectation[];
  /** What to read again afterwards, whatever came of it. */
  invalidates: (input: Input) => readonly QueryKey[];
  /** Said when it is done; left out when the page itself shows it. */
  done?: (output: Output, input: Input) => string;
  /** Said when it failed: what was not done. Left out when the form shows the error itself. */
  failed?: string;
}

/**
 * A change that shows its effect at once: cached answers move to what is expected, move back when the API refuses, and
 * are read again in the end.
 */
export function useAction<Input, Output>(options: ActionOptions<Input, Output>) {
  const client = useQueryClient();
  return useMutation(() => ({
    mutationFn: options.run,
    onMutate: (input: Input) =>
      Promise.all(
        (options.optimistic?.(input) ?? []).map((expected) => applyOptimistically(client, expected)),
      ),
    onError(error: Error, _input: Input, held) {
      for (const { rollback } of held ?? []) rollback();
      if (options.failed) notify({ tone: "worse", title: options.failed, detail: explain(error) });
    },
    onSuccess(output: Output, input: Input, held) {
      for (const { release } of held) release();
      if (options.done) notify({ tone: "better", title: options.done(output, input) });
    },
    onSettled: (_output, _error, input: Input) =>
      Promise.all(options.invalidates(input).map((queryKey) => client.invalidateQueries({ queryKey }))),
  }));
}

/** The reason of a failure, for people. */
export function explain(error: Error): string {
  if (!(error instanceof ApiError)) return error.message;
  const details = error.issues.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
  return [error.message, ...details].join(" ");
}
