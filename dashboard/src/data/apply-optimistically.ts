import { hashKey, type QueryClient, type QueryKey } from "@tanstack/solid-query";

/** One cached answer and what it will most likely be once the change went through. */
export interface Expectation {
  queryKey: QueryKey;
  /** @param before what is cached, or undefined when nothing is */
  change: (before: unknown) => unknown;
}

/** An expectation that is on screen. */
export interface HeldExpectation {
  /** The change went through: what is read from now on stands as it is. */
  release: () => void;
  /** The change was refused: shows again what the API said last. */
  rollback: () => void;
}

/**
 * Shows a cached answer as it is expected to become, and keeps it so when a poll brings the state of before while the
 * change is still under way.
 */
export async function applyOptimistically(
  client: QueryClient,
  { queryKey, change }: Expectation,
): Promise<HeldExpectation> {
  await client.cancelQueries({ queryKey, exact: true });
  let before = client.getQueryData(queryKey);
  const show = () => {
    if (before !== undefined) client.setQueryData(queryKey, change(before));
  };
  show();
  const release = client.getQueryCache().subscribe((event) => {
    if (event.type !== "updated" || event.query.queryHash !== hashKey(queryKey)) return;
    if (event.action.type !== "success" || event.action.manual) return;
    before = event.action.data;
    show();
  });
  return {
    release,
    rollback: () => {
      release();
      client.setQueryData(queryKey, before);
    },
  };
}
