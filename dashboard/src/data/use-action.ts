import { type QueryKey, useMutation, useQueryClient } from "@tanstack/solid-query";
import { ApiError } from "./api-error.ts";
import { notify } from "./toasts.ts";

/** One cached answer and what it will most likely be once the change went through. */
export interface Expectation {
  queryKey: QueryKey;
  /** @param before what is cached, or undefined when nothing is */
  change: (before: unknown) => unknown;
}

interface ActionOptions<Input, Output> {
  run: (input: Input) => Promise<Output>;
  /** Shown at once, and taken back when the change is refused. */
  expect?: (input: Input) => readonly Expectation[];
  /** What to read again afterwards, whatever came of it. */
  renew: (input: Input) => readonly QueryKey[];
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
    async onMutate(input: Input) {
      const expectations = options.expect?.(input) ?? [];
      await Promise.all(expectations.map(({ queryKey }) => client.cancelQueries({ queryKey, exact: true })));
      return expectations.map(({ queryKey, change }) => {
        const before = client.getQueryData(queryKey);
        if (before !== undefined) client.setQueryData(queryKey, change(before));
        return { queryKey, before };
      });
    },
    onError(error: Error, _input: Input, kept) {
      for (const { queryKey, before } of kept ?? []) client.setQueryData(queryKey, before);
      if (options.failed) notify({ tone: "worse", title: options.failed, detail: explain(error) });
    },
    onSuccess(output: Output, input: Input) {
      if (options.done) notify({ tone: "better", title: options.done(output, input) });
    },
    onSettled: (_output, _error, input: Input) =>
      Promise.all(options.renew(input).map((queryKey) => client.invalidateQueries({ queryKey }))),
  }));
}

/** The reason of a failure, for people. */
export function explain(error: Error): string {
  if (!(error instanceof ApiError)) return error.message;
  const details = error.issues.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
  return [error.message, ...details].join(" ");
}
