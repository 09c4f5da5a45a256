import { useQuery } from "@tanstack/solid-query";
import { type Accessor, createMemo, createSignal } from "solid-js";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { fetchDecisions, resultQueries } from "#dashboard/data/results.ts";
import type { DecisionRecord } from "#model/analysis/decision.ts";

/** How many decisions the API lists at a time by default. */
const PAGE_SIZE = 50;

const identity = ({ takenAt, source }: DecisionRecord) => `${takenAt} ${source}`;

function merge(
  records: readonly DecisionRecord[],
  more: readonly DecisionRecord[],
): readonly DecisionRecord[] {
  const seen = new Set(records.map(identity));
  const added = more.filter((record) => !seen.has(identity(record)));
  return added.length === 0 ? records : [...records, ...added].toSorted((a, b) => b.takenAt - a.takenAt);
}

/** All decisions seen so far: the newest arrive by themselves, older pages on demand. */
export function useDecisionLog(key: Accessor<string>) {
  const newest = useQuery(() => resultQueries.decisions(key()));
  const [older, setOlder] = createSignal<readonly DecisionRecord[]>([]);
  const [isLoading, setLoading] = createSignal(false);
  const [error, setError] = createSignal<Error>();
  const [reachesStart, setReachesStart] = createSignal(false);
  // What has left the newest page is kept, so that no gap opens to the older ones.
  const seen = createMemo<readonly DecisionRecord[]>(
    (before) => merge(before, loadedData(newest)?.decisions ?? []),
    [],
  );
  const records = createMemo(() => merge(seen(), older()));
  const hasOlder = () => !reachesStart() && records().length >= PAGE_SIZE;
  const loadOlder = async () => {
    const oldest = records().at(-1);
    if (!oldest || isLoading()) return;
    setLoading(true);
    setError(undefined);
    try {
      const page = await fetchDecisions(key(), oldest.takenAt);
      if (page.length < PAGE_SIZE) setReachesStart(true);
      setOlder((before) => merge(before, page));
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(String(failure)));
    } finally {
      setLoading(false);
    }
  };
  return { newest, records, hasOlder, isLoading, error, loadOlder };
}
